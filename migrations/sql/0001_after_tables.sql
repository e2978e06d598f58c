-- Triggers that keep the invariants, the views of what is public, and who may do what.

-- 0. What GeoAlchemy's table helper leaves out.
COMMENT ON TABLE gis.administrative_units IS 'Administrative units, each for the period in which it existed in that form.';
COMMENT ON TABLE gis.zones IS 'Industrial zones with the several area figures that sources give for them.';
COMMENT ON TABLE gis.plots IS 'Plots; a plot is known by its zone, the plan version and its lot name.';
COMMENT ON TABLE gis.enterprises IS 'Enterprises with where they stand and what they do.';
COMMENT ON TABLE gis.sites IS 'Places where an operator has antennas. One mast used by three operators is three sites.';
COMMENT ON TABLE gis.cells IS 'Cells; position is that of their site.';
COMMENT ON TABLE gis.streets IS 'Streets with the facts that the numbering rules need.';
COMMENT ON TABLE gis.entrances IS 'Doors, gates and the middles of empty frontages.';
COMMENT ON TABLE gis.buildings IS 'Outlines of buildings; where people go in is in entrances.';
COMMENT ON TABLE gis.places IS 'Things that have addresses. The id never changes and is never used again.';

-- 1. Tiles read a stored 3857 geometry. A trigger, not a generated column: a dump restores tables
--    before spatial_ref_sys, and a generated column would then not know the storage CRS.
CREATE FUNCTION gis.project_for_tiles() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- An implausible shape is left for the CHECK constraint, which names the fault.
    NEW.geom_3857 := CASE WHEN gis.is_plausible(NEW.geom) THEN ST_Transform(NEW.geom, 3857) END;
    RETURN NEW;
END $$;

-- The declared reach of a cell as it is drawn: an arc every 4 degrees around the site, closed over
-- the site, or a full circle. Geodesic, so the azimuth is from true north. Ratios are computed by
-- layers.coverage.footprints; a test holds the two together.
CREATE FUNCTION gis.sector(site geometry, azimuth_deg float8, beamwidth_deg float8, radius_m float8)
    RETURNS geometry LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    here geography := ST_Transform(site, 4326)::geography;
    all_around boolean := azimuth_deg IS NULL OR beamwidth_deg IS NULL OR beamwidth_deg >= 360;
    first_deg float8 := CASE WHEN all_around THEN 0 ELSE azimuth_deg - beamwidth_deg / 2 END;
    sweep_deg float8 := CASE WHEN all_around THEN 360 ELSE beamwidth_deg END;
    chords integer := ceil(sweep_deg / 4);
    ring geometry[] := ARRAY[]::geometry[];
BEGIN
    FOR step IN 0 .. chords - all_around::integer LOOP
        ring := ring || ST_Project(here, radius_m, radians(first_deg + sweep_deg * step / chords))::geometry;
    END LOOP;
    ring := ring || CASE WHEN all_around THEN ring[1] ELSE here::geometry END;
    IF NOT all_around THEN
        ring := here::geometry || ring;
    END IF;
    RETURN ST_Multi(ST_Transform(ST_MakePolygon(ST_MakeLine(ring)), 3857));
END $$;

CREATE FUNCTION gis.draw_cell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.geom_3857 := CASE
        WHEN NEW.footprint IS NOT NULL AND gis.is_plausible(NEW.footprint) THEN ST_Transform(NEW.footprint, 3857)
        WHEN NEW.radius_m > 0 AND NEW.radius_m <= 100000
            THEN (SELECT gis.sector(geom, NEW.azimuth_deg, NEW.beamwidth_deg, NEW.radius_m)
                  FROM gis.sites WHERE id = NEW.site_id)
    END;
    RETURN NEW;
END $$;
CREATE TRIGGER draw_cell BEFORE INSERT OR UPDATE OF site_id, azimuth_deg, beamwidth_deg, radius_m, footprint ON gis.cells
    FOR EACH ROW EXECUTE FUNCTION gis.draw_cell();

-- A site that moves takes its sectors with it.
CREATE FUNCTION gis.redraw_cells() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE gis.cells SET site_id = site_id WHERE site_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER redraw_cells AFTER UPDATE OF geom ON gis.sites
    FOR EACH ROW WHEN (NOT ST_OrderingEquals(OLD.geom, NEW.geom)) EXECUTE FUNCTION gis.redraw_cells();

