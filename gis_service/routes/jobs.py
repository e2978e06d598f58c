"""Long work: what runs, how far it is, what came of it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from gis_service import jobs
from gis_service.access import Access, reading, writing
from gis_service.jobs import Job

router = APIRouter(tags=["jobs"])

JobId = Annotated[int, Path(ge=1, le=2**62)]


@router.get("/jobs")
def list_jobs(
    access: Annotated[Access, reading("jobs.read")],
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> list[Job]:
    """The newest jobs first."""
    return jobs.list_jobs(access.connection, limit=limit)


@router.get("/jobs/{job_id}")
def get_job(job_id: JobId, access: Annotated[Access, reading("jobs.read")]) -> Job:
    """One job with its progress and, once it is over, its report or error."""
    return jobs.get_job(access.connection, job_id)


class NumberZone(BaseModel):
    """Propose numbers for every street of a zone."""

    model_config = ConfigDict(extra="forbid")

    zone: Annotated[str, Field(min_length=1, max_length=80, description="Code of the zone.")]
    derive_doors: Annotated[bool, Field(description="First give plots without an entrance one, marked as derived.")] = (
        False
    )


class NumberCommune(BaseModel):
    """Propose numbers for every street of a commune."""

    model_config = ConfigDict(extra="forbid")

    commune: Annotated[str, Field(pattern=r"^[0-9]{5}$", description="Code of the commune.")]
    derive_doors: Annotated[bool, Field(description="First give plots without an entrance one, marked as derived.")] = (
        False
    )


class CoverageRun(BaseModel):
    """Compute a coverage question and keep it as a run."""

    model_config = ConfigDict(extra="forbid")

    definition: Annotated[str, Field(max_length=60, description="See /coverage/definitions.")] = "area_ratio/declared"
    technology: Annotated[str, Field(max_length=10)] = "5G"
    operators: Annotated[list[str] | None, Field(max_length=50)] = None
    min_operators: Annotated[int, Field(ge=1, le=50)] = 1
    as_of: date | None = None
    tier_dbm: Annotated[float | None, Field(description="Modelled: the power wanted; -110 if not said.")] = None
    probability: Annotated[float | None, Field(description="Modelled: how surely; 0.9 if not said.")] = None
    walls: Annotated[Literal["none", "low", "high"], Field(description="Modelled: none is outdoors.")] = "none"
    least_share: Annotated[float | None, Field(description="Plots: covered part wanted; 0: at its point.")] = None
    fill_back_from: Annotated[date | None, Field(description="Also the ends of all months since this day.")] = None


@router.post("/jobs/number-zone", status_code=202)
def number_zone(wanted: NumberZone, access: Annotated[Access, writing("streets.number.propose", "jobs")]) -> Job:
    """Queue it; each street of the zone gets a draft proposal or a line that says why not."""
    arguments = wanted.model_dump() | {"author": access.identity.login}
    return _queue(access, "number_zone", arguments, f"Number the streets of {wanted.zone}")


@router.post("/jobs/number-commune", status_code=202)
def number_commune(wanted: NumberCommune, access: Annotated[Access, writing("streets.number.propose", "jobs")]) -> Job:
    """Queue it; each street of the commune gets a draft proposal or a line that says why not."""
    arguments = wanted.model_dump() | {"author": access.identity.login}
    return _queue(access, "number_commune", arguments, f"Number the streets of commune {wanted.commune}")


@router.post("/jobs/coverage", status_code=202)
def coverage(wanted: CoverageRun, access: Annotated[Access, writing("coverage.run", "jobs")]) -> Job:
    """Queue it; the report holds the run, its ratios, definition and data versions."""
    arguments = wanted.model_dump(mode="json")
    return _queue(access, "coverage", arguments, f"{wanted.technology} {wanted.definition}")


def _queue(access: Access, kind: str, arguments: dict[str, Any], title: str) -> Job:
    login = access.identity.login
    job_id = jobs.enqueue(access.connection, kind, arguments, title=title, requested_by=login)
    return jobs.get_job(access.connection, job_id)


@router.post("/jobs/{job_id}/cancel")
def cancel_job(job_id: JobId, access: Annotated[Access, writing("jobs.cancel", "jobs/{job_id}")]) -> Job:
    """Ask a job to stop; what it did is rolled back."""
    return jobs.cancel(access.connection, job_id)
