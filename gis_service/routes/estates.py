"""Estates: groups of houses on ways without names, buildings, stairs, floors and flats, from facts to plates."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from addressing import (
    areas,
    estate_entry,
    estate_facts,
    estate_issuing,
    estate_naming,
    estates,
    history,
    plate_orders,
    plates,
)
from gis_service.access import Access, reading, writing
from gis_service.idempotency import IdempotencyKey, once
from gis_service.routes.addressing_answers import GivenAnswer, Rejection
from gis_service.routes.estate_shapes import (
    BuildingIn,
    EstateAnswer,
    EstateIn,
    NamesIssuedAnswer,
    NamingAnswer,
    PartChange,
    PartIn,
    estate_answer,
    issued_answer,
    naming_answer,
)
from gis_service.routes.register_inputs import Body, IfMatch, Key, Paragraph, Signed, Versioned, version_in
from layers.crs import storage_srid, transformer

router = APIRouter(prefix="/register", tags=["estates"])

_ESTATE = "estates/{estate_id}"
_PART = "estate-parts/{part_id}"
_NAMING = "numbering/{proposal_id}"
_NAME = "part-names/{name_id}"


class Ended(Signed):
    """A name that ends by a signed decision, with why."""

    reason: Paragraph
    version: Annotated[int, Query(ge=1)] | None = None


class PartPlate(Body):
    """A plate to be made."""

    request: Literal["new", "change", "reissue"] = "new"


@router.post("/estates", status_code=201, response_model=EstateAnswer)
def enter(given: EstateIn, access: Annotated[Access, writing("estates.enter")], key: IdempotencyKey = None) -> Any:
    """Enter an estate by the street on which its entrance opens; a block by the place that has its number."""

    def act() -> Any:
        x, y = _metres(access, given.lon, given.lat)
        new = estates.NewEstate(
            given.code, given.name, given.street_id, x, y, place_id=given.place_id, initials=given.initials
        )
        return _estate(access, estates.enter(access.connection, new, access.identity.login))

    return once(access, "estates.enter", key, given, act)


@router.get("/estates", response_model=list[estates.EstateListed])
def list_estates(
    access: Annotated[Access, reading("estates.read")], street_id: Annotated[int | None, Query(ge=1)] = None
) -> Any:
    """The estates of your area, those of one street where it is given."""
    return estates.list_estates(access.connection, access.identity.login, street_id=street_id)


@router.get("/estates/{estate_id}", response_model=EstateAnswer)
def get_estate(estate_id: Key, access: Annotated[Access, reading("estates.read")]) -> Any:
    """An estate with its parts from the outside in, and the names that they bear."""
    return _estate(access, estate_id)


@router.post("/estates/{estate_id}/parts", status_code=201, response_model=EstateAnswer)
def add_part(
    estate_id: Key, given: PartIn, access: Annotated[Access, writing("estates.enter", _ESTATE)],
    key: IdempotencyKey = None,
) -> Any:  # fmt: skip
    """Enter one group, building, stair, floor or flat."""

    def act() -> Any:
        x, y = _metres(access, given.lon, given.lat)
        facts = given.model_dump(exclude={"lon", "lat"})
        estate_entry.add(access.connection, estate_id, estate_entry.NewPart(**facts, x=x, y=y), access.identity.login)
        return _estate(access, estate_id)

    return once(access, "estates.add", key, [estate_id, given], act)


@router.post("/estates/{estate_id}/buildings", status_code=201, response_model=EstateAnswer)
def add_building(
    estate_id: Key, given: BuildingIn, access: Annotated[Access, writing("estates.enter", _ESTATE)],
    key: IdempotencyKey = None,
) -> Any:  # fmt: skip
    """Enter a building with its floors, flats and stairs at once."""

    def act() -> Any:
        x, y = _metres(access, given.lon, given.lat)
        facts = given.model_dump(exclude={"lon", "lat"})
        estate_entry.add_building(
            access.connection, estate_id, estate_entry.NewBuilding(**facts, x=x, y=y), access.identity.login
        )
        return _estate(access, estate_id)

    return once(access, "estates.add_building", key, [estate_id, given], act)


@router.patch("/parts/{part_id}", response_model=EstateAnswer)
def change_part(part_id: Key, given: PartChange, access: Annotated[Access, writing("estates.enter", _PART)]) -> Any:
    """Correct facts of a part. Names in force stay."""
    facts = given.model_dump(exclude={"version", "lon", "lat"}, exclude_unset=True)
    x, y = _metres(access, given.lon, given.lat)
    position = None if x is None or y is None else (x, y)
    estate_entry.change_part(
        access.connection, part_id, facts, access.identity.login, version=given.version, position=position
    )  # fmt: skip
    return _estate(access, estate_entry.estate_of(access.connection, part_id))


@router.post("/parts/{part_id}/remove", response_model=EstateAnswer)
def remove_part(part_id: Key, given: Versioned, access: Annotated[Access, writing("estates.enter", _PART)]) -> Any:
    """It is no more, with everything in it; refused while something there has a name."""
    estate_entry.remove_part(access.connection, part_id, access.identity.login, version=given.version)
    return _estate(access, estate_entry.estate_of(access.connection, part_id))


@router.get("/parts/{part_id}/history", response_model=list[history.State])
def part_history(part_id: Key, access: Annotated[Access, reading("estates.read")]) -> Any:
    """Every state that the facts of a part were ever in."""
    _estate(access, estate_entry.estate_of(access.connection, part_id))
    return history.states_of(access.connection, "estate_parts", part_id)


@router.post("/estates/{estate_id}/naming", status_code=201, response_model=NamingAnswer)
def propose(estate_id: Key, access: Annotated[Access, writing("streets.number.propose", _ESTATE)]) -> Any:
    """Run the rules of Circular 08 on an estate and keep the outcome as a draft."""
    return naming_answer(estate_naming.propose(access.connection, estate_id, author_id=access.identity.login))


@router.get("/naming/{proposal_id}", response_model=NamingAnswer)
def get_proposal(proposal_id: Key, access: Annotated[Access, reading("streets.number.review")]) -> Any:
    """A proposal with its names, clauses, open questions and recorded choices."""
    proposal = estate_naming.get_proposal(access.connection, proposal_id)
    estate_naming.require_area(access.connection, proposal, access.identity.login)
    return naming_answer(proposal)


@router.get("/naming/{proposal_id}/steps", response_model=list[history.Step])
def proposal_steps(proposal_id: Key, access: Annotated[Access, reading("streets.number.review")]) -> Any:
    """Each step of a proposal, with who took it, when and by which decision."""
    proposal = estate_naming.get_proposal(access.connection, proposal_id)
    estate_naming.require_area(access.connection, proposal, access.identity.login)
    return history.steps_of(access.connection, proposal_id)


@router.post("/naming/{proposal_id}/answers", response_model=NamingAnswer)
def answer(
    proposal_id: Key, given: GivenAnswer, access: Annotated[Access, writing("streets.number.answer", _NAMING)],
    if_match: IfMatch = None,
) -> Any:  # fmt: skip
    """Answer a question, or by its kind all of that kind; the rules run again."""
    return naming_answer(estate_naming.answer(
        access.connection, proposal_id, given.question_code, given.answer, access.identity.login, reason=given.reason,
        decision_number=given.decision_number, version=version_in(if_match),
    ))  # fmt: skip


@router.post("/naming/{proposal_id}/submit", response_model=NamingAnswer)
def submit(
    proposal_id: Key, access: Annotated[Access, writing("streets.number.submit", _NAMING)], if_match: IfMatch = None
) -> Any:
    """Send a draft without open questions for approval."""
    by = access.identity.login
    return naming_answer(estate_naming.submit(access.connection, proposal_id, by, version=version_in(if_match)))


@router.post("/naming/{proposal_id}/withdraw", response_model=NamingAnswer)
def withdraw(
    proposal_id: Key, access: Annotated[Access, writing("streets.number.withdraw", _NAMING)], if_match: IfMatch = None
) -> Any:
    """Take back one's own proposal that nobody has approved yet."""
    by = access.identity.login
    return naming_answer(estate_naming.withdraw(access.connection, proposal_id, by, version=version_in(if_match)))


