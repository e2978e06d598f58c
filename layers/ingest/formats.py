"""Which kind of file it is: by its name, and its first bytes must agree.

GDAL chooses a driver by content and some of its drivers read other files or addresses. So the kind
is decided here, and the reading process is started with every other driver switched off.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from layers.ingest.errors import EmptyFile, UnknownFormat


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file that imports take."""

    name: str
    suffixes: tuple[str, ...]
    driver: str | None
    """The one GDAL driver that may open it; None where GDAL has no part."""


SHAPEFILE = Format("shapefile", (".zip",), "ESRI Shapefile")
GEOPACKAGE = Format("geopackage", (".gpkg",), "GPKG")
GEOJSON = Format("geojson", (".geojson", ".json"), "GeoJSON")
FLATGEOBUF = Format("flatgeobuf", (".fgb",), "FlatGeobuf")
GEOPARQUET = Format("geoparquet", (".parquet", ".geoparquet"), None)
CSV = Format("csv", (".csv", ".tsv", ".txt"), None)
XLSX = Format("xlsx", (".xlsx",), None)

FORMATS = (SHAPEFILE, GEOPACKAGE, GEOJSON, FLATGEOBUF, GEOPARQUET, CSV, XLSX)
BY_NAME = {one.name: one for one in FORMATS}


def recognise(path: Path, file_name: str | None = None) -> Format:
    """The format that the name declares and the content confirms. Raises `UnknownFormat`.

    `file_name` is the name under which the file was sent, when `path` is a name of our own.
    """
    suffix = Path(file_name or path.name).suffix.lower()
    declared = next((one for one in FORMATS if suffix in one.suffixes), None)
    if declared is None:
        raise UnknownFormat(
            f"Files ending in '{suffix[:20]}' are not read here. {_accepted()}",
            f"Không nhận tệp có đuôi '{suffix[:20]}'. {_accepted_vi()}",
        )
    size = path.stat().st_size
    if size == 0:
        raise EmptyFile("The file is empty.", "Tệp rỗng.")
    with path.open("rb") as stream:
        head = stream.read(4096)
        stream.seek(max(0, size - 4))
        tail = stream.read(4)
    if not _confirmed(declared, head, tail):
        raise UnknownFormat(
            f"The name ends in '{suffix}' but the content is not {declared.name}.",
            f"Tên tệp có đuôi '{suffix}' nhưng nội dung không phải {declared.name}.",
        )
    return declared


def _accepted() -> str:
    return "Accepted: zipped Shapefile, GeoPackage, GeoJSON, FlatGeobuf, GeoParquet, CSV, XLSX."


def _accepted_vi() -> str:
    return "Các dạng nhận được: Shapefile nén zip, GeoPackage, GeoJSON, FlatGeobuf, GeoParquet, CSV, XLSX."


def _confirmed(declared: Format, head: bytes, tail: bytes) -> bool:
    if declared in (SHAPEFILE, XLSX):
        return head.startswith(b"PK\x03\x04")
    if declared is GEOPACKAGE:
        return head.startswith(b"SQLite format 3\x00") and head[68:72] in (b"GPKG", b"GP10", b"GP11")
    if declared is GEOJSON:
        text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
        return text.startswith(b"{") and b"gdal_streamed_alg" not in head
    if declared is FLATGEOBUF:
        return head.startswith(b"fgb\x03fgb")
    if declared is GEOPARQUET:
        return head.startswith(b"PAR1") and tail == b"PAR1"
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    return (wide or b"\x00" not in head) and not head.lstrip().startswith((b"<", b"{", b"PK\x03\x04", b"%PDF"))
