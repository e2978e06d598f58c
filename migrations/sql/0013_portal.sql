-- Triggers, the public view and the rights of saved searches, mail, clients' pages and files of zones and plots.

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['client_pages', 'land_files'] LOOP
        EXECUTE format('CREATE TRIGGER count_version BEFORE UPDATE ON gis.%I
                        FOR EACH ROW EXECUTE FUNCTION gis.count_version()', name);
    END LOOP;
    -- Not the outbox, the links in mails and the ledger: they follow from what is on record, as jobs do.
    FOREACH name IN ARRAY ARRAY['alert_subscriptions', 'client_pages', 'client_page_plots', 'land_files'] LOOP
        EXECUTE format('CREATE TRIGGER require_audit BEFORE INSERT OR UPDATE OR DELETE ON gis.%I
                        FOR EACH STATEMENT EXECUTE FUNCTION gis.require_audit()', name);
    END LOOP;
END $$;

-- Published files of published land; who uploaded them is not shown.
CREATE VIEW open.land_files AS
    SELECT f.id, f.zone_id, f.plot_id, f.kind, f.media_type, f.file_name, f.title_vi, f.title_en, f.alt_vi, f.alt_en,
           f.source, f.source_date, f.public, f.position, f.width_px, f.height_px, f.size_bytes, f.sha256,
           f.content, f.preview, f.version, f.created_at, f.updated_at
    FROM gis.land_files f
    LEFT JOIN open.zones z ON z.id = f.zone_id
    LEFT JOIN open.plots p ON p.id = f.plot_id
    WHERE f.public AND num_nonnulls(z.id, p.id) = 1;

GRANT SELECT ON open.land_files TO gis_public, gis_staff;
GRANT SELECT, INSERT, UPDATE, DELETE ON gis.alert_subscriptions, gis.mails, gis.client_pages, gis.client_page_plots,
    gis.land_files TO gis_staff;
GRANT SELECT, INSERT ON gis.alert_links, gis.alert_ledger TO gis_staff;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA gis TO gis_staff;
