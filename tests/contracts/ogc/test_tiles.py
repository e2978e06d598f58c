"""OGC API - Tiles Part 1: annex A of 20-057, following links only; with the habits of the official suite."""

from __future__ import annotations

import math
from itertools import pairwise

import mapbox_vector_tile
import pytest

from tests.contracts.ogc.conftest import Json, Service

REL = "http://www.opengis.net/def/rel/ogc/1.0/"
CONF = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/"
MVT = "application/vnd.mapbox-vector-tile"
ANYTHING = "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"
"""What java.net.HttpURLConnection sends when nobody says what to accept."""
PARTS = ("{tileMatrix}", "{tileRow}", "{tileCol}")


def vector_list(links: list[Json]) -> str:
    """Address of the list of vector tile sets."""
    return next(str(one["href"]) for one in links if one["rel"] == REL + "tilesets-vector")


@pytest.fixture(scope="session")
def lists(landing: Json, collections: list[Json]) -> list[str]:
    """Every list of tile sets: of the dataset and of the collections that have one."""
    own = [one["links"] for one in collections if any(link["rel"] == REL + "tilesets-vector" for link in one["links"])]
    assert own, "no collection has tiles"
    return [vector_list(landing["links"]), *(vector_list(links) for links in own)]


@pytest.fixture(scope="session")
def tilesets(service: Service, lists: list[str]) -> list[Json]:
    """Every tile set, each reached by its self link."""
    found = []
    for address in lists:
        for entry in service.get(address)["tilesets"]:
            own = next(link for link in entry["links"] if link["rel"] == "self" and link["type"] == "application/json")
            found.append(service.get(own["href"]))
    return found


def template_of(tileset: Json) -> str:
    return next(str(link["href"]) for link in tileset["links"] if all(part in link["href"] for part in PARTS))


def filled_in(template: str, matrix: object, row: object, column: object) -> str:
    for part, value in zip(PARTS, (matrix, row, column), strict=True):
        template = template.replace(part, str(value))
    return template


def test_02_to_05_templates_of_tiles_are_found_by_links(tilesets: list[Json]) -> None:
    for tileset in tilesets:
        link = next(one for one in tileset["links"] if "{tileMatrix}" in one["href"])
        assert (link["rel"], link["templated"], link["type"]) == ("item", True, MVT)
        assert all(part in link["href"] for part in PARTS)


def test_06_tiles_within_the_limits_are_there_or_empty(service: Service, tilesets: list[Json]) -> None:
    """The lower left and the upper right corner of every tile matrix of every tile set."""
    for tileset in tilesets:
        for limits in tileset["tileMatrixSetLimits"]:
            for row, column in (("maxTileRow", "minTileCol"), ("minTileRow", "maxTileCol")):
                address = filled_in(template_of(tileset), limits["tileMatrix"], limits[row], limits[column])
                answer = service.ask(address, ANYTHING)
                assert answer.status_code in (200, 204), address
                assert answer.status_code == 204 or answer.headers["Content-Type"] == MVT


def test_06_where_something_is_the_answer_is_200_and_a_vector_tile(
    service: Service, tilesets: list[Json], filled: list[tuple[Json, Json]]
) -> None:
    """The web mercator tile over the first feature of each collection with tiles, reckoned from its degrees."""
    checked = 0
    for collection, feature in filled:
        for tileset in tilesets:
            template = template_of(tileset)
            if f"/collections/{collection['id']}/tiles/WebMercatorQuad/" not in template:
                continue
            limits = tileset["tileMatrixSetLimits"][-1]
            lon, lat = first_position(feature["geometry"]["coordinates"])
            n = 2 ** int(limits["tileMatrix"])
            column = int((lon + 180) / 360 * n)
            row = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * n)
            answer = service.ask(filled_in(template, limits["tileMatrix"], row, column), ANYTHING)
            if collection["id"] in ("cells", "administrative_units", "streets") and answer.status_code == 204:
                continue  # the first one may be switched off, of the past, or too small a street
            assert answer.status_code == 200, collection["id"]
            layers = mapbox_vector_tile.decode(answer.content)
            assert {layer["id"] for layer in tileset["layers"]} >= set(layers)
            assert any(layer["features"] for layer in layers.values())
            checked += 1
    assert checked >= 4


def first_position(coordinates: list[object]) -> tuple[float, float]:
    while isinstance(coordinates[0], list):
        coordinates = coordinates[0]
    return float(coordinates[0]), float(coordinates[1])  # type: ignore[arg-type]


def test_07_what_lies_outside_is_refused(service: Service, tilesets: list[Json]) -> None:
    for tileset in tilesets:
        template, limits = template_of(tileset), tileset["tileMatrixSetLimits"][0]
        z, row, column = limits["tileMatrix"], limits["maxTileRow"], limits["minTileCol"]
        for address in (
            filled_in(template, z, row + 1, column), filled_in(template, z, row, column - 1),
            filled_in(template, z, 2147483647, 2147483647), filled_in(template, 99, row, column),
            filled_in(template, "no", row, column), filled_in(template, z, "no", column),
        ):  # fmt: skip
            assert service.ask(address, ANYTHING).status_code in (400, 404), address


