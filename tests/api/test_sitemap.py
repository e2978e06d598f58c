"""/robots.txt and /sitemap.xml: what search engines are shown."""

from __future__ import annotations

from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from fastapi.testclient import TestClient
from sqlalchemy import text

from gis_service.database import Database
from gis_service.settings import Settings
from maps import i18n
from maps.portal import sitemap

NS = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def test_every_address_of_the_map_leads_to_a_public_page(client: TestClient, demo_database: Settings) -> None:
    answer = client.get("/sitemap.xml")
    assert answer.headers["content-type"] == "application/xml"
    found = ET.fromstring(answer.text).findall("s:url", NS)
    addresses = [one.findtext("s:loc", "", NS) for one in found]
    assert len(addresses) == len(set(addresses))
    database = Database(demo_database)
    with database.owner.begin() as conn:
        kept = conn.execute(
            text("SELECT (SELECT count(*) FROM open.zones) + (SELECT count(*) FROM open.plots)")
        ).scalar()
    database.dispose()
    assert len(addresses) == len(sitemap.STANDING) + kept
    for address in [*addresses[:6], addresses[-1]]:
        page = client.get(urlsplit(address).path, headers={"Accept": "text/html"})
        assert page.status_code == 200, address
    for one in found:
        assert [link.get("hreflang") for link in one.findall("x:link", NS)] == list(i18n.OFFERED)
    client.cookies.clear()


def test_a_demonstration_is_not_for_search_engines(client: TestClient) -> None:
    assert "Disallow: /\n" in client.get("/robots.txt").text


def test_a_real_deployment_names_its_map_and_closes_what_is_private() -> None:
    told = sitemap.robots("https://gis.example", is_demo=False)
    assert "Sitemap: https://gis.example/sitemap.xml" in told
    assert "Disallow: /\n" not in told
    for private in ("/desk", "/for/", "/alerts/"):
        assert f"Disallow: {private}\n" in told
