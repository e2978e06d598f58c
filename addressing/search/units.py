"""The gazetteer: every administrative unit we know of, dated, and what became of it. In memory and immutable.

Levels are ``province``, ``district`` (none since 1 July 2025) and ``commune``. A unit is one *form* of a unit: the
same code before and after a reform is two records, because what it covers, what it is called or what it belongs to
changed. A code alone therefore never tells the era.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeVar

from addressing.search import normalise

Level = Literal["province", "district", "commune"]
Era = Literal["old", "new"]
People = Literal["all", "part", "none"]

_K = TypeVar("_K")
_V = TypeVar("_V")

# The day on which 63 provinces became 34, districts ended and 10,035 communes became 3,321.
REFORM = date(2025, 7, 1)

_LEADING_ZERO = re.compile(r"\b0+(?=\d)")


def name_key(name: str) -> str:
    """What a unit is found by: the `key` that all names are compared by, and ``01`` as ``1``.

    >>> name_key("Phường Bà Rịa - Vũng Tàu 01")
    'phuong ba ria vung tau 1'
    """
    compared = normalise.key(name)
    return _LEADING_ZERO.sub("", compared) if "0" in compared else compared


@dataclass(frozen=True, slots=True)
class Unit:
    """One form of an administrative unit and the time in which it had it."""

    level: Level
    code: str  # official: 2, 3 or 5 digits by level
    kind: str  # tỉnh, thành phố, quận, huyện, thị xã, phường, xã, thị trấn, đặc khu: small letters
    name: str  # without the word for its kind
    full_name: str
    province_code: str  # its own code for a province
    district_code: str | None = None  # None for provinces, and for communes since the reform
    valid_from: date | None = None  # None: from before what we know
    valid_to: date | None = None  # the first day on which it was no longer so; None: still so
    lon: float | None = None  # WGS 84, a published centre that may be a kilometre off; None unknown
    lat: float | None = None
    area_km2: float | None = None  # as published
    population: int | None = None
    source: str = ""

    def valid_on(self, day: date) -> bool:
        """Whether the unit existed in this form on the day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day < self.valid_to)

    @property
    def era(self) -> Era:
        """``new`` for a form that exists at or after the reform of 1 July 2025, ``old`` for one that ended by then."""
        return "old" if self.valid_to is not None and self.valid_to <= REFORM else "new"

    @property
    def parent_code(self) -> str | None:
        """Code of the unit directly above: the district where there was one, else the province."""
        return None if self.level == "province" else self.district_code or self.province_code