-- 2. Every update counts the version by which two editors are told apart.
CREATE FUNCTION gis.count_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version + 1;
    NEW.created_at := OLD.created_at;
    NEW.updated_at := clock_timestamp();
    RETURN NEW;
END $$;

-- 3. Layer versions. A statement only notes that it touched a layer; at commit all noted layers
--    are counted up in one fixed order, so writers neither wait for nor deadlock with each other.
CREATE TABLE gis.layer_touches (layer text NOT NULL, transaction_id bigint NOT NULL DEFAULT txid_current());
COMMENT ON TABLE gis.layer_touches IS 'Layers touched by running transactions; empty otherwise.';

CREATE FUNCTION gis.note_layer_touch() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = gis, public AS $$
BEGIN
    INSERT INTO gis.layer_touches (layer)
    SELECT TG_TABLE_NAME
    WHERE NOT EXISTS (SELECT FROM gis.layer_touches
                      WHERE layer = TG_TABLE_NAME AND transaction_id = txid_current());
    RETURN NULL;
END $$;

CREATE FUNCTION gis.count_layer_versions() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = gis, public AS $$
DECLARE
    touched text;
BEGIN
    FOR touched IN
        SELECT DISTINCT layer FROM gis.layer_touches WHERE transaction_id = txid_current() ORDER BY layer
    LOOP
        INSERT INTO gis.layer_versions (layer) VALUES (touched)
        ON CONFLICT (layer) DO UPDATE SET version = layer_versions.version + 1, changed_at = now();
    END LOOP;
    DELETE FROM gis.layer_touches WHERE transaction_id = txid_current();
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER count_layer_versions AFTER INSERT ON gis.layer_touches
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION gis.count_layer_versions();

-- 4. No write without its audit row. The owner of the table (migrations) is exempt. The time tells
--    this transaction from one of the same number in the cluster that a restored backup came from.
CREATE FUNCTION gis.require_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER')
       AND NOT EXISTS (SELECT FROM gis.audit_log WHERE transaction_id = txid_current() AND at = now()) THEN
        RAISE EXCEPTION 'write to %.% without an audit row', TG_TABLE_SCHEMA, TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'record the operation with gis_service.audit.record first';
    END IF;
    RETURN NULL;
