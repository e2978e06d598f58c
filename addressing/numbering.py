"""Number a street: the way of proposals (`proposing`) on the facts of a street. Issuing is in `issuing`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select

from addressing import areas, street_facts, street_numbers, surroundings
from addressing.alley_naming import lock_with_alleys
from addressing.proposal import LIVE, SUPERSEDED, WITHDRAWN, Proposed
from addressing.proposing import Flow
from addressing.register import proposals
from addressing.rules import record
from addressing.rules.model import NumberingResult
from addressing.rules.policy import Policy
from addressing.street_facts import StreetOnRecord
from layers.streets import streets

__all__ = ["LIVE", "NUMBERING", "SUPERSEDED", "WITHDRAWN", "Proposal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal(Proposed[NumberingResult]):
    """A numbering of one street on its way from draft to issue."""

    street_name: str

    @property
    def ground_id(self) -> int:
        """The street."""
        return self.street_id


def decide(
    conn: Connection, street: StreetOnRecord, policy: Policy, answers: Mapping[str, str], on: date
) -> NumberingResult:
    """What the rules say about a street on record, given these answers. Writes nothing."""
    around = surroundings.read_many(conn, [street.id], street_numbers.near_m(policy), on)
    return street_numbers.decide(street, around[street.id], policy, answers, on)


def _lock(conn: Connection, street_id: int, by: str) -> None:
    areas.require_street(conn, by, street_id)
    street_facts.lock(conn, street_id)


def _lock_for_issue(conn: Connection, street_id: int, by: str) -> None:
    """Names of alleys follow the numbers, so they wait too."""
    areas.require_street(conn, by, street_id)
    lock_with_alleys(conn, street_id)


def _rows(query: Select[Any]) -> Select[Any]:
    return query.add_columns(streets.c.name.label("street_name")).join(streets, streets.c.id == proposals.c.street_id)


def _made(row: Row[Any], shared: dict[str, Any]) -> Proposal:
    return Proposal(**shared, street_id=row.street_id, street_name=row.street_name)


NUMBERING: Flow[Proposal, StreetOnRecord, NumberingResult] = Flow(
    noun=("proposal", "đề xuất"), column=proposals.c.street_id, street_of=lambda street: street.id, rows=_rows,
    made=_made, lock=_lock, lock_for_issue=_lock_for_issue, read=street_facts.read, decide=decide,
    as_data=record.as_data, from_data=record.from_data,
    subject=lambda proposal: f"Đánh số nhà {proposal.street_name}",
)  # fmt: skip
propose, get_proposal, find_live_proposal = NUMBERING.propose, NUMBERING.get_proposal, NUMBERING.find_live_proposal
answer, submit, approve = NUMBERING.answer, NUMBERING.submit, NUMBERING.approve
reject, withdraw, lock_for_step = NUMBERING.reject, NUMBERING.withdraw, NUMBERING.lock_for_step
