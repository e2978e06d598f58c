"""`gis tiles`: what the store of tiles holds, and filling it now."""

from __future__ import annotations

import asyncio
import sys
import time
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import text

from gis_service.cli import tiles_archive
from gis_service.database import Database
from gis_service.settings import Settings
from gis_service.tile_serving.seeding import seed_round
from maps import catalog, tiles

app = typer.Typer(help="Map tiles: freshness, store, archives. / Ô bản đồ.", no_args_is_help=True)
app.command("archive")(tiles_archive.command)
console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)

_STATUS = """
    SELECT l.layer, l.version, l.epoch, (SELECT count(*) FROM gis.tile_marks m WHERE m.layer = l.layer) AS marks,
           a.audience, s.zooms, s.behind, t.tiles, t.bytes
    FROM gis.tile_layers l
    CROSS JOIN (VALUES ('public'), ('staff')) AS a (audience)
    LEFT JOIN LATERAL (
        SELECT min(z) || '-' || max(z) AS zooms, max(l.version - version) AS behind FROM gis.tile_seeds
        WHERE layer = l.layer AND audience = a.audience) AS s ON true
    LEFT JOIN (SELECT layer, audience, count(*) AS tiles, sum(length(body)) AS bytes FROM gis.tile_store
               GROUP BY layer, audience) AS t ON t.layer = l.layer AND t.audience = a.audience
    ORDER BY l.layer, a.audience"""


@app.command("status")
def status() -> None:
    """Each layer: its version, its marks, and which zooms the store holds for whom."""
    database = Database(Settings())
    with database.owner.connect() as conn:
        rows = conn.execute(text(_STATUS)).all()
    database.dispose()
    table = Table(box=None)
    for heading in ("layer", "version", "epoch", "marks", "audience", "seeded", "behind", "tiles", "kB"):
        justify: Literal["left", "right"] = "left" if heading in ("layer", "audience") else "right"
        table.add_column(heading, justify=justify, no_wrap=True)
    for row in rows:
        table.add_row(
            row.layer, str(row.version), str(row.epoch), f"{row.marks:,}", row.audience, row.zooms or "-",
            "-" if row.behind is None else str(row.behind), f"{row.tiles or 0:,}", f"{(row.bytes or 0) / 1024:,.0f}",
        )  # fmt: skip
    console.print(table)


@app.command("seed")
def seed(
    layers: Annotated[str, typer.Option(help="Layers separated by commas; all of them without it")] = "",
    again: Annotated[bool, typer.Option("--again", help="Draw everything again, also what is stored")] = False,
) -> None:
    """Draw what the store lacks, now, in this process. A worker does the same behind every change."""
    only = tiles.parse_layers(layers) if layers else catalog.LAYERS
    database = Database(Settings())
    try:
        if again:
            with database.owner.begin() as conn:
                for table in ("tile_seeds", "tile_store"):
                    conn.execute(
                        text(f"DELETE FROM gis.{table} WHERE layer = ANY(:names)"),  # noqa: S608 - two words of ours
                        {"names": [layer.name for layer in only]},
                    )
        begun = time.monotonic()
        report = asyncio.run(seed_round(database, only))
    finally:
        database.dispose()
    if report.busy:
        console.print("Một tiến trình khác đang vẽ. / Another process is at it; nothing to do here.")
        return
    rate = report.tiles / max(time.monotonic() - begun, 0.001)
    console.print(
        f"Đã vẽ {report.tiles:,} ô. / {report.tiles:,} tiles of {report.zooms} zooms in {report.seconds:.1f} s"
        f" ({rate:,.0f}/s)."
    )
    for one in report.failed:
        console.print(f"[yellow]not drawn: {one}[/]")
