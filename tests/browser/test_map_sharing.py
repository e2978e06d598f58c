"""Views saved and shared, the map in a frame of another site, errors reported: by people in a real browser."""

from __future__ import annotations

import http.server
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Page, expect

from gis_service.app import create_app
from gis_service.database import Database
from gis_service.identity import accounts, sessions
from gis_service.settings import Settings
from tests.browser.conftest import DESKTOP, PHONE, NewTab, Tab
from tests.browser.test_map_drawing import drawn_on
from tests.browser.test_map_tools import at_plot, plot, serious_faults, too_small

__all__ = ["plot"]
pytestmark = pytest.mark.browser
HOSTILE = "<img src=x onerror=alert(1)>"
SIZES = pytest.mark.parametrize("size", [DESKTOP], ids=["1400"])


@pytest.fixture(scope="module")
def sign_in(demo_database: Settings, live_server: str) -> Iterator[Callable[[Tab, str], None]]:
    """`sign_in(tab, role)`: from then on the tab is somebody with that role."""
    database = Database(demo_database)

    def enter(tab: Tab, role: str) -> None:
        login = f"{role}-sharing-{time.monotonic_ns() % 10**9}".replace("_", "-")
        with database.owner.begin() as conn:
            accounts.add(conn, login=login, display_name="Lan", roles=(role,), granted_by="test")
            started = sessions.begin(conn, accounts.get(conn, login).id, demo_database)
        tab.page.context.add_cookies([{"name": sessions.COOKIE, "value": started.token, "url": live_server}])

    yield enter
    database.dispose()


def draw_a_note(page: Page, words: str) -> None:
    page.locator("[aria-controls=tool-draw]").click()
    page.locator("[data-kind=text]").click()
    page.locator("#tool-draw [data-part=label-new]").fill(words)
    page.locator("#tool-draw [data-do=add-middle]").click()


def test_a_view_is_saved_with_its_drawing_and_shared_until_the_link_ends(
    new_tab: NewTab,
    live_server: str,
    plot: dict[str, Any],
    sign_in: Callable[[Tab, str], None],
    demo_database: Settings,
) -> None:
    tab = new_tab()
    sign_in(tab, "planner")
    page = tab.open(f"{live_server}/{at_plot(plot)}")
    draw_a_note(page, HOSTILE)
    page.get_by_role("button", name="Lưu, chia sẻ").click()
    panel = page.locator("#tool-share")
    panel.get_by_label("Tên", exact=True).fill(HOSTILE)
    page.keyboard.press("Enter")
    expect(panel.locator("[data-part=said]")).to_have_text(f"Đã lưu “{HOSTILE}”, bản 1.")
    expect(page.locator("#view-name")).to_have_text(HOSTILE)
    draw_a_note(page, "Chưa lưu")
    page.reload()
    tab.settle()
    expect(page.locator("#view-name")).to_contain_text("Hình vẽ ở đây chưa lưu")
    assert {HOSTILE, "Chưa lưu"} <= {one["label"] for one in drawn_on(page)}, "a draft survives a reload"
    page.get_by_role("button", name="Lấy lại hình đã lưu").click()
    tab.settle()
    assert {one["label"] for one in drawn_on(page)} == {HOSTILE}
    page.get_by_role("button", name="Lưu, chia sẻ").click()
    page.get_by_role("button", name="Lưu đè bản đang mở").click()
    expect(panel.locator("[data-part=said]")).to_contain_text("bản 2")
    page.get_by_role("link", name="Bản đồ đã lưu").click()
    page.get_by_role("button", name="Tạo liên kết").first.click()
    link = page.locator("#made-link").input_value()
    visitor = new_tab()
    seen = visitor.open(link)
    visitor.settle()
    expect(seen.locator("#view-name")).to_have_text(HOSTILE)
    assert {one["label"] for one in drawn_on(seen)} == {HOSTILE}
    with seen.expect_navigation():
        seen.get_by_role("link", name="In", exact=True).click()
    visitor.settle()
    assert {one["label"] for one in drawn_on(seen)} == {HOSTILE}, "what is shared is printed too"
    assert visitor.complaints == []
    address = seen.url
    database = Database(demo_database)
    with database.owner.begin() as conn:
        conn.exec_driver_sql(
            "UPDATE gis.map_view_shares SET created_at = now() - interval '9 days', expires_at = now()"
        )
    database.dispose()
    ended = visitor.page.goto(link)
    assert ended is not None
    assert ended.status == 410
    expect(visitor.page.locator("main")).to_contain_text("hết hạn")
    seen = visitor.open(address.replace("/map/print", "/map"))
    expect(seen.locator("#view-name")).to_contain_text("hết hạn")
    assert tab.complaints == []


