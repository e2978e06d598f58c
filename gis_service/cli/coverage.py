"""`gis coverage`: ratios as tables, and the stand-alone map."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table

from gis_service import csv_text
from gis_service.cli import coverage_runs
from gis_service.cli.session import command_access
from gis_service.cli.siting import siting_command
from layers.coverage import definitions, ratios, stations, tables
from layers.coverage.cells import LEFT_OUT_REASONS
from layers.coverage.provenance import Basis

app = typer.Typer(help="Coverage ratios of zones and stations, and a stand-alone map.", no_args_is_help=True)
app.add_typer(coverage_runs.app)
app.command("siting")(siting_command)
console = Console(highlight=False)

NAMES_FROM_COLUMNS = 100

Technology = Annotated[str, typer.Option(help="2G, 3G, 4G or 5G.")]
Zones = Annotated[list[str] | None, typer.Option("--zone", help="Code or id; repeat for several.")]
AsOf = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day counted; today when not given.")]
Csv = Annotated[Path | None, typer.Option("--csv", dir_okay=False, help="Also write the table there.")]


@app.command("zones")
def zones_command(
    technology: Technology = "5G",
    operator: Annotated[list[str] | None, typer.Option(help="Repeat for several; all when not given.")] = None,
    min_operators: Annotated[int, typer.Option(min=1, help="How many must cover a point.")] = 1,
    zone: Zones = None,
    as_of: AsOf = None,
    csv: Csv = None,
) -> None:
    """Covered share of the area of each zone. / Tỷ lệ diện tích từng khu được phủ sóng."""
    with command_access("coverage.read", write=False) as access:
        run = ratios.run(
            access.connection,
            technology=technology,
            operators=operator or None,
            min_operators=min_operators,
            as_of=_day(as_of),
            zone_ids=ratios.find_zone_ids(access.connection, zone) if zone else None,
        )
    numbers = ("tỷ lệ\nratio", "± điểm %\npp", "ha phủ / khu\ncovered / zone", "nhà\nmạng", "cell")
    # A narrow terminal has no room for names beside the codes.
    with_names = console.width >= NAMES_FROM_COLUMNS
    table = _table(_area_title(run.basis), ("Khu\nzone", "Tên\nname") if with_names else ("Khu\nzone",), numbers)
    for one in run.zones:
        table.add_row(
            _plain(one.zone_code), *([_plain(one.zone_name)] if with_names else []), f"{one.ratio:.2%}",
            f"{100 * one.error_bound:.3f}", f"{one.covered_area_ha:,.2f} / {one.zone_area_ha:,.2f}",
            str(one.operators), str(one.cells_used),
        )  # fmt: skip
    console.print(table)
    _explain_area(run.basis)
    _write_csv(csv, tables.of_zones(run))


@app.command("stations")
def stations_command(
    scope: Annotated[Literal["province", "zone", "operator"], typer.Option(help="Which rows to give.")] = "province",
    buffer_m: Annotated[float, typer.Option(help="With --scope zone: also sites this far outside.")] = 0.0,
    zone: Zones = None,
    as_of: AsOf = None,
    csv: Csv = None,
) -> None:
    """5G stations per 4G station against the target. / Số trạm 5G trên số trạm 4G so với mục tiêu."""
    with command_access("coverage.read", write=False) as access:
        rows = stations.station_ratio(
            access.connection,
            scope=scope,
            buffer_m=buffer_m,
            as_of=_day(as_of),
            target=access.settings.station_ratio_target,
            zone_ids=ratios.find_zone_ids(access.connection, zone) if zone else None,
        )
    definition = definitions.STATION_RATIO
    title = f"{definition.title_vi} / {definition.title_en} ({definition.label})"
    numbers = ("5G", "4G", "tỷ lệ\nratio", "mục tiêu\ntarget", "đạt\nmeets", "không tính\nnot counted")
    table = _table(title, ("Nơi\nplace", "Nhà mạng\noperator"), numbers)
    for one in rows:
        table.add_row(
            _plain(one.zone_code or "toàn tỉnh"), _plain(one.operator or "tất cả"),
            str(one.stations_5g), str(one.stations_4g), "–" if one.ratio is None else f"{one.ratio:.1%}",
            f"{one.basis.target:.0%}", {True: "có yes", False: "không no", None: "–"}[one.meets_target],
            _plain("\n".join(f"{reason} {count}" for reason, count in one.not_counted.items())),
        )  # fmt: skip
    console.print(table)
    if rows:
        _explain_stations(rows[0].basis)
    _write_csv(csv, tables.of_stations(rows))


@app.command("map")
def map_command(
    output: Annotated[Path, typer.Option("--output", "-o", dir_okay=False, help="HTML file to write.")],
    technology: Technology = "5G",
    as_of: AsOf = None,
) -> None:
    """A map of zones and coverage in one HTML file that opens without a network. / Bản đồ độc lập."""
    from maps import folium_maps

    with command_access("coverage.read", write=False) as access:
        page = folium_maps.zones_and_coverage(access.connection, technology=technology, as_of=_day(as_of))
    output.write_text(page, encoding="utf-8")
    console.print(f"{output} ({len(page.encode()) / 1e6:.1f} MB)", markup=False)


def _table(title: str, words: tuple[str, ...], numbers: tuple[str, ...]) -> Table:
    """A table whose first column is never cut, being the key that people copy, nor any number."""
    table = Table(title=title, title_justify="left")
    table.add_column(words[0], no_wrap=True)
    for heading in words[1:]:
        table.add_column(heading, overflow="fold")
    for heading in numbers:
        table.add_column(heading, justify="right", no_wrap=True)
    return table


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.replace(tzinfo=UTC).date()


def _area_title(basis: Basis) -> str:
    definition = basis.definition
    demo = "  DỮ LIỆU MINH HỌA / DEMONSTRATION DATA" if basis.is_demo else ""
    title = f"{definition.title_vi} / {definition.title_en} ({definition.label})"
    return f"{title}, {basis.technology}, {basis.as_of}{demo}"


def _explain_area(basis: Basis) -> None:
    lines = [
        f"Nhà mạng / operators: {', '.join(basis.operators) or '–'}; ≥ {basis.min_operators}",
        f"Dữ liệu / data: {basis.data_version}; {basis.first_source_date or '?'} – {basis.last_source_date or '?'}",
        f"Cell đã vẽ / drawn: {basis.cells_drawn:,}",
    ]
    for reason, count in basis.cells_left_out.items():
        lines.append(f"Bỏ ra / left out: {count:,} – {' / '.join(LEFT_OUT_REASONS[reason])}")
    for count in basis.cells_assumed.values():
        lines.append(f"Thiếu độ rộng búp sóng, vẽ cả vòng / no beamwidth, drawn as a full circle: {count:,}")
    console.print("\n".join([*lines, basis.method]), markup=False)


def _explain_stations(basis: stations.StationBasis) -> None:
    lines = [f"Ngày tính / as of: {basis.as_of}; {definitions.STATION_RATIO.source}"]
    if basis.is_demo:
        lines.append("DỮ LIỆU MINH HỌA / DEMONSTRATION DATA")
    for one in basis.lists_4g:
        day = one.source_date or "không ghi ngày / no date"
        lines.append(f"Danh sách 4G / 4G list: {one.source}, {day}: {one.stations:,}")
    console.print("\n".join(lines), markup=False)


def _write_csv(file: Path | None, table: tables.Table) -> None:
    if file is not None:
        file.write_text(csv_text.write(table.columns, table.rows), encoding="utf-8", newline="")


def _plain(data: str) -> str:
    return data.replace("[", r"\[")
