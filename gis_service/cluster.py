"""The embedded default database: a private PostgreSQL + PostGIS cluster of this checkout.

`ensure_running` makes it, heals it and starts it; it answers on a Unix socket in a folder that only its
own account enters, and on a free loopback port with a generated password. Nothing here ever signals,
changes or deletes a process or a folder that is not this cluster's: a process counts as ours when it is a
postgres working in our data folder, a folder when it carries our marker file.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import signal
import socket
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import psycopg

from gis_service import postgres
from gis_service.cluster_errors import ClusterBroken, ClusterBusy, ClusterError, ClusterNotOurs, PostgresMissing
from gis_service.cluster_folder import POINTER, Folder, create_folder, find_folder

__all__ = [
    "Cluster", "ClusterBroken", "ClusterBusy", "ClusterError", "ClusterNotOurs", "ClusterStatus", "PostgresMissing",
    "ensure_running", "reset", "status", "stop",
]  # fmt: skip

_OWNER = "gis_owner"
_LOCK_WAIT_S = 180.0
_RECOVERY_WAIT_S = 900.0  # replaying 4 GB of WAL on a slow disk
_FIRST_PORT, _PORTS = 25432, 4000  # below the range the kernel hands to outgoing connections


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running cluster."""

    directory: Path
    # The data folder (PGDATA).
    socket_directory: Path
    port: int
    owner: str = _OWNER

    def url(self, database: str, role: str = _OWNER) -> str:
        """A libpq URI over the Unix socket; for SQLAlchemy swap the scheme for postgresql+psycopg."""
        where = f"host={quote(str(self.socket_directory), safe='/')}&port={self.port}"
        return f"postgresql://{quote(role, safe='')}@/{quote(database, safe='')}?{where}"


@dataclass(frozen=True, slots=True)
class ClusterStatus:
    """What stands in a home; the fields are None where the state leaves nothing to say."""

    state: Literal["absent", "stopped", "running"]
    directory: Path | None = None
    # The data folder.
    version: str | None = None
    # "15.18" when running, "15" when stopped.
    size_bytes: int | None = None
    # Disk space of the whole folder, log files and all.
    port: int | None = None
    socket_directory: Path | None = None
    pid: int | None = None


def ensure_running(home: Path, *, fast_and_unsafe: bool = False) -> Cluster:
    """Make the cluster of this home if need be, heal what a crash left behind, start it.

    Safe to call at any time and from several processes at once. `fast_and_unsafe` gives up durability
    (fsync off ...), for tests; a cluster that already runs keeps the mode it was started in.
    Raises PostgresMissing, ClusterNotOurs, ClusterBusy or ClusterBroken.
    """
    home = _absolute(home)
    home.mkdir(parents=True, exist_ok=True)
    with _locked(home):
        folder = find_folder(home) or create_folder(home)
        if cluster := _answering(folder):
            return cluster
        if not (folder.data / "PG_VERSION").is_file():
            _initialise(folder, sync=not fast_and_unsafe)
        return _heal(folder) or _start(folder, fast_and_unsafe=fast_and_unsafe)


def stop(home: Path) -> bool:
    """Stop the cluster, ending open connections; True if it ran."""
    home = _absolute(home)
    if not home.is_dir():
        return False
    with _locked(home):
        folder = find_folder(home)
        return folder is not None and _stop(folder)


def status(home: Path) -> ClusterStatus:
    """Look without touching anything."""
    folder = find_folder(_absolute(home))
    if folder is None or not (folder.data / "PG_VERSION").is_file():
        return ClusterStatus("absent")
    size = _size_bytes(folder.path)
    if cluster := _answering(folder):
        with _connect(cluster) as conn:
            version = str(conn.info.parameter_status("server_version")).split()[0]
        pid = _pid_file(folder)[0]
        return ClusterStatus("running", folder.data, version, size, cluster.port, cluster.socket_directory, int(pid))
    return ClusterStatus("stopped", folder.data, (folder.data / "PG_VERSION").read_text().strip(), size)


def reset(home: Path) -> None:
    """Stop the cluster and delete it with everything in it; only a folder that carries our marker file."""
    home = _absolute(home)
    if not home.is_dir():
        return
    with _locked(home):
        folder = find_folder(home)
        if folder is not None:
            _stop(folder)
            sockets = folder.socket_directory()
            shutil.rmtree(folder.path)
            if sockets.is_dir():  # the short one outside
                shutil.rmtree(sockets)
        (home / POINTER).unlink(missing_ok=True)


# --- making it ---------------------------------------------------------------------------------------


