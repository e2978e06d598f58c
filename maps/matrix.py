"""Tile matrix sets: how a CRS is cut into tiles. Web mercator for maps, degrees for programs that know the ground
by its degrees only (GDAL), metres of the deployment for desks.

Every set is a quad tree of square tiles that begin in the upper left corner. The set in the storage
CRS has cells of whole powers of two metres and, for VN-2000, an origin that depends on neither zone
nor deployment, so the address of a tile outlives a change of either. Its tile matrices carry the
number of the web mercator zoom that shows the same ground at about the same size (9 to 16 % larger
anywhere in Viet Nam): zoom floors and overviews of the catalogue mean the same in both sets. The numbers of
WorldCRS84Quad are given: its tiles show half the ground of web mercator tiles of the same number, so there a zoom
floor of the catalogue is reached one step later than the ground would ask for.

Source of the terms and of the JSON form: OGC Two Dimensional Tile Matrix Set 2.0 (17-083r4).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from layers import crs
from maps.catalog import BUFFER, EXTENT, HIGHEST_ZOOM
from maps.errors import TileOutOfRange, UnknownMatrixSet

Box = tuple[float, float, float, float]
"""West, south, east, north (x before y, whatever the axis order of the CRS)."""
Json = dict[str, Any]

TILE_PX = 256
PIXEL_M = 0.00028
"""Size of a pixel by which scale denominators are reckoned (17-083r4, 6.1.1)."""
WEB_MERCATOR_SRID = 3857
_HALF_WORLD_M = 20037508.342789244
_OPENGIS = "http://www.opengis.net/def"
CRS84 = f"{_OPENGIS}/crs/OGC/1.3/CRS84"

METRIC_ZOOM = 6
"""First zoom of a set in metres; its cell is 2048 m, a tile 524 288 m."""
METRIC_CELL_M = 2048.0
_METRIC_TILE_M = METRIC_CELL_M * TILE_PX
_VN2000_COLUMNS, _VN2000_ROWS = 2, 5
"""Tiles of the first zoom: the zone's meridian in the middle, from the equator to beyond 23.6 degrees north."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Rows and columns of one tile matrix between which there may be something; both ends count."""

    z: int
    first_row: int
    last_row: int
    first_column: int
    last_column: int

    def holds(self, x: int, y: int) -> bool:
        """Whether the tile of column x and row y lies within."""
        return self.first_column <= x <= self.last_column and self.first_row <= y <= self.last_row


