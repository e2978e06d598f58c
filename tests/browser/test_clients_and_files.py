"""Pages for one client, and pictures and documents, in a real browser: made by staff, met by visitors."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi.testclient import TestClient
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from gis_service.identity import sessions
from tests.browser.conftest import DESKTOP, PHONE, NewTab, Tab
from tests.conftest import ClientAs

pytestmark = pytest.mark.browser
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
SignedIn = Callable[..., Tab]


@pytest.fixture
def signed_in(new_tab: NewTab, client_as: ClientAs, live_server: str) -> SignedIn:
    """Factory: a tab of somebody with that role."""

    def make(role: str, size: tuple[int, int] = DESKTOP, lang: str = "vi-VN") -> Tab:
        tab = new_tab(size, lang=lang)
        cookie = client_as(role, login=f"{role}-tab").cookies[sessions.COOKIE]
        tab.page.context.add_cookies([{"name": sessions.COOKIE, "value": cookie, "url": live_server}])
        return tab

    return make


def serious(page: Page) -> list[Any]:
    found = Axe().run(page).response["violations"]
    return [(one["id"], one["nodes"][0]["target"]) for one in found if one["impact"] in ("serious", "critical")]


def sound(page: Page, size: tuple[int, int]) -> None:
    """Nothing serious for axe, and nothing to scroll to sideways."""
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0], page.url
    assert serious(page) == [], page.url


def some_plots(client: TestClient) -> list[str]:
    rows = client.get("/plots", headers={"Accept": "application/json"}).json()["plots"]
    return [f"{row['zone_code']}/{row['code']}" for row in rows]


@pytest.fixture(scope="module")
def pictured(client: TestClient, client_as: ClientAs) -> str:
    """ZONE/PLOT of a plot with three pictures and two documents."""
    steward = client_as("data_steward", login="binh-pictures")
    plot = some_plots(client)[0]
    for place, (color, size) in enumerate(
        (("#2f6f4f", (1600, 1000)), ("#7a4f2f", (900, 1400)), ("#3d5a80", (800, 800)))
    ):
        image = Image.new("RGB", size, color)
        ImageDraw.Draw(image).ellipse((size[0] // 4, size[1] // 4, size[0] * 3 // 4, size[1] * 3 // 4), fill="white")
        out = io.BytesIO()
        image.save(out, "JPEG")
        form = {"of": plot, "title_vi": f"Ảnh {place + 1}", "title_en": f"Picture {place + 1}",
                "alt_vi": f"Hình tròn {place}", "alt_en": f"A circle {place}", "source": "Chủ đầu tư",
                "source_date": "2026-03-01", "public": "yes", "position": str(place)}  # fmt: skip
        assert steward.post("/land-files", data=form, files={"file": ("a.jpg", out.getvalue())}).status_code == 201
    for kind, title in (("decision", "Quyết định thành lập khu"), ("brochure", "Tài liệu giới thiệu")):
        form = {"of": plot, "kind": kind, "title_vi": title, "source": "UBND", "public": "yes"}
        body = b"%PDF-1.7\n" + title.encode() + b"x" * 300_000
        assert steward.post("/land-files", data=form, files={"file": ("b.pdf", body)}).status_code == 201
    return plot


@SIZES
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_pictures_and_documents_stand_on_the_page_and_nothing_moves(
    live_server: str, new_tab: NewTab, screenshots: Path, pictured: str, size: tuple[int, int], lang: str
) -> None:
    tab = new_tab(size)
    page = tab.page
    page.goto(f"{live_server}/plots/{pictured}?lang={lang}")
    page.wait_for_selector("#plot-map[data-ready=true]", timeout=60_000)
    gallery = page.locator(".gallery")
    gallery.scroll_into_view_if_needed()
    expect(gallery.locator("img")).to_have_count(3)
    for place in range(3):
        expect(gallery.locator("img").nth(place)).to_have_js_property("complete", True)
    assert page.evaluate("[...document.querySelectorAll('.gallery img')].every(one => one.naturalWidth > 0)")
    loaded = gallery.bounding_box()
    blind = new_tab(size).page
    blind.route("**/preview*", lambda route: route.abort())
    blind.goto(f"{live_server}/plots/{pictured}?lang={lang}")
    blind.wait_for_selector("#plot-map[data-ready=true]", timeout=60_000)
    before = blind.locator(".gallery").bounding_box()
    assert loaded is not None
    assert before is not None
    assert (before["width"], before["height"]) == (loaded["width"], loaded["height"]), (
        "its place is kept before it comes"
    )
    expect(page.locator(".papers a")).to_have_count(2)
    sound(page, size)
    gallery.screenshot(path=screenshots / f"gallery-{lang}-{size[0]}.png")
    page.locator(".papers").screenshot(path=screenshots / f"papers-{lang}-{size[0]}.png")
    assert tab.complaints == []


def test_pictures_are_gone_through_by_keyboard_alone(
    live_server: str, new_tab: NewTab, screenshots: Path, pictured: str
) -> None:
    tab = new_tab(lang="en-GB")
    page = tab.page
    page.goto(f"{live_server}/plots/{pictured}?lang=en")
    first = page.locator(".gallery a[data-full]").first
    first.focus()
    page.keyboard.press("Enter")
    viewer = page.locator("dialog.viewer")
    expect(viewer).to_be_visible()
    shown = viewer.locator("img")
    expect(shown).to_have_attribute("alt", "A circle 0")
    page.keyboard.press("ArrowRight")
    expect(shown).to_have_attribute("alt", "A circle 1")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(shown).to_have_attribute("alt", "A circle 2")
    expect(viewer.locator("p")).to_contain_text("3/3 · Picture 3")
    viewer.get_by_role("button", name="Next").press("Enter")
    expect(shown).to_have_attribute("alt", "A circle 0")
    assert serious(page) == []
    page.screenshot(path=screenshots / "viewer-1400.png")
    page.keyboard.press("Escape")
    expect(viewer).to_be_hidden()
    expect(first).to_be_focused()
    assert tab.complaints == []


def test_without_scripts_a_picture_is_a_link_to_itself(live_server: str, chromium: Any, pictured: str) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="vi-VN")
    page = context.new_page()
    page.goto(f"{live_server}/plots/{pictured}")
    with page.expect_navigation(url=f"{live_server}/files/*") as went:
        page.locator(".gallery a[data-full]").first.click()
    assert went.value.status == 200
    assert went.value.headers["content-type"].startswith("image/")
    context.close()


@SIZES
def test_a_steward_adds_a_picture(
    live_server: str, signed_in: SignedIn, screenshots: Path, tmp_path: Path, client: TestClient, size: tuple[int, int]
) -> None:
    plot = some_plots(client)[1]
    photo = tmp_path / "anh.png"
    Image.new("RGB", (600, 400 + size[0] % 7), "purple").save(photo)
    tab = signed_in("data_steward", size)
    page = tab.page
    page.goto(f"{live_server}/desk/files?of={plot}&lang=vi")
    page.get_by_label("Tệp (JPEG").set_input_files(photo)
    page.get_by_label("Tên (tiếng Việt)").first.fill("Mặt đường")
    page.get_by_label("Nguồn", exact=True).first.fill("Ban Quản lý")
    page.get_by_role("button", name="Thêm tệp").click()
    expect(page.get_by_role("alert")).to_contain_text("mô tả bằng lời")
    assert page.get_by_label("Tên (tiếng Việt)").first.input_value() == "Mặt đường"
    page.get_by_label("Tệp (JPEG").set_input_files(photo)
    page.get_by_label("Mô tả ảnh cho người không nhìn thấy").first.fill("Đường nhựa trước lô")
    page.get_by_role("button", name="Thêm tệp").click()
    expect(page.get_by_role("status")).to_contain_text("Đã thêm")
    page.locator(".file-row summary").first.click()
    sound(page, size)
    page.screenshot(path=screenshots / f"files-desk-{size[0]}.png", full_page=True)


@SIZES
def test_a_planner_makes_a_page_and_the_client_opens_it(
    live_server: str, signed_in: SignedIn, new_tab: NewTab, screenshots: Path, size: tuple[int, int]
) -> None:
    tab = signed_in("planner", size)
    page = tab.page
    page.goto(f"{live_server}/plots?lang=vi")
    page.wait_for_selector("#plots-map[data-ready=true][data-points]", timeout=60_000)
    for card in range(3):
        page.locator(".pick input").nth(card).check()
    page.get_by_role("button", name="Trang cho khách hàng").click()
    name = f"Công ty Sao Mai {size[0]}"
    page.get_by_label("Khách hàng", exact=True).fill(name)
    page.get_by_label("Lời nhắn").fill("Ba lô gần cao tốc.\nMời xem trước ngày 30.")
    sound(page, size)
    page.screenshot(path=screenshots / f"client-form-{size[0]}.png", full_page=True)
    page.get_by_role("button", name="Tạo địa chỉ").press("Enter")
    address = page.locator("#client-address").input_value()
    sound(page, size)
    page.screenshot(path=screenshots / f"client-made-{size[0]}.png")

    guest = new_tab(size, lang="en-GB")
    guest.page.goto(f"{address}?lang=en")
    expect(guest.page.get_by_role("heading", level=1)).to_have_text(f"For {name}")
    expect(guest.page.locator(".client-plots li")).to_have_count(3)
    sound(guest.page, size)
    guest.page.screenshot(path=screenshots / f"client-page-en-{size[0]}.png", full_page=True)
    assert guest.complaints == []
    asked = []
    guest.page.on("request", lambda request: asked.append(request.headers.get("referer")))
    guest.page.locator(".plot-card-name").first.click()
    guest.page.wait_for_url(f"{live_server}/plots/*/*")
    assert not [one for one in asked if one and "/for/" in one], "the address is told to nobody"

    page.goto(f"{live_server}/desk/clients")
    sound(page, size)
    page.screenshot(path=screenshots / f"clients-desk-{size[0]}.png", full_page=True)
    page.get_by_role("button", name=f"Đóng trang: {name}").click()
    guest.page.goto(f"{address}?lang=vi")
    expect(guest.page.get_by_role("heading", level=1)).to_have_text("Trang này đã được đóng")
    sound(guest.page, size)
    guest.page.screenshot(path=screenshots / f"client-gone-{size[0]}.png")
