"""GDAL as a client over HTTP: features by its driver OAPIF, vector tiles by its driver OGCAPI.

The GDAL in the wheel of pyogrio reads in a process of its own; where ogr2ogr is installed, it reads too.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import uvicorn

from gis_service.app import create_app
from gis_service.settings import Settings
from gis_service.tile_serving.protocol import tile_protocol

OGR2OGR = shutil.which("ogr2ogr")

_READ = """
import json, sys
import pyogrio
root = sys.argv[1]
tiles = f"OGCAPI:{root}/collections/plots"
features = pyogrio.read_dataframe(f"OAPIF:{root}", layer="plots")
shapes = pyogrio.read_dataframe(tiles, layer="Zoom level 13")
cells = pyogrio.read_dataframe(tiles, layer="Zoom level 9")
print(json.dumps({
    "collections": [name for name, _ in pyogrio.list_layers(f"OAPIF:{root}")],
    "filtered": len(pyogrio.read_dataframe(f"OAPIF:{root}", layer="plots", where="status = 'leased'")),
    "codes": sorted(features["code"]), "fields": list(features.columns),
    "bounds": list(features.to_crs("OGC:CRS84").total_bounds), "features_crs": features.crs.to_string(),
    "zooms": [name for name, _ in pyogrio.list_layers(tiles)], "crs": shapes.crs.to_string(),
    "shapes": len(shapes), "shapes_bounds": list(shapes.total_bounds), "counted": int(cells["count"].sum()),
}))
"""


@pytest.fixture(scope="module")
def root(demo_settings: Settings) -> Iterator[str]:
    """Address of the landing page on a server that listens."""
    app = create_app(demo_settings)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, http=tile_protocol(app), log_level="error", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        until = time.monotonic() + 60
        while not server.started:
            assert time.monotonic() < until
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/ogc"
        server.should_exit = True
        thread.join(20)


@pytest.fixture(scope="module")
def told(root: str) -> dict[str, Any]:
    """What GDAL found."""
    done = subprocess.run([sys.executable, "-c", _READ, root], capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def stored(demo_settings: Settings) -> dict[str, Any]:
    """The same from the table: codes and box of all public plots, how many are leased."""
    assert demo_settings.database_url is not None
    with psycopg.connect(demo_settings.database_url.get_secret_value()) as conn:
        row = conn.execute(
            "SELECT codes, leased, ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box) FROM (SELECT"
            ' array_agg(code ORDER BY code COLLATE "C") AS codes,'
            " count(*) FILTER (WHERE status = 'leased') AS leased,"
            " ST_Extent(ST_Transform(geom, 4326)) AS box FROM open.plots) AS all_plots"
        ).fetchone()
    assert row is not None
    return {"codes": row[0], "leased": row[1], "bounds": list(row[2:])}


def test_features_arrive_whole(told: dict[str, Any], stored: dict[str, Any]) -> None:
    assert {"zones", "plots", "enterprises", "streets"} <= set(told["collections"])
    assert told["codes"] == stored["codes"]
    assert told["features_crs"] == "EPSG:9210"  # of two ways to ask it takes the storage CRS, by Part 2
    assert told["bounds"] == pytest.approx(stored["bounds"], abs=1e-6)
    assert {"code", "status", "area_m2", "geometry"} <= set(told["fields"])
    assert told["filtered"] == stored["leased"] > 0


def test_vector_tiles_open_in_degrees(told: dict[str, Any], stored: dict[str, Any]) -> None:
    """OGCAPI asks by the box of the collection in degrees, whatever the CRS of the tiles: it needs WorldCRS84Quad."""
    assert told["crs"] == "OGC:CRS84"
    assert "Zoom level 6" in told["zooms"]
    assert told["counted"] == len(stored["codes"])  # each square lies in one tile of the grid, or is drawn at its rim
    assert told["shapes"] >= len(stored["codes"])  # what crosses a border of tiles comes in parts
    assert told["shapes_bounds"] == pytest.approx(stored["bounds"], abs=1e-4)


@pytest.mark.parametrize("program", [OGR2OGR] if OGR2OGR else [], ids=["ogr2ogr"] if OGR2OGR else [])
def test_ogr2ogr_copies_a_collection(root: str, stored: dict[str, Any], tmp_path: Path, program: str) -> None:
    out = tmp_path / "plots.geojson"
    command = [program, "-q", "-f", "GeoJSON", str(out), f"OAPIF:{root}", "plots", "-oo", "PAGE_SIZE=100"]
    subprocess.run(command, check=True, timeout=240, capture_output=True)
    features = json.loads(out.read_text())["features"]
    assert sorted(one["properties"]["code"] for one in features) == stored["codes"]
