"""`gis coverage run|repeat|history|measured`: numbers that are kept, and what came of them."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table

from gis_service import csv_text
from gis_service.cli.session import command_access
from layers.coverage import definition_records, forecast, history, list_checks, measured, questions, run_tables, runs
from layers.coverage.definitions import DEFINITIONS, targets_of
from layers.coverage.evaluating import LIMITING
from layers.coverage.runs import Run

app = typer.Typer()
console = Console(highlight=False)

Name = Annotated[str, typer.Argument(help="Definition, such as area_ratio/modelled; see `gis coverage definitions`.")]
Technology = Annotated[str, typer.Option(help="2G, 3G, 4G or 5G.")]
Tier = Annotated[float | None, typer.Option("--tier-dbm", help="Modelled: the power wanted; -110 if not said.")]
Probability = Annotated[float | None, typer.Option(help="Modelled: how surely; 0.9 if not said.")]
MinOperators = Annotated[int, typer.Option(min=1)]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]


@app.command("run")
def run_command(
    definition: Name,
    technology: Technology = "5G",
    operator: Annotated[list[str] | None, typer.Option(help="Repeat for several; all when not given.")] = None,
    min_operators: MinOperators = 1,
    tier_dbm: Tier = None,
    probability: Probability = None,
    walls: Annotated[Literal["none", "low", "high"], typer.Option(help="Modelled: none is outdoors.")] = "none",
    least_share: Annotated[float | None, typer.Option(help="Plots: covered part wanted; 0: at its point.")] = None,
    as_of: Day = None,
    fill_back_from: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Also the ends of all months since.")
    ] = None,
    csv: Annotated[Path | None, typer.Option("--csv", dir_okay=False)] = None,
) -> None:
    """Compute a ratio, or take it from the table, and keep it. / Tính và lưu một tỷ lệ phủ sóng."""
    with command_access("coverage.run", definition) as access:
        run = runs.ask(
            access.connection, definition, technology=technology, operators=operator or None,
            as_of=None if as_of is None else as_of.replace(tzinfo=UTC).date(), min_operators=min_operators,
            tier_dbm=tier_dbm, probability=probability, walls=walls, least_share=least_share,
        )  # fmt: skip
        if fill_back_from is not None:
            days = history.month_ends(fill_back_from.replace(tzinfo=UTC).date(), run.question.as_of)
            history.fill_back(access.connection, run.question, days)
    _print(run)
    if csv is not None:
        table = run_tables.of_run(run)
        csv.write_text(csv_text.write(table.columns, table.rows), encoding="utf-8", newline="")


@app.command("repeat")
def repeat_command(run_id: Annotated[int, typer.Argument(help="Number of the run.")]) -> None:
    """Compute a past run again and compare every byte. / Tính lại một lần đã lưu và so từng byte."""
    with command_access("coverage.run", write=False) as access:
        same, content = runs.repeat(access.connection, run_id)
    words = "giống từng byte / the same bytes" if same else "KHÁC / NOT the same bytes"
    console.print(f"{words}: {len(content):,} B, sha256 {questions.digest(content)}", markup=False)
    if not same:
        raise typer.Exit(1)


@app.command("history")
def history_command(
    definition: Name,
    code: Annotated[str, typer.Option(help="Of a zone or commune; 'province' is the whole.")] = "province",
    technology: Technology = "5G",
    operator: Annotated[str, typer.Option(help="Empty: all together.")] = "",
    min_operators: MinOperators = 1,
    tier_dbm: Tier = None,
    probability: Probability = None,
    rate_factor: Annotated[float, typer.Option(help="If roll-out went so many times as fast.")] = 1.0,
) -> None:
    """The past of a ratio and its forecast. / Lịch sử và dự báo của một tỷ lệ."""
    with command_access("coverage.read", write=False) as access:
        moments = history.of_ratio(
            access.connection, definition, code=code, operator=operator, technology=technology,
            min_operators=min_operators, tier_dbm=tier_dbm, probability=probability,
        )  # fmt: skip
    points = history.points(moments)
    for one in moments:
        console.print(
            f"{one.as_of}  {one.ratio:8.2%}  ± {100 * one.error_bound:.2f}  (run {one.run_id or '–'})", markup=False
        )
    if forecast.fit(points) is None:
        console.print(" / ".join(forecast.DOUBTS["too_few_points"]), markup=False)
        return
    for target in targets_of(questions.get_definition(definition)):
        value = forecast.at_deadline(points, target.due_on)
        arrival = forecast.when_reached(points, target.ratio, rate_factor=rate_factor)
        if value is None or arrival is None:
            continue
        console.print(
            f"{target.title_vi} / {target.title_en}: {target.due_on} {value.ratio:.1%}"
            f" ({value.low:.1%} – {value.high:.1%}, 80 %); {target.ratio:.0%} ≈ {arrival.expected_on or '–'}"
            f" ({arrival.earliest_on or '–'} … {arrival.latest_on or '–'})", markup=False,
        )  # fmt: skip
        for doubt in value.doubts:
            console.print("  " + " / ".join(forecast.DOUBTS[doubt]), markup=False)


@app.command("measured")
def measured_command(technology: Technology = "5G", as_of: Day = None) -> None:
    """What drive tests say of declared and modelled coverage. / Kết quả đo kiểm so với khai báo, mô hình."""
    day = None if as_of is None else as_of.replace(tzinfo=UTC).date()
    with command_access("coverage.measured", write=False) as access:
        zones = measured.reliability(access.connection, technology=technology, as_of=day)
        offsets = measured.calibration(access.connection, technology=technology, as_of=day)
    for one in zones:
        interval = "" if one.low is None else f" ({one.low:.1%} – {one.high:.1%})"
        verdict = {True: "đạt / reached", False: "không đạt / not reached", None: "chưa đủ mẫu / too few tests"}
        share = "–" if one.ratio is None else f"{one.ratio:.1%}"
        console.print(
            f"{one.zone_code} {one.operator}: {one.succeeded}/{one.inside} = {share}{interval}; "
            f"{measured.WANTED:.0%} {verdict[one.borne_out]}", markup=False,
        )  # fmt: skip
    for offset in offsets:
        value = "chưa đủ mẫu / too few tests" if offset.offset_db is None else (
            f"{offset.offset_db:+.1f} dB ± {offset.error_db} (σ {offset.spread_db})")  # fmt: skip
        console.print(f"{offset.operator} {offset.band}: {offset.tests} – {value}", markup=False)
    if not zones and not offsets:
        console.print("Chưa có mẫu đo / no drive tests. gis import drive_tests FILE", markup=False)


@app.command("faults")
def faults_command(technology: Technology = "5G", as_of: Day = None) -> None:
    """What to ask operators about their lists, and how much it could matter. / Lỗi trong danh sách trạm."""
    day = None if as_of is None else as_of.replace(tzinfo=UTC).date()
    with command_access("coverage.measured", write=False) as access:
        remarks = list_checks.remarks(access.connection, technology=technology, as_of=day)
        effects = list_checks.effect_of_faults(access.connection, technology=technology, as_of=day)
    for kind in dict.fromkeys(one.kind for one in remarks):
        mine = [one for one in remarks if one.kind == kind]
        console.print(f"{kind}: {len(mine):,} – {' / '.join(list_checks.REMARKS[kind])}", markup=False)
        for one in mine[:20]:
            console.print(f"  {one.operator} {one.site} {one.cell or ''} ({one.source}) {one.fact}", markup=False)
    for effect in effects:
        console.print(
            f"{effect.zone_code}: {effect.ratio:.2%} … {effect.at_most:.2%} ({effect.faulty_cells})", markup=False
        )


@app.command("wide")
def wide_command(
    of: Annotated[Literal["zones", "communes"], typer.Option(help="Of which places.")] = "zones",
    technology: Technology = "5G",
    tier_dbm: Annotated[float, typer.Option("--tier-dbm")] = -110.0,
    probability: Annotated[float, typer.Option()] = 0.9,
    step_m: Annotated[float, typer.Option("--step-m", min=5, max=200, help="Between sample points.")] = 25.0,
    where: Annotated[
        Literal["here", "processes", "cluster"], typer.Option(help="cluster needs the extra `cluster`.")
    ] = "here",
    workers: Annotated[int, typer.Option(min=1, max=256)] = 2,
    csv: Annotated[Path | None, typer.Option("--csv", dir_okay=False)] = None,
) -> None:
    """Modelled ground of all zones or communes, in tiles. / Tỷ lệ diện tích theo mô hình, tính theo ô 10 km."""
    from layers.coverage import wide

    with command_access("coverage.run", write=False) as access:
        settings = access.settings
        found = wide.by_place(
            access.connection, settings.home / "coverage-tiles", of=of, technology=technology, tier_dbm=tier_dbm,
            probability=probability, step_m=step_m, where=where, workers=workers,
            scheduler=settings.cluster_scheduler or None,
        )  # fmt: skip
    shared = (found.definition, found.data_version, found.method)
    rows = []
    for code, name, ratio, error in zip(
        found.codes, found.names, found.totals.ratio(), found.totals.error_bound(), strict=True
    ):
        known = None if math.isnan(ratio) else round(float(ratio), 6)
        rows.append((code, name, known, round(float(error), 6), *shared))
        console.print(f"{code} {name}: {'–' if known is None else f'{known:.2%} ± {100 * error:.2f}'}", markup=False)
    console.print(
        f"{found.definition}; {found.question.as_of}; {found.data_version}; {found.totals.tiles} ô / tiles,"
        f" {found.totals.computed} tính mới / computed now\n{found.method}", markup=False,
    )  # fmt: skip
    if csv is not None:
        columns = ("code", "name", "ratio", "error_bound", "definition", "data_version", "method")
        csv.write_text(csv_text.write(columns, rows), encoding="utf-8", newline="")


@app.command("definitions")
def definitions_command() -> None:
    """Keep the definitions of this release, and list them. / Lưu và liệt kê các định nghĩa."""
    with command_access("coverage.run", "definitions") as access:
        added = definition_records.keep(access.connection)
        changed = definition_records.changed_since_kept(access.connection)
    for one in DEFINITIONS:
        mark = " !" if one.label in changed else ""
        console.print(f"{one.label}{mark}  {one.title_vi} / {one.title_en}", markup=False)
    console.print(f"+{added}", markup=False)


def _print(run: Run) -> None:
    definition = questions.get_definition(run.question.definition)
    table = Table(title=f"{definition.title_vi} / {definition.title_en} ({definition.label})", title_justify="left")
    table.add_column("nơi\nplace", no_wrap=True)
    for heading in ("tỷ lệ\nratio", "± điểm %\npp", "tử / mẫu\nof", "giới hạn\nlimited by"):
        table.add_column(heading, justify="right")
    for one in run.results:
        if not one.operator:
            ratio = "–" if one.ratio is None else f"{one.ratio:.2%}"
            of = f"{one.numerator:,.0f} / {one.denominator:,.0f}"
            table.add_row(
                one.code.replace("[", r"\["), ratio, f"{100 * one.error_bound:.3f}", of, LIMITING[one.limiting][0]
            )
    console.print(table)
    asked = run.question
    console.print(
        f"run {run.id}; {asked.technology}, {asked.as_of}, {', '.join(asked.operators) or '–'}; ≥ {asked.min_operators}"
        f"\n{run_tables.data_version(run)}; {run.computed_zones} tính mới / computed now\n{run.summary}\n{run.method}",
        markup=False,
    )
