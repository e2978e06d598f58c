"""A small made-up town for tests of the search: two communes, streets, an alley, doors, a zone, firms."""

from __future__ import annotations

from sqlalchemy import Connection, text

from addressing.search.index import learn_vocabulary

X, Y = 580_000.0, 2_318_000.0
"""Metres, storage CRS: the south-west corner."""

_SQL = """
INSERT INTO gis.administrative_units (level, code, parent_code, kind, name, full_name, valid_from, source, geom)
    VALUES ('province', '31', NULL, 'thành phố', 'Hải Phòng', 'Thành phố Hải Phòng', '2025-07-01', 't', NULL),
    ('commune', '10891', '31', 'phường', 'Tứ Minh', 'Phường Tứ Minh', '2025-07-01', 't',
    ST_Multi(ST_MakeEnvelope(:x, :y, :x + 3000, :y + 3000, gis.storage_srid()))), ('commune', '10543', '31',
    'phường', 'Việt Hòa', 'Phường Việt Hòa', '2025-07-01', 't', ST_Multi(ST_MakeEnvelope(:x + 3000, :y, :x + 6000,
    :y + 3000, gis.storage_srid())));
INSERT INTO gis.zones (code, kind, status, name, name_en, former_names, commune_code, source, geom) VALUES
    ('KCN-DAI-AN', 'KCN', 'operating', 'KCN Đại An', 'Dai An Industrial Park', '{}', '10891', 't',
    ST_Multi(ST_MakeEnvelope(:x, :y + 2000, :x + 1000, :y + 3000, gis.storage_srid()))), ('KCN-KIN', 'KCN',
    'planned', 'KCN Kín Đáo', NULL, '{}', '10891', 't', ST_Multi(ST_MakeEnvelope(:x + 1500, :y + 2000, :x + 2000, :y
    + 3000, gis.storage_srid())));
UPDATE gis.zones SET published = false WHERE code = 'KCN-KIN';
INSERT INTO gis.plots (zone_id, code, status, land_use_code, area_m2, source, geom) SELECT id, 'CN-05',
    'available', 'SKK', 10000, 't', ST_MakeEnvelope(:x + 10, :y + 2010, :x + 110, :y + 2110, gis.storage_srid())
    FROM gis.zones WHERE code = 'KCN-DAI-AN';
INSERT INTO gis.enterprises (code, tax_code, name, short_name, status, source, zone_id, geom) SELECT 'E1',
    '0800287016', 'Công ty TNHH Dây và Cáp Tứ Phương', 'TUPHUONG', 'operating', 't', id, ST_SetSRID(ST_Point(:x +
    50, :y + 2050), gis.storage_srid()) FROM gis.zones WHERE code = 'KCN-DAI-AN';
INSERT INTO gis.streets (code, name, kind, commune_code, zone_id, source, geom) SELECT s.code, s.name, s.kind,
    s.commune, z.id, 't', ST_SetSRID(ST_Multi(ST_MakeLine( ST_Point(:x + s.dx, :y + s.dy), ST_Point(:x + s.dx + 500,
    :y + s.dy))), gis.storage_srid()) FROM (VALUES ('S1', 'Đường Nguyễn Trãi', 'road', '10891', NULL, 100, 100),
    ('S2', 'Đường Nguyễn Trãi', 'road', '10543', NULL, 3100, 100), ('S3', 'Phố An Dương Vương', 'street', '10891',
    NULL, 100, 300), ('S4', 'Đường 30 Tháng 4', 'road', '10891', NULL, 100, 500), ('S5', 'Quốc lộ 5', 'highway',
    '10891', NULL, 100, 700), ('S6', 'Đường số 1', 'road', '10891', 'KCN-DAI-AN', 100, 2500)) AS s (code, name,
    kind, commune, zone, dx, dy) LEFT JOIN gis.zones z ON z.code = s.zone;
INSERT INTO gis.entrances (code, kind, street_id, existing_number, source, geom) SELECT 'D' || s.code || '-' ||
    n.number, 'building', s.id, n.number, 't', ST_SetSRID(ST_Point(ST_XMin(s.geom) + 10 * n.place, ST_YMin(s.geom) +
    CASE n.place % 2 WHEN 0 THEN 8 ELSE -8 END), gis.storage_srid()) FROM gis.streets s, (VALUES ('1', 1), ('2', 2),
    ('3', 3), ('05', 5), ('12A', 12), ('45', 45), ('49', 49), ('12/5/3', 13)) AS n (number, place) WHERE s.code IN
    ('S1', 'S3')
"""


def build(conn: Connection) -> None:
    """Fill an empty migrated database, on the owner's connection."""
    for statement in _SQL.strip().split(";\n"):
        conn.execute(text(statement), {"x": X, "y": Y} if ":x" in statement else {})
    learn_vocabulary(conn)
