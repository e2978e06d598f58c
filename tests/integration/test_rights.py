"""What the two database roles can and cannot do, asked of PostgreSQL itself.

Everything is enumerated from the catalogue, so a table or column that somebody adds is covered
without anybody thinking of it.
"""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
import sqlalchemy.exc
from sqlalchemy import Connection, text

from gis_service import audit, cluster
from gis_service.database import Database
from gis_service.migrating import migrate
from gis_service.settings import Settings
from tests.conftest import NewDatabase, settings_for

DENIED = "InsufficientPrivilege"
READABLE_IN_GIS = {"alembic_version"}
"""The health check tells anyone at which revision the schema is; nothing else of gis is public."""

MARK = "MARKER-PRIVATE"


def refused(conn: Connection, statement: str, **values: object) -> str:
    """Run a statement that must fail; gives the name of the error. What was done before it stays."""
    with pytest.raises(sqlalchemy.exc.DBAPIError) as caught, conn.begin_nested():
        conn.execute(text(statement), values)
    return type(caught.value.orig).__name__


def relations(conn: Connection, *schemas: str) -> list[tuple[str, str]]:
    rows = conn.execute(
        text("SELECT table_schema, table_name FROM information_schema.tables WHERE table_schema = ANY(:schemas)"),
        {"schemas": list(schemas)},
    )
    return [(schema, name) for schema, name in rows]


def tables(conn: Connection) -> list[str]:
    found = [name for _, name in relations(conn, "gis")]
    assert len(found) > 20
    return found


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


# --- the public writes nothing -------------------------------------------------------------------------------


def test_the_public_writes_nowhere(conn: Connection, public_conn: Connection) -> None:
    postgis_views = {"geometry_columns", "geography_columns"}  # their rules swallow a write and do nothing
    for schema, name in relations(conn, "gis", "queue", "open", "public"):
        if name in postgis_views:
            continue
        for statement in (
            f'INSERT INTO {schema}."{name}" DEFAULT VALUES', f'DELETE FROM {schema}."{name}"',
            f'TRUNCATE {schema}."{name}"',
        ):  # fmt: skip
            no_table = ("WrongObjectType", "ObjectNotInPrerequisiteState")  # what no view of its kind takes
            assert refused(public_conn, statement) in (DENIED, *no_table), statement
    updates = conn.execute(
        text("SELECT table_schema, table_name FROM information_schema.tables"
             " WHERE table_schema IN ('gis', 'queue', 'open', 'public')"
             " AND has_any_column_privilege('gis_public', format('%I.%I', table_schema, table_name), 'INSERT, UPDATE')")
    ).all()  # fmt: skip
    assert updates == []


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE public.t (a int)", "CREATE TABLE gis.t (a int)", "CREATE TABLE open.t (a int)",
        "CREATE VIEW open.v AS SELECT 1", "CREATE SCHEMA s", "CREATE ROLE r", "CREATE EXTENSION dblink",
        "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql RETURN 1", "CREATE EXTENSION file_fdw",
        "ALTER TABLE gis.zones DISABLE TRIGGER ALL",
        "SET session_replication_role = replica", "SET ROLE the_other", "SET SESSION AUTHORIZATION the_other",
        "SET ROLE pg_read_server_files", "SET ROLE pg_execute_server_program",
        "COPY (SELECT 1) TO PROGRAM 'cat'", "COPY (SELECT 1) TO '/tmp/gis-rights-test'",
        "COPY public.spatial_ref_sys FROM PROGRAM 'true'", "COPY public.spatial_ref_sys FROM '/etc/passwd'",
        "SELECT pg_read_file('/etc/passwd')", "SELECT pg_read_binary_file('/etc/passwd')",
        "SELECT pg_ls_dir('/')", "SELECT pg_stat_file('/etc/passwd')", "SELECT pg_ls_logdir()",
        "SELECT pg_reload_conf()", "SELECT pg_rotate_logfile()", "SELECT pg_switch_wal()",
        "SELECT lo_import('/etc/passwd')", "SELECT lo_export(1, '/tmp/gis-rights-test')",
        "SELECT lo_from_bytea(0, 'x')", "SELECT lo_create(0)", "SELECT lo_creat(-1)", "SELECT lo_put(1, 0, 'x')",
        "SELECT rolpassword FROM pg_authid", "SELECT * FROM pg_hba_file_rules", "SELECT * FROM pg_user_mapping",
        "SELECT gis.note_layer_touch()", "LOCK TABLE gis.audit_log",
    ],
)  # fmt: skip
@pytest.mark.parametrize("role", ["public", "staff"])
def test_neither_role_gets_at_the_machine_or_the_schema(
    request: pytest.FixtureRequest, role: str, statement: str
) -> None:
    statement = statement.replace("the_other", "gis_staff" if role == "public" else "gis_public")
    role_conn = request.getfixturevalue(f"{role}_conn")
    error = refused(role_conn, statement.replace(":", r"\:"))
    assert error in (DENIED, "FeatureNotSupported", "InvalidParameterValue"), error