@SIZES
def test_the_panel_and_the_list_fit_are_clean_and_are_pictured(
    new_tab: NewTab, live_server: str, plot: dict[str, Any], screenshots: Path, sign_in: Callable[[Tab, str], None],
    size: tuple[int, int],
) -> None:  # fmt: skip
    tab = new_tab(size, lang="en-GB")
    sign_in(tab, "planner")
    page = tab.open(f"{live_server}/?lang=en{at_plot(plot)}")
    page.locator("[aria-controls=tool-share]").click()
    panel = page.locator("#tool-share")
    panel.get_by_label("Name", exact=True).fill(f"Plan for {size[0]}")
    page.keyboard.press("Enter")
    expect(panel.locator("[data-part=said]")).to_contain_text("version 1")
    panel.locator("summary").click()
    title = panel.get_by_label("Title of the frame, read out by screen readers")
    title.fill('Zones "A" & <B>')
    code = panel.locator("[data-part=frame]").input_value()
    assert re.match(r'<iframe src="http://[^"]+/map/embed\?lang=en#map=[^"]+" title="Zones &quot;A&quot; &amp; ', code)
    page.screenshot(path=str(screenshots / f"tool-share-{size[0]}.png"))
    assert too_small(page, "#tool-share :is(button, input, select, textarea, summary, a)") == []
    assert serious_faults(page) == []
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.getAttribute('aria-controls')") == "tool-share"
    page.goto(f"{live_server}/map/views?lang=en")
    page.get_by_role("button", name="Make link").first.click()
    expect(page.locator("#made-link")).to_be_visible()
    page.screenshot(path=str(screenshots / f"map-views-{size[0]}.png"), full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert too_small(page, "main :is(button, input:not([type=hidden]), select, summary)") == []
    assert serious_faults(page) == []
    assert tab.complaints == []


@SIZES
def test_an_error_is_reported_from_the_map_and_answered(
    new_tab: NewTab, live_server: str, plot: dict[str, Any], screenshots: Path, sign_in: Callable[[Tab, str], None],
    size: tuple[int, int],
) -> None:  # fmt: skip
    tab = new_tab(size)
    page = tab.open(f"{live_server}/{at_plot(plot)}&sel=plots:{plot['id']}")
    page.locator("#card .card-report a").click()
    page.wait_for_load_state()
    assert plot["code"] in page.get_by_label("Đối tượng hoặc nơi có sai sót").input_value()
    page.screenshot(path=str(screenshots / f"report-form-{size[0]}.png"), full_page=True)
    assert (
        too_small(
            page,
            "main :is(button, input:not([type=hidden], [type=checkbox], [name=website]), .option, select, textarea)",
        )
        == []
    )
    assert serious_faults(page) == []
    page.get_by_label("Loại sai sót").select_option("wrong_fact")
    page.get_by_label("Sai thế nào").fill(f"Diện tích sai {HOSTILE}")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Gửi phản ánh").focus()
    page.keyboard.press("Enter")
    code = page.locator(".receipt-code").inner_text()
    page.screenshot(path=str(screenshots / f"report-receipt-{size[0]}.png"), full_page=True)
    receipt = page.url
    desk = new_tab(size)
    sign_in(desk, "data_steward")
    desk.open(f"{live_server}/desk/reports", settled=False)
    card = desk.page.locator(".plot-card", has_text=code)
    expect(card).to_contain_text(HOSTILE)
    desk.page.screenshot(path=str(screenshots / f"desk-reports-{size[0]}.png"), full_page=True)
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert serious_faults(desk.page) == []
    card.get_by_label("Trả lời (người báo đọc được)").fill("Đã sửa diện tích.")
    card.get_by_label("Tình trạng").select_option("corrected")
    card.get_by_role("button", name="Lưu").click()
    page.goto(receipt)
    expect(page.locator("main")).to_contain_text("Đã sửa diện tích.")
    assert serious_faults(page) == []
    assert tab.complaints + desk.complaints == []


def test_marked_plots_lead_to_a_series(
    new_tab: NewTab, live_server: str, plot: dict[str, Any], screenshots: Path
) -> None:
    tab = new_tab()
    page = tab.open(f"{live_server}/{at_plot(plot)}")
    page.get_by_role("button", name="Bảng", exact=True).click()
    rows = page.locator("#tool-table tbody tr")
    expect(rows.nth(2)).to_be_visible()
    for at in (0, 2):
        rows.nth(at).get_by_role("checkbox").focus()
        page.keyboard.press("Space")
    expect(page.locator("#card")).to_be_hidden()  # a mark is no choice
    page.screenshot(path=str(screenshots / "table-marked-1400.png"))
    assert too_small(page, "#tool-table .row-choice") == []
    assert serious_faults(page) == []
    page.get_by_role("link", name="In tập bản đồ (2)").click()
    expect(page.locator(".series-plots li")).to_have_count(2)
    page.screenshot(path=str(screenshots / "map-series-1400.png"), full_page=True)
    assert serious_faults(page) == []
    assert tab.complaints == []


@pytest.fixture
def other_site(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Another origin, and the folder of its pages."""
    quiet = type("Quiet", (http.server.SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(quiet, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", tmp_path
    server.shutdown()
    server.server_close()


@pytest.fixture
def service_for(demo_database: Settings) -> Iterator[Callable[[str], str]]:
    """`service_for(origins)`: address of the service with that setting."""
    running: list[tuple[uvicorn.Server, threading.Thread, socket.socket]] = []

    def start(origins: str) -> str:
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        settings = demo_database.model_copy(update={"embed_origins": origins})
        server = uvicorn.Server(uvicorn.Config(create_app(settings), log_level="error", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        running.append((server, thread, listener))
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.05)
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield start
    for server, thread, listener in running:
        server.should_exit = True
        thread.join(10)
        listener.close()


@SIZES
def test_only_listed_sites_may_frame_the_map(
    new_tab: NewTab, other_site: tuple[str, Path], service_for: Callable[[str], str],
    plot: dict[str, Any], size: tuple[int, int],
) -> None:  # fmt: skip
    origin, folder = other_site
    for allowed in (False, True):
        service = service_for(origin if allowed else "")
        source = f"{service}/map/embed?lang=vi{at_plot(plot, 15)}"
        (folder / "page.html").write_text(
            f'<!doctype html><html lang="vi"><title>x</title><h1>Trang khác</h1>'
            f'<iframe src="{source.replace("&", "&amp;")}" title="Bản đồ" width="100%" height="480"></iframe>',
            encoding="utf-8",
        )
        tab = new_tab(size)
        page = tab.page
        page.goto(f"{origin}/page.html")
        frame = page.frame_locator("iframe")
        if not allowed:
            page.wait_for_timeout(1500)
            assert any("frame-ancestors" in one for one in tab.complaints)
            assert frame.locator("#map").count() == 0
            continue
        frame.locator("#map[data-ready=true]").wait_for(timeout=60_000)
        expect(frame.locator(".embed-demo")).to_have_text("Dữ liệu minh họa.")
        expect(frame.locator(".inset")).to_contain_text("Trường Sa")
        full = frame.get_by_role("link", name="Mở bản đồ đầy đủ").get_attribute("href") or ""
        assert re.search(r"/map#map=15/[\d.]+/[\d.]+&on=", full), full


def test_without_the_setting_only_our_own_pages_may_frame_it_and_nothing_else_may_be_framed(
    new_tab: NewTab, live_server: str
) -> None:
    page = new_tab().page
    embed = page.request.get(f"{live_server}/map/embed").headers
    assert "frame-ancestors 'self'" in embed["content-security-policy"]
    assert embed["x-frame-options"] == "SAMEORIGIN"
    for path in ("/", "/map/print", "/map/series", "/reports/new"):
        assert "frame-ancestors 'none'" in page.request.get(f"{live_server}{path}").headers["content-security-policy"]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["1400", "390"])
def test_the_map_fills_its_frame_in_the_colours_of_the_view_and_says_what_they_mean(
    new_tab: NewTab, live_server: str, plot: dict[str, Any], size: tuple[int, int]
) -> None:
    tab = new_tab(size)
    view = at_plot(plot, 15) + "&theme=plots:industry&day=2024-01-01"
    page = tab.open(f"{live_server}/map/embed?lang=vi{view}")
    box = page.locator("#map").bounding_box()
    assert box is not None
    assert box["width"] == size[0]
    assert box["height"] > 0.85 * size[1]
    expect(page.locator("[data-look]")).to_have_text("Bản đồ ngày 01/01/2024")
    page.get_by_text("Chú giải", exact=True).press("Enter")
    legend = page.get_by_role("region", name="Chú giải")
    expect(legend.locator("[data-layer=plots]")).to_contain_text("Ngành")
    expect(legend.locator("[data-layer=sites]")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert serious_faults(page) == []
    assert tab.complaints == []
