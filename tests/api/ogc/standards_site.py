"""What the tests of the standards share: collections that hold something, and every page of an answer."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response

FILLED = ("zones", "plots", "enterprises", "sites", "cells", "streets", "entrances", "administrative_units")
"""Collections of the demonstration province with features in them."""

EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


def items(client: TestClient, collection: str, **query: Any) -> Response:
    """One page of features; `bbox_crs`, `filter_lang` and `filter_crs` are written with a hyphen."""
    names = {"bbox_crs": "bbox-crs", "filter_lang": "filter-lang", "filter_crs": "filter-crs"}
    return client.get(
        f"/ogc/collections/{collection}/items", params={names.get(name, name): value for name, value in query.items()}
    )


def ids(answer: Response) -> list[int]:
    """The ids of a page that must have succeeded."""
    assert answer.status_code == 200, answer.text
    return [feature["id"] for feature in answer.json()["features"]]


def problem(answer: Response) -> tuple[int, str]:
    """Status and code of a refusal, which tells what is wrong in two languages."""
    told = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert told["detail"]
    assert told["detail_vi"] != told["detail"]
    return answer.status_code, told["code"]


def links(document: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Links of a document by their relation, the last of each."""
    return {link["rel"]: link for link in document["links"]}
