"""After a merger or split of communes: what holds a commune code gets that of the unit in force.

`unit_changes` says what became of which commune on which day; the borders decide where there were
several. What was before stays in `commune_moves`, and addresses keep theirs for their own period.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Date,
    DateTime,
    Identity,
    Index,
    Table,
    Text,
    func,
    insert,
    select,
    text,
)

from layers.schema import metadata, one_of

FOLLOWER = "merger"
"""Who sets areas and policies anew where a commune became another as a whole."""

commune_moves = Table(
    "commune_moves",
    metadata,
    Column("id", BigInteger, Identity(always=False), primary_key=True),
    Column("table_name", Text, nullable=False),
    Column("row_key", Text, nullable=False),
    Column("old_code", Text, nullable=False),
    Column("new_code", Text, nullable=False),
    Column("moved_on", Date, nullable=False, comment="First day in the new commune."),
    Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    one_of("table_name", ("streets", "zones", "cases", "account_areas", "local_policies")),
    Index("ix_commune_moves_row", "table_name", "row_key", "moved_on"),
    comment="Records whose commune became another by a merger or split. What was before stays readable here.",
)


@dataclass(frozen=True, slots=True)
class Moved:
    """What followed, by table, and what nobody can tell."""

    counts: dict[str, int] = field(default_factory=dict)
    unclear: tuple[str, ...] = ()
    # "streets 12 (10540)": several successors and no border that holds it

    @property
    def is_empty(self) -> bool:
        """Nothing moved."""
        return not any(self.counts.values())


def communes_changed(conn: Connection, on: date) -> int:
    """How many changes of communes are in force by a day: while it stays, there is nothing new to follow."""
    query = text("SELECT count(*) FROM gis.unit_changes WHERE level = 'commune' AND changed_on <= :on")
    return int(conn.execute(query, {"on": on}).scalar_one())


def successor_of(conn: Connection, code: str, on: date) -> str | None:
    """The commune that took the whole of this one by a day, itself if it stands; None after a split."""
    return conn.execute(select(func.gis.commune_on(code, None, on, None))).scalar()


def follow(conn: Connection, on: date) -> Moved:
    """Bring every commune code in line with the units in force on this day. Doing it twice changes nothing.

    Streets, zones and open cases go where they lie; areas of accounts and local policies follow only a
    commune that became another as a whole: who may work where after a split is for somebody to say.
    """
    # One at a time: two workers would write each move twice.
    conn.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("commune_moves", 0))))
    counts: dict[str, int] = {}
    unclear: list[str] = []
    for table, lying, write in _LYING:
        moved, unknown = _split(conn.execute(text(lying), {"on": on}).all())
        _write(conn, table, moved, write)
        counts[table] = len(moved)
        unclear += [f"{table} {row.key} ({row.old})" for row in unknown]
    counts["account_areas"] = _areas_follow(conn, on, unclear)
    counts["local_policies"] = _policies_follow(conn, on, unclear)
    return Moved(counts, tuple(unclear))


_LYING = (
    (
        "streets",
        (
            "SELECT t.id AS key, t.commune_code AS old, gis.commune_moved_on(t.commune_code, :on) AS moved_on,"
            " gis.commune_on(t.commune_code, gis.commune_known_since('streets', t.id, t.source_date), :on, t.geom) AS"
            " new FROM gis.streets t WHERE t.commune_code IN"
            " (SELECT old_code FROM gis.unit_changes WHERE level = 'commune' AND changed_on <= :on) ORDER BY t.id"
        ),
        "UPDATE gis.streets SET commune_code = :new WHERE id = :key",
    ),
    (
        "zones",
        (
            "SELECT t.id AS key, t.commune_code AS old, gis.commune_moved_on(t.commune_code, :on) AS moved_on,"
            " gis.commune_on(t.commune_code, gis.commune_known_since('zones', t.id, t.source_date), :on, t.geom) AS new"
            " FROM gis.zones t WHERE t.commune_code IN"
            " (SELECT old_code FROM gis.unit_changes WHERE level = 'commune' AND changed_on <= :on) ORDER BY t.id"
        ),
        "UPDATE gis.zones SET commune_code = :new WHERE id = :key",
    ),
    (
        "cases",
        (
            "SELECT t.id AS key, t.commune_code AS old, gis.commune_moved_on(t.commune_code, :on) AS moved_on,"
            " gis.commune_on(t.commune_code, gis.commune_known_since('cases', t.id, t.received_on), :on, s.geom) AS new"
            " FROM gis.cases t LEFT JOIN gis.streets s ON s.id = t.street_id"
            " WHERE t.state IN ('received', 'assigned', 'in_progress') AND t.commune_code IN"
            " (SELECT old_code FROM gis.unit_changes WHERE level = 'commune' AND changed_on <= :on) ORDER BY t.id"
        ),
        "UPDATE gis.cases SET commune_code = :new WHERE id = :key",
    ),
)
"""Table, its records with the commune of their place, and how the code is written."""


def _split(rows: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """Those whose commune is another now, and those of which nobody can tell."""
    return [row for row in rows if row.new not in (None, row.old)], [row for row in rows if row.new is None]


def _write(conn: Connection, table: str, moved: Sequence[Any], statement: str) -> None:
    if not moved:
        return
    conn.execute(text(statement), [{"new": row.new, "key": row.key} for row in moved])
    _keep(conn, table, [(str(row.key), row.old, row.new, row.moved_on) for row in moved])


def _keep(conn: Connection, table: str, moves: Sequence[tuple[str, str, str, date]]) -> None:
    names = ("row_key", "old_code", "new_code", "moved_on")
    conn.execute(
        insert(commune_moves), [{"table_name": table, **dict(zip(names, move, strict=True))} for move in moves]
    )


_AREAS = (
    "SELECT a.login AS key, substr(a.area, 9) AS old, gis.commune_moved_on(substr(a.area, 9), :on) AS moved_on,"
    " gis.commune_on(substr(a.area, 9), CAST(a.granted_at AS date), :on, NULL) AS new"
    " FROM gis.account_areas a WHERE starts_with(a.area, 'commune') AND substr(a.area, 9) IN"
    " (SELECT old_code FROM gis.unit_changes WHERE level = 'commune' AND changed_on <= :on) ORDER BY a.login, a.area"
)


def _areas_follow(conn: Connection, on: date, unclear: list[str]) -> int:
    moved, unknown = _split(conn.execute(text(_AREAS), {"on": on}).all())
    unclear += [f"account_areas {row.key} ({row.old})" for row in unknown]
    for row in moved:
        here = {"login": row.key, "old": f"commune:{row.old}", "new": f"commune:{row.new}", "by": FOLLOWER}
        conn.execute(text(
            "INSERT INTO gis.account_areas (login, area, granted_by) VALUES (:login, :new, :by) ON CONFLICT DO NOTHING"
        ), here)  # fmt: skip
        conn.execute(text("DELETE FROM gis.account_areas WHERE login = :login AND area = :old"), here)
        conn.execute(text(
            "INSERT INTO gis.account_area_sets (login, set_by) VALUES (:login, :by)"
            " ON CONFLICT (login) DO UPDATE SET set_by = :by"
        ), here)  # fmt: skip
    if moved:
        _keep(conn, "account_areas", [(row.key, row.old, row.new, row.moved_on) for row in moved])
    return len(moved)


_POLICIES = (
    "SELECT p.id AS key, p.name, p.value, substr(p.area, 9) AS old,"
    " gis.commune_moved_on(substr(p.area, 9), :on) AS moved_on,"
    " gis.commune_on(substr(p.area, 9), p.valid_from, :on, NULL) AS new"
    " FROM gis.local_policies p WHERE starts_with(p.area, 'commune') AND p.valid_to IS NULL AND substr(p.area, 9) IN"
    " (SELECT old_code FROM gis.unit_changes WHERE level = 'commune' AND changed_on <= :on) ORDER BY p.id"
)


def _policies_follow(conn: Connection, on: date, unclear: list[str]) -> int:
    """A value of a commune that became another holds there too, unless values of two of them differ."""
    moved, unknown = _split(conn.execute(text(_POLICIES), {"on": on}).all())
    unclear += [f"local_policies {row.name} ({row.old})" for row in unknown]
    taken = 0
    for row in moved:
        rivals = {str(other.value) for other in moved if (other.name, other.new) == (row.name, row.new)}
        held = conn.execute(
            text("SELECT value FROM gis.local_policies WHERE name = :name AND area = :area"
                 " AND (valid_to IS NULL OR valid_to > :day)"),
            {"name": row.name, "area": f"commune:{row.new}", "day": row.moved_on},
        ).first()  # fmt: skip
        if len(rivals) > 1 or (held is not None and held.value != row.value):
            unclear.append(f"local_policies {row.name} ({row.old})")
            continue
        conn.execute(
            text("UPDATE gis.local_policies SET valid_to = greatest(:day, valid_from) WHERE id = :key"),
            {"day": row.moved_on, "key": row.key},
        )
        if held is None:
            conn.execute(
                text("INSERT INTO gis.local_policies (name, value, area, decision_number, set_by, valid_from)"
                     " SELECT name, value, :area, decision_number, :by, greatest(:day, valid_from)"
                     " FROM gis.local_policies WHERE id = :key"),
                {"area": f"commune:{row.new}", "by": FOLLOWER, "day": row.moved_on, "key": row.key},
            )  # fmt: skip
        _keep(conn, "local_policies", [(str(row.key), row.old, row.new, row.moved_on)])
        taken += 1
    return taken
