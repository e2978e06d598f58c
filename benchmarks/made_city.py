"""A made-up city in a database of its own: streets in tiles, doors on both sides, the odd difficult case."""

from __future__ import annotations

from math import ceil, sqrt

from sqlalchemy import Connection, text

DOORS = 20
"""Entrances a street."""

_EMPTY = "TRUNCATE gis.proposals, gis.entrances, gis.plots, gis.streets, gis.zones CASCADE"

_ZONE = """
INSERT INTO gis.zones (code, kind, status, name, geom, source)
SELECT 'CITY', 'KCN', 'operating', 'Made-up city', ST_Multi(ST_MakeEnvelope(
    540000, 2280000, 540000 + 160 * :side, 2280000 + 100 * :side, gis.storage_srid())), 'benchmark'
"""

_STREETS = """
INSERT INTO gis.streets (code, name, kind, zone_id, cross_section_m, numbered_before, geom, source)
SELECT 'C' || i, 'Đường ' || i, 'road', (SELECT id FROM gis.zones WHERE code = 'CITY'),
       CASE WHEN i % 50 = 0 THEN NULL ELSE 10 + i % 9 END, i % 10 = 0,
       ST_SetSRID(CASE
           WHEN i % 33 = 0 THEN ST_Collect(  -- two carriageways
               ST_MakeLine(ST_Point(x + 6, y + 44), ST_Point(x + 154, y + 44)),
               ST_MakeLine(ST_Point(x + 154, y + 56), ST_Point(x + 6, y + 56)))
           WHEN i % 12 = 0 THEN ST_Collect(  -- drawn in two pieces
               ST_MakeLine(ST_Point(x + 70, y + 50), ST_Point(x + 154, y + 47)),
               ST_MakeLine(ST_Point(x + 6, y + 52), ST_Point(x + 70, y + 50)))
           ELSE ST_Multi(ST_MakeLine(ARRAY[
               ST_Point(x + 6, y + 52), ST_Point(x + 60, y + 50),
               ST_Point(x + 110, y + 49), ST_Point(x + 154, y + 47)]))
       END, gis.storage_srid()), 'benchmark'
FROM (SELECT i, 540000.0 + 160 * (i % :side) AS x, 2280000.0 + 100 * (i / :side) AS y
      FROM generate_series(0, :streets - 1) AS i) AS tile
"""

_PLOTS = """
INSERT INTO gis.plots (zone_id, code, status, land_use_code, area_m2, geom, source)
SELECT (SELECT id FROM gis.zones WHERE code = 'CITY'), 'P' || i, 'leased', 'SKK', 1000,
       ST_SetSRID(ST_MakeEnvelope(x + 6, y + 62, x + 24, y + 90), gis.storage_srid()), 'benchmark'
FROM (SELECT i, 540000.0 + 160 * (i % :side) AS x, 2280000.0 + 100 * (i / :side) AS y
      FROM generate_series(0, :streets - 1) AS i WHERE i % 3 = 0) AS tile
"""

_DOORS = """
INSERT INTO gis.entrances (code, kind, street_id, existing_number, plot_id, geom, source)
SELECT 'D' || i || '-' || d, CASE WHEN d = 1 AND i % 3 = 0 THEN 'empty_land' ELSE 'building' END, s.id,
       CASE WHEN i % 10 = 0 AND d % 4 < 2 THEN (40 - 2 * (d / 2) - d % 2)::text END,
       CASE WHEN d = 1 THEN p.id WHEN d = 0 AND i % 6 = 1 THEN q.id WHEN d = 19 AND i % 6 = 0 THEN p.id END,
       ST_SetSRID(ST_Point(x + 12 + 14 * (d / 2) + (i % 7), y + 50 + CASE d % 2 WHEN 0 THEN -14 ELSE 14 END),
                  gis.storage_srid()), 'benchmark'
FROM (SELECT i, 540000.0 + 160 * (i % :side) AS x, 2280000.0 + 100 * (i / :side) AS y
      FROM generate_series(0, :streets - 1) AS i) AS tile
CROSS JOIN generate_series(0, :doors - 1) AS d
JOIN gis.streets s ON s.code = 'C' || i
LEFT JOIN gis.plots p ON p.code = 'P' || i
LEFT JOIN gis.plots q ON q.code = 'P' || (i - 1)
"""


def fill(conn: Connection, streets: int) -> list[int]:
    """Replace what is there by so many streets with `DOORS` entrances each; returns the ids of the streets.

    Every 10th street has old numbers on half its doors, every 12th is drawn in two pieces, every 33rd as two
    carriageways, every third has empty land with its plot; every sixth has a house with a door on the next street.
    """
    values = {"streets": streets, "side": ceil(sqrt(streets)), "doors": DOORS}
    conn.execute(text(_EMPTY))
    for statement in (_ZONE, _STREETS, _PLOTS, _DOORS):
        conn.execute(text(statement), values)
    conn.execute(text("ANALYZE gis.streets, gis.entrances, gis.plots"))
    return list(conn.execute(text("SELECT id FROM gis.streets ORDER BY id")).scalars())
