"""Pages of plates, changes, policies and places as officers see them: accessible, no sideways scroll."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from sqlalchemy import text

from addressing import addresses, plate_orders, plates, policies_on_record, renumbering
from addressing.deciding import today
from addressing.entering import enter_number
from gis_service.database import Database
from gis_service.identity import sessions
from gis_service.settings import Settings
from tests.browser.conftest import DESKTOP, PHONE, NewTab
from tests.browser.test_desk import session
from tests.integration.numbering_ground import lay_door, lay_street

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def paths(demo_database: Settings) -> dict[str, str]:
    """Name -> address of every page, on a street with numbers, plates and a request."""
    database = Database(demo_database)
    with database.owner.begin() as conn:
        street, _ = lay_street(conn, "A\n" + ".\n" * 12 + "B", ["A", "B"], code="BIEN")
        conn.execute(text("UPDATE gis.streets SET name = 'Đường Nguyễn Lương Bằng' WHERE id = :id"), {"id": street})
        doors = [lay_door(conn, street, f"BIEN-{at}", (20, 240 - 20 * at)) for at in range(6)]
        numbers = [enter_number(conn, door, written, "an") for door, written in
                   zip(doors, ("1", "3", "15A", "101", "12045", "7"), strict=True)]  # fmt: skip
        ordered = [plate_orders.order(conn, number.id, "new", "an") for number in numbers]
        plates.make(conn, ordered[5].id, "an", version=1)
        asked = renumbering.ask(
            conn, street, {numbers[0].id: "5", numbers[1].id: None, numbers[2].id: "1"}, "Nhầm khi gắn biển", "an"
        )
        place = numbers[0].place_id
        addresses.add_alternative(conn, place, "vi", "Cổng Nam, nhà máy dệt Hải Dương", on=today(), by="an")
        for name, value, area in (("reach_m", 45.0, "*"), ("plate_size_flat", "180x100", "*")):
            policies_on_record.set_policy(
                conn, name, value, area, decision_number="1234/QĐ-UBND", valid_from=today(), by="binh",
                valid_to=today() + timedelta(days=90),
            )  # fmt: skip
    database.dispose()
    return {
        "plate": f"/desk/plates/{ordered[0].id}", "plate-made": f"/desk/plates/{ordered[5].id}",
        "plate-no-size": f"/desk/plates/{ordered[4].id}", "plates": "/desk/plates",
        "plate-draw": "/desk/plates/draw?kind=flat&block=A2&floor=25&flat=6&go=1",
        "plate-draw-open": "/desk/plates/draw?kind=building&group=A&ordinal=10&go=1",
        "change": f"/desk/number-changes/{asked.id}", "change-form": f"/desk/numbers/{numbers[3].id}/change?new=103",
        "changes-form": f"/desk/streets/{street}/numbers?first=1&by=2", "policies": "/desk/policies",
        "place": f"/desk/places/{place}", "areas": "/desk/areas",
    }  # fmt: skip


@pytest.fixture
def token(demo_database: Settings) -> Iterator[str]:
    assert demo_database.database_url is not None
    with psycopg.connect(
        demo_database.database_url.get_secret_value(), autocommit=True, options="-c search_path=gis,public"
    ) as conn:
        made: psycopg.Connection[Any] = conn
        yield session(made, "binh", ("address_officer", "approver", "administrator"))


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_pages_of_the_register_fit_and_are_accessible(
    new_tab: NewTab, live_server: str, paths: dict[str, str], token: str, screenshots: Path, size: tuple[int, int]
) -> None:
    tab = new_tab(size)
    page = tab.page
    page.context.add_cookies([{"name": sessions.COOKIE, "value": token, "url": live_server}])
    for name, path in paths.items():
        page.goto(f"{live_server}{path}")
        expect(page.locator("h1")).to_be_visible()
        page.evaluate("document.fonts.ready.then(() => true)")
        page.screenshot(path=str(screenshots / f"register-{name}-{size[0]}.png"), full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] != "moderate"] == [], path
    images = page.locator("img.broken")
    assert images.count() == 0


def test_several_numbers_are_changed_by_keyboard_alone(
    new_tab: NewTab, live_server: str, paths: dict[str, str], token: str
) -> None:
    tab = new_tab()
    page = tab.page
    page.context.add_cookies([{"name": sessions.COOKIE, "value": token, "url": live_server}])
    page.goto(f"{live_server}{paths['changes-form'].partition('?')[0]}")
    page.get_by_label("Số mới cho số 101").focus()
    page.keyboard.type("103")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Những gì phụ thuộc")).to_be_visible()
    page.get_by_label("Lý do chung").focus()
    page.keyboard.type("Trùng số với nhà bên")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Đã gửi đề nghị")
    expect(page.locator(".plain-list .plate").first).to_have_text("101")
