"""Shapes of the questions and answers about estates, for the OpenAPI document and its readers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from addressing import estate_entry
from addressing.estate_facts import EstateOnRecord, PartOnRecord
from addressing.estate_issuing import NamesIssued
from addressing.estate_naming import EstateProposal
from addressing.rules.clauses import CLAUSES
from addressing.rules.estate_model import PartKind
from addressing.rules.estate_record import as_data
from gis_service.routes.addressing_answers import (
    ChoiceAnswer,
    ClauseAnswer,
    NoteAnswer,
    QuestionAnswer,
    RecordedAnswer,
    clause_answer,
    recorded_answers,
)
from gis_service.routes.register_inputs import Body, Line, Number, PlaceIn, Versioned

Lon = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Lat = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Metres = Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)]
Storeys = Annotated[int, Field(ge=1, le=200)]
Avoided = Annotated[tuple[Annotated[int, Field(ge=2, le=200)], ...], Field(max_length=50)]


class EstateIn(Body):
    """An estate: groups of houses on ways without names, or with `place_id` one apartment building."""

    code: Line
    name: Line
    street_id: Number = Field(description="On which its entrance opens.")
    lon: Lon
    lat: Lat
    place_id: PlaceIn | None = Field(None, description="Of a block: the place that has its house number.")
    initials: Annotated[str, Field(pattern="^[A-ZĐ0-9]{1,6}$")] | None = None


class Facts(Body):
    """What may be known of a part. Leave out what is not known: it is asked about."""

    axis: Annotated[str, Field(max_length=100)] = Field("", description="Of a group: its internal road.")
    side: Literal["left", "right"] | None = Field(None, description="Of a group, seen from the entrance inward.")
    distance_m: Metres | None = None
    storeys: Storeys | None = None
    avoided: Avoided = ()
    level: Annotated[int, Field(ge=-20, le=200)] | None = Field(None, description="Of a floor: 1 at the ground.")
    azimuth_deg: Annotated[float, Field(ge=0, lt=360, allow_inf_nan=False)] | None = None
    is_first: bool = Field(False, description="Flat that is the first on the left of the main way, lift or stair.")
    found_name: Line | None = Field(None, description="Written on it already.")
    lon: Lon | None = None
    lat: Lat | None = None


class PartIn(Facts):
    """One group, building, stair, floor or flat."""

    kind: PartKind
    label: Line
    parent_id: Number | None = None


class BuildingIn(Body):
    """A building with its floors, flats and stairs: all floors above the ground alike."""

    label: Line
    group_id: Number | None = Field(None, description="Empty for a block.")
    storeys: Storeys | None = None
    basements: Annotated[int, Field(ge=0, le=20)] = 0
    avoided: Avoided = ()
    flats: Annotated[int, Field(ge=0, le=estate_entry.MOST_FLATS)] = Field(
        0, description="On each floor above the ground."
    )
    first_flat: Annotated[int, Field(ge=1, le=estate_entry.MOST_FLATS)] | None = None
    stairs_m: Annotated[tuple[Metres | None, ...], Field(max_length=20)] = ()
    distance_m: Metres | None = None
    found_name: Line | None = None
    lon: Lon | None = None
    lat: Lat | None = None


class PartChange(Facts, Versioned):
    """Facts to be corrected; what is left out stays."""

    label: Line | None = None


class PartAnswer(BaseModel):
    """One part as it stands."""

    id: int
    parent_id: int | None
    kind: PartKind
    label: str
    axis: str
    side: str | None
    distance_m: float | None
    storeys: int | None
    avoided: list[int]
    level: int | None
    azimuth_deg: float | None
    is_first: bool
    found_name: str | None
    version: int
    name: str | None = Field(description="In force; null while it has none.")
    name_id: int | None
    place_id: str | None


class EstateAnswer(BaseModel):
    """One estate with its parts from the outside in."""

    id: int
    code: str
    name: str
    kind: str
    street_id: int
    street_name: str
    place_id: str | None
    initials: str | None
    version: int
    parts: list[PartAnswer]


class NamedAnswer(BaseModel):
    """A name for a part."""

    key: str = Field(description="Id of the part.")
    kind: PartKind
    name: str
    clauses: list[str]
    is_existing: bool = Field(description="It had the name before.")


class NamingAnswer(BaseModel):
    """The names proposed for one estate on their way from draft to issue."""

    id: int
    estate_id: int
    estate_name: str
    status: str
    version: int
    author: str
    approver: str | None
    rejected_reason: str | None
    decision_number: str | None
    created_at: datetime
    rule_set: str
    named: list[NamedAnswer]
    questions: list[QuestionAnswer]
    choices: list[ChoiceAnswer]
    notes: list[NoteAnswer]
    answers: dict[str, RecordedAnswer]
    policy: dict[str, dict[str, Any]] = Field(description="Every policy value with its clause and origin.")
    clauses: dict[str, ClauseAnswer] = Field(description="The clauses cited above, in words.")


class NamesIssuedAnswer(BaseModel):
    """What an issue did."""

    proposal: NamingAnswer
    issued: int
    registered: int = Field(description="Names found on the ground that entered the register.")
    places: int = Field(description="Places that got an id.")
    already_done: bool


def estate_answer(estate: EstateOnRecord) -> dict[str, Any]:
    """An estate as the API gives it."""
    shared = {
        name: getattr(estate, name) for name in EstateAnswer.model_fields if name not in ("parts",)
    }  # fmt: skip
    return shared | {"parts": [_part(part) for part in estate.parts]}


def naming_answer(proposal: EstateProposal) -> dict[str, Any]:
    """A proposal with its clauses in words."""
    result = as_data(proposal.result)
    own = ("id", "estate_id", "estate_name", "status", "version", "author", "approver", "rejected_reason",
           "decision_number", "created_at", "policy")  # fmt: skip
    cited = cited_clauses(proposal)
    return {
        **result,
        **{name: getattr(proposal, name) for name in own},
        "answers": recorded_answers(proposal.answers),
        "clauses": {name: clause_answer(name) for name in cited},
    }


def cited_clauses(proposal: EstateProposal) -> Sequence[str]:
    """The clauses that a proposal rests on or asks under, by id."""
    result = proposal.result
    cited = {clause for one in result.named for clause in one.clauses}
    cited |= {question.clause for question in result.questions} | {note.clause for note in result.notes}
    cited |= {choice.question.clause for choice in result.choices}
    return sorted(cited & CLAUSES.keys())


def issued_answer(done: NamesIssued) -> dict[str, Any]:
    """What an issue did, with the proposal as it stands now."""
    counts = {name: getattr(done, name) for name in NamesIssued.__slots__ if name != "proposal"}
    return {**counts, "proposal": naming_answer(done.proposal)}


def _part(part: PartOnRecord) -> dict[str, Any]:
    facts = part.facts
    shared = ("label", "axis", "side", "distance_m", "storeys", "level", "azimuth_deg", "is_first", "name")
    return {name: getattr(facts, name) for name in shared} | {
        "id": part.id, "parent_id": part.parent_id, "kind": facts.kind, "avoided": list(facts.avoided),
        "found_name": facts.found, "version": part.version, "name_id": part.name_id, "place_id": part.place_id,
    }  # fmt: skip
