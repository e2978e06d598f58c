-- Codes of communes follow the unit in force; what they were stays on record.

-- 1. What became of a commune by a day, for a thing that lies in it. `since` is the day for which the code was
--    written down: codes are used again, so older changes say nothing about it. Among several successors the
--    border decides; without borders the one that took the whole. NULL where nobody can tell.
CREATE FUNCTION gis.commune_on(code text, since date, day date, shape geometry) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = gis, public AS $$
DECLARE
    begun date := coalesce(since, '-infinity');
    holds boolean;
    found text;
BEGIN
    IF code IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT EXISTS (SELECT FROM gis.administrative_units u WHERE u.level = 'commune' AND u.code = commune_on.code
                   AND u.valid_from <= day AND (u.valid_to IS NULL OR u.valid_to > day)) INTO holds;
    IF NOT holds THEN
        begun := '-infinity';  -- a source of a later day that still used the old code
    ELSIF NOT EXISTS (SELECT FROM gis.unit_changes c WHERE c.level = 'commune' AND c.old_code = commune_on.code
                      AND c.changed_on > begun AND c.changed_on <= day) THEN
        RETURN code;
    END IF;
    WITH RECURSIVE became (code, since, whole) AS (
        SELECT commune_on.code, begun, true
        UNION
        SELECT c.new_code, c.changed_on, b.whole AND c.part = 'full'
        FROM became b JOIN gis.unit_changes c
          ON c.level = 'commune' AND c.old_code = b.code AND c.changed_on > b.since AND c.changed_on <= day
    ), standing AS (
        SELECT u.code, bool_or(b.whole AND b.since > begun) AS whole,
               max(coalesce(ST_Length(ST_Intersection(u.geom, shape)) + ST_Area(ST_Intersection(u.geom, shape))
                            + ST_Intersects(u.geom, shape)::int, 0)) AS share
        FROM became b JOIN gis.administrative_units u
          ON u.level = 'commune' AND u.code = b.code AND u.valid_from <= day
         AND (u.valid_to IS NULL OR u.valid_to > day)
        GROUP BY u.code
    )
    SELECT CASE WHEN max(s.share) > 0 THEN (array_agg(s.code ORDER BY s.share DESC, s.code))[1]
                WHEN count(*) = 1 THEN min(s.code)
                WHEN count(*) FILTER (WHERE s.whole) = 1 THEN min(s.code) FILTER (WHERE s.whole)
           END INTO found FROM standing s;
    RETURN found;
END $$;

-- The first day on which this commune was another by then; the day itself where no change is on record.
CREATE FUNCTION gis.commune_moved_on(code text, day date) RETURNS date
    LANGUAGE sql STABLE SET search_path = gis, public AS $$
    SELECT coalesce(max(c.changed_on), day) FROM gis.unit_changes c
    WHERE c.level = 'commune' AND c.old_code = commune_moved_on.code AND c.changed_on <= day
$$;

-- The day for which the commune code of a record speaks: that of its last move, before that its source's.
CREATE FUNCTION gis.commune_known_since(table_name text, row_id bigint, source_date date) RETURNS date
    LANGUAGE sql STABLE SET search_path = gis, public AS $$
    SELECT coalesce(max(m.moved_on), source_date) FROM gis.commune_moves m
    WHERE m.table_name = commune_known_since.table_name AND m.row_key = row_id::text
$$;

-- The commune of a street on a day: today's by its code, an earlier one by what was moved since.
CREATE FUNCTION gis.commune_of_street(street_id bigint, day date, shape geometry) RETURNS text
    LANGUAGE sql STABLE SET search_path = gis, public AS $$
    SELECT coalesce(
        (SELECT m.old_code FROM gis.commune_moves m
         WHERE m.table_name = 'streets' AND m.row_key = commune_of_street.street_id::text AND m.moved_on > day
         ORDER BY m.moved_on, m.id LIMIT 1),
        (SELECT gis.commune_on(s.commune_code, gis.commune_known_since('streets', s.id, s.source_date), day,
                               coalesce(shape, s.geom))
         FROM gis.streets s WHERE s.id = commune_of_street.street_id))
$$;

-- 2. Versions, audit, and what stays.
CREATE TRIGGER count_version BEFORE UPDATE ON gis.account_area_sets
    FOR EACH ROW EXECUTE FUNCTION gis.count_version();
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['account_area_sets', 'commune_moves'] LOOP
        EXECUTE format('CREATE TRIGGER require_audit BEFORE INSERT OR UPDATE OR DELETE ON gis.%I
                        FOR EACH STATEMENT EXECUTE FUNCTION gis.require_audit()', name);
    END LOOP;
END $$;
CREATE TRIGGER keep_row BEFORE UPDATE OR DELETE ON gis.commune_moves
    FOR EACH ROW EXECUTE FUNCTION gis.refuse_change();

-- 3. Who may do what. Answers to repeated requests are cleaned away by age.
GRANT SELECT, INSERT, UPDATE ON gis.account_area_sets TO gis_staff;
GRANT SELECT, INSERT ON gis.commune_moves TO gis_staff;
GRANT DELETE ON gis.idempotency_keys TO gis_staff;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA gis TO gis_staff;
