"""The printed series of plots as a job: what the worker runs, and where its file waits."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from maps.reports import plot_series
from maps.reports.plot_series import Wanted

Tell = Callable[[int, int | None], None]

AT_ONCE = 20
"""So many pages are made while the reader waits; more are a job."""


def arguments(ids: list[int], wanted: Wanted, results: Path) -> dict[str, Any]:
    """What the job needs, as JSON."""
    told = {name: getattr(wanted, name) for name in ("paper", "heading", "note", "lang", "authority", "base")}
    return told | {"ids": ids, "on": wanted.on.isoformat(), "results": str(results)}


def run_job(conn: Connection, asked: dict[str, Any], progress: Tell) -> dict[str, Any]:
    """Make the series; the report names the file and counts the pages. Raises `NotFound`, `PdfUnavailable`."""
    wanted = Wanted(
        asked["paper"], asked["heading"], asked["note"], asked["lang"], asked["authority"], asked["base"],
        date.fromisoformat(asked["on"]),
    )  # fmt: skip
    made = plot_series.as_pdf(conn, asked["ids"], wanted, progress)
    stem = secrets.token_hex(16)
    (Path(asked["results"]) / f"{stem}.pdf").write_bytes(made)
    return {"result": stem, "plots": len(asked["ids"]), "bytes": len(made)}
