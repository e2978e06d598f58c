"""Pages work without their map: the data is in the HTML, in both languages, for whoever may see it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote

import psycopg
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from gis_service.database import Database
from gis_service.settings import Settings
from maps import compression, web_files

ClientAs = Callable[..., TestClient]
PAGES = ["/", "/map", "/zones", "/zones/{zone}", "/streets", "/streets/{street}", "/about"]


@pytest.fixture(scope="module")
def db(demo_database: Settings) -> Iterator[psycopg.Connection[Any]]:
    assert demo_database.database_url is not None
    with psycopg.connect(
        demo_database.database_url.get_secret_value(), autocommit=True, options="-c search_path=gis,public"
    ) as conn:
        yield conn


@pytest.fixture(scope="module")
def known(db: psycopg.Connection[Any]) -> dict[str, Any]:
    """The zone with most plots, and a street."""
    zone = db.execute(
        "SELECT z.code FROM zones z JOIN plots p ON p.zone_id = z.id GROUP BY z.code ORDER BY count(*) DESC, z.code"
    ).fetchone()
    street = db.execute("SELECT id FROM streets ORDER BY id LIMIT 1").fetchone()
    assert zone is not None
    assert street is not None
    return {"zone": zone[0], "street": street[0]}


class Outline(HTMLParser):
    """Language, headings, rows, links and ids of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def count(self, tag: str) -> int:
        return sum(1 for name, _ in self.tags if name == tag)

    def all(self, tag: str, attribute: str) -> list[str]:
        return [attrs[attribute] or "" for name, attrs in self.tags if name == tag and attribute in attrs]


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_answers_in_both_languages(client: TestClient, known: dict[str, Any], path: str, lang: str) -> None:
    answer = client.get(path.format(**known), params={"lang": lang})
    assert answer.status_code == 200, answer.text[:500]
    assert answer.headers["Content-Type"].startswith("text/html")
    page = Outline(answer.text)
    assert page.all("html", "lang") == [lang]
    assert page.count("h1") == 1
    assert page.count("main") == 1
    missing = re.findall(
        r">\s*((?:field|value|layer|map|zone|zones|street|streets|about|nav|unit|js)\.[a-z_.]+)\s*<", answer.text
    )
    assert missing == []
    ids = [identifier for _, attrs in page.tags for name, identifier in attrs.items() if name == "id"]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", PAGES)
def test_every_page_names_the_authority_and_says_that_the_data_is_made_up(
    client: TestClient, known: dict[str, Any], path: str
) -> None:
    html = client.get(path.format(**known), params={"lang": "vi"}).text
    assert "Ban Quản lý các khu công nghiệp" in html
    assert "Dữ liệu minh họa." in html


@pytest.mark.parametrize("path", [*PAGES, "/nothing-here"])
def test_the_policy_is_strict_and_the_page_keeps_to_it(client: TestClient, known: dict[str, Any], path: str) -> None:
    answer = client.get(path.format(**known), headers={"Accept": "text/html"})
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    page = Outline(answer.text)
    for tag, attrs in page.tags:
        assert "style" not in attrs, tag
        assert not [name for name in attrs if name.startswith("on")], tag
        if tag == "script":
            assert "src" in attrs or attrs.get("type") == "application/json"
    assets = page.all("script", "src") + page.all("link", "href") + page.all("img", "src")
    assert all(address.startswith("/assets/") for address in assets)
    for address in assets:
        found = client.get(address)
        assert found.status_code == 200, address
        assert "immutable" in found.headers["Cache-Control"]


def test_every_own_link_of_every_page_leads_somewhere(client: TestClient, known: dict[str, Any]) -> None:
    later = ("/login", "/account")  # pages of the identity part
    seen: set[str] = set()
    for path in PAGES:
        links = Outline(client.get(path.format(**known)).text).all("a", "href")
        seen |= {link.split("#")[0] for link in links if link.startswith("/") and not link.startswith(later)}
    seen.discard("")
    # Lists repeat one kind of page: some of each kind are enough.
    kinds: dict[str, list[str]] = {}
    for link in sorted(seen):
        kinds.setdefault(re.sub(r"[^/?]*\d[^/?]*|KCN[^/?]*|CCN[^/?]*|KKT[^/?]*", "*", link), []).append(link)
    for links in kinds.values():
        for link in links[:3]:
            assert client.get(link).status_code == 200, link


def test_the_map_page_lists_the_zones_that_the_database_has(client: TestClient, db: psycopg.Connection[Any]) -> None:
    page = Outline(client.get("/").text)
    rows = [attrs for tag, attrs in page.tags if tag == "a" and attrs.get("class") == "zone-go"]
    in_database = {row[0] for row in db.execute("SELECT id FROM zones WHERE published")}
    assert {int(row["data-id"] or 0) for row in rows} == in_database
    for row in rows:
        west, south, east, north = (float(part) for part in (row["data-bounds"] or "").split(","))
        assert 105 < west < east < 109
        assert 19 < south < north < 22


