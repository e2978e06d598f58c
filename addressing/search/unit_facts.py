"""Dated facts on units that the package's tables lack or have wrong, each with the act it comes from.

The facts are `unit_facts.json`: what existed before the last reforms of Hải Dương and Hải Phòng, what became of units
that the package confused with a namesake, who went where when a commune was split, and what changed since. A reader
applies them to the restated tables before the gazetteer is built.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from addressing.search.units import Change, People, Unit

_FILE = Path(__file__).with_name("unit_facts.json")


class _Form:
    """A form whose first day is not settled yet: reforms are read from the last to the first."""

    __slots__ = ("base", "since", "until")

    def __init__(self, base: Unit, until: date | None = None) -> None:
        self.base, self.until = base, until
        self.since = base.valid_from

    def settled(self) -> Unit:
        until = self.base.valid_to if self.until is None else self.until
        return replace(self.base, valid_from=self.since, valid_to=until)


class Facts:
    """The file, read once."""

    def __init__(self, path: Path = _FILE) -> None:
        with path.open(encoding="utf-8") as file:
            self._data: dict[str, Any] = json.load(file)

    @cached_property
    def acts(self) -> dict[str, tuple[str, str, str]]:
        """By number: day of issue, English and Vietnamese title."""
        return {number: tuple(row) for number, row in self._data["acts"].items()}

    @cached_property
    def successors(self) -> dict[str, tuple[tuple[str, ...], str]]:
        """Commune codes of 30 June 2025 whose successors the package has wrong: the right codes, and the act."""
        return {old: (tuple(new), act) for old, new, act in self._data["successors"]}

    @cached_property
    def people(self) -> dict[tuple[str, str], tuple[People, str]]:
        """What of the inhabitants of a split commune went to which new one, and the item of the act."""
        return {
            (old, new): (people, f"{act}, Điều 1, khoản {item}") for old, new, people, act, item in self._data["people"]
        }

    def former_communes(self) -> Iterator[tuple[date, str, frozenset[str], list[tuple[str, str, str, str, str]]]]:
        """Reforms before July 2025, the last first: day, act, codes made new then, and the forms that ended.

        A form: code ("" where we do not know it), kind, name, district code, code of the commune that took it.
        """
        for group in reversed(self._data["former_communes"]):
            rows = [tuple(row) for row in group["units"]]
            yield date.fromisoformat(group["on"]), group["act"], frozenset(group["created"]), rows

    def former_districts(self) -> Iterator[tuple[str, str, str, str, date, str]]:
        """Code, kind it had before, name, province, day of the change, act."""
        for code, kind, name, province, day, act in self._data["former_districts"]:
            yield code, kind, name, province, date.fromisoformat(day), act

    def new_kinds(self) -> Iterator[tuple[str, str, str, date, str]]:
        """Level and code of units that got another kind since the reform, the kind, the day, the act."""
        for level, code, kind, day, act in self._data["new_kinds"]:
            yield level, code, kind, date.fromisoformat(day), act


def former_forms(facts: Facts, communes: dict[str, Unit]) -> tuple[list[Unit], list[Change]]:
    """What the communes of 30 June 2025 were made of, reform by reform, with the arrows between the forms.

    `communes`, by code, are changed in place: those made by a reform get their first day. A commune that only grew
    keeps its name; its smaller form before is made here too.
    """
    earliest: dict[str, _Form] = {}
    arrows: list[tuple[date, str, _Form, _Form]] = []
    for day, act, created, rows in facts.former_communes():
        takers = {code: earliest.get(code) or _Form(communes[code]) for *_, code in rows}
        before: dict[str, _Form] = {}
        for code, kind, name, district, taker in rows:
            province = takers[taker].base.province_code
            full_name = f"{kind.capitalize()} {name}"
            unit = Unit("commune", code, kind, name, full_name, province, district, valid_to=day, source=act)
            form = _Form(unit)
            arrows.append((day, act, form, takers[taker]))
            if code:
                before[code] = form
        for code in takers.keys() - before.keys() - created:
            before[code] = _Form(replace(takers[code].base, valid_from=None, source=act), until=day)
            arrows.append((day, act, before[code], takers[code]))
        for code, form in takers.items():
            form.since = day
            earliest[code] = form
            if form.base is communes.get(code):
                communes[code] = form.settled()
        earliest.update(before)
    return _settled(communes, arrows)


def _settled(
    communes: dict[str, Unit], arrows: list[tuple[date, str, _Form, _Form]]
) -> tuple[list[Unit], list[Change]]:
    units: dict[int, Unit] = {}
    for _, _, old, new in arrows:
        for form in (old, new):
            if id(form) not in units:
                last = communes.get(form.base.code)
                settled = form.settled()
                units[id(form)] = last if last == settled else settled
    changes = [Change(units[id(old)], units[id(new)], day, "full", "all", source=act) for day, act, old, new in arrows]
    lasting = set(map(id, communes.values()))
    return [unit for unit in units.values() if id(unit) not in lasting], changes
