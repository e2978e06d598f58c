"""The pages: map, zones, streets, about. Each hands data to a template; the words are in maps/."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from gis_service import address_faults
from gis_service.access import Access, reading
from gis_service.pages_context import authority_name, language_of, page
from gis_service.routes.tiles import territory
from layers import land_files
from layers.coverage.ratios import ZoneRatio
from layers.crs import TM3_MERIDIANS_DEG, storage_srid
from layers.errors import NotFound
from maps import archipelagos, attribute_tables, catalog, coverage_page, facts, first_picture, legends, listings
from maps.portal import filters, tenants

router = APIRouter(tags=["pages"], default_response_class=HTMLResponse)


@router.get("/", response_model=None)
@router.get("/map", response_model=None, include_in_schema=False)
def map_page(request: Request, access: Annotated[Access, reading("pages.read")]) -> Response:
    """The map with its layers, legend and the list of zones. The view itself is in the part after #."""
    lang = language_of(request, access.settings)
    bounds = listings.zone_extent(access.connection) or territory(access.connection)
    zones = listings.list_zones(access.connection)
    return page(
        request,
        access,
        "map.html",
        zones=zones,
        groups=legends.groups(),
        picture=first_picture.draw(access.connection, bounds),
        marks=legends.marks("zones"),
        archipelagos=archipelagos,
        planes=sorted(TM3_MERIDIANS_DEG.items(), key=lambda one: one[1]),
        srid=storage_srid(access.connection),
        spot=archipelagos.inset_xy((bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2),
        data={
            **legends.page_data(lang, bounds, territory(access.connection)),
            "tables": attribute_tables.tables(lang, access.audience),
        },
    )


@router.get("/zones", response_model=None)
def zones_page(
    request: Request,
    access: Annotated[Access, reading("pages.read")],
    sort: Annotated[str, Query(max_length=20)] = "name",
    order: Annotated[str, Query(max_length=4)] = "asc",
) -> Response:
    """All zones in one table, sorted by the server. An unknown sort or order falls back to the name."""
    address_faults.require(request, {"sort": sort in listings.ZONE_SORTS, "order": order in ("asc", "desc")})
    descending = order == "desc"
    zones = listings.list_zones(access.connection, sort, descending=descending)
    return page(request, access, "zones.html", zones=zones, sort=sort, descending=descending)


@router.get("/zones/{code:path}", response_model=None)
def zone_page(request: Request, access: Annotated[Access, reading("pages.read")], code: str) -> Response:
    """One zone: facts with sources, occupancy, tenants, coverage, documents, plots and a map."""
    lang = language_of(request, access.settings)
    zone = listings.find_zone(access.connection, code)
    answer = _answer(request, access, "zones", zone["id"])
    plots = listings.plots_of(access.connection, zone["id"])
    return page(
        request,
        access,
        "zone.html",
        zone=zone,
        plots=plots,
        states=listings.by_status(plots),
        marks=legends.marks("plots"),
        answer=answer,
        tenants=tenants.of_zone(access.connection, zone["id"]),
        filter=filters.PlotFilter(),
        data={"lang": lang, "bounds": list(answer.bounds)},
        coverage=_coverage_of(access, code),
        files=land_files.listed(access.connection, zone_id=zone["id"]),
        files_of=code,
    )


@router.get("/streets", response_model=None)
def streets_page(
    request: Request,
    access: Annotated[Access, reading("pages.read")],
    name: Annotated[str, Query(max_length=100)] = "",
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> Response:
    """Streets by name, a page at a time."""
    return page(
        request, access, "streets.html", name=name, listing=listings.list_streets(access.connection, name, number)
    )


@router.get("/streets/{street_id}", response_model=None)
def street_page(request: Request, access: Annotated[Access, reading("pages.read")], street_id: str) -> Response:
    """One street: facts and its house numbers; staff also see the spare ones."""
    if not (street_id.isascii() and street_id.isdigit() and len(street_id) < 19):
        raise NotFound("street", "tuyến đường", street_id[:40])
    answer = _answer(request, access, "streets", int(street_id))
    return page(
        request,
        access,
        "street.html",
        answer=answer,
        numbers=listings.numbers_of(access.connection, answer.id, spare=access.audience == "staff"),
        entrance_count=listings.count_entrances(access.connection, answer.id),
        is_staff=access.audience == "staff",
    )


@router.get("/about", response_model=None)
def about_page(request: Request, access: Annotated[Access, reading("pages.read")]) -> Response:
    """Where the data comes from, in which coordinate system it is kept, and whose libraries draw it."""
    lang = language_of(request, access.settings)
    return page(
        request,
        access,
        "about.html",
        states=listings.layer_states(access.connection),
        srid=storage_srid(access.connection),
        authority=authority_name(access.settings, lang),
        hoang_sa=archipelagos.HOANG_SA.unit_code,
        truong_sa=archipelagos.TRUONG_SA.unit_code,
    )


def _coverage_of(access: Access, code: str) -> ZoneRatio | None:
    """The declared 5G ratio of a zone, from what the coverage page has computed."""
    found = coverage_page.overview(
        access.connection,
        coverage_page.ask(access.connection, "5G", [], 1),
        access.audience,
        station_target=access.settings.station_ratio_target,
    )
    return coverage_page.find_row(found, code)


def _answer(request: Request, access: Access, layer: str, feature_id: int) -> facts.Answer:
    lang = language_of(request, access.settings)
    return facts.find(access.connection, catalog.get(layer), feature_id, access.audience, lang)
