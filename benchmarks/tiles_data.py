"""The ground of the tile benchmark: made-up plots, zones and points from a seed, and the same for the peers.

Everything stands in one database of a cluster of its own under var/bench. Ours are the tables of the
service, filled as an import would fill them. The peers get tables as somebody who knows them would lay
them out: `peer.plots` is a narrow copy in web mercator, clustered, with just the two columns that our
tile carries; `peer.plots_here` is a view of our own table; `peer.plot_names` holds label points as our
tiles of z16 do; `peer.plots_as_found` is the table as most people publish it, in degrees and with all columns.
`peer.geometry_columns` stands before PostGIS's view of that name, which fails on checks like ours:
it takes whatever follows `ST_SRID(geom) =` for a number.
"""

from __future__ import annotations

import math
import os
import random
from dataclasses import dataclass

import psycopg
import psycopg.sql
from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError

from gis_service import cluster
from gis_service.database import Addresses, Database, find_addresses
from gis_service.migrating import migrate
from gis_service.settings import CHECKOUT, Settings

FOLDER = CHECKOUT / "var" / "bench"
SEED = 0.42
ZONES = 60
WORLD_M = 40075016.68557849
"""Side of the square of web mercator."""

Address = tuple[int, int, int]

_OURS = """
SELECT setseed({seed});
INSERT INTO gis.zones (code, kind, status, name, source, geom)
SELECT 'B-' || i, 'KCN', 'operating', 'Zone ' || i, 'benchmark',
       ST_Multi(ST_MakeEnvelope(x, y, x + {side}, y + {side}, 9210))
FROM (SELECT i, 540000 + random() * 66000 AS x, 2292000 + random() * 50000 AS y
      FROM generate_series(1, {zones}) AS i) AS z;
INSERT INTO gis.plots (zone_id, code, status, land_use_code, area_m2, source, geom)
SELECT z.id, 'P' || k, (ARRAY['available', 'reserved', 'leased', 'planned'])[1 + floor(random() * 4)::int], 'SKK',
       w * h, 'benchmark', ST_MakePolygon(ST_MakeLine(ARRAY[ST_SetSRID(ST_MakePoint(x, y + 5), 9210),
           ST_SetSRID(ST_MakePoint(x, y + h - 5), 9210), ST_SetSRID(ST_MakePoint(x + 5, y + h), 9210),
           ST_SetSRID(ST_MakePoint(x + w - 5, y + h), 9210), ST_SetSRID(ST_MakePoint(x + w, y + h - 5), 9210),
           ST_SetSRID(ST_MakePoint(x + w, y + 5), 9210), ST_SetSRID(ST_MakePoint(x + w - 5, y), 9210),
           ST_SetSRID(ST_MakePoint(x + 5, y), 9210), ST_SetSRID(ST_MakePoint(x, y + 5), 9210)]))
FROM (SELECT id, ST_XMin(geom) + (k % n) * 70 AS x, ST_YMin(geom) + (k / n) * 70 AS y, k,
             35 + random() * 30 AS w, 35 + random() * 30 AS h
      FROM gis.zones, (SELECT ceil(sqrt({each}))::int AS n) AS s, generate_series(0, {each} - 1) AS k) AS z;
INSERT INTO gis.enterprises (code, name, status, source, geom)
SELECT 'E' || i, 'Enterprise ' || i, (ARRAY['registered', 'building', 'operating', 'closed'])[1 + i % 4], 'benchmark',
       CASE WHEN i % 10 < 7 THEN ST_SetSRID(ST_MakePoint(ST_XMin(z.geom) + random() * {side},
                                                         ST_YMin(z.geom) + random() * {side}), 9210)
            ELSE ST_SetSRID(ST_MakePoint(540000 + random() * 66000, 2292000 + random() * 50000), 9210) END
FROM generate_series(1, {points}) AS i
JOIN (SELECT geom, row_number() OVER (ORDER BY id) AS nth FROM gis.zones) AS z ON z.nth = 1 + i % {zones};
CLUSTER gis.plots USING ix_plots_geom_3857;
ANALYZE gis.zones; ANALYZE gis.plots; ANALYZE gis.enterprises"""

_PEERS = """
DROP SCHEMA IF EXISTS peer CASCADE;
CREATE SCHEMA peer;
CREATE TABLE peer.plots AS
    SELECT id, status, geom_3857::geometry(Polygon, 3857) AS geom FROM gis.plots ORDER BY id;
ALTER TABLE peer.plots ADD PRIMARY KEY (id);
CREATE INDEX plots_geom ON peer.plots USING gist (geom);
CLUSTER peer.plots USING plots_geom;
CREATE TABLE peer.plots_as_found AS
    SELECT id, zone_id, code, status, land_use_code, area_m2, round(random() * 160)::float8 AS price_usd_m2,
           timestamptz '2026-01-01' + random() * interval '300 days' AS updated_at,
           ST_Transform(geom, 4326)::geometry(Polygon, 4326) AS geom
    FROM gis.plots ORDER BY id;
ALTER TABLE peer.plots_as_found ADD PRIMARY KEY (id);
CREATE INDEX plots_as_found_geom ON peer.plots_as_found USING gist (geom);
CREATE VIEW peer.plots_here AS
    SELECT id, status, geom_3857::geometry(Polygon, 3857) AS geom FROM gis.plots WHERE published;
CREATE TABLE peer.plot_names AS
    SELECT id, code AS label, ST_PointOnSurface(geom_3857)::geometry(Point, 3857) AS geom FROM gis.plots;
CREATE INDEX plot_names_geom ON peer.plot_names USING gist (geom);
CLUSTER peer.plot_names USING plot_names_geom;
CREATE VIEW peer.geometry_columns AS
    SELECT current_database() AS f_table_catalog, 'peer' AS f_table_schema, name AS f_table_name,
           'geom' AS f_geometry_column, 2 AS coord_dimension, srid, type
    FROM (VALUES ('plots', 3857, 'POLYGON'), ('plots_here', 3857, 'POLYGON'), ('plots_as_found', 4326, 'POLYGON'),
                 ('plot_names', 3857, 'POINT')) AS here (name, srid, type);
VACUUM ANALYZE peer.plots; VACUUM ANALYZE peer.plot_names; VACUUM ANALYZE peer.plots_as_found;
VACUUM ANALYZE gis.plots"""


