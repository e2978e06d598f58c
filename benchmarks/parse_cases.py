"""The labelled addresses of tests/cases/parse: reading their tags, disturbing their text, comparing readings.

A case is the address with a tag around each element, `{tag text}` or `{tag text|canonical form}`:
n number with suffix, fn a former one beside it, r end of a range, a1 a2 … alleys from the street inward
(`a2 42/18|a1=42;18` names two at once), l lot, pc parcel, ms map sheet, z zone, km, b building, f floor, u flat,
s street, h1 h2 … hamlets from outside in, c commune, d district, p province, po postcode, oc plus code, xy coordinates,
x what belongs to no element. Whatever stands outside the tags announces or separates.
"""

from __future__ import annotations

import hashlib
import random
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from addressing.search.elements import Reading
from addressing.search.normalise import clean, fold, key

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "cases" / "parse"
_TAG = re.compile(r"\{(\w+) ([^{}]*)\}")
_ELEMENTS = ["n", "fn", "r", "l", "pc", "ms", "z", "km", "b", "f", "u", "s", "c", "d", "p", "po", "oc", "xy"]
CORE = ("n", "a", "s", "c", "p")
"""House with its alleys, street, commune, province."""


@dataclass(frozen=True, slots=True)
class Case:
    """One labelled address."""

    text: str
    want: dict[str, tuple[str, ...]]
    # by tag; alleys and hamlets under a and h, outermost first
    pattern: str
    source: str
    tagged: str

    @property
    def is_held_out(self) -> bool:
        """Two in five, by a hash of the address: looked at only after the rules were written."""
        return hashlib.sha256(self.text.encode()).digest()[0] % 5 < 2


def cases(folder: Path = FOLDER) -> list[Case]:
    """Every case, in the order of the files."""
    found = []
    for file in sorted(folder.glob("*.yaml")):
        for group in yaml.safe_load(file.read_text("utf-8")) or ():
            for tagged in group["cases"]:
                found.append(_case(tagged, group["pattern"], group["source"]))
    return found


def _case(tagged: str, pattern: str, source: str) -> Case:
    want: dict[str, list[str]] = {}
    nested: dict[str, str] = {}
    for found in _TAG.finditer(tagged):
        tag, (written, _, canonical) = found[1], found[2].partition("|")
        value = canonical or written
        if tag[0] in "ah" and tag[1:].isdigit():
            if value.startswith("a1="):
                outer, _, value = value[3:].partition(";")
                nested["a1"] = outer
            nested[tag] = value
        elif tag != "x":
            want.setdefault(tag, []).append(value)
    for tag in sorted(nested):
        want.setdefault(tag[0], []).append(nested[tag])
    text = _TAG.sub(lambda found: found[2].partition("|")[0], tagged)
    return Case(text, {tag: tuple(values) for tag, values in want.items()}, pattern, source, tagged)


def elements_of(reading: Reading) -> dict[str, tuple[str, ...]]:
    """A reading in the tags of the cases."""
    said: dict[str, tuple[str | None, ...]] = {
        "n": (f"{reading.number}{reading.suffix}" if reading.number else None,),
        "fn": (reading.former_number,),
        "r": (reading.range_end,),
        "a": tuple(alley.label for alley in reading.alleys),
        "l": reading.lots,
        "pc": (reading.parcel,),
        "ms": (reading.map_sheet,),
        "z": (reading.zone.name or reading.zone.kind if reading.zone else None,),
        "km": (_km(reading),),
        "b": (reading.building,),
        "f": (reading.floor,),
        "u": (reading.flat,),
        "s": (reading.street.name if reading.street else None,),
        "h": tuple(hamlet.name for hamlet in reading.hamlets),
        "c": (reading.commune.full_name if reading.commune else None,),
        "d": (reading.district.full_name if reading.district else None,),
        "p": (reading.province.full_name if reading.province else None,),
        "po": (reading.postcode,),
        "oc": (reading.plus_code,),
        "xy": (_position(reading),),
    }
    return {tag: tuple(v for v in values if v) for tag, values in said.items() if any(values)}  # type: ignore[misc]


def _km(reading: Reading) -> str | None:
    return str(reading.km) if reading.km else None


def _position(reading: Reading) -> str | None:
    where = reading.coordinates
    if where is None:
        return None
    return f"{where.x} {where.y}" + (f" {where.srid}" if where.srid else "")


def wrong_elements(case: Case, reading: Reading, tags: tuple[str, ...] | None = None) -> list[str]:
    """What differs from the labels, as `tag: wanted / read`; marks, case and punctuation do not count."""
    said = elements_of(reading)
    faults = []
    for tag in tags or (*_ELEMENTS, "a", "h"):
        wanted, got = case.want.get(tag, ()), said.get(tag, ())
        if len(wanted) != len(got) or not all(same(tag, w, g) for w, g in zip(wanted, got, strict=True)):
            faults.append(f"{tag}: {'; '.join(wanted) or '-'} / {'; '.join(got) or '-'}")
    return faults


