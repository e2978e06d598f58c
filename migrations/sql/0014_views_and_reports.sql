-- Versions, audit, history of views, and rights. The public reads none of these tables.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['map_views', 'error_reports'] LOOP
        EXECUTE format('CREATE TRIGGER count_version BEFORE UPDATE ON gis.%I
                        FOR EACH ROW EXECUTE FUNCTION gis.count_version()', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['map_views', 'map_view_shares', 'error_reports'] LOOP
        EXECUTE format('CREATE TRIGGER require_audit BEFORE INSERT OR UPDATE OR DELETE ON gis.%I
                        FOR EACH STATEMENT EXECUTE FUNCTION gis.require_audit()', name);
    END LOOP;
END $$;

-- What a view was before it was saved over. Reports keep no history: contacts that are erased must be gone.
CREATE TRIGGER keep_first_state AFTER INSERT ON gis.map_views REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION gis.keep_first_state();
CREATE TRIGGER keep_next_state AFTER UPDATE ON gis.map_views REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION gis.keep_next_state();

GRANT SELECT, INSERT, UPDATE, DELETE ON gis.map_views, gis.map_view_shares, gis.error_reports TO gis_staff;
