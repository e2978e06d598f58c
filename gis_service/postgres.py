"""The PostgreSQL programs of this machine: where they are, and the settings that fit it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

OLDEST_POSTGRES = 15
OLDEST_POSTGIS = (3, 3)

_MB = 1024 * 1024
_GB = 1024 * _MB


@dataclass(frozen=True, slots=True)
class Installation:
    """One installed PostgreSQL server that has PostGIS."""

    programs: Path
    # The folder that holds initdb, pg_ctl and postgres.
    major: int
    postgis: tuple[int, ...]
    # What `CREATE EXTENSION postgis` would install: (3, 3, 2).


def find_installations() -> list[Installation]:
    """Every usable installation, newest PostgreSQL first; empty when there is none.

    Usable means PostgreSQL 15 or newer with the files of PostGIS 3.3 or newer beside it.
    """
    found: dict[Path, Installation] = {}
    for folder in _program_folders():
        if (installation := _inspect(folder)) is not None:
            found.setdefault(installation.programs, installation)
    return sorted(found.values(), key=lambda i: (i.major, i.postgis), reverse=True)


def find_majors_without_postgis() -> list[int]:
    """Major versions of servers that are new enough but lack PostGIS, for the advice we print."""
    usable = {i.major for i in find_installations()}
    majors = {_major(folder) for folder in _program_folders()}
    return sorted(m for m in majors if m is not None and m >= OLDEST_POSTGRES and m not in usable)


def _program_folders() -> list[Path]:
    folders = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin")]
    folders += [Path(path).parent for path in (shutil.which("initdb"), shutil.which("postgres")) if path]
    if shutil.which("pg_config"):
        folders.append(Path(_output(["pg_config", "--bindir"])))
    needed = ("initdb", "pg_ctl", "postgres")
    resolved = {folder.resolve() for folder in folders}
    return sorted(folder for folder in resolved if all(os.access(folder / name, os.X_OK) for name in needed))


def _inspect(programs: Path) -> Installation | None:
    major = _major(programs)
    if major is None or major < OLDEST_POSTGRES:
        return None
    for control in _control_files(programs, major):
        if control.is_file():
            version = re.search(r"^default_version\s*=\s*'([\d.]+)", control.read_text(), re.MULTILINE)
            postgis = tuple(int(part) for part in version[1].strip(".").split(".")) if version else ()
            return Installation(programs, major, postgis) if postgis >= OLDEST_POSTGIS else None
    return None


def _control_files(programs: Path, major: int) -> list[Path]:
    shares = [Path(f"/usr/share/postgresql/{major}")] if programs.is_relative_to("/usr/lib/postgresql") else []
    if os.access(programs / "pg_config", os.X_OK):
        shares.append(Path(_output([str(programs / "pg_config"), "--sharedir"])))
    shares += [programs.parent / "share" / "postgresql", programs.parent / "share"]
    return [share / "extension" / "postgis.control" for share in shares]


def _major(programs: Path) -> int | None:
    # "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", "... 18beta1"
    version = re.search(r"\(PostgreSQL\) (\d+)", _output([str(programs / "postgres"), "--version"]))
    return int(version[1]) if version else None


def _output(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", stdin=subprocess.DEVNULL)
    return done.stdout.strip()


def machine_memory_bytes() -> int:
    """Memory this process may use: that of the machine, or less where a container is given less."""
    known = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for limit in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            text = Path(limit).read_text().strip()
        except OSError:
            continue
        if text.isdigit() and int(text) >= 64 * _MB:  # "max", or an absurdly large number, mean no limit
            known.append(int(text))
    return min(known)


def server_settings(memory_bytes: int, *, fast_and_unsafe: bool) -> dict[str, str]:
    """Values for postgresql.conf that suit a machine with this much memory, which others use too.

    `fast_and_unsafe` gives up durability (fsync off ...): a crash of the machine may cost the whole
    cluster. For tests only.
    """
    shared = _between(memory_bytes // 5, 64 * _MB, 512 * _MB if fast_and_unsafe else 4 * _GB)
    settings = {
        "shared_buffers": _megabytes(shared),
        "effective_cache_size": _megabytes(max(memory_bytes * 3 // 5, 256 * _MB)),
        # A spatial join sorts and hashes in several nodes of several connections at once.
        "work_mem": _megabytes(_between(memory_bytes // 400, 4 * _MB, 64 * _MB)),
        "maintenance_work_mem": _megabytes(_between(memory_bytes // 16, 64 * _MB, 1 * _GB)),
        "max_wal_size": _megabytes(_between(memory_bytes // 4, 1 * _GB, 4 * _GB)),
        # Compiling a tile's query costs more than running it.
        "jit": "off",
        "random_page_cost": "1.1",
        "effective_io_concurrency": "200",
    }
    if _shared_memory_is_small():
        settings["dynamic_shared_memory_type"] = "mmap"
    if fast_and_unsafe:
        settings |= {
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "wal_level": "minimal",
            "max_wal_senders": "0",
        }
    return settings


def _shared_memory_is_small() -> bool:
    # Containers often have 64 MB in /dev/shm: the first parallel query then fails.
    try:
        shm = os.statvfs("/dev/shm")  # noqa: S108  # only asked for its size
    except OSError:
        return True
    return shm.f_frsize * shm.f_blocks < 256 * _MB


def _between(value: int, least: int, most: int) -> int:
    return max(least, min(value, most))


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes // _MB}MB"
