"""One box for places: /search for whole questions, /autocomplete while somebody types, /geocode for addresses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query
from pydantic import BaseModel
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import JSONResponse

from addressing.deciding import today
from addressing.search.answers import Answer, Found
from addressing.search.geocode import Located, geocode
from addressing.search.lookup import complete, search
from addressing.search.question import LONGEST
from gis_service.access import Access, reading
from gis_service.pages_context import page
from layers.crs import WGS84, storage_srid, transformer

router = APIRouter(tags=["search"])

Kind = Literal["door", "part", "estate", "street", "zone", "plot", "enterprise", "site", "unit"]
Text = Annotated[str, Query(max_length=10_000, description=f"What to look for; {LONGEST} letters are read.")]
Kinds = Annotated[list[Kind] | None, Query(alias="kind", description="Only these kinds of things.")]
Lon = Annotated[float | None, Query(ge=-180, le=180, allow_inf_nan=False, description="What is near comes first.")]
Lat = Annotated[float | None, Query(ge=-90, le=90, allow_inf_nan=False)]
Limit = Annotated[int, Query(ge=1, le=50)]

_LAYER = {"street": "streets", "zone": "zones", "plot": "plots", "enterprise": "enterprises", "site": "sites",
          "unit": "administrative_units"}  # fmt: skip


class Neighbour(BaseModel):
    """A number that exists, beside one that does not."""

    shown: str
    lon: float
    lat: float


class FoundAnswer(BaseModel):
    """One thing that was found."""

    kind: str
    id: int
    title: str
    title_en: str | None
    context: str
    code: str | None
    place_id: str | None
    lon: float | None
    lat: float | None
    precision: str | None
    match: str
    score: float
    former: bool
    unknown_number: str | None
    nearest: list[Neighbour]
    page: str | None
    map: str | None


class SearchAnswer(BaseModel):
    """What was found, best first."""

    asked: str
    corrected: list[tuple[str, str]]
    results: list[FoundAnswer]


@router.get("/search", response_model=SearchAnswer)
def find(
    request: Request,
    access: Annotated[Access, reading("search.read")],
    q: Text = "",
    kind: Kinds = None,
    lon: Lon = None,
    lat: Lat = None,
    limit: Limit = 10,
) -> Any:
    """Whatever has a name or a number, parts of estates too; a page for browsers, else JSON.

    Marks, word order and one slip in a word do not matter; numbers are exact: a number that nobody has is
    said so in `unknown_number`, with its neighbours. Nothing found is an empty list.
    """
    answer = search(access.connection, q, kinds=kind, near=_near(access.connection, lon, lat), limit=limit)
    said = _answer(access.connection, answer)
    if "text/html" in request.headers.get("accept", ""):
        return page(request, access, "search.html", searched=q, answer=said)
    return JSONResponse(said, headers={"Vary": "Accept"})


@router.get("/autocomplete", response_model=SearchAnswer)
def suggest(
    access: Annotated[Access, reading("search.read")],
    q: Text = "",
    kind: Kinds = None,
    lon: Lon = None,
    lat: Lat = None,
    limit: Limit = 8,
) -> Any:
    """As /search, while somebody types: the last word may go on."""
    answer = complete(access.connection, q, kinds=kind, near=_near(access.connection, lon, lat), limit=limit)
    return _answer(access.connection, answer)


@router.get("/geocode")
def locate(
    access: Annotated[Access, reading("search.read")],
    address: Annotated[str, Query(min_length=1, max_length=10_000)],
    lon: Lon = None,
    lat: Lat = None,
    limit: Limit = 5,
) -> dict[str, Any]:
    """Where a written address is, with the precision said and every reading explained, best first."""
    conn = access.connection
    found = geocode(conn, address, today=today(), near=_near(conn, lon, lat), limit=limit)
    return {"asked": address, "results": [_located(conn, one) for one in found]}


def _near(conn: Connection, lon: float | None, lat: float | None) -> tuple[float, float] | None:
    if lon is None or lat is None:
        return None
    x, y = transformer(WGS84, storage_srid(conn)).transform(lon, lat)
    return (float(x), float(y)) if x < 1e9 and y < 1e9 else None


def _answer(conn: Connection, answer: Answer) -> dict[str, Any]:
    lon_lat = _degrees(conn)
    return {
        "asked": answer.asked,
        "corrected": list(answer.corrected),
        "results": [_found(one, lon_lat) for one in answer.results],
    }


def _degrees(conn: Connection) -> Any:
    back = transformer(storage_srid(conn), WGS84)

    def lon_lat(x: float | None, y: float | None) -> tuple[float | None, float | None]:
        if x is None or y is None:
            return None, None
        lon, lat = back.transform(x, y)
        return round(lon, 7), round(lat, 7)

    return lon_lat


def _found(one: Found, lon_lat: Any) -> dict[str, Any]:
    lon, lat = lon_lat(one.x, one.y)
    return {
        "kind": one.kind, "id": one.object_id, "title": one.title, "title_en": one.title_en, "context": one.context,
        "code": one.code, "place_id": one.place_id, "lon": lon, "lat": lat, "precision": one.precision,
        "match": one.match, "score": round(one.score, 4), "former": one.former, "unknown_number": one.unknown_number,
        "nearest": _neighbours(one.nearest, lon_lat), "page": _page(one), "map": _map(one, lon, lat),
    }  # fmt: skip


def _neighbours(nearest: Iterable[Any], lon_lat: Any) -> list[dict[str, Any]]:
    return [{"shown": one.shown, **dict(zip(("lon", "lat"), lon_lat(one.x, one.y), strict=True))} for one in nearest]


def _page(one: Found) -> str | None:
    """The page about a thing, where it has one."""
    if one.kind in ("door", "part") and one.place_id:
        return f"/p/{one.place_id}"
    if one.kind in ("door", "street"):
        return f"/streets/{one.object_id}"
    if one.kind in ("zone", "plot") and one.code:
        return f"/{one.kind}s/{quote(one.code)}"
    return None


def _map(one: Found, lon: float | None, lat: float | None) -> str | None:
    """The map with the thing chosen."""
    if lon is None or lat is None:
        return None
    zoom = {"unit": 12, "zone": 14, "street": 16, "estate": 16, "site": 15}.get(one.kind, 17)
    chosen = f"&sel={_LAYER[one.kind]}:{one.object_id}" if one.kind in _LAYER else ""
    return f"/#map={zoom}/{lat:.5f}/{lon:.5f}{chosen}"


def _located(conn: Connection, one: Located) -> dict[str, Any]:
    lon_lat = _degrees(conn)
    lon, lat = lon_lat(one.x, one.y)
    return {
        "title": one.title, "context": one.context, "kind": one.kind, "id": one.object_id, "code": one.code,
        "place_id": one.place_id, "precision": one.precision, "confidence": one.confidence, "lon": lon, "lat": lat,
        "x": round(one.x, 3), "y": round(one.y, 3), "former": one.former, "unknown_number": one.unknown_number,
        "nearest": _neighbours(one.nearest, lon_lat), "reasons": [asdict(reason) for reason in one.reasons],
        "reading": asdict(one.reading) if one.reading is not None else None,
    }  # fmt: skip
