"""Name an estate: the way of proposals (`proposing`) on the facts of an estate. Issuing is in `estate_issuing`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select

from addressing import areas, estate_facts, estates
from addressing.errors import StepNotPossible
from addressing.estate_facts import EstateOnRecord
from addressing.estate_tables import estates as estate_table
from addressing.proposal import Proposed
from addressing.proposing import Flow
from addressing.register import proposals
from addressing.rules import estate_record
from addressing.rules.estate_model import EstateResult
from addressing.rules.estates import name_estate
from addressing.rules.policy import Policy
from addressing.rules.questions import Inquiry


@dataclass(frozen=True, slots=True, kw_only=True)
class EstateProposal(Proposed[EstateResult]):
    """The names proposed for one estate on their way from draft to issue."""

    estate_id: int
    estate_name: str

    @property
    def ground_id(self) -> int:
        """The estate."""
        return self.estate_id


def require_area(conn: Connection, proposal: EstateProposal, login: str) -> None:
    """Whoever works elsewhere sees nothing of it. Raises `OutsideArea`."""
    areas.require_street(conn, login, proposal.street_id)


def _decide(
    conn: Connection, estate: EstateOnRecord, policy: Policy, answers: Mapping[str, str], on: date
) -> EstateResult:
    return name_estate(estate.facts, policy, Inquiry(answers))


def _require_parts(estate: EstateOnRecord) -> None:
    if not estate.parts:
        raise StepNotPossible(
            "estate", "khu nhà", estate.code, "propose", "nothing was entered in it yet", "chưa nhập nhóm nhà, ngôi nhà"
        )


def _require_names(proposal: EstateProposal) -> None:
    if not proposal.result.named:
        raise StepNotPossible(
            "proposal", "đề xuất", proposal.id, "submit", "it gives no name", "chưa có tên nào được đề xuất"
        )


def _rows(query: Select[Any]) -> Select[Any]:
    named = (estate_table.c.name.label("estate_name"), estate_table.c.street_id.label("of_street"))
    return query.add_columns(*named).join(estate_table, estate_table.c.id == proposals.c.estate_id)


def _made(row: Row[Any], shared: dict[str, Any]) -> EstateProposal:
    return EstateProposal(**shared, street_id=row.of_street, estate_id=row.estate_id, estate_name=row.estate_name)


NAMING: Flow[EstateProposal, EstateOnRecord, EstateResult] = Flow(
    noun=("proposal for an estate", "đề xuất của khu nhà"), column=proposals.c.estate_id,
    street_of=lambda estate: estate.street_id, rows=_rows, made=_made, lock=estates.lock,
    lock_for_issue=estates.lock, read=estate_facts.read, decide=_decide, as_data=estate_record.as_data,
    from_data=estate_record.from_data, subject=lambda proposal: f"Đặt tên, đánh số {proposal.estate_name}",
    require_something=_require_parts, require_outcome=_require_names,
)  # fmt: skip
propose, get_proposal, find_live_proposal = NAMING.propose, NAMING.get_proposal, NAMING.find_live_proposal
answer, submit, approve = NAMING.answer, NAMING.submit, NAMING.approve
reject, withdraw, lock_for_step = NAMING.reject, NAMING.withdraw, NAMING.lock_for_step
proposals_of = NAMING.list_proposals
