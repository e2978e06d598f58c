"""Which GDAL drivers the reading process must not have: all but one.

GDAL reads GDAL_SKIP when it is loaded, so the names must be known beforehand. The list is that of
GDAL 3.12; a newer GDAL with further drivers is noticed by the process itself, which names them
before it opens anything, and is started again without them.
"""

from __future__ import annotations

from layers.ingest.formats import Format

_KNOWN = (
    "ADBC,AIVector,AVCBin,AVCE00,AmigoCloud,CSV,CSW,Carto,DGN,DXF,EDIGEO,EEDA,ESRI Shapefile,ESRIJSON,Elasticsearch,"
    "FlatGeobuf,GDALG,GML,GPKG,GPSBabel,GPX,GTFS,GeoJSON,GeoJSONSeq,GeoRSS,HTTP,Idrisi,JML,JSONFG,KML,LIBKML,LVBAG,"
    "MBTiles,MEM,MVT,MapInfo File,MapML,MiraMonVector,NGW,OAPIF,ODS,OGCAPI,OGR_GMT,OGR_PDS,OGR_VRT,OSM,OpenFileGDB,"
    "PCIDSK,PDF,PDS4,PGDUMP,PLSCENES,PMTiles,S57,SQLite,SXF,Selafin,TopoJSON,VDV,VFK,VICAR,WAsP,WFS,XLSX"
)
_off: set[str] = set(_KNOWN.split(","))


def switched_off(kind: Format) -> str:
    """Value of GDAL_SKIP that leaves the one driver of that format."""
    return ",".join(sorted(_off - {kind.driver or ""}))


def learn(names: list[str]) -> bool:
    """Remember drivers that were on all the same; False when there is nothing new in them."""
    fresh = {name for name in names if name.isprintable() and "," not in name} - _off
    _off.update(fresh)
    return bool(fresh)
