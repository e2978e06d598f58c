"""An archive in MapLibre, without our service: a folder of files and the pmtiles library are all it needs."""

from __future__ import annotations

import asyncio
import io
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from PIL import Image
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from gis_service.database import Database
from gis_service.settings import CHECKOUT, Settings
from maps import archive, catalog

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html><head><meta charset="utf-8"><link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/vendor/maplibre-gl/maplibre-gl.css">
<style>html, body, #map { margin: 0; height: 100%; }</style></head><body><div id="map"></div>
<script src="/assets/vendor/pmtiles/pmtiles.js"></script>
<script type="module">
import * as maplibregl from "/assets/vendor/maplibre-gl/maplibre-gl.mjs";
maplibregl.addProtocol("pmtiles", new pmtiles.Protocol().tile);
const fill = (id, color) => ({ id, type: "fill", source: "khu", "source-layer": id, paint: { "fill-color": color } });
const map = new maplibregl.Map({
  container: "map", center: CENTER, zoom: 13, fadeDuration: 0, attributionControl: false,
  style: { version: 8, sources: { khu: { type: "vector", url: "pmtiles:///khu.pmtiles" } },
           layers: [fill("zones", "#ff0000"), fill("plots", "#0000ff")] },
});
map.on("idle", () => {
  window.drawn = { zones: map.queryRenderedFeatures({ layers: ["zones"] }).map(one => one.id),
                   plots: map.queryRenderedFeatures({ layers: ["plots"] }).map(one => one.id) };
});
</script></body></html>"""


@pytest.fixture
def folder(demo_database: Settings, tmp_path: Path) -> Path:
    """A folder with an archive, and a page that knows only that archive."""
    plan = archive.Plan(
        layers=(catalog.get("zones"), catalog.get("plots")), audience="public", first_zoom=6, last_zoom=14,
        bounds=demo_database.envelope_deg, title="Khu", attribution="Ban Quản lý",
    )  # fmt: skip

    async def write() -> None:
        database = Database(demo_database)
        try:
            await database.open_tile_pools()
            async with database.tile_pool("public").connection() as conn:
                await archive.write(conn, tmp_path / "khu.pmtiles", plan)
        finally:
            await database.close()

    with ThreadPoolExecutor(1) as elsewhere:  # Playwright has a loop of its own in this thread
        elsewhere.submit(asyncio.run, write()).result()
    return tmp_path


@pytest.fixture
def file_server(folder: Path) -> Iterator[str]:
    """Any server of files that knows ranges will do."""
    app = Starlette(
        routes=[
            Mount("/assets", StaticFiles(directory=CHECKOUT / "maps" / "web")),
            Mount("/", StaticFiles(directory=folder)),
        ]
    )
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.05)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


def test_maplibre_draws_an_archive(
    folder: Path, file_server: str, demo_database: Settings, new_tab: Any, screenshots: Path
) -> None:
    database = Database(demo_database)
    with database.public.connect() as conn:
        zone, lon, lat = conn.exec_driver_sql(
            "SELECT z.id, ST_X(p), ST_Y(p) FROM zones z,"
            " LATERAL (SELECT ST_Transform(ST_PointOnSurface(geom), 4326) AS p) AS at"
            " WHERE EXISTS (SELECT FROM plots WHERE zone_id = z.id) ORDER BY z.id LIMIT 1"
        ).one()
        plots = {row[0] for row in conn.exec_driver_sql("SELECT id FROM plots WHERE zone_id = %s", (zone,))}
    database.dispose()
    (folder / "index.html").write_text(PAGE.replace("CENTER", f"[{lon}, {lat}]"), encoding="utf-8")
    tab = new_tab()
    page = tab.open(f"{file_server}/index.html", settled=False)
    page.wait_for_function("window.drawn && window.drawn.plots.length", timeout=60_000)
    drawn = page.evaluate("window.drawn")
    assert zone in drawn["zones"]
    assert set(drawn["plots"]) & plots
    picture = page.screenshot(path=screenshots / "archive-in-maplibre.png")
    colors = Image.open(io.BytesIO(picture)).convert("RGB").getcolors(1 << 24) or []
    share = {color: count for count, color in colors}
    assert share.get((0, 0, 255), 0) > 1000, "no plot was drawn"
    assert share.get((255, 0, 0), 0) > 1000, "no zone was drawn"
    assert tab.complaints == []
    assert all(address.startswith((file_server, "data:", "blob:", "about:")) for address in tab.requests)
