"""OGC API - Features Part 2, conformance class crs: annex A of 18-058r1."""

from __future__ import annotations

import re

import numpy as np
import pytest
import shapely
from pyproj import CRS, Transformer
from shapely.geometry import shape

from tests.contracts.ogc.conftest import GEOJSON, Json, Service, items_of
from tests.contracts.ogc.geojson import pages

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
URI = re.compile(r"^http://www\.opengis\.net/def/crs/(EPSG/0/\d+|OGC/1\.3/CRS84)$")


def code_of(uri: str) -> str:
    """What pyproj calls that CRS."""
    return "OGC:CRS84" if uri == CRS84 else f"EPSG:{uri.rsplit('/', 1)[1]}"


def listed(service: Service, collection: Json) -> list[str]:
    """The CRS of a collection; `#/crs` refers to the list of the document of all collections."""
    found: list[str] = []
    for uri in collection["crs"]:
        found += service.get("/collections")["crs"] if uri == "#/crs" else [uri]
    return found


def to_crs(box: tuple[float, ...], uri: str) -> tuple[float, ...]:
    """A box in degrees as a box in that CRS, axes in the order of the CRS."""
    change = Transformer.from_crs("OGC:CRS84", code_of(uri), always_xy=True)
    west, south, east, north = change.transform_bounds(*box, densify_pts=21)
    return (south, west, north, east) if is_north_first(uri) else (west, south, east, north)


def is_north_first(uri: str) -> bool:
    return CRS(code_of(uri)).axis_info[0].direction == "north"


def test_1_and_2_every_collection_lists_its_crs(service: Service, collections: list[Json]) -> None:
    """The default one first, no name twice, and each a name that the OGC's rules allow."""
    for collection in collections:
        found = listed(service, collection)
        assert found[0] == CRS84
        assert len(found) == len(set(found))
        assert all(URI.match(uri) for uri in found)
        assert collection["storageCrs"] in found
        for uri in found:
            CRS(code_of(uri))  # known to the register


def test_the_crs_of_viet_nam_are_there(service: Service, collections: list[Json]) -> None:
    for collection in collections:
        wanted = {f"http://www.opengis.net/def/crs/EPSG/0/{code}" for code in (*range(9205, 9219), 3405, 4756)}
        assert wanted <= set(listed(service, collection))


def test_3_and_4_an_unknown_crs_is_400(service: Service, filled: list[tuple[Json, Json]]) -> None:
    for collection, feature in filled:
        one = f"/collections/{collection['id']}/items/{feature['id']}"
        for uri in (
            "http://www.opengis.net/def/crs/0/unknown",
            "http://www.opengis.net/def/crs/EPSG/0/9000000",
            "9210",
        ):
            assert service.ask(items_of(collection), GEOJSON, crs=uri).status_code == 400
            assert service.ask(one, GEOJSON, crs=uri).status_code == 400


def test_5_and_6_the_header_names_the_crs(service: Service, filled: list[tuple[Json, Json]]) -> None:
    for collection, feature in filled:
        one = f"/collections/{collection['id']}/items/{feature['id']}"
        for address, query in ((items_of(collection), {"limit": 1}), (one, {})):
            answer = service.ask(address, GEOJSON, **query)
            assert answer.headers["Content-Crs"] == f"<{CRS84}>"
            for uri in listed(service, collection)[:4]:
                answer = service.ask(address, GEOJSON, crs=uri, **query)
                assert answer.status_code == 200
                assert answer.headers["Content-Crs"] == f"<{uri}>"


def test_7_geometries_are_transformed(service: Service, filled: list[tuple[Json, Json]]) -> None:
    """Against pyproj, coordinates in the axis order of the CRS; each CRS in turn for the collections in turn."""
    for turn, (collection, _) in enumerate(filled):
        plain = service.get(items_of(collection), GEOJSON, limit=2)["features"]
        for uri in listed(service, collection)[turn % 3 :: 3]:
            moved = service.get(items_of(collection), GEOJSON, limit=2, crs=uri)["features"]
            assert [one["id"] for one in moved] == [one["id"] for one in plain]
            change = Transformer.from_crs("OGC:CRS84", code_of(uri), always_xy=True)
            for before, after in zip(plain, moved, strict=True):
                x, y = change.transform(*shapely.get_coordinates(shape(before["geometry"])).T)
                expected = np.column_stack((y, x) if is_north_first(uri) else (x, y))
                got = shapely.get_coordinates(shape(after["geometry"]))
                # Degrees are written with seven places: a centimetre.
                assert np.abs(expected - got).max() < (2e-7 if CRS(code_of(uri)).is_geographic else 0.03), uri


def test_8_a_box_in_any_crs_finds_the_same(service: Service, filled: list[tuple[Json, Json]]) -> None:
    for collection, _ in filled[:2]:
        west, south, east, north = collection["extent"]["spatial"]["bbox"][0]
        middle = (west, south, (west + east) / 2, (south + north) / 2)
        address = items_of(collection)

        def found(box: tuple[float, ...], address: str = address, **query: str) -> set[object]:
            asked = pages(service, address, limit=1000, bbox=",".join(map(repr, box)), **query)
            return {feature["id"] for page in asked for feature in page["features"]}

        for uri in listed(service, collection):
            here = found(to_crs(middle, uri), **{"bbox-crs": uri})
            # The box of a turned box is a little larger: what it finds more lies near the edge.
            assert found(middle) <= here, uri
            grown = (middle[0] - 0.02, middle[1] - 0.02, middle[2] + 0.02, middle[3] + 0.02)
            assert here <= found(grown), uri


def test_8_longitude_first_where_latitude_belongs_finds_nothing_but_is_no_error(
    service: Service, filled: list[tuple[Json, Json]]
) -> None:
    """The official suite asks so: its projections know no order of axes."""
    for collection, _ in filled:
        box = ",".join(map(str, collection["extent"]["spatial"]["bbox"][0]))
        for uri in (uri for uri in listed(service, collection) if is_north_first(uri)):
            assert service.get(items_of(collection), GEOJSON, bbox=box, **{"bbox-crs": uri})["features"] == []


@pytest.mark.parametrize("uri", ["http://www.opengis.net/def/crs/0/unknown", "urn:x:nothing"])
def test_9_an_unknown_crs_of_the_box_is_400(service: Service, collections: list[Json], uri: str) -> None:
    for collection in collections:
        asked = {"bbox": "1,2,3,4", "bbox-crs": uri}
        assert service.ask(items_of(collection), GEOJSON, **asked).status_code == 400


def test_10_and_11_the_class_is_declared(service: Service) -> None:
    assert "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs" in service.get("/conformance")["conformsTo"]
