"""A running application on a database of its own, and people who visit it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from anyio.from_thread import BlockingPortal
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import text

from gis_service.app import create_app
from gis_service.database import Database
from gis_service.identity import accounts, sessions
from gis_service.settings import Settings

GOOD = "con ngựa ăn cỏ trên đê"
BETTER = "ba con vịt bơi qua ao làng"


@dataclass
class Site:
    """The application, and its database as the owner sees it."""

    app: FastAPI
    database: Database
    portal: BlockingPortal | None = None
    """The event loop on which the application was started; without it each request would begin a thread and a loop."""
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def settings(self) -> Settings:
        """The settings it runs with."""
        return self.database.settings

    def visitor(self, address: str | None = None) -> TestClient:
        """Somebody without a session, each from an address of their own; redirects are not followed."""
        number = next(self._numbers)
        client = TestClient(
            self.app, base_url="http://localhost", follow_redirects=False,
            client=(address or f"10.1.{number // 250}.{number % 250}", 50000),
        )  # fmt: skip
        client.portal = self.portal
        return client

    def account(self, *roles: str, password: str | None = None) -> str:
        """A new account; gives its login. A password costs a tenth of a second, so only on request."""
        login = f"user-{next(self._numbers)}"
        with self.database.owner.begin() as conn:
            accounts.add(conn, login=login, display_name=f"Người {login}", roles=roles, granted_by="test")
            if password:
                accounts.set_password(conn, login, password, self.settings)
        return login

    def signed_in(self, *roles: str, login: str | None = None) -> TestClient:
        """Somebody with a session and its CSRF token in every request."""
        login = login or self.account(*roles)
        with self.database.owner.begin() as conn:
            started = sessions.begin(conn, accounts.get(conn, login).id, self.settings)
        client = self.visitor()
        client.cookies.set(sessions.COOKIE, started.token)
        client.headers["X-CSRF-Token"] = started.csrf_token
        return client

    def rows(self, statement: str, **values: Any) -> list[Any]:
        """What the owner of the database finds."""
        with self.database.owner.begin() as conn:
            return list(conn.execute(text(statement), values))

    def run(self, statement: str, **values: Any) -> None:
        """Change something behind the application's back."""
        with self.database.owner.begin() as conn:
            conn.execute(text(statement), values)

    def audit_count(self) -> int:
        """How many audit rows there are."""
        return int(self.rows("SELECT count(*) FROM gis.audit_log")[0][0])


@contextmanager
def running_site(settings: Settings) -> Iterator[Site]:
    """Start the application on this database; stop it at the end."""
    database = Database(settings)
    app = create_app(settings)
    with TestClient(app, base_url="http://localhost") as started:
        yield Site(app, database, started.portal)
    database.dispose()


def sign_in(client: TestClient, login: str, password: str) -> Response:
    """Sign in as a program does."""
    return client.post("/sessions", json={"login": login, "password": password})


def hidden(page: Response, name: str) -> str:
    """What a form carries in a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found, page.text
    return found[1]


def fill_login(client: TestClient, login: str, password: str, **more: str) -> Response:
    """Sign in on the page."""
    token = hidden(client.get("/login"), "csrf_token")
    return client.post("/login", data={"login": login, "password": password, "csrf_token": token, **more})


def who(client: TestClient) -> str:
    """Login of who is signed in."""
    answer = client.get("/sessions/current")
    assert answer.is_success, answer.text
    return str(answer.json()["login"])