_UNIT_KIND = re.compile(r"(?:phuong|xa|thi tran|dac khu|quan|huyen|thi xa|thanh pho|tinh) ")


def same(tag: str, wanted: str, got: str) -> bool:
    """Whether an element says the same; marks, case, punctuation and words for the kind of street do not count."""
    if tag == "xy":
        return all(abs(float(a) - float(b)) < 1e-4 for a, b in zip(wanted.split(), got.split(), strict=True))
    if tag == "km":
        return re.sub(r"[^\d+]", "", wanted) == got
    if tag == "s":
        return _street_key(wanted) == _street_key(got)
    one, other = _plain(wanted), _plain(got)
    if tag in ("c", "d", "p") and not wanted[0].islower():  # "xã Cẩm Giang" wants the kind as well
        other = _UNIT_KIND.sub("", other, count=1)
    if tag == "h":
        one, other = one.removeprefix("so "), other.removeprefix("so ")
    return one.replace(" ", "") == other.replace(" ", "")


def _street_key(name: str) -> str:
    plain = re.sub(r"(?<=\d) thang (?=\d)", " ", _plain(name))
    plain = re.sub(r"^(?:duong so|so|no|duong|pho|quoc lo|ql|tinh lo|duong tinh|dt) (?=\S)", "", plain)
    return re.sub(r"\b0+(?=\d)", "", plain)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", fold(clean(name).text)).strip()


# --- systematic disturbances -------------------------------------------------------------------------------


def without_marks(case: Case) -> str:
    """As typed on a keyboard without Vietnamese."""
    return "".join(c for c in unicodedata.normalize("NFD", case.text) if not unicodedata.combining(c)).translate(
        {ord("đ"): "d", ord("Đ"): "D"}
    )


def decomposed(case: Case) -> str:
    """NFD, as some phones send it."""
    return unicodedata.normalize("NFD", case.text)


def capitals(case: Case) -> str:
    """All capitals, as registers print."""
    return case.text.upper()


def without_commas(case: Case) -> str:
    """Nothing between the parts."""
    return re.sub(r"\s*,\s*", " ", case.text)


def plain_small(case: Case) -> str:
    """No marks, no commas, no capitals: as people search."""
    return re.sub(r"\s*,\s*", " ", without_marks(case)).lower()


def typo(case: Case) -> str:
    """One slip in the name of the commune (else district, else province): a letter lost, doubled, other or exchanged.

    The slip survives the loss of marks, and names of less than five letters are left alone.
    """
    chooser = random.Random(case.text)
    for tag in ("c", "d", "p"):
        for found in _TAG.finditer(case.tagged):
            name, _, canonical = found[2].partition("|")
            letters = [i for i, c in enumerate(name) if c.isalpha()]
            if found[1] == tag and len(letters) >= 5 and not canonical and not any(c.isdigit() for c in name):
                slipped = _slip(name, chooser, letters)
                tagged = case.tagged[: found.start(2)] + slipped + case.tagged[found.end(2) :]
                return _TAG.sub(lambda one: one[2].partition("|")[0], tagged)
    return case.text


def _slip(name: str, chooser: random.Random, letters: list[int]) -> str:
    for _ in range(50):
        place = chooser.choice(letters)
        kind = chooser.randrange(4)
        if kind == 0:
            slipped = name[:place] + name[place + 1 :]
        elif kind == 1:
            slipped = name[:place] + chooser.choice("bcdghklmnprstv") + name[place:]
        elif kind == 2:
            slipped = name[:place] + chooser.choice("aeioubcdghklmnt") + name[place + 1 :]
        elif place + 1 < len(name) and name[place + 1].isalpha():
            slipped = name[:place] + name[place + 1] + name[place] + name[place + 2 :]
        else:
            continue
        if key(slipped) != key(name):
            return slipped
    return name


VARIANTS: dict[str, Callable[[Case], str]] = {
    "as written": lambda case: case.text,
    "no marks": without_marks,
    "NFD": decomposed,
    "capitals": capitals,
    "no commas": without_commas,
    "no marks, commas, capitals": plain_small,
    "one typo": typo,
}


def variants(chosen: list[Case]) -> Iterator[tuple[str, Case, str]]:
    """Each case in each disturbance that changes it."""
    for name, disturb in VARIANTS.items():
        for case in chosen:
            text = disturb(case)
            if name == "as written" or text != case.text:
                yield name, case, text
