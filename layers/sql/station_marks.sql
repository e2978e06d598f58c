-- One row for each site that has a 4G or 5G cell of any state: is it a station, and if not, why not.
--
-- The stages are made from layers.coverage.definitions.STATION_RULE: a CASE that gives the number of
-- the first condition that a 5G cell fails, or their count when it passes all. A site is as far as
-- its best cell, so bands and sectors merge. A row of sites belongs to one operator: a mast that
-- two operators share is two rows, and one station for each of them.
--
-- :as_of (date)  :zone_ids (bigint[]; empty: no zones wanted, null: all zones)  :buffer_m
WITH marked AS (
    SELECT s.id, s.operator, s.geom,
           max(CASE WHEN c.technology = '5G' THEN {stages} END) AS stage_5g,
           bool_or(c.technology = '5G' AND {outdoor_on_air}) AS on_air_5g,
           bool_or(c.technology = '4G' AND c.state = 'on_air'
                   AND coalesce(c.on_air_on <= :as_of, true)) AS is_4g,
           bool_or(s.is_demo OR c.is_demo) AS is_demo
    FROM sites s
    JOIN cells c ON c.site_id = s.id
    WHERE c.technology IN ('4G', '5G')
    GROUP BY s.id, s.operator, s.geom  -- all three: the public reads a view, which has no key
), placed AS (
    SELECT m.*, z.id AS zone_id
    FROM marked m
    JOIN zones z ON ST_DWithin(z.geom, m.geom, :buffer_m)
    WHERE CAST(:zone_ids AS bigint[]) IS NULL OR z.id = ANY (CAST(:zone_ids AS bigint[]))
    UNION ALL
    SELECT m.*, NULL FROM marked m  -- the whole province
)
SELECT zone_id, operator, stage_5g, is_4g, count(*) AS sites,
       count(*) FILTER (WHERE on_air_5g) AS sites_on_air_5g,
       bool_or(is_demo) AS is_demo
FROM placed
GROUP BY zone_id, operator, stage_5g, is_4g
ORDER BY zone_id NULLS FIRST, operator
