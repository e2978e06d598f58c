"""`gis worker`: a worker beside those that `gis serve` runs."""

from __future__ import annotations

import typer

from gis_service import worker


def command(
    until_idle: bool = typer.Option(False, "--until-idle", help="End when the queue is empty."),
) -> None:
    """Run jobs from the queue."""
    worker.main(until_idle=until_idle)
