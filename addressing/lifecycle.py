"""One life of a number, from spare to retired, read from where each state is kept.

    reserved -> proposed -> approved -> in_force -> retired, or rejected

Proposed, approved and rejected are states of the proposal that holds the number; reserved, in force and retired
are states of its row. There is no second status that could drift from these.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, text

from addressing.issuing import GIVEN
from addressing.rules.numbers import HouseNumber

STATES = ("reserved", "proposed", "approved", "in_force", "retired", "rejected")
_OF_PROPOSAL = {"draft": "proposed", "submitted": "proposed", "approved": "approved", "rejected": "rejected"}


@dataclass(frozen=True, slots=True)
class NumberState:
    """Where one number of a street stands."""

    number: str
    state: str
    entrance_id: int | None
    place_id: str | None
    proposal_id: int | None
    actor: str
    # who brought it there
    recorded_at: datetime
    decision_number: str | None
    # by which it is in force, spare or retired
    decided_on: date | None
    valid_from: date | None
    valid_to: date | None
    reason: str | None
    # why it was retired or rejected


_ON_RECORD = """
    SELECT n.plate_text, n.status, n.entrance_id, n.place_id, n.proposal_id, h.actor, h.recorded_at, d.number,
           d.decided_on, n.valid_from, n.valid_to, n.retired_reason
    FROM gis.house_numbers n
    JOIN gis.row_history h ON h.table_name = 'house_numbers' AND h.row_id = n.id AND h.superseded_at IS NULL
    LEFT JOIN gis.decisions d ON d.id = coalesce(n.closed_by_decision_id, n.decision_id)
    WHERE n.street_id = :street
"""

_IN_PROPOSALS = """
    SELECT item ->> 'number' AS number, p.status, item ->> 'key' AS entrance, p.id, s.actor, s.at, p.rejected_reason
    FROM gis.proposals p
    JOIN LATERAL (SELECT actor, at FROM gis.proposal_steps WHERE proposal_id = p.id ORDER BY id DESC LIMIT 1) s ON true
    CROSS JOIN LATERAL jsonb_array_elements((p.content -> 'assignments') || (p.content -> 'reserved')) AS item
    WHERE p.street_id = :street AND p.status <> 'issued' AND NOT coalesce((item ->> 'is_existing')::boolean, false)
"""


def states_on_street(conn: Connection, street_id: int, *, with_rejected: bool = False) -> list[NumberState]:
    """Every number of a street with where it stands, in natural order. For staff: spare ones are among them."""
    found = [*_on_record(conn, street_id), *_in_proposals(conn, street_id)]
    kept = [item for item in found if with_rejected or item.state != "rejected"]
    return sorted(kept, key=lambda item: (HouseNumber.parse(item.number), STATES.index(item.state), item.recorded_at))


def _on_record(conn: Connection, street_id: int) -> Iterator[NumberState]:
    for row in conn.execute(text(_ON_RECORD), {"street": street_id}):
        if row.status == "reserved" and row.retired_reason == GIVEN:
            continue  # the house that took it has a row of its own
        state = row.status if row.valid_to is None else "retired"
        yield NumberState(row.plate_text, state, *tuple(row)[2:])


def _in_proposals(conn: Connection, street_id: int) -> Iterator[NumberState]:
    for row in conn.execute(text(_IN_PROPOSALS.replace("::", r"\:\:")), {"street": street_id}):
        yield NumberState(
            row.number, _OF_PROPOSAL[row.status], int(row.entrance), None, row.id, row.actor, row.at, None, None, None,
            None, row.rejected_reason,
        )  # fmt: skip
