-- A commune is found by what stood above the communes it was made of, and by its hamlets, as far as imported
-- changes list them. Only the branch of units differs from 0007.
-- The rows of one kind, made anew. `ids` names the objects; NULL means all of them.
CREATE OR REPLACE FUNCTION gis.search_put(wanted text, ids bigint[]) RETURNS void
    LANGUAGE plpgsql SET search_path = gis, public AS $$
BEGIN
    DELETE FROM search_keys WHERE kind = wanted AND (ids IS NULL OR object_id = ANY(ids));
    CASE wanted
    WHEN 'unit' THEN
        INSERT INTO search_keys (kind, object_id, code, title, context, names, tokens, weight, published, commune_code, x, y)
        SELECT 'unit', u.id, u.code, u.full_name, p.full_name,
               array_remove(ARRAY[search_words(u.name), search_words(u.name_en)] || former.keys || hamlet.keys, NULL),
               vector_of(split_words(concat_ws(' ', u.name, u.name_en)) || former.words || hamlet.words,
                         split_words(p.name) || former.above || hamlet.groups),
               CASE u.level WHEN 'province' THEN 3 WHEN 'district' THEN 2.5 ELSE 2 END, true,
               CASE WHEN u.level = 'commune' THEN u.code END,
               ST_X(ST_PointOnSurface(u.geom)), ST_Y(ST_PointOnSurface(u.geom))
        FROM administrative_units u
        LEFT JOIN LATERAL (SELECT name, full_name FROM administrative_units
            WHERE code = u.parent_code AND level <> 'commune' ORDER BY valid_from DESC LIMIT 1) p ON true
        CROSS JOIN LATERAL (
            SELECT coalesce(array_agg(DISTINCT search_words(bare)), '{}') AS keys,
                   coalesce(array_agg(DISTINCT word) FILTER (WHERE word IS NOT NULL), '{}') AS words,
                   (SELECT w.words FROM search_unit_words w WHERE u.level = 'commune' AND w.commune_code = u.code) AS above
            FROM (SELECT regexp_replace(normalize(c.old_name, NFC),
                      '^\s*(phường|xã|thị trấn|đặc khu|quận|huyện|thị xã|thành phố|tỉnh)\s+', '', 'i') AS bare
                  FROM unit_changes c WHERE c.level = u.level AND c.new_code = u.code
                  UNION SELECT unnest(w.names) FROM search_unit_words w
                  WHERE u.level = 'commune' AND w.commune_code = u.code) AS old
            LEFT JOIN LATERAL unnest(split_words(bare)) AS word ON true) AS former
        CROSS JOIN LATERAL (
            SELECT coalesce(array_agg(DISTINCT key) FILTER (WHERE key !~ '^[0-9 ]*$'), '{}') AS keys,
                   coalesce(array_agg(DISTINCT word) FILTER (WHERE key !~ '^[0-9 ]*$'), '{}') AS words,
                   coalesce(array_agg(DISTINCT word) FILTER (WHERE key ~ '^[0-9 ]*$'), '{}') AS groups
            FROM (SELECT h AS written, regexp_replace(search_words(h),
                      '^(thon|xom|to dan pho|tdp|khu dan cu|kdc|khu pho|khu|ap|ban|buon|khoi|khom|to|doi|so)( so)? ', '') AS key
                  FROM unit_changes c, regexp_split_to_table(c.hamlets, ';') AS h
                  WHERE u.level = 'commune' AND c.level = 'commune' AND c.new_code = u.code) AS on_file
            LEFT JOIN LATERAL unnest(split_words(written)) AS word ON true) AS hamlet
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

-- A change of units is a new version, by which everybody who keeps the gazetteer in memory knows that it is old.
INSERT INTO gis.layer_versions (layer) VALUES ('unit_changes') ON CONFLICT DO NOTHING;
CREATE TRIGGER note_layer_touch AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON gis.unit_changes
    FOR EACH STATEMENT EXECUTE FUNCTION gis.note_layer_touch();

SELECT gis.search_put('unit', NULL);
INSERT INTO gis.search_learnings DEFAULT VALUES;