@dataclass(frozen=True, slots=True)
class Ground:
    """A filled database."""

    addresses: Addresses
    environment: dict[str, str]
    """Settings of the service that lead there."""
    plots: int
    points: int

    def process_environment(self) -> dict[str, str]:
        """Of a process of the service that works on this database, whatever the settings of the checkout."""
        others = {name: value for name, value in os.environ.items() if not name.startswith("GIS_")}
        return {**others, **self.environment, "PYTHONPATH": str(CHECKOUT)}


def prepare(plots: int, points: int) -> Ground:
    """Fill the database unless it already holds that many plots; numbers are rounded down to whole zones."""
    environment = {"GIS_HOME": str(FOLDER), "GIS_DATABASE_NAME": f"tiles_{plots // 1000}k", "GIS_LOG_LEVEL": "ERROR"}
    settings = Settings(
        home=FOLDER, database_name=environment["GIS_DATABASE_NAME"], log_level="ERROR",
        database_url=None, staff_database_url=None, public_database_url=None,
    )  # fmt: skip
    FOLDER.mkdir(parents=True, exist_ok=True)
    addresses = find_addresses(settings)
    try:
        _migrate(addresses, settings)
    except (CommandError, DBAPIError):  # made by another state of the checkout; it holds nothing but what is made here
        _drop(cluster.ensure_running(FOLDER).url("postgres"), settings.database_name)
        addresses = find_addresses(settings)
        _migrate(addresses, settings)
    each = plots // ZONES
    _fill(addresses.owner, each, points)
    return Ground(addresses, environment, each * ZONES, points)


def _migrate(addresses: Addresses, settings: Settings) -> None:
    database = Database(settings, addresses)
    with database.owner.begin() as conn:
        migrate(conn, settings)
    database.dispose()


def _drop(maintenance_url: str, name: str) -> None:
    with psycopg.connect(maintenance_url, autocommit=True) as conn:
        conn.execute(psycopg.sql.SQL("DROP DATABASE {} WITH (FORCE)").format(psycopg.sql.Identifier(name)))


def _fill(owner: str, each: int, points: int) -> None:
    with psycopg.connect(owner, autocommit=True, options="-c search_path=gis,public") as conn:
        if conn.execute("SELECT count(*) FROM gis.plots").fetchone() != (each * ZONES,):
            conn.execute("TRUNCATE gis.plots, gis.zones, gis.enterprises CASCADE")
            side = math.ceil(math.sqrt(each)) * 70 + 70
            _execute(conn, _OURS.format(seed=SEED, zones=ZONES, each=each, side=side, points=points))
            conn.execute("DROP SCHEMA IF EXISTS peer CASCADE")
        if conn.execute("SELECT to_regclass('peer.plot_names')").fetchone() == (None,):
            _execute(conn, _PEERS)


def _execute(conn: psycopg.Connection[tuple[object, ...]], script: str) -> None:
    for statement in script.split(";"):
        if statement.strip():
            conn.execute(statement.encode())


def tiles_with_plots(owner: str, z: int, most: int) -> list[Address]:
    """Distinct tiles that hold the middle of a plot, at most so many, in an order that jumps about."""
    with psycopg.connect(owner) as conn:
        rows = conn.execute(
            "SELECT DISTINCT floor((ST_X(c) + %(half)s) / %(side)s)::int, floor((%(half)s - ST_Y(c)) / %(side)s)::int"
            " FROM (SELECT ST_Centroid(geom) AS c FROM peer.plots) AS p ORDER BY 1, 2",
            {"side": WORLD_M / (1 << z), "half": WORLD_M / 2},
        ).fetchall()
    random.Random(z).shuffle(rows)
    return [(z, x, y) for x, y in rows[:most]]


def count_touching(owner: str, address: Address, buffer: int = 64) -> int:
    """How many plots reach into the tile or the rim of `buffer` units around it: what must be in the tile."""
    z, x, y = address
    with psycopg.connect(owner) as conn:
        row = conn.execute(
            "SELECT count(*) FROM peer.plots WHERE geom && ST_TileEnvelope(%s, %s, %s, margin => %s::float8 / 4096)",
            (z, x, y, buffer),
        ).fetchone()
    return int(row[0]) if row else 0
