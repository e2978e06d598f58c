"""The gazetteer with what the Authority imported: its units and changes win over the national tables.

Rows of the demonstration province are no statement of the Authority and are left out. What an imported change does not
say (who of the people went along, shares, hamlets) is taken from the national facts, if they know the same arrow.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from threading import Lock
from typing import Any, cast

from sqlalchemy import Connection, Row, text

from addressing.search.unit_tables import national_gazetteer
from addressing.search.units import Change, Gazetteer, Level, People, Unit, gazetteer

_VERSION = text(
    "SELECT current_database() AS base, pg_current_xact_id_if_assigned() IS NULL AS is_reading,"
    " (SELECT version FROM layer_versions WHERE layer = 'administrative_units') AS units,"
    " (SELECT version FROM layer_versions WHERE layer = 'unit_changes') AS changes,"
    " (SELECT oid FROM pg_database WHERE datname = current_database()) AS base_id"
)
_CONTENT = text(
    "SELECT current_database() AS base, u.*, c.* FROM"
    " (SELECT count(*), max(updated_at) FROM administrative_units WHERE NOT is_demo) AS u(units, unit_day),"
    " (SELECT count(*), max(id), sum(hashtextextended(c::text, 0)) FROM unit_changes c WHERE NOT is_demo)"
    " AS c(changes, last_change, content)"
)  # ten milliseconds for the whole country; versions count only what is committed
_UNITS = text(
    "SELECT level, code, parent_code, kind, name, full_name, area_km2, population, valid_from, valid_to, source"
    " FROM administrative_units WHERE NOT is_demo ORDER BY level DESC, code, valid_from"
)
_CHANGES = text(
    "SELECT level, old_code, old_name, new_code, new_name, part, changed_on, source, people, population_ratio,"
    " area_ratio, hamlets FROM unit_changes WHERE NOT is_demo ORDER BY changed_on, old_code, new_code"
)
_MADE: dict[tuple[Any, ...], Gazetteer] = {}
_KEPT = 4
_MAKING = Lock()
"""Whoever comes while it is made waits, rather than make it a second time."""

_Key = tuple[Level, str]


def gazetteer_of(conn: Connection) -> Gazetteer:
    """Units of the country as this database knows them. Made again only after an import; shared between threads.

    Works for both audiences: units and their changes are public.
    """
    stamp = tuple(conn.execute(_VERSION).one())
    if not stamp[1]:  # this transaction has written, perhaps units
        stamp = tuple(conn.execute(_CONTENT).one())
    with _MAKING:
        return _made(conn, stamp)


def _made(conn: Connection, stamp: tuple[Any, ...]) -> Gazetteer:
    known = _MADE.get(stamp)
    if known is None:
        units, changes = conn.execute(_UNITS).all(), conn.execute(_CHANGES).all()
        known = with_imports(national_gazetteer(), units, changes) if units or changes else national_gazetteer()
        while len(_MADE) >= _KEPT:
            _MADE.pop(next(iter(_MADE)), None)
        _MADE[stamp] = known
    return known


def with_imports(base: Gazetteer, unit_rows: Iterable[Row[Any]], change_rows: Iterable[Row[Any]]) -> Gazetteer:
    """A new gazetteer: imported forms replace those of the same code and time, imported changes those of their day."""
    imported = _imported_units(base, list(unit_rows))
    now_known = _Replacing(base, imported)
    changes = [now_known.change(change) for change in base.changes]
    rows = list(change_rows)
    told = {(row.level, row.old_code, row.changed_on) for row in rows}
    kept = [c for c in changes if (c.old.level, c.old.code, c.changed_on) not in told]
    kept += [now_known.imported_change(row) for row in rows]
    return gazetteer(now_known.units(), [*kept, *now_known.implied(kept)])


def _imported_units(base: Gazetteer, rows: list[Row[Any]]) -> dict[_Key, list[Unit]]:
    province_of = {row.code: row.parent_code for row in rows if row.level == "district"}
    units: dict[_Key, list[Unit]] = defaultdict(list)
    for row in rows:
        parent = row.parent_code or row.code
        in_district = row.level == "commune" and len(parent) == 3
        province = province_of.get(parent) if in_district else parent
        if province is None:
            known = base.by_code("district", parent)
            province = known[0].province_code if known else ""
        national = base.by_code(row.level, row.code, on=row.valid_from)
        units[row.level, row.code].append(
            Unit(
                row.level, row.code, row.kind or "", row.name, row.full_name, province,
                parent if in_district else None, row.valid_from, row.valid_to,
                national[0].lon if national else None, national[0].lat if national else None,
                row.area_km2, row.population, row.source or "",
            )
        )  # fmt: skip
    return units


class _Replacing:
    """Which form now stands for which of the national tables."""

    def __init__(self, base: Gazetteer, imported: dict[_Key, list[Unit]]) -> None:
        self.imported = imported
        self.national = {(c.old.level, c.old.code, c.new.code, c.changed_on): c for c in base.changes}
        self.now: dict[int, Unit] = {}  # by id() of the national form: the form that ends or goes on in its place
        self.first: dict[int, Unit] = {}  # the form that begins in its place
        self.made: dict[_Key, list[Unit]] = defaultdict(list)
        self.cut: list[tuple[Unit, Unit]] = []
        for unit in base.units:
            self._place(unit)

    def _place(self, unit: Unit) -> None:
        over = [form for form in self.imported.get((unit.level, unit.code), ()) if _overlap(form, unit)]
        if not over:
            self.now[id(unit)] = self.first[id(unit)] = unit
            self.made[unit.level, unit.code].append(unit)
            return
        self.now[id(unit)] = over[-1]
        self.first[id(unit)] = over[0]
        start = over[0].valid_from
        if start is not None and (unit.valid_from is None or unit.valid_from < start):
            before = replace(unit, valid_to=start)
            self.made[unit.level, unit.code].append(before)
            self.first[id(unit)] = before
            self.cut.append((before, over[0]))

    def units(self) -> list[Unit]:
        return [form for forms in (*self.made.values(), *self.imported.values()) for form in forms]

    def change(self, change: Change) -> Change:
        return replace(change, old=self.now[id(change.old)], new=self.first[id(change.new)])

    def implied(self, changes: list[Change]) -> list[Change]:
        """A national form that an imported one cuts short goes on in it, unless a change says otherwise."""
        told = {(c.old.level, c.old.code, c.changed_on) for c in changes}
        return [
            Change(old, new, new.valid_from, "full", "all", source=new.source)
            for old, new in self.cut
            if new.valid_from is not None and (old.level, old.code, new.valid_from) not in told
        ]

    def imported_change(self, row: Row[Any]) -> Change:
        old = self._find(row.level, row.old_code, row.changed_on - timedelta(days=1), row.old_name)
        new = self._find(row.level, row.new_code, row.changed_on, row.new_name)
        people = cast("People | None", row.people) or ("all" if row.part == "full" else None)
        hamlets = tuple(name.strip() for name in (row.hamlets or "").split(";") if name.strip())
        told = Change(
            old, new, row.changed_on, row.part, people, row.population_ratio, row.area_ratio, hamlets,
            source=row.source or "",
        )  # fmt: skip
        national = self.national.get((row.level, row.old_code, row.new_code, row.changed_on))
        return told if national is None or national.part != told.part else _filled(told, national)

    def _find(self, level: Level, code: str, day: date, name: str) -> Unit:
        forms = [*self.imported.get((level, code), ()), *self.made.get((level, code), ())]
        found = next((form for form in forms if form.valid_on(day)), None)
        if found is None:
            kind = next((kind for kind in _KINDS if name.lower().startswith(f"{kind} ")), "")
            bare = name[len(kind) :].strip() if kind else name
            province = next((form.province_code for form in forms), code if level == "province" else "")
            found = Unit(level, code, kind, bare, name, province)
            self.imported.setdefault((level, code), []).append(found)
        return found


def _filled(told: Change, national: Change) -> Change:
    return replace(
        told,
        people=told.people or national.people,
        population_ratio=national.population_ratio if told.population_ratio is None else told.population_ratio,
        area_ratio=national.area_ratio if told.area_ratio is None else told.area_ratio,
        hamlets=told.hamlets or national.hamlets,
        usual=national.usual,
    )


_KINDS = ("phường", "xã", "thị trấn", "đặc khu", "quận", "huyện", "thị xã", "thành phố", "tỉnh")


def _overlap(a: Unit, b: Unit) -> bool:
    return (a.valid_to is None or b.valid_from is None or b.valid_from < a.valid_to) and (
        b.valid_to is None or a.valid_from is None or a.valid_from < b.valid_to
    )
