"""Single numbers: entered by hand, renumbered, retired, and what the register said of them at any moment."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field, StringConstraints, field_validator

from addressing import areas, dividing, entering, history, lifecycle, numbering, renumbering
from addressing.as_of import NumberThen, numbers_as_of
from addressing.deciding import today
from gis_service.access import Access, reading, writing
from gis_service.idempotency import IdempotencyKey, once
from gis_service.routes.register_inputs import Body, Key, Line, Paragraph, Reasoned, Signed, Version

router = APIRouter(tags=["house numbers"])

_CHANGE = "number-changes/{change_id}"


class FoundNumber(Body):
    """A number that hangs at a door."""

    number: Line
    on: date | None = None

    @field_validator("on")
    @classmethod
    def _not_in_the_future(cls, day: date | None) -> date | None:
        if day is not None and day > today():
            raise ValueError("a number found on the ground was found before tomorrow")
        return day


class GivenNumber(Signed):
    """A number with the signed decision that gives it."""

    number: Line


class AskedChanges(Body):
    """Id of a house number -> its new number; null ends it."""

    changes: Annotated[dict[int, Line | None], Field(min_length=1, max_length=2000)]
    joined_to_id: Annotated[int | None, Field(ge=1, le=2**62)] = Field(
        None, description="Id of the number of the house that those of the ended numbers become one with."
    )


class AskedReason(AskedChanges):
    """The same with why: one reason for all, one for each number, or both."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = Field(
        "", description="Of every number that has none of its own."
    )
    reasons: Annotated[dict[int, Paragraph], Field(max_length=2000)] = Field(
        default_factory=dict, description="Id of a house number -> why this one."
    )


class Approval(Signed):
    """The signed decision by which a change is carried out."""

    version: Version


@router.post("/entrances/{entrance_id}/number", status_code=201, response_model=entering.Entered)
def enter_number(
    entrance_id: Key,
    given: FoundNumber,
    access: Annotated[Access, writing("numbers.enter", "entrances/{entrance_id}")],
    key: IdempotencyKey = None,
) -> Any:
    """Take down a number found on the ground. A double is refused and its holder named."""
    return once(
        access, "numbers.enter", key, [entrance_id, given],
        lambda: entering.enter_number(
            access.connection, entrance_id, given.number, access.identity.login, on=given.on
        ),
    )  # fmt: skip


@router.post("/entrances/{entrance_id}/number-by-decision", status_code=201, response_model=entering.Entered)
def give_number(
    entrance_id: Key,
    given: GivenNumber,
    access: Annotated[Access, writing("numbers.give", "entrances/{entrance_id}")],
    key: IdempotencyKey = None,
) -> Any:
    """Put one number in force by a signed decision, a spare one of this door among them."""
    return once(
        access, "numbers.give", key, [entrance_id, given],
        lambda: entering.enter_number(
            access.connection, entrance_id, given.number, access.identity.login, signed=given.paper
        ),
    )  # fmt: skip


@router.get("/streets/{street_id}/numbers/record", response_model=list[NumberThen])
def numbers_then(
    street_id: Key,
    access: Annotated[Access, reading("numbers.record")],
    known_at: Annotated[datetime, Query(description="What the register knew at that moment.")],
    on: Annotated[date | None, Query(description="The day asked about; today if left out.")] = None,
) -> Any:
    """The numbers of a street on a day, by what the register knew at a moment."""
    areas.require_street(access.connection, access.identity.login, street_id)
    return numbers_as_of(access.connection, street_id, on or today(), known_at)


@router.get("/streets/{street_id}/lifecycle", response_model=list[lifecycle.NumberState])
def lifecycle_of_street(
    street_id: Key,
    access: Annotated[Access, reading("numbers.record")],
    with_rejected: Annotated[bool, Query(description="Numbers of rejected proposals too.")] = False,
) -> Any:
    """Where each number of a street stands: reserved, proposed, approved, in force, retired, rejected."""
    areas.require_street(access.connection, access.identity.login, street_id)
    return lifecycle.states_on_street(access.connection, street_id, with_rejected=with_rejected)


