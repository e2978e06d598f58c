"""The gazetteer of the whole country from the tables of the `vietnamadminunits` package, restated at load time.

Only its tables are read: its own conversion asks a geocoder on the network. What the tables have wrong is corrected by
the dated, sourced facts of `unit_facts`; what the Authority imported wins over both (`units_on_file`).
"""

from __future__ import annotations

import importlib.util
import json
import sqlite3
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from addressing.search.units import REFORM, Change, Gazetteer, Level, Unit, gazetteer

PACKAGE = "vietnamadminunits tables, as of 30 June and 1 July 2025"


@lru_cache(maxsize=1)
def national_gazetteer() -> Gazetteer:
    """Units of the country before and since 1 July 2025. The first call takes a moment; later ones nothing."""
    units, changes = _restated(_data_folder())
    return gazetteer(units, changes)


def _data_folder() -> Path:
    """Where the package keeps its tables. The package itself is not imported: that would load its parser."""
    found = importlib.util.find_spec("vietnamadminunits")
    assert found is not None
    assert found.origin is not None  # a dependency of this project
    return Path(found.origin).parent / "data"


def _restated(folder: Path) -> tuple[list[Unit], list[Change]]:
    with sqlite3.connect(f"file:{folder / 'dataset.db'}?mode=ro&immutable=1", uri=True) as tables:
        old = dict(_old_communes(tables))
        new = dict(_new_communes(tables))
        islands = dict(_island_districts(tables))
        above = [*_old_above(tables), *_new_provinces(tables)]
    tables.close()
    with (folder / "converter_2025.json").open(encoding="utf-8") as file:
        mapping = json.load(file)
    return [*old.values(), *new.values(), *above, *islands.values()], list(_changes(mapping, old | islands, new))


def _old_communes(tables: sqlite3.Connection) -> Iterator[tuple[str, Unit]]:
    """Communes of 30 June 2025 by the key that the package's mapping has for them."""
    rows = tables.execute(
        "SELECT provinceKey, districtKey, wardKey, provinceCode, districtCode, wardCode, wardType, wardShort, ward,"
        " wardLon, wardLat FROM admin_units_legacy WHERE wardCode IS NOT NULL"
    )
    for province_key, district_key, ward_key, province, district, code, kind, name, full_name, lon, lat in rows:
        yield (
            f"{province_key}_{district_key}_{ward_key}",
            _unit("commune", code, kind, name, full_name, province, district, lon, lat),
        )


def _island_districts(tables: sqlite3.Connection) -> Iterator[tuple[str, Unit]]:
    """The five island districts that had no communes: what became đặc khu was the district itself."""
    rows = tables.execute(
        "SELECT provinceKey, districtKey, provinceCode, districtCode, districtType, districtShort, district,"
        " districtLon, districtLat FROM admin_units_legacy WHERE wardCode IS NULL"
    )
    for province_key, district_key, province, code, kind, name, full_name, lon, lat in rows:
        yield (
            f"{province_key}_{district_key}_",
            _unit("district", code, kind, name, full_name, province, None, lon, lat),
        )


def _new_communes(tables: sqlite3.Connection) -> Iterator[tuple[tuple[str, str], Unit]]:
    rows = tables.execute(
        "SELECT provinceKey, wardKey, provinceCode, wardCode, wardType, wardShort, ward, wardLon, wardLat, wardAreaKm2"
        " FROM admin_units"
    )
    for province_key, ward_key, province, code, kind, name, full_name, lon, lat, area in rows:
        yield (
            (province_key, ward_key),
            Unit(
                "commune", code, kind.lower(), name, full_name, province, None, REFORM, None, lon, lat, area,
                source=PACKAGE,
            ),
        )  # fmt: skip


def _old_above(tables: sqlite3.Connection) -> Iterator[Unit]:
    """Provinces and districts of 30 June 2025; the island districts are with the communes."""
    for code, full_name, name, lon, lat in tables.execute(
        "SELECT DISTINCT provinceCode, province, provinceShort, provinceLon, provinceLat FROM admin_units_legacy"
    ):
        yield _unit("province", code, full_name.removesuffix(name).strip(), name, full_name, code, None, lon, lat)
    for province, code, kind, name, full_name, lon, lat in tables.execute(
        "SELECT DISTINCT provinceCode, districtCode, districtType, districtShort, district, districtLon, districtLat"
        " FROM admin_units_legacy WHERE wardCode IS NOT NULL"
    ):
        yield _unit("district", code, kind, name, full_name, province, None, lon, lat)


def _new_provinces(tables: sqlite3.Connection) -> Iterator[Unit]:
    for code, full_name, name, lon, lat in tables.execute(
        "SELECT DISTINCT provinceCode, province, provinceShort, provinceLon, provinceLat FROM admin_units"
    ):
        kind = full_name.removesuffix(name).strip().lower()
        yield Unit("province", code, kind, name, full_name, code, None, REFORM, None, lon, lat, source=PACKAGE)


def _unit(
    level: Level, code: str, kind: str, name: str, full_name: str, province: str, district: str | None,
    lon: float | None, lat: float | None,
) -> Unit:  # fmt: skip
    return Unit(level, code, kind.lower(), name, full_name, province, district, None, REFORM, lon, lat, source=PACKAGE)


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
