"""What the tests of features share: how a collection of features must look, and pages of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import shapely
from shapely.geometry import shape

from tests.contracts.ogc.conftest import GEOJSON, Json, Service

MOST_PAGES = 60


def check_collection(document: Json) -> None:
    """Abstract tests 22 to 26: the structure of a feature collection."""
    assert document["type"] == "FeatureCollection"
    assert isinstance(document["features"], list)
    for feature in document["features"]:
        assert feature["type"] == "Feature"
        assert "properties" in feature
        assert "id" in feature
    links = document["links"]
    assert all(link.get("rel") and link.get("type") and link.get("href") for link in links)
    by_rel = {link["rel"]: link for link in links}
    assert by_rel["self"]["type"] == GEOJSON
    assert any(link["rel"] == "alternate" and link["type"] == "text/html" for link in links)
    assert document["timeStamp"].endswith("Z")
    assert document["numberReturned"] == len(document["features"])
    if "numberMatched" in document:
        assert document["numberMatched"] >= document["numberReturned"]


def check_degrees(document: Json) -> None:
    """Abstract test 2: without `crs` every geometry is valid GeoJSON in CRS84."""
    for feature in document["features"]:
        if feature["geometry"] is not None:
            west, south, east, north = shape(feature["geometry"]).bounds
            assert -180 <= west <= east <= 180, feature["id"]
            assert -90 <= south <= north <= 90, feature["id"]


def touches(feature: Json, box: tuple[float, float, float, float]) -> bool:
    """Whether the geometry meets the box; one whose west is east of its east crosses the 180th meridian."""
    west, south, east, north = box
    parts = [(west, south, east, north)] if west <= east else [(west, south, 180, north), (-180, south, east, north)]
    geometry = shape(feature["geometry"])
    # Coordinates are rounded on their way out; a hundred-thousandth of a degree is a metre.
    return any(geometry.intersects(shapely.box(*part).buffer(1e-5)) for part in parts)


def pages(service: Service, address: str, **query: Any) -> Iterator[Json]:
    """The first page and those that its `next` links lead to."""
    document = service.get(address, GEOJSON, **query)
    for _ in range(MOST_PAGES):
        yield document
        following = next((link["href"] for link in document["links"] if link["rel"] == "next"), None)
        if following is None:
            return
        document = service.get(following, GEOJSON)
    raise AssertionError(f"{address}: still a next link after {MOST_PAGES} pages")
