"""What a saved search is told from: the state of the plots that fit it, and what became different."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

from sqlalchemy import Connection, select

from layers.plots import plots
from layers.zones import zones

MOST_WATCHED = 2_000
"""A search that fits more plots is too broad to be told about."""


@dataclass(frozen=True, slots=True)
class PlotState:
    """A plot as somebody who watches it sees it."""

    plot_id: int
    version: int
    status: str
    price_usd_m2_term: float | None
    code: str
    zone_code: str
    zone_name: str
    zone_name_en: str | None
    area_m2: float


@dataclass(frozen=True, slots=True)
class Told:
    """What was last told of a plot, or known when the alert began."""

    version: int
    what: str
    # known, new, changed or gone
    status: str
    price_usd_m2_term: float | None


@dataclass(frozen=True, slots=True)
class Change:
    """One thing to tell."""

    what: str
    # new, changed or gone: it fits no longer
    now: PlotState
    before: Told | None


def states(conn: Connection, plot_ids: Iterable[int]) -> dict[int, PlotState]:
    """Plots by id, as far as this connection sees them."""
    rows = conn.execute(
        select(plots.c.id, plots.c.version, plots.c.status, plots.c.price_usd_m2_term, plots.c.code,
               zones.c.code.label("zone_code"), zones.c.name, zones.c.name_en, plots.c.area_m2)
        .select_from(plots.join(zones, zones.c.id == plots.c.zone_id))
        .where(plots.c.id.in_(list(plot_ids)))
    )  # fmt: skip
    return {row.id: PlotState(*row) for row in rows}


def changes(fitting: Set[int], seen: Mapping[int, PlotState], told: Mapping[int, Told]) -> list[Change]:
    """What to tell: plots that fit anew, and plots told before whose status or price is another.

    `fitting`: ids of the plots that fit now; `seen`: these and those in `told`, as far as they can be seen.
    Nothing is told twice of one version of a plot, and nothing of one that can no longer be seen.
    """
    found = []
    for plot_id in dict.fromkeys([*fitting, *told]):
        now, before = seen.get(plot_id), told.get(plot_id)
        if now is None or (before is not None and now.version <= before.version):
            continue
        fits = plot_id in fitting
        if before is None or (before.what == "gone" and fits):
            found.append(Change("new", now, before))
        elif before.what != "gone" and _differ(now, before):
            found.append(Change("changed" if fits else "gone", now, before))
    return found


def _differ(now: PlotState, before: Told) -> bool:
    return (now.status, now.price_usd_m2_term) != (before.status, before.price_usd_m2_term)
