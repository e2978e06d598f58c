"""A real PostgreSQL + PostGIS for every test.

One private cluster serves all test runs of the checkout (var/test). A migrated template is made
once per state of the migrations, a demonstration template once per state of its generator; tests
get clones, or one transaction that is rolled back.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from psycopg import sql
from sqlalchemy import Connection, text

from gis_service import cluster
from gis_service.app import create_app
from gis_service.database import Database
from gis_service.identity import sessions
from gis_service.migrating import migrate
from gis_service.settings import CHECKOUT, Settings
from maps import overviews

hypothesis_settings.register_profile(
    "house",
    deadline=None,  # a busy machine is no failure
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,  # so that a failure can be repeated anywhere
)
hypothesis_settings.load_profile("house")

os.environ["COLUMNS"] = "200"  # tables of commands look the same on every machine
HOME = CHECKOUT / "var" / "test"
SHARED_DATA = CHECKOUT.parent / "shared" / "data"
DEMO_SEED, DEMO_SCALE = 20250701, 0.05

NewDatabase = Callable[..., Settings]
ClientAs = Callable[..., TestClient]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[Any]:
    """In CI a skipped test is a failed one: what a test needs, script/bootstrap brings.

    Only the data beside the checkout may be missing, because a user's clone has none.
    """
    report = yield
    if report.skipped and os.environ.get("CI") == "true" and "shared/data" not in str(report.longrepr):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Open data for tests, kept beside the checkout and never in it."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the folder ../shared/data is not on this machine")
    return SHARED_DATA


@pytest.fixture(scope="session")
def postgres() -> Iterator[cluster.Cluster]:
    """The test cluster; the last run to leave stops it."""
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / "in-use").open("w") as in_use:
        fcntl.flock(in_use, fcntl.LOCK_SH)
        running = cluster.ensure_running(HOME, fast_and_unsafe=True)
        yield running
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            cluster.stop(HOME)


@pytest.fixture(scope="session")
def new_database(postgres: cluster.Cluster) -> Iterator[NewDatabase]:
    """Factory: `new_database(storage_srid=…, demo=False)` gives settings of a fresh database."""
    made: list[str] = []

    def make(*, demo: bool = False, **overrides: Any) -> Settings:
        name = f"test_{os.getpid()}_{len(made)}"
        _create(postgres, name, _template(postgres, demo=demo, overrides=overrides))
        made.append(name)
        return settings_for(postgres, name, overrides)

    yield make
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as conn:
        for name in made:
            conn.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def settings_for(postgres: cluster.Cluster, name: str, overrides: dict[str, Any]) -> Settings:
    """Settings that no environment of the machine can change."""
    return Settings(
        _env_file=None,
        home=HOME,
        database_url=postgres.url(name),
        staff_database_url=postgres.url(name, "gis_staff"),
        public_database_url=postgres.url(name, "gis_public"),
        log_level="ERROR",
        **overrides,
    )


def _create(postgres: cluster.Cluster, name: str, template: str | None) -> None:
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as conn:
        statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template:
            statement += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
        conn.execute(statement)


def _template(postgres: cluster.Cluster, *, demo: bool, overrides: dict[str, Any]) -> str:
    """Name of a template that fits, made now if this state of the sources has none yet."""
    sources = [*(CHECKOUT / "migrations").rglob("*.py"), *(CHECKOUT / "migrations").rglob("*.sql")]
    sources += [*(CHECKOUT / "maps/overviews").rglob("*.py"), *(CHECKOUT / "maps/catalog").rglob("*.py")]
    if demo:
        sources += (CHECKOUT / "layers").rglob("*.py")
    digest = hashlib.sha256(repr(sorted(overrides.items())).encode())
    for source in sorted(sources):
        digest.update(source.read_bytes())
    name = f"template_{'demo' if demo else 'empty'}_{digest.hexdigest()[:12]}"
    with (HOME / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with psycopg.connect(postgres.url("postgres"), autocommit=True) as conn:
            if conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
                return name
            conn.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(f"{name}_new")))
        _create(postgres, f"{name}_new", None)
        _fill(settings_for(postgres, f"{name}_new", overrides), demo=demo)
        with psycopg.connect(postgres.url("postgres"), autocommit=True) as conn:
            rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            conn.execute(rename.format(sql.Identifier(f"{name}_new"), sql.Identifier(name)))
    return name


def _fill(settings: Settings, *, demo: bool) -> None:
    database = Database(settings)
    with database.owner.begin() as conn:
        migrate(conn, settings)
    if demo:
        from layers import demo as demo_province

        with database.owner.begin() as conn:
            demo_province.load(conn, DEMO_SEED, scale=DEMO_SCALE)
            overviews.refresh(conn)
    database.dispose()


@pytest.fixture(scope="session")
def settings(new_database: NewDatabase) -> Settings:
    """An empty migrated database that the tests of this run share by rolling back."""
    return new_database()


@pytest.fixture(scope="session")
def database(settings: Settings) -> Iterator[Database]:
    """The pools of that database."""
    pools = Database(settings)
    yield pools
    pools.dispose()


@pytest.fixture
def conn(database: Database) -> Iterator[Connection]:
    """As the owner, in a transaction that is rolled back."""
    with database.owner.connect() as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def staff_conn(database: Database) -> Iterator[Connection]:
    """As gis_staff, in a transaction of its own that is rolled back."""
    with database.staff.connect() as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def public_conn(database: Database) -> Iterator[Connection]:
    """As gis_public, in a transaction of its own that is rolled back."""
    with database.public.connect() as connection:
        yield connection
        connection.rollback()


@pytest.fixture(scope="session")
def demo_settings(new_database: NewDatabase) -> Settings:
    """A small demonstration province that tests only read."""
    return new_database(demo=True)


@pytest.fixture
def demo_conn(demo_settings: Settings) -> Iterator[Connection]:
    """As the owner on the demonstration province, in a transaction that is rolled back."""
    pools = Database(demo_settings)
    with pools.owner.connect() as connection:
        yield connection
        connection.rollback()
    pools.dispose()


@pytest.fixture(scope="module")
def demo_database(new_database: NewDatabase) -> Settings:
    """A small demonstration province that the tests of one file may change."""
    return new_database(demo=True)


@pytest.fixture(scope="module")
def client(demo_database: Settings) -> Iterator[TestClient]:
    """An anonymous client of the application on `demo_database`."""
    with TestClient(create_app(demo_database), base_url="http://localhost") as test_client:
        yield test_client


@pytest.fixture(scope="module")
def client_as(client: TestClient, demo_database: Settings) -> Iterator[ClientAs]:
    """Factory: `client_as("address_officer", login="an")` is a client signed in with those roles."""
    database = Database(demo_database)

    def make(*roles: str, login: str | None = None) -> TestClient:
        name, token, csrf = (
            login or f"{roles[0]}-{secrets.token_hex(3)}",
            secrets.token_urlsafe(32),
            secrets.token_hex(16),
        )
        with database.owner.begin() as conn:
            account_id = conn.execute(
                text("INSERT INTO gis.accounts (login, display_name) VALUES (:login, :login)"
                     " ON CONFLICT (login) DO UPDATE SET is_active = true RETURNING id"),
                {"login": name.replace("_", "-")},
            ).scalar_one()  # fmt: skip
            for role in roles:
                conn.execute(
                    text("INSERT INTO gis.account_roles (account_id, role, granted_by) VALUES (:id, :role, 'test')"
                         " ON CONFLICT DO NOTHING"),
                    {"id": account_id, "role": role},
                )  # fmt: skip
            conn.execute(
                text("INSERT INTO gis.sessions (token_hash, account_id, csrf_token, expires_at)"
                     " VALUES (:hash, :id, :csrf, now() + interval '1 hour')"),
                {"hash": hashlib.sha256(token.encode()).hexdigest(), "id": account_id, "csrf": csrf},
            )  # fmt: skip
        signed_in = TestClient(client.app, base_url="http://localhost")  # shares the started application
        signed_in.portal = client.portal  # and its event loop: one of its own for each request costs 2 ms
        signed_in.cookies.set(sessions.COOKIE, token)
        signed_in.headers["X-CSRF-Token"] = csrf
        return signed_in

    yield make
    database.dispose()
