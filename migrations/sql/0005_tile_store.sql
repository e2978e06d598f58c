-- Which tiles a change touches, noted by the statement and counted at commit; and who may read what.
--
-- gis.touch_tiles(layer, shapes) is the one entry: whatever changes what a layer draws calls it with
-- the old and the new shapes in web mercator, or gis.touch_layer(layer) when it cannot say where.

-- 1. Notes of running transactions. Unlogged: after a crash there are no running transactions.
CREATE UNLOGGED TABLE gis.tile_touches (
    layer text NOT NULL,
    z integer NOT NULL,  -- -1: everywhere
    x integer NOT NULL,
    y integer NOT NULL,
    transaction_id bigint NOT NULL DEFAULT txid_current()
);
CREATE INDEX ix_tile_touches_transaction_id ON gis.tile_touches (transaction_id);
COMMENT ON TABLE gis.tile_touches IS 'Tiles touched by running transactions; empty otherwise.';
CREATE UNLOGGED TABLE gis.tile_rounds (transaction_id bigint NOT NULL DEFAULT txid_current());
COMMENT ON TABLE gis.tile_rounds IS 'Running transactions that touched tiles; its one row fires the counting at commit.';

CREATE FUNCTION gis.begin_tile_round() RETURNS void LANGUAGE sql AS $$
    INSERT INTO gis.tile_rounds SELECT WHERE NOT EXISTS (
        SELECT FROM gis.tile_rounds WHERE transaction_id = txid_current())
$$;

