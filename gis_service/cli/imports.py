"""`gis import`: a file into a layer, with a report."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from gis_service.cli.session import command_access
from gis_service.importing import run_import_job
from gis_service.routes.imports import column_map

console = Console(highlight=False)
_SHOWN = 20


def command(
    layer: Annotated[str, typer.Argument(help="zones, plots, enterprises, streets, administrative_units …")],
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="The file to import.")],
    crs: Annotated[str | None, typer.Option(help="EPSG code of the file; wins over what it says.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do everything, store nothing.")] = False,
    source: Annotated[str | None, typer.Option(help="Who says so; the file's name by default.")] = None,
    source_date: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day the data speaks for.")
    ] = None,
    mapping: Annotated[list[str] | None, typer.Option("--map", help="COLUMN=FIELD; repeat as needed.")] = None,
    layer_name: Annotated[str | None, typer.Option(help="Table of a GeoPackage, or sheet of a workbook.")] = None,
    encoding: Annotated[str | None, typer.Option(help="utf-8, tcvn3, vni, viscii, cp1258 …; found by itself.")] = None,
    swap_axes: Annotated[bool, typer.Option("--swap-axes", help="X is north in the file.")] = False,
    keep_pieces: Annotated[
        bool, typer.Option("--keep-pieces", help="Streets without codes: one street for each row, none merged.")
    ] = False,
    report: Annotated[Path | None, typer.Option(help="Write the whole report there as JSON.")] = None,
) -> None:
    """Import a file into a layer. Exit code 2 when rows were refused, 1 when the file was."""
    arguments = {
        "layer": layer, "path": str(file), "file_name": file.name, "crs": crs, "dry_run": dry_run, "source": source,
        "source_date": source_date.date().isoformat() if source_date else None,
        "column_map": column_map(mapping or []) or None, "layer_name": layer_name, "encoding": encoding,
        "swap_axes": swap_axes, "keep_pieces": keep_pieces,
    }  # fmt: skip
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(file.name, total=None)

        def tell(done: int, total: int | None) -> None:
            progress.update(task, description=f"{file.name}: {done:,}")

        with command_access("imports.run", f"imports/{layer}") as access:
            told = run_import_job(access.connection, {**arguments, "requested_by": access.identity.login}, tell)
    _show(told)
    if report is not None:
        report.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if told["rejected"]:
        raise typer.Exit(2)


def _show(told: dict[str, Any]) -> None:
    names = ["read", "added", "changed", "unchanged", "rejected", *(["merged"] if told["merged"] else [])]
    counts = Table(*names)
    counts.add_row(*(f"{told[name]:,}" for name in names))
    console.print(_title(told), markup=False)
    console.print(counts)
    for layer, also in told["also"].items():
        console.print(f"{layer}: {also['added']:,} added, {also['changed']:,} changed, {also['unchanged']:,} unchanged")
    for note in told["notes"]:
        number = f" ({note['count']:,})" if note["count"] else ""
        console.print(f"• {note['message']}{number}", style="dim", markup=False)
    _show_rows("rejected", told["rejections"], told["rejected"])
    _show_rows("remarks", told["warnings"], told["warning_count"])
    if told["ignored_columns"]:
        console.print(f"Columns not used: {', '.join(told['ignored_columns'])}", style="dim", markup=False)


def _title(told: dict[str, Any]) -> str:
    read_in = f", EPSG:{told['srid']}" if told["srid"] else ""
    trial = " – dry run, nothing stored" if told["dry_run"] else ""
    return f"Import {told['id']}: {told['file']} → {told['layer']} ({told['format']}{read_in}){trial}"


def _show_rows(title: str, rows: list[dict[str, Any]], number: int) -> None:
    if not rows:
        return
    console.print(f"{title}: {number:,}")
    table = Table("row", "key", "column", "reason", "")
    for one in rows[:_SHOWN]:
        table.add_row(str(one["row"]), one["key"] or "", one["column"] or "", one["code"], one["message"])
    console.print(table)
    if number > _SHOWN:
        console.print(f"… and {number - _SHOWN:,} more (--report FILE writes them all)", style="dim")
