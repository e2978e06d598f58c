"""Certification of streets with undo, reports on quality; local policies, areas of accounts, holidays."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field, StringConstraints

from addressing import areas, certification, estate_quality, policies_on_record, quality, working_days
from gis_service.access import Access, reading, writing
from gis_service.identity import accounts
from gis_service.routes.register_inputs import Body, Key, Line, Reasoned

router = APIRouter(tags=["quality of addresses"])

SeriesVersion = Annotated[
    int,
    Field(ge=0, description="`series_version` of the values of this name and area as you read them; 0 where none is."),
]
CommuneCode = Annotated[str, Path(pattern=r"^[0-9]{5}$")]


class StreetQuality(BaseModel):
    """The findings of one street."""

    street_id: int
    street_name: str
    numbers: int
    counts: dict[str, int] = Field(description="How many findings of each kind.")
    findings: list[quality.Finding]


class EstateQuality(BaseModel):
    """The findings of one estate."""

    estate_id: int
    estate_name: str
    street_id: int
    names: int = Field(description="In force.")
    counts: dict[str, int] = Field(description="How many findings of each kind.")
    findings: list[quality.Finding]


class PolicyGiven(Body):
    """A value for an area from a day on."""

    name: Line
    value: bool | int | float | str
    area: Annotated[str, StringConstraints(max_length=40)]
    decision_number: Line
    valid_from: date
    valid_to: date | None = None
    version: SeriesVersion


class AreasGiven(Body):
    """Where an account works; an empty list means the whole province."""

    areas: Annotated[list[Annotated[str, StringConstraints(max_length=40)]], Field(max_length=200)]
    version: Annotated[int, Field(ge=0, description="The version that you read, 0 while none was set.")]


class AreasOfAccount(BaseModel):
    """Where an account works, and the version that whoever sets it next must name."""

    version: int
    areas: list[areas.GrantedArea]


class Holiday(Body):
    """A day off besides Saturdays and Sundays."""

    name: Line


@router.post("/streets/{street_id}/certification", status_code=201, response_model=certification.Certification)
def certify(street_id: Key, access: Annotated[Access, writing("streets.certify", "streets/{street_id}")]) -> Any:
    """Certify the numbers of this one street as they stand."""
    return certification.certify(access.connection, street_id, access.identity.login)


@router.get("/streets/{street_id}/certification", response_model=certification.Certification | None)
def get_certification(street_id: Key, access: Annotated[Access, reading("streets.quality")]) -> Any:
    """The standing certification of a street, and whether its numbers are still the same."""
    return certification.find_certification(access.connection, street_id)


@router.post("/streets/{street_id}/certification/undo", status_code=204)
def undo(
    street_id: Key, given: Reasoned, access: Annotated[Access, writing("streets.certify", "streets/{street_id}")]
) -> None:
    """Take a certification back, with a reason."""
    certification.undo(access.connection, street_id, given.reason, access.identity.login, version=given.version)


@router.get("/streets/{street_id}/quality", response_model=StreetQuality)
def street_quality(street_id: Key, access: Annotated[Access, reading("streets.quality")]) -> Any:
    """What is doubtful about the numbers of a street."""
    areas.require_street(access.connection, access.identity.login, street_id)
    return _shown(quality.street_report(access.connection, street_id))


@router.get("/register/estates/{estate_id}/quality", response_model=EstateQuality)
def estate_findings(estate_id: Key, access: Annotated[Access, reading("streets.quality")]) -> Any:
    """What is doubtful about the names of an estate."""
    report = estate_quality.estate_report(access.connection, estate_id)
    areas.require_street(access.connection, access.identity.login, report.street_id)
    return {**asdict(report), "counts": report.counts}


@router.get("/communes/{code}/estates/quality", response_model=list[EstateQuality])
def commune_estates(code: CommuneCode, access: Annotated[Access, reading("streets.quality")]) -> Any:
    """The same for every estate on the streets of a commune."""
    areas.require(access.connection, access.identity.login, areas.Whereabouts(code, None))
    reports = estate_quality.commune_report(access.connection, code)
    return [{**asdict(report), "counts": report.counts} for report in reports]


@router.get("/communes/{code}/quality", response_model=list[StreetQuality])
def commune_quality(code: CommuneCode, access: Annotated[Access, reading("streets.quality")]) -> Any:
    """The same for every street of a commune."""
    areas.require(access.connection, access.identity.login, areas.Whereabouts(code, None))
    return [_shown(report) for report in quality.commune_report(access.connection, code)]


@router.get("/policies", response_model=list[policies_on_record.LocalPolicy])
def list_policies(
    access: Annotated[Access, reading("policies.read")],
    on: Annotated[date | None, Query(description="Values of that day; none means all ever set.")] = None,
) -> Any:
    """What the circular leaves open, as it was set for areas and times."""
    return policies_on_record.list_policies(access.connection, on)


@router.post("/policies", status_code=201, response_model=policies_on_record.LocalPolicy)
def set_policy(given: PolicyGiven, access: Annotated[Access, writing("policies.set")]) -> Any:
    """Set a value by a local decision; the one before ends on that day."""
    return policies_on_record.set_policy(
        access.connection, given.name, given.value, given.area, decision_number=given.decision_number,
        valid_from=given.valid_from, valid_to=given.valid_to, by=access.identity.login,
        version=given.version,
    )  # fmt: skip


@router.get("/accounts/{login}/areas", response_model=AreasOfAccount)
def list_areas(login: str, access: Annotated[Access, reading("accounts.read")]) -> Any:
    """Where an account works on addresses; empty means the whole province."""
    return _areas(access, accounts.get(access.connection, login).login)


@router.put("/accounts/{login}/areas", response_model=AreasOfAccount)
def set_areas(
    login: str, given: AreasGiven, access: Annotated[Access, writing("accounts.areas", "accounts/{login}")]
) -> Any:
    """Set where an account works on addresses."""
    known = accounts.get(access.connection, login).login
    areas.set_areas(access.connection, known, given.areas, access.identity.login, version=given.version)
    return _areas(access, known)


@router.get("/holidays/{year}")
def list_holidays(
    year: Annotated[int, Path(ge=2000, le=2200)], access: Annotated[Access, reading("holidays.read")]
) -> list[dict[str, Any]]:
    """The listed days off of a year."""
    return [{"day": day, "name": name} for day, name in working_days.holidays_of(access.connection, year)]


@router.put("/holidays/{day}", status_code=204)
def list_holiday(
    day: date, given: Holiday, access: Annotated[Access, writing("holidays.list", "holidays/{day}")]
) -> None:
    """List a day off; deadlines of cases that come later step over it."""
    working_days.list_holiday(access.connection, day, given.name, access.identity.login)


def _areas(access: Access, login: str) -> dict[str, Any]:
    return {
        "version": areas.area_set(access.connection, login).version, "areas": areas.list_areas(access.connection, login)
    }  # fmt: skip


def _shown(report: quality.StreetReport) -> dict[str, Any]:
    return {
        "street_id": report.street_id, "street_name": report.street_name, "numbers": report.numbers,
        "counts": report.counts, "findings": report.findings,
    }  # fmt: skip
