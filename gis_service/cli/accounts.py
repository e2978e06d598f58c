"""`gis accounts`: who may sign in, with which roles. Runs with the rights of the machine's owner."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from gis_service.access import Access
from gis_service.cli import account_tokens
from gis_service.cli.session import command_access
from gis_service.identity import accounts, links, signing_in
from gis_service.settings import Settings

app = typer.Typer(help="Accounts: list, add, roles, close, unlock, one-time links.", no_args_is_help=True)
app.add_typer(account_tokens.app, name="token")
console = Console(highlight=False, soft_wrap=True)

Login = Annotated[str, typer.Argument(help="Login of the account.")]
Role = Annotated[str, typer.Argument(help="One of: " + ", ".join(accounts.GRANTABLE) + ".")]


@app.command("list")
def list_command() -> None:
    """All accounts with their roles and state."""
    table = Table("login", "name", "roles", "state", "last sign-in")
    with command_access("accounts.read", write=False) as access:
        for account in accounts.list_accounts(access.connection):
            seen = f"{account.last_login_at:%Y-%m-%d %H:%M}" if account.last_login_at else "never"
            table.add_row(account.login, account.display_name, ", ".join(account.roles), _state(account), seen)
    console.print(table)


@app.command()
def add(
    login: Login,
    name: Annotated[str, typer.Option("--name", help="The person's name, as pages show it.")],
    roles: Annotated[list[str], typer.Option("--role", help="Role; may be given several times.")],
) -> None:
    """Make an account and print the one-time link by which its owner sets a password."""
    with command_access("accounts.add", f"accounts/{login}") as access:
        made = accounts.add(
            access.connection, login=login, display_name=name, roles=roles, granted_by=access.identity.login
        )
        address = _password_link(access, made.login)
    _print_link(address)


@app.command()
def grant(login: Login, role: Role) -> None:
    """Give a role. The sessions of the account end."""
    with command_access("accounts.grant", f"accounts/{login}/roles/{role}") as access:
        accounts.grant(access.connection, login, role, access.identity.login)
    console.print(f"{login} has the role {role}.")


@app.command()
def revoke(login: Login, role: Role) -> None:
    """Take a role away. The sessions of the account end; the last administrator stays."""
    with command_access("accounts.revoke", f"accounts/{login}/roles/{role}") as access:
        accounts.revoke(access.connection, login, role)
    console.print(f"{login} has no role {role}.")


@app.command()
def disable(login: Login) -> None:
    """Close an account: its sessions end and nobody can sign in with it."""
    with command_access("accounts.close", f"accounts/{login}") as access:
        accounts.set_active(access.connection, login, active=False)
    console.print(f"{login} is closed.")


@app.command()
def enable(login: Login) -> None:
    """Open a closed account again."""
    with command_access("accounts.open", f"accounts/{login}") as access:
        accounts.set_active(access.connection, login, active=True)
    console.print(f"{login} is open.")


@app.command()
def unlock(login: Login) -> None:
    """Forget the wrong passwords of an account that locked itself."""
    with command_access("accounts.unlock", f"accounts/{login}") as access:
        accounts.unlock(access.connection, login)
    console.print(f"{login} is unlocked.")


@app.command()
def link(login: Login) -> None:
    """Print a one-time link by which the owner of an account sets a new password."""
    with command_access("accounts.link", f"accounts/{login}") as access:
        address = _password_link(access, login)
    _print_link(address)


@app.command("first-administrator")
def first_administrator() -> None:
    """Print the one-time link that makes the first administrator. Exit code 1 once there is one."""
    with command_access("accounts.link", "first administrator") as access:
        token = links.first_administrator(access.connection)
        address = _address(access.settings, "first_administrator", token or "")
    if token is None:
        console.print("There is an administrator already. / Đã có quản trị viên.")
        raise typer.Exit(1)
    _print_link(address)


def _state(account: accounts.Account) -> str:
    if not account.is_active:
        return "closed"
    if account.locked_until is not None:
        return f"locked until {account.locked_until:%Y-%m-%d %H:%M} UTC"
    return "open" if account.has_password else "open, no password yet"


def _password_link(access: Access, login: str) -> str:
    return _address(access.settings, "set_password", links.set_password(access.connection, login))


def _address(settings: Settings, purpose: links.Purpose, token: str) -> str:
    here = settings.model_copy(update={"public_url": settings.public_url or f"http://{settings.host}:{settings.port}"})
    return signing_in.link_address(here, links.PATHS[purpose], token)


def _print_link(address: str) -> None:
    console.print("Open this link once, within 24 hours. / Mở liên kết này một lần, trong 24 giờ:")
    console.print(address, markup=False)
