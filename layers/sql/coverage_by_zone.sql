-- Covered area of each zone, by PostGIS alone: the independent check of layers.coverage.ratios.by_zone.
--
-- Nothing is shared with the Python path but the declared numbers: discs come from ST_Buffer, true
-- north from a step along the meridian, and "at least k operators" from counting faces.
-- Names are unqualified: the search path of the audience decides between gis.* and open.*.
--
-- :technology  :as_of (date)  :operators (text[])  :min_operators  :zone_ids (bigint[] or null)
WITH heard AS (
    SELECT c.id, s.operator, s.geom AS mast, c.footprint, c.radius_m::float8 AS radius_m,
           radians(c.azimuth_deg) AS azimuth,
           CASE WHEN c.beamwidth_deg < 360 THEN radians(c.beamwidth_deg) END AS beam
    FROM cells c
    JOIN sites s ON s.id = c.site_id
    WHERE c.technology = :technology
      AND s.operator = ANY (CAST(:operators AS text[]))
      AND c.state = 'on_air'
      AND c.coverage_class = 'outdoor'
      AND (c.on_air_on IS NULL OR c.on_air_on <= :as_of)
      AND (c.footprint IS NOT NULL
           OR (c.radius_m IS NOT NULL
               AND (c.azimuth_deg IS NOT NULL OR c.beamwidth_deg IS NULL OR c.beamwidth_deg >= 360)))
), wanted AS (
    SELECT id, geom FROM zones
    WHERE CAST(:zone_ids AS bigint[]) IS NULL OR id = ANY (CAST(:zone_ids AS bigint[]))
), pairs AS (
    SELECT z.id AS zone_id, z.geom AS zone, h.*
    FROM wanted z
    JOIN heard h ON CASE WHEN h.footprint IS NULL THEN ST_DWithin(h.mast, z.geom, h.radius_m)
                         ELSE ST_Intersects(h.footprint, z.geom) END
), turned AS (
    -- The azimuth, in the grid, of a step of 0.001° to the true north, added to the declared one.
    SELECT p.*, azimuth + ST_Azimuth(mast,
               ST_Transform(ST_Translate(ST_Transform(mast, 4326), 0, 0.001), ST_SRID(mast))) AS bearing
    FROM pairs p
), drawn AS (
    SELECT zone_id, zone, operator,
           CASE
               WHEN footprint IS NOT NULL THEN footprint
               WHEN beam IS NULL THEN ST_Buffer(mast, radius_m, 64)
               -- The sector: the disc cut by a fan of eight triangles that reaches twice as far.
               ELSE ST_Intersection(ST_Buffer(mast, radius_m, 64), ST_MakePolygon(ST_MakeLine(
                   mast || ARRAY(
                       SELECT ST_Translate(mast, 2 * radius_m * sin(bearing + (i / 8.0 - 0.5) * beam),
                                           2 * radius_m * cos(bearing + (i / 8.0 - 0.5) * beam))
                       FROM generate_series(0, 8) i ORDER BY i
                   ) || mast)))
           END AS shape
    FROM turned
), of_operator AS (
    -- Polygons only: where borders touch, the intersection also holds lines.
    SELECT zone_id, operator, ST_CollectionExtract(ST_Intersection(ST_Union(shape), zone), 3) AS ground
    FROM drawn
    GROUP BY zone_id, zone, operator
), faces AS (
    -- All borders of the operators' ground cut the zone into faces, each wholly in or out of each.
    SELECT zone_id, (ST_Dump(ST_Polygonize(lines))).geom AS face
    -- The grid of 0.1 mm keeps borders that nearly coincide from losing a face to rounding.
    FROM (SELECT zone_id, ST_UnaryUnion(ST_Collect(ST_Boundary(ground)), 0.0001) AS lines
          FROM of_operator GROUP BY zone_id) noded
    GROUP BY zone_id
), deep AS (
    SELECT f.zone_id, ST_Area(f.face) AS area_m2
    FROM faces f
    JOIN of_operator o ON o.zone_id = f.zone_id AND ST_Intersects(o.ground, ST_PointOnSurface(f.face))
    GROUP BY f.zone_id, f.face
    HAVING count(*) >= :min_operators
)
SELECT w.id AS zone_id, coalesce(sum(d.area_m2), 0) AS covered_m2
FROM wanted w
LEFT JOIN deep d ON d.zone_id = w.id
GROUP BY w.id
ORDER BY w.id