def test_the_map_page_shows_both_archipelagos_without_any_script(client: TestClient) -> None:
    html = client.get("/?lang=vi").text
    inset = html[html.index('<figure class="inset">') : html.index("</figure>")]
    for name in ("Quần đảo Hoàng Sa", "Quần đảo Trường Sa", "(Việt Nam)"):
        assert name in inset
    assert inset.count("(Việt Nam)") == 2


def test_the_data_of_the_map_script_is_data(client: TestClient) -> None:
    html = client.get("/?lang=en").text
    block = html[html.index('id="page-data">') + len('id="page-data">') :]
    data = json.loads(block[: block.index("</script>")])
    assert data["lang"] == "en"
    west, south, east, north = data["bounds"]
    assert 105 < west < east < 109
    assert 19 < south < north < 22


@pytest.mark.parametrize(("sort", "column"), [("area", 2), ("occupancy", 4), ("available", 5)])
def test_zones_are_sorted_by_the_server_with_the_unknown_last(client: TestClient, sort: str, column: int) -> None:
    for order in ("asc", "desc"):
        html = client.get("/zones", params={"sort": sort, "order": order, "lang": "en"}).text
        rows = re.findall(r"<tr>(.*?)</tr>", html[html.index("<tbody>") :], flags=re.S)
        cells = [re.sub(r"<[^>]+>", " ", re.findall(r"<td.*?</td>", row, flags=re.S)[column]).strip() for row in rows]
        numbers = [float(cell.split()[0].rstrip("%").replace(",", "")) for cell in cells if cell != "–"]
        assert numbers == sorted(numbers, reverse=order == "desc")
        assert len(numbers) > 3
        assert all(cell == "–" for cell in cells[len(numbers) :])
        assert f'aria-sort="{"descending" if order == "desc" else "ascending"}"' in html


def test_nonsense_in_the_address_falls_back(client: TestClient) -> None:
    plain = client.get("/zones?lang=vi").text
    odd = client.get("/zones?lang=vi&sort=nonsense&order=up").text
    rows = re.compile(r'<th scope="row".*?</th>', re.S)
    assert rows.findall(plain) == rows.findall(odd)


def test_a_zone_page_shows_each_plot_once_with_its_state(
    client: TestClient, db: psycopg.Connection[Any], known: dict[str, Any]
) -> None:
    html = client.get(f"/zones/{known['zone']}?lang=vi").text
    plots = db.execute(
        "SELECT p.code FROM plots p JOIN zones z ON z.id = p.zone_id WHERE z.code = %s AND p.published",
        (known["zone"],),
    ).fetchall()
    linked = re.findall(rf'href="/plots/{known["zone"]}/([^"?]+)"', html)
    assert sorted(unquote(one) for one in linked) == sorted(row[0] for row in plots)
    assert f"/coverage?zone={known['zone']}" in html


def test_what_is_not_published_has_no_page_for_the_public(
    client: TestClient, client_as: ClientAs, db: psycopg.Connection[Any], known: dict[str, Any]
) -> None:
    db.execute("UPDATE zones SET published = false WHERE code = %s", (known["zone"],))
    hidden = client.get(f"/zones/{known['zone']}", headers={"Accept": "text/html"})
    shown = client_as("planner").get(f"/zones/{known['zone']}")
    db.execute("UPDATE zones SET published = true WHERE code = %s", (known["zone"],))
    assert hidden.status_code == 404
    assert shown.status_code == 200


def test_private_facts_are_for_staff(
    client: TestClient, client_as: ClientAs, db: psycopg.Connection[Any], known: dict[str, Any]
) -> None:
    db.execute("UPDATE zones SET internal_note = 'chỉ nội bộ' WHERE code = %s", (known["zone"],))
    assert "chỉ nội bộ" not in client.get(f"/zones/{known['zone']}").text
    assert "chỉ nội bộ" in client_as("planner").get(f"/zones/{known['zone']}").text
    db.execute("UPDATE zones SET internal_note = NULL WHERE code = %s", (known["zone"],))


def test_a_hostile_name_is_shown_as_text(
    client: TestClient, db: psycopg.Connection[Any], known: dict[str, Any]
) -> None:
    name = "KCN <img src=x onerror=alert(1)> \"'&amp;</script>"
    before = db.execute("SELECT name FROM zones WHERE code = %s", (known["zone"],)).fetchone()
    db.execute("UPDATE zones SET name = %s WHERE code = %s", (name, known["zone"]))
    for path in ("/", "/zones", f"/zones/{known['zone']}"):
        page = Outline(client.get(path).text)
        assert "x" not in page.all("img", "src"), path
    assert before is not None
    db.execute("UPDATE zones SET name = %s WHERE code = %s", (before[0], known["zone"]))


def test_a_link_of_the_data_that_is_no_web_address_is_not_made(
    client: TestClient, db: psycopg.Connection[Any], known: dict[str, Any]
) -> None:
    db.execute("UPDATE zones SET website = 'javascript:alert(1)' WHERE code = %s", (known["zone"],))
    assert "javascript:" not in client.get(f"/zones/{known['zone']}").text
    db.execute("UPDATE zones SET website = NULL WHERE code = %s", (known["zone"],))


