"""Long work: what runs, how far it is, what came of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

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


@router.post("/jobs/{job_id}/cancel")
def cancel_job(job_id: JobId, access: Annotated[Access, writing("jobs.cancel", "jobs/{job_id}")]) -> Job:
    """Ask a job to stop; what it did is rolled back."""
    return jobs.cancel(access.connection, job_id)
