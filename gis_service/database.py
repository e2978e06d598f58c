"""Connections by audience: the public reads views as one database role, staff work as another.

Both kinds of connection see the same unqualified names: the search path of a public connection is
`open`, that of a staff connection is `gis`, and Core expressions are translated likewise. A query
that names a private column therefore fails for the public instead of leaking. Temporary tables come
last in the path of the public, so that none can stand before a view.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg_pool import AsyncConnectionPool
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.pool import NullPool, QueuePool

from gis_service import cluster
from gis_service.settings import Settings

Audience = Literal["public", "staff"]

_SEARCH_PATH = {"owner": "gis,public", "staff": "gis,public,queue", "public": "open,public,pg_temp"}
_TRANSLATE: dict[str, dict[str | None, str | None]] = {"owner": {}, "staff": {}, "public": {"gis": "open"}}


class DatabaseUnfit(Exception):
    """The database answers but is not one this deployment can work with."""

    code = "database_unfit"

    def __init__(self, message: str, message_vi: str) -> None:
        super().__init__(message)
        self.message_vi = message_vi


@dataclass(frozen=True, slots=True)
class Addresses:
    """libpq connection strings for the three roles."""

    owner: str
    staff: str
    public: str


def find_addresses(settings: Settings) -> Addresses:
    """Where the database is. Starts the embedded cluster when no other database is set.

    With `GIS_DATABASE_URL` alone, staff and public connections log in as the owner and give up its
    rights at once; separate logins (`GIS_STAFF_DATABASE_URL`, `GIS_PUBLIC_DATABASE_URL`) are safer.
    """
    if settings.database_url is not None:
        owner = _plain_url(settings.database_url.get_secret_value())
        staff = settings.staff_database_url
        public = settings.public_database_url
        return Addresses(
            owner,
            _plain_url(staff.get_secret_value()) if staff else owner,
            _plain_url(public.get_secret_value()) if public else owner,
        )
    running = cluster.ensure_running(settings.home)
    name = settings.database_name
    create_database(running.url("postgres"), name)
    return Addresses(running.url(name), running.url(name, "gis_staff"), running.url(name, "gis_public"))


def create_database(maintenance_url: str, name: str) -> bool:
    """Create the database if it is not there yet. True when it was made now."""
    with psycopg.connect(maintenance_url, autocommit=True) as conn:
        if conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
            return False
        try:
            conn.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
        except psycopg.errors.DuplicateDatabase:
            return False  # another starter was quicker
        return True


def _plain_url(url: str) -> str:
    return "postgresql://" + url.split("://", 1)[1] if "://" in url else url


def _conninfo(url: str, role: str, settings: Settings, *, name: str | None = None, timeout_s: float = 0.0) -> str:
    options = [
        f"-c search_path={_SEARCH_PATH[role]}",
        f"-c timezone={settings.time_zone}",
        "-c jit=off",
        "-c idle_in_transaction_session_timeout=120s",
    ]
    if role != "owner":
        options.append(f"-c role=gis_{role}")
        # What people wait for is short: fetching a second worker takes longer than it saves, most of all when many ask.
        options.append("-c max_parallel_workers_per_gather=0")
        options.append(f"-c statement_timeout={int((timeout_s or settings.statement_timeout_s) * 1000)}")
    own = conninfo_to_dict(url).get("options")
    return make_conninfo(
        url,
        options=" ".join([*([str(own)] if own else []), *options]),
        application_name=name or f"gis-{role}",
        connect_timeout=5,
    )


class Database:
    """The pools of one process. Engines connect on first use; close() ends them all."""

    def __init__(self, settings: Settings, addresses: Addresses | None = None) -> None:
        self.settings = settings
        self.addresses = addresses or find_addresses(settings)
        self.owner = self._engine("owner", self.addresses.owner, 1)
        self.staff = self._engine("staff", self.addresses.staff, settings.staff_pool_size)
        self.public = self._engine("public", self.addresses.public, settings.public_pool_size)
        self._tile_pools: dict[Audience, AsyncConnectionPool] = {}

    def _engine(self, role: str, url: str, size: int) -> Engine:
        conninfo = _conninfo(url, role, self.settings)
        pool: dict[str, object] = (
            {"poolclass": NullPool}
            if role == "owner"
            else {
                "poolclass": QueuePool, "pool_size": size, "max_overflow": 0, "pool_pre_ping": True,
                "pool_timeout": self.settings.pool_wait_s,
            }
        )  # fmt: skip
        return create_engine(
            "postgresql+psycopg://",
            creator=lambda: psycopg.connect(conninfo),
            execution_options={"schema_translate_map": _TRANSLATE[role]},
            **pool,
        )

    def engine_for(self, audience: Audience) -> Engine:
        """The engine whose role may see what that audience may see."""
        return self.staff if audience == "staff" else self.public

    def tile_conninfo(self, audience: Audience, *, name: str | None = None) -> str:
        """Where asynchronous connections of that audience lead; their statements have the deadline of a tile."""
        url = self.addresses.staff if audience == "staff" else self.addresses.public
        return _conninfo(
            url, audience, self.settings, name=name or f"gis-tiles-{audience}", timeout_s=self.settings.tile_timeout_s
        )

    async def open_tile_pools(self) -> None:
        """Open the asynchronous pools for readers of tiles outside the service, such as archives and benchmarks."""
        audiences: tuple[Audience, ...] = ("public", "staff")
        for audience in audiences:
            pool = AsyncConnectionPool(
                self.tile_conninfo(audience),
                min_size=0,
                max_size=self.settings.tile_pool_size,
                timeout=self.settings.pool_wait_s,
                kwargs={"autocommit": True},
                open=False,
            )
            await pool.open()
            self._tile_pools[audience] = pool

    def tile_pool(self, audience: Audience) -> AsyncConnectionPool:
        """The asynchronous pool of that audience; only the tile path uses it."""
        return self._tile_pools[audience]

    async def close(self) -> None:
        """End every connection."""
        for pool in self._tile_pools.values():
            await pool.close()
        self.dispose()

    def dispose(self) -> None:
        """End the connections of the ordinary engines."""
        for engine in (self.owner, self.staff, self.public):
            engine.dispose()


def check(conn: Connection, settings: Settings) -> None:
    """Refuse a database that this deployment would misread. Raises `DatabaseUnfit`."""
    version = str(conn.execute(text("SELECT postgis_lib_version()")).scalar_one())
    major, minor = (int(part) for part in version.split(".")[:2])
    if (major, minor) < (3, 3):
        raise DatabaseUnfit(
            f"PostGIS {version} is too old; 3.3 or newer is needed.",
            f"PostGIS {version} quá cũ; cần phiên bản 3.3 trở lên.",
        )
    made_for = conn.execute(
        text("SELECT storage_srid, envelope_west_deg, envelope_south_deg, envelope_east_deg,"
             " envelope_north_deg FROM gis.deployment")
    ).one()  # fmt: skip
    wanted = (settings.storage_srid, *settings.envelope_deg)
    if tuple(made_for) != wanted:
        raise DatabaseUnfit(
            f"This database was made for storage CRS and envelope {tuple(made_for)}, the settings say"
            f" {wanted}. Set GIS_STORAGE_SRID and GIS_ENVELOPE_* back, or use a new database.",
            f"Cơ sở dữ liệu này được tạo cho hệ tọa độ và phạm vi {tuple(made_for)}, cài đặt lại ghi"
            f" {wanted}. Hãy sửa GIS_STORAGE_SRID, GIS_ENVELOPE_* hoặc dùng cơ sở dữ liệu mới.",
        )
    known = conn.execute(
        text("SELECT count(*) FROM public.spatial_ref_sys WHERE srid = ANY(:srids)"),
        {"srids": [settings.storage_srid, 3857, 4326]},
    ).scalar_one()
    if known != 3:
        raise DatabaseUnfit(
            f"SRID {settings.storage_srid}, 3857 or 4326 is missing from spatial_ref_sys.",
            f"Bảng spatial_ref_sys thiếu SRID {settings.storage_srid}, 3857 hoặc 4326.",
        )
