"""What tests of tiles share: where a place is, and what a tile holds."""

from __future__ import annotations

import math
from typing import Any

import mapbox_vector_tile
from fastapi.testclient import TestClient


def tile_of(lon: float, lat: float, z: int) -> tuple[int, int]:
    """Column and row of the tile that holds the position."""
    n = 1 << z
    x = (lon + 180) / 360 * n
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * n
    return int(x), int(y)


def get(client: TestClient, layers: str, z: int, x: int, y: int) -> dict[str, Any]:
    """The decoded tile; empty for 204."""
    answer = client.get(f"/tiles/{layers}/{z}/{x}/{y}", headers={"Accept-Encoding": "identity"})
    assert answer.status_code in (200, 204), answer.text
    return mapbox_vector_tile.decode(answer.content) if answer.content else {}


def ids(tile: dict[str, Any], layer: str) -> list[int]:
    return [feature["id"] for feature in tile.get(layer, {"features": []})["features"]]
