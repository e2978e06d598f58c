"""`gis demo`: the made-up demonstration province."""

from __future__ import annotations

import time
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from addressing.search.index import learn_vocabulary
from gis_service import audit
from gis_service.cli.session import local_identity
from gis_service.database import Database
from gis_service.settings import Settings
from layers import demo
from maps import overviews

app = typer.Typer(help="The made-up demonstration province. / Tỉnh minh họa.", no_args_is_help=True)
console = Console(highlight=False)

SMALL_SCALE = 0.05

LAYERS = {
    "administrative_units": "đơn vị hành chính / administrative units",
    "unit_changes": "thay đổi đơn vị / unit changes",
    "zones": "khu, cụm công nghiệp / zones",
    "plots": "lô đất / plots",
    "enterprises": "doanh nghiệp / enterprises",
    "streets": "đường phố / streets",
    "entrances": "cổng, cửa / entrances",
    "sites": "trạm / sites",
    "cells": "cell / cells",
}


@app.callback()
def _group() -> None:
    """The made-up demonstration province. / Tỉnh minh họa."""


@app.command("load")
def load_command(
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Same seed, same bytes.")] = demo.DEFAULT_SEED,
    small: Annotated[bool, typer.Option("--small", help="A twentieth of it, within seconds.")] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Take the place of another demonstration province.")
    ] = False,
) -> None:
    """Load it into an empty database. / Nạp vào cơ sở dữ liệu trống."""
    database = Database(Settings())
    started = time.monotonic()
    try:
        with database.owner.begin() as conn:
            scale = SMALL_SCALE if small else 1.0
            details = {"seed": seed, "scale": scale}
            audit.record(conn, actor=local_identity().login, operation="demo.load", details=details)
            with _bar() as bar:
                steps = _Steps(bar, bar.add_task("…", total=1))
                report = demo.load(conn, seed, scale=scale, replace=replace, progress=steps)
                steps("overviews", 0, 1)
                overviews.refresh(conn)
                learn_vocabulary(conn)
    finally:
        database.dispose()
    _show(report, time.monotonic() - started)


def _bar() -> Progress:
    columns = (TextColumn("{task.description:<28}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True)


class _Steps:
    """Tells the progress bar what the loader tells."""

    def __init__(self, bar: Progress, task: TaskID) -> None:
        self.bar, self.task = bar, task

    def __call__(self, noun: str, done: int, total: int) -> None:
        self.bar.update(self.task, description=noun, completed=done, total=total)


def _show(report: demo.DemoReport, seconds: float) -> None:
    table = Table("Lớp / layer", title="Dữ liệu minh họa / demonstration data", title_justify="left")
    table.add_column("Bản ghi / rows", justify="right")
    for name, count in report.counts.items():
        table.add_row(LAYERS[name], f"{count:,}")
    console.print(table)
    console.print(f"seed {report.seed}, scale {report.scale:g}, sha256 {report.digest}", soft_wrap=True)
    done = f"Đã nạp trong {seconds:.1f} s. / Loaded in {seconds:.1f} s."
    console.print(done if report.loaded else "Đã có sẵn, không thay đổi gì. / Already there; nothing was changed.")
