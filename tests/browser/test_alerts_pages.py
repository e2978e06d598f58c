"""Saving a search in a real browser, from the list to the mail and back; by keyboard, without scripts, on a phone."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from gis_service.settings import Settings
from tests.api import mail_site
from tests.api.mail_site import MailSite, own_path
from tests.browser.conftest import DESKTOP, PHONE, NewTab

pytestmark = pytest.mark.browser
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])


@pytest.fixture(scope="module")
def site(demo_database: Settings) -> Iterator[MailSite]:
    with mail_site.running(demo_database) as running:
        yield running


@pytest.fixture(scope="module")
def mailing_server(site: MailSite) -> Iterator[str]:
    """Address of the application that can send mail."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(site.client.app, log_level="error", ws="none", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + 20
        while not server.started:
            assert time.monotonic() < deadline, "the server did not start in 20 s"
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        thread.join(10)


def sound(page: Page, size: tuple[int, int]) -> None:
    """Nothing serious for axe, and nothing to scroll to sideways."""
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0], page.url
    found = Axe().run(page).response["violations"]
    worst = [(one["id"], one["nodes"][0]["target"]) for one in found if one["impact"] in ("serious", "critical")]
    assert worst == [], page.url


@SIZES
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_from_the_list_to_the_mail_and_back(
    site: MailSite, mailing_server: str, new_tab: NewTab, screenshots: Path, size: tuple[int, int], lang: str
) -> None:
    tab = new_tab(size)
    page, email = tab.page, f"{lang}-{size[0]}@example.vn"
    words = {
        "vi": ("Lưu tìm kiếm", "Thư điện tử", "Tôi đồng ý", "Gửi thư xác nhận", "Xác nhận", "Dừng và xóa"),
        "en": ("Save this search", "E-mail", "I agree", "Send me the confirmation", "Confirm", "End it and delete"),
    }[lang]
    page.goto(f"{mailing_server}/plots?area_min=5000&power=100&lang={lang}")
    page.get_by_role("link", name=words[0]).press("Enter")
    page.wait_for_url("**/alerts/new*")
    tab.complaints.clear()  # those of the map: it asks the public address for tiles, and nobody serves there
    page.get_by_label(words[1]).fill(email)
    page.get_by_label(words[2]).check()
    sound(page, size)
    page.screenshot(path=screenshots / f"alert-form-{lang}-{size[0]}.png", full_page=True)
    page.get_by_role("button", name=words[3]).press("Enter")
    page.wait_for_url("**/alerts/asked")
    sound(page, size)
    page.screenshot(path=screenshots / f"alert-asked-{lang}-{size[0]}.png")
    site.deliver()
    asked = site.server.to(email)[-1]
    (screenshots / f"mail-confirm-{lang}.html").write_text(asked.body("html"), encoding="utf-8")
    page.goto(f"{mailing_server}{own_path(asked)}?lang={lang}")
    page.get_by_role("button", name=words[4]).click()
    expect(page.get_by_role("status")).to_be_visible()
    sound(page, size)
    page.screenshot(path=screenshots / f"alert-own-{lang}-{size[0]}.png")
    page.get_by_role("button", name=words[5]).press("Enter")
    expect(page.get_by_role("status")).to_be_visible()
    sound(page, size)
    page.screenshot(path=screenshots / f"alert-over-{lang}-{size[0]}.png")
    assert site.run("SELECT count(*) FROM gis.alert_subscriptions WHERE email = :e", e=email).scalar_one() == 0
    assert [said for said in tab.complaints if "net::ERR" not in said] == []


def test_a_saved_search_follows_the_filter_while_it_is_changed(mailing_server: str, new_tab: NewTab) -> None:
    page = new_tab().page
    page.goto(f"{mailing_server}/plots?lang=en")
    page.wait_for_selector("#plots-map[data-ready=true][data-points]", timeout=60_000)
    page.get_by_label("Area from").fill("9000")
    saving = page.get_by_role("link", name="Save this search")
    expect(saving).to_have_attribute("href", "/alerts/new?area_min=9000", timeout=20_000)


def test_without_scripts_the_whole_way_is_forms(site: MailSite, mailing_server: str, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="vi-VN")
    page = context.new_page()
    page.goto(f"{mailing_server}/alerts/new?area_min=1000")
    page.get_by_label("Thư điện tử").fill("plain@example.vn")
    page.get_by_label("Tôi đồng ý").check()
    page.get_by_role("button", name="Gửi thư xác nhận").click()
    site.deliver()
    page.goto(f"{mailing_server}{own_path(site.server.to('plain@example.vn')[-1])}")
    page.get_by_role("button", name="Xác nhận").click()
    page.get_by_role("button", name="Dừng và xóa").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thông báo đã dừng")
    context.close()


def shown(chromium: Browser, html: str, size: tuple[int, int], picture: Path) -> Any:
    """The HTML of a mail as a mail program shows it: no scripts, nothing loaded."""
    context = chromium.new_context(java_script_enabled=False, viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_content(html)
    page.screenshot(path=picture, full_page=True)
    wide = page.locator("body").bounding_box()
    context.close()
    return asked, wide


@SIZES
def test_a_mail_loads_nothing_and_fits_a_phone(
    site: MailSite, chromium: Browser, screenshots: Path, size: tuple[int, int]
) -> None:
    email = f"look-{size[0]}@example.vn"
    site.begin(email, "area_min=1000&power=50")
    site.run(
        "UPDATE gis.plots SET price_usd_m2_term = coalesce(price_usd_m2_term, 70) + 1.5, status = CASE WHEN id % 3 = 0"
        " THEN 'reserved' ELSE status END WHERE id IN (SELECT id FROM gis.plots WHERE status = 'available' AND"
        " area_m2 > 1000 AND power_kva > 60 ORDER BY id LIMIT 8)"
    )  # fmt: skip
    site.look()
    site.deliver()
    told = site.alerts(email)[-1]
    asked, box = shown(chromium, told.body("html"), size, screenshots / f"mail-alert-{size[0]}.png")
    assert asked == []
    assert box["width"] <= size[0]
    (screenshots / "mail-alert.txt").write_text(told.body("plain"), encoding="utf-8")
