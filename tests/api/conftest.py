"""Fixtures of tests over HTTP that look into the database beside the service."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from gis_service.settings import Settings


@pytest.fixture(scope="module")
def db(demo_database: Settings) -> Iterator[psycopg.Connection[Any]]:
    """As the owner, each statement its own transaction: the service sees it at once."""
    assert demo_database.database_url is not None
    with psycopg.connect(
        demo_database.database_url.get_secret_value(), autocommit=True, options="-c search_path=gis,public"
    ) as conn:
        yield conn


@pytest.fixture(scope="module")
def somewhere(db: psycopg.Connection[Any]) -> tuple[float, float]:
    """The middle of a plot that is public."""
    row = db.execute(
        "SELECT ST_X(p), ST_Y(p) FROM (SELECT ST_Transform(ST_PointOnSurface(geom_3857), 4326) AS p"
        " FROM plots WHERE published ORDER BY id LIMIT 1) AS one"
    ).fetchone()
    assert row is not None
    return row[0], row[1]
