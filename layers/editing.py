"""One record added, replaced or deleted by hand, held to the same checks as a row of an import.

What an import derives for a missing key is derived for a new record too. Nothing is repaired and
nothing is passed over: a value that does not fit is refused with what is wrong and where.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import psycopg
import shapely
from sqlalchemy import Connection, Table, delete, func, insert, literal_column, select, update
from sqlalchemy.exc import DBAPIError

from layers import crs as crs_of
from layers.errors import LayersError
from layers.ingest import checks, shapes
from layers.ingest.checks import Rows
from layers.ingest.derive import DERIVE, street_kinds
from layers.ingest.errors import WrongPlace
from layers.ingest.fields import Layout, Reference
from layers.ingest.importing import envelope
from layers.ingest.layouts import get_layout
from layers.ingest.limits import DEFAULT
from layers.ingest.reference import Reference as CrsOfShape
from layers.ingest.staging import TARGETS
from layers.ingest.values import Unfit, as_text

_WORDS = {"boolean": "true or false", "number": "a number", "list": "a list of texts", "text": "a text"}
_WORDS_VI = {"boolean": "true hoặc false", "number": "số", "list": "danh sách văn bản", "text": "văn bản"}


class EditRefused(LayersError):
    """A record that cannot be stored as it is; `code` and `field` say why and where."""

    code = "edit_refused"

    def __init__(self, code: str, field: str | None, message: str, message_vi: str) -> None:
        super().__init__(f"{field}: {message}" if field else message, f"{field}: {message_vi}" if field else message_vi)
        self.code = code
        self.facts = {"field": field}


class EditConflict(LayersError):
    """A record that contradicts others: its key is taken, or others depend on it."""

    code = "conflict"

    def __init__(self, code: str, message: str, message_vi: str) -> None:
        super().__init__(message, message_vi)
        self.code = code


@dataclass(frozen=True, slots=True)
class Shape:
    """A geometry as the editor drew it: x or longitude first, in that EPSG code."""

    geometry: Any
    srid: int
    kept: Mapping[tuple[float, float], tuple[float, float]] | None = None
    """Corners that were handed out and may come back -> where they are stored.

    A shift of datum is not exactly its own inverse without heights: a corner that went out and came
    back would move by a millimetre each time, away from the plot next to it.
    """


@dataclass(frozen=True, slots=True)
class Stored:
    """What the record is now."""

    id: int
    version: int


def add(
    conn: Connection, layer: str, given: Mapping[str, Any], shape: Shape | None, *, allowed: frozenset[str], source: str
) -> Stored:
    """Add a record. `allowed` are the fields an editor may give, `source` is who says so unless given.

    Raises `EditRefused` or `EditConflict`.
    """
    table, layout = TARGETS[layer], get_layout(layer)
    values = _columns(conn, layout, table, given, shape, allowed, is_new=True)
    values.setdefault("source", source)
    with _told(layer):
        row = conn.execute(insert(table).values(**values).returning(table.c.id, table.c.version)).one()
    return Stored(row.id, row.version)


def replace(
    conn: Connection,
    layer: str,
    record_id: int,
    given: Mapping[str, Any],
    shape: Shape | None,
    *,
    allowed: frozenset[str],
) -> Stored:
    """Give a record all of these values; what is not given becomes empty or its default.

    Without a shape the stored one stays. A record that was made up counts as real from then on.
    Raises `EditRefused` or `EditConflict`.
    """
    table, layout = TARGETS[layer], get_layout(layer)
    values = _columns(conn, layout, table, given, shape, allowed, is_new=False)
    with _told(layer):
        row = conn.execute(
            update(table)
            .where(table.c.id == record_id)
            .values(**values, is_demo=False)
            .returning(table.c.id, table.c.version)
        ).one()
    return Stored(row.id, row.version)


def remove(conn: Connection, layer: str, record_id: int) -> None:
    """Delete a record; its history is kept. Raises `EditConflict` when others depend on it."""
    table = TARGETS[layer]
    with _told(layer):
        conn.execute(delete(table).where(table.c.id == record_id))


def lock(conn: Connection, layer: str, record_id: int) -> int | None:
    """The version of a record, which nobody else can change until the transaction ends; None without one."""
    table = TARGETS[layer]
    version = conn.execute(select(table.c.version).where(table.c.id == record_id).with_for_update(of=table)).scalar()
    return None if version is None else int(version)


def _columns(
    conn: Connection,
    layout: Layout,
    table: Table,
    given: Mapping[str, Any],
    shape: Shape | None,
    allowed: frozenset[str],
    *,
    is_new: bool,
) -> dict[str, Any]:
    """Checked values by column."""
    for name in given:
        if name not in allowed:
            known = ", ".join(sorted(allowed))
            raise EditRefused(
                "unknown_property",
                name,
                f"not to be written. Writable: {known}.",
                f"không ghi được. Ghi được: {known}.",
            )
    rows = Rows(layout, 1)
    named = [one for one in layout.fields if one.name in allowed]
    raw = {one.name: [_cell(one.name, one.kind, given.get(one.name))] for one in named}
    checks.read_fields(rows, raw)
    wkb = None if shape is None else _placed(conn, layout, rows, shape)
    if is_new:
        rows.marks = [None if wkb is None else wkb.hex()]
        if layout.layer == "streets":
            street_kinds(rows, [])
        if layout.layer in DERIVE:
            DERIVE[layout.layer](rows, [], None)
    checks.require_values(rows)
    checks.check_lists(rows)
    _raise_refusal(rows)
    found = {name: values[0] for name, values in rows.columns.items()}
    found |= _resolved(conn, layout, found)
    values = {name: _or_default(table, name, value) for name, value in found.items() if name in table.c}
    if "source" in allowed and given.get("source"):
        values["source"] = _text("source", given["source"])
    if wkb is not None:
        assert shape is not None
        values["geom"] = func.ST_GeomFromWKB(wkb, crs_of.storage_srid(conn))
        values["source_srid"] = shape.srid
    elif is_new and "geom" in table.c and layout.geometry_required:
        raise EditRefused("missing_geometry", "geometry", "a new record needs a geometry.", "bản ghi mới cần có hình.")
    return values


def _cell(name: str, kind: str, value: Any) -> Any:
    """A JSON value as the readers of the import take it. Raises `EditRefused` for another JSON type."""
    if value is None:
        return None
    if kind == "flag":
        wanted = "boolean"
        fits = isinstance(value, bool)
    elif kind in ("number", "whole", "ratio"):
        wanted = "number"
        fits = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15
    elif kind in ("texts", "codes"):
        wanted = "list"
        fits = isinstance(value, list) and all(isinstance(item, str) and ";" not in item for item in value)
    else:
        wanted = "text"
        fits = isinstance(value, str | date)
    if not fits:
        raise EditRefused("wrong_type", name, f"{_WORDS[wanted]} is wanted.", f"cần {_WORDS_VI[wanted]}.")
    if isinstance(value, list):
        return "; ".join(value)
    return value.isoformat() if isinstance(value, date) else value


def _text(name: str, value: Any) -> str | None:
    try:
        return as_text(_cell(name, "text", value))
    except Unfit as unfit:
        raise EditRefused(unfit.code, name, str(unfit), unfit.message_vi) from None


def _placed(conn: Connection, layout: Layout, rows: Rows, shape: Shape) -> bytes:
    """The shape in the storage CRS. Raises `EditRefused` with what is wrong and where."""
    srid = crs_of.storage_srid(conn)
    assert layout.geometry_type is not None
    wanted = shapes.Wanted(layout.geometry_type, srid, envelope(conn, srid), DEFAULT.vertices)
    found = shapes.from_wkb([shapely.to_wkb(shape.geometry)], wanted)
    if not found.faults:
        try:
            shapes.place(found, CrsOfShape(shape.srid, "", "asker"), wanted)
        except WrongPlace as wrong:
            raise EditRefused("wrong_place", "geometry", str(wrong), wrong.message_vi) from None
    if found.faults:
        raise EditRefused(found.faults[0][0], "geometry", found.faults[0][1], found.faults[0][2])
    stored: bytes = shapely.to_wkb(_settled(found.geometries[0], shape))
    return stored


def _settled(placed: Any, shape: Shape) -> Any:
    """The placed shape with the corners that were only sent back where they were."""
    if not shape.kept:
        return placed
    drawn, stored = shapely.get_coordinates(shape.geometry), shapely.get_coordinates(placed)
    moved = [shape.kept.get((x, y), tuple(at)) for (x, y), at in zip(drawn.tolist(), stored.tolist(), strict=True)]
    return shapely.set_coordinates(shapely.from_wkb(shapely.to_wkb(placed)), np.array(moved))


def _raise_refusal(rows: Rows) -> None:
    if 0 in rows.refused:
        refusal = rows.refused[0]
        raise EditRefused(refusal.code, refusal.column, refusal.message, refusal.message_vi)


def _resolved(conn: Connection, layout: Layout, found: Mapping[str, Any]) -> dict[str, int | None]:
    """Ids of the records that are named by their codes. Raises `EditRefused` for one that does not exist."""
    ids: dict[str, int | None] = {}
    for reference in layout.references:
        if reference.field not in found:
            continue
        key = found[reference.field]
        ids[reference.column] = None if key is None else _find(conn, reference, key, found, ids)
    return ids


def _find(
    conn: Connection, reference: Reference, key: str, found: Mapping[str, Any], ids: Mapping[str, int | None]
) -> int:
    other = TARGETS[reference.table]
    query = select(func.max(other.c.id)).where(other.c.code == key)
    if reference.within:
        query = query.where(other.c[reference.within] == ids.get(reference.within, found.get(reference.within)))
    number = conn.execute(query).scalar()
    if number is None:
        raise EditRefused(
            "unknown_reference",
            reference.field,
            f"there is no {reference.noun} '{key[:60]}' on record.",
            f"chưa có {reference.noun_vi} '{key[:60]}' trong dữ liệu.",
        )
    return int(number)


def _or_default(table: Table, name: str, value: Any) -> Any:
    """The default of the column in place of nothing, where the column must hold something."""
    column = table.c[name]
    if value is not None or column.nullable:
        return value
    if column.server_default is None:
        raise EditRefused("missing_value", name, "a value is needed.", "cần có giá trị.")
    return literal_column(str(column.server_default.arg.text))  # type: ignore[attr-defined]


@contextmanager
def _told(layer: str) -> Iterator[None]:
    """Turn the refusal of a rule of the database into an error of ours."""
    try:
        yield
    except DBAPIError as error:
        driver = error.orig
        rule = getattr(getattr(driver, "diag", None), "constraint_name", None) or "?"
        if isinstance(driver, psycopg.errors.UniqueViolation):
            raise EditConflict(
                "duplicate_key", f"Another record has the same key ({rule}).", f"Đã có bản ghi khác cùng mã ({rule})."
            ) from None
        if isinstance(driver, psycopg.errors.ForeignKeyViolation):
            raise EditConflict(
                "in_use",
                f"Other records depend on this one ({rule}); change them first.",
                f"Có bản ghi khác phụ thuộc vào bản ghi này ({rule}); hãy sửa chúng trước.",
            ) from None
        if isinstance(driver, psycopg.errors.CheckViolation):
            raise EditRefused(
                "refused_by_database", None, f"The database refuses it by its rule {rule}.",
                f"Cơ sở dữ liệu từ chối theo ràng buộc {rule}.",
            ) from None  # fmt: skip
        raise
