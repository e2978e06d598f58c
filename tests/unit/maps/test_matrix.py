"""Tile matrix sets, checked with round numbers and against the published definition of web mercator."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maps import matrix
from maps.errors import TileOutOfRange, UnknownMatrixSet

HAI_PHONG = (105.9, 19.9, 108.1, 21.6)
METRIC = matrix.metric(9210, HAI_PHONG)


def test_a_tile_in_metres_is_found_with_a_pencil() -> None:
    """Zoom 16 has cells of 2 m, so a tile is 512 m; columns count from 524 288 m west of the meridian."""
    assert METRIC.side(16) == 512
    assert METRIC.left == 500_000 - 524_288
    assert METRIC.top == 5 * 524_288
    x, y = METRIC.tile_at(500_000, 2_300_000, 16)
    assert (x, y) == (1024, (2_621_440 - 2_300_000) // 512)
    west, south, east, north = METRIC.envelope(16, x, y)
    assert (west, east) == (500_000, 500_512)
    assert north - south == 512
    assert south < 2_300_000 <= north


def test_the_definition_of_web_mercator_is_the_published_one() -> None:
    """Numbers of 17-083r4, annex D.1."""
    made = matrix.WEB_MERCATOR.to_json("en")
    assert made["id"] == "WebMercatorQuad"
    assert made["tileMatrices"][0]["scaleDenominator"] == pytest.approx(559082264.028717, rel=1e-12)
    assert made["tileMatrices"][0]["cellSize"] == pytest.approx(156543.033928041, rel=1e-12)
    assert made["tileMatrices"][18]["scaleDenominator"] == pytest.approx(2132.72958384978, rel=1e-12)
    assert made["tileMatrices"][2]["pointOfOrigin"] == pytest.approx([-20037508.3427892, 20037508.3427892])
    assert [one["matrixWidth"] for one in made["tileMatrices"][:4]] == [1, 2, 4, 8]
    assert made["orderedAxes"] == ["X", "Y"]


def test_the_definition_in_degrees_is_the_published_one() -> None:
    """Numbers of 17-083r4, annex D.2: two tiles at the first matrix, longitude first."""
    made = matrix.WORLD_CRS84.to_json("en")
    assert made["id"] == "WorldCRS84Quad"
    assert made["crs"] == "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
    assert made["orderedAxes"] == ["Lon", "Lat"]
    assert made["tileMatrices"][0]["scaleDenominator"] == pytest.approx(279541132.014358, rel=1e-12)
    assert made["tileMatrices"][17]["scaleDenominator"] == pytest.approx(2132.72958384978, rel=1e-12)
    assert made["tileMatrices"][0]["cellSize"] == 0.703125
    assert made["tileMatrices"][0]["pointOfOrigin"] == [-180, 90]
    assert [(one["matrixWidth"], one["matrixHeight"]) for one in made["tileMatrices"][:3]] == [(2, 1), (4, 2), (8, 4)]
    assert matrix.WORLD_CRS84.tile_at(106.3, 20.9, 2) == (6, 1)  # 45 degrees a tile: 270 to 315, 45 to 90 from the top


def test_the_definition_in_metres_has_whole_cells_and_the_axes_of_the_crs() -> None:
    made = METRIC.to_json("vi")
    assert made["id"] == "VN2000-9210"
    assert made["crs"] == "http://www.opengis.net/def/crs/EPSG/0/9210"
    assert [one["cellSize"] for one in made["tileMatrices"][:4]] == [2048, 1024, 512, 256]
    assert made["tileMatrices"][0]["id"] == "6"
    assert (made["tileMatrices"][0]["matrixWidth"], made["tileMatrices"][0]["matrixHeight"]) == (2, 5)
    assert made["tileMatrices"][0]["scaleDenominator"] == pytest.approx(2048 / 0.00028)
    assert made["boundingBox"]["lowerLeft"] == [-24_288, 0]
    assert made["boundingBox"]["upperRight"] == [1_024_288, 2_621_440]


def test_where_north_comes_first_the_origin_is_written_north_first() -> None:
    """EPSG:31256 (Krems) counts X to the north; its eastings are negative there."""
    krems = matrix.metric(31256, (15.4, 48.3, 15.8, 48.5))
    made = krems.to_json("en")
    assert made["id"] == "EPSG-31256"
    assert krems.left < 0 < krems.top
    assert made["tileMatrices"][0]["pointOfOrigin"] == [krems.top, krems.left]
    west, _, _, north = matrix.box_in(31256, (15.4, 48.3, 15.8, 48.5))
    x, y = krems.tile_at(west, north, 12)
    box = krems.envelope(12, x, y)
    assert box[0] <= west < box[2]
    assert box[1] < north <= box[3]


@pytest.mark.parametrize("srid", [9205, 9210, 9218, 5897, 3405])
def test_zones_of_vn2000_share_one_grid(srid: int) -> None:
    other = matrix.metric(srid, (102.0, 8.0, 110.0, 24.0))
    assert (other.left, other.top, other.columns, other.rows) == (METRIC.left, METRIC.top, 2, 5)


def test_limits_hold_the_corners_of_the_territory_and_little_else() -> None:
    limits = METRIC.limits(HAI_PHONG, 12)
    west, south, east, north = matrix.box_in(9210, HAI_PHONG)
    for easting, northing in ((west, south), (west, north), (east, south), (east, north)):
        assert limits.holds(*METRIC.tile_at(easting, northing, 12))
    side = METRIC.side(12)
    assert (limits.last_column - limits.first_column - 1) * side < east - west
    assert (limits.last_row - limits.first_row - 1) * side < north - south


@given(
    easting=st.floats(0, 1_000_000),
    northing=st.floats(900_000, 2_600_000),
    z=st.integers(METRIC.first_zoom, METRIC.last_zoom),
)
def test_every_place_lies_in_the_tile_that_is_named_for_it(easting: float, northing: float, z: int) -> None:
    x, y = METRIC.tile_at(easting, northing, z)
    west, south, east, north = METRIC.envelope(z, x, y)
    assert west <= easting < east
    assert south < northing <= north
    assert METRIC.parse(str(z), str(x), str(y)) == (z, x, y)


@pytest.mark.parametrize(
    "address",
    [("5", "0", "0"), ("23", "0", "0"), ("6", "2", "0"), ("6", "0", "5"), ("6", "-1", "0"), ("6", "٣", "0"),
     ("6", "0.0", "0"), ("6", "", "0"), ("6", "0", "99999999")],
)  # fmt: skip
def test_an_address_outside_is_refused(address: tuple[str, str, str]) -> None:
    with pytest.raises(TileOutOfRange):
        METRIC.parse(*address)


def test_an_unknown_set_names_those_there_are() -> None:
    with pytest.raises(UnknownMatrixSet) as refused:
        matrix.get("WorldMercatorWGS84Quad", 9210, HAI_PHONG)
    assert refused.value.facts["known"] == ["WebMercatorQuad", "WorldCRS84Quad", "VN2000-9210"]
