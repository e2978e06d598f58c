-- Streets by name around each waiting entrance. A street that its source cut into pieces is one
-- street: pieces of one name that come within 30 m of each other form a cluster.
CREATE TEMPORARY TABLE found_streets ON COMMIT DROP AS
WITH wanted AS MATERIALIZED (
    SELECT i.row_no, i.geom, lower(i.street_name) AS name, gis.plain(i.street_name) AS plain
    FROM pg_temp.incoming i
    WHERE i.street_name IS NOT NULL AND i.street_id IS NULL
), pieces AS MATERIALIZED (
    SELECT s.id, s.geom, lower(s.name) AS name, gis.plain(s.name) AS plain,
           ST_ClusterDBSCAN(s.geom, 30, 1) OVER (PARTITION BY lower(s.name)) AS cluster
    FROM gis.streets s
    WHERE gis.plain(s.name) IN (SELECT w.plain FROM wanted w)
), near AS (
    SELECT w.row_no, p.id, p.name, p.cluster, p.name = w.name AS exact, ST_Distance(p.geom, w.geom) AS distance_m
    FROM wanted w JOIN pieces p ON p.plain = w.plain AND ST_DWithin(p.geom, w.geom, :reach_m)
), best AS (
    SELECT *, bool_or(exact) OVER (PARTITION BY row_no) AS has_exact FROM near
)
SELECT row_no,
       (array_agg(id ORDER BY distance_m, id))[1] AS street_id,
       CASE WHEN count(DISTINCT (name, cluster)) = 1 THEN 'linked' ELSE 'street_ambiguous' END AS verdict
FROM best
WHERE exact OR NOT has_exact
GROUP BY row_no
