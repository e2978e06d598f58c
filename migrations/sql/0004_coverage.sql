-- Coverage: what a number meant stays, what a run found stays, and the map draws what the ratio counts.

COMMENT ON TABLE gis.drive_tests IS 'Field tests: the measured evidence. Never mixed with declared or modelled numbers.';

-- 1. A cell with a beamwidth but no azimuth points nobody knows where: it is left out of the ratio
--    (no_azimuth) and now of the map too. An azimuth without a beamwidth stays the full circle, and is said.
CREATE OR REPLACE FUNCTION gis.sector(site geometry, azimuth_deg float8, beamwidth_deg float8, radius_m float8)
    RETURNS geometry LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    here geography := ST_Transform(site, 4326)::geography;
    all_around boolean := beamwidth_deg IS NULL OR beamwidth_deg >= 360;
    first_deg float8 := CASE WHEN all_around THEN 0 ELSE azimuth_deg - beamwidth_deg / 2 END;
    sweep_deg float8 := CASE WHEN all_around THEN 360 ELSE beamwidth_deg END;
    chords integer := ceil(sweep_deg / 4);
    ring geometry[] := ARRAY[]::geometry[];
BEGIN
    IF azimuth_deg IS NULL AND NOT all_around THEN
        RETURN NULL;
    END IF;
    FOR step IN 0 .. chords - all_around::integer LOOP
        ring := ring || ST_Project(here, radius_m, radians(first_deg + sweep_deg * step / chords))::geometry;
    END LOOP;
    ring := ring || CASE WHEN all_around THEN ring[1] ELSE here::geometry END;
    IF NOT all_around THEN
        ring := here::geometry || ring;
    END IF;
    RETURN ST_Multi(ST_Transform(ST_MakePolygon(ST_MakeLine(ring)), 3857));
END $$;
UPDATE gis.cells SET site_id = site_id
WHERE azimuth_deg IS NULL AND beamwidth_deg < 360 AND footprint IS NULL AND geom_3857 IS NOT NULL;

-- 2. Drive tests are a layer like any other; nobody draws them yet.
CREATE TRIGGER project_for_tiles BEFORE INSERT OR UPDATE OF geom ON gis.drive_tests
    FOR EACH ROW EXECUTE FUNCTION gis.project_for_tiles();
CREATE TRIGGER note_layer_touch AFTER INSERT OR UPDATE OR DELETE ON gis.drive_tests
    FOR EACH STATEMENT EXECUTE FUNCTION gis.note_layer_touch();
CREATE TRIGGER count_version BEFORE UPDATE ON gis.drive_tests
    FOR EACH ROW EXECUTE FUNCTION gis.count_version();
INSERT INTO gis.layer_versions (layer) VALUES ('drive_tests');

-- 3. Who writes is on record, and what was published stays.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['coverage_definitions', 'coverage_targets', 'coverage_inputs', 'coverage_runs',
                                'coverage_results', 'drive_tests'] LOOP
        EXECUTE format('CREATE TRIGGER require_audit BEFORE INSERT OR UPDATE OR DELETE ON gis.%I
                        FOR EACH STATEMENT EXECUTE FUNCTION gis.require_audit()', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['coverage_definitions', 'coverage_inputs', 'coverage_runs', 'coverage_results'] LOOP
        EXECUTE format('CREATE TRIGGER keep_row BEFORE UPDATE OR DELETE ON gis.%I
                        FOR EACH ROW EXECUTE FUNCTION gis.refuse_change()', name);
    END LOOP;
END $$;

-- 4. What anyone may see: definitions, targets, and the results of zones that are public. A total over zones
--    of which some are not public would tell of them. How many workers a firm has is not public.
CREATE VIEW open.coverage_definitions AS
    SELECT label, definition_id, version, title_vi, title_en, numerator, denominator, predicate, evidence, source
    FROM gis.coverage_definitions;
CREATE VIEW open.coverage_targets AS
    SELECT id, definition_id, ratio, due_on, title_vi, title_en, source FROM gis.coverage_targets;
CREATE VIEW open.coverage_runs AS
    SELECT id, definition, question, technology, as_of, data_versions, input_hash, engine, method, storage_srid, summary,
           result_digest, computed_zones, has_unpublished, is_demo, created_at
    FROM gis.coverage_runs;
CREATE VIEW open.coverage_results AS
    SELECT r.id, r.run_id, r.scope, r.zone_id, r.code, r.name, r.operator,
           CASE WHEN u.definition NOT LIKE 'worker%' THEN r.numerator END AS numerator,
           CASE WHEN u.definition NOT LIKE 'worker%' THEN r.denominator END AS denominator,
           r.ratio, r.error_bound, r.limiting
    FROM gis.coverage_results r
    JOIN gis.coverage_runs u ON u.id = r.run_id
    WHERE CASE r.scope
              WHEN 'zone' THEN EXISTS (SELECT FROM gis.zones z WHERE z.id = r.zone_id AND z.published)
              WHEN 'province' THEN NOT u.has_unpublished
              ELSE true
          END;

-- 5. Who may do what.
GRANT SELECT ON open.coverage_definitions, open.coverage_targets, open.coverage_runs, open.coverage_results
    TO gis_public, gis_staff;
GRANT SELECT, INSERT ON gis.coverage_definitions, gis.coverage_inputs, gis.coverage_runs, gis.coverage_results
    TO gis_staff;
GRANT SELECT, INSERT, UPDATE, DELETE ON gis.coverage_targets, gis.drive_tests TO gis_staff;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA gis TO gis_staff;
