"""Neither database role writes where it should not, reaches the machine or the schema, or lends its rights."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import Connection, text

from gis_service import cluster
from gis_service.database import Database
from gis_service.migrating import migrate
from gis_service.settings import Settings
from tests.conftest import settings_for
from tests.integration.role_queries import DENIED, refused, relations


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
