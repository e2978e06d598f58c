-- What lies in estates is found by its name, certified like a house, and held against the ground.

-- 1. How names of parts are compared: 3A-02, 3a 02 and 3A.02 are one; D and Đ are two. As addressing.search.part_words.
CREATE FUNCTION gis.part_key(value text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN replace(regexp_replace(gis.plain(regexp_replace(normalize(value, NFC), '[Đđ]', '~', 'g')),
                                  '[^a-z0-9~]+', '', 'g'), '~', 'đ');

-- Estates and their named parts, made anew; NULL means all. Outer names are those of today, of a retired part inside
-- a building that of the building whose name it stood under.
CREATE FUNCTION gis.search_put_estates(ids bigint[]) RETURNS void
    LANGUAGE plpgsql SET search_path = gis, public AS $$
BEGIN
    DELETE FROM search_keys WHERE kind = 'estate' AND (ids IS NULL OR object_id = ANY(ids));
    INSERT INTO search_keys (kind, object_id, code, title, context, names, tokens, weight, published, commune_code, x, y)
    SELECT 'estate', e.id, e.code, e.name, concat_ws(', ', s.name, commune_title(s.commune_code)),
           ARRAY[search_words(e.name), search_words(regexp_replace(normalize(e.name, NFC),
               '^\s*(khu nhà ở|khu nhà|khu tập thể|khu|chung cư|tòa nhà|nhà|ký túc xá)\s+(?=\S\S)', '', 'i'))],
           vector_of(split_words(e.name) || code_words(e.code),
                     commune_words(s.commune_code) || split_words(street_core(s.name))),
           1.2, EXISTS (SELECT FROM part_names n WHERE n.estate_id = e.id AND n.valid_to IS NULL), s.commune_code,
           ST_X(e.geom), ST_Y(e.geom)
    FROM estates e JOIN streets s ON s.id = e.street_id WHERE ids IS NULL OR e.id = ANY(ids);
    DELETE FROM search_parts WHERE ids IS NULL OR estate_id = ANY(ids);
    INSERT INTO search_parts (estate_id, street_id, door_place_id, part_name_id, place_id, kinds, names, keys, has_position,
                              in_force, x, y)
    WITH RECURSIVE outward AS (
        SELECT n.id AS name_id, n.building_name_id, p.parent_id, 0 AS step, n.kind, n.name
        FROM part_names n JOIN estate_parts p ON p.id = n.part_id WHERE ids IS NULL OR n.estate_id = ANY(ids)
        UNION ALL
        SELECT o.name_id, o.building_name_id, p.parent_id, o.step + 1, p.kind, (
            SELECT m.name FROM part_names m WHERE m.part_id = p.id
            ORDER BY m.id = o.building_name_id DESC NULLS LAST, m.valid_to DESC, m.id DESC LIMIT 1)
        FROM outward o JOIN estate_parts p ON p.id = o.parent_id
    ), written AS (
        SELECT name_id, array_agg(kind ORDER BY step) AS kinds, array_agg(name ORDER BY step) AS names,
               array_agg(kind || ':' || part_key(name) ORDER BY step) AS keys
        FROM outward WHERE name IS NOT NULL GROUP BY name_id
    )
    SELECT n.estate_id, e.street_id, e.place_id, n.id, n.place_id, w.kinds, w.names, w.keys, p.geom IS NOT NULL,
           n.valid_to IS NULL, ST_X(at.geom), ST_Y(at.geom)
    FROM written w JOIN part_names n ON n.id = w.name_id JOIN estates e ON e.id = n.estate_id
    JOIN estate_parts p ON p.id = n.part_id JOIN places at ON at.id = n.place_id
    ORDER BY n.id;
END $$;

-- The argument says which estates a change of the table touches.
CREATE FUNCTION gis.search_follow_estates() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = gis, public AS $$
DECLARE
    ids bigint[];
BEGIN
    EXECUTE format('SELECT array_agg(e.id) FROM gis.estates e WHERE %s', TG_ARGV[0]) INTO ids;
    IF ids IS NOT NULL THEN PERFORM search_put_estates(ids); END IF;
    RETURN NULL;
END $$;

DO $$
DECLARE
    of_table record;
BEGIN
    FOR of_table IN SELECT * FROM (VALUES
        ('estates', 'INSERT', 'e.id IN (SELECT id FROM new_rows)'),
        ('estates', 'UPDATE', 'e.id IN (SELECT id FROM new_rows)'),
        ('estate_parts', 'UPDATE', 'e.id IN (SELECT estate_id FROM new_rows)'),
        ('part_names', 'INSERT', 'e.id IN (SELECT estate_id FROM new_rows)'),
        ('part_names', 'UPDATE', 'e.id IN (SELECT estate_id FROM new_rows)'),
        ('places', 'UPDATE', 'e.id IN (SELECT n.estate_id FROM gis.part_names n JOIN new_rows r ON r.id = n.place_id)'),
        ('streets', 'UPDATE', 'e.street_id IN (SELECT id FROM new_rows)'),
        ('administrative_units', 'INSERT', 'EXISTS (SELECT FROM new_rows)'),
        ('administrative_units', 'UPDATE', 'EXISTS (SELECT FROM new_rows)'),
        ('unit_changes', 'INSERT', 'EXISTS (SELECT FROM new_rows)'),
        ('search_unit_words', 'INSERT', 'EXISTS (SELECT FROM new_rows)')
    ) AS t (name, event, touched) LOOP
        EXECUTE format('CREATE TRIGGER search_estates_%s AFTER %s ON gis.%I REFERENCING NEW TABLE AS new_rows
                        FOR EACH STATEMENT EXECUTE FUNCTION gis.search_follow_estates(%L)',
                       lower(of_table.event), of_table.event, of_table.name, of_table.touched);
    END LOOP;
END $$;

-- Everybody finds what is in force; what was once, staff only.
CREATE VIEW open.search_parts AS
    SELECT id, estate_id, street_id, door_place_id, part_name_id, place_id, kinds, names, keys, has_position, in_force, x, y
    FROM gis.search_parts WHERE in_force;
GRANT SELECT ON open.search_parts TO gis_public, gis_staff;
GRANT SELECT ON gis.search_parts TO gis_staff;
REVOKE EXECUTE ON FUNCTION gis.search_put_estates(bigint[]) FROM PUBLIC;

SELECT gis.search_put_estates(NULL);
INSERT INTO gis.search_learnings DEFAULT VALUES;