@dataclass(frozen=True, slots=True)
class MatrixSet:
    """One tile matrix set. Zooms run from `first_zoom` to `last_zoom`, each twice as fine as the one before."""

    id: str
    title_vi: str
    title_en: str
    srid: int
    left: float
    top: float
    """Corner of origin in the CRS, easting and northing."""
    first_zoom: int
    tile_side: float
    """Side of a tile of the first zoom, in units of the CRS."""
    columns: int
    rows: int
    """Tiles of the first zoom."""
    uri: str | None = None
    scale_set: str | None = None
    last_zoom: int = HIGHEST_ZOOM
    unit_m: float = 1.0
    """Metres in a unit of the CRS; of a degree those along the equator, as 17-083r4 has it (6.1.1)."""

    @property
    def is_web_mercator(self) -> bool:
        """Whether it is the set that map libraries take for granted."""
        return self.srid == WEB_MERCATOR_SRID

    @property
    def is_degrees(self) -> bool:
        """Whether it is the one in longitude and latitude."""
        return self.srid == crs.WGS84

    @property
    def crs(self) -> str:
        """The name of its CRS; longitude before latitude is CRS84 and not EPSG:4326."""
        return CRS84 if self.is_degrees else crs_uri(self.srid)

    def side(self, z: int) -> float:
        """Side of a tile at that zoom."""
        return math.ldexp(self.tile_side, self.first_zoom - z)

    def size(self, z: int) -> tuple[int, int]:
        """Columns and rows of the tile matrix."""
        return self.columns << (z - self.first_zoom), self.rows << (z - self.first_zoom)

    def envelope(self, z: int, x: int, y: int) -> Box:
        """The ground of one tile, in the CRS of the set."""
        side = self.side(z)
        west, north = self.left + x * side, self.top - y * side
        return west, north - side, west + side, north

    def tile_at(self, easting: float, northing: float, z: int) -> tuple[int, int]:
        """Column and row of the tile that holds the position; the nearest one when it lies outside."""
        side, (columns, rows) = self.side(z), self.size(z)
        x, y = math.floor((easting - self.left) / side), math.floor((self.top - northing) / side)
        return min(max(x, 0), columns - 1), min(max(y, 0), rows - 1)

    def parse(self, z: str, x: str, y: str) -> tuple[int, int, int]:
        """Read a tile address. Raises `TileOutOfRange` for anything but plain digits within the matrices."""
        parts = (z, x, y)
        if not all(part.isascii() and part.isdigit() and len(part) <= 7 for part in parts):
            raise TileOutOfRange(*parts)
        zoom, column, row = (int(part) for part in parts)
        if not self.first_zoom <= zoom <= self.last_zoom:
            raise TileOutOfRange(*parts)
        columns, rows = self.size(zoom)
        if not (column < columns and row < rows):
            raise TileOutOfRange(*parts)
        return zoom, column, row

    def limits(self, bounds_deg: Box, z: int) -> Limits:
        """The tiles that a box in WGS 84 degrees touches."""
        west, south, east, north = box_in(self.srid, bounds_deg)
        (first_column, first_row), (last_column, last_row) = self.tile_at(west, north, z), self.tile_at(east, south, z)
        return Limits(z, first_row, last_row, first_column, last_column)

    # SQL. Each expression has %(z)s, %(x)s and %(y)s as its only parameters.

    def tile_sql(self) -> str:
        """The exact box of the tile, in the CRS of the set."""
        if self.is_web_mercator:
            return "ST_TileEnvelope(%(z)s, %(x)s, %(y)s)"
        zoom = f"%(z)s + {self._steps_below_root}" if self._steps_below_root else "%(z)s"
        return f"ST_TileEnvelope({zoom}, %(x)s, %(y)s, {self._root_sql()})"

    def search_sql(self) -> str:
        """The box of the tile and its buffer in web mercator, where geometry is stored and indexed."""
        if self.is_web_mercator:
            return f"ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => {BUFFER}.0 / {EXTENT})"
        # The edges of the box are curves in the other projection, so they are followed in pieces.
        side = f"{self.side(0)!r} / 2.0 ^ %(z)s"
        buffered = f"ST_Expand({self.tile_sql()}, {side} * {BUFFER} / {EXTENT})"
        return f"ST_Envelope(ST_Transform(ST_Segmentize({buffered}, {side} / 16), {WEB_MERCATOR_SRID}))"

    def shape_sql(self, geom_3857: str) -> str:
        """A web mercator geometry in the CRS of the set."""
        return geom_3857 if self.is_web_mercator else f"ST_Transform({geom_3857}, {self.srid})"

    @property
    def _steps_below_root(self) -> int:
        # PostGIS takes 2^z columns at most; a set with two columns at zoom 0 is one step below a single tile.
        return 1 if self.columns > 1 << self.first_zoom else 0

    def _root_sql(self) -> str:
        # The one tile that zoom 0, or the step before it, would have: PostGIS halves it.
        side = self.side(-self._steps_below_root)
        return f"ST_MakeEnvelope({self.left!r}, {self.top - side!r}, {self.left + side!r}, {self.top!r}, {self.srid})"

    def to_json(self, lang: str) -> Json:
        """The definition as TMS 2.0 writes it; `pointOfOrigin` follows the axis order of the CRS.

        What 1.0 called by another name stands there under that name, too: GDAL before 3.9 reads nothing else.
        """
        axes, flipped = (["Lon", "Lat"], False) if self.is_degrees else _axes(self.srid)
        corner = [self.top, self.left] if flipped else [self.left, self.top]
        west, south, east, north = self._box()
        lower, upper = ([south, west], [north, east]) if flipped else ([west, south], [east, north])
        named = {"uri": self.uri} if self.uri else {}
        scaled = {"wellKnownScaleSet": self.scale_set} if self.scale_set else {}
        return {
            "id": self.id,
            "identifier": self.id,
            "title": self.title_vi if lang == "vi" else self.title_en,
            **named,
            "crs": self.crs,
            "supportedCRS": self.crs,
            "orderedAxes": axes,
            **scaled,
            "boundingBox": {"lowerLeft": lower, "upperRight": upper, "crs": self.crs, "orderedAxes": axes},
            "tileMatrices": [self._matrix(z, corner) for z in range(self.first_zoom, self.last_zoom + 1)],
        }

    def _matrix(self, z: int, corner: list[float]) -> Json:
        columns, rows = self.size(z)
        cell = self.side(z) / TILE_PX
        return {
            "id": str(z),
            "identifier": str(z),
            "scaleDenominator": cell * self.unit_m / PIXEL_M,
            "cellSize": cell,
            "cornerOfOrigin": "topLeft",
            "pointOfOrigin": corner,
            "topLeftCorner": corner,
            "tileWidth": TILE_PX,
            "tileHeight": TILE_PX,
            "matrixWidth": columns,
            "matrixHeight": rows,
        }

    def _box(self) -> Box:
        return (
            self.left, self.top - self.rows * self.tile_side, self.left + self.columns * self.tile_side, self.top,
        )  # fmt: skip


