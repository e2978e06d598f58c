"""The application with a mail server beside it, and what an owner of a mailbox does with the mail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import text

from gis_service.app import create_app
from gis_service.database import Database
from gis_service.mail import rounds
from gis_service.settings import Settings
from tests import mail_server
from tests.mail_server import MailServer, Taken

HTML = {"Accept": "text/html"}
PUBLIC_URL = "https://map.example.vn"


@dataclass
class MailSite:
    """A running application that can send mail."""

    client: TestClient
    database: Database
    server: MailServer
    watch: rounds.Watch = field(init=False)

    def __post_init__(self) -> None:
        self.watch = rounds.Watch(self.database)

    def save(self, email: str, search: str = "status=available", **changed: str) -> Any:
        """Send the form that saves a search."""
        form = {"search": search, "email": email, "frequency": "immediate", "language": "vi", "consent": "yes"}
        return self.client.post("/alerts?lang=vi", data=form | changed, headers=HTML, follow_redirects=False)

    def deliver(self) -> dict[str, int]:
        """What the worker does when a mail was queued."""
        return rounds.send_due(self.database)

    def look(self, now: datetime | None = None) -> int:
        """What the worker does every five minutes, without sending."""
        return self.watch.round(now)

    def begin(self, email: str, search: str = "status=available", **changed: str) -> str:
        """Save a search and confirm it; gives the path of its page."""
        assert self.save(email, search, **changed).status_code == 303
        self.deliver()
        path = own_path(self.server.to(email)[-1])
        assert self.client.post(f"{path}/confirm", headers=HTML).status_code == 200
        return path

    def run(self, statement: str, **values: Any) -> Any:
        """As the owner of the database."""
        with self.database.owner.begin() as conn:
            return conn.execute(text(statement), values)

    def alerts(self, email: str) -> list[Taken]:
        """Mail to somebody, without the question whether they want any."""
        return [one for one in self.server.to(email) if is_alert(one)]


def is_alert(taken: Taken) -> bool:
    """Whether it tells of plots."""
    return bool(re.search(r"^Tin mới trong|^News in your", str(taken.message["Subject"])))


def own_path(taken: Taken) -> str:
    """Path of the page that a mail leads to."""
    found = re.search(rf"{re.escape(PUBLIC_URL)}(/alerts/of/[\w-]+)", taken.body("plain"))
    assert found, taken.body("plain")
    return found[1]


@contextmanager
def running(settings: Settings, **changed: Any) -> Iterator[MailSite]:
    """Start a mail server and the application; stop both at the end."""
    with mail_server.running() as server:
        with_mail = settings.model_copy(update={
            "smtp_host": "localhost", "smtp_port": server.port, "smtp_tls": "none", "smtp_timeout_s": 2.0,
            "mail_from": "no-reply@example.vn", "public_url": PUBLIC_URL, **changed,
        })  # fmt: skip
        database = Database(with_mail)
        here = ("127.0.0.1", 50_000)  # stands for many, so no test counts against another
        with TestClient(create_app(with_mail), base_url="http://localhost", client=here) as client:
            yield MailSite(client, database, server)
        database.dispose()