@router.get("/house-numbers/{number_id}/history", response_model=list[history.State])
def number_history(number_id: Key, access: Annotated[Access, reading("numbers.record")]) -> Any:
    """Every state that one number was ever in, with who brought it there and when."""
    street_id = entering.street_of_number(access.connection, number_id)
    areas.require_street(access.connection, access.identity.login, street_id)
    return history.states_of(access.connection, "house_numbers", number_id)


@router.get("/house-numbers/{number_id}/division", response_model=dividing.Division)
def division(
    number_id: Key,
    access: Annotated[Access, reading("numbers.change.preview")],
    parts: Annotated[int, Query(ge=2, le=dividing.MOST_PARTS, description="Into how many the house is divided.")] = 2,
) -> Any:
    """What the parts of a divided house would bear by the local policy. Writes nothing."""
    street_id = entering.street_of_number(access.connection, number_id)
    areas.require_street(access.connection, access.identity.login, street_id)
    return dividing.parts_of(access.connection, number_id, parts, today())


@router.get("/numbering/{proposal_id}/steps", response_model=list[history.Step])
def proposal_steps(proposal_id: Key, access: Annotated[Access, reading("streets.number.review")]) -> Any:
    """Each step of a proposal, with who took it, when and by which decision."""
    street_id = numbering.get_proposal(access.connection, proposal_id).street_id
    areas.require_street(access.connection, access.identity.login, street_id)
    return history.steps_of(access.connection, proposal_id)


@router.post("/streets/{street_id}/number-changes/preview", response_model=renumbering.Plan)
def preview(street_id: Key, given: AskedChanges, access: Annotated[Access, reading("numbers.change.preview")]) -> Any:
    """Everything that depends on these numbers: alley names, addresses, plates, certificates, cases."""
    areas.require_street(access.connection, access.identity.login, street_id)
    return renumbering.plan(access.connection, street_id, given.changes, given.joined_to_id)


@router.post("/streets/{street_id}/number-changes", status_code=201, response_model=renumbering.Asked)
def ask(
    street_id: Key,
    given: AskedReason,
    access: Annotated[Access, writing("numbers.change.ask", "streets/{street_id}")],
    key: IdempotencyKey = None,
) -> Any:
    """Ask for numbers to be changed or ended. Somebody else carries it out by a decision."""
    return once(
        access, "numbers.change.ask", key, [street_id, given],
        lambda: renumbering.ask(
            access.connection, street_id, given.changes, given.reason, access.identity.login, reasons=given.reasons,
            joined_to=given.joined_to_id,
        ),
    )  # fmt: skip


@router.get("/number-changes/{change_id}", response_model=renumbering.Asked)
def get_change(change_id: Key, access: Annotated[Access, reading("numbers.change.read")]) -> Any:
    """A change as it stands."""
    asked = renumbering.get_asked(access.connection, change_id)
    areas.require_street(access.connection, access.identity.login, asked.street_id)
    return asked


@router.post("/number-changes/{change_id}/approve", response_model=renumbering.Plan)
def approve(
    change_id: Key, given: Approval, access: Annotated[Access, writing("numbers.change.approve", _CHANGE)]
) -> Any:
    """Carry it out from the day of the decision. Whoever asked may not."""
    return renumbering.approve(
        access.connection, change_id, given.paper, access.identity.login, version=given.version
    )  # fmt: skip


@router.post("/number-changes/{change_id}/reject", response_model=renumbering.Asked)
def reject(
    change_id: Key, given: Reasoned, access: Annotated[Access, writing("numbers.change.reject", _CHANGE)]
) -> Any:
    """End it without doing it; an officer takes back only what is their own."""
    return renumbering.reject(
        access.connection, change_id, given.reason, access.identity.login, version=given.version,
        may_reject_others="approver" in access.identity.roles,
    )  # fmt: skip
