"""Which zones have the share of 5G that a filter asks for; as the coverage page computes it."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import Connection

from maps import coverage_page
from maps.portal.filters import PlotFilter


def zones_covered(
    conn: Connection, asked: PlotFilter, audience: Literal["public", "staff"], *, station_target: float
) -> list[str] | None:
    """Codes of those zones; None where the filter asks for no share."""
    if asked.coverage is None:
        return None
    question = coverage_page.ask(conn, "5G", [], 1)
    overview = coverage_page.overview(conn, question, audience, station_target=station_target)
    return [one.zone_code for one in overview.zones if one.ratio >= asked.coverage]
