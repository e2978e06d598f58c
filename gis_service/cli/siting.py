"""`gis coverage siting`: which sites to upgrade first, where poles help, at which cost and how near the best."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from gis_service import csv_text
from gis_service.cli.session import command_access
from layers.coverage import ratios, siting, siting_ground
from layers.coverage.siting_ground import Ground
from layers.coverage.siting_problem import Ints
from layers.crs import storage_srid, transformer

console = Console(highlight=False)

Csv = Annotated[Path | None, typer.Option("--csv", dir_okay=False, help="Also write the sites there.")]


def siting_command(
    target: Annotated[float, typer.Option(min=0.0, max=1.0, help="Share of the area of every zone.")] = 0.95,
    budget: Annotated[float | None, typer.Option(min=0.0, help="Instead: the most area for this cost.")] = None,
    operator: Annotated[list[str] | None, typer.Option(help="Repeat for several; all when not given.")] = None,
    zone: Annotated[list[str] | None, typer.Option("--zone", help="Code or id; repeat for several.")] = None,
    radius_m: Annotated[float, typer.Option(help="Reach of an upgraded site or a new pole.")] = 450.0,
    upgrade_cost: Annotated[float, typer.Option(help="Of an existing 4G site that gets 5G.")] = siting.UPGRADE_COST,
    pole_cost: Annotated[float, typer.Option(help="Of a new pole.")] = siting.POLE_COST,
    upgrades_only: Annotated[bool, typer.Option("--upgrades-only", help="No new poles.")] = False,
    alone: Annotated[bool, typer.Option("--alone", help="Operators do not share: each reaches the target.")] = False,
    greedy: Annotated[bool, typer.Option("--greedy", help="The quick answer, without HiGHS.")] = False,
    seconds: Annotated[float, typer.Option(min=0.1, help="Of search for each group of zones.")] = 10.0,
    csv: Csv = None,
) -> None:
    """Fewest upgrades and poles by which every zone reaches a target. / Chọn trạm nâng cấp và vị trí trạm mới."""
    with command_access("coverage.siting", write=False) as access:
        conn = access.connection
        ground = siting_ground.survey(
            conn, operators=operator or None, zone_ids=ratios.find_zone_ids(conn, zone) if zone else None,
            radius_m=radius_m, upgrade_cost=upgrade_cost, pole_cost=pole_cost,
            pole_spacing_m=None if upgrades_only else 250.0,
        )  # fmt: skip
        srid = storage_srid(conn)
    problem, owner, former = ground.problem, ground.owner, np.arange(len(ground.candidates))
    if alone:
        problem, owner, former, _ = siting.each_operator_alone(problem, ground.owner, ground.covered_by)
    found: siting.Plan | siting.BudgetPlan
    if budget is None:
        found = siting.plan(problem, target, seconds=seconds, exact=not greedy)
    else:
        found = siting.best_within(problem, budget, seconds=seconds)
    _explain(found, ground)
    _zones(found, ground, alone)
    rows = _rows(found, ground, owner, former, srid)
    columns = ("kind", "operator", "site_code", "cost", "lon", "lat", "x_m", "y_m")
    table = Table(title=f"Trạm / sites: {len(rows)}", title_justify="left")
    for heading in columns[:6]:
        table.add_column(heading)
    for row in rows[:40]:
        table.add_row(*("–" if cell is None else str(cell).replace("[", r"\[") for cell in row[:6]))
    console.print(table)
    if len(rows) > len(rows[:40]):
        console.print(f"… {len(rows) - 40} nữa / more: --csv")
    if csv is not None:
        csv.write_text(csv_text.write(columns, rows), encoding="utf-8", newline="")


def _explain(found: siting.Plan | siting.BudgetPlan, ground: Ground) -> None:
    demo = "  DỮ LIỆU MINH HỌA / DEMONSTRATION DATA" if ground.is_demo else ""
    data = ", ".join(f"{one.layer} {one.version}" for one in ground.data)
    lines = [f"{ground.technology}, {ground.as_of}, {ground.radius_m:g} m, {', '.join(ground.operators)}; {data}{demo}"]
    if isinstance(found, siting.Plan):
        timed = sum(group.stopped_by == "time" for group in found.groups)
        lines += [
            f"Chi phí / cost {found.cost:g}: {found.upgrades} nâng cấp / upgrades, {found.new_poles} trạm mới / poles",
            (
                f"Cận dưới / no plan costs less than {found.bound:g} (gap {found.gap:.1%}); "
                f"{len(found.groups)} nhóm / groups, {timed} hết giờ / ended by time"
            ),
        ]
        if not found.met:
            lines.append("Có khu không đạt được mục tiêu / a zone cannot reach the target: see 'reachable'")
    else:
        lines += [
            (
                f"Chi phí / cost {found.cost:g} of {found.budget:g}; thêm / added {found.added / 1e4:,.1f} ha,"
                f" nhiều nhất / no plan adds more than {found.bound / 1e4:,.1f} ha (gap {found.gap:.1%})"
            ),
        ]
    console.print("\n".join(lines), markup=False)


def _zones(found: siting.Plan | siting.BudgetPlan, ground: Ground, alone: bool) -> None:
    table = Table(title="Các khu / zones", title_justify="left")
    for heading in ("zone", "before", "after", "reachable", "met"):
        table.add_column(heading, justify="left" if heading == "zone" else "right")
    count = len(ground.operators)
    for one in found.zones:
        number = one.zone // count if alone else one.zone
        name = (
            f"{ground.zone_codes[number]} {ground.operators[one.zone % count]}" if alone else ground.zone_codes[number]
        )
        met = {True: "có yes", False: "không no", None: "–"}[one.met]
        table.add_row(name.replace("[", r"\["), f"{one.before:.1%}", f"{one.after:.1%}", f"{one.reachable:.1%}", met)
    console.print(table)


def _rows(
    found: siting.Plan | siting.BudgetPlan, ground: Ground, owner: Ints, former: Ints, srid: int
) -> list[tuple[str | float | None, ...]]:
    to_wgs84 = transformer(srid, 4326)
    rows: list[tuple[str | float | None, ...]] = []
    for j in found.chosen:
        one = ground.candidates[int(former[j])]
        name = one.operator or (ground.operators[int(owner[j])] if owner[j] >= 0 else None)
        lon, lat = to_wgs84.transform(one.x, one.y)
        kind = "upgrade" if one.is_existing else "pole"
        rows.append(
            (kind, name, one.site_code, one.cost, round(lon, 6), round(lat, 6), round(one.x, 1), round(one.y, 1))
        )
    return rows
