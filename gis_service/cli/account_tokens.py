"""`gis accounts token`: access tokens of accounts, for programs that read and write data."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from gis_service.cli.session import command_access
from gis_service.identity import access_tokens

app = typer.Typer(help="Access tokens of an account: list, make, revoke.", no_args_is_help=True)
console = Console(highlight=False, soft_wrap=True)

Login = Annotated[str, typer.Argument(help="Login of the account.")]


@app.command("list")
def list_command(login: Login) -> None:
    """All tokens an account ever had."""
    table = Table("number", "name", "roles", "may", "until", "last used", "state")
    with command_access("accounts.read", write=False) as access:
        for one in access_tokens.of_account(access.connection, login):
            state = "good" if one.is_good() else "revoked" if one.revoked_at else "over"
            table.add_row(
                str(one.id), one.name, ", ".join(one.roles), "read" if one.read_only else "read, write",
                f"{one.expires_at:%Y-%m-%d}", str(one.last_used_on or "never"), state,
            )  # fmt: skip
    console.print(table)


@app.command()
def make(
    login: Login,
    name: Annotated[str, typer.Option("--name", help="What it is for.")],
    roles: Annotated[list[str], typer.Option("--role", help="Role of the account; may be given several times.")],
    days: Annotated[int, typer.Option("--days", help="How long it is good, up to 365.")] = 90,
    write: Annotated[bool, typer.Option("--write", help="May change data, not only read it.")] = False,
) -> None:
    """Make a token and print it, once."""
    with command_access("accounts.token", f"accounts/{login}/tokens") as access:
        token, kept = access_tokens.make(
            access.connection, login, name=name, roles=roles, read_only=not write, days=days
        )
    console.print(
        f"Token {kept.id}, good until {kept.expires_at:%Y-%m-%d}. Shown only now. / Chỉ hiển thị lần này:", markup=False
    )
    console.print(token, markup=False)


@app.command()
def revoke(login: Login, number: Annotated[int, typer.Argument(help="Number of the token.", min=1)]) -> None:
    """End a token, at once."""
    with command_access("accounts.token", f"accounts/{login}/tokens/{number}") as access:
        access_tokens.revoke(access.connection, login, number)
    console.print(f"Token {number} of {login} is revoked.")