def _initialise(folder: Folder, *, sync: bool) -> None:
    installation = _installation(None)
    new = folder.path / "data.new"  # renamed when complete: an interrupted initdb leaves no half cluster
    folder.run("rm", "-rf", str(new))
    folder.write(folder.password, secrets.token_urlsafe(24) + "\n")
    folder.run(
        str(installation.programs / "initdb"), f"--pgdata={new}", f"--username={_OWNER}",
        "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums",
        "--auth-local=trust", "--auth-host=scram-sha-256", f"--pwfile={folder.password}",
        *([] if sync else ["--no-sync"]),
    )  # fmt: skip
    folder.write(new / "pg_hba.conf", _HBA)
    own = (new / "postgresql.conf").read_text()
    folder.write(new / "postgresql.conf", own + _INCLUDES)
    folder.run("mkdir", "-p", str(folder.logs))
    folder.run("mv", str(new), str(folder.data))


_HBA = """\
# The socket's folder can be entered only by the account that runs the server (and root).
local  all  all                trust
host   all  all  127.0.0.1/32  scram-sha-256
"""
_INCLUDES = """
include 'gis.conf'                      # rewritten at every start
include_if_exists '../local.conf'       # yours: settings of this machine, never touched
"""


def _configure(folder: Folder, sockets: Path, port: int, *, fast_and_unsafe: bool) -> None:
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": f'"{sockets}"',  # a list: quotes keep a comma in a path from splitting it
        "unix_socket_permissions": "0700",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "logging_collector": "on",
        "log_directory": str(folder.logs),
        "log_filename": "postgresql-%a.log",  # a week, then over again: bounded
        "log_rotation_age": "1d",
        "log_truncate_on_rotation": "on",
        **postgres.server_settings(postgres.machine_memory_bytes(), fast_and_unsafe=fast_and_unsafe),
    }
    lines = [f"{name} = '{_quoted(value)}'\n" for name, value in settings.items()]
    folder.write(folder.data / "gis.conf", "".join(lines))


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "''")


# --- starting, healing, stopping ---------------------------------------------------------------------


def _start(folder: Folder, *, fast_and_unsafe: bool) -> Cluster:
    installation = _installation(int((folder.data / "PG_VERSION").read_text()))
    sockets = folder.socket_directory()
    port = _wanted_port(folder)
    for _ in range(3):
        port = _free_port(port)
        _configure(folder, sockets, port, fast_and_unsafe=fast_and_unsafe)
        folder.write(folder.start_log, "")
        pg_ctl = str(installation.programs / "pg_ctl")
        folder.account.run(pg_ctl, "start", "-w", "-t", "30", "-D", str(folder.data), "-l", str(folder.start_log))
        # A long recovery outlasts pg_ctl's wait, a port may have been taken since we looked, an orphan may
        # still have held shared memory: healing waits for the first and clears up after the others.
        if cluster := _answering(folder) or _heal(folder):
            return cluster
    log = _log_tail(folder)
    raise ClusterBroken(f"PostgreSQL does not start:\n{log}", f"PostgreSQL không khởi động được:\n{log}")


def _heal(folder: Folder) -> Cluster | None:
    """Wait for a server that is on its way up; else clear what a killed one left, and return None."""
    if (postmaster := _postmaster(folder)) is not None:
        _wait(lambda: _answering(folder) is not None or _postmaster(folder) != postmaster, _RECOVERY_WAIT_S)
        if cluster := _answering(folder):
            return cluster
        if _postmaster(folder) is not None:
            log = _log_tail(folder)
            raise ClusterBroken(
                f"the database runs but does not answer:\n{log}", f"CSDL chạy nhưng không trả lời:\n{log}"
            )
    # Backends outlive a killed postmaster until they notice; a new one must not start beside them.
    if not _wait(lambda: not _processes(folder), 5.0):
        for number in (signal.SIGTERM, signal.SIGQUIT, signal.SIGKILL):
            for pid in _processes(folder):
                with suppress(ProcessLookupError):
                    os.kill(pid, number)
            if _wait(lambda: not _processes(folder), 5.0):
                break
    # The recorded pid may meanwhile be anyone's: the server would take that for itself and refuse.
    leftovers = [folder.data / "postmaster.pid", *folder.socket_directory().glob(".s.PGSQL.*")]
    folder.run("rm", "-f", *map(str, leftovers))
    return None


def _stop(folder: Folder) -> bool:
    postmaster = _postmaster(folder)
    if postmaster is None:
        return False
    for number, patience_s in ((signal.SIGINT, 60.0), (signal.SIGQUIT, 30.0)):
        with suppress(ProcessLookupError):
            os.kill(postmaster, number)
        if _wait(lambda: not _processes(folder), patience_s):
            return True
    raise ClusterBroken("the database does not stop", "cơ sở dữ liệu không dừng")


