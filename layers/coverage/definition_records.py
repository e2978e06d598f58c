"""Keep the definitions and targets of this release in the database, and read them back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from layers.coverage.definitions import DEFINITIONS, TARGETS
from layers.coverage.records import coverage_definitions, coverage_targets


def keep(conn: Connection) -> int:
    """Add the definitions and targets that are not there yet; what is there stays as it is. How many were new."""
    rows = [
        {name: value for name, value in asdict(one).items() if name != "id"}
        | {"label": one.label, "definition_id": one.id}
        for one in DEFINITIONS
    ]
    added = 0
    for table, values in ((coverage_definitions, rows), (coverage_targets, [asdict(one) for one in TARGETS])):
        new = insert(table).values(values).on_conflict_do_nothing().returning(table.c.definition_id)
        added += len(conn.execute(new).all())
    return added


def changed_since_kept(conn: Connection) -> list[str]:
    """Labels whose text in the program differs from what is on record: a definition that was edited in place."""
    kept = {row["label"]: row for row in conn.execute(select(coverage_definitions)).mappings()}
    return [one.label for one in DEFINITIONS if one.label in kept and _differs(asdict(one), kept[one.label])]


def _differs(now: dict[str, Any], kept: Any) -> bool:
    return any(kept[name] != value for name, value in now.items() if name != "id")