@dataclass(frozen=True, slots=True)
class Change:
    """One arrow of a reform: what of `old` became part of `new` on a day."""

    old: Unit
    new: Unit
    changed_on: date
    part: Literal["full", "partial"]  # whether `old` went there as a whole
    people: People | None = None  # which part of its inhabitants went along; None: the source does not say
    population_ratio: float | None = None  # share of the inhabitants of `old`, 0-1
    area_ratio: float | None = None  # share of the area of `old`, 0-1
    hamlets: tuple[str, ...] = ()  # thôn, tổ dân phố, khu … of `old` that went there
    usual: bool = False  # the source's own default among several
    source: str = ""


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Units by key, level, era and parent, and the changes between them. Build it once, read it from any thread."""

    units: tuple[Unit, ...]
    changes: tuple[Change, ...]
    _by_key: Mapping[str, tuple[Unit, ...]] = field(repr=False)
    _by_code: Mapping[tuple[Level, str], tuple[Unit, ...]] = field(repr=False)
    _keys: tuple[str, ...] = field(repr=False)  # sorted, for prefixes
    _after: Mapping[int, tuple[Change, ...]] = field(repr=False)  # by id() of the unit, which this object keeps alive
    _before: Mapping[int, tuple[Change, ...]] = field(repr=False)
    _children: Mapping[tuple[Level, str], tuple[Unit, ...]] = field(repr=False)

    def find(
        self,
        key: str,
        *,
        level: Level | None = None,
        on: date | None = None,
        era: Era | None = None,
        parent: Unit | None = None,
        kind: str | None = None,
    ) -> tuple[Unit, ...]:
        """Units of that key (see `name_key`), with or without the word for their kind: ``tu minh``, ``phuong tu minh``.

        All filters narrow; `parent` may be a province or a district, and only units that could lie in it at the same
        time are kept. The order is the official one: by level, code, time. Nothing found is an empty tuple.
        """
        return tuple(
            unit
            for unit in self._by_key.get(key, ())
            if (level is None or unit.level == level)
            and (on is None or unit.valid_on(on))
            and (era is None or unit.era == era)
            and (kind is None or unit.kind == kind)
            and (parent is None or _lies_in(unit, parent))
        )

    def starting_with(self, prefix: str, limit: int = 20) -> Iterator[tuple[str, tuple[Unit, ...]]]:
        """Keys that begin so, in alphabetical order, each with its units; at most `limit` keys."""
        start = bisect_left(self._keys, prefix)
        for key in self._keys[start : start + limit]:
            if not key.startswith(prefix):
                return
            yield key, self._by_key[key]

    @property
    def keys(self) -> tuple[str, ...]:
        """All keys, sorted: what a misspelt phrase is compared with."""
        return self._keys

    def by_code(self, level: Level, code: str, *, on: date | None = None) -> tuple[Unit, ...]:
        """Every form of the unit of that code, oldest first; with `on` the one of that day."""
        forms = self._by_code.get((level, code), ())
        return forms if on is None else tuple(unit for unit in forms if unit.valid_on(on))

    def parents(self, unit: Unit) -> tuple[Unit, ...]:
        """District (where there was one) and province of a unit, as they were when it ended, or are now."""
        codes: list[tuple[Level, str]] = []
        if unit.level == "commune" and unit.district_code:
            codes.append(("district", unit.district_code))
        if unit.level != "province":
            codes.append(("province", unit.province_code))
        return tuple(
            form
            for level, code in codes
            for form in [_contemporary(self._by_code.get((level, code), ()), unit)]
            if form is not None
        )

    def children(self, unit: Unit, on: date | None = None) -> tuple[Unit, ...]:
        """Units directly below, of the same time; by code. With `on` only those of that day."""
        below = self._children.get((unit.level, unit.code), ())
        return tuple(u for u in below if _overlap(u, unit) and (on is None or u.valid_on(on)))

    def successors(self, unit: Unit) -> tuple[Change, ...]:
        """What became of a unit when its form ended: one change for each unit that took a part. Empty: still so."""
        return self._after.get(id(unit), ())

    def predecessors(self, unit: Unit) -> tuple[Change, ...]:
        """What a unit was made of: one change for each unit it took a part of."""
        return self._before.get(id(unit), ())


def gazetteer(units: Iterable[Unit], changes: Iterable[Change]) -> Gazetteer:
    """Index units and changes. The units of a change must be among `units` (the same objects)."""
    ordered = tuple(sorted(units, key=lambda u: (_RANK[u.level], u.code, u.valid_from or date.min)))
    by_key: dict[str, list[Unit]] = defaultdict(list)
    by_code: dict[tuple[Level, str], list[Unit]] = defaultdict(list)
    children: dict[tuple[Level, str], list[Unit]] = defaultdict(list)
    for unit in ordered:
        for key in {name_key(unit.full_name), name_key(unit.name)}:
            by_key[key].append(unit)
        by_code[unit.level, unit.code].append(unit)
        if unit.parent_code is not None:
            children["district" if unit.district_code else "province", unit.parent_code].append(unit)
    after: dict[int, list[Change]] = defaultdict(list)
    before: dict[int, list[Change]] = defaultdict(list)
    kept = tuple(changes)
    for change in kept:
        after[id(change.old)].append(change)
        before[id(change.new)].append(change)
    return Gazetteer(
        ordered,
        kept,
        _frozen(by_key),
        _frozen(by_code),
        tuple(sorted(by_key)),
        _frozen(after),
        _frozen(before),
        _frozen(children),
    )


_RANK = {"province": 0, "district": 1, "commune": 2}


def _frozen(lists: dict[_K, list[_V]]) -> dict[_K, tuple[_V, ...]]:
    return {key: tuple(values) for key, values in lists.items()}


def _overlap(a: Unit, b: Unit) -> bool:
    return (a.valid_to is None or b.valid_from is None or b.valid_from < a.valid_to) and (
        b.valid_to is None or a.valid_from is None or a.valid_from < b.valid_to
    )


def _lies_in(unit: Unit, parent: Unit) -> bool:
    if parent.level == "province":
        inside = unit.province_code == parent.code and unit.level != "province"
    else:
        inside = parent.level == "district" and unit.level == "commune" and unit.district_code == parent.code
    return inside and _overlap(unit, parent)


def _contemporary(forms: tuple[Unit, ...], unit: Unit) -> Unit | None:
    """The last of the forms that shared a day with the unit."""
    return next((form for form in reversed(forms) if _overlap(form, unit)), None)
