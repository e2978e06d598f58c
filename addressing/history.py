"""What the register said on any day, as it was known at any moment; and who changed it.

`row_history` is written by triggers, one row for each state that a record ever had. Nobody, not even
the owner of the database, rewrites it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    DateTime,
    ForeignKey,
    Index,
    Table,
    Text,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from layers.schema import identity_column, metadata

KEPT = (
    "house_numbers", "addresses", "alley_names", "official_codes", "plates", "number_certificates",
    "certifications", "local_policies", "number_changes", "estates", "estate_parts", "part_names",
)  # fmt: skip
"""Tables whose every state is kept."""

row_history = Table(
    "row_history",
    metadata,
    identity_column(),
    Column("table_name", Text, nullable=False),
    Column("row_id", BigInteger, nullable=False),
    Column("content", JSONB, nullable=False, comment="The whole row as it stood."),
    Column("actor", Text, nullable=False, comment="Who brought it into this state; from the audit row."),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("superseded_at", DateTime(timezone=True), comment="When the next state was recorded."),
    CheckConstraint("superseded_at IS NULL OR superseded_at >= recorded_at", name="record_period"),
    Index("ix_row_history_row", "table_name", "row_id", "recorded_at"),
    Index("uq_row_history_present", "table_name", "row_id", unique=True,
          postgresql_where=text("superseded_at IS NULL")),
    comment="Every state that a record of the register ever had. Written by triggers only.",
)  # fmt: skip

proposal_steps = Table(
    "proposal_steps",
    metadata,
    identity_column(),
    Column("proposal_id", ForeignKey("gis.proposals.id"), nullable=False),
    Column("status", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text),
    Column("decision_id", ForeignKey("gis.decisions.id")),
    Column("at", DateTime(timezone=True), nullable=False),
    Index("ix_proposal_steps_proposal_id", "proposal_id"),
    comment="Each step of a proposal, with who took it. Written by a trigger only.",
)


@dataclass(frozen=True, slots=True)
class State:
    """One state of a record and how long the register held it to be so."""

    content: dict[str, Any]
    actor: str
    recorded_at: datetime
    superseded_at: datetime | None


def states_of(conn: Connection, table_name: str, row_id: int) -> list[State]:
    """All states of one record, the first one first. Staff only."""
    rows = conn.execute(
        select(row_history.c.content, row_history.c.actor, row_history.c.recorded_at, row_history.c.superseded_at)
        .where(row_history.c.table_name == table_name, row_history.c.row_id == row_id)
        .order_by(row_history.c.recorded_at, row_history.c.id)
    )
    return [State(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Step:
    """One step in the life of a proposal."""

    status: str
    actor: str
    at: datetime
    reason: str | None
    decision_number: str | None


def steps_of(conn: Connection, proposal_id: int) -> list[Step]:
    """What was done with a proposal, by whom and when, in order."""
    rows = conn.execute(
        text("SELECT s.status, s.actor, s.at, s.reason, d.number FROM gis.proposal_steps s"
             " LEFT JOIN gis.decisions d ON d.id = s.decision_id WHERE s.proposal_id = :id ORDER BY s.id"),
        {"id": proposal_id},
    )  # fmt: skip
    return [Step(*row) for row in rows]
