"""`gis export LAYER FILE`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from gis_service.cli.session import command_access
from layers import export

console = Console(highlight=False)


def command(
    layer: Annotated[str, typer.Argument(help=", ".join(export.LAYERS))],
    file: Annotated[Path, typer.Argument(help="Its ending names the format: .gpkg .geojson .fgb .parquet")],
) -> None:
    """Write a layer to a file."""
    with command_access("features.read", write=False) as access:
        done = export.export_layer(access.connection, layer, file)
    console.print(f"{done.rows:,} rows of {layer} -> {file} (EPSG:{done.srid})", markup=False)
    if done.is_demo:
        console.print("[yellow]Dữ liệu minh họa / demonstration data[/]: column is_demo says which rows.")
