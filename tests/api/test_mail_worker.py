"""A worker process of its own: mail leaves beside a long job, and the process ends quietly when told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from gis_service.settings import Settings
from tests.api import mail_site
from tests.api.mail_site import PUBLIC_URL, MailSite


@pytest.fixture(scope="module")
def site(demo_database: Settings) -> Iterator[MailSite]:
    with mail_site.running(demo_database) as running:
        yield running


def start_worker(site: MailSite) -> subprocess.Popen[str]:
    settings = site.database.settings
    assert settings.database_url is not None
    assert settings.staff_database_url is not None
    assert settings.public_database_url is not None
    environment = {
        **os.environ,
        "GIS_DATABASE_URL": settings.database_url.get_secret_value(),
        "GIS_STAFF_DATABASE_URL": settings.staff_database_url.get_secret_value(),
        "GIS_PUBLIC_DATABASE_URL": settings.public_database_url.get_secret_value(),
        "GIS_SMTP_HOST": "localhost", "GIS_SMTP_PORT": str(site.server.port), "GIS_SMTP_TLS": "none",
        "GIS_MAIL_FROM": "no-reply@example.vn", "GIS_PUBLIC_URL": PUBLIC_URL, "GIS_TILE_STORE": "false",
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-c", "from gis_service import worker; worker.main()"], env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 90
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)


def test_mail_leaves_when_a_request_asks_and_the_worker_ends_quietly(site: MailSite) -> None:
    process = start_worker(site)
    try:
        wait_for(lambda: site.run("SELECT count(*) FROM queue.procrastinate_workers").scalar_one() >= 2)
        for number in (1, 2):
            site.save(f"process-{number}@example.vn")
            wait_for(lambda number=number: len(site.server.to(f"process-{number}@example.vn")) == 1)  # type: ignore[misc]
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=60)[0]
    finally:
        process.kill()
    assert process.returncode == 0, said
    assert "Traceback" not in said
    assert "never retrieved" not in said
    assert site.run("SELECT count(*) FROM gis.mails WHERE state = 'sent'").scalar_one() == 2
