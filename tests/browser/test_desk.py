"""The address desk as officers meet it: by mouse and by keyboard alone, in both languages."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from gis_service.identity import sessions
from gis_service.settings import Settings
from maps import i18n
from maps.reports import pdf
from maps.reports.errors import PdfUnavailable
from tests.api import desk_office as office
from tests.browser.conftest import DESKTOP, PHONE, NewTab, Tab

pytestmark = pytest.mark.browser

TELL_VIOLATIONS = """document.addEventListener('securitypolicyviolation',
    e => console.error('policy ' + e.violatedDirective + ' ' + e.blockedURI))"""
Desk = Callable[..., Tab]


@pytest.fixture(scope="module")
def db(demo_database: Settings) -> Iterator[psycopg.Connection[Any]]:
    assert demo_database.database_url is not None
    with psycopg.connect(
        demo_database.database_url.get_secret_value(), autocommit=True, options="-c search_path=gis,public"
    ) as conn:
        yield conn


@pytest.fixture
def desk(new_tab: NewTab, live_server: str, db: psycopg.Connection[Any]) -> Desk:
    """Factory: a tab of somebody who is signed in with these roles; without roles, of anybody."""

    def make(*roles: str, login: str | None = None, lang: str = "vi", size: tuple[int, int] = DESKTOP,
             scheme: str = "light") -> Tab:  # fmt: skip
        tab = new_tab(size, scheme, "vi-VN" if lang == "vi" else "en-GB")
        tab.page.add_init_script(TELL_VIOLATIONS)
        if roles:
            tab.page.context.add_cookies(
                [{"name": sessions.COOKIE, "value": session(db, login or roles[0], roles), "url": live_server}]
            )
        return tab

    return make


def session(db: psycopg.Connection[Any], login: str, roles: tuple[str, ...]) -> str:
    """A session as signing in makes one; a password costs a tenth of a second and is tested elsewhere."""
    token, name = secrets.token_urlsafe(32), login.replace("_", "-")
    account = db.execute(
        "INSERT INTO accounts (login, display_name) VALUES (%s, %s)"
        " ON CONFLICT (login) DO UPDATE SET is_active = true RETURNING id",
        (name, name),
    ).fetchone()
    assert account is not None
    for role in roles:
        db.execute(
            "INSERT INTO account_roles (account_id, role, granted_by) VALUES (%s, %s, 'test') ON CONFLICT DO NOTHING",
            (account[0], role),
        )
    db.execute(
        "INSERT INTO sessions (token_hash, account_id, csrf_token, expires_at)"
        " VALUES (%s, %s, %s, now() + interval '1 hour')",
        (hashlib.sha256(token.encode()).hexdigest(), account[0], secrets.token_hex(16)),
    )
    return token


class Mouse:
    """Points and clicks."""

    def press(self, page: Page, selector: str) -> None:
        page.locator(selector).first.click()

    def fill(self, page: Page, selector: str, words: str) -> None:
        page.locator(selector).first.click()
        page.locator(selector).first.fill(words)


class Keyboard:
    """Never touches the mouse: goes with Tab to whatever has the focus ring, then presses Enter."""

    def press(self, page: Page, selector: str) -> None:
        self._reach(page, selector)
        page.keyboard.press("Enter")

    def fill(self, page: Page, selector: str, words: str) -> None:
        self._reach(page, selector)
        page.keyboard.press("Control+A")
        page.keyboard.type(words)

    def _reach(self, page: Page, selector: str) -> None:
        for _ in range(400):
            if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard does not reach {selector}")


@pytest.mark.parametrize("hand", [Mouse(), Keyboard()], ids=["mouse", "keyboard"])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_from_a_street_to_the_public_page_of_its_first_house(
    desk: Desk, live_server: str, demo_database: Settings, hand: Mouse | Keyboard, lang: str
) -> None:
    def t(key: str) -> str:
        return i18n.translate(lang, key)

    street = office.new_street(demo_database)
    number = f"{street}/QĐ-UBND"
    officer = desk("address_officer", login="an", lang=lang)
    page = officer.open(f"{live_server}/desk?state=unnumbered&name=D", settled=False)
    hand.press(page, f"a.street-go[data-street='{street}']")
    expect(page.locator("h1")).to_contain_text("Đường D")
    hand.press(page, f"form[action='/desk/streets/{street}/propose'] button")
    expect(page.locator(".step-draft").first).to_have_text(t("desk.status.draft"))
    expect(page.locator("form[action$='/submit'] button")).to_be_disabled()
    hand.fill(page, ".question input[name=answer]", "1")
    hand.fill(page, ".question input[name=reason]", "Biên bản 3/BB")
    hand.press(page, ".question button[type=submit]")
    expect(page.locator(".notice").first).to_have_text(t("desk.done.answered"))
    hand.press(page, "form[action$='/submit'] button")
    expect(page.locator(".step-submitted").first).to_be_visible()
    proposal = page.url.split("?")[0]

    approver = desk("approver", login="binh", lang=lang)
    page = approver.open(f"{live_server}/desk", settled=False)
    hand.press(page, f"th a[href^='{proposal.removeprefix(live_server)}']")
    expect(page.locator("form[action$='/approve']")).to_be_visible()
    hand.press(page, "form[action$='/approve'] button")
    expect(page.locator(".notice").first).to_have_text(t("desk.done.approved"))
    hand.fill(page, "#issue-number", number)
    hand.fill(page, "#issue-body", office.BODY)
    hand.press(page, "form[action$='/issue'] button")
    expect(page.locator(".notice").first).to_have_text(t("desk.done.issued"))
    expect(page.locator("main")).to_contain_text(number)
    hand.press(page, "form[action$='/certificates'] button")
    expect(page.locator(".notice").first).to_have_text(t("desk.done.certified"))
    certificate = page.locator("a[href$='/certificate.pdf']").first.get_attribute("href")
    assert certificate is not None
    paper = page.request.get(live_server + certificate)
    if pdf_works():
        assert paper.status == 200
        assert paper.body().startswith(b"%PDF-")
    else:
        assert (paper.status, paper.json()["code"]) == (503, "pdf_unavailable")
    assert page.request.get(live_server + certificate.replace(".pdf", ".docx")).body().startswith(b"PK")
    plate = page.request.get(live_server + certificate.replace("certificate.pdf", "plate.svg"))
    assert 'width="200mm" height="150mm"' in plate.text()
    hand.press(page, "a[href^='/p/']")
    expect(page.locator(".plate.big")).to_have_text("1")
    address = page.url

    anybody = desk(lang=lang)
    page = anybody.open(address)
    expect(page.locator(".plate.big")).to_have_text("1")
    expect(page.locator("main")).to_contain_text(number)
    expect(page.locator(".place-pin")).to_be_visible()
    assert page.locator(".place-qr img").evaluate("image => image.complete && image.naturalWidth > 0")
    for tab in (officer, approver, anybody):
        outside = [url for url in tab.requests if not url.startswith((live_server, "data:", f"blob:{live_server}"))]
        assert outside == []
        assert tab.complaints == []


def pdf_works() -> bool:
    try:
        pdf.write("<p>a</p>", "")
    except PdfUnavailable:
        return False
    return True


def door_place(db: psycopg.Connection[Any], door: int) -> tuple[float, float, int]:
    row = db.execute("SELECT ST_X(geom), ST_Y(geom), version FROM entrances WHERE id = %s", (door,)).fetchone()
    assert row is not None
    return row[0], row[1], row[2]


def first_door(db: psycopg.Connection[Any], street: int) -> int:
    row = db.execute("SELECT min(id) FROM entrances WHERE street_id = %s", (street,)).fetchone()
    assert row is not None
    return int(row[0])


def test_a_door_is_dragged_to_its_place(
    desk: Desk, live_server: str, demo_database: Settings, db: psycopg.Connection[Any]
) -> None:
    street = office.new_street(demo_database)
    door = first_door(db, street)
    x, y, version = door_place(db, door)
    tab = desk("address_officer", login="an")
    page = tab.open(f"{live_server}/desk/streets/{street}")
    page.locator(f"a.door-go[data-door='{door}']").click()
    tab.settle()
    box = page.locator(".door-pin").bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 30, middle[1] - 20, steps=5)
    page.mouse.up()
    expect(page.locator("#place-said")).to_contain_text("Chưa lưu")
    page.locator("#place-form button[type=submit]").click()
    expect(page.locator(".notice").first).to_have_text(i18n.translate("vi", "desk.done.moved"))
    now_x, now_y, now = door_place(db, door)
    assert now == version + 1
    assert 2 < now_x - x < 60  # dragged to the east
    assert 2 < now_y - y < 60  # and to the north
    assert tab.complaints == []


def test_a_door_is_moved_by_arrow_keys_alone(
    desk: Desk, live_server: str, demo_database: Settings, db: psycopg.Connection[Any]
) -> None:
    street = office.new_street(demo_database)
    door = first_door(db, street)
    x, y, version = door_place(db, door)
    tab, keys = desk("address_officer", login="an"), Keyboard()
    page = tab.open(f"{live_server}/desk/streets/{street}")
    keys.press(page, f"a.door-go[data-door='{door}']")
    expect(page.locator("#place-y")).to_be_focused()
    tab.settle()
    page.keyboard.press("Shift+Tab")
    for _ in range(40):
        if page.evaluate("document.activeElement.matches('.door-pin')"):
            break
        page.keyboard.press("Shift+Tab")
    for key in ("ArrowRight", "ArrowRight", "Shift+ArrowUp", "ArrowDown"):
        page.keyboard.press(key)
    keys.press(page, "#place-form button[type=submit]")
    expect(page.locator(".notice").first).to_be_visible()
    assert door_place(db, door) == (pytest.approx(x + 1, abs=0.006), pytest.approx(y + 4.5, abs=0.006), version + 1)


def test_who_comes_late_sees_both_versions(
    desk: Desk, live_server: str, demo_database: Settings, db: psycopg.Connection[Any]
) -> None:
    street = office.new_street(demo_database)
    door = first_door(db, street)
    x, _, version = door_place(db, door)
    page = desk("address_officer", login="an").open(f"{live_server}/desk/streets/{street}?door={door}")
    other = desk("address_officer", login="dung").open(f"{live_server}/desk/streets/{street}?door={door}")
    page.get_by_label(i18n.translate("vi", "desk.nudge.east")).click()
    page.locator("#place-form button[type=submit]").click()
    expect(page.locator(".notice").first).to_be_visible()
    other.get_by_label(i18n.translate("vi", "desk.nudge.west")).click()
    other.locator("#place-form button[type=submit]").click()
    expect(other.locator(".fault")).to_contain_text(f"{x + 0.5:.2f}")
    expect(other.locator(".fault")).to_contain_text(f"{x - 0.5:.2f}")
    assert door_place(db, door)[2] == version + 1
    other.locator("#place-form button[type=submit]").click()  # it is still right: save it over the newer version
    expect(other.locator(".notice").first).to_be_visible()
    assert door_place(db, door)[0] == pytest.approx(x - 0.5, abs=0.006)


def test_table_and_map_go_in_step(desk: Desk, live_server: str, demo_database: Settings) -> None:
    street = office.new_street(demo_database)
    tab = desk("address_officer", login="an")
    page = tab.open(f"{live_server}/desk/streets/{street}")
    row = page.locator("tr[data-door]").nth(1)
    row.hover()
    door = int(row.get_attribute("data-door") or 0)
    state = page.evaluate(
        "id => document.getElementById('map').maplibre.getFeatureState({source: 'doors', id}).selected", door
    )
    assert state is True
    page.locator(f"form[action='/desk/streets/{street}/propose'] button").click()
    tab.settle()
    shown = """() => document.getElementById('map').maplibre.querySourceFeatures('doors')
        .map(f => f.properties.number).sort()"""
    assert {"1", "2", "4"} <= set(page.evaluate(shown))
    page.get_by_label("Trước", exact=True).check()
    tab.settle()
    page.wait_for_timeout(200)
    assert set(page.evaluate(shown)) == {""}


def test_the_chosen_door_is_in_sight_in_both(
    desk: Desk, live_server: str, demo_database: Settings, db: psycopg.Connection[Any]
) -> None:
    row = db.execute(
        "SELECT street_id, min(id), count(*) FROM entrances WHERE street_id IS NOT NULL GROUP BY 1"
        " ORDER BY 3 DESC LIMIT 1"
    ).fetchone()
    assert row is not None
    tab = desk("address_officer", login="an")
    page = tab.open(f"{live_server}/desk/streets/{row[0]}?door={row[1]}")
    expect(page.locator(f"tr[data-door='{row[1]}']")).to_be_in_viewport()
    expect(page.locator(".door-pin")).to_be_in_viewport()
    expect(page.locator("#map")).to_be_in_viewport()


def test_a_street_is_opened_from_the_map(desk: Desk, live_server: str, demo_database: Settings) -> None:
    street = office.new_street(demo_database)
    tab = desk("address_officer", login="an")
    page = tab.open(f"{live_server}/desk/streets/{street}")
    middle = page.evaluate(
        "() => { const [x, y] = JSON.parse(document.getElementById('page-data').textContent).line.coordinates[0][0];"
        " return [x, y]; }"
    )
    page = tab.open(f"{live_server}/desk")
    page.evaluate("at => document.getElementById('map').maplibre.jumpTo({center: at, zoom: 16})", middle)
    tab.settle()
    box = page.locator("#map canvas").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator("#picked a")).to_have_attribute("href", re.compile(r"^/desk/streets/\d+$"))


def test_everything_works_without_script(chromium: Any, live_server: str, demo_database: Settings,
                                         db: psycopg.Connection[Any]) -> None:  # fmt: skip
    street = office.new_street(demo_database)
    door = first_door(db, street)
    x, y, version = door_place(db, door)
    context = chromium.new_context(java_script_enabled=False)
    context.add_cookies(
        [{"name": sessions.COOKIE, "value": session(db, "an", ("address_officer",)), "url": live_server}]
    )
    page = context.new_page()
    page.goto(f"{live_server}/desk/streets/{street}")
    page.locator(f"a.door-go[data-door='{door}']").click()
    page.locator("#place-x").fill(f"{x + 0.25:.2f}")
    page.locator("#place-form button[type=submit]").click()
    assert door_place(db, door) == (pytest.approx(x + 0.25, abs=0.006), pytest.approx(y, abs=0.006), version + 1)
    page.locator(f"form[action='/desk/streets/{street}/propose'] button").click()
    page.locator(".question input[name=answer]").first.fill("2")
    page.locator(".question button[type=submit]").first.click()
    page.locator("form[action$='/submit'] button").click()
    assert page.locator(".step-submitted").count() > 0
    context.close()


def pages_of(desk: Desk, live_server: str, settings: Settings) -> dict[str, str]:
    """Pages in every state, made through the desk itself."""
    made, fresh = office.new_street(settings), office.new_street(settings)
    officer = desk("address_officer", login="an").open(f"{live_server}/desk/streets/{made}")
    officer.locator(f"form[action='/desk/streets/{made}/propose'] button").click()
    draft = officer.url
    officer.goto(f"{live_server}/desk/streets/{fresh}")
    officer.locator(f"form[action='/desk/streets/{fresh}/propose'] button").click()
    officer.locator(".question input[name=answer]").fill("1")
    officer.locator(".question button[type=submit]").click()
    officer.locator("form[action$='/submit'] button").click()
    approver = desk("approver", login="binh").open(officer.url.split("?")[0])
    approver.locator("form[action$='/approve'] button").click()
    approved = approver.url.split("?")[0]
    return {
        "desk": f"{live_server}/desk",
        "desk-street": f"{live_server}/desk/streets/{made}",
        "desk-draft": draft,
        "desk-approved": approved,
        "place-form": f"{live_server}/p",
        "place-misspelt": f"{live_server}/p/K7M3Q9XRB",
    }


def test_pages_fit_stand_in_nobodys_way_and_are_pictured(
    desk: Desk, live_server: str, demo_database: Settings, db: psycopg.Connection[Any], screenshots: Any
) -> None:
    found = pages_of(desk, live_server, demo_database)
    place = db.execute(
        "SELECT place_id FROM house_numbers WHERE status = 'in_force' ORDER BY id DESC LIMIT 1"
    ).fetchone()
    if place is not None:
        found["place"] = f"{live_server}/p/{place[0]}"
    door = db.execute(
        "SELECT e.id, e.street_id FROM entrances e JOIN streets s ON s.id = e.street_id WHERE s.zone_id IS NOT NULL"
        " ORDER BY e.id LIMIT 1"
    ).fetchone()
    if door is not None:
        found["desk-real-street"] = f"{live_server}/desk/streets/{door[1]}?door={door[0]}"
    serious: list[str] = []
    too_wide: list[str] = []
    for size, scheme in ((DESKTOP, "light"), (PHONE, "light"), (PHONE, "dark")):
        tab = desk("address_officer", "approver", login="chi", size=size, scheme=scheme)
        for name, path in found.items():
            page = tab.open(path)
            if page.evaluate("document.documentElement.scrollWidth") > size[0]:
                too_wide.append(f"{name} at {size[0]}")
            page.screenshot(path=str(screenshots / f"{name}-{scheme}-{size[0]}.png"), full_page=True)
            for one in Axe().run(page).response["violations"]:
                if one["impact"] in ("serious", "critical"):
                    node = one["nodes"][0]
                    serious.append(f"{name}: {one['id']} {node['html'][:160]} {node['failureSummary'][:200]}")
        assert [said for said in tab.complaints if "404" not in said] == []
    assert too_wide == []
    assert serious == []
