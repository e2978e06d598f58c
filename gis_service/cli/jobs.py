"""`gis jobs`: long work in the queue."""

from __future__ import annotations

import typer
from rich.console import Console
from rich.table import Table

from gis_service import jobs
from gis_service.cli.session import command_access

app = typer.Typer(help="Long work: list it, look at one, stop one.")
console = Console(highlight=False)


@app.command("list")
def list_command(limit: int = typer.Option(20, min=1, max=500, help="How many.")) -> None:
    """The newest jobs."""
    table = Table("job", "kind", "state", "done", "title", "requested by", "created")
    with command_access("jobs.read", write=False) as access:
        for job in jobs.list_jobs(access.connection, limit=limit):
            done = f"{job.done:,}" if job.total is None else f"{job.done:,} / {job.total:,}"
            table.add_row(
                str(job.id), job.kind, job.state, done, job.title, job.requested_by, f"{job.created_at:%Y-%m-%d %H:%M}"
            )
    console.print(table)


@app.command()
def show(job_id: int) -> None:
    """One job with its report or error."""
    with command_access("jobs.read", write=False) as access:
        console.print(jobs.get_job(access.connection, job_id))


@app.command()
def cancel(job_id: int) -> None:
    """Ask a job to stop; what it did is rolled back."""
    with command_access("jobs.cancel", f"jobs/{job_id}") as access:
        console.print(jobs.cancel(access.connection, job_id).state)
