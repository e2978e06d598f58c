"""The command line `gis`: the same functions as the routes, for people at a terminal."""

from __future__ import annotations

import sys
from importlib import import_module

import psycopg
import typer
from rich.console import Console
from sqlalchemy.exc import OperationalError, ProgrammingError

VERBS = {
    "accounts": "accounts",
    "convert": "convert",
    "coverage": "coverage",
    "db": "db",
    "demo": "demo",
    "export": "export",
    "import": "imports",
    "jobs": "jobs",
    "number": "number",
    "overviews": "overviews",
    "parse": "parse",
    "register": "register",
    "search": "search",
    "serve": "serve",
    "tiles": "tiles",
    "worker": "worker",
}
"""Name of the command -> module of this package that holds its `app` or its function `command`."""

app = typer.Typer(
    name="gis",
    help="Spatial service of an industrial-zone authority.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.callback()
def _root() -> None:
    """Settings come from the environment (GIS_…) and from .env; see docs/operations.md."""


def _register(names: list[str]) -> None:
    for name in names:
        module = import_module(f"{__name__}.{VERBS[name]}")
        if hasattr(module, "app"):
            app.add_typer(module.app, name=name)
        else:
            app.command(name)(module.command)


_NOT_READY = "Cơ sở dữ liệu chưa chạy hoặc chưa được khởi tạo. Hãy chạy: gis db migrate"


def main() -> None:
    """Entry point. A foreseen error is one clear message in both languages and exit code 1."""
    asked = next((word for word in sys.argv[1:] if not word.startswith("-")), None)
    _register([asked] if asked in VERBS else list(VERBS))  # one command starts without the others' imports
    try:
        app()
    except (psycopg.OperationalError, OperationalError, ProgrammingError) as error:
        driver = getattr(error, "orig", error)
        if not isinstance(
            driver, psycopg.OperationalError | psycopg.errors.UndefinedTable | psycopg.errors.InvalidSchemaName
        ):
            raise
        _say(
            "database_not_ready",
            f"{str(driver).strip()} – is the database there and migrated? gis db migrate",
            _NOT_READY,
        )
        raise SystemExit(1) from None
    except Exception as error:
        if not hasattr(error, "message_vi"):
            raise
        _say(getattr(error, "code", "error"), str(error), str(error.message_vi))
        raise SystemExit(1) from None


def _say(code: str, message: str, message_vi: str) -> None:
    console = Console(stderr=True)
    console.print(f"[bold red]{code}[/]", highlight=False)
    console.print(message, markup=False, highlight=False)
    console.print(message_vi, style="dim", markup=False, highlight=False)
