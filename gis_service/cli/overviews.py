"""`gis overviews`: what the map draws when it is zoomed out."""

from __future__ import annotations

import time

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import text

from gis_service.cli.session import command_access
from maps import overviews

app = typer.Typer(help="What the map draws zoomed out. / Bản đồ khi thu nhỏ.", no_args_is_help=True)
console = Console(highlight=False)


@app.command()
def refresh() -> None:
    """Make what has changed; a running worker does it by itself. / Cập nhật phần đã thay đổi."""
    _do(rebuild=False)


@app.command()
def rebuild() -> None:
    """Count everything and make all shapes from nothing. / Dựng lại toàn bộ."""
    _do(rebuild=True)


@app.command()
def status() -> None:
    """What there is, by layer and zoom. / Hiện có gì."""
    table = Table("Lớp / layer", "zoom", "hình, ô / shapes, cells", "đối tượng / features", "chờ / waiting")
    with command_access("overviews.read", write=False) as access:
        rows = access.connection.execute(
            text(
                "SELECT layer, zoom, count(*) AS parts, count(*) AS features FROM gis.overview_shapes GROUP BY 1, 2"
                " UNION ALL SELECT layer, zoom, count(DISTINCT (x, y)), sum(n) FROM gis.overview_counts GROUP BY 1, 2"
                " ORDER BY 1, 2"
            )
        ).all()
        changed = text("SELECT layer, count(DISTINCT feature_id) AS features FROM gis.overview_changes GROUP BY 1")
        waiting = {row.layer: row.features for row in access.connection.execute(changed)}
    for row in rows:
        table.add_row(row.layer, str(row.zoom), f"{row.parts:,}", f"{row.features:,}", f"{waiting.get(row.layer, 0):,}")
    console.print(table)


def _do(*, rebuild: bool) -> None:
    begun = time.monotonic()
    with command_access("overviews.refresh") as access:
        access.connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        report = overviews.rebuild(access.connection) if rebuild else overviews.refresh(access.connection)
        merged = overviews.merge(access.connection)
    console.print(
        f"{report.changed:,} thay đổi / changes, {report.made:,} hình / shapes, {report.dropped:,} bỏ / dropped, "
        f"{merged:,} dòng gộp / lines merged, {time.monotonic() - begun:.1f} s"
    )
