"""What the two database roles can and cannot do, asked of PostgreSQL itself.

Everything is enumerated from the catalogue, so a table or column that somebody adds is covered
without anybody thinking of it.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from tests.integration.role_queries import DENIED, refused, relations, tables

READABLE_IN_GIS = {"alembic_version"}
"""The health check tells anyone at which revision the schema is; nothing else of gis is public."""

MARK = "MARKER-PRIVATE"


# --- the public reads views and nothing else -----------------------------------------------------------------


def test_the_public_reads_no_table(conn: Connection, public_conn: Connection) -> None:
    for schema, name in relations(conn, "gis", "queue"):
        if name in READABLE_IN_GIS:
            continue
        assert refused(public_conn, f'SELECT FROM {schema}."{name}" LIMIT 1') == DENIED, name


def test_the_public_reads_no_single_column_of_a_table(conn: Connection) -> None:
    """A right on one column would pass the test above, which asks for none."""
    leaks = conn.execute(
        text("SELECT c.table_schema, c.table_name, c.column_name FROM information_schema.columns c"
             " WHERE table_schema IN ('gis', 'queue') AND NOT table_name = ANY(:free)"
             " AND has_column_privilege('gis_public', format('%I.%I', table_schema, table_name), column_name,"
             "     'SELECT, INSERT, UPDATE, REFERENCES')"),
        {"free": list(READABLE_IN_GIS)},
    ).all()  # fmt: skip
    assert leaks == []


def test_the_public_reads_every_view_it_is_meant_to(conn: Connection, public_conn: Connection) -> None:
    views = [name for _, name in relations(conn, "open")]
    assert len(views) >= 10
    for name in views:
        public_conn.execute(text(f'SELECT * FROM open."{name}" LIMIT 1'))


def private_columns(conn: Connection) -> set[tuple[str, str]]:
    rows = conn.execute(
        text("SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
             " WHERE c.relnamespace = 'gis'::regnamespace AND col_description(c.oid, a.attnum) LIKE 'Private%'")
    )  # fmt: skip
    return {(table, column) for table, column in rows}


def test_no_public_view_touches_a_private_column(conn: Connection) -> None:
    """Whatever a view calls it: the catalogue knows which columns its query uses."""
    rows = conn.execute(
        text("SELECT DISTINCT v.relname, t.relname, a.attname FROM pg_rewrite r"
             " JOIN pg_class v ON v.oid = r.ev_class AND v.relnamespace = 'open'::regnamespace"
             " JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refobjsubid > 0"
             " JOIN pg_class t ON t.oid = d.refobjid AND t.relkind = 'r'"
             " JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid")
    ).all()  # fmt: skip
    used = {(table, column) for _, table, column in rows}
    assert ("zones", "name") in used  # the query finds what it should
    assert len(private_columns(conn)) >= 8
    assert used & private_columns(conn) == set()
    secret_tables = {
        "accounts", "access_tokens", "account_roles", "sessions", "one_time_links", "audit_log", "proposals",
        "official_codes", "jobs", "import_reports", "layer_touches", "row_history", "proposal_steps", "case_events",
        "attachments", "account_areas", "idempotency_keys", "number_certificates", "coverage_inputs", "drive_tests",
        "mails", "alert_subscriptions", "alert_links", "alert_ledger", "client_pages", "client_page_plots",
        "error_reports", "map_views", "map_view_shares",
    }  # fmt: skip
    assert {table for table, _ in used} & secret_tables == set()


def fill_with_marks(conn: Connection) -> None:
    """Rows whose private columns, and unpublished rows all of whose text, carry the mark."""
    conn.execute(text(
        "INSERT INTO gis.zones (code, kind, status, name, published, contact_name, contact_phone, internal_note,"
        " source, geom) SELECT c, 'KCN', 'operating', n, p, :m, :m, :m, 'test',"
        " ST_Multi(ST_Transform(ST_MakeEnvelope(106.5, 20.8, 106.51, 20.81, 4326), gis.storage_srid()))"
        " FROM (VALUES ('Z-OPEN', 'KCN Mở', true), ('Z-' || :m, :m, false)) v (c, n, p)"
    ), {"m": MARK})  # fmt: skip
    conn.execute(text(
        "INSERT INTO gis.plots (zone_id, code, status, land_use_code, area_m2, published, internal_note,"
        " lowest_price_usd_m2_term, source, geom)"
        " SELECT z.id, c || z.id, 'available', 'SKK', 100, p, :m, 987654.25, 'test',"
        " (ST_Dump(ST_Buffer(ST_Centroid(z.geom), 20))).geom"
        " FROM gis.zones z, (VALUES ('P-OPEN', true), (:m, false)) v (c, p)"
    ), {"m": MARK})  # fmt: skip
    conn.execute(text(
        "UPDATE gis.plots SET code = :m || id WHERE zone_id = (SELECT id FROM gis.zones WHERE NOT published)"
    ), {"m": MARK})  # fmt: skip
    conn.execute(text(
        "INSERT INTO gis.enterprises (code, name, status, published, certificate_address, contact_name, contact_phone,"
        " contact_email, source, geom) SELECT c, c, 'operating', p, :m, :m, :m, :m, 'test',"
        " ST_Transform(ST_SetSRID(ST_MakePoint(106.5, 20.8), 4326), gis.storage_srid())"
        " FROM (VALUES ('E-OPEN', true), (:m, false)) v (c, p)"
    ), {"m": MARK})  # fmt: skip
    point = "ST_Transform(ST_SetSRID(ST_MakePoint(106.5, 20.8), 4326), gis.storage_srid())"
    conn.execute(
        text(f"INSERT INTO gis.places (id, certificate_address, geom) VALUES ('000001', :m, {point})"), {"m": MARK}
    )
    conn.execute(text(
        f"INSERT INTO gis.sites (operator, code, address_text, source, geom) VALUES ('A', 'S1', :m, 't', {point})"
    ), {"m": MARK})  # fmt: skip
    conn.execute(text(
        "INSERT INTO gis.cells (site_id, code, technology, state, eirp_dbm, tilt_deg, source)"
        " SELECT id, 'C1', '4G', 'on_air', 987654.25, 987654.25, 'test' FROM gis.sites"
    ))  # fmt: skip
    conn.execute(text(
        "INSERT INTO gis.enquiries (receipt, subject, name, company, email, phone, message, language)"
        " VALUES ('DT-1', '', :m, :m, :m, :m, :m, 'vi')"
    ), {"m": MARK})  # fmt: skip
    conn.execute(text(
        "INSERT INTO gis.error_reports (receipt, kind, place_text, message, name, email, phone, consented_at, language)"
        " VALUES ('PA-1', 'other', 'x', :m, :m, :m, :m, now(), 'vi')"
    ), {"m": MARK})  # fmt: skip
    conn.execute(text(
        "INSERT INTO gis.streets (code, name, kind, source, geom) SELECT 'S', 'Phố', 'street', 'test',"
        f" ST_Multi(ST_MakeLine({point}, ST_Translate({point}, 100, 0)))"
    ))  # fmt: skip
    conn.execute(text(
        "INSERT INTO gis.house_numbers (street_id, number, plate_text, side, chainage_m, status, origin, valid_from)"
        " SELECT id, 98765, :m, 'left', 1, 'reserved', 'existing', '2026-01-01' FROM gis.streets"
    ), {"m": MARK})  # fmt: skip
    conn.execute(text(
        "INSERT INTO gis.cases (receipt, kind, received_on, due_on, received_by, applicant_name, applicant_phone,"
        " applicant_email, request_text) VALUES ('HS-1', 'change', '2026-01-01', '2026-01-15', 'an', :m, :m, :m, :m)"
    ), {"m": MARK})  # fmt: skip
    conn.execute(text(
        "INSERT INTO gis.case_events (case_id, actor, event, note) SELECT id, 'an', 'note', :m FROM gis.cases"
    ), {"m": MARK})  # fmt: skip
    conn.execute(text(
        "INSERT INTO gis.number_certificates (code, house_number_id, place_id, written, holder_name, issued_on,"
        " issued_by) SELECT 'CN-1', id, '000001', 'x', :m, '2026-01-01', 'an' FROM gis.house_numbers"
    ), {"m": MARK})  # fmt: skip
    conn.execute(text(
        "INSERT INTO gis.alert_subscriptions (email, search, frequency, language, expires_at)"
        " VALUES (:m, '', 'daily', 'vi', now() + interval '1 day')"
    ), {"m": MARK})  # fmt: skip
    conn.execute(text(
        "INSERT INTO gis.mails (key, message_id, kind, recipient, language, facts)"
        " VALUES ('k', 'm', 'receipt', :m, 'vi', jsonb_build_object('x', CAST(:m AS text)))"
    ), {"m": MARK})  # fmt: skip
    conn.execute(text(
        "INSERT INTO gis.client_pages (token_hash, client_name, note, expires_on, created_by)"
        " VALUES ('h', :m, :m, '2026-01-01', 'an')"
    ), {"m": MARK})  # fmt: skip
    conn.execute(text(
        "INSERT INTO gis.land_files (zone_id, plot_id, kind, media_type, file_name, title_vi, source, public,"
        " size_bytes, sha256, content, uploaded_by)"
        " SELECT z, p, 'other', 'application/pdf', :m, :m, :m, s, 5, encode(sha256('%PDF-'), 'hex'), '%PDF-', :m"
        " FROM (SELECT id, NULL::bigint, published IS NOT TRUE FROM gis.zones"
        "       UNION ALL SELECT NULL, id, code LIKE '%' || :m || '%' FROM gis.plots) v (z, p, s)"
    ), {"m": MARK})  # fmt: skip


def test_no_private_value_shows_in_any_view(conn: Connection) -> None:
    fill_with_marks(conn)
    for table, column in private_columns(conn):
        marked = conn.execute(
            text(f"SELECT count(*) FROM gis.{table} WHERE {column}::text LIKE :m OR {column}::text = '987654.25'"),
            {"m": f"%{MARK}%"},
        ).scalar_one()
        assert marked > 0, f"{table}.{column} is private and this test does not mark it"
    conn.execute(text("SET LOCAL ROLE gis_public"))
    rows_seen = 0
    for _, name in relations(conn, "open"):
        for (row,) in conn.execute(text(f'SELECT to_jsonb(v)::text FROM open."{name}" v')):
            rows_seen += 1
            assert MARK not in row, name
            assert "987654.25" not in row, name
            assert "98765" not in row, name
    assert rows_seen >= 7


def test_the_same_query_gives_the_public_less_or_fails(conn: Connection) -> None:
    fill_with_marks(conn)
    for role, path, zones in (("gis_staff", "gis,public", 2), ("gis_public", "open,public", 1)):
        conn.execute(text(f"SET LOCAL ROLE {role}"))
        conn.execute(text(f"SET LOCAL search_path = {path}"))
        assert conn.execute(text("SELECT count(*) FROM zones")).scalar_one() == zones
    assert refused(conn, "SELECT contact_phone FROM zones") == "UndefinedColumn"
    assert refused(conn, "SELECT * FROM accounts") == "UndefinedTable"


# --- staff write on record only ------------------------------------------------------------------------------

AUDITED = [
    "access_tokens", "account_roles", "accounts", "administrative_units", "alert_subscriptions", "cells",
    "client_page_plots", "client_pages", "decisions", "enterprises", "entrances", "house_numbers", "land_files",
    "official_codes", "one_time_links", "places", "plots", "proposals", "sites", "streets", "unit_changes", "zones",
]  # fmt: skip
FREE = {
    "alembic_version": "migrations keep it", "audit_log": "is the record", "deployment": "read only",
    "layer_versions": "read only, triggers count", "layer_touches": "read only, triggers note",
    "sessions": "a use is no operation; beginning one is, see below", "jobs": "progress of work that is recorded",
    "import_reports": "reports of imports that are recorded",
    "search_keys": "triggers keep it", "search_numbers": "triggers keep it", "search_learnings": "asks for a refresh",
    "search_parts": "triggers keep it",
    "statistics_asked": "asks the planner to count anew, holds nothing",
    "alert_links": "made with the mail that carries it", "alert_ledger": "notes what was told",
    "mails": "progress of mail that is asked for on record",
    "row_history": "triggers write it", "proposal_steps": "a trigger writes it",
    "tile_layers": "read only, triggers count", "tile_marks": "read only, triggers mark",
    "tile_touches": "read only, triggers note", "tile_rounds": "read only, triggers note",
    "tile_store": "drawn from what is recorded", "tile_seeds": "says what the store holds",
}  # fmt: skip


A_DECISION = (
    "INSERT INTO gis.decisions (number, decided_on, issuing_body, subject, recorded_by)"
    " VALUES ('1/QĐ', '2026-01-01', 'UBND', 'x', 'an')"
)


def test_every_table_is_audited_or_has_a_reason(conn: Connection) -> None:
    guarded = set(
        conn.execute(
            text("SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
                 " WHERE t.tgname = 'require_audit' AND t.tgtype & 28 = 28 AND t.tgenabled = 'O'")
        ).scalars()
    )  # fmt: skip
    assert set(AUDITED) <= guarded
    assert set(tables(conn)) - guarded - set(FREE) == set()


def test_staff_write_nothing_without_an_audit_row(conn: Connection, staff_conn: Connection) -> None:
    guarded = conn.execute(
        text("SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgname = 'require_audit'")
    ).scalars()  # fmt: skip
    for table in guarded:
        statements = [f"INSERT INTO gis.{table} DEFAULT VALUES"]
        if table != "sessions":
            column = conn.execute(
                text("SELECT attname FROM pg_attribute WHERE attrelid = CAST(:t AS regclass) AND attnum > 0"
                     " AND attidentity = '' AND attname <> 'id' ORDER BY attnum LIMIT 1"), {"t": f"gis.{table}"},
            ).scalar_one()  # fmt: skip
            statements += [
                f"UPDATE gis.{table} SET {column} = {column} WHERE false", f"DELETE FROM gis.{table} WHERE false",
            ]  # fmt: skip
        for statement in statements:
            assert refused(staff_conn, statement) == DENIED, statement
