"""Is the service well? Asks the database, because a service without one is not."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from sqlalchemy import text

from gis_service import __version__
from gis_service.access import Access, asking, reading
from gis_service.identity.model import Identity

router = APIRouter(tags=["health"])


@router.get("/health")
def health(access: Annotated[Access, reading("health.read")]) -> dict[str, object]:
    """Ready for work: the database answers, its schema is there. 503 when it does not."""
    revision, now = access.connection.execute(text("SELECT (SELECT version_num FROM gis.alembic_version), now()")).one()
    return {"status": "ok", "version": __version__, "schema": revision, "database_time": now}


@router.get("/health/live")
def live(_: Annotated[Identity, asking("health.read")]) -> dict[str, str]:
    """The process answers; says nothing about the database."""
    return {"status": "ok"}