def _answering(folder: Folder) -> Cluster | None:
    """The cluster if a server answers where its pid file says and works on this very data folder."""
    lines = _pid_file(folder)
    if len(lines) < 5 or not lines[3].isdigit() or not lines[4]:
        return None
    cluster = Cluster(folder.data, Path(lines[4]), int(lines[3]))
    try:
        with _connect(cluster) as conn:
            row = conn.execute("SELECT current_setting('data_directory')").fetchone()
    except psycopg.OperationalError:
        return None
    return cluster if row is not None and Path(row[0]).resolve() == folder.data.resolve() else None


def _connect(cluster: Cluster) -> psycopg.Connection[tuple[str]]:
    return psycopg.connect(cluster.url("postgres"), connect_timeout=10, autocommit=True)


def _pid_file(folder: Folder) -> list[str]:
    # Lines: pid, data folder, start time, port, socket folder, listen address, shared memory, state.
    try:
        return [line.strip() for line in (folder.data / "postmaster.pid").read_text().splitlines()]
    except OSError:
        return []


def _postmaster(folder: Folder) -> int | None:
    lines = _pid_file(folder)
    pid = int(lines[0]) if lines and lines[0].isdigit() else None
    return pid if pid in _processes(folder) else None


def _processes(folder: Folder) -> list[int]:
    """Ids of the living postgres processes that work in the data folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if (entry / "comm").read_text().strip() != "postgres":
                continue
            try:
                where = str((entry / "cwd").readlink())
            except PermissionError:  # root without CAP_SYS_PTRACE, as in most containers
                where = folder.account.run("readlink", str(entry / "cwd")).stdout.strip()
        except OSError:  # ended meanwhile, or a zombie
            continue
        if where == str(folder.data.resolve()):
            found.append(int(entry.name))
    return found


# --- small things ------------------------------------------------------------------------------------


def _installation(major: int | None) -> postgres.Installation:
    """The newest usable installation, or the one of the major version that made the cluster."""
    for installation in postgres.find_installations():
        if major in (None, installation.major):
            return installation
    if major is not None:
        raise PostgresMissing(
            f"The database was made by PostgreSQL {major}, which is not installed with PostGIS.",
            f"Cơ sở dữ liệu được tạo bởi PostgreSQL {major}, nhưng máy không có bản này kèm PostGIS.",
            f"apt-get install postgresql-{major} postgresql-{major}-postgis-3",
        )
    lacking = postgres.find_majors_without_postgis()
    packages = f"postgresql-{lacking[-1]}-postgis-3" if lacking else "postgresql postgresql-postgis"
    raise PostgresMissing(
        "PostgreSQL 15 or newer with PostGIS 3.3 or newer is not installed.",
        "Máy chưa cài PostgreSQL từ bản 15 kèm PostGIS từ bản 3.3.",
        f"apt-get install {packages}",
    )


def _wanted_port(folder: Folder) -> int:
    """The port of the last start, else one that this path always begins with."""
    with suppress(OSError, StopIteration, ValueError):
        lines = (folder.data / "gis.conf").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("port = ")).removeprefix("port = ").strip("'"))
    return _FIRST_PORT + zlib.crc32(os.fsencode(folder.path)) % _PORTS


def _free_port(wanted: int) -> int:
    for port in (*range(wanted, wanted + 100), 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does
            with suppress(OSError, OverflowError):
                probe.bind(("127.0.0.1", port))
                return int(probe.getsockname()[1])
    raise ClusterBroken("no loopback port is free", "không còn cổng loopback nào trống")


@contextmanager
def _locked(home: Path) -> Iterator[None]:
    path = home / "cluster.lock"
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except PermissionError as error:
        raise ClusterNotOurs(path, "it belongs to another user", "tệp thuộc về người dùng khác") from error
    try:
        if not _wait(lambda: _try_lock(descriptor), _LOCK_WAIT_S):
            raise ClusterBusy(path)
        yield
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait(condition: Callable[[], bool], patience_s: float) -> bool:
    deadline = time.monotonic() + patience_s
    pause_s = 0.02
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause_s)
        pause_s = min(pause_s * 1.5, 0.5)
    return True


def _log_tail(folder: Folder) -> str:
    logs = sorted(folder.logs.glob("*.log"), key=lambda path: path.stat().st_mtime)[-1:]
    texts = [path.read_text() for path in (*logs, folder.start_log) if path.is_file()]
    return "\n".join(line for text in texts for line in text.splitlines()[-10:])


def _size_bytes(path: Path) -> int:
    total = 0
    for parent, _, names in os.walk(path):
        for name in names:
            with suppress(FileNotFoundError):
                total += Path(parent, name).lstat().st_blocks * 512
    return total


def _absolute(home: Path) -> Path:
    return home.expanduser().resolve()
