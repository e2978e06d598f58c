"""The ground of the benchmark of pages: the made-up province, and plots from a seed until there are 50,000.

The database stands in the cluster of the other benchmarks, under var/bench. `peer.plots` is the list as most
people write it: one table, an index on what it is sorted by, pages by OFFSET.
"""

from __future__ import annotations

import psycopg
from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError

from benchmarks.tiles_data import FOLDER, Ground, _drop, _execute, _migrate
from gis_service import cluster
from gis_service.database import Database, find_addresses
from gis_service.settings import Settings
from layers import demo
from maps import overviews

PLOTS = 50_000
SEED = 0.42

_PLOTS = """
SELECT setseed({seed});
INSERT INTO gis.plots (zone_id, code, status, land_use_code, area_m2, price_usd_m2_term, power_kva, water_m3_day,
                       wastewater_m3_day, road_width_m, can_merge, industries_allowed, ready_on, source, is_demo, geom)
SELECT z.id, 'BP-' || k, (ARRAY['available', 'reserved', 'leased', 'planned'])[1 + floor(random() * 4)::int], 'SKK',
       round((w * h)::numeric)::float8, CASE WHEN random() < 0.8 THEN 60 + round((random() * 120)::numeric)::float8 END,
       100 * ceil(random() * 60), 10 * ceil(random() * 80), 8 * ceil(random() * 80), 10 + 5 * floor(random() * 5),
       random() < 0.3,
       CASE WHEN random() < 0.3 THEN ARRAY['10', '2610', '31'] WHEN random() < 0.5 THEN ARRAY['2610'] ELSE '{{}}' END,
       CASE WHEN random() < 0.3 THEN date '2026-06-01' + floor(random() * 700)::int END, 'benchmark', true,
       ST_MakeEnvelope(x, y, x + w, y + h, 9210)
FROM (SELECT z.id, z.west + (k % n) * z.step AS x, z.south + (k / n) * z.step AS y, k,
             z.step * (0.5 + 0.5 * random()) AS w, z.step * (0.5 + 0.5 * random()) AS h
      FROM (SELECT id, ST_XMin(geom) AS west, ST_YMin(geom) AS south, m.n,
                   greatest(ST_XMax(geom) - ST_XMin(geom), 500) / m.n AS step
            FROM gis.zones, (SELECT ceil(sqrt({each}))::int AS n) AS m) AS z, generate_series(0, {each} - 1) AS k) AS z;
ANALYZE gis.plots"""

_PEER = """
DROP SCHEMA IF EXISTS peer CASCADE;
CREATE SCHEMA peer;
CREATE TABLE peer.plots AS
    SELECT p.id, p.code, p.status, p.area_m2, p.price_usd_m2_term, z.name AS zone_name FROM gis.plots AS p
    JOIN gis.zones AS z ON z.id = p.zone_id;
ALTER TABLE peer.plots ADD PRIMARY KEY (id);
CREATE INDEX ON peer.plots (area_m2, id);
VACUUM ANALYZE peer.plots;
VACUUM ANALYZE gis.plots"""


def prepare(plots: int = PLOTS) -> Ground:
    """Fill the database unless it is filled; a fresh one takes some minutes."""
    name = f"pages_{plots // 1000}k"
    environment = {"GIS_HOME": str(FOLDER), "GIS_DATABASE_NAME": name, "GIS_LOG_LEVEL": "ERROR"}
    settings = Settings(
        home=FOLDER, database_name=name, log_level="ERROR",
        database_url=None, staff_database_url=None, public_database_url=None,
    )  # fmt: skip
    FOLDER.mkdir(parents=True, exist_ok=True)
    addresses = find_addresses(settings)
    try:
        _migrate(addresses, settings)
    except (CommandError, DBAPIError):  # made by another state of the checkout; it holds nothing but what is made here
        _drop(cluster.ensure_running(FOLDER).url("postgres"), name)
        addresses = find_addresses(settings)
        _migrate(addresses, settings)
    database = Database(settings, addresses)
    with database.owner.begin() as conn:
        if is_new := demo.is_empty(conn):
            demo.load(conn)
    with psycopg.connect(addresses.owner, autocommit=True, options="-c search_path=gis,public") as owner:
        held, zones = _count(owner, "plots"), _count(owner, "zones")
        if held < plots:
            _execute(owner, _PLOTS.format(seed=SEED, each=-(-(plots - held) // zones)))
            _execute(owner, _PEER)
        held = _count(owner, "plots")
    if is_new:
        with database.owner.begin() as conn:
            overviews.refresh(conn)
    database.dispose()
    return Ground(addresses, environment, held, 0)


def _count(owner: psycopg.Connection[tuple[object, ...]], table: str) -> int:
    row = owner.execute(f"SELECT count(*) FROM gis.{table}".encode()).fetchone()
    return int(str(row[0])) if row else 0
