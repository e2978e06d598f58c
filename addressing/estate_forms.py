"""How the address of a group, building, stair, floor or flat is written: from the inside out, by one writer. Pure.

The circular lays down no written form; the way outward is flat, floor, building, group, estate, street.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from addressing.rules.estate_model import PartKind
from addressing.written_forms import AddressParts, english, northern

_WORDS = {
    PartKind.GROUP: ("nhóm nhà", "Group"),
    PartKind.BUILDING: ("nhà", "Building"),
    PartKind.STAIR: ("cầu thang", "Stair"),
    PartKind.FLOOR: ("tầng", "Floor"),
    PartKind.FLAT: ("căn hộ", "Flat"),
}


@dataclass(frozen=True, slots=True)
class EstateAddress:
    """One address in an estate."""

    inner: tuple[tuple[PartKind, str], ...]
    # kinds and names from the inside out; of a block without its building
    estate: str
    # what the estate is called; "" for a block, which has a number
    estate_code: str
    way: AddressParts
    # the street with its alleys; of a block with its number, else with number ""

    @property
    def path(self) -> tuple[str, ...]:
        """The canonical key of the way inward: alleys, estate or number of the block, then names."""
        outer = tuple(step.label for step in self.way.steps)
        door = self.way.number or self.estate_code
        return (*outer, door, *(name for _, name in reversed(self.inner)))


def forms(address: EstateAddress) -> dict[str, tuple[str, ...]]:
    """By language: first the form that is shown, then every other one that finds the place."""
    plain = replace(address, way=replace(address.way, units=(), units_en=()))
    shorter = [replace(one, inner=_without_floor(one.inner)) for one in (address, plain)]
    every = [address, plain, *shorter]
    every += [replace(one, estate="") for one in every if one.estate]
    return {
        "vi": tuple(dict.fromkeys(_capital(vietnamese(one)) for one in every)),
        "en": tuple(dict.fromkeys(in_english(one) for one in every)),
    }


def part_in_vietnamese(inner: Iterable[tuple[PartKind, str]]) -> str:
    """A part with what it lies in, from the inside out: `Căn hộ 3A-02, tầng 3A, nhà A1`."""
    return _capital(", ".join(f"{_WORDS[kind][0]} {name}" for kind, name in inner))


def part_in_english(inner: Iterable[tuple[PartKind, str]]) -> str:
    """The same: `Flat 3A-02, Floor 3A, Building A1`."""
    return ", ".join(f"{_WORDS[kind][1]} {name}" for kind, name in inner)


def vietnamese(address: EstateAddress) -> str:
    """`căn hộ 3A-02, tầng 3A, nhà A1, nhóm nhà A, Khu A, đường Số 3, phường B`."""
    inner = [f"{_WORDS[kind][0]} {name}" for kind, name in address.inner]
    outer = _small(northern(address.way)) if address.way.number else _without_number(northern(address.way), "Số ")
    return ", ".join(part for part in (*inner, address.estate, outer) if part)


def in_english(address: EstateAddress) -> str:
    """`Flat 3A-02, Floor 3A, Building A1, Group A, Khu A, Số 3 Road, B Ward`."""
    inner = [f"{_WORDS[kind][1]} {name}" for kind, name in address.inner]
    outer = english(address.way) if address.way.number else _without_number(english(address.way), "No. ")
    return ", ".join(part for part in (*inner, address.estate, outer) if part)


def _without_floor(inner: tuple[tuple[PartKind, str], ...]) -> tuple[tuple[PartKind, str], ...]:
    """A flat names its floor already."""
    if inner and inner[0][0] is PartKind.FLAT:
        return tuple(one for one in inner if one[0] is not PartKind.FLOOR)
    return inner


def _without_number(words: str, word: str) -> str:
    """What stands behind an empty number; "" where nothing does."""
    return words.removeprefix(word).removeprefix(", ")


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
