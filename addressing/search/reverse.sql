-- What is near a point, and what it lies in, on a day. Names carry no schema: the search path of the
-- audience picks the view or the table, and both have these columns.
-- :x, :y metres in the storage CRS; :reach_m for doors, :street_reach_m for streets; :day.
WITH here AS (SELECT ST_SetSRID(ST_MakePoint(:x, :y), gis.storage_srid()) AS point),
near_places AS (
    SELECT p.id, p.entrance_id, p.plot_id, p.enterprise_id, p.geom, ST_Distance(p.geom, here.point) AS distance_m
    FROM places p, here WHERE ST_DWithin(p.geom, here.point, :reach_m)
    ORDER BY p.geom <-> (SELECT point FROM here) LIMIT 50
),
houses AS (
    SELECT 'number' AS what, h.plate_text AS number, p.id AS place_id, s.id AS street_id, s.name AS street,
           s.kind AS street_kind, a.written, p.distance_m, ST_X(p.geom) AS x, ST_Y(p.geom) AS y
    FROM near_places p
    JOIN house_numbers h ON h.place_id = p.id AND h.valid_from <= :day AND (h.valid_to IS NULL OR h.valid_to > :day)
    JOIN streets s ON s.id = h.street_id
    LEFT JOIN LATERAL (
        SELECT written FROM addresses a
        WHERE a.place_id = p.id AND a.language = 'vi' AND a.valid_from <= :day
          AND (a.valid_to IS NULL OR a.valid_to > :day)
        ORDER BY a.is_preferred DESC, a.id LIMIT 1
    ) a ON true
),
near_doors AS (
    SELECT e.*, ST_Distance(e.geom, here.point) AS distance_m
    FROM entrances e, here WHERE ST_DWithin(e.geom, here.point, :reach_m)
    ORDER BY e.geom <-> (SELECT point FROM here) LIMIT 50
),
doors AS (
    -- Numbers that were found on the ground and are not in the register: told apart as `found`.
    SELECT 'found' AS what, e.existing_number, NULL::text, s.id, coalesce(s.name, e.street_name), s.kind,
           NULL::text, e.distance_m, ST_X(e.geom), ST_Y(e.geom)
    FROM near_doors e LEFT JOIN streets s ON s.id = e.street_id
    WHERE e.existing_number IS NOT NULL
      AND NOT EXISTS (SELECT FROM house_numbers h WHERE h.entrance_id = e.id AND h.valid_from <= :day
                      AND (h.valid_to IS NULL OR h.valid_to > :day))
)
SELECT * FROM (SELECT * FROM houses UNION ALL SELECT * FROM doors) found
ORDER BY distance_m, what DESC, number LIMIT :most
