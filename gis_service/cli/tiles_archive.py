"""`gis tiles archive FILE`: tiles of some layers in one file."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from gis_service.database import Audience, Database
from gis_service.pages_context import authority_name
from gis_service.settings import Settings
from maps import archive, i18n, tiles
from maps.errors import ArchiveRefused
from maps.matrix import Box

console = Console(highlight=False)


def command(
    file: Annotated[Path, typer.Argument(help="Its ending names the format: .pmtiles or .mbtiles")],
    layers: Annotated[str, typer.Option(help="Layers from bottom to top, separated by commas")] = "zones,plots",
    zooms: Annotated[str, typer.Option(help="First and last zoom, as 6-16")] = "6-16",
    bounds: Annotated[str, typer.Option(help="west,south,east,north in degrees; the whole deployment without it")] = "",
    audience: Annotated[Literal["public", "staff"], typer.Option(help="Whose rows and columns")] = "public",
    lang: Annotated[Literal["vi", "en"], typer.Option(help="Language of names")] = "vi",
) -> None:
    """Write tiles of some layers to one file that MapLibre (PMTiles) or QGIS (MBTiles) opens without a server."""
    settings = Settings()
    asked = tiles.parse_layers(layers)
    first, last = _zooms(zooms)
    plan = archive.Plan(
        layers=asked,
        audience=audience,
        first_zoom=first,
        last_zoom=last,
        bounds=_bounds(bounds) if bounds else settings.envelope_deg,
        title=", ".join(i18n.translate(lang, f"layer.{layer.name}") for layer in asked),
        attribution=authority_name(settings, lang),
        lang=lang,
    )
    done = asyncio.run(_write(settings, audience, file, plan))
    console.print(f"{done.tiles:,} tiles, {done.size_bytes:,} bytes -> {file}", markup=False)
    if done.thinned:
        console.print(f"[yellow]{done.thinned:,} ô đã được giản lược / tiles were thinned[/]")


async def _write(settings: Settings, audience: Audience, file: Path, plan: archive.Plan) -> archive.Report:
    database = Database(settings)
    try:
        await database.open_tile_pools()
        async with database.tile_pool(audience).connection() as conn:
            return await archive.write(
                conn, file, plan,
                lambda z, looked, written: console.print(f"z{z:<2} {written:>9,} / {looked:,}", style="dim"),
            )  # fmt: skip
    finally:
        await database.close()


def _zooms(stated: str) -> tuple[int, int]:
    first, dash, last = stated.partition("-")
    if not (first.isdecimal() and (not dash or last.isdecimal())):
        raise ArchiveRefused("Zooms are given as 6-16.", "Mức thu phóng ghi như 6-16.")
    return int(first), int(last or first)


def _bounds(stated: str) -> Box:
    try:
        west, south, east, north = (float(part) for part in stated.split(","))
    except ValueError:
        raise ArchiveRefused(
            "Bounds are given as west,south,east,north.", "Khung bao ghi như tây,nam,đông,bắc."
        ) from None
    return west, south, east, north
