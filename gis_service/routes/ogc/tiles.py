"""OGC API - Tiles, Part 1 (20-057): tiles of the whole dataset and of each collection, in every tile matrix set.

The tiles are those of /tiles: the same query, the same tag, the same cache. What is added is how
they are addressed (row before column, by tile matrix set) and how they describe themselves.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gis_service.access import Access, reading
from gis_service.identity.model import Identity
from gis_service.routes import tiles as pipeline
from gis_service.routes.ogc import tiles_document
from gis_service.routes.ogc.landing import READ, language_headers
from gis_service.routes.ogc.negotiation import choose_format, require_known
from gis_service.routes.ogc.registry import Part
from gis_service.routes.ogc.site import JSON, Link, Site, link, site_of
from gis_service.routes.ogc.tiles_selection import (
    Selection,
    days_of,
    layer_of,
    matrix_of,
    sets_of,
    tile_of,
    whole_dataset,
)
from maps import styles, tilesets
from maps.errors import UnknownMatrixSet
from maps.matrix import MatrixSet

router = APIRouter()

MVT = pipeline.MVT
TILEJSON = "application/vnd.mapbox.tilejson+json"
_REL = "http://www.opengis.net/def/rel/ogc/1.0/"
_CONF = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/"
_TMS = "http://www.opengis.net/spec/tms/2.0/conf/"
_ADDRESS = "{tileMatrix}/{tileRow}/{tileCol}"


# --- tile matrix sets -----------------------------------------------------------------------------


@router.api_route("/tileMatrixSets", methods=READ)
def tile_matrix_sets(request: Request, access: Annotated[Access, reading("tiles.read")]) -> Response:
    """The ways in which this service cuts the ground into tiles."""
    require_known(request)
    choose_format(request, {"json": JSON})
    site = site_of(request, access)
    listed: list[dict[str, Any]] = []
    for one in sets_of(access.settings):
        address = site.url("tileMatrixSets", one.id)
        title = site.say(one.title_vi, one.title_en)
        links = [link(address, rel, JSON, title) for rel in ("self", "item", _REL + "tiling-scheme")]
        listed.append({"id": one.id, "title": title, "uri": one.uri or address, "links": links})
    return _json(site, {"tileMatrixSets": listed, "links": [_self(site, "tileMatrixSets")]})


@router.api_route("/tileMatrixSets/{tile_matrix_set}", methods=READ)
def tile_matrix_set(
    request: Request, tile_matrix_set: str, access: Annotated[Access, reading("tiles.read")]
) -> Response:
    """The definition of one tile matrix set, in the JSON of 17-083r4."""
    require_known(request)
    choose_format(request, {"json": JSON})
    site = site_of(request, access)
    matrix = matrix_of(tile_matrix_set, access.settings)
    body = matrix.to_json(site.lang)
    body.setdefault("uri", site.url("tileMatrixSets", matrix.id))
    return _json(site, body)


# --- tile sets ------------------------------------------------------------------------------------


@router.api_route("/tiles", methods=READ)
def dataset_tilesets(request: Request, access: Annotated[Access, reading("tiles.read")]) -> Response:
    """Tile sets of the whole dataset, one for each tile matrix set."""
    return _list(request, access, whole_dataset())


@router.api_route("/collections/{collection}/tiles", methods=READ)
def collection_tilesets(
    request: Request, collection: str, access: Annotated[Access, reading("tiles.read")]
) -> Response:
    """Tile sets of one collection."""
    return _list(request, access, Selection.of_collection(collection))


@router.api_route("/tiles/{tile_matrix_set}", methods=READ)
def dataset_tileset(
    request: Request, tile_matrix_set: str, access: Annotated[Access, reading("tiles.read")]
) -> Response:
    """One tile set of the dataset: its layers, limits and the template of its tiles."""
    selection = whole_dataset(request.query_params.get("collections"))
    return _describe(request, access, selection, tile_matrix_set)


@router.api_route("/collections/{collection}/tiles/{tile_matrix_set}", methods=READ)
def collection_tileset(
    request: Request, collection: str, tile_matrix_set: str, access: Annotated[Access, reading("tiles.read")]
) -> Response:
    """One tile set of one collection."""
    return _describe(request, access, Selection.of_collection(collection), tile_matrix_set)


def _list(request: Request, access: Access, selection: Selection) -> Response:
    require_known(request)
    choose_format(request, {"json": JSON})
    site = site_of(request, access)
    listed = []
    for matrix in sets_of(access.settings):
        made = tilesets.summary(matrix, lang=site.lang, title=selection.title(site))
        made["tileMatrixSetURI"] = _uri(site, matrix)
        # Links of a list lead to documents only: clients, the official suite among them, follow each.
        made["links"] = [
            link(site.url(*selection.path, matrix.id, f="json"), "self", JSON, made["title"], site.lang),
            _tiling_scheme(site, matrix),
        ]
        listed.append(made)
    return _json(site, {"tilesets": listed, "links": [_self(site, *selection.path)]})


def _describe(request: Request, access: Access, selection: Selection, name: str) -> Response:
    require_known(request, selection.parameters)
    chosen = choose_format(request, {"json": JSON, "tilejson": TILEJSON})
    site = site_of(request, access)
    matrix = matrix_of(name, access.settings)
    bounds = access.settings.envelope_deg
    template = site.url(*selection.path, matrix.id) + "/" + _ADDRESS + selection.query
    if chosen == "tilejson":
        return _tilejson(site, access, selection, matrix, template)
    title = selection.title(site)
    body = tilesets.describe(
        selection.layers, matrix, access.audience, lang=site.lang, title=title, bounds=bounds,
        attribution=site.authority,
    )  # fmt: skip
    body["tileMatrixSetURI"] = _uri(site, matrix)
    here = site.url(*selection.path, matrix.id)
    tiles_link: dict[str, Any] = dict(link(template, "item", MVT, site.say("Ô dữ liệu", "Tiles") + f" ({MVT})"))
    body["links"] = [
        link(here + "?f=json", "self", JSON, title, site.lang),
        tiles_link | {"templated": True, "varBase": site.url("tileMatrixSets", matrix.id)},
        _tiling_scheme(site, matrix),
        link(site.url(*selection.path[:-1]) or site.base, _REL + "geodata", JSON, title),
    ]
    if matrix.is_web_mercator:
        body["links"].append(link(here + "?f=tilejson", "describedby", TILEJSON, "TileJSON 3.0"))
    return _json(site, body)


def _tilejson(site: Site, access: Access, selection: Selection, matrix: MatrixSet, template: str) -> Response:
    if not matrix.is_web_mercator:  # TileJSON knows no other
        raise UnknownMatrixSet(matrix.id, ["WebMercatorQuad"])
    body = styles.tilejson(
        selection.layers, access.audience, lang=site.lang, base_url=site.base, bounds=access.settings.envelope_deg,
        attribution=site.authority,
    )  # fmt: skip
    body["tiles"] = [template.replace(_ADDRESS, "{z}/{y}/{x}")]
    return JSONResponse(body, headers=language_headers(site), media_type=TILEJSON)


# --- tiles ----------------------------------------------------------------------------------------


@router.api_route("/tiles/{tile_matrix_set}/{tile_matrix}/{tile_row}/{tile_col}", methods=READ)
async def dataset_tile(
    request: Request,
    tile_matrix_set: str,
    tile_matrix: str,
    tile_row: str,
    tile_col: str,
    identity: Annotated[Identity, Depends(pipeline.asking_for_tiles)],
) -> Response:
    """One tile of the dataset, or of the layers that `collections` names."""
    selection = whole_dataset(request.query_params.get("collections"))
    return await _tile(request, identity, selection, tile_matrix_set, (tile_matrix, tile_row, tile_col))


@router.api_route("/collections/{collection}/tiles/{tile_matrix_set}/{tile_matrix}/{tile_row}/{tile_col}", methods=READ)
async def collection_tile(
    request: Request,
    collection: str,
    tile_matrix_set: str,
    tile_matrix: str,
    tile_row: str,
    tile_col: str,
    identity: Annotated[Identity, Depends(pipeline.asking_for_tiles)],
) -> Response:
    """One tile of one collection."""
    selection = Selection.of_collection(collection)
    return await _tile(request, identity, selection, tile_matrix_set, (tile_matrix, tile_row, tile_col))


async def _tile(
    request: Request, identity: Identity, selection: Selection, name: str, address: tuple[str, str, str]
) -> Response:
    require_known(request, {*selection.parameters, "datetime"})
    choose_format(request, {"mvt": MVT})
    settings = request.app.state.settings
    matrix = matrix_of(name, settings)
    asked = tile_of(selection, matrix, address, settings.envelope_deg)
    days = days_of(request.query_params.get("datetime"), selection, settings.time_zone)
    return await pipeline.answer(request, selection.layers, identity.audience, asked, matrix=matrix, days=days)


# --- what the shared resources say of it ------------------------------------------------------------


def _landing_links(site: Site) -> list[Link]:
    return [
        link(site.url("tiles", f="json"), _REL + "tilesets-vector", JSON,
             site.say("Các bộ ô vectơ", "Vector tile sets")),
        link(site.url("tileMatrixSets"), _REL + "tiling-schemes", JSON,
             site.say("Các bộ lưới ô", "Tile matrix sets")),
    ]  # fmt: skip


def _collection_links(site: Site, collection: str) -> list[Link]:
    if layer_of(collection) is None:
        return []
    title = site.say("Các bộ ô vectơ", "Vector tile sets")
    return [link(site.url("collections", collection, "tiles", f="json"), _REL + "tilesets-vector", JSON, title)]


def _uri(site: Site, matrix: MatrixSet) -> str:
    return matrix.uri or site.url("tileMatrixSets", matrix.id)


def _tiling_scheme(site: Site, matrix: MatrixSet) -> Link:
    title = site.say(matrix.title_vi, matrix.title_en)
    return link(site.url("tileMatrixSets", matrix.id), _REL + "tiling-scheme", JSON, title)


def _self(site: Site, *path: str) -> Link:
    return link(site.url(*path, f="json"), "self", JSON, site.say("Trang này", "This document"), site.lang)


def _json(site: Site, body: dict[str, Any]) -> Response:
    return JSONResponse(body, headers=language_headers(site))


PART = Part(
    routers=(router,),
    conforms_to=(
        *(_CONF + name for name in (
            "core", "tileset", "tilesets-list", "dataset-tilesets", "geodata-tilesets", "collections-selection",
            "datetime", "mvt", "oas30",
        )),
        *(_TMS + name for name in (
            "tilematrixset", "tilematrixsetlimits", "tilesetmetadata", "json-tilematrixset",
            "json-tilematrixsetlimits", "json-tilesetmetadata",
        )),
    ),
    landing_links=_landing_links,
    collection_links=_collection_links,
    paths=tiles_document.paths,
    components=tiles_document.components,
    tags=tiles_document.TAGS,
)  # fmt: skip
