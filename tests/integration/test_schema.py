"""The schema on a real database: migrations, reference systems, and the invariants it holds."""

from __future__ import annotations

import math

import pytest
import sqlalchemy.exc
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from geoalchemy2 import alembic_helpers
from pyproj import Transformer
from sqlalchemy import Connection, create_engine, text

from gis_service.all_tables import SCHEMA, metadata
from gis_service.database import Database, DatabaseUnfit, check
from gis_service.settings import Settings
from layers.crs import TM3_MERIDIANS_DEG, storage_srid
from tests.conftest import NewDatabase

INSIDE = (586_127.0 - 26_000, 2_316_500.0)  # a point of Hải Dương in EPSG:9210


def insert_unit(conn: Connection, code: str, since: str, until: str | None = None) -> None:
    conn.execute(
        text("INSERT INTO gis.administrative_units (level, code, name, full_name, valid_from, valid_to, source)"
             " VALUES ('commune', :code, 'A', 'Xã A', :since, :until, 'test')"),
        {"code": code, "since": since, "until": until},
    )  # fmt: skip


def insert_zone(conn: Connection, wkt: str, srid: int = 9210) -> None:
    conn.execute(
        text("INSERT INTO gis.zones (code, kind, status, name, source, geom)"
             " VALUES ('Z', 'KCN', 'operating', 'KCN Z', 'test', ST_GeomFromText(:wkt, :srid))"),
        {"wkt": wkt, "srid": srid},
    )  # fmt: skip


def square(x: float, y: float, side: float = 100.0) -> str:
    return f"MULTIPOLYGON((({x} {y},{x + side} {y},{x + side} {y + side},{x} {y + side},{x} {y})))"


def test_the_declared_tables_are_the_migrated_tables(settings: Settings) -> None:
    assert settings.database_url is not None
    # Alembic calls the first schema of the search path "none", so it must not be ours.
    engine = create_engine(settings.database_url.get_secret_value().replace("postgresql", "postgresql+psycopg", 1))
    with engine.connect() as conn:
        context = MigrationContext.configure(
            conn,
            opts={
                "include_schemas": True,
                "include_name": lambda name, kind, _: name == SCHEMA if kind == "schema" else True,
                "include_object": alembic_helpers.include_object,
                "compare_type": True,
                "version_table_schema": SCHEMA,
            },
        )
        differences = [
            difference
            for difference in compare_metadata(context, metadata)
            # These live only in the triggers' SQL.
            if not any(name in str(difference) for name in ("layer_touches", "tile_touches", "tile_rounds"))
        ]
    engine.dispose()
    assert differences == []


def test_every_vn2000_zone_transforms_like_pyproj(conn: Connection) -> None:
    for srid in TM3_MERIDIANS_DEG:
        x, y = conn.execute(
            text("SELECT ST_X(p), ST_Y(p) FROM (SELECT ST_Transform(ST_SetSRID(ST_MakePoint(106.33, 20.94), 4326),"
                 " CAST(:srid AS integer)) AS p) AS t"),
            {"srid": srid},
        ).one()  # fmt: skip
        expected = Transformer.from_crs(4326, srid, always_xy=True).transform(106.33, 20.94)
        assert math.dist((x, y), expected) < 0.001, srid


def test_storage_crs_follows_the_settings(new_database: NewDatabase) -> None:
    helsinki = new_database(
        storage_srid=3067, envelope_west_deg=24.0, envelope_south_deg=59.9,
        envelope_east_deg=26.0, envelope_north_deg=60.5,
    )  # fmt: skip
    pools = Database(helsinki)
    with pools.owner.begin() as conn:
        assert storage_srid(conn) == 3067
        check(conn, helsinki)
        insert_zone(conn, square(385_600, 6_672_000), 3067)
        with pytest.raises(DatabaseUnfit, match="9210"):
            check(conn, Settings(_env_file=None))
    pools.dispose()


