"""One merge by key: what is new is added, what differs is changed, what is equal is left alone.

Left alone means untouched: no new version, no new tile, no audit noise. Equal is decided by the
database on the stored values, coordinate by coordinate. A layer that completes the records of a
table adds none: a shape counts as added where its record had none.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, and_, exists, false, func, literal_column, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, InternalError

from layers.ingest.report import Counts
from layers.ingest.staging import Stage, drop, refuse_unresolved, resolve

_PROVENANCE = ("source", "source_date", "source_srid")


def merge(conn: Connection, stage: Stage) -> Counts:
    """Settle references, then merge; rows that name one another in the same file go in rounds."""
    own = [r for r in stage.rows.layout.references if r.table == stage.target.name and r.field in stage.rows.columns]
    others = [r for r in stage.rows.layout.references if r.table != stage.target.name]
    for reference in others:
        resolve(conn, stage, reference)
        if stage.rows.layout.completes is None:
            refuse_unresolved(conn, stage, reference)
    if stage.rows.layout.completes is not None:
        _refuse_unknown(conn, stage, *stage.rows.layout.completes)
    counts = Counts()
    while own:
        for reference in own:
            resolve(conn, stage, reference)
        waiting = [and_(stage.table.c[r.field].is_not(None), stage.table.c[r.column].is_(None)) for r in own]
        if not _merge_ready(conn, stage, counts, ~or_(*waiting)):
            break
    for reference in own:
        refuse_unresolved(conn, stage, reference)
    if not own:
        _merge_ready(conn, stage, counts, ~false())
    return counts


def _merge_ready(conn: Connection, stage: Stage, counts: Counts, ready: Any) -> int:
    """Merge the rows for which `ready` holds and which are not done; how many there were."""
    waiting = and_(stage.table.c.done.is_(None), ready)
    number = conn.execute(select(func.count()).select_from(stage.table).where(waiting)).scalar_one()
    if number:
        conn.execute(update(stage.table).where(waiting).values(done=False))  # this round
        _refuse_shapeless(conn, stage)
        try:
            with conn.begin_nested():
                part = _merge_rows(conn, stage, stage.table.c.done.is_(False))
        except (IntegrityError, DataError, InternalError):
            part = _merge_by_halves(conn, stage)
        counts.added += part.added
        counts.changed += part.changed
        counts.unchanged += part.unchanged
        conn.execute(update(stage.table).where(stage.table.c.done.is_(False)).values(done=True))
    return int(number)


def _same_key(stage: Stage) -> Any:
    return and_(*(stage.target.c[name] == stage.table.c[name] for name in stage.rows.layout.key))


def _value(stage: Stage, name: str) -> Any:
    """The waiting value; an empty one becomes the default where the target must have something."""
    column, waiting = stage.target.c[name], stage.table.c[name]
    default = column.server_default
    if column.nullable or default is None:
        return waiting
    return func.coalesce(waiting, literal_column(str(default.arg.text)))  # type: ignore[attr-defined]


def _refuse_shapeless(conn: Connection, stage: Stage) -> None:
    """A file without shapes may change records on file but cannot add one that needs a shape."""
    if "geom" not in stage.target.c or stage.target.c.geom.nullable or "geom" in stage.table.c:
        return
    rows = _rows_not_on_record(conn, stage, stage.table.c.done.is_(False))
    for row in rows:
        stage.rows.refuse(
            row,
            None,
            "missing_geometry",
            "The record is new and the file has no shapes.",
            "Bản ghi mới nhưng tệp không có hình.",
        )
    drop(conn, stage, rows)


def _refuse_unknown(conn: Connection, stage: Stage, noun: str, noun_vi: str) -> None:
    """Refuse the rows whose record is not on file, whether or not what it belongs to is."""
    rows = _rows_not_on_record(conn, stage, true())
    keys = [stage.rows.columns[one.name] for one in stage.rows.layout.fields if one.required]
    for row in rows:
        key = " / ".join(str(column[row]) for column in keys)[:100]
        stage.rows.refuse(
            row,
            "code",
            f"unknown_{noun}",
            f"There is no {noun} '{key}' on record.",
            f"Chưa có {noun_vi} '{key}' trong dữ liệu.",
        )
    drop(conn, stage, rows)


def _rows_not_on_record(conn: Connection, stage: Stage, chosen: Any) -> list[int]:
    absent = ~exists().where(_same_key(stage)).correlate(stage.table)
    return list(conn.execute(select(stage.table.c.row_no).where(chosen, absent)).scalars())


def _merge_rows(conn: Connection, stage: Stage, chosen: Any) -> Counts:
    if stage.rows.layout.completes is not None:
        return _complete_rows(conn, stage, chosen)
    target, waiting = stage.target, stage.table
    present = exists().where(_same_key(stage)).correlate(waiting)
    differs = or_(*(target.c[name].is_distinct_from(_value(stage, name)) for name in stage.data), target.c.is_demo)
    total, fresh = conn.execute(
        select(func.count(), func.count().filter(~present)).select_from(waiting).where(chosen)
    ).one()
    changed = conn.execute(
        select(func.count()).select_from(waiting.join(target, _same_key(stage))).where(chosen, differs)
    ).scalar_one()
    provenance = [name for name in _PROVENANCE if name in waiting.c]
    if changed:  # an UPDATE of no row would still count as a touch of the layer
        values = {name: _value(stage, name) for name in stage.data}
        values |= {name: waiting.c[name] for name in provenance}
        conn.execute(update(target).where(_same_key(stage), chosen, differs).values(**values, is_demo=False))
    if fresh:
        names = [*stage.rows.layout.key, *stage.data, *(p for p in provenance if p not in stage.data)]
        query = select(*(_value(stage, name) for name in names)).where(chosen, ~present).order_by(waiting.c.row_no)
        conn.execute(insert(target).from_select(names, query, include_defaults=False))
    return Counts(fresh, changed, total - fresh - changed)


def _complete_rows(conn: Connection, stage: Stage, chosen: Any) -> Counts:
    """Fill columns of records on file. One that is made up stays so: only its shape is declared."""
    target, waiting = stage.target, stage.table
    empty = target.c[stage.rows.layout.geometry_column].is_(None)
    differs = or_(*(target.c[name].is_distinct_from(waiting.c[name]) for name in stage.data))
    total, fresh, changed = conn.execute(
        select(func.count(), func.count().filter(empty), func.count().filter(~empty, differs))
        .select_from(waiting.join(target, _same_key(stage)))
        .where(chosen)
    ).one()
    if fresh or changed:  # an UPDATE of no row would still count as a touch of the layer
        values = {name: waiting.c[name] for name in (*stage.data, *_PROVENANCE) if name in waiting.c}
        conn.execute(update(target).where(_same_key(stage), chosen, differs).values(**values))
    return Counts(fresh, changed, total - fresh - changed)


def _merge_by_halves(conn: Connection, stage: Stage) -> Counts:
    """After the database refused something in the set: halve it until the refused rows stand alone.

    Rows are tried in the order of the file, so of two rows that exclude each other the first is kept.
    """
    counts = Counts()
    waiting = stage.table.c.row_no
    ready = select(waiting).where(stage.table.c.done.is_(False)).order_by(waiting)
    stack = [list(conn.execute(ready).scalars())]
    while stack:
        rows = stack.pop()
        try:
            with conn.begin_nested():
                part = _merge_rows(conn, stage, waiting == func.any(rows))
        except (IntegrityError, DataError, InternalError) as error:
            if len(rows) == 1:
                _refuse_by_database(stage, rows[0], error)
                drop(conn, stage, rows)
            else:
                middle = len(rows) // 2
                stack += [rows[middle:], rows[:middle]]
            continue
        counts.added += part.added
        counts.changed += part.changed
        counts.unchanged += part.unchanged
    return counts


def _refuse_by_database(stage: Stage, row: int, error: DBAPIError) -> None:
    diagnosis = getattr(error.orig, "diag", None)
    rule = getattr(diagnosis, "constraint_name", None) or getattr(diagnosis, "message_primary", None) or "?"
    stage.rows.refuse(
        row,
        None,
        "refused_by_database",
        f"The database refuses the row by its rule {rule[:200]}.",
        f"Cơ sở dữ liệu từ chối dòng này theo ràng buộc {rule[:200]}.",
    )
