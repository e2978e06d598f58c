-- Base of the stand-alone map: communes valid today around an extent, provinces where no commune has
-- a border, and always the two special zones Hoàng Sa and Trường Sa when the database has them.
-- Names are unqualified: the search path of the audience decides between gis.* and open.*.
--
-- :west :south :east :north (WGS 84 degrees)  :always (codes, text[])  :tolerance_m
WITH wanted AS (
    SELECT full_name, level, code, border_quality, geom
    FROM administrative_units
    WHERE level IN ('commune', 'province')
      AND geom IS NOT NULL
      AND valid_from <= current_date AND (valid_to IS NULL OR valid_to > current_date)
      AND (code = ANY (CAST(:always AS text[]))
           OR geom && ST_Transform(ST_MakeEnvelope(:west, :south, :east, :north, 4326), gis.storage_srid()))
)
SELECT full_name, border_quality,
       ST_AsGeoJSON(ST_Transform(ST_SimplifyPreserveTopology(geom, :tolerance_m), 4326), 5) AS shape
FROM wanted w
WHERE level = 'commune' OR NOT EXISTS (SELECT FROM wanted c WHERE c.level = 'commune')
ORDER BY code
