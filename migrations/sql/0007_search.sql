-- What the search box looks in: one row for each thing with a name, one for each numbered door.
-- Triggers keep both in the transaction of the change, so what is committed is found at once.
-- Only the vocabulary for misspelt words (two materialised views) follows later, by a job.

-- Words of a name as search compares them: what addressing.search.normalise.key gives. No marks, no
-- punctuation, single spaces; spellings of one sound meet (Lý and Lí, Đắk and Đắc).
CREATE FUNCTION gis.search_words(value text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN regexp_replace(regexp_replace(
        trim(regexp_replace(gis.plain(value), '[^a-z0-9]+', ' ', 'g')),
        '(?<=[bcdghklmnpqrstvx])y\M|(?<=\mqu)y\M|\my\M', 'i', 'g'),
        '(?<=[a-z])k\M|\mk(?=[aou])', 'c', 'g');

-- A street without the word that says that it is one. Numbered roads keep theirs: it is half the name.
CREATE FUNCTION gis.street_core(value text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN gis.search_words(regexp_replace(normalize(value, NFC), '^\s*(đường|phố|đại lộ)\s+(?=\S)', '', 'i'));

-- Lot names are written CN-05, CN05 and CN 5: every reading of one is a word.
CREATE FUNCTION gis.code_words(value text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (
        SELECT array_agg(DISTINCT word) FROM (
            SELECT unnest(string_to_array(gis.search_words(value), ' ')) AS word
            UNION SELECT replace(gis.search_words(value), ' ', '')
            UNION SELECT regexp_replace(replace(gis.search_words(value), ' ', ''), '([a-z])0+(?=[0-9])', '\1', 'g')
            UNION SELECT ltrim(unnest(string_to_array(gis.search_words(value), ' ')), '0')
        ) AS readings WHERE word <> '');

-- 12 A -> 12a; 05 -> 5; 12 / 5 -> 12/5: how two spellings of one number become the same text.
CREATE FUNCTION gis.number_key(value text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN regexp_replace(
        regexp_replace(gis.plain(value), '\s+', '', 'g'), '(^|[/-])0+(?=[0-9])', '\1', 'g');

CREATE FUNCTION gis.vector_of(names text[], more text[]) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN setweight(array_to_tsvector(coalesce(array_remove(names, ''), '{}')), 'A')
        || setweight(array_to_tsvector(coalesce(array_remove(more, ''), '{}')), 'B');

CREATE FUNCTION gis.split_words(value text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN array_remove(string_to_array(coalesce(gis.search_words(value), ''), ' '), '');

-- Every name that leads to a commune: its own, those of the units it was made of, and of what stood above them.
CREATE FUNCTION gis.commune_words(wanted text) RETURNS text[]
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (
        SELECT array_agg(DISTINCT word) FROM (
            SELECT unnest(gis.split_words(u.name)) AS word
            FROM gis.administrative_units u WHERE u.level = 'commune' AND u.code = wanted
            UNION
            SELECT unnest(gis.split_words(p.name))
            FROM gis.administrative_units u
            JOIN gis.administrative_units p ON p.code = u.parent_code AND p.level <> 'commune'
            WHERE u.level = 'commune' AND u.code = wanted
            UNION
            SELECT unnest(gis.split_words(regexp_replace(normalize(old_name, NFC),
                '^\s*(phường|xã|thị trấn|đặc khu|quận|huyện|thị xã|thành phố|tỉnh)\s+', '', 'i')))
            FROM gis.unit_changes WHERE level = 'commune' AND new_code = wanted
            UNION
            SELECT unnest(words) FROM gis.search_unit_words WHERE commune_code = wanted
        ) AS all_words);

CREATE FUNCTION gis.commune_title(wanted text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (
        SELECT concat_ws(', ', u.full_name, (
            SELECT p.full_name FROM gis.administrative_units p
            WHERE p.code = u.parent_code AND p.level <> 'commune' ORDER BY p.valid_from DESC LIMIT 1))
        FROM gis.administrative_units u WHERE u.level = 'commune' AND u.code = wanted
        ORDER BY u.valid_from DESC LIMIT 1);

-- The rows of one kind, made anew. `ids` names the objects; NULL means all of them.
CREATE FUNCTION gis.search_put(wanted text, ids bigint[]) RETURNS void
    LANGUAGE plpgsql SET search_path = gis, public AS $$
BEGIN
    DELETE FROM search_keys WHERE kind = wanted AND (ids IS NULL OR object_id = ANY(ids));
    CASE wanted
    WHEN 'unit' THEN
        INSERT INTO search_keys (kind, object_id, code, title, context, names, tokens, weight, published, commune_code, x, y)
        SELECT 'unit', u.id, u.code, u.full_name, p.full_name,
               array_remove(ARRAY[search_words(u.name), search_words(u.name_en)] || former.keys, NULL),
               vector_of(split_words(concat_ws(' ', u.name, u.name_en)) || former.words, split_words(p.name)),
               CASE u.level WHEN 'province' THEN 3 WHEN 'district' THEN 2.5 ELSE 2 END, true,
               CASE WHEN u.level = 'commune' THEN u.code END,
               ST_X(ST_PointOnSurface(u.geom)), ST_Y(ST_PointOnSurface(u.geom))
        FROM administrative_units u
        LEFT JOIN LATERAL (SELECT name, full_name FROM administrative_units
            WHERE code = u.parent_code AND level <> 'commune' ORDER BY valid_from DESC LIMIT 1) p ON true
        CROSS JOIN LATERAL (
            SELECT coalesce(array_agg(DISTINCT search_words(bare)), '{}') AS keys,
                   coalesce(array_agg(DISTINCT word) FILTER (WHERE word IS NOT NULL), '{}') AS words
            FROM (SELECT regexp_replace(normalize(c.old_name, NFC),
                      '^\s*(phường|xã|thị trấn|đặc khu|quận|huyện|thị xã|thành phố|tỉnh)\s+', '', 'i') AS bare
                  FROM unit_changes c WHERE c.level = u.level AND c.new_code = u.code
                  UNION SELECT unnest(w.names) FROM search_unit_words w
                  WHERE u.level = 'commune' AND w.commune_code = u.code) AS old
            LEFT JOIN LATERAL unnest(split_words(bare)) AS word ON true) AS former
        WHERE u.valid_to IS NULL AND (ids IS NULL OR u.id = ANY(ids));
    WHEN 'street' THEN
        INSERT INTO search_keys (kind, object_id, code, title, context, names, tokens, weight, published, commune_code, x, y)
        SELECT 'street', s.id, s.code, s.name,
               concat_ws(', ', parent.name, z.name, u.title),
               ARRAY[street_core(s.name)],
               vector_of(split_words(street_core(s.name)) || CASE WHEN s.kind = 'highway' THEN code_words(
                             regexp_replace(search_words(s.name), '^(quoc lo|tinh lo|duong tinh)', 'ql')) END,
                         u.words || split_words(z.name) || split_words(parent.name)),
               CASE s.kind WHEN 'highway' THEN 1.4 WHEN 'street' THEN 1.2 WHEN 'road' THEN 1.2 ELSE 0.8 END,
               true, s.commune_code, ST_X(middle), ST_Y(middle)
        FROM streets s
        LEFT JOIN streets parent ON parent.id = s.parent_street_id
        LEFT JOIN zones z ON z.id = s.zone_id AND z.published
        LEFT JOIN (SELECT code, commune_title(code) AS title, commune_words(code) AS words FROM (
                       SELECT DISTINCT commune_code AS code FROM streets WHERE ids IS NULL OR id = ANY(ids)) AS c) u
               ON u.code = s.commune_code
        CROSS JOIN LATERAL (SELECT ST_ClosestPoint(s.geom, ST_Centroid(s.geom)) AS middle) AS m
        WHERE ids IS NULL OR s.id = ANY(ids);
    WHEN 'zone' THEN
        INSERT INTO search_keys (kind, object_id, code, title, title_en, context, names, tokens, weight, published, commune_code, x, y)
        SELECT 'zone', z.id, z.code, z.name, z.name_en, commune_title(z.commune_code),
               array_remove(ARRAY[search_words(z.name), search_words(regexp_replace(normalize(z.name, NFC), '^\s*(KCN|CCN|KKT|Khu công nghiệp|Cụm công nghiệp|Khu kinh tế)\s+', '', 'i')),
                                  search_words(z.name_en)] || (SELECT array_agg(search_words(f)) FROM unnest(z.former_names) AS f), NULL),
               vector_of(split_words(concat_ws(' ', z.name, z.name_en, array_to_string(z.former_names, ' '))) || code_words(z.code),
                         commune_words(z.commune_code) || lower(z.kind)),
               2.2, z.published, z.commune_code, ST_X(ST_PointOnSurface(z.geom)), ST_Y(ST_PointOnSurface(z.geom))
        FROM zones z WHERE ids IS NULL OR z.id = ANY(ids);
    WHEN 'plot' THEN
        INSERT INTO search_keys (kind, object_id, code, title, context, names, tokens, weight, published, commune_code, x, y)
        SELECT 'plot', p.id, z.code || '/' || p.code, p.code, z.name, ARRAY[search_words(p.code), replace(search_words(p.code), ' ', '')],
               vector_of(code_words(p.code), split_words(concat_ws(' ', z.name, z.name_en)) || ARRAY['lo', lower(z.kind)]),
               CASE p.status WHEN 'available' THEN 1.1 ELSE 1.0 END, p.published AND z.published, z.commune_code,
               (ST_XMin(p.geom) + ST_XMax(p.geom)) / 2, (ST_YMin(p.geom) + ST_YMax(p.geom)) / 2
        FROM plots p JOIN zones z ON z.id = p.zone_id WHERE ids IS NULL OR p.id = ANY(ids);
    WHEN 'enterprise' THEN
        INSERT INTO search_keys (kind, object_id, code, title, title_en, context, names, tokens, weight, published, commune_code, x, y)
        SELECT 'enterprise', e.id, e.tax_code, e.name, e.name_en, z.name,
               array_remove(ARRAY[search_words(e.name), search_words(e.short_name), search_words(e.name_en)], NULL),
               vector_of(split_words(concat_ws(' ', e.name, e.short_name, e.name_en)) || coalesce(code_words(e.tax_code), '{}'),
                         split_words(z.name) || ARRAY['mst']),
               1.3, e.published, z.commune_code, ST_X(e.geom), ST_Y(e.geom)
        FROM enterprises e LEFT JOIN zones z ON z.id = e.zone_id AND z.published
        WHERE ids IS NULL OR e.id = ANY(ids);
    WHEN 'site' THEN
        INSERT INTO search_keys (kind, object_id, code, title, context, names, tokens, weight, published, commune_code, x, y)
        SELECT 'site', s.id, s.code, concat_ws(' ', s.operator, s.code), s.name,
               ARRAY[search_words(s.code)],
               vector_of(code_words(s.code), split_words(concat_ws(' ', s.operator, s.name)) || ARRAY['tram']),
               0.7, true, NULL, ST_X(s.geom), ST_Y(s.geom)
        FROM sites s WHERE ids IS NULL OR s.id = ANY(ids);
    END CASE;
END $$;

-- The numbered doors of these streets, made anew; NULL means all.
CREATE FUNCTION gis.search_put_numbers(ids bigint[]) RETURNS void
    LANGUAGE plpgsql SET search_path = gis, public AS $$
BEGIN
    DELETE FROM search_numbers WHERE ids IS NULL OR street_id = ANY(ids);
    INSERT INTO search_numbers (street_id, number_key, number, shown, origin, in_force, place_id, entrance_id, x, y, published)
    SELECT a.street_id, number_key(array_to_string(a.path, '/')),
           CASE WHEN cardinality(a.path) = 1 THEN substring(a.path[1] FROM '^[0-9]{1,6}')::int END,
           array_to_string(a.path, '/'), 'register', a.valid_to IS NULL, a.place_id, p.entrance_id,
           ST_X(p.geom), ST_Y(p.geom), h.status IS DISTINCT FROM 'reserved'
    FROM addresses a JOIN places p ON p.id = a.place_id
    LEFT JOIN house_numbers h ON h.id = a.house_number_id
    WHERE a.language = 'vi' AND a.street_id IS NOT NULL AND cardinality(a.path) > 0
      AND (ids IS NULL OR a.street_id = ANY(ids));
    INSERT INTO search_numbers (street_id, number_key, number, shown, origin, in_force, place_id, entrance_id, x, y, published)
    SELECT e.street_id, number_key(e.existing_number), substring(e.existing_number FROM '^\s*([0-9]{1,6})\s*[A-Za-zĐđ]?\s*$')::int,
           e.existing_number, 'existing', true, e.place_code, e.id, ST_X(e.geom), ST_Y(e.geom), true
    FROM entrances e
    WHERE e.street_id IS NOT NULL AND e.existing_number ~ '[0-9]' AND (ids IS NULL OR e.street_id = ANY(ids))
      AND NOT EXISTS (SELECT FROM search_numbers n WHERE n.street_id = e.street_id AND n.entrance_id = e.id
                      AND n.in_force AND n.origin = 'register');
END $$;

CREATE FUNCTION gis.search_follow() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = gis, public AS $$
DECLARE
    ids bigint[];
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        DELETE FROM search_keys WHERE kind = TG_ARGV[0];
        RETURN NULL;
    END IF;
    EXECUTE CASE TG_OP
        WHEN 'INSERT' THEN 'SELECT array_agg(id) FROM new_rows'
        WHEN 'DELETE' THEN 'SELECT array_agg(id) FROM old_rows'
        ELSE 'SELECT array_agg(id) FROM (SELECT id FROM new_rows UNION SELECT id FROM old_rows) AS both_rows' END
        INTO ids;
    IF ids IS NULL THEN RETURN NULL; END IF;
    PERFORM search_put(TG_ARGV[0], ids);
    IF TG_ARGV[0] = 'zone' AND TG_OP = 'UPDATE' THEN
        PERFORM search_put('plot', (SELECT array_agg(p.id) FROM plots p WHERE p.zone_id = ANY(ids)))
            WHERE EXISTS (SELECT FROM plots p WHERE p.zone_id = ANY(ids));
        PERFORM search_put('enterprise', (SELECT array_agg(e.id) FROM enterprises e WHERE e.zone_id = ANY(ids)))
            WHERE EXISTS (SELECT FROM enterprises e WHERE e.zone_id = ANY(ids));
        PERFORM search_put('street', (SELECT array_agg(s.id) FROM streets s WHERE s.zone_id = ANY(ids)))
            WHERE EXISTS (SELECT FROM streets s WHERE s.zone_id = ANY(ids));
    ELSIF TG_ARGV[0] = 'street' AND TG_OP = 'UPDATE' THEN
        PERFORM search_put('street', (SELECT array_agg(s.id) FROM streets s WHERE s.parent_street_id = ANY(ids)))
            WHERE EXISTS (SELECT FROM streets s WHERE s.parent_street_id = ANY(ids));
    END IF;
    RETURN NULL;
END $$;

-- A unit that is renamed or takes another's land changes the words of everything in it.
CREATE FUNCTION gis.search_follow_units() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = gis, public AS $$
DECLARE
    codes text[];
    ids bigint[];
    touched text;
BEGIN
    EXECUTE format('SELECT array_agg(DISTINCT %I) FROM %s', TG_ARGV[0],
                   CASE TG_OP WHEN 'DELETE' THEN 'old_rows' ELSE 'new_rows' END) INTO codes;
    IF codes IS NULL THEN RETURN NULL; END IF;
    SELECT array_agg(id) INTO ids FROM administrative_units WHERE code = ANY(codes) OR parent_code = ANY(codes);
    DELETE FROM search_keys k WHERE k.kind = 'unit' AND NOT EXISTS (
        SELECT FROM administrative_units u WHERE u.id = k.object_id AND u.valid_to IS NULL);
    IF ids IS NOT NULL THEN PERFORM search_put('unit', ids); END IF;
    SELECT array_agg(DISTINCT code) INTO codes FROM administrative_units
        WHERE level = 'commune' AND (code = ANY(codes) OR parent_code = ANY(codes));
    IF codes IS NULL THEN RETURN NULL; END IF;
    SELECT array_agg(id) INTO ids FROM streets WHERE commune_code = ANY(codes);
    IF ids IS NOT NULL THEN PERFORM search_put('street', ids); END IF;
    SELECT array_agg(id) INTO ids FROM zones WHERE commune_code = ANY(codes);
    IF ids IS NOT NULL THEN PERFORM search_put('zone', ids); END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION gis.search_follow_numbers() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = gis, public AS $$
DECLARE
    ids bigint[];
    rows_of text := CASE TG_OP WHEN 'INSERT' THEN 'new_rows' WHEN 'DELETE' THEN 'old_rows'
        ELSE '(SELECT * FROM new_rows UNION ALL SELECT * FROM old_rows)' END;
BEGIN
    EXECUTE CASE TG_TABLE_NAME
        WHEN 'places' THEN format('SELECT array_agg(DISTINCT a.street_id) FROM %s AS r JOIN gis.addresses a ON a.place_id = r.id
                                   WHERE a.street_id IS NOT NULL', rows_of)
        WHEN 'entrances' THEN format('SELECT array_agg(DISTINCT street_id) FROM %s AS r
                                      WHERE street_id IS NOT NULL AND existing_number IS NOT NULL', rows_of)
        ELSE format('SELECT array_agg(DISTINCT street_id) FROM %s AS r WHERE street_id IS NOT NULL', rows_of) END INTO ids;
    IF ids IS NOT NULL THEN PERFORM search_put_numbers(ids); END IF;
    RETURN NULL;
END $$;

DO $$
DECLARE
    of_table record;
    event record;
BEGIN
    FOR of_table IN SELECT * FROM (VALUES
        ('streets', 'search_follow', 'street'), ('zones', 'search_follow', 'zone'), ('plots', 'search_follow', 'plot'),
        ('enterprises', 'search_follow', 'enterprise'), ('sites', 'search_follow', 'site'),
        ('administrative_units', 'search_follow_units', 'code'), ('unit_changes', 'search_follow_units', 'new_code'),
        ('search_unit_words', 'search_follow_units', 'commune_code'),
        ('addresses', 'search_follow_numbers', ''), ('entrances', 'search_follow_numbers', ''),
        ('house_numbers', 'search_follow_numbers', ''), ('places', 'search_follow_numbers', '')
    ) AS t (name, act, word) LOOP
        FOR event IN SELECT * FROM (VALUES
            ('INSERT', 'NEW TABLE AS new_rows'), ('DELETE', 'OLD TABLE AS old_rows'),
            ('UPDATE', 'NEW TABLE AS new_rows OLD TABLE AS old_rows')
        ) AS e (name, tables) LOOP
            CONTINUE WHEN of_table.name IN ('places', 'house_numbers') AND event.name = 'INSERT';  -- no address yet
            IF event.name = 'DELETE' AND of_table.act = 'search_follow' THEN
                EXECUTE format('CREATE TRIGGER search_truncate AFTER TRUNCATE ON gis.%I
                                FOR EACH STATEMENT EXECUTE FUNCTION gis.search_follow(%L)', of_table.name, of_table.word);
            END IF;
            EXECUTE format('CREATE TRIGGER search_%s AFTER %s ON gis.%I REFERENCING %s
                            FOR EACH STATEMENT EXECUTE FUNCTION gis.%I(%L)',
                           lower(event.name), event.name, of_table.name, event.tables, of_table.act, of_table.word);
        END LOOP;
    END LOOP;
END $$;

CREATE TRIGGER require_audit BEFORE INSERT OR UPDATE OR DELETE ON gis.search_unit_words
    FOR EACH STATEMENT EXECUTE FUNCTION gis.require_audit();

-- The vocabulary: how often each name and each word of a name is in use.
CREATE MATERIALIZED VIEW gis.search_names AS
    SELECT name, count(*)::int AS uses, max(weight) AS weight, bool_or(published) AS published
    FROM gis.search_keys, unnest(names) AS name
    WHERE kind NOT IN ('plot', 'site') AND name <> '' GROUP BY name;
CREATE UNIQUE INDEX uq_search_names_name ON gis.search_names (name);
CREATE INDEX ix_search_names_prefix ON gis.search_names (name text_pattern_ops);
CREATE INDEX ix_search_names_alike ON gis.search_names USING gin (name gin_trgm_ops);
CREATE MATERIALIZED VIEW gis.search_vocabulary AS
    SELECT word, count(*)::int AS uses FROM (
        SELECT DISTINCT object_id, kind, unnest(tsvector_to_array(tokens)) AS word FROM gis.search_keys
        WHERE published AND kind NOT IN ('plot', 'site')  -- a lot name or a station code is exact or it is none
    ) AS w GROUP BY word;
CREATE UNIQUE INDEX uq_search_vocabulary_word ON gis.search_vocabulary (word);

-- A row in gis.search_learnings learns the vocabulary anew: only the owner of a view may refresh it,
-- and only a trigger may lend the owner's rights.
CREATE FUNCTION gis.search_learn() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = gis, public AS $$
BEGIN
    REFRESH MATERIALIZED VIEW gis.search_names;
    REFRESH MATERIALIZED VIEW gis.search_vocabulary;
    RETURN NULL;
END $$;
CREATE TRIGGER learn AFTER INSERT ON gis.search_learnings FOR EACH STATEMENT EXECUTE FUNCTION gis.search_learn();

CREATE VIEW open.search_keys AS
    SELECT id, kind, object_id, code, title, title_en, context, names, tokens, weight, commune_code, x, y
    FROM gis.search_keys WHERE published;
CREATE VIEW open.search_numbers AS
    SELECT id, street_id, number_key, number, shown, origin, in_force, place_id, entrance_id, x, y
    FROM gis.search_numbers WHERE published;
CREATE VIEW open.search_names AS SELECT name, uses, weight FROM gis.search_names WHERE published;
CREATE VIEW open.search_vocabulary AS SELECT word, uses FROM gis.search_vocabulary;
GRANT SELECT ON open.search_keys, open.search_numbers, open.search_names, open.search_vocabulary TO gis_public, gis_staff;
GRANT SELECT ON gis.search_keys, gis.search_numbers, gis.search_names, gis.search_vocabulary, gis.search_unit_words TO gis_staff;
REVOKE INSERT, UPDATE, DELETE ON gis.search_keys, gis.search_numbers FROM gis_staff;
REVOKE EXECUTE ON FUNCTION gis.search_put(text, bigint[]), gis.search_put_numbers(bigint[]) FROM PUBLIC;
GRANT SELECT, INSERT ON gis.search_learnings TO gis_staff;

-- What is there already.
SELECT gis.search_put(kind, NULL) FROM unnest(ARRAY['unit', 'street', 'zone', 'plot', 'enterprise', 'site']) AS kind;
SELECT gis.search_put_numbers(NULL);
INSERT INTO gis.search_learnings DEFAULT VALUES;
