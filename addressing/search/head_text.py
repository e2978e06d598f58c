"""The text in front of the units while it is read: which words announce an element, and where names end. Pure."""

from __future__ import annotations

import re

from addressing.search.grammar import (
    BEHIND_NAME,
    CROSSING,
    FIRST_LETTERS,
    FORMS,
    LANDMARK,
    NAMES_OF_DUONG,
    NAMES_OF_NGO,
    Form,
)
from addressing.search.head import Head

WORD_START = re.compile(r"(?<![a-z0-9])[a-z0-9]")
DASH = re.compile(r"\s-\s*|\s*-\s|;")
_ENGLISH = re.compile(r"\b(?:street|str?|road|rd|ave|avenue|boulevard|blvd|park|zone|estate|area|building|tower|plaza"
                      r"|hamlet|village|quarter|ip|iz|cluster)\b")  # fmt: skip
_RISKY_WITHOUT_MARKS = frozenset({"lang", "ban", "soc", "bon", "ap", "buon", "thap", "ngo", "hem", "khoi", "to", "d"})
_MORE_OFTEN_NAMES = frozenset({"lang", "ban", "soc", "bon", "buon"})
_NEARNESS = frozenset({"gần", "đối", "cạnh", "bên", "đằng", "phía", "trước", "cách"})

_SAID_AS = {"alley_name": "alley", "k_chain": "alley", "road": "street", "side_road": "street", "wing": "building"}


class HeadText:
    """A text, what was found in it, and how far its present field was read.

    `folded` has the length of `written`: small letters without marks, with `;` where something was taken.
    """

    def __init__(self, written: str, folded: str) -> None:
        self.written, self.folded, self.head = written, folded, Head()
        self.is_ascii = written.isascii()
        self.has_english = _ENGLISH.search(folded) is not None
        self.has_fields = "," in folded
        self.field_no = 0
        self.taken_to = 0
        # lists of lots and parcels go on behind a comma
        self.end = 0
        # of the field
        self.before = ""
        # the element before; "" at the start of a field
        self.is_start = True

    def form_at(self, place: int) -> tuple[Form, re.Match[str]] | None:
        """The announcement that begins here, if the words are meant as one."""
        letters = FIRST_LETTERS.match(self.folded, place, self.end)
        if letters is None:
            return None
        for form in FORMS.get(letters.group(), ()):
            last = len(self.folded) if form.element == "parcel" else self.end
            found = form.pattern.match(self.folded, place, last)
            if found is not None and self._is_meant(form, found):
                return form, found
        return None

    def announces_another(self, place: int, element: str) -> bool:
        """Whether a word for something else begins at a place, which may lie in a later field."""
        here, self.end = self.end, len(self.folded)
        found = self.form_at(place)
        self.end = here
        return found is not None and found[0].element != element

    def _is_meant(self, form: Form, found: re.Match[str]) -> bool:
        start, end = found.span("w")
        written = self.written[start:end].lower()
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
        if form.element == "wing":
            return self.head.floor is not None or self.head.flat is not None or self.head.building is not None
        if form.element == "lot" and found["v"].isalpha():
            return self.written[found.start("v")].isupper()
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

    def run_end(self, start: int, *, allow_dash: bool = False) -> int:
        """Where a name that begins here ends: at the next announcement, a taken place or the end of the field."""
        place = start
        first = True
        for word in WORD_START.finditer(self.folded, start, self.end):
            between = DASH.search(self.folded, place, word.start())
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
        found = self.form_at(place)
        if found is not None and self.is_ascii and found[0].element == "hamlet" and found[1]["w"] in _MORE_OFTEN_NAMES:
            return False  # Bang Lang 1 is a street
        if found is not None:
            before, self.before = self.before, "loose"
            meant = self._is_meant(*found)
            self.before = before
            return meant
        return not self.is_ascii and self.is_landmark(place)

    def is_landmark(self, place: int) -> bool:
        """Whether `gần`, `đối diện` and the like begin here: what follows is not the address."""
        found = LANDMARK.match(self.folded, place, self.end)
        if found is None:
            return self.is_start and not self.head.way.house and self._is_crossing(place)
        written = self.written[place : found.end()].split()[0].lower()
        return written.isascii() or written in _NEARNESS

    def _is_crossing(self, place: int) -> bool:
        """Whether `ngã tư` begins here and no road that it is a crossing of is announced: `ngã tư Máy Sứ`."""
        found = CROSSING.match(self.folded, place, self.end)
        return found is not None and self.form_at(found.end()) is None and self.run_end(found.end()) == self.end

    def say(self, element: str) -> None:
        """Note which element was found last."""
        self.before = _SAID_AS.get(element, element)
        self.head.seen.append((self.before, self.field_no))

    def clip(self, start: int, end: int) -> str:
        """What was written there, without blanks and punctuation around it."""
        return self.written[start:end].strip(" .-:'\"/\t")

    def said(self, found: re.Match[str], group: str) -> str:
        """What the text says there: patterns see folded letters, in which Đ is d."""
        return self.written[found.start(group) : found.end(group)]

    def without_english(self, start: int, end: int) -> int:
        """Where a name ends before an English word for its kind (`Street`); `end` without one."""
        if self.has_english:
            found = BEHIND_NAME.search(self.folded, start, end)
            if found is not None:
                return found.start()
        return end
