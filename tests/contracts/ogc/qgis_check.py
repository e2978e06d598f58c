"""Run by the Python of QGIS (`python3-qgis`), not by ours: lists, loads and draws what the service gives out.

qgis_check.py LANDING_PAGE SERVICE FOLDER [MBTILES [PMTILES]]: prints one JSON line a check, `{"name", "ok",
"detail"}`, and leaves the pictures in FOLDER. Nothing is drawn with a map behind it, so each pixel of
the colour asked for comes from our data.
"""

# ruff: noqa: T201, BLE001, I001 - it speaks by printing, and a failure is a line of its report
from __future__ import annotations

import json
import os
import sys
import traceback
import urllib.request
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import (
    Qgis, QgsApplication, QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsFillSymbol, QgsLineSymbol,
    QgsMapRendererSequentialJob, QgsMapSettings, QgsMarkerSymbol, QgsPointXY, QgsProject, QgsProviderRegistry,
    QgsRectangle, QgsSingleSymbolRenderer, QgsVectorLayer, QgsVectorTileBasicRenderer, QgsVectorTileBasicRendererStyle,
    QgsVectorTileLayer, QgsWkbTypes,
)  # fmt: skip
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

COLOR = QColor(255, 0, 255)
SIZE = 512


def say(name, ok, detail):
    print(json.dumps({"name": name, "ok": bool(ok), "detail": str(detail)}, ensure_ascii=False), flush=True)


def check(name, work):
    """One check; what it raises is its failure."""
    try:
        say(name, True, work())
    except Exception as error:
        traceback.print_exc()
        say(name, False, f"{type(error).__name__}: {error}")


def draw(layer, extent, srid, picture):
    """How many pixels of COLOR the layer puts into a picture of the extent."""
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(QgsCoordinateReferenceSystem.fromEpsgId(srid))
    settings.setExtent(extent)
    settings.setOutputSize(QSize(SIZE, SIZE))
    settings.setBackgroundColor(QColor(255, 255, 255))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    image.save(str(picture))
    if job.errors():
        raise AssertionError("; ".join(one.message for one in job.errors()))
    marked = 0
    for x in range(SIZE):
        for y in range(SIZE):
            pixel = image.pixelColor(x, y)
            marked += pixel.red() > 200 and pixel.green() < 100 and pixel.blue() > 200
    return marked


def symbol(kind):
    """A symbol of COLOR for that kind of geometry."""
    name = COLOR.name()
    if kind == QgsWkbTypes.PointGeometry:
        return QgsMarkerSymbol.createSimple({"color": name, "size": "3", "outline_style": "no"})
    if kind == QgsWkbTypes.LineGeometry:
        return QgsLineSymbol.createSimple({"color": name, "width": "1"})
    return QgsFillSymbol.createSimple({"color": name, "outline_color": name})


def load_collection(landing, collection, matched, srid, folder):
    """The collection through the OAPIF provider: all features are read, and the drawing shows them."""
    source = f"url='{landing}' typename='{collection}' pageSize='500'"
    layer = QgsVectorLayer(source, collection, "OAPIF")
    assert layer.isValid(), layer.error().message() or "not valid"
    read = sum(1 for _ in layer.getFeatures())
    assert read == matched, f"{read} features read, the service has {matched}"
    layer.setRenderer(QgsSingleSymbolRenderer(symbol(layer.geometryType())))
    to_metres = QgsCoordinateTransform(
        layer.crs(), QgsCoordinateReferenceSystem.fromEpsgId(srid), QgsProject.instance()
    )
    extent = to_metres.transformBoundingBox(layer.extent())
    extent.grow(max(extent.width(), extent.height(), 100) * 0.05)
    pixels = draw(layer, extent, srid, folder / f"{collection}.png")
    assert pixels > 20, f"{pixels} pixels drawn"
    return f"{read} features, {layer.crs().authid()}, {layer.fields().count()} fields, {pixels} pixels"


