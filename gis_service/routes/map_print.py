"""The map as a sheet of paper: a page that the browser prints or saves as PDF, and the QR code of a view."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from addressing.deciding import today
from gis_service.access import Access, reading
from gis_service.pages_context import base_url, language_of, page
from gis_service.routes.tiles import territory
from layers.crs import storage_srid
from maps import archipelagos, legends, listings
from maps.reports import qr

router = APIRouter(tags=["pages"])

PAPERS = ("a4", "a3", "a2", "a1")
_VIEW = r"^[A-Za-z0-9=&/.,:_-]{1,600}$"


@router.get("/map/print", response_class=HTMLResponse, response_model=None)
def print_page(request: Request, access: Annotated[Access, reading("pages.read")]) -> Response:
    """A view of the map on A4 to A1 with title, legend, scale, north, grid, source, date and QR code."""
    lang = language_of(request, access.settings)
    around = territory(access.connection)
    bounds = listings.zone_extent(access.connection) or around
    return page(
        request,
        access,
        "map_print.html",
        groups=legends.groups(),
        archipelagos=archipelagos,
        spot=archipelagos.inset_xy((bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2),
        papers=PAPERS,
        srid=storage_srid(access.connection),
        today=today(),
        data=legends.page_data(lang, bounds, around),
    )


@router.get("/map/qr.svg", response_model=None)
def view_code(
    request: Request,
    access: Annotated[Access, reading("pages.read")],
    view: Annotated[str, Query(pattern=_VIEW)],
) -> Response:
    """The address of one view of the map, given by what follows # in it, as a QR code."""
    code = qr.svg(f"{base_url(request, access.settings)}/#{view}")
    return Response(code, media_type="image/svg+xml", headers={"Cache-Control": "private, max-age=3600"})
