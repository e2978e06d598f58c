-- Overviews: who may see what of them, and which tiles a new shape touches. The triggers that feed
-- them follow the catalogue and are made after every migration (maps/overviews/triggers.py).

-- 1. A generalised shape is drawn at one zoom, so it dirties tiles of that zoom only: those whose box,
--    widened by the buffer and one unit, meets the box of the shape.
CREATE FUNCTION gis.tiles_of_overview(shape geometry, zoom integer) RETURNS TABLE (x integer, y integer)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT x, y
    FROM (VALUES (40075016.685578488::float8 / (1 << zoom), 65.0::float8 / 4096)) AS tile (side, margin),
         generate_series(floor((ST_XMin(shape) + 20037508.342789244) / side - margin)::integer,
                         floor((ST_XMax(shape) + 20037508.342789244) / side + margin)::integer) x,
         generate_series(floor((20037508.342789244 - ST_YMax(shape)) / side - margin)::integer,
                         floor((20037508.342789244 - ST_YMin(shape)) / side + margin)::integer) y
    WHERE x >= 0 AND y >= 0 AND x < (1 << zoom) AND y < (1 << zoom)
$$;

CREATE FUNCTION gis.note_tiles_of_overviews() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = gis, public AS $$
BEGIN
    CASE TG_OP
    WHEN 'INSERT' THEN
        INSERT INTO gis.tile_touches (layer, z, x, y)
        SELECT DISTINCT s.layer, s.zoom, t.x, t.y
        FROM new_rows s, gis.tiles_of_overview(s.geom_3857, s.zoom::integer) t;
    WHEN 'DELETE' THEN
        INSERT INTO gis.tile_touches (layer, z, x, y)
        SELECT DISTINCT s.layer, s.zoom, t.x, t.y
        FROM old_rows s, gis.tiles_of_overview(s.geom_3857, s.zoom::integer) t;
    ELSE
        INSERT INTO gis.tile_touches (layer, z, x, y)
        SELECT DISTINCT s.layer, s.zoom, t.x, t.y
        FROM (SELECT * FROM old_rows UNION ALL SELECT * FROM new_rows) s, gis.tiles_of_overview(s.geom_3857, s.zoom::integer) t;
    END CASE;
    IF FOUND THEN
        PERFORM gis.begin_tile_round();
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER note_tiles_insert AFTER INSERT ON gis.overview_shapes REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION gis.note_tiles_of_overviews();
CREATE TRIGGER note_tiles_update AFTER UPDATE ON gis.overview_shapes REFERENCING OLD TABLE AS old_rows
    NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION gis.note_tiles_of_overviews();
CREATE TRIGGER note_tiles_delete AFTER DELETE ON gis.overview_shapes REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION gis.note_tiles_of_overviews();

-- 2. Writes of staff are on record; those of the triggers run with the rights of the owner.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['overview_counts', 'overview_shapes', 'overview_changes'] LOOP
        EXECUTE format('CREATE TRIGGER require_audit BEFORE INSERT OR UPDATE OR DELETE ON gis.%I
                        FOR EACH STATEMENT EXECUTE FUNCTION gis.require_audit()', name);
    END LOOP;
END $$;

-- 3. What anyone may see: counts of what is public in zones that are public; shapes of what has a row in
--    the public view of its layer, which the statement of a tile joins, and here once more.
CREATE VIEW open.overview_counts AS
    SELECT layer, zoom, x, y, class, zone_id, n, sum_x, sum_y, amount
    FROM gis.overview_counts
    -- IN and not EXISTS: inside OR only this becomes a look-up in a hash table.
    WHERE is_public AND (zone_id IS NULL OR zone_id IN (SELECT z.id FROM gis.zones z WHERE z.published));
CREATE VIEW open.overview_shapes AS
    SELECT layer, zoom, feature_id, geom_3857
    FROM gis.overview_shapes o
    WHERE layer <> 'zones' OR EXISTS (SELECT FROM gis.zones z WHERE z.id = o.feature_id AND z.published);
CREATE VIEW open.overview_changes AS
    SELECT layer, feature_id
    FROM gis.overview_changes c
    WHERE layer <> 'zones' OR EXISTS (SELECT FROM gis.zones z WHERE z.id = c.feature_id AND z.published);

GRANT SELECT ON open.overview_counts, open.overview_shapes, open.overview_changes TO gis_public, gis_staff;
GRANT SELECT, INSERT, UPDATE, DELETE ON gis.overview_counts, gis.overview_shapes, gis.overview_changes TO gis_staff;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA gis TO gis_staff;
