"""The service under test: the one that GIS_CONFORMANCE_URL names, else our own on the demonstration province.

The tests of this folder are our port of the abstract test suites of OGC API - Features Part 1 (17-069r3,
annex A) and Part 2 (18-058r1, annex A), and of OGC API - Tiles Part 1 (20-057, annex A), as the official
executable suites read them. They know nothing of the service but the address of its landing page.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient

from gis_service.app import create_app
from gis_service.settings import Settings

Json = dict[str, Any]
GEOJSON = "application/geo+json"


@dataclass(frozen=True)
class Service:
    """Requests to one service, by whole addresses or by paths below its landing page."""

    client: httpx2.Client
    root: str

    def ask(self, address: str, accept: str = "application/json", **query: str | int) -> Any:
        """The answer to GET, whatever its status."""
        url = address if "://" in address else self.root + address
        if query:
            url += ("&" if "?" in url else "?") + str(httpx2.QueryParams(query))
        return self.client.get(url, headers={"Accept": accept})

    def get(self, address: str, accept: str = "application/json", **query: str | int) -> Json:
        """The document; the answer must be 200."""
        answer = self.ask(address, accept, **query)
        assert answer.status_code == 200, f"{answer.url}: {answer.status_code} {answer.text[:300]}"
        return answer.json()  # type: ignore[no-any-return]


@pytest.fixture(scope="session")
def service(request: pytest.FixtureRequest) -> Iterator[Service]:
    named = os.environ.get("GIS_CONFORMANCE_URL")
    if named:
        with httpx2.Client(timeout=60) as client:
            yield Service(client, named.rstrip("/"))
    else:
        settings: Settings = request.getfixturevalue("demo_settings")
        with TestClient(create_app(settings), base_url="http://localhost") as client:
            yield Service(client, "http://localhost/ogc")


@pytest.fixture(scope="session")
def landing(service: Service) -> Json:
    return service.get("/")


@pytest.fixture(scope="session")
def api(service: Service, landing: Json) -> Json:
    """The API definition that the landing page links to."""
    link = next(one for one in landing["links"] if one["rel"] == "service-desc")
    return service.get(link["href"], accept=link["type"])


@pytest.fixture(scope="session")
def collections(service: Service) -> list[Json]:
    """Every collection that says it has features."""
    listed = service.get("/collections")["collections"]
    return [one for one in listed if one.get("itemType", "feature") == "feature"]


def items_of(collection: Json) -> str:
    """Address of the features of a collection as GeoJSON."""
    return next(one["href"] for one in collection["links"] if one["rel"] == "items" and one["type"] == GEOJSON)


@pytest.fixture(scope="session")
def filled(service: Service, collections: list[Json]) -> list[tuple[Json, Json]]:
    """(collection, first feature) of the collections that are not empty."""
    found = []
    for collection in collections:
        features = service.get(items_of(collection), GEOJSON, limit=1)["features"]
        if features:
            found.append((collection, features[0]))
    assert found, "every collection is empty: nothing could be tested"
    return found
