"""Everything an address says in front of its units: house, alleys, lots, zones, roads, hamlets, buildings. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from addressing.search.elements import Hamlet, Kilometre, Street, Zone
from addressing.search.grammar import (
    BEHIND_NAME,
    DATE,
    FIRST_LETTERS,
    FORMS,
    HOUSE,
    LANDMARK,
    LETTERED_CHAIN,
    LOT_ID,
    NAMES_OF_DUONG,
    NAMES_OF_NGO,
    NUMBER_WORDS,
    ORDINAL_FLOOR,
    ORGANISATION,
    Form,
)
from addressing.search.numbers import Way, label

_FIELD = re.compile(r"[^,;()\[\]|\n]+")
_WORD_START = re.compile(r"(?<![a-z0-9])[a-z0-9]")
_DASH = re.compile(r"\s-\s*|\s*-\s|;")
_JOINED_LOTS = re.compile(
    rf"\s*(?:va|&|\+|and)\s*(?:lo\s*)?({LOT_ID})|\s*,\s*(?:lo\s*)?((?=[a-z]*\W?\s?\d){LOT_ID})(?=\s*(?:,|va\b|&|;|\Z|khu\b|kcn\b|ccn\b|cum\b|duong\b))"
)
_HOUSE_BEHIND = re.compile(r"\s(?=\d{1,4}[a-z]?(?:/\d+[a-z]?)*\s+[a-z]{2})")
_NUMBER_OF_A_NAME = re.compile(r"\s*so\s*\d{1,3}[a-z]?\s*(?=\Z|;)")
_ENGLISH = re.compile(r"\b(?:street|str?|road|rd|ave|avenue|boulevard|blvd|park|zone|estate|area|building|tower|plaza"
                      r"|hamlet|village|quarter|ip|iz|cluster)\b")  # fmt: skip
_ENGLISH_ZONES = {
    "ind": "KCN",
    "ip": "KCN",
    "iz": "KCN",
    "exp": "KCX",
    "eco": "KKT",
    "urb": "KĐT",
    "res": "KDC",
    "new": "KĐT",
}
_RISKY_WITHOUT_MARKS = frozenset({"lang", "ban", "soc", "bon", "ap", "buon", "thap", "ngo", "hem", "khoi", "to", "d"})
_MORE_OFTEN_NAMES = frozenset({"lang", "ban", "soc", "bon", "buon"})
_NEARNESS = frozenset({"gần", "đối", "cạnh", "bên", "đằng", "phía", "trước", "cách"})
STREET_DATES = frozenset({
    "30/4", "1/5", "2/9", "3/2", "19/5", "19/8", "26/3", "8/3", "30/10", "20/7", "22/12", "20/11", "7/5", "10/3",
    "27/7", "23/9", "24/3", "29/3", "23/3", "16/4", "17/8", "25/4", "6/1", "9/4", "1/8", "3/4", "2/4", "14/9",
    "19/12", "20/10", "25/3", "13/5", "18/8", "15/8", "23/10", "28/3", "5/8", "12/9", "10/10", "27/2", "3/3",
    "13/3", "27/4", "21/8",
})  # fmt: skip


@dataclass(slots=True)
class Loose:
    """Words that no form announced."""

    text: str
    start: int
    behind: str
    # the element before it in its field; "" at the start of a field
    field_no: int
    is_whole: bool = False


@dataclass(slots=True)
class Head:
    """What was found, still without a decision about loose words."""

    way: Way = field(default_factory=Way)
    lots: list[str] = field(default_factory=list)
    parcel: str | None = None
    map_sheet: str | None = None
    zone: Zone | None = None
    km: Kilometre | None = None
    building: str | None = None
    floor: str | None = None
    flat: str | None = None
    streets: list[Street] = field(default_factory=list)
    hamlets: list[Hamlet] = field(default_factory=list)
    name: str | None = None
    landmark: str | None = None
    loose: list[Loose] = field(default_factory=list)
    seen: list[tuple[str, int]] = field(default_factory=list)
    # (element, field number) in the order of the text


def read_head(text: str, folded: str) -> Head:
    """Read the part of an address that names no unit; `;` in `folded` stands where something was taken."""
    reader = _Reader(text, folded)
    for number, span in enumerate(_FIELD.finditer(folded)):
        reader.read_field(number, *span.span())
    return reader.head


class _Reader:
    def __init__(self, text: str, folded: str) -> None:
        self.text, self.folded, self.head = text, folded, Head()
        self.is_ascii = text.isascii()
        self.has_english = _ENGLISH.search(folded) is not None
        self.field_no = 0
        self.taken_to = 0
        # lists of lots and parcels go on behind a comma
        self.end = 0
        self.before = ""
        self.is_start = True

    def read_field(self, number: int, start: int, end: int) -> None:
        self.field_no, self.end, self.before, self.is_start = number, end, "", True
        place = max(start, self.taken_to)
        while True:
            word = _WORD_START.search(self.folded, place, end)
            if word is None:
                return
            if _DASH.search(self.folded, place, word.start()):
                self.before, self.is_start = "", True
            place = self._read_one(word.start())
            self.is_start = False

    def _read_one(self, place: int) -> int:
        folded = self.folded
        if self.is_start and (taken := self._whole_field(place)):
            return taken
        if folded[place].isdigit():
            taken = self._number(place)
            if taken:
                return taken
        found = self._form_at(place)
        if found is not None:
            return self._take(*found)
        lettered = LETTERED_CHAIN.match(folded, place, self.end)
        if lettered is not None and not self.head.way.house and self.before in ("", "house"):
            self.head.way.house = [label(part) for part in self.text[place : lettered.end()].split("/")]
            self._say("house", place)
            return lettered.end()
        return self._loose(place)

    def _whole_field(self, place: int) -> int:
        """A landmark or a firm takes the words up to the next announcement."""
        if self._is_landmark(place):
            end = self.end
            self._say("landmark", place)
            self.head.landmark = self.head.landmark or self.text[place:end].strip(" .-")
            return end
        if ORGANISATION.match(self.folded, place, self.end) and not (
            self.head.way.house or self.head.streets or self.head.lots
        ):
            end = self._run_end(place)
            numbered = _NUMBER_OF_A_NAME.match(self.folded, end, self.end)
            end = numbered.end() if numbered is not None else end
            said = self._clip(place, end)
            self.head.name = f"{self.head.name}, {said}" if self.head.name else said
            self._say("name", place)
            return end
        return 0

    # --- announced elements ---------------------------------------------------------------------------

    def _form_at(self, place: int) -> tuple[Form, re.Match[str]] | None:
        letters = FIRST_LETTERS.match(self.folded, place, self.end)
        if letters is None:
            return None
        for form in FORMS.get(letters.group(), ()):
            last = len(self.folded) if form.element == "parcel" else self.end
            found = form.pattern.match(self.folded, place, last)
            if found is not None and self._is_meant(form, found):
                return form, found
        return None

    def _is_meant(self, form: Form, found: re.Match[str]) -> bool:
        start, end = found.span("w")
        written = self.text[start:end].lower()
        if form.true_forms and not self._has_true_form(form, written):
            return False
        first = written.split()[0] if written else ""  # LK5 announces itself
        if form.element == "map_sheet" and "ban" not in found.group()[:8]:
            return self.head.parcel is not None or not written.isascii()
        if form.element == "alley_name" and first == "ngo" and written.isascii():
            return self.before in ("house", "alley") and NAMES_OF_NGO.match(self.folded, found.end()) is None
        if written.isascii() and form.is_open and first in _RISKY_WITHOUT_MARKS and form.kind != "đường":
            return self.before not in ("house", "alley", "loose", "street")
        if form.element == "street" and written == "duong" and NAMES_OF_DUONG.match(self.folded, found.end()):
            return False
        if form.element == "street" and first == "d" and written != "đ":
            return self.folded[end : end + 1] == "." and self.before == "house"
        if form.element == "lot" and found["v"].isalpha():
            return self.text[found.start("v")].isupper()
        if form.element in ("alley", "k_chain") and first in ("h", "ng", "k"):
            return self.before in ("house", "alley", "") and not self.head.streets
        if form.element == "alley" and first == "kiet":
            return self.before in ("house", "alley", "")
        return True

    def _has_true_form(self, form: Form, written: str) -> bool:
        spaced = " ".join(written.split())
        for true in form.true_forms:
            if true.endswith("!"):
                if spaced == true[:-1]:
                    return True
            elif spaced == true:
                return True
        return written.isascii() and not form.true_forms[0].endswith("!")

    def _take(self, form: Form, found: re.Match[str]) -> int:
        if form.is_open:
            end = self._run_end(found.end(), allow_dash=form.element == "zone" or form.kind == "cao tốc")
            if form.element == "building_name":
                house = _HOUSE_BEHIND.search(self.folded, found.end() + 1, end)
                end = house.start() if house is not None else end
            end = _OPEN[form.element](self, form, found.end(), end) or end
        else:
            end = _CLOSED[form.element](self, form, found) or found.end()
        self._say(form.element, found.start())
        return max(end, found.end())

    def _say(self, element: str, place: int) -> None:
        self.before = {"alley_name": "alley", "k_chain": "alley", "road": "street"}.get(element, element)
        self.head.seen.append((self.before, self.field_no))

    def _run_end(self, start: int, *, allow_dash: bool = False) -> int:
        """Where a name that begins here ends: at the next announcement, a taken place or the end of the field."""
        place = start
        first = True
        for word in _WORD_START.finditer(self.folded, start, self.end):
            between = _DASH.search(self.folded, place, word.start())
            if between and not first and (";" in between.group() or not allow_dash):
                return place
            if not first and self._ends_name(word.start()):
                return place
            place = word.start() + 1
            while place < self.end and self.folded[place].isalnum():
                place += 1
            first = False
        return self.end

    def _ends_name(self, place: int) -> bool:
        found = self._form_at(place)
        if found is not None and self.is_ascii and found[0].element == "hamlet" and found[1]["w"] in _MORE_OFTEN_NAMES:
            return False  # Bang Lang 1 is a street
        if found is not None:
            before, self.before = self.before, "loose"
            meant = self._is_meant(*found)
            self.before = before
            return meant
        return not self.is_ascii and self._is_landmark(place)

    def _is_landmark(self, place: int) -> bool:
        found = LANDMARK.match(self.folded, place, self.end)
        if found is None:
            return False
        written = self.text[place : found.end()].split()[0].lower()
        return written.isascii() or written in _NEARNESS

    def _clip(self, start: int, end: int) -> str:
        return self.text[start:end].strip(" .-:'\"/\t")

    def _said(self, found: re.Match[str], group: str) -> str:
        """What the text says there: patterns see folded letters, in which Đ is d."""
        return self.text[found.start(group) : found.end(group)]

    # --- handlers: each returns where to go on, or nothing for the end of the match ----------------------

    def _house(self, form: Form, found: re.Match[str]) -> int | None:
        end = self._number(found.end(), is_announced=True)
        return end or None

    def _number(self, place: int, *, is_announced: bool = False) -> int:
        """A house number or a date street that begins here; 0 when it is neither."""
        head = self.head
        floor = ORDINAL_FLOOR.match(self.folded, place, self.end)
        if floor is not None:
            head.floor = label(floor[1] or floor[2])
            self._say("floor", place)
            return floor.end()
        date = None if is_announced else self._date_street(place)
        if date:
            return date
        if self.folded[place] == "k":
            found_k = self._form_at(place)
            if found_k is not None and found_k[0].element == "k_chain":
                return self._k_chain(*found_k) or found_k[1].end()
        found = HOUSE.match(self.folded, place, self.end)
        if found is None or (head.way.house and not is_announced):
            return 0
        if head.way.house and is_announced:
            return found.end() if found.group() == "" else 0
        if not is_announced and (head.streets or self.before in ("zone", "lot", "km", "loose", "name")):
            return 0
        labels = [label(self._said(found, "first"))]
        for part in self._said(found, "chain").split("/"):
            if part.strip():
                labels.append(label(part.strip().lstrip("hH")))
        head.way.house = labels
        last = self._said(found, "last2") or self._said(found, "last")
        head.way.last = label(last) if last else None
        self._say("house", place)
        return found.end()

    def _date_street(self, place: int) -> int:
        found = DATE.match(self.folded, place, self.end)
        if found is None:
            return 0
        month = NUMBER_WORDS.get(found[2], 0) or int(found[2]) if found[2].isdigit() or found[2] in NUMBER_WORDS else 0
        day = int(found[1])
        if not (1 <= day <= 31 and 1 <= month <= 12):
            return 0
        says_month = "thang" in found.group()
        ends = (
            self.folded[found.end() : self.end].strip(" .;-") == "" or self.folded[found.end() : found.end() + 1] == ";"
        )
        is_known = f"{day}/{month}" in STREET_DATES
        has_house = bool(self.head.way.house or self.head.lots)
        if says_month or (is_known and ends and not self.head.streets and (has_house or "-" not in found.group())):
            if not has_house and not says_month:
                self.head.seen.append(("date_or_house", self.field_no))
            self.head.streets.append(Street("", self.text[place : found.end()].strip()))
            self._say("street", place)
            return found.end()
        return 0

    def _alley(self, form: Form, found: re.Match[str]) -> int | None:
        labels = [label(part) for part in self._said(found, "v").split("/")]
        self.head.way.alleys.append((form.kind, labels))
        return None

    def _alley_name(self, form: Form, start: int, end: int) -> int | None:
        self.head.way.alleys.append((form.kind, [self._clip(start, end)]))
        return None

    def _k_chain(self, form: Form, found: re.Match[str]) -> int | None:
        parts = self._said(found, "v").split("/")
        self.head.way.alleys.append(("kiệt", [label(parts[0])]))
        inner = [label(part.lstrip("hH")) for part in parts[1:]]
        for one in inner[:-1]:
            self.head.way.alleys.insert(0, ("hẻm", [one]))
        if inner:
            self.head.way.house = inner[-1:]
        return None

    def _lot(self, form: Form, found: re.Match[str]) -> int | None:
        self.head.lots.append(self._lot_label(*found.span("v")))
        place = found.end()
        while more := _JOINED_LOTS.match(self.folded, place):
            group = 1 if more[1] else 2
            self.head.lots.append(self._lot_label(*more.span(group)))
            place = more.end()
        self.taken_to = place
        return place

    def _lot_label(self, start: int, end: int) -> str:
        return re.sub(r"\s*([-./_])\s*", r"\1", self.text[start:end].strip()).upper().replace(" ", "")

    def _parcel(self, form: Form, found: re.Match[str]) -> int | None:
        self.taken_to = found.end()
        self.head.parcel = re.sub(r"\s+", " ", self.text[found.start("v") : found.end("v")])
        return None

    def _map_sheet(self, form: Form, found: re.Match[str]) -> int | None:
        self.head.map_sheet = found["v"].lstrip("0") or found["v"]
        return None

    def _road(self, form: Form, found: re.Match[str]) -> int | None:
        self.head.streets.append(Street(form.kind, label(self._said(found, "v"))))
        return None

    def _km(self, form: Form, found: re.Match[str]) -> int | None:
        km, _, metres = re.sub(r"\s", "", found["v"]).replace(",", ".").replace(".", "+").partition("+")
        if "+" not in found["v"] and metres:
            metres = metres.ljust(3, "0")
        self.head.km = Kilometre(int(km), int(metres or 0))
        return None

    def _hamlet(self, form: Form, found: re.Match[str]) -> int | None:
        written = self.text[found.start("v") : found.end("v")]
        self.head.hamlets.append(Hamlet(form.kind, label(written) if written[0].isdigit() else written))
        return None

    def _floor(self, form: Form, found: re.Match[str]) -> int | None:
        written = found["v"]
        self.head.floor = label(written) if written[0].isdigit() else self.text[found.start("v") : found.end("v")]
        return None

    def _flat(self, form: Form, found: re.Match[str]) -> int | None:
        self.head.flat = self._said(found, "v").upper()
        return None

    def _building(self, form: Form, found: re.Match[str]) -> int | None:
        self.head.building = self._said(found, "v").upper()
        return None

    def _street(self, form: Form, start: int, end: int) -> int | None:
        end = min(end, self._without_english(start, end))
        self.head.streets.append(Street(form.kind, self._clip(start, end)))
        return None

    def _zone(self, form: Form, start: int, end: int) -> int | None:
        name = self._clip(start, end)
        if self.head.zone is None:
            self.head.zone = Zone(form.kind, name)
        else:
            self.head.loose.append(Loose(f"{form.kind} {name}", start, "zone", self.field_no))
        return None

    def _hamlet_name(self, form: Form, start: int, end: int) -> int | None:
        self.head.hamlets.append(Hamlet(form.kind, self._clip(start, end)))
        return None

    def _building_name(self, form: Form, start: int, end: int) -> int | None:
        said = self._clip(start, end)
        self.head.building = f"{self.head.building} {said}" if self.head.building else said
        return None

    # --- words without announcement --------------------------------------------------------------------

    def _without_english(self, start: int, end: int) -> int:
        if self.has_english:
            found = BEHIND_NAME.search(self.folded, start, end)
            if found is not None:
                return found.start()
        return end

    def _loose(self, place: int) -> int:
        end = self._run_end(place)
        if self.has_english:
            found = BEHIND_NAME.search(self.folded, place, end)
            if found is not None and found.start() > place:
                return self._english(place, found)
        said = self._clip(place, end)
        if said:
            self.head.loose.append(Loose(said, place, self.before, self.field_no, self.is_start))
            self._say("loose", place)
        return end

    def _english(self, place: int, found: re.Match[str]) -> int:
        said = self._clip(place, found.start())
        kind = found.lastgroup or ""
        if kind in ("street", "avenue"):
            self.head.streets.append(Street("đại lộ" if kind == "avenue" else "đường", said))
        elif kind == "zone":
            self.head.zone = self.head.zone or Zone(_ENGLISH_ZONES[found["zone"][:3].strip()], said)
        elif kind == "building":
            self.head.building = said if found["building"] == "building" else self._clip(place, found.end())
        else:
            self.head.hamlets.append(Hamlet("thôn", said))
        self._say("street" if kind == "avenue" else kind, place)
        return found.end()


_CLOSED: dict[str, Callable[[_Reader, Form, re.Match[str]], int | None]] = {
    "house": _Reader._house, "alley": _Reader._alley, "k_chain": _Reader._k_chain, "lot": _Reader._lot,
    "parcel": _Reader._parcel, "map_sheet": _Reader._map_sheet, "road": _Reader._road, "km": _Reader._km,
    "hamlet": _Reader._hamlet, "floor": _Reader._floor, "flat": _Reader._flat, "building": _Reader._building,
}  # fmt: skip
_OPEN: dict[str, Callable[[_Reader, Form, int, int], int | None]] = {
    "street": _Reader._street, "zone": _Reader._zone, "hamlet_name": _Reader._hamlet_name,
    "building_name": _Reader._building_name, "alley_name": _Reader._alley_name,
}  # fmt: skip
