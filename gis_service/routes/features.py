"""The facts of one feature: what a click on the map tells."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.requests import Request

from addressing.deciding import today
from gis_service.access import Access, reading
from gis_service.pages_context import language_of
from gis_service.routes.tiles import territory
from layers.crs import storage_srid, transformer
from layers.errors import OutsideEnvelope
from maps import catalog, facts, related, zone_ratios
from maps.overviews import cells

router = APIRouter(tags=["features"])


@router.get("/features/{layer}/{feature_id}")
def feature(
    request: Request,
    access: Annotated[Access, reading("features.read")],
    layer: str,
    feature_id: Annotated[int, Path(ge=0, lt=2**63)],
) -> dict[str, Any]:
    """One feature, or one cell of an overview (`plots_overview`), as the asker may see it.

    Labels and values are in words, in the language of `?lang=vi` or `en`.
    """
    lang = language_of(request, access.settings)
    counted = cells.layer_of(layer)
    if counted is not None:
        answer = cells.find(access.connection, counted, feature_id, lang)
    else:
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


@router.get("/features/{layer}/{feature_id}/related")
def related_to(
    request: Request,
    access: Annotated[Access, reading("features.read")],
    layer: str,
    feature_id: Annotated[int, Path(ge=0, lt=2**63)],
) -> dict[str, Any]:
    """What belongs to one feature: units old and new, coverage, who is there, decisions, history, in words."""
    lang = language_of(request, access.settings)
    answer = facts.find(access.connection, catalog.get(layer), feature_id, access.audience, lang)
    ratios = zone_ratios.of_day(access.connection, access.audience, today()) if layer == "zones" else {}
    return {
        "sections": [
            {
                "name": one.name,
                "title": one.title,
                "lines": [{"text": line.text, "href": line.href} for line in one.lines],
            }
            for one in related.read(access.connection, answer, lang, zone_ratios=ratios)
        ]
    }


@router.get("/coordinates")
def coordinates(
    access: Annotated[Access, reading("features.read")],
    lon: Annotated[float, Query(ge=-180, le=180, allow_inf_nan=False)],
    lat: Annotated[float, Query(ge=-90, le=90, allow_inf_nan=False)],
) -> dict[str, Any]:
    """One WGS 84 position in metres of the storage CRS. 400 far from this deployment's area."""
    west, south, east, north = territory(access.connection)
    if not (west - 2 <= lon <= east + 2 and south - 2 <= lat <= north + 2):
        raise OutsideEnvelope(
            "The position is too far from the area of this service.", "Vị trí quá xa khu vực của dịch vụ này."
        )
    srid = storage_srid(access.connection)
    x, y = transformer(4326, srid).transform(lon, lat)
    return {"srid": srid, "x": round(x, 2), "y": round(y, 2), "lon": lon, "lat": lat}


@router.get("/coordinates/metres")
def coordinates_of_metres(
    access: Annotated[Access, reading("features.read")],
    x: Annotated[float, Query(allow_inf_nan=False, description="East, in metres of the storage CRS.")],
    y: Annotated[float, Query(allow_inf_nan=False, description="North, in metres of the storage CRS.")],
) -> dict[str, Any]:
    """Metres of the storage CRS as a WGS 84 position. 400 far from this deployment's area."""
    west, south, east, north = territory(access.connection)
    srid = storage_srid(access.connection)
    lon, lat = transformer(srid, 4326).transform(x, y)
    if not (west - 2 <= lon <= east + 2 and south - 2 <= lat <= north + 2):
        raise OutsideEnvelope(
            "The position is too far from the area of this service.", "Vị trí quá xa khu vực của dịch vụ này."
        )
    return {"srid": srid, "x": x, "y": y, "lon": round(lon, 9), "lat": round(lat, 9)}
