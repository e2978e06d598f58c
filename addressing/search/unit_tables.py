"""The gazetteer of the whole country from the tables of the `vietnamadminunits` package, restated at load time.

Only its tables are read: its own conversion asks a geocoder on the network. What the tables have wrong is corrected by
the dated, sourced facts of `unit_facts`; what the Authority imported wins over both (`units_on_file`).
"""

from __future__ import annotations

import gc
import importlib.util
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from addressing.search.unit_facts import Facts, former_forms
from addressing.search.units import REFORM, Change, Gazetteer, Level, Unit, gazetteer

PACKAGE = "vietnamadminunits tables, as of 30 June and 1 July 2025"


@lru_cache(maxsize=1)
def national_gazetteer() -> Gazetteer:
    """Units of the country before and since 1 July 2025. The first call takes a moment; later ones nothing."""
    collecting = gc.isenabled()
    gc.disable()  # a hundred thousand new objects, none of them garbage: looking for some takes a third of the time
    try:
        return gazetteer(*_restated(_data_folder(), Facts()))
    finally:
        if collecting:
            gc.enable()


def _data_folder() -> Path:
    """Where the package keeps its tables. The package itself is not imported: that would load its parser."""
    found = importlib.util.find_spec("vietnamadminunits")
    assert found is not None
    assert found.origin is not None  # a dependency of this project
    return Path(found.origin).parent / "data"


def _restated(folder: Path, facts: Facts) -> tuple[list[Unit], list[Change]]:
    with closing(sqlite3.connect(f"file:{folder / 'dataset.db'}?mode=ro&immutable=1", uri=True)) as tables:
        old = dict(_old_communes(tables))
        new = dict(_new_communes(tables))
        islands = dict(_island_districts(tables))
        above = [*_old_above(tables), *_new_provinces(tables)]
    with (folder / "converter_2025.json").open(encoding="utf-8") as file:
        mapping = json.load(file)
    communes = {unit.code: unit for unit in old.values()}
    units, changes = former_forms(facts, communes)
    old = {key: communes[unit.code] for key, unit in old.items()}
    above, later_districts = _with_former_districts(facts, above)
    new, above, later = _with_new_kinds(facts, new, above)
    first = {unit.code: unit for unit in new.values()}
    changes += [*_corrected(facts, _changes(mapping, old | islands, new), communes, first), *later_districts, *later]
    changes += _of_provinces(changes, above)
    units += [*old.values(), *new.values(), *above, *islands.values(), *(change.new for change in later)]
    return units, changes


_KINDS = ("phường", "xã", "thị trấn", "đặc khu", "quận", "huyện", "thị xã", "thành phố", "tỉnh")


def _kind_and_name(full_name: str) -> tuple[str, str]:
    """Taken apart here: the tables' own columns have a wrong kind for seven units and `Kỳ Anh (Huyện)` as a name.

    A numbered unit keeps the word in its name: ``Phường 4``.
    """
    kind = next(kind for kind in _KINDS if full_name.lower().startswith(f"{kind} "))
    name = full_name[len(kind) + 1 :]
    return kind, full_name if name.isdigit() else name


def _old_communes(tables: sqlite3.Connection) -> Iterator[tuple[str, Unit]]:
    """Communes of 30 June 2025 by the key that the package's mapping has for them."""
    rows = tables.execute(
        "SELECT provinceKey, districtKey, wardKey, provinceCode, districtCode, wardCode, ward, wardLon, wardLat"
        " FROM admin_units_legacy WHERE wardCode IS NOT NULL"
    )
    for province_key, district_key, ward_key, province, district, code, full_name, lon, lat in rows:
        unit = _unit("commune", code, full_name, province, district, lon, lat)
        yield f"{province_key}_{district_key}_{ward_key}", unit


def _island_districts(tables: sqlite3.Connection) -> Iterator[tuple[str, Unit]]:
    """The five island districts that had no communes: what became đặc khu was the district itself."""
    rows = tables.execute(
        "SELECT provinceKey, districtKey, provinceCode, districtCode, district, districtLon, districtLat"
        " FROM admin_units_legacy WHERE wardCode IS NULL"
    )
    for province_key, district_key, province, code, full_name, lon, lat in rows:
        yield f"{province_key}_{district_key}_", _unit("district", code, full_name, province, None, lon, lat)


def _new_communes(tables: sqlite3.Connection) -> Iterator[tuple[tuple[str, str], Unit]]:
    rows = tables.execute(
        "SELECT provinceKey, wardKey, provinceCode, wardCode, ward, wardLon, wardLat, wardAreaKm2 FROM admin_units"
    )
    for province_key, ward_key, province, code, full_name, lon, lat, area in rows:
        kind, name = _kind_and_name(full_name)
        yield (
            (province_key, ward_key),
            Unit(
                "commune", code, kind, name, full_name, province, None, REFORM, None, lon, lat, area,
                source=PACKAGE,
            ),
        )  # fmt: skip