def test_streets_are_found_without_their_marks_and_paged(client: TestClient, db: psycopg.Connection[Any]) -> None:
    row = db.execute("SELECT name, gis.plain(name) FROM streets ORDER BY length(name) DESC, id LIMIT 1").fetchone()
    assert row is not None
    html = client.get("/streets", params={"name": row[1], "lang": "vi"}).text
    assert row[0] in html
    assert client.get("/streets", params={"page": 9999}).status_code == 200
    none = client.get("/streets", params={"name": "không có tên như thế", "lang": "en"}).text
    assert "No street fits." in none
    assert client.get("/streets", params={"name": "%_\\' OR 1=1"}).status_code == 200


def test_only_staff_are_led_to_proposals(client: TestClient, client_as: ClientAs, known: dict[str, Any]) -> None:
    address = f"/streets/{known['street']}"
    to_the_desk = f'href="/desk{address}"'
    assert to_the_desk not in client.get(address).text
    assert to_the_desk in client_as("address_officer").get(address).text


def test_the_name_of_who_is_signed_in_stands_on_the_page(client: TestClient, client_as: ClientAs) -> None:
    assert 'href="/login"' in client.get("/zones").text
    html = client_as("planner", login="lan").get("/zones").text
    assert 'href="/login"' not in html
    assert ">lan<" in html


def test_the_language_is_remembered(client: TestClient) -> None:
    reader = TestClient(client.app, base_url="http://localhost")  # cookies of its own, the same started application
    assert '<html lang="vi">' in reader.get("/zones").text
    chosen = reader.get("/zones?lang=en")
    assert "gis_lang=en" in chosen.headers["set-cookie"]
    assert '<html lang="en">' in reader.get("/about").text
    reader.cookies.set("gis_lang", "xx")
    assert '<html lang="' in reader.get("/about").text


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_an_error_is_a_page_in_both_languages_for_people_and_json_for_programs(client: TestClient, lang: str) -> None:
    page = client.get("/zones/KCN-NOPE", params={"lang": lang}, headers={"Accept": "text/html,*/*"})
    assert page.status_code == 404
    assert Outline(page.text).all("html", "lang") == [lang]
    assert "KCN-NOPE" in page.text
    problem = client.get("/zones/KCN-NOPE", headers={"Accept": "application/json"})
    assert problem.json()["code"] == "not_found"
    assert problem.json()["detail_vi"] == "Không tìm thấy khu công nghiệp 'KCN-NOPE'."


@pytest.mark.parametrize("street", ["abc", "-1", "99999999999999999999", "999999999", "1.5"])
def test_a_street_that_is_not_there(client: TestClient, street: str) -> None:
    assert client.get(f"/streets/{street}", headers={"Accept": "text/html"}).status_code == 404


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("js/map-page.mjs", "text/javascript"),
        ("vendor/maplibre-gl/maplibre-gl.mjs", "text/javascript"),
        ("vendor/be-vietnam-pro/files/be-vietnam-pro-vietnamese-400-normal.woff2", "font/woff2"),
        ("app.css", "text/css"),
        ("emblem.svg", "image/svg+xml"),
    ],
)
def test_assets_have_the_type_that_a_browser_insists_on(client: TestClient, name: str, kind: str) -> None:
    answer = client.get(f"/assets/{name}")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].split(";")[0] == kind
    kept = client.get(web_files.address(name))
    assert kept.content == answer.content
    assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get(f"/assets/v-0123456789/{name}").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("encoding", ["zstd", "br", "gzip"])
def test_assets_travel_compressed_and_are_not_sent_twice(client: TestClient, encoding: str) -> None:
    whole = client.get("/assets/app.css", headers={"Accept-Encoding": "identity"})
    with client.stream("GET", "/assets/app.css", headers={"Accept-Encoding": encoding}) as packed:
        body = b"".join(packed.iter_raw())
    assert (packed.headers["Content-Encoding"], packed.headers["Vary"]) == (encoding, "Accept-Encoding")
    assert len(body) < len(whole.content) / 2
    assert compression.expand(body, encoding) == whole.content
    again = {"Accept-Encoding": encoding, "If-None-Match": packed.headers["ETag"]}
    assert client.get("/assets/app.css", headers=again).status_code == 304
    assert packed.headers["ETag"] != whole.headers["ETag"]


def test_assets_stay_inside_their_folder(client: TestClient) -> None:
    for path in ("../pages.py", "..%2fpages.py", "%2e%2e/pages.py", "vendor/../../pages.py"):
        assert client.get(f"/assets/{path}").status_code == 404


def test_a_street_leads_staff_to_the_desk(client_as: ClientAs, demo_database: Settings) -> None:
    database = Database(demo_database)
    with database.owner.begin() as conn:
        street_id = conn.execute(text("SELECT min(id) FROM streets")).scalar_one()
    database.dispose()
    officer = client_as("address_officer")
    page = officer.get(f"/streets/{street_id}", headers={"Accept": "text/html"}).text
    assert f"/desk/streets/{street_id}" in page
    assert officer.get(f"/desk/streets/{street_id}").status_code == 200