def tile_layer(source, sublayer, kind):
    """A vector tile layer that draws one layer of its tiles."""
    layer = QgsVectorTileLayer(source, "tiles")
    assert layer.isValid(), layer.error().message() or "not valid"
    style = QgsVectorTileBasicRendererStyle(sublayer, sublayer, kind)
    style.setSymbol(symbol(kind))
    style.setEnabled(True)
    renderer = QgsVectorTileBasicRenderer()
    renderer.setStyles([style])
    layer.setRenderer(renderer)
    return layer


def draw_tiles(source, sublayer, kind, extent, picture):
    pixels = draw(tile_layer(source, sublayer, kind), extent, 3857, picture)
    assert pixels > 20, f"{pixels} pixels drawn"
    return f"{pixels} pixels"


def ask(address):
    request = urllib.request.Request(address, headers={"Accept": "application/geo+json, application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def near_first(landing, collection):
    """Two kilometres around the first feature of a collection, in web mercator."""
    feature = ask(f"{landing}/collections/{collection}/items?f=json&limit=1")["features"][0]
    position = feature["geometry"]["coordinates"]
    while isinstance(position[0], list):
        position = position[0]
    change = QgsCoordinateTransform(
        QgsCoordinateReferenceSystem("EPSG:4326"), QgsCoordinateReferenceSystem("EPSG:3857"), QgsProject.instance()
    )
    around = change.transform(QgsPointXY(*position[:2]))
    return QgsRectangle(around.x() - 1000, around.y() - 1000, around.x() + 1000, around.y() + 1000)


def main():
    landing, service, folder = sys.argv[1].rstrip("/"), sys.argv[2].rstrip("/"), Path(sys.argv[3])
    folder.mkdir(parents=True, exist_ok=True)
    app = QgsApplication([], False)
    app.initQgis()
    say("version", True, f"QGIS {Qgis.QGIS_VERSION}")
    listed = {one["id"]: one for one in ask(f"{landing}/collections?f=json")["collections"]}

    def list_collections():
        found = {one.name() for one in QgsProviderRegistry.instance().querySublayers(f"OAPIF:{landing}")}
        assert found == set(listed), f"{sorted(found)} instead of {sorted(listed)}"
        return f"{len(found)} collections"

    check("list collections (GDAL OAPIF)", list_collections)
    for name in listed:
        matched = ask(f"{landing}/collections/{name}/items?f=json&limit=1")["numberMatched"]
        if matched:
            check(
                f"load and draw collection {name} (OAPIF)",
                lambda name=name, matched=matched: load_collection(landing, name, matched, 9210, folder),
            )
    polygon, point = QgsWkbTypes.PolygonGeometry, QgsWkbTypes.PointGeometry
    ours = f"type=xyz&url={service}/tiles/zones,plots,enterprises/%7Bz%7D/%7Bx%7D/%7By%7D&zmin=6&zmax=16"
    standard = f"type=xyz&url={landing}/tiles/WebMercatorQuad/%7Bz%7D/%7By%7D/%7Bx%7D&zmin=6&zmax=16"
    for name, source in (("/tiles", ours), ("OGC API - Tiles", standard)):
        for sublayer, kind in (("zones", polygon), ("plots", polygon), ("enterprises", point)):
            picture = folder / f"tiles-{'ogc' if 'OGC' in name else 'own'}-{sublayer}.png"
            check(
                f"draw vector tiles of {name}: {sublayer}",
                lambda source=source, sublayer=sublayer, kind=kind, picture=picture: draw_tiles(
                    source, sublayer, kind, near_first(landing, sublayer), picture
                ),
            )
    if len(sys.argv) > 4:
        mbtiles = f"type=mbtiles&url={sys.argv[4]}"
        where = near_first(landing, "plots")
        check("draw MBTiles: plots", lambda: draw_tiles(mbtiles, "plots", polygon, where, folder / "mbtiles.png"))
    if len(sys.argv) > 5:
        opened = QgsVectorLayer(f"{sys.argv[5]}|layername=plots", "plots", "ogr").isValid()
        say(
            "PMTiles (for information)",
            True,
            "opened" if opened else "this QGIS has no PMTiles: its GDAL is older than 3.8",
        )
    app.exitQgis()


main()
