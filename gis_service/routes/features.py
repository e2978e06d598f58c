"""The facts of one feature: what a click on the map tells."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from starlette.requests import Request

from gis_service.access import Access, reading
from gis_service.pages_context import language_of
from maps import catalog, facts

router = APIRouter(tags=["features"])


@router.get("/features/{layer}/{feature_id}")
def feature(
    request: Request,
    access: Annotated[Access, reading("features.read")],
    layer: str,
    feature_id: Annotated[int, Path(ge=0, lt=2**63)],
) -> dict[str, Any]:
    """One feature as the asker may see it, with labels and values in words (`?lang=vi` or `en`)."""
    lang = language_of(request, access.settings)
    answer = facts.find(access.connection, catalog.get(layer), feature_id, access.audience, lang)
    return {
        "layer": answer.layer,
        "layer_title": answer.layer_title,
        "id": answer.id,
        "title": answer.title,
        "is_demo": answer.is_demo,
        "center": [answer.lon, answer.lat],
        "bounds": list(answer.bounds),
        "facts": [{"name": one.name, "label": one.label, "value": one.value, "text": one.text} for one in answer.facts],
        "links": [{"text": label, "href": href} for label, href in answer.links],
    }