def _old_above(tables: sqlite3.Connection) -> Iterator[Unit]:
    """Provinces and districts of 30 June 2025; the island districts are with the communes."""
    for code, full_name, lon, lat in tables.execute(
        "SELECT DISTINCT provinceCode, province, provinceLon, provinceLat FROM admin_units_legacy"
    ):
        yield _unit("province", code, full_name, code, None, lon, lat)
    for province, code, full_name, lon, lat in tables.execute(
        "SELECT DISTINCT provinceCode, districtCode, district, districtLon, districtLat"
        " FROM admin_units_legacy WHERE wardCode IS NOT NULL"
    ):
        yield _unit("district", code, full_name, province, None, lon, lat)


def _new_provinces(tables: sqlite3.Connection) -> Iterator[Unit]:
    for code, full_name, lon, lat in tables.execute(
        "SELECT DISTINCT provinceCode, province, provinceLon, provinceLat FROM admin_units"
    ):
        kind, name = _kind_and_name(full_name)
        yield Unit("province", code, kind, name, full_name, code, None, REFORM, None, lon, lat, source=PACKAGE)


def _unit(
    level: Level, code: str, full_name: str, province: str, district: str | None, lon: float | None, lat: float | None
) -> Unit:
    kind, name = _kind_and_name(full_name)
    return Unit(level, code, kind, name, full_name, province, district, None, REFORM, lon, lat, source=PACKAGE)


def _changes(
    mapping: dict[str, dict[str, dict[str, list[object]]]], old: dict[str, Unit], new: dict[tuple[str, str], Unit]
) -> Iterator[Change]:
    """Arrows of 1 July 2025, which the package keys by names."""
    for province, wards in mapping["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward, olds in wards.items():
            for key in olds:
                yield Change(old[str(key)], new[province, ward], REFORM, "full", "all", usual=True, source=PACKAGE)
    for province, divided in mapping["DICT_PROVINCE_WARD_DIVIDED"].items():
        for key, parts in divided.items():
            for part in parts:
                assert isinstance(part, dict)
                yield Change(
                    old[key], new[province, part["newWardKey"]], REFORM, "partial",
                    usual=bool(part["isDefaultNewWard"]), source=PACKAGE,
                )  # fmt: skip


def _corrected(facts: Facts, changes: Iterator[Change], old: dict[str, Unit], new: dict[str, Unit]) -> Iterator[Change]:
    """The package's arrows without those that a resolution contradicts, and with what it says about people."""
    for change in changes:
        if change.old.level == "commune" and change.old.code in facts.successors:
            continue
        yield _told(facts, change)
    for code, (successors, act) in facts.successors.items():
        single = len(successors) == 1
        for successor in successors:
            change = Change(old[code], new[successor], REFORM, "partial", source=act)
            yield replace(change, part="full", people="all", usual=True) if single else _told(facts, change)


def _told(facts: Facts, change: Change) -> Change:
    told = facts.people.get((change.old.code, change.new.code))
    if told is None or change.part == "full":
        return change
    people, source = told
    return replace(change, people=people, source=source)


def _with_former_districts(facts: Facts, above: list[Unit]) -> tuple[list[Unit], list[Change]]:
    """Districts that had another kind before: huyện Thủy Nguyên, which became a city in 2025."""
    changes = []
    for code, kind, name, province, day, act in facts.former_districts():
        place = next(i for i, unit in enumerate(above) if unit.level == "district" and unit.code == code)
        above[place] = replace(above[place], valid_from=day)
        full_name = f"{kind.capitalize()} {name}"
        before = Unit("district", code, kind, name, full_name, province, valid_to=day, source=act)
        above.append(before)
        changes.append(Change(before, above[place], day, "full", "all", source=act))
    return above, changes


def _with_new_kinds(
    facts: Facts, new: dict[tuple[str, str], Unit], above: list[Unit]
) -> tuple[dict[tuple[str, str], Unit], list[Unit], list[Change]]:
    """What became of another kind since the reform: Đồng Nai, a city since 30 April 2026, and ten of its communes."""
    changes = []
    keys = {unit.code: key for key, unit in new.items()}
    for level, code, kind, day, act in facts.new_kinds():
        if level == "commune":
            unit = new[keys[code]] = replace(new[keys[code]], valid_to=day)
        else:
            place = next(i for i, u in enumerate(above) if u.code == code and u.level == level and u.era == "new")
            unit = above[place] = replace(above[place], valid_to=day)
        after = replace(
            unit, kind=kind, full_name=f"{kind.capitalize()} {unit.name}", valid_from=day, valid_to=None, source=act
        )
        changes.append(Change(unit, after, day, "full", "all", source=act))
    return new, above, changes


def _of_provinces(changes: list[Change], above: list[Unit]) -> list[Change]:
    """Which new province an old one became, told by its communes: each went to one as a whole."""
    provinces = {(unit.code, unit.era): unit for unit in above if unit.level == "province"}
    pairs = {(change.old.province_code, change.new.province_code) for change in changes if change.changed_on == REFORM}
    return [
        Change(provinces[old, "old"], provinces[new, "new"], REFORM, "full", "all", source=PACKAGE)
        for old, new in sorted(pairs)
    ]
