-- Estates in the register: facts may be corrected and every state is kept; names are closed, never rewritten.

-- 1. A name, its part, its place and its first day never change; a closed name is never opened again.
CREATE FUNCTION gis.keep_issued_name() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := ARRAY['valid_to', 'status', 'retired_reason', 'closed_by_decision_id', 'version', 'updated_at'];
BEGIN
    IF to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free OR OLD.valid_to IS NOT NULL THEN
        RAISE EXCEPTION 'name % is on record and cannot be rewritten; close it', OLD.name
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_issued_name BEFORE UPDATE ON gis.part_names
    FOR EACH ROW EXECUTE FUNCTION gis.keep_issued_name();

-- 2. A part lies in another of the same estate, and of the kind that may hold it.
CREATE FUNCTION gis.require_fitting_parent() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    holder gis.estate_parts;
BEGIN
    SELECT * INTO holder FROM gis.estate_parts WHERE id = NEW.parent_id;
    IF holder.estate_id <> NEW.estate_id
       OR (NEW.kind, holder.kind) NOT IN (('building', 'group'), ('stair', 'building'), ('floor', 'building'),
                                          ('flat', 'floor')) THEN
        RAISE EXCEPTION 'a % cannot lie in part %', NEW.kind, NEW.parent_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'estate_parts_fitting_parent';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER require_fitting_parent BEFORE INSERT OR UPDATE OF parent_id, estate_id, kind ON gis.estate_parts
    FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL) EXECUTE FUNCTION gis.require_fitting_parent();

-- 3. Versions, history, audit, and what stays.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['estates', 'estate_parts'] LOOP
        EXECUTE format('CREATE TRIGGER project_for_tiles BEFORE INSERT OR UPDATE OF geom ON gis.%I
                        FOR EACH ROW EXECUTE FUNCTION gis.project_for_tiles()', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['estates', 'estate_parts', 'part_names'] LOOP
        EXECUTE format('CREATE TRIGGER count_version BEFORE UPDATE ON gis.%I
                        FOR EACH ROW EXECUTE FUNCTION gis.count_version()', name);
        EXECUTE format('CREATE TRIGGER keep_first_state AFTER INSERT ON gis.%I REFERENCING NEW TABLE AS new_rows
                        FOR EACH STATEMENT EXECUTE FUNCTION gis.keep_first_state()', name);
        EXECUTE format('CREATE TRIGGER keep_next_state AFTER UPDATE ON gis.%I REFERENCING NEW TABLE AS new_rows
                        FOR EACH STATEMENT EXECUTE FUNCTION gis.keep_next_state()', name);
        EXECUTE format('CREATE TRIGGER require_audit BEFORE INSERT OR UPDATE OR DELETE ON gis.%I
                        FOR EACH STATEMENT EXECUTE FUNCTION gis.require_audit()', name);
        EXECUTE format('CREATE TRIGGER keep_row BEFORE DELETE ON gis.%I
                        FOR EACH ROW EXECUTE FUNCTION gis.refuse_change()', name);
    END LOOP;
END $$;

-- 4. What anyone may see: estates that have names, and the names. Facts that were only entered are for staff.
CREATE VIEW open.estates AS
    SELECT id, code, name, kind, street_id, geom, geom_3857 FROM gis.estates e
    WHERE EXISTS (SELECT FROM gis.part_names n WHERE n.estate_id = e.id);
CREATE VIEW open.part_names AS
    SELECT id, estate_id, part_id, building_name_id, place_id, kind, name, status, origin, clauses, decision_id, valid_from,
           valid_to, version, updated_at
    FROM gis.part_names;

-- 5. Who may do what.
GRANT SELECT ON open.estates, open.part_names TO gis_public, gis_staff;
GRANT SELECT, INSERT, UPDATE ON gis.estates, gis.estate_parts, gis.part_names TO gis_staff;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA gis TO gis_staff;
