"""How an address is written: north, south and English, from the same parts. Pure.

The parts run from the outside in: the street, the alleys in their order, the house. The circular
lays down no written form (R6.8), so both customs are kept and either finds the place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from addressing.rules.numbers import HouseNumber, UnreadableHouseNumber
from addressing.rules.unnamed import UNNAMED

_ALLEY_WORD = re.compile(r"(ngõ|ngách|hẻm|kiệt)\b\s*(.*)\Z", re.IGNORECASE | re.DOTALL)
_ROAD_WORDS_EN = {"đường": "Road", "phố": "Street", "đại lộ": "Avenue"}
_ALLEY_WORDS_EN = {"ngõ": "Alley", "ngách": "Lane", "hẻm": "Sublane", "kiệt": "Alley"}
_UNIT_WORDS_EN = {
    "phường": "Ward", "xã": "Commune", "thị trấn": "Township", "đặc khu": "Special Zone",
    "thành phố": "City", "tỉnh": "Province",
}  # fmt: skip
LEVEL_WORDS = ("ngõ", "ngách", "hẻm")


@dataclass(frozen=True, slots=True)
class AlleyStep:
    """One alley on the way from the street to the house."""

    word: str
    # ngõ, ngách, hẻm or kiệt
    label: str
    # 99, 12A, or a proper name

    @property
    def is_numbered(self) -> bool:
        """Whether it is called by the number of a house, and not by a name."""
        return is_number(self.label)


@dataclass(frozen=True, slots=True)
class AddressParts:
    """One address, from the outside in."""

    street: str
    # as on the street sign: Đường A; "" for a way without a name, where an estate stands for it
    steps: tuple[AlleyStep, ...]
    number: str
    units: tuple[str, ...] = ()
    # full names from the commune up: phường Tứ Minh, thành phố Hải Phòng
    units_en: tuple[str, ...] = ()

    @property
    def path(self) -> tuple[str, ...]:
        """The canonical key of the way inward: 99, 12, 8."""
        return (*(step.label for step in self.steps), self.number)


def northern(parts: AddressParts) -> str:
    """`Số 8, ngách 12, ngõ 99, đường A, phường Tứ Minh`: from the inside out."""
    inward = [f"{step.word} {step.label}" for step in reversed(parts.steps)]
    return ", ".join(filter(None, [f"Số {parts.number}", *inward, _small(parts.street), *map(_small, parts.units)]))


def southern(parts: AddressParts) -> str | None:
    """`99/12/8 đường A, phường Tứ Minh`: outside in, with slashes. None where an alley has a name."""
    if not all(step.is_numbered for step in parts.steps):
        return None
    return ", ".join([f"{'/'.join(parts.path)} {_small(parts.street)}", *map(_small, parts.units)])


def english(parts: AddressParts) -> str:
    """`No. 8, Lane 12, Alley 99, A Road, Tứ Minh Ward`."""
    inward = [f"{_ALLEY_WORDS_EN[step.word]} {step.label}" for step in reversed(parts.steps)]
    units = parts.units_en or tuple(map(_unit_en, parts.units))
    return ", ".join(filter(None, [f"No. {parts.number}", *inward, _turned(parts.street, _ROAD_WORDS_EN), *units]))


def written_forms(parts: AddressParts) -> dict[str, tuple[str, ...]]:
    """By language: first the form that is shown, then every other one that finds the place."""
    variants = [replace(parts, units=parts.units[:count]) for count in range(len(parts.units), -1, -1)]
    vietnamese = [form for item in variants for form in (northern(item), southern(item)) if form is not None]
    vietnamese += [form.removeprefix("Số ") for form in vietnamese if form.startswith("Số ")]
    return {
        "vi": tuple(dict.fromkeys(vietnamese)),
        "en": tuple(dict.fromkeys([english(parts), english(replace(parts, units=(), units_en=()))])),
    }


def alley_step(name: str, level: int, outer_name: str = "") -> AlleyStep | None:
    """An alley as a step of a path, from its name; None for an alley without one.

    `Ngõ 99`, `Ngõ 99 đường A` (on `Đường A`) and `Ngõ Chùa Vua` are names; `Ngõ chưa đặt tên` is none.
    """
    match = _ALLEY_WORD.match(name.strip())
    word, rest = (match[1].lower(), match[2].strip()) if match else (LEVEL_WORDS[min(level, 3) - 1], name.strip())
    if rest.lower() in UNNAMED:
        return None
    first, _, tail = rest.partition(" ")
    tail = tail.strip(" ,")
    if is_number(first) and (not tail or tail.lower() == outer_name.strip().lower()):
        return AlleyStep(word, first.upper())
    return AlleyStep(word, rest)


def is_number(label: str) -> bool:
    """Whether this reads as a house number: 99, 12A."""
    try:
        HouseNumber.parse(label)
    except UnreadableHouseNumber:
        return False
    return True


def address_code(unit_code: str | None, street_code: str, path: Sequence[str]) -> str | None:
    """`10891/S014/99.12.8`: derived, never issued, right for its period only. None without a unit."""
    return None if unit_code is None else f"{unit_code}/{street_code}/{'.'.join(path)}"


def _small(name: str) -> str:
    """Đường A, Phường B inside a sentence: đường A, phường B. Proper names keep their capital."""
    for word in ("đại lộ", "quốc lộ", "tỉnh lộ", "đường", "phố", "ngõ", *_UNIT_WORDS_EN):
        if name.lower().startswith(word + " "):
            return word + name[len(word) :]
    return name


def _turned(name: str, words: dict[str, str]) -> str:
    for word, english_word in words.items():
        if name.lower().startswith(word + " "):
            return f"{name[len(word) + 1 :]} {english_word}"
    return name


def _unit_en(name: str) -> str:
    return _turned(name, _UNIT_WORDS_EN)
