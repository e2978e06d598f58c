"""`gis db`: the database of this deployment."""

from __future__ import annotations

import typer
from rich.console import Console

from gis_service import cluster
from gis_service.database import Database, check
from gis_service.migrating import current_revision, head_revision, migrate
from gis_service.settings import Settings

app = typer.Typer(help="The embedded database: start, stop, status, reset; migrate any database.")
console = Console(highlight=False)


@app.command()
def start() -> None:
    """Start the embedded cluster; make it if it is not there."""
    running = cluster.ensure_running(Settings().home)
    console.print(f"Running on port {running.port}, socket folder {running.socket_directory}")


@app.command()
def stop() -> None:
    """Stop the embedded cluster."""
    console.print("Stopped." if cluster.stop(Settings().home) else "It was not running.")


@app.command()
def status() -> None:
    """What the embedded cluster is doing. Exit code 1 unless it runs."""
    found = cluster.status(Settings().home)
    console.print(f"state    {found.state}")
    for name in ("version", "port", "socket_directory", "directory", "size_bytes", "pid"):
        value = getattr(found, name)
        if value is not None:
            console.print(f"{name:<9}{value}" if len(name) < 9 else f"{name} {value}")
    raise typer.Exit(0 if found.state == "running" else 1)


@app.command()
def reset(
    yes: bool = typer.Option(False, "--yes", help="Do not ask."),
) -> None:
    """Stop the embedded cluster and DELETE everything in it."""
    if not yes:
        typer.confirm("Delete the embedded database and all that is in it?", abort=True)
    cluster.reset(Settings().home)
    console.print("Deleted. `gis db start` makes a new one.")


@app.command("migrate")
def migrate_command() -> None:
    """Bring the database to the schema of this checkout."""
    settings = Settings()
    database = Database(settings)
    with database.owner.begin() as conn:
        ran = migrate(conn, settings)
        check(conn, settings)
        console.print(f"{'Migrated to' if ran else 'Already at'} {current_revision(conn)}", end="")
        console.print(f" (newest: {head_revision(conn, settings)})")
    database.dispose()
