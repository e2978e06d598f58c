"""The boxes of tiles as PostGIS draws them are those that Python reckons."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, text

from maps import matrix

HAI_PHONG = (105.9, 19.9, 108.1, 21.6)
SETS = matrix.all_sets(9210, HAI_PHONG)


def _run(conn: Connection, sql: str, **values: int) -> tuple[float, ...]:
    for name in ("z", "x", "y"):
        sql = sql.replace(f"%({name})s", f"CAST(:{name} AS integer)")
    row = conn.execute(
        text(f"SELECT ST_XMin(b), ST_YMin(b), ST_XMax(b), ST_YMax(b) FROM (SELECT {sql} AS b) t"), values
    )
    return tuple(row.one())


@pytest.mark.parametrize("one", SETS, ids=[one.id for one in SETS])
@pytest.mark.parametrize("z", [6, 9, 14, 18])
def test_postgis_and_python_agree_on_the_box_of_a_tile(conn: Connection, one: matrix.MatrixSet, z: int) -> None:
    limits = one.limits(HAI_PHONG, z)
    x, y = limits.last_column, limits.first_row
    assert _run(conn, one.tile_sql(), z=z, x=x, y=y) == pytest.approx(one.envelope(z, x, y), abs=1e-6)


@pytest.mark.parametrize("z", [6, 10, 16])
def test_the_box_that_is_searched_holds_the_tile_and_its_buffer(conn: Connection, z: int) -> None:
    """Every point on the edge of the buffered tile, taken to web mercator, lies in the box that is searched."""
    one = next(one for one in SETS if one.srid == 9210)
    limits = one.limits(HAI_PHONG, z)
    x, y = limits.last_column, limits.last_row
    west, south, east, north = one.envelope(z, x, y)
    margin = one.side(z) * 64 / 4096
    buffered = (west - margin, south - margin, east + margin, north + margin)
    found = _run(conn, one.search_sql(), z=z, x=x, y=y)
    for share in range(33):
        easting = buffered[0] + (buffered[2] - buffered[0]) * share / 32
        northing = buffered[1] + (buffered[3] - buffered[1]) * share / 32
        for px, py in (
            (easting, buffered[1]),
            (easting, buffered[3]),
            (buffered[0], northing),
            (buffered[2], northing),
        ):
            point = f"ST_Transform(ST_SetSRID(ST_MakePoint({px!r}, {py!r}), 9210), 3857)"
            mx, my = _run(conn, point)[:2]
            tolerance = one.side(z) / 4096  # a unit of the tile
            assert found[0] - tolerance <= mx <= found[2] + tolerance
            assert found[1] - tolerance <= my <= found[3] + tolerance