CREATE FUNCTION gis.touch_layer(of_layer text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO gis.tile_touches (layer, z, x, y) VALUES (of_layer, -1, 0, 0);
    SELECT gis.begin_tile_round();
$$;

-- The columns and rows of zoom z whose search box meets a box. The search box of a tile is 1/64 of its
-- side wider all around; one unit of 1/4096 is added, because positions are rounded. RETURNS TABLE,
-- although it is one row: only then is it drawn into the query that calls it.
CREATE FUNCTION gis.tile_range(west_m float8, south_m float8, east_m float8, north_m float8, z integer)
    RETURNS TABLE (west integer, east integer, north integer, south integer)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 1 AS $$
    SELECT greatest(ceil((west_m + 20037508.342789244) / side - 1 - 65.0::float8 / 4096), 0)::integer,
           least(floor((east_m + 20037508.342789244) / side + 65.0::float8 / 4096), (1 << z) - 1)::integer,
           greatest(ceil((20037508.342789244 - north_m) / side - 1 - 65.0::float8 / 4096), 0)::integer,
           least(floor((20037508.342789244 - south_m) / side + 65.0::float8 / 4096), (1 << z) - 1)::integer
    FROM (VALUES (40075016.685578488::float8 / (1 << z))) AS one (side)
$$;

-- The tiles of a shape that is larger than some tiles: down the tree of tiles, and only where it is. The
-- search box of a tile lies within that of the tile above it, so nothing is lost on the way.
CREATE FUNCTION gis.tiles_crossed(shape geometry, first_zoom integer, last_zoom integer)
    RETURNS TABLE (z integer, x integer, y integer) LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    WITH RECURSIVE crossed AS (
        SELECT first_zoom AS z, x, y
        FROM gis.tile_range(ST_XMin(shape), ST_YMin(shape), ST_XMax(shape), ST_YMax(shape), first_zoom) r,
             generate_series(r.west, r.east) x, generate_series(r.north, r.south) y
        WHERE ST_Intersects(shape, ST_TileEnvelope(first_zoom, x, y, margin => 65.0 / 4096))
        UNION ALL
        SELECT up.z + 1, 2 * up.x + dx, 2 * up.y + dy
        FROM crossed up, generate_series(0, 1) dx, generate_series(0, 1) dy
        WHERE up.z < last_zoom
          AND ST_Intersects(shape, ST_TileEnvelope(up.z + 1, 2 * up.x + dx, 2 * up.y + dy, margin => 65.0 / 4096)))
    SELECT * FROM crossed
$$;

-- All tiles of the zooms that a set of shapes touches. A shape within 16 tiles of the last zoom is its box:
-- that is arithmetic, and an import of thousands of plots hardly notices. Larger ones are followed exactly.
CREATE FUNCTION gis.tiles_touched(shapes geometry[], first_zoom integer, last_zoom integer)
    RETURNS TABLE (z integer, x integer, y integer) LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    WITH boxes AS MATERIALIZED (
        SELECT shape, ST_XMin(shape) AS west, ST_YMin(shape) AS south, ST_XMax(shape) AS east, ST_YMax(shape) AS north
        FROM unnest(shapes) shape WHERE NOT ST_IsEmpty(shape)
    ), sized AS MATERIALIZED (
        SELECT b.*, (r.east - r.west + 1)::bigint * (r.south - r.north + 1) <= 16 AS small
        FROM boxes b, gis.tile_range(b.west, b.south, b.east, b.north, last_zoom) r
    ), ranges AS MATERIALIZED (
        SELECT DISTINCT z, r.west, r.east, r.north, r.south
        FROM sized b, generate_series(first_zoom, last_zoom) z, gis.tile_range(b.west, b.south, b.east, b.north, z) r
        WHERE b.small
    )
    SELECT z, x, y FROM ranges, generate_series(west, east) x, generate_series(north, south) y
    UNION
    SELECT t.z, t.x, t.y FROM sized, gis.tiles_crossed(sized.shape, first_zoom, last_zoom) t WHERE NOT sized.small
$$;

-- 2. What a change of a layer says. Zooms below the first one that is kept follow the whole layer, zooms
--    above the last one the tile of the last zoom that they lie in.
CREATE FUNCTION gis.touch_tiles(of_layer text, shapes geometry[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    kept gis.tile_layers;
    side float8;
BEGIN
    SELECT * INTO kept FROM gis.tile_layers WHERE layer = of_layer;
    IF kept IS NULL OR shapes IS NULL THEN
        RETURN;
    END IF;
    side := 40075016.685578488 / (1 << kept.max_zoom);
    -- A shape as wide as a country is quicker told as the whole layer.
    IF EXISTS (SELECT FROM unnest(shapes) s
               WHERE ((ST_XMax(s) - ST_XMin(s)) / side + 1) * ((ST_YMax(s) - ST_YMin(s)) / side + 1) > 262144) THEN
        PERFORM gis.touch_layer(of_layer);
        RETURN;
    END IF;
    INSERT INTO gis.tile_touches (layer, z, x, y)
    SELECT of_layer, t.z, t.x, t.y FROM gis.tiles_touched(shapes, kept.min_zoom, kept.max_zoom) t;
    IF FOUND THEN
        PERFORM gis.begin_tile_round();
    END IF;
END $$;

-- 3. At commit each touched layer gets its next version, in one order; the lock on its row makes versions
--    visible in the order in which they are given. layer_versions are locked first, because every other
--    transaction locks them first.
CREATE FUNCTION gis.count_tiles() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = gis, public AS $$
DECLARE
    touched record;
    given bigint;
    held integer;
BEGIN
    PERFORM FROM gis.layer_versions
    WHERE layer IN (SELECT layer FROM gis.layer_touches WHERE transaction_id = txid_current())
    ORDER BY layer FOR UPDATE;
    FOR touched IN
        SELECT layer, count(DISTINCT (z, x, y)) AS tiles, bool_or(z < 0) AS everywhere
        FROM gis.tile_touches WHERE transaction_id = txid_current() GROUP BY layer ORDER BY layer
    LOOP
        UPDATE gis.tile_layers SET version = version + 1, changed_at = clock_timestamp(), marks = marks + touched.tiles
        WHERE layer = touched.layer RETURNING version, marks INTO given, held;
        IF held > 50000 THEN  -- the same tile may have been counted many times
            held := touched.tiles + (SELECT count(*) FROM gis.tile_marks WHERE layer = touched.layer);
            UPDATE gis.tile_layers SET marks = held WHERE layer = touched.layer;
        END IF;
        IF touched.everywhere OR held > 50000 THEN
            DELETE FROM gis.tile_marks WHERE layer = touched.layer;
            UPDATE gis.tile_layers SET epoch = given, marks = 0 WHERE layer = touched.layer;
        ELSE
            INSERT INTO gis.tile_marks (layer, z, x, y, version)
            SELECT DISTINCT layer, z, x, y, given FROM gis.tile_touches
            WHERE transaction_id = txid_current() AND layer = touched.layer
            ON CONFLICT (layer, z, x, y) DO UPDATE SET version = excluded.version;
        END IF;
    END LOOP;
    DELETE FROM gis.tile_touches WHERE transaction_id = txid_current();
    DELETE FROM gis.tile_rounds WHERE transaction_id = txid_current();
    NOTIFY gis_tiles;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER count_tiles AFTER INSERT ON gis.tile_rounds
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION gis.count_tiles();

-- 4. Whose rows stand in which layer. 5,000 shapes at a time: an array of all shapes of a large import
--    could pass the limit of one value.
CREATE FUNCTION gis.note_tiles() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = gis, public AS $$
DECLARE
    part geometry[];
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        PERFORM gis.touch_layer(TG_ARGV[0]);
    ELSIF TG_OP = 'INSERT' THEN
        FOR part IN SELECT array_agg(shape) FROM (
            SELECT geom_3857 AS shape, (row_number() OVER () - 1) / 5000 AS part FROM new_rows WHERE geom_3857 IS NOT NULL
        ) AS one GROUP BY one.part LOOP
            PERFORM gis.touch_tiles(TG_ARGV[0], part);
        END LOOP;
    ELSIF TG_OP = 'DELETE' THEN
        FOR part IN SELECT array_agg(shape) FROM (
            SELECT geom_3857 AS shape, (row_number() OVER () - 1) / 5000 AS part FROM old_rows WHERE geom_3857 IS NOT NULL
        ) AS one GROUP BY one.part LOOP
            PERFORM gis.touch_tiles(TG_ARGV[0], part);
        END LOOP;
    ELSE
        FOR part IN SELECT array_agg(shape) FROM (
            SELECT shape, (row_number() OVER () - 1) / 5000 AS part FROM (
                SELECT geom_3857 AS shape FROM old_rows UNION SELECT geom_3857 FROM new_rows) AS either
            WHERE shape IS NOT NULL
        ) AS one GROUP BY one.part LOOP
            PERFORM gis.touch_tiles(TG_ARGV[0], part);
        END LOOP;
    END IF;
    RETURN NULL;
END $$;

-- Whether the plots of a zone are public hangs on whether the zone is.
CREATE FUNCTION gis.note_tiles_of_plots() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = gis, public AS $$
BEGIN
    PERFORM gis.touch_tiles('plots', array_agg(p.geom_3857))
    FROM old_rows o JOIN new_rows n ON n.id = o.id JOIN gis.plots p ON p.zone_id = n.id
    WHERE n.published <> o.published AND p.geom_3857 IS NOT NULL
    GROUP BY n.id;
    RETURN NULL;
END $$;

-- A footprint shows the operator of its site.
CREATE FUNCTION gis.note_tiles_of_cells() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = gis, public AS $$
BEGIN
    PERFORM gis.touch_tiles('coverage', array_agg(c.geom_3857))
    FROM old_rows o JOIN new_rows n ON n.id = o.id JOIN gis.cells c ON c.site_id = n.id
    WHERE n.operator <> o.operator AND c.geom_3857 IS NOT NULL
    GROUP BY n.id % 100;
    RETURN NULL;
END $$;

-- A number stands where its place is, or while it is reserved where its door is.
CREATE FUNCTION gis.note_tiles_of_numbers() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = gis, public AS $$
DECLARE
    at_places text[];
    at_doors bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(place_id), array_agg(entrance_id) FILTER (WHERE place_id IS NULL)
        INTO at_places, at_doors FROM new_rows;
    ELSE
        SELECT array_agg(place_id), array_agg(entrance_id) FILTER (WHERE place_id IS NULL)
        INTO at_places, at_doors FROM (SELECT place_id, entrance_id FROM old_rows
                                 UNION SELECT place_id, entrance_id FROM new_rows) AS either;
    END IF;
    PERFORM gis.touch_tiles('house_numbers', array_agg(stand.geom_3857))
    FROM (SELECT geom_3857 FROM gis.places WHERE id = ANY (at_places)
          UNION SELECT geom_3857 FROM gis.entrances WHERE id = ANY (at_doors)) AS stand
    WHERE stand.geom_3857 IS NOT NULL;
    RETURN NULL;
END $$;

CREATE FUNCTION gis.note_tiles_of_numbered_places() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = gis, public AS $$
BEGIN
    PERFORM gis.touch_tiles('house_numbers', array_agg(r.geom_3857))
    FROM (SELECT id, geom_3857 FROM old_rows UNION SELECT id, geom_3857 FROM new_rows) AS r
    WHERE r.geom_3857 IS NOT NULL AND EXISTS (SELECT FROM gis.house_numbers h WHERE h.place_id = r.id);
    RETURN NULL;
END $$;

CREATE FUNCTION gis.note_tiles_of_numbered_doors() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = gis, public AS $$
BEGIN
    PERFORM gis.touch_tiles('house_numbers', array_agg(r.geom_3857))
    FROM (SELECT id, geom_3857 FROM old_rows UNION SELECT id, geom_3857 FROM new_rows) AS r
    WHERE r.geom_3857 IS NOT NULL
      AND EXISTS (SELECT FROM gis.house_numbers h WHERE h.entrance_id = r.id AND h.place_id IS NULL);
    RETURN NULL;
END $$;

-- Rows of a table that has geom_3857 are drawn in a layer: the four triggers that say so.
CREATE FUNCTION gis.draw_in_tiles(of_table regclass, of_layer text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER note_tiles_insert AFTER INSERT ON %s REFERENCING NEW TABLE AS new_rows
                    FOR EACH STATEMENT EXECUTE FUNCTION gis.note_tiles(%L)', of_table, of_layer);
    EXECUTE format('CREATE TRIGGER note_tiles_update AFTER UPDATE ON %s REFERENCING OLD TABLE AS old_rows
                    NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION gis.note_tiles(%L)', of_table, of_layer);
    EXECUTE format('CREATE TRIGGER note_tiles_delete AFTER DELETE ON %s REFERENCING OLD TABLE AS old_rows
                    FOR EACH STATEMENT EXECUTE FUNCTION gis.note_tiles(%L)', of_table, of_layer);
    EXECUTE format('CREATE TRIGGER note_tiles_truncate AFTER TRUNCATE ON %s
                    FOR EACH STATEMENT EXECUTE FUNCTION gis.note_tiles(%L)', of_table, of_layer);
END $$;

INSERT INTO gis.tile_layers (layer, min_zoom, max_zoom) VALUES
    ('administrative_units', 4, 14), ('coverage', 5, 15), ('zones', 4, 16), ('plots', 5, 16), ('streets', 5, 16),
    ('enterprises', 5, 16), ('sites', 5, 16), ('entrances', 5, 17), ('house_numbers', 12, 17);
SELECT gis.draw_in_tiles('gis.administrative_units', 'administrative_units');
SELECT gis.draw_in_tiles('gis.cells', 'coverage');
SELECT gis.draw_in_tiles('gis.zones', 'zones');
SELECT gis.draw_in_tiles('gis.plots', 'plots');
SELECT gis.draw_in_tiles('gis.streets', 'streets');
SELECT gis.draw_in_tiles('gis.enterprises', 'enterprises');
SELECT gis.draw_in_tiles('gis.sites', 'sites');
SELECT gis.draw_in_tiles('gis.entrances', 'entrances');

CREATE TRIGGER note_tiles_of_plots AFTER UPDATE ON gis.zones REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION gis.note_tiles_of_plots();
CREATE TRIGGER note_tiles_of_cells AFTER UPDATE ON gis.sites REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION gis.note_tiles_of_cells();
CREATE TRIGGER note_tiles_of_numbers_insert AFTER INSERT ON gis.house_numbers REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION gis.note_tiles_of_numbers();
CREATE TRIGGER note_tiles_of_numbers_update AFTER UPDATE ON gis.house_numbers REFERENCING OLD TABLE AS old_rows
    NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION gis.note_tiles_of_numbers();  -- none is ever deleted
CREATE TRIGGER note_tiles_truncate AFTER TRUNCATE ON gis.house_numbers
    FOR EACH STATEMENT EXECUTE FUNCTION gis.note_tiles('house_numbers');
CREATE TRIGGER note_tiles_of_numbers AFTER UPDATE ON gis.places REFERENCING OLD TABLE AS old_rows
    NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION gis.note_tiles_of_numbered_places();
CREATE TRIGGER note_tiles_of_numbers AFTER UPDATE ON gis.entrances REFERENCING OLD TABLE AS old_rows
    NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION gis.note_tiles_of_numbered_doors();

-- 5. A session that ends, an account that is closed or gets other roles: whoever remembers them hears of it.
CREATE FUNCTION gis.tell_of_sessions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NOTIFY gis_sessions;
    RETURN NULL;
END $$;
CREATE TRIGGER tell_of_sessions AFTER DELETE ON gis.sessions
    FOR EACH ROW EXECUTE FUNCTION gis.tell_of_sessions();
CREATE TRIGGER tell_of_sessions AFTER UPDATE OF is_active, password_hash OR DELETE ON gis.accounts
    FOR EACH STATEMENT EXECUTE FUNCTION gis.tell_of_sessions();
CREATE TRIGGER tell_of_sessions AFTER INSERT OR UPDATE OR DELETE ON gis.account_roles
    FOR EACH STATEMENT EXECUTE FUNCTION gis.tell_of_sessions();

-- 6. Who may do what. Bodies are compressed before they come: no second time. The public reads the tiles
--    of the public only; nobody but the triggers marks a tile.
ALTER TABLE gis.tile_store ALTER body SET STORAGE EXTERNAL;
COMMENT ON TABLE gis.tile_store IS 'Tiles drawn ahead of being asked for. All of it can be drawn again.';
CREATE VIEW open.tile_layers AS SELECT * FROM gis.tile_layers;
CREATE VIEW open.tile_marks AS SELECT * FROM gis.tile_marks;
CREATE VIEW open.tile_seeds AS SELECT * FROM gis.tile_seeds;
CREATE VIEW open.tile_store AS SELECT * FROM gis.tile_store WHERE audience = 'public';
GRANT SELECT ON open.tile_layers, open.tile_marks, open.tile_seeds, open.tile_store TO gis_public, gis_staff;
GRANT SELECT ON gis.tile_layers, gis.tile_marks, gis.tile_touches, gis.tile_rounds TO gis_staff;
GRANT SELECT, INSERT, UPDATE, DELETE ON gis.tile_store, gis.tile_seeds TO gis_staff;
REVOKE EXECUTE ON FUNCTION gis.touch_tiles(text, geometry[]), gis.touch_layer(text), gis.begin_tile_round(),
    gis.draw_in_tiles(regclass, text) FROM PUBLIC;