@router.post("/naming/{proposal_id}/approve", response_model=NamingAnswer)
def approve(
    proposal_id: Key, access: Annotated[Access, writing("streets.number.approve", _NAMING)], if_match: IfMatch = None
) -> Any:
    """Approve a submitted proposal. Whoever wrote it or answered in it may not."""
    by = access.identity.login
    return naming_answer(estate_naming.approve(access.connection, proposal_id, by, version=version_in(if_match)))


@router.post("/naming/{proposal_id}/reject", response_model=NamingAnswer)
def reject(
    proposal_id: Key, given: Rejection, access: Annotated[Access, writing("streets.number.reject", _NAMING)],
    if_match: IfMatch = None,
) -> Any:  # fmt: skip
    """End a proposal for good; a new one may follow."""
    return naming_answer(estate_naming.reject(
        access.connection, proposal_id, given.reason, access.identity.login, version=version_in(if_match)
    ))  # fmt: skip


@router.post("/naming/{proposal_id}/issue", response_model=NamesIssuedAnswer)
def issue(
    proposal_id: Key, given: Signed, access: Annotated[Access, writing("streets.number.issue", _NAMING)],
    if_match: IfMatch = None,
) -> Any:  # fmt: skip
    """Put approved names in force by a signed decision. Twice by one decision changes nothing."""
    return issued_answer(estate_issuing.issue(
        access.connection, proposal_id, given.paper, access.identity.login, version=version_in(if_match)
    ))  # fmt: skip