def test_08_tile_sets_say_what_the_standard_wants(service: Service, tilesets: list[Json]) -> None:
    """17-083r4, tile set metadata: crs, data type, tile matrix set and limits that belong together."""
    for tileset in tilesets:
        assert tileset["dataType"] == "vector"
        scheme = next(link for link in tileset["links"] if link["rel"] == REL + "tiling-scheme")
        definition = service.get(scheme["href"])
        assert definition["crs"] == tileset["crs"]
        matrices = {one["id"]: one for one in definition["tileMatrices"]}
        for limits in tileset["tileMatrixSetLimits"]:
            matrix = matrices[limits["tileMatrix"]]
            assert 0 <= limits["minTileRow"] <= limits["maxTileRow"] < matrix["matrixHeight"]
            assert 0 <= limits["minTileCol"] <= limits["maxTileCol"] < matrix["matrixWidth"]
        assert {"self", "item"} <= {link["rel"] for link in tileset["links"]}
        for layer in tileset["layers"]:
            assert {"id", "dataType", "geometryDimension", "minTileMatrix", "maxTileMatrix"} <= set(layer)


def test_09_lists_of_tile_sets_say_the_least_that_is_needed(service: Service, lists: list[str]) -> None:
    """And every link of an entry leads to a document, because the official suite follows all of them."""
    for address in lists:
        assert "/tiles" in address
        for entry in service.get(address)["tilesets"]:
            assert {"dataType", "crs", "tileMatrixSetURI", "links", "title"} <= set(entry)
            for link in entry["links"]:
                service.get(link["href"])


def test_10_and_11_the_landing_page_links_to_the_tiles_of_the_dataset(service: Service, landing: Json) -> None:
    listed = service.get(vector_list(landing["links"]))["tilesets"]
    assert any(entry["tileMatrixSetURI"].endswith("/WebMercatorQuad") for entry in listed)


def test_12_to_14_collections_link_to_their_tiles(service: Service, collections: list[Json]) -> None:
    linked = [one for one in collections if any(link["rel"] == REL + "tilesets-vector" for link in one["links"])]
    for collection in linked:
        address = vector_list(collection["links"])
        assert "/tiles?" in address or address.endswith("/tiles")
        assert service.get(address)["tilesets"]


def test_15_collections_may_be_chosen(service: Service, landing: Json) -> None:
    """Conformance class collections-selection."""
    entry = service.get(vector_list(landing["links"]))["tilesets"][0]
    address = next(link["href"] for link in entry["links"] if link["rel"] == "self")
    everything = service.get(address)["layers"]
    chosen = service.get(address, collections="zones")["layers"]
    assert {one["id"] for one in chosen} < {one["id"] for one in everything}
    assert service.ask(address, collections="no-such-collection").status_code == 400


def test_16_datetime_is_understood(service: Service, tilesets: list[Json]) -> None:
    """Conformance class datetime: the forms of the standard are taken, others are 400."""
    tileset = next(one for one in tilesets if "/administrative_units/" in template_of(one))
    limits = tileset["tileMatrixSetLimits"][2]
    address = filled_in(template_of(tileset), limits["tileMatrix"], limits["minTileRow"], limits["minTileCol"])
    for stated in ("2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z/2025-01-01T00:00:00Z", "../2025-01-01T00:00:00Z"):
        assert service.ask(address, MVT, datetime=stated).status_code in (200, 204)
    assert service.ask(address, MVT, datetime="sometime").status_code == 400


def test_20_tile_matrix_sets_are_listed_and_complete(service: Service) -> None:
    """17-083r4: scale, cell, origin and size of every matrix; cells halve and matrices double."""
    listed = service.get("/tileMatrixSets")["tileMatrixSets"]
    assert any(one["uri"].endswith("/tilematrixset/OGC/1.0/WebMercatorQuad") for one in listed)
    for entry in listed:
        links = [link for link in entry["links"] if link["rel"] == "item" and link["type"] == "application/json"]
        definition = service.get(links[0]["href"])
        assert definition["id"] == entry["id"]
        matrices = definition["tileMatrices"]
        for one in matrices:
            unit_m = math.pi * 6_378_137 / 180 if definition["crs"].endswith("/CRS84") else 1
            assert one["scaleDenominator"] == pytest.approx(one["cellSize"] * unit_m / 0.00028, rel=1e-12)
            assert (one["tileWidth"], one["tileHeight"], one["cornerOfOrigin"]) == (256, 256, "topLeft")
            assert len(one["pointOfOrigin"]) == 2
        for coarse, fine in pairwise(matrices):
            assert coarse["cellSize"] == pytest.approx(2 * fine["cellSize"], rel=1e-12)
            assert 2 * coarse["matrixWidth"] == fine["matrixWidth"]


def test_23_and_24_the_api_definition_has_the_operations(api: Json) -> None:
    """/req/oas30/operation-id, table 11."""
    ids = {item["get"]["operationId"] for item in api["paths"].values() if "get" in item}
    for kind in ("dataset", "collection"):
        for operation in ("getTileSetsList", "getTileSet", "getTile"):
            assert any(one.endswith(f".{kind}.vector.{operation}") for one in ids), (kind, operation)


def test_mvt_and_the_other_classes_are_declared(service: Service) -> None:
    declared = set(service.get("/conformance")["conformsTo"])
    for name in (
        "core", "tileset", "tilesets-list", "dataset-tilesets", "geodata-tilesets", "collections-selection",
        "datetime", "mvt", "oas30",
    ):  # fmt: skip
        assert CONF + name in declared
