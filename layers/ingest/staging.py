"""The temporary table in which the rows of a file wait, and what is settled there in sets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Integer,
    MetaData,
    Table,
    Text,
    delete,
    func,
    select,
    text,
    update,
)
from sqlalchemy.types import UserDefinedType

from layers import admin_units, buildings, enterprises, plots, stations, streets, zones
from layers.coverage import records
from layers.ingest.checks import Rows
from layers.ingest.fields import Reference

TARGETS: dict[str, Table] = {
    "administrative_units": admin_units.administrative_units,
    "unit_changes": admin_units.unit_changes,
    "zones": zones.zones,
    "plots": plots.plots,
    "enterprises": enterprises.enterprises,
    "sites": stations.sites,
    "cells": stations.cells,
    "footprints": stations.cells,
    "streets": streets.streets,
    "entrances": streets.entrances,
    "buildings": buildings.buildings,
    "drive_tests": records.drive_tests,
}
"""Layer -> the table it is kept in."""


class _Shape(UserDefinedType[Any]):
    """Any geometry; the target's constraints say which."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "geometry"


@dataclass(slots=True)
class Stage:
    """Waiting rows and where they go."""

    rows: Rows
    target: Table
    table: Table
    data: list[str] = field(default_factory=list)
    """Columns of the target that the file fills, key and provenance apart."""


def fill(conn: Connection, rows: Rows, target: Table, provenance: dict[str, Any]) -> Stage:
    """Create the temporary table and copy the rows that are taken into it.

    `provenance` holds the same source, source_srid and source_date for all rows; a source_date of
    the file itself wins.
    """
    named = [one.name for one in rows.layout.fields if one.name in rows.columns]
    named += [name for name in ("tax_code_check",) if name in rows.columns]
    columns: list[Column[Any]] = [Column("row_no", Integer, primary_key=True), Column("done", Boolean)]
    columns += [Column(name, target.c[name].type if name in target.c else Text) for name in named]
    ids = {r.column: Integer for r in rows.layout.references if r.field in rows.columns}
    columns += [Column(name, kind) for name, kind in ids.items()]
    shape = [] if rows.shapes is None else [rows.layout.geometry_column]
    columns += [Column(name, _Shape()) for name in shape]
    constant = {name: value for name, value in provenance.items() if name not in named}
    columns += [Column(name, target.c[name].type) for name in constant]
    conn.execute(text("DROP TABLE IF EXISTS pg_temp.incoming"))
    table = Table("incoming", MetaData(), *columns, prefixes=["TEMPORARY"], postgresql_on_commit="DROP")
    table.create(conn, checkfirst=False)
    _copy(conn, rows, ["row_no", *named, *shape, *constant], constant)
    conn.execute(text("ANALYZE incoming"))
    data = [*named, *ids, *shape]
    skipped = {*rows.layout.key, "source_date" if "source_date" in constant else ""}
    return Stage(rows, target, table, [name for name in data if name in target.c and name not in skipped])


def _copy(conn: Connection, rows: Rows, names: list[str], constant: dict[str, Any]) -> None:
    fields = [name for name in names if name in rows.columns]
    columns: list[list[Any]] = [rows.columns[name] for name in fields]
    if rows.shapes is not None:
        columns.append(rows.shapes)
    tail = tuple(constant.values())
    driver = conn.connection.driver_connection
    assert driver is not None
    listed = ", ".join(f'"{name}"' for name in names)
    with driver.cursor() as cursor, cursor.copy(f"COPY pg_temp.incoming ({listed}) FROM STDIN") as copy:
        for row, values in enumerate(zip(*columns, strict=True)):
            if row not in rows.refused and row not in rows.merged:
                copy.write_row((row, *values, *tail))


def resolve(conn: Connection, stage: Stage, reference: Reference) -> None:
    """Put the id of the named record beside its key; the newest where a plan has several versions."""
    if reference.field not in stage.rows.columns:
        return
    own, other = stage.table, TARGETS[reference.table].alias("other")
    match = [other.c.code == own.c[reference.field]]
    if reference.within:
        if reference.within not in own.c:
            return
        match.append(other.c[reference.within] == own.c[reference.within])
    found = select(func.max(other.c.id)).where(*match).scalar_subquery()
    conn.execute(update(own).where(own.c[reference.field].is_not(None)).values({reference.column: found}))


def refuse_unresolved(conn: Connection, stage: Stage, reference: Reference) -> None:
    """Refuse the rows that name a record which does not exist."""
    if reference.field not in stage.rows.columns:
        return
    own = stage.table
    lost = conn.execute(
        select(own.c.row_no, own.c[reference.field]).where(
            own.c[reference.field].is_not(None), own.c[reference.column].is_(None)
        )
    ).all()
    for row, key in lost:
        stage.rows.refuse(
            row,
            reference.field,
            "unknown_reference",
            f"There is no {reference.noun} '{key[:60]}' on record.",
            f"Chưa có {reference.noun_vi} '{key[:60]}' trong dữ liệu.",
        )
    drop(conn, stage, [row for row, _ in lost])


def drop(conn: Connection, stage: Stage, rows: list[int]) -> None:
    """Take refused rows out of the stage."""
    if rows:
        conn.execute(delete(stage.table).where(stage.table.c.row_no == func.any(rows)))