@router.get("/names/{name_id}/ending", response_model=estate_issuing.Ending)
def ending(name_id: Key, access: Annotated[Access, reading("streets.number.review")]) -> Any:
    """What would end with this name: everything inside, addresses, plates. Writes nothing."""
    found = estate_issuing.plan_ending(access.connection, name_id)
    _estate(access, found.estate_id)
    return found


@router.post("/names/{name_id}/retire", response_model=estate_issuing.Ending)
def retire(name_id: Key, given: Ended, access: Annotated[Access, writing("estates.end", _NAME)]) -> Any:
    """End a name and those of everything inside it by a signed decision. They are never given again."""
    return estate_issuing.retire(
        access.connection, name_id, given.paper, given.reason, access.identity.login, version=given.version
    )  # fmt: skip


@router.post("/names/{name_id}/plates", status_code=201, response_model=plates.Plate)
def order_plate(
    name_id: Key, given: PartPlate, access: Annotated[Access, writing("plates.order", _NAME)],
    key: IdempotencyKey = None,
) -> Any:  # fmt: skip
    """Order the plate of a group, building, stair, floor or flat. Its steps are those of every plate."""
    return once(
        access, "plates.order_for_part", key, [name_id, given],
        lambda: plate_orders.order_for_part(access.connection, name_id, given.request, access.identity.login),
    )  # fmt: skip


@router.get("/names/{name_id}/history", response_model=list[history.State])
def name_history(name_id: Key, access: Annotated[Access, reading("numbers.record")]) -> Any:
    """Every state that a name was ever in, with who brought it there and when."""
    _estate(access, estate_facts.estate_of_name(access.connection, name_id))
    return history.states_of(access.connection, "part_names", name_id)


def _estate(access: Access, estate_id: int) -> dict[str, Any]:
    estate = estate_facts.read(access.connection, estate_id)
    areas.require_street(access.connection, access.identity.login, estate.street_id)
    return estate_answer(estate)


def _metres(access: Access, lon: float | None, lat: float | None) -> Any:
    """x and y in the storage CRS; a pair of None where either is not given."""
    if lon is None or lat is None:
        return None, None
    return transformer(4326, storage_srid(access.connection)).transform(lon, lat)
