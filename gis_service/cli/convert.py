"""`gis convert`: addresses and units on other days, lists of them, and what lies at a point."""

from __future__ import annotations

import json
import shutil
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Console
from rich.table import Table

from addressing.deciding import today
from addressing.search.convert import Conversion, convert
from addressing.search.convert_errors import UnknownUnit
from addressing.search.convert_lines import convert_line
from addressing.search.positions import locator, to_storage
from addressing.search.reverse import REACH_M, reverse
from addressing.search.shares import with_area_ratios
from addressing.search.units_on_file import gazetteer_of
from gis_service.address_batches import convert_batch
from gis_service.cli.session import command_access
from gis_service.geocode_batches import geocode_batch
from gis_service.routes.convert_answers import of_conversion, of_line

app = typer.Typer(help="Địa chỉ và đơn vị hành chính vào một ngày khác / addresses and units on another day.")
console = Console(highlight=False)

On = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day; today when not given.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]


@app.command("address")
def address_command(
    address: Annotated[str, typer.Argument(help="As it is written, of any time.")],
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """Convert one address: number and street stay, the units are replaced. / Chuyển đổi một địa chỉ."""
    day = on.date() if on else today()
    with command_access("convert.ask", write=False) as access:
        gazetteer = gazetteer_of(access.connection)
        locate = locator(access.connection, day, today=today(), gazetteer=gazetteer)
        result = convert_line(address, gazetteer, day, today=today(), locate=locate)
    if as_json:
        typer.echo(of_line(result).model_dump_json(indent=2))
        return
    if result.line is not None:
        console.print(result.line, markup=False)
    for choice in () if result.line is not None else result.choices:
        console.print(f"? {choice.line}", markup=False)
    console.print(f"{result.status}: {result.line_before or address}", style="dim", markup=False)
    for reason in result.reasons:
        console.print(f"{reason.message_vi} / {reason.message}", style="dim", markup=False)


@app.command("unit")
def unit_command(
    code: Annotated[str, typer.Argument(help="Official code: 2, 3 or 5 digits.")],
    on: On = None,
    known_on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="A day on which it had that code.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """What a unit is on a day, with shares and reasons. / Đơn vị hành chính vào một ngày khác."""
    day = on.date() if on else today()
    level: Literal["province", "district", "commune"] = (
        "province" if len(code) == 2 else "district" if len(code) == 3 else "commune"
    )
    with command_access("convert.ask", write=False) as access:
        gazetteer = gazetteer_of(access.connection)
        forms = gazetteer.by_code(level, code, on=known_on.date() if known_on else None)
        if not forms:
            raise UnknownUnit(code)
        conversions = [with_area_ratios(access.connection, convert(gazetteer, form, day)) for form in forms]
    if as_json:
        typer.echo(
            json.dumps([of_conversion(c).model_dump(mode="json") for c in conversions], ensure_ascii=False, indent=2)
        )
        return
    for conversion in conversions:
        _show(conversion)


def _show(conversion: Conversion) -> None:
    unit = conversion.unit
    table = Table(
        title=f"{unit.full_name} ({unit.code}) -> {conversion.on}: {conversion.standing}", title_justify="left"
    )
    for heading in (
        "Đơn vị / unit",
        "Mã / code",
        "Phần / part",
        "Dân cư / people",
        "Diện tích / land",
        "Căn cứ / because",
    ):
        table.add_column(heading)
    for answer in conversion.answers:
        table.add_row(
            answer.full_name, answer.unit.code, answer.part, answer.people or "?",
            "?" if answer.area_ratio is None else f"{answer.area_ratio:.0%}",
            "; ".join(change.source for change in answer.way),
        )  # fmt: skip
    console.print(table)
    for reason in conversion.reasons:
        console.print(f"{reason.message_vi} / {reason.message}", style="dim", markup=False)


@app.command("file")
def file_command(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV or XLSX.")],
    out: Annotated[Path, typer.Argument(help="Workbook to write: .xlsx; the same as .json beside it.")],
    on: On = None,
    sheet: Annotated[str | None, typer.Option(help="Sheet of a workbook.")] = None,
    encoding: Annotated[str | None, typer.Option(help="utf-8, tcvn3, vni, viscii, cp1258 …")] = None,
    column: Annotated[str | None, typer.Option(help="Heading of the column with the addresses.")] = None,
) -> None:
    """Convert a list; what needs a person is told apart. / Chuyển đổi một danh sách địa chỉ."""
    with command_access("convert.batch", str(file)[:200]) as access, tempfile.TemporaryDirectory() as folder:
        arguments = _arguments(file, folder, sheet, encoding, column) | {"on": on.date().isoformat() if on else None}
        report = convert_batch(access.connection, arguments, _quiet)
        _take(report, folder, out)
    console.print(f"{report['rows']:,} rows, {report['certain']:,} certain -> {out.with_suffix('.xlsx')}", markup=False)
    for status, number in report["by_status"].items():
        console.print(f"  {status}: {number:,}", markup=False)


@app.command("locate")
def locate_command(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV or XLSX.")],
    out: Annotated[Path, typer.Argument(help="Workbook to write: .xlsx; the same as .json beside it.")],
    sheet: Annotated[str | None, typer.Option(help="Sheet of a workbook.")] = None,
    encoding: Annotated[str | None, typer.Option(help="utf-8, tcvn3, vni, viscii, cp1258 …")] = None,
    column: Annotated[str | None, typer.Option(help="Heading of the column with the addresses.")] = None,
) -> None:
    """Locate a list and match its enterprises with the register. / Định vị một danh sách địa chỉ."""
    with command_access("geocode.batch", str(file)[:200]) as access, tempfile.TemporaryDirectory() as folder:
        report = geocode_batch(access.connection, _arguments(file, folder, sheet, encoding, column), _quiet)
        _take(report, folder, out)
    console.print(f"{report['rows']:,} rows -> {out.with_suffix('.xlsx')}", markup=False)
    for name in ("by_status", "by_precision", "enterprises"):
        for what, number in report[name].items():
            console.print(f"  {what}: {number:,}", markup=False)


def _arguments(file: Path, folder: str, sheet: str | None, encoding: str | None, column: str | None) -> dict[str, Any]:
    return {
        "path": str(file), "file_name": file.name, "results": folder, "sheet": sheet, "encoding": encoding,
        "column_map": {column: "address"} if column else None,
    }  # fmt: skip


def _take(report: dict[str, Any], folder: str, out: Path) -> None:
    for ending in (".xlsx", ".json"):
        shutil.copyfile(Path(folder) / f"{report['result']}{ending}", out.with_suffix(ending))


def _quiet(done: int, total: int | None) -> None:
    """A terminal waits without being told."""


@app.command("point")
def point_command(
    x: Annotated[float, typer.Argument(help="Longitude, or easting with --crs.")],
    y: Annotated[float, typer.Argument(help="Latitude, or northing with --crs.")],
    crs: Annotated[str, typer.Option(help="EPSG code, such as 9210 (VN-2000 105-45).")] = "4326",
    on: On = None,
    reach_m: Annotated[float, typer.Option(min=0.001, max=2_000, help="How far a door may be.")] = REACH_M,
) -> None:
    """What lies at a point: house, street, commune of the day, zone and plot. / Địa chỉ tại một điểm."""
    with command_access("reverse.ask", write=False) as access:
        conn = access.connection
        metres = to_storage(conn, x, y, crs)
        place = reverse(conn, *metres, gazetteer_of(conn), on=on.date() if on else today(), reach_m=reach_m)
    console.print(f"{place.precision}: {place.written or '-'}", markup=False)
    for house in place.houses:
        console.print(f"  {house.number} {house.street or ''}: {house.distance_m:.1f} m ({house.what})", markup=False)
    for street in place.streets:
        console.print(f"  {street.name}: {street.distance_m:.1f} m", markup=False)
    for answer in place.by_conversion.answers if place.by_conversion else ():
        console.print(f"  ? {answer.full_name}", markup=False)
