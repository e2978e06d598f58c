"""Put the made-up province into an empty deployment, once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, Table, exists, func, select, text, update
from sqlalchemy.exc import IntegrityError

from layers.admin_units import administrative_units, unit_changes
from layers.crs import storage_srid
from layers.demo.frames import as_ewkb
from layers.demo.province import Progress, Row, build
from layers.enterprises import enterprises
from layers.errors import LayersError
from layers.plots import plots
from layers.schema import SCHEMA, deployment
from layers.stations import cells, sites
from layers.streets import entrances, streets
from layers.zones import zones

DEFAULT_SEED = 20250701

TABLES: dict[str, Table] = {
    table.name: table
    for table in (administrative_units, unit_changes, zones, plots, enterprises, streets, entrances, sites, cells)
}
"""In the order of filling; emptied in reverse."""

KEYS = {
    "zone_id": "zones", "plot_id": "plots", "enterprise_id": "enterprises", "street_id": "streets",
    "parent_street_id": "streets", "site_id": "sites",
}  # fmt: skip
"""Column -> table whose rows it names, counted from 1 in a built province."""


class DemoRefused(LayersError):
    """This database already holds something that the demonstration province must not touch."""

    code = "demo_refused"


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What is in the database now."""

    seed: int
    scale: float
    loaded: bool
    """False when the same province was there already and nothing was done."""
    counts: dict[str, int]
    """Rows by table, in the order of filling."""
    digest: str
    """SHA-256 over the contents as built: the same for the same seed, scale and storage CRS."""


def load(
    conn: Connection, seed: int = DEFAULT_SEED, *, scale: float = 1.0, replace: bool = False,
    progress: Progress | None = None,
) -> DemoReport:  # fmt: skip
    """Fill an empty deployment with the province of that seed; needs the owner's connection.

    The same seed and scale again changes nothing. Another seed or scale takes the place of the
    demonstration rows only with `replace`. `scale` 0.05 makes a small province within seconds.
    Raises `DemoRefused` when the database holds rows of other origin, another demonstration
    province without `replace`, or one whose streets have been numbered meanwhile.
    """
    held = conn.execute(select(deployment.c.demo_seed, deployment.c.demo_scale, deployment.c.demo_digest)).one()
    if held.demo_seed is not None and (held.demo_seed, held.demo_scale) == (seed, scale):
        return DemoReport(seed, scale, False, _counts(conn), held.demo_digest)
    _refuse_other_rows(conn)
    if held.demo_seed is None and not is_empty(conn):
        raise DemoRefused(
            "This database holds rows marked as demonstration data that this loader did not put there.",
            "Cơ sở dữ liệu có bản ghi minh họa không phải do lệnh này nạp.",
        )
    if held.demo_seed is not None:
        _make_room(conn, held.demo_seed, replace=replace)
    srid = storage_srid(conn)
    province = build(seed, srid, scale, progress)
    firsts = _first_keys(conn)
    for step, (name, rows) in enumerate(province.tables.items()):
        if progress:
            progress(f"copy {name}", step, len(TABLES))
        _copy(conn, TABLES[name], rows, firsts, srid)
    digest = province.digest()
    conn.execute(text("ANALYZE " + ", ".join(table.fullname for table in TABLES.values())))
    conn.execute(update(deployment).values(demo_seed=seed, demo_scale=scale, demo_digest=digest))
    return DemoReport(seed, scale, True, _counts(conn), digest)


def is_empty(conn: Connection) -> bool:
    """Whether nothing was ever loaded or imported, so that a first start may load the province."""
    return not any(conn.execute(select(exists().select_from(table))).scalar_one() for table in TABLES.values())


def _counts(conn: Connection) -> dict[str, int]:
    return {
        name: conn.execute(select(func.count()).select_from(table).where(table.c.is_demo)).scalar_one()
        for name, table in TABLES.items()
    }


def _refuse_other_rows(conn: Connection) -> None:
    for name, table in TABLES.items():
        others = conn.execute(select(func.count()).select_from(table).where(~table.c.is_demo)).scalar_one()
        if others:
            raise DemoRefused(
                f"This database holds real data ({others} rows in {name}). The demonstration province is loaded "
                "into an empty database only, so that the two are never mixed.",
                f"Cơ sở dữ liệu này đã có dữ liệu thật ({others} bản ghi trong {name}). Tỉnh minh họa chỉ được nạp "
                "vào cơ sở dữ liệu trống để không lẫn với dữ liệu thật.",
            )


def _make_room(conn: Connection, present_seed: int, *, replace: bool) -> None:
    if not replace:
        raise DemoRefused(
            f"Another demonstration province (seed {present_seed}) is loaded. Ask to replace it.",
            f"Đã có một tỉnh minh họa khác (seed {present_seed}). Hãy yêu cầu thay thế.",
        )
    try:
        with conn.begin_nested():
            conn.execute(update(streets).values(parent_street_id=None))
            conn.execute(update(zones).values(parent_id=None))
            for table in reversed(TABLES.values()):
                conn.execute(table.delete().where(table.c.is_demo))
    except IntegrityError as found:
        raise DemoRefused(
            "Work has been done on the demonstration province (places, numbers or proposals exist), so it cannot "
            "be replaced. Start from a new database.",
            "Tỉnh minh họa đã được dùng để cấp số nhà nên không thể thay thế. Hãy tạo cơ sở dữ liệu mới.",
        ) from found


def _copy(conn: Connection, table: Table, rows: list[Row], firsts: dict[str, int], srid: int) -> None:
    """COPY the rows under keys that follow those ever used, so that no key comes back."""
    columns = list(rows[0])
    statement = sql.SQL("COPY {}.{} ({}) FROM STDIN").format(
        sql.Identifier(SCHEMA), sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, ["id", *columns]))
    )
    driver = conn.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for number, row in enumerate(rows):
            values = (_value(column, row[column], firsts, srid) for column in columns)
            copy.write_row((firsts[table.name] + number, *values))
    last = firsts[table.name] + len(rows) - 1
    conn.execute(
        text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"), {"name": table.fullname, "last": last}
    )


def _first_keys(conn: Connection) -> dict[str, int]:
    """The next key of every table that was never used."""
    query = text("SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence(:name, 'id')::regclass), 0) + 1")
    return {name: conn.execute(query, {"name": table.fullname}).scalar_one() for name, table in TABLES.items()}


def _value(column: str, value: Any, firsts: dict[str, int], srid: int) -> Any:
    if value is not None and column in KEYS:
        return firsts[KEYS[column]] + value - 1
    return as_ewkb(value, srid) if isinstance(value, BaseGeometry) else value
