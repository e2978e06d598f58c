-- The register that an authority can rely on: what each row ever said, who made it so, and what stays.

-- 1. Keys of written addresses: lower case, without marks, punctuation as blanks, single spaces.
CREATE FUNCTION gis.address_key(value text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN trim(regexp_replace(regexp_replace(gis.plain(value), '[,.;:()"]+', ' ', 'g'), '\s+', ' ', 'g'));

-- Who works in this transaction: the actor of its audit row; for the owner, the database user.
CREATE FUNCTION gis.actor() RETURNS text
    LANGUAGE sql STABLE
    RETURN coalesce((SELECT actor FROM gis.audit_log WHERE transaction_id = txid_current() AND at = now()),
                    session_user::text);

-- 2. Every state of a record is kept. The clock and not the transaction's time: a transaction that waited
--    for a lock began before the one that it waited for, and its state came later all the same.
CREATE FUNCTION gis.keep_first_state() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = gis, public AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    worker text := gis.actor();
BEGIN
    INSERT INTO gis.row_history (table_name, row_id, content, actor, recorded_at)
    SELECT TG_TABLE_NAME, n.id, to_jsonb(n) - 'search_keys', worker, moment FROM new_rows n;
    RETURN NULL;
END $$;

CREATE FUNCTION gis.keep_next_state() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = gis, public AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    worker text := gis.actor();
BEGIN
    UPDATE gis.row_history h SET superseded_at = moment FROM new_rows n
    WHERE h.table_name = TG_TABLE_NAME AND h.row_id = n.id AND h.superseded_at IS NULL;
    INSERT INTO gis.row_history (table_name, row_id, content, actor, recorded_at)
    SELECT TG_TABLE_NAME, n.id, to_jsonb(n) - 'search_keys', worker, moment FROM new_rows n;
    RETURN NULL;
END $$;

CREATE FUNCTION gis.keep_past_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.superseded_at IS NOT NULL
       OR (NEW.id, NEW.table_name, NEW.row_id, NEW.content, NEW.actor, NEW.recorded_at)
          IS DISTINCT FROM (OLD.id, OLD.table_name, OLD.row_id, OLD.content, OLD.actor, OLD.recorded_at) THEN
        RAISE EXCEPTION 'what the register once said is kept for ever'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_past_state BEFORE UPDATE ON gis.row_history
    FOR EACH ROW EXECUTE FUNCTION gis.keep_past_state();

-- 3. The steps of a proposal, with who took them.
CREATE FUNCTION gis.note_proposal_step() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = gis, public AS $$
BEGIN
    INSERT INTO gis.proposal_steps (proposal_id, status, actor, reason, decision_id, at)
    VALUES (NEW.id, NEW.status,
            coalesce((SELECT actor FROM gis.audit_log WHERE transaction_id = txid_current() AND at = now()),
                     CASE NEW.status WHEN 'draft' THEN NEW.author WHEN 'approved' THEN NEW.approver END,
                     session_user::text),
            NEW.rejected_reason, NEW.decision_id, clock_timestamp());
    RETURN NULL;
END $$;
CREATE TRIGGER note_first_step AFTER INSERT ON gis.proposals
    FOR EACH ROW EXECUTE FUNCTION gis.note_proposal_step();
CREATE TRIGGER note_next_step AFTER UPDATE OF status ON gis.proposals
    FOR EACH ROW WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION gis.note_proposal_step();

-- 4. What stays. Closed is closed; what was written is not rewritten.
CREATE FUNCTION gis.keep_closed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := ARRAY['valid_to', 'closed_by_decision_id', 'closed_reason', 'is_preferred', 'version', 'updated_at'];
BEGIN
    IF to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free
       OR (OLD.valid_to IS NOT NULL AND NEW.valid_to IS DISTINCT FROM OLD.valid_to) THEN
        RAISE EXCEPTION 'row % of % is on record and cannot be rewritten; close it and open a new one', OLD.id, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

-- An address that people may use has one among its like that letters use.
CREATE FUNCTION gis.require_one_preferred() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM gis.addresses
               WHERE place_id = NEW.place_id AND language = NEW.language AND valid_to IS NULL
               HAVING count(*) > 0 AND NOT bool_or(is_preferred)) THEN
        RAISE EXCEPTION 'place % has addresses in % and none of them is preferred', NEW.place_id, NEW.language
            USING ERRCODE = 'check_violation', CONSTRAINT = 'addresses_one_preferred';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER require_one_preferred AFTER INSERT OR UPDATE ON gis.addresses
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION gis.require_one_preferred();

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['house_numbers', 'addresses', 'alley_names', 'official_codes', 'plates',
                                'number_certificates', 'certifications', 'local_policies', 'number_changes'] LOOP
        EXECUTE format('CREATE TRIGGER keep_first_state AFTER INSERT ON gis.%I REFERENCING NEW TABLE AS new_rows
                        FOR EACH STATEMENT EXECUTE FUNCTION gis.keep_first_state()', name);
        EXECUTE format('CREATE TRIGGER keep_next_state AFTER UPDATE ON gis.%I REFERENCING NEW TABLE AS new_rows
                        FOR EACH STATEMENT EXECUTE FUNCTION gis.keep_next_state()', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['addresses', 'alley_names', 'local_policies', 'plates', 'number_certificates',
                                'certifications', 'cases', 'number_changes'] LOOP
        EXECUTE format('CREATE TRIGGER count_version BEFORE UPDATE ON gis.%I
                        FOR EACH ROW EXECUTE FUNCTION gis.count_version()', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['account_areas', 'addresses', 'alley_names', 'attachments', 'case_events', 'cases',
                                'certifications', 'counters', 'holidays', 'idempotency_keys', 'local_policies',
                                'number_certificates', 'number_changes', 'plates'] LOOP
        EXECUTE format('CREATE TRIGGER require_audit BEFORE INSERT OR UPDATE OR DELETE ON gis.%I
                        FOR EACH STATEMENT EXECUTE FUNCTION gis.require_audit()', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['addresses', 'alley_names', 'local_policies'] LOOP
        EXECUTE format('CREATE TRIGGER keep_closed BEFORE UPDATE ON gis.%I
                        FOR EACH ROW EXECUTE FUNCTION gis.keep_closed()', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['addresses', 'alley_names', 'attachments', 'case_events', 'cases', 'certifications',
                                'local_policies', 'number_certificates', 'number_changes', 'plates', 'proposal_steps',
                                'row_history'] LOOP
        EXECUTE format('CREATE TRIGGER keep_row BEFORE DELETE ON gis.%I
                        FOR EACH ROW EXECUTE FUNCTION gis.refuse_change()', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['attachments', 'case_events', 'proposal_steps'] LOOP
        EXECUTE format('CREATE TRIGGER keep_content BEFORE UPDATE ON gis.%I
                        FOR EACH ROW EXECUTE FUNCTION gis.refuse_change()', name);
    END LOOP;
END $$;

-- 5. What is on record already gets its first state, as far as it is still known.
INSERT INTO gis.row_history (table_name, row_id, content, actor, recorded_at)
SELECT 'house_numbers', id, to_jsonb(h), 'unknown', greatest(recorded_at, updated_at) FROM gis.house_numbers h;
INSERT INTO gis.row_history (table_name, row_id, content, actor, recorded_at)
SELECT 'official_codes', id, to_jsonb(c), 'unknown', updated_at FROM gis.official_codes c;
INSERT INTO gis.proposal_steps (proposal_id, status, actor, reason, decision_id, at)
SELECT id, status, coalesce(approver, author), rejected_reason, decision_id, updated_at FROM gis.proposals;

-- 6. What anyone may see: addresses of places, names of alleys, and how far a case has come, which is asked
--    for by its receipt. Nothing about persons.
CREATE VIEW open.addresses AS
    SELECT id, place_id, language, written, is_preferred, street_id, path, unit_code, unit_name, address_code,
           search_keys, valid_from, valid_to, version, updated_at
    FROM gis.addresses;
CREATE VIEW open.alley_names AS
    SELECT id, street_id, name, label, clause, decision_id, valid_from, valid_to FROM gis.alley_names;
CREATE VIEW open.case_status AS
    SELECT receipt, kind, state, received_on, due_on, answered_on, answer_reference FROM gis.cases;
CREATE VIEW open.certified_streets AS
    SELECT street_id, certified_at, numbers FROM gis.certifications WHERE undone_at IS NULL;
CREATE OR REPLACE VIEW open.streets AS
    SELECT id, code, name, kind, zone_id, commune_code, parent_street_id, cross_section_m,
           numbered_before, existing_direction, decided_direction, direction_decision,
           direction_decided_on, source, source_date, is_demo, version, updated_at, geom, geom_3857,
           is_special
    FROM gis.streets;

-- 7. Who may do what.
GRANT SELECT ON open.addresses, open.alley_names, open.case_status, open.certified_streets TO gis_public, gis_staff;
GRANT SELECT, INSERT, UPDATE ON gis.addresses, gis.alley_names, gis.cases, gis.certifications,
    gis.local_policies, gis.number_certificates, gis.number_changes, gis.plates, gis.counters, gis.idempotency_keys TO gis_staff;
GRANT SELECT, INSERT ON gis.attachments, gis.case_events TO gis_staff;
GRANT SELECT, INSERT, UPDATE, DELETE ON gis.account_areas, gis.holidays TO gis_staff;
GRANT SELECT ON gis.row_history, gis.proposal_steps TO gis_staff;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA gis TO gis_staff;
