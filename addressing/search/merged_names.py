"""Names of communes that ended before 30 June 2025, as far as the national tables keep them as other names.

The tables have no marks for them and no day; they only say into which commune a name went.
"""

from __future__ import annotations

import importlib.util
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_KINDS = {"phuong": "phường", "xa": "xã", "thitran": "thị trấn"}


@dataclass(frozen=True, slots=True)
class MergedName:
    """One name that is no longer used."""

    joined: str
    # small letters without marks and blanks
    kind: str
    into_code: str
    # of the commune of 30 June 2025 that it went into


@lru_cache(maxsize=1)
def merged_names() -> tuple[MergedName, ...]:
    """All of them; a name of several kinds is there once for each."""
    found = importlib.util.find_spec("vietnamadminunits")
    assert found is not None  # a dependency of this project
    assert found.origin is not None
    file = Path(found.origin).parent / "data" / "dataset.db"
    tables = sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)
    try:
        rows = tables.execute(
            "SELECT wardCode, wardAlias FROM admin_units_legacy WHERE wardAlias IS NOT NULL"
        ).fetchall()
    finally:
        tables.close()
    return tuple(name for code, names in rows for name in _read(code, json.loads(names)))


def _read(code: str, names: list[str]) -> Iterator[MergedName]:
    bare = set(names)
    for name in names:
        for prefix, kind in _KINDS.items():
            rest = name.removeprefix(prefix)
            if rest != name and rest in bare:
                yield MergedName(rest, kind, code)
