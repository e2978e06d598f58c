"""The audit trail, for administrators."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from gis_service import audit
from gis_service.access import Access, reading

router = APIRouter(tags=["audit"])


class EntryOut(BaseModel):
    """One line of the trail; nobody can change or delete it through the service."""

    id: int
    at: datetime
    actor: str
    operation: str
    subject: str | None
    request_id: str | None
    client: str | None
    details: dict[str, Any]


@router.get("/audit")
def list_entries(
    access: Annotated[Access, reading("audit.read")],
    response: Response,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    before_id: Annotated[int | None, Query(ge=0, lt=2**63)] = None,
    actor: Annotated[str | None, Query(max_length=100)] = None,
    operation: Annotated[str | None, Query(max_length=100)] = None,
) -> list[EntryOut]:
    """The newest entries first; for the next page give the id of the last one as `before_id`."""
    response.headers["Cache-Control"] = "no-store"
    found = audit.list_entries(access.connection, limit=limit, before_id=before_id, actor=actor, operation=operation)
    return [EntryOut.model_validate(entry, from_attributes=True) for entry in found]