def test_neither_role_is_more_than_it_seems(conn: Connection) -> None:
    rows = conn.execute(
        text("SELECT rolname, rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls"
             " FROM pg_roles WHERE rolname IN ('gis_public', 'gis_staff')")
    ).all()  # fmt: skip
    assert sorted(tuple(row) for row in rows) == [
        ("gis_public", False, False, False, False, False), ("gis_staff", False, False, False, False, False),
    ]  # fmt: skip
    memberships = conn.execute(
        text("SELECT r.rolname FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member"
             " WHERE r.rolname IN ('gis_public', 'gis_staff')")
    ).all()  # fmt: skip
    assert memberships == []
    doors = conn.execute(text("SELECT extname FROM pg_extension WHERE extname IN ('dblink', 'file_fdw', 'postgres_fdw',"
                              " 'adminpack', 'plpython3u', 'plperlu')")).all()  # fmt: skip
    assert doors == []


def test_no_function_of_ours_lends_its_owners_rights_to_a_caller(conn: Connection) -> None:
    """Only trigger functions may be SECURITY DEFINER: nobody can call those."""
    rows = conn.execute(
        text("SELECT p.oid::regprocedure::text, p.prorettype::regtype::text, p.proconfig FROM pg_proc p"
             " WHERE p.prosecdef AND p.pronamespace IN ('gis'::regnamespace, 'open'::regnamespace)")
    ).all()  # fmt: skip
    for name, returns, config in rows:
        assert returns == "trigger", name
        assert any(setting.startswith("search_path=") for setting in config or []), name


@pytest.fixture
def migrated_here(postgres: cluster.Cluster) -> Iterator[Settings]:
    """Migrated in place and not cloned: a clone does not take over the rights on the database itself."""
    name = "test_rights_of_the_database"
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {name}")
        yield settings_for(postgres, name, {})
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_the_public_has_no_temporary_tables(migrated_here: Settings) -> None:
    database = Database(migrated_here)
    with database.owner.begin() as conn:
        migrate(conn, migrated_here)
    with database.public.connect() as conn:
        assert refused(conn, "CREATE TEMPORARY TABLE zones (id int)") == DENIED
    with database.staff.connect() as conn:
        conn.execute(text("CREATE TEMPORARY TABLE incoming (id int) ON COMMIT DROP"))
    database.dispose()


def test_a_temporary_table_cannot_stand_before_a_view(conn: Connection, database: Database) -> None:
    with database.public.connect() as public:
        path = public.execute(text("SHOW search_path")).scalar_one()
    conn.execute(text(f"SET LOCAL search_path = {path}"))
    conn.execute(text("CREATE TEMPORARY TABLE zones (id int) ON COMMIT DROP"))
    assert conn.execute(text("SELECT 'zones'::regclass = 'open.zones'::regclass")).scalar_one()


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


def test_with_an_audit_row_staff_write(staff_conn: Connection) -> None:
    audit.record(staff_conn, actor="an", operation="test")
    made = staff_conn.execute(text(f"{A_DECISION} RETURNING id")).scalar_one()
    assert made > 0


@pytest.fixture
def own_database(new_database: NewDatabase) -> Iterator[Database]:
    """For what commits."""
    database = Database(new_database())
    yield database
    database.dispose()


def test_the_audit_row_of_another_transaction_does_not_count(own_database: Database) -> None:
    database = own_database
    with database.staff.begin() as conn:
        audit.record(conn, actor="an", operation="test")
    with database.staff.connect() as conn:
        assert refused(conn, "DELETE FROM gis.decisions WHERE false") == DENIED


def test_an_audit_row_cannot_be_made_out_for_later_or_before(staff_conn: Connection) -> None:
    for column, value in (("transaction_id", "txid_current() + 1"), ("at", "now() - interval '1 day'"), ("id", "1")):
        insert = f"INSERT INTO gis.audit_log (actor, operation, {column}) VALUES ('a', 'b', {value})"
        assert refused(staff_conn, insert) == DENIED, column


def test_an_old_row_of_the_same_transaction_number_does_not_count(own_database: Database) -> None:
    """After a restore into a new cluster the numbers of transactions begin again."""
    database = own_database
    with database.staff.connect() as conn:
        number = conn.execute(text("SELECT txid_current()")).scalar_one()
        with database.owner.begin() as owner:
            owner.execute(
                text("INSERT INTO gis.audit_log (actor, operation, at, transaction_id)"
                     " VALUES ('old', 'restored', now() - interval '1 year', :number)"), {"number": number},
            )  # fmt: skip
        assert refused(conn, "DELETE FROM gis.decisions WHERE false") == DENIED
        audit.record(conn, actor="an", operation="test")  # and it does not stand in the way
        conn.execute(text("UPDATE gis.accounts SET is_active = true WHERE false"))
        conn.rollback()


def test_an_operation_is_recorded_once(staff_conn: Connection) -> None:
    audit.record(staff_conn, actor="an", operation="test")
    with pytest.raises(sqlalchemy.exc.IntegrityError):
        audit.record(staff_conn, actor="an", operation="test")