def test_a_unit_is_valid_only_once_at_a_time(conn: Connection) -> None:
    insert_unit(conn, "10891", "2000-01-01", "2025-07-01")
    insert_unit(conn, "10891", "2025-07-01")
    with pytest.raises(sqlalchemy.exc.IntegrityError, match="one_at_a_time"):
        insert_unit(conn, "10891", "2026-01-01")


@pytest.mark.parametrize(
    ("wkt", "srid", "constraint"),
    [
        (square(*INSIDE), 9209, "geom_srid"),
        (square(106.3, 20.9, 0.01), 9210, "geom_plausible"),
        (square(*reversed(INSIDE)), 9210, "geom_plausible"),
        (square(INSIDE[0], 1e300), 9210, "geom_plausible"),
        ("MULTIPOLYGON(((560000 2316000,560100 2316100,560100 2316000,560000 2316100,560000 2316000)))",
         9210, "geom_valid"),
    ],
    ids=["wrong meridian", "degrees", "axes swapped", "far away", "bow tie"],
)  # fmt: skip
def test_bad_geometry_cannot_be_stored(conn: Connection, wkt: str, srid: int, constraint: str) -> None:
    with pytest.raises(sqlalchemy.exc.IntegrityError, match=constraint):
        insert_zone(conn, wkt, srid)


@pytest.mark.parametrize("value", ["'Infinity'", "'NaN'", "'-Infinity'"])
def test_coordinates_that_are_not_numbers_cannot_be_stored(conn: Connection, value: str) -> None:
    with pytest.raises(sqlalchemy.exc.DBAPIError, match=r"geom_plausible|non-finite|transform"):
        conn.execute(
            text("INSERT INTO gis.enterprises (code, name, status, source, geom) VALUES ('E', 'E', 'operating', 'test',"
                 f" ST_SetSRID(ST_MakePoint({value}::float8, 2316000), 9210))")
        )  # fmt: skip


def test_tiles_have_their_own_projection_of_every_shape(conn: Connection) -> None:
    insert_zone(conn, square(*INSIDE))
    srid, same = conn.execute(
        text(
            "SELECT ST_SRID(geom_3857), ST_Equals(geom_3857, ST_Transform(geom, 3857)) FROM gis.zones WHERE code = 'Z'"
        )
    ).one()
    assert (srid, same) == (3857, True)


def test_a_change_counts_the_version_of_row_and_layer(database: Database) -> None:
    with database.owner.begin() as conn:
        insert_unit(conn, "99901", "2025-07-01")
    try:
        with database.owner.begin() as conn:
            before = layer_version(conn)
            conn.execute(text("UPDATE gis.administrative_units SET name = 'B' WHERE code = '99901'"))
            conn.execute(text("UPDATE gis.administrative_units SET name = 'C' WHERE code = '99901'"))
            assert layer_version(conn) == before, "counted at commit, not before"
        with database.owner.begin() as conn:
            assert layer_version(conn) == before + 1, "once per transaction"
            version = text("SELECT version FROM gis.administrative_units WHERE code = '99901'")
            assert conn.execute(version).scalar_one() == 3
    finally:
        with database.owner.begin() as conn:
            conn.execute(text("DELETE FROM gis.administrative_units WHERE code = '99901'"))


def layer_version(conn: Connection) -> int:
    query = text("SELECT version FROM gis.layer_versions WHERE layer = 'administrative_units'")
    return int(conn.execute(query).scalar_one())


def test_desktop_gis_can_ask_which_geometries_there_are(conn: Connection) -> None:
    """QGIS, ogr2ogr and tile servers read this view first; it fails when it misreads one of our checks."""
    rows = conn.execute(text("SELECT f_table_name, type FROM geometry_columns WHERE f_table_schema = 'gis'")).all()
    assert {"zones", "plots", "streets", "cells", "drive_tests"} <= {row.f_table_name for row in rows}
