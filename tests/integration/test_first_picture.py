"""The drawing that stands in for a map on its way shows what the map will show, in the same place."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text

from gis_service.database import Database
from gis_service.settings import Settings
from maps import first_picture, listings


@pytest.fixture(scope="module")
def visitor(demo_database: Settings) -> Iterator[Connection]:
    """As the public sees the demonstration province."""
    pools = Database(demo_database)
    with pools.public.connect() as conn:
        yield conn
    pools.dispose()


def test_every_zone_is_drawn_once_and_inside_the_box(visitor: Connection) -> None:
    bounds = listings.zone_extent(visitor)
    assert bounds is not None
    picture = first_picture.draw(visitor, bounds)
    codes = visitor.execute(text("SELECT code FROM zones ORDER BY id")).scalars().all()
    assert [zone.code for zone in picture.zones] == codes
    _, top, wide, high = map(float, picture.view_box.split())
    for zone in picture.zones:
        x, y = map(float, re.findall(r"M (-?\d+) (-?\d+)", zone.path)[0])
        assert -1 <= x <= wide + 1, zone.code
        assert top - 1 <= y <= top + high + 1, zone.code
    assert picture.communes


def test_a_box_without_anything_is_an_empty_drawing(visitor: Connection) -> None:
    picture = first_picture.draw(visitor, (0.0, 0.0, 0.1, 0.1))
    assert (picture.communes, picture.zones) == ((), ())