WEB_MERCATOR = MatrixSet(
    id="WebMercatorQuad",
    title_vi="Web Mercator (bản đồ trên web)",
    title_en="Web Mercator (maps on the web)",
    srid=WEB_MERCATOR_SRID,
    left=-_HALF_WORLD_M,
    top=_HALF_WORLD_M,
    first_zoom=0,
    tile_side=2 * _HALF_WORLD_M,
    columns=1,
    rows=1,
    uri=f"{_OPENGIS}/tilematrixset/OGC/1.0/WebMercatorQuad",
    scale_set=f"{_OPENGIS}/wkss/OGC/1.0/GoogleMapsCompatible",
)


WORLD_CRS84 = MatrixSet(
    id="WorldCRS84Quad",
    title_vi="WGS 84, kinh độ và vĩ độ",
    title_en="WGS 84, longitude and latitude",
    srid=crs.WGS84,
    left=-180.0,
    top=90.0,
    first_zoom=0,
    tile_side=180.0,
    columns=2,
    rows=1,
    uri=f"{_OPENGIS}/tilematrixset/OGC/1.0/WorldCRS84Quad",
    scale_set=f"{_OPENGIS}/wkss/OGC/1.0/GoogleCRS84Quad",
    unit_m=2 * math.pi * 6_378_137 / 360,
)


@lru_cache(maxsize=32)
def metric(srid: int, envelope_deg: Box) -> MatrixSet:
    """The set in the storage CRS of a deployment; `VN2000-9210` for EPSG:9210, `EPSG-3067` elsewhere.

    `envelope_deg` (WGS 84) places the origin where the CRS is not one of VN-2000: the first corner
    of a whole tile outside it.
    """
    if srid in crs.TM3_MERIDIANS_DEG or srid in (3405, 3406):
        return _metric(f"VN2000-{srid}", srid, (500_000 - _METRIC_TILE_M, _VN2000_ROWS * _METRIC_TILE_M),
                       _VN2000_COLUMNS, _VN2000_ROWS)  # fmt: skip
    west, south, east, north = box_in(srid, envelope_deg)
    left, top = (math.floor(west / _METRIC_TILE_M), math.ceil(north / _METRIC_TILE_M))
    columns, rows = math.ceil(east / _METRIC_TILE_M) - left, top - math.floor(south / _METRIC_TILE_M)
    return _metric(f"EPSG-{srid}", srid, (left * _METRIC_TILE_M, top * _METRIC_TILE_M), columns, rows)


def _metric(name: str, srid: int, corner: tuple[float, float], columns: int, rows: int) -> MatrixSet:
    of = crs.parse_crs(srid).name
    return MatrixSet(
        name, f"{of} (hệ tọa độ lưu trữ)", f"{of} (storage CRS)", srid, *corner, METRIC_ZOOM, _METRIC_TILE_M,
        columns, rows,
    )  # fmt: skip


def all_sets(srid: int, envelope_deg: Box) -> tuple[MatrixSet, ...]:
    """The sets of a deployment with that storage CRS and envelope, the commoner first."""
    return WEB_MERCATOR, WORLD_CRS84, metric(srid, envelope_deg)


def get(name: str, srid: int, envelope_deg: Box) -> MatrixSet:
    """The set of that id. Raises `UnknownMatrixSet`."""
    known = {one.id: one for one in all_sets(srid, envelope_deg)}
    try:
        return known[name]
    except KeyError:
        raise UnknownMatrixSet(name[:60], list(known)) from None


@lru_cache(maxsize=64)
def box_in(srid: int, bounds_deg: Box) -> Box:
    """The box in that CRS around a box in WGS 84 degrees; its edges are followed, not only its corners."""
    west, south, east, north = crs.transformer(crs.WGS84, srid).transform_bounds(*bounds_deg, densify_pts=21)
    return west, south, east, north


def crs_uri(srid: int) -> str:
    """The name of an EPSG code in the register of the OGC."""
    return f"{_OPENGIS}/crs/EPSG/0/{srid}"


@lru_cache(maxsize=32)
def _axes(srid: int) -> tuple[list[str], bool]:
    """Abbreviations of the axes in the order of the CRS, and whether north comes first."""
    axes = crs.parse_crs(srid).axis_info
    return [axis.abbrev for axis in axes], axes[0].direction == "north"