END $$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['administrative_units', 'zones', 'plots', 'enterprises', 'sites',
                                'streets', 'entrances', 'buildings', 'places'] LOOP
        EXECUTE format('CREATE TRIGGER project_for_tiles BEFORE INSERT OR UPDATE OF geom ON gis.%I
                        FOR EACH ROW EXECUTE FUNCTION gis.project_for_tiles()', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['administrative_units', 'zones', 'plots', 'enterprises', 'sites',
                                'cells', 'streets', 'entrances', 'buildings', 'places', 'house_numbers'] LOOP
        EXECUTE format('CREATE TRIGGER note_layer_touch AFTER INSERT OR UPDATE OR DELETE ON gis.%I
                        FOR EACH STATEMENT EXECUTE FUNCTION gis.note_layer_touch()', name);
        INSERT INTO gis.layer_versions (layer) VALUES (name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['administrative_units', 'zones', 'plots', 'enterprises', 'sites',
                                'cells', 'streets', 'entrances', 'buildings', 'places', 'house_numbers',
                                'official_codes', 'decisions', 'proposals'] LOOP
        EXECUTE format('CREATE TRIGGER count_version BEFORE UPDATE ON gis.%I
                        FOR EACH ROW EXECUTE FUNCTION gis.count_version()', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['administrative_units', 'unit_changes', 'zones', 'plots',
                                'enterprises', 'sites', 'cells', 'streets', 'entrances', 'buildings', 'places',
                                'house_numbers', 'official_codes', 'decisions', 'proposals',
                                'accounts', 'account_roles', 'one_time_links'] LOOP
        EXECUTE format('CREATE TRIGGER require_audit BEFORE INSERT OR UPDATE OR DELETE ON gis.%I
                        FOR EACH STATEMENT EXECUTE FUNCTION gis.require_audit()', name);
    END LOOP;
    -- A session begins on record; that it was used a minute ago, or ran out, is no operation.
    CREATE TRIGGER require_audit BEFORE INSERT ON gis.sessions
        FOR EACH STATEMENT EXECUTE FUNCTION gis.require_audit();
END $$;

-- 5. What is issued stays: a number, its street, its place and its first day never change, a closed
--    row is never opened again, and neither numbers nor places nor audit rows are ever deleted.
CREATE FUNCTION gis.keep_issued_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.street_id, NEW.number, NEW.suffix, NEW.plate_text, NEW.valid_from, NEW.origin)
       IS DISTINCT FROM (OLD.street_id, OLD.number, OLD.suffix, OLD.plate_text, OLD.valid_from, OLD.origin)
       OR (OLD.place_id IS NOT NULL AND NEW.place_id IS DISTINCT FROM OLD.place_id)
       OR (OLD.valid_to IS NOT NULL AND NEW.valid_to IS DISTINCT FROM OLD.valid_to)
       OR (OLD.status = 'retired' AND NEW.status <> 'retired') THEN
        RAISE EXCEPTION 'house number % is on record and cannot be rewritten; close it and open a new one', OLD.plate_text
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_issued_number BEFORE UPDATE ON gis.house_numbers
    FOR EACH ROW EXECUTE FUNCTION gis.keep_issued_number();

CREATE FUNCTION gis.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are kept for ever; % is refused', TG_TABLE_NAME, lower(TG_OP)
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER keep_row BEFORE DELETE ON gis.house_numbers FOR EACH ROW EXECUTE FUNCTION gis.refuse_change();
CREATE TRIGGER keep_row BEFORE DELETE ON gis.places FOR EACH ROW EXECUTE FUNCTION gis.refuse_change();
CREATE TRIGGER keep_id BEFORE UPDATE OF id ON gis.places
    FOR EACH ROW WHEN (OLD.id <> NEW.id) EXECUTE FUNCTION gis.refuse_change();
CREATE TRIGGER keep_row BEFORE UPDATE OR DELETE ON gis.audit_log FOR EACH ROW EXECUTE FUNCTION gis.refuse_change();

-- 6. What anyone may see. Views and not row-level security: the operator && is not leakproof, so a
--    policy would keep the spatial index from being used (docs/decisions/0003).
CREATE VIEW open.administrative_units AS
    SELECT id, level, code, parent_code, kind, name, full_name, name_en, area_km2, population,
           border_quality, valid_from, valid_to, source, source_date, is_demo, version, updated_at,
           geom, geom_3857
    FROM gis.administrative_units;
CREATE VIEW open.unit_changes AS SELECT * FROM gis.unit_changes;
CREATE VIEW open.zones AS
    SELECT id, code, kind, status, name, name_en, former_names, parent_id, developer,
           established_on, established_note, lease_ends_on, area_plan_ha, area_decision_ha,
           area_leasable_ha, occupancy_ratio, occupancy_on, commune_code, address_text, power_mva,
           water_m3_day, wastewater_m3_day, telecom, flood_note, vsic_version, industries_allowed,
           industries_excluded, incentives, website, source_url, border_quality, source,
           source_date, is_demo, version, updated_at, geom, geom_3857
    FROM gis.zones WHERE published;
CREATE VIEW open.plots AS
    SELECT p.id, p.zone_id, p.plan_version, p.code, p.status, p.land_use_code, p.land_use_version,
           p.area_m2, p.can_merge, p.ready_on, p.lease_ends_on, p.price_usd_m2_term,
           p.price_quoted_on, p.land_rent_vnd_m2_year, p.infrastructure_fee_usd_m2_year,
           p.management_fee_usd_m2_month, p.deposit_ratio, p.vat_included, p.power_kva,
           p.water_m3_day, p.wastewater_m3_day, p.road_width_m, p.max_coverage_ratio,
           p.max_floor_area_ratio, p.max_floors, p.max_height_m, p.setback_m, p.green_ratio,
           p.ground_note, p.vsic_version, p.industries_allowed, p.source, p.source_date,
           p.is_demo, p.version, p.updated_at, p.geom, p.geom_3857
    FROM gis.plots p JOIN gis.zones z ON z.id = p.zone_id
    WHERE p.published AND z.published;
CREATE VIEW open.enterprises AS
    SELECT id, code, tax_code, name, name_en, short_name, country, status, vsic_version,
           industry_code, other_industry_codes, started_on, zone_id, plot_id, address_text, source,
           source_date, is_demo, version, updated_at, geom, geom_3857
    FROM gis.enterprises WHERE published;
CREATE VIEW open.sites AS
    SELECT id, operator, code, name, kind, height_m, accuracy_m, source, source_date, is_demo,
           version, updated_at, geom, geom_3857
    FROM gis.sites;
CREATE VIEW open.cells AS
    SELECT id, site_id, code, technology, state, band, frequency_mhz, bandwidth_mhz, antenna,
           azimuth_deg, beamwidth_deg, radius_m, on_air_on, accepted_on, footprint, coverage_class,
           source, source_date, is_demo, version, updated_at, geom_3857
    FROM gis.cells;
CREATE VIEW open.streets AS
    SELECT id, code, name, kind, zone_id, commune_code, parent_street_id, cross_section_m,
           numbered_before, existing_direction, decided_direction, direction_decision,
           direction_decided_on, source, source_date, is_demo, version, updated_at, geom, geom_3857
    FROM gis.streets;
CREATE VIEW open.entrances AS
    SELECT id, code, kind, is_main, street_id, street_name, existing_number, plot_id,
           enterprise_id, place_code, position_quality, source, source_date, is_demo, version,
           updated_at, geom, geom_3857
    FROM gis.entrances;
CREATE VIEW open.buildings AS
    SELECT id, code, kind, name, height_m, floors, source, source_date, is_demo, version,
           updated_at, geom, geom_3857
    FROM gis.buildings;
CREATE VIEW open.places AS
    SELECT id, kind, entrance_id, plot_id, enterprise_id, version, updated_at, geom, geom_3857
    FROM gis.places;
-- Reserved numbers are not public: a spare number that people use is no longer spare.
CREATE VIEW open.house_numbers AS
    SELECT id, street_id, place_id, entrance_id, number, suffix, plate_text, side, chainage_m,
           status, origin, clauses, decision_id, valid_from, valid_to, version, updated_at
    FROM gis.house_numbers WHERE status <> 'reserved';
CREATE VIEW open.decisions AS
    SELECT id, number, decided_on, issuing_body, subject FROM gis.decisions;
CREATE VIEW open.layer_versions AS SELECT * FROM gis.layer_versions;
CREATE VIEW open.deployment AS SELECT * FROM gis.deployment;

-- 7. Who may do what.
GRANT USAGE ON SCHEMA gis, open TO gis_staff;
GRANT USAGE ON SCHEMA gis, open TO gis_public;  -- gis: only to call its functions
GRANT SELECT ON ALL TABLES IN SCHEMA open TO gis_public, gis_staff;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA gis TO gis_staff;
REVOKE DELETE ON gis.house_numbers, gis.places, gis.proposals, gis.decisions, gis.accounts,
    gis.import_reports, gis.jobs FROM gis_staff;
-- Who, what and from where may be told; when, in which transaction and in which order may not.
REVOKE INSERT, UPDATE, DELETE ON gis.audit_log FROM gis_staff;
GRANT INSERT (actor, operation, subject, request_id, client, details) ON gis.audit_log TO gis_staff;
REVOKE INSERT, UPDATE, DELETE ON gis.deployment, gis.layer_versions, gis.layer_touches FROM gis_staff;
GRANT SELECT ON gis.alembic_version TO gis_staff, gis_public;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA gis TO gis_staff;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;

-- What PostgreSQL lets anyone do, and nobody here needs: temporary tables of the public, which stay in
-- a pooled connection, and large objects, which are written even in a read-only transaction.
DO $$
DECLARE
    name text;
BEGIN
    EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO gis_staff', current_database());
    FOR name IN
        SELECT oid::regprocedure FROM pg_proc
        WHERE pronamespace = 'pg_catalog'::regnamespace
          AND proname IN ('lo_creat', 'lo_create', 'lo_from_bytea', 'lo_open', 'lo_put', 'lowrite',
                          'lo_unlink', 'lo_truncate', 'lo_truncate64', 'lo_import', 'lo_export')
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', name);
    END LOOP;
EXCEPTION WHEN insufficient_privilege THEN
    -- An owner who is not the superuser cannot; docs/security.md says what to ask the administrator for.
    RAISE WARNING 'rights of PUBLIC on temporary tables or large objects are left as they are';
END $$;