def test_what_is_recorded_stays(staff_conn: Connection, conn: Connection) -> None:
    audit.record(staff_conn, actor="an", operation="test")
    for statement in ("UPDATE gis.audit_log SET actor = 'x'", "DELETE FROM gis.audit_log", "TRUNCATE gis.audit_log"):
        assert refused(staff_conn, statement) == DENIED
    audit.record(conn, actor="owner", operation="test")
    for statement in ("UPDATE gis.audit_log SET actor = 'x'", "DELETE FROM gis.audit_log"):
        assert refused(conn, statement) == "IntegrityConstraintViolation"  # not even the owner, by accident


def test_a_failed_write_leaves_neither_data_nor_record(database: Database) -> None:
    def count() -> tuple[int, int]:
        with database.owner.connect() as conn:
            counts = "SELECT (SELECT count(*) FROM gis.audit_log), (SELECT count(*) FROM gis.decisions)"
            row = conn.execute(text(counts)).one()
        return row[0], row[1]

    before = count()

    def record_the_same_decision_twice() -> None:
        with database.staff.begin() as conn:
            audit.record(conn, actor="an", operation="test")
            conn.execute(text(A_DECISION))
            conn.execute(text(A_DECISION))

    with pytest.raises(sqlalchemy.exc.IntegrityError):
        record_the_same_decision_twice()
    assert count() == before


@pytest.mark.parametrize(
    "table", ["house_numbers", "places", "proposals", "decisions", "accounts", "jobs", "import_reports"]
)
def test_staff_delete_nothing_that_must_stay(staff_conn: Connection, table: str) -> None:
    audit.record(staff_conn, actor="an", operation="test")
    assert refused(staff_conn, f"DELETE FROM gis.{table}") == DENIED


@pytest.mark.parametrize(
    "table",
    ["deployment", "layer_versions", "layer_touches", "tile_layers", "tile_marks", "tile_touches", "tile_rounds"],
)
def test_staff_do_not_touch_what_the_service_keeps_itself(staff_conn: Connection, table: str) -> None:
    audit.record(staff_conn, actor="an", operation="test")
    for statement in (f"DELETE FROM gis.{table}", f"INSERT INTO gis.{table} DEFAULT VALUES"):
        assert refused(staff_conn, statement) == DENIED


def test_a_house_number_is_closed_and_never_rewritten(conn: Connection) -> None:
    fill_with_marks(conn)
    conn.execute(text(
        "INSERT INTO gis.house_numbers (street_id, place_id, number, plate_text, side, chainage_m, status, origin,"
        " valid_from) SELECT id, '000001', 15, '15', 'left', 1, 'in_force', 'existing', '2026-01-01' FROM gis.streets"
    ))  # fmt: skip
    audit.record(conn, actor="an", operation="test")
    conn.execute(text("SET LOCAL ROLE gis_staff"))
    which = "WHERE number = 15"
    for change in (
        "number = 17", "suffix = 'A'", "plate_text = '17'", "valid_from = '2025-01-01'", "place_id = NULL",
        "origin = 'issued'", "street_id = street_id + 1",
    ):  # fmt: skip
        assert refused(conn, f"UPDATE gis.house_numbers SET {change} {which}") in (
            "IntegrityConstraintViolation", "ForeignKeyViolation",
        ), change  # fmt: skip
    assert refused(conn, f"DELETE FROM gis.house_numbers {which}") == DENIED
    conn.execute(text(f"UPDATE gis.house_numbers SET status = 'retired', valid_to = '2026-06-01' {which}"))
    for change in ("valid_to = NULL", "valid_to = '2027-01-01'", "status = 'in_force'"):
        assert refused(conn, f"UPDATE gis.house_numbers SET {change} {which}") == "IntegrityConstraintViolation", change
    conn.execute(text("RESET ROLE"))
    assert refused(conn, f"DELETE FROM gis.house_numbers {which}") == "IntegrityConstraintViolation"  # nor the owner


def test_an_author_never_approves_in_the_database_either(conn: Connection) -> None:
    fill_with_marks(conn)
    insert = (
        "INSERT INTO gis.proposals (street_id, status, rule_set_version, policy, input_hash, content, author, approver)"
        " SELECT id, 'approved', '1', '{}', 'x', '{}', 'an', :approver FROM gis.streets"
    )
    assert refused(conn, insert, approver="an") == "CheckViolation"
    assert refused(conn, insert, approver=None) == "CheckViolation"
    conn.execute(text(insert), {"approver": "binh"})


def test_requests_that_only_read_cannot_write(new_database: NewDatabase) -> None:
    """What `reading` opens: even staff, even on record."""
    database = Database(new_database())
    with database.staff.connect() as conn:
        reader = conn.execution_options(postgresql_readonly=True)
        with pytest.raises(sqlalchemy.exc.InternalError, match="read-only"), reader.begin():
            audit.record(reader, actor="an", operation="test")
    database.dispose()
