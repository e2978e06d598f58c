"""Cases, plates, changes and policies as people see them: accessible, within the policy, no sideways scroll."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from addressing import cases
from gis_service.database import Database
from gis_service.identity import sessions
from gis_service.settings import Settings
from tests.browser.conftest import DESKTOP, PHONE, NewTab
from tests.browser.test_desk import session

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def case_id(demo_database: Settings) -> int:
    database = Database(demo_database)
    applicant = cases.Applicant("Công ty An Bình", "0912 345 678", None, "Xin số nhà cho xưởng mới, cổng phía Nam.")
    with database.owner.begin() as conn:
        made = cases.receive(conn, "new_number", applicant, "public")
    database.dispose()
    return made.id


@pytest.fixture
def token(demo_database: Settings) -> Iterator[str]:
    assert demo_database.database_url is not None
    with psycopg.connect(
        demo_database.database_url.get_secret_value(), autocommit=True, options="-c search_path=gis,public"
    ) as conn:
        made: psycopg.Connection[Any] = conn
        yield session(made, "an", ("address_officer",))


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_pages_of_cases_fit_and_are_accessible(
    new_tab: NewTab, live_server: str, case_id: int, token: str, screenshots: Path, size: tuple[int, int]
) -> None:
    tab = new_tab(size)
    page = tab.page
    page.context.add_cookies([{"name": sessions.COOKIE, "value": token, "url": live_server}])
    for name, path in {
        "cases": "/desk/cases", "case": f"/desk/cases/{case_id}", "case-new": "/cases/new",
        "plates": "/desk/plates", "changes": "/desk/numbers", "policies": "/desk/policies",
        "quality": "/desk/streets/1/quality", "desk-tabs": "/desk",
    }.items():  # fmt: skip
        page.goto(f"{live_server}{path}")
        expect(page.locator("h1")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        if name != "desk-tabs":
            found = Axe().run(page).response["violations"]
            assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] != "moderate"] == [], path
        page.screenshot(path=str(screenshots / f"{name}-{size[0]}.png"), full_page=True)
