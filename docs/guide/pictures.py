"""Take the pictures of the user guide anew, from a running service with the demonstration province.

    GIS_HOME=/tmp/guide .venv/bin/gis serve --prepare
    GIS_HOME=/tmp/guide .venv/bin/gis accounts add guide --name "Nguyễn Văn Mẫu" --role planner --role address_officer \
        --role approver --role data_steward --role analyst --role administrator      # prints a one-time link
    .venv/bin/python docs/guide/pictures.py LINK [NAME...]
"""

from __future__ import annotations

import io
import secrets
import shutil
import sys
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).resolve().parent / "pictures"
WIDTH, HEIGHT = 1280, 800
WEBP_QUALITY = 55
ARGUMENTS = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
]

ZONE = "#map=14.2/20.9252/106.2905"
SHOTS = {
    "map": f"/map{ZONE}&sel=zones:1",
    "themes": "/map#map=10.4/20.92/106.33&on=administrative_units,zones&theme=zones:coverage",
    "compare": f"/map{ZONE}&on=zones,plots,streets&swipe=50&r.theme=plots:industry",
    "invest": "/invest",
    "plots": "/plots?status=available&area_min=10000",
    "plot": "/plots/KCN-DAI-AN/{plot}",
    "desk": "/desk",
    "street": "/desk/streets/{street}",
    "files": "/desk/files?of=KCN-DAI-AN",
    "coverage": "/coverage",
    "accounts": "/administration/accounts",
}
"""Name of the picture -> page; what stands in braces is asked of the service."""


def main(link: str, *names: str) -> None:
    """Sign in by the one-time link and picture every page, or those named, in Vietnamese and English."""
    parts = urlsplit(link)
    address = f"{parts.scheme}://{parts.netloc}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        page = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}).new_page()
        _sign_in(page, address, link)
        plots = page.request.get(f"{address}/plots?zone=KCN-DAI-AN&status=available").json()["plots"]
        found = {"plot": plots[0]["code"], "street": "1"}
        for lang in ("vi", "en"):
            for name, path in SHOTS.items():
                if names and name not in names:
                    continue
                _picture(page, f"{address}{_in(path.format(**found), lang)}", FOLDER / f"{name}.{lang}.webp")
        browser.close()


def _in(path: str, lang: str) -> str:
    before, mark, view = path.partition("#")
    return f"{before}{'&' if '?' in before else '?'}lang={lang}{mark}{view}"


def _sign_in(page: Page, address: str, link: str) -> None:
    password = secrets.token_urlsafe(16)
    page.goto(link)
    for field in page.locator("main input[type=password]").all():
        field.fill(password)
    _send(page)
    page.goto(f"{address}/login")
    page.fill("[name=login]", "guide")
    page.fill("[name=password]", password)
    _send(page)


def _send(page: Page) -> None:
    with page.expect_navigation():
        page.click("main button[type=submit]")


def _picture(page: Page, address: str, file: Path) -> None:
    page.goto("about:blank")
    page.goto(address)
    if page.locator("#map").count():
        page.wait_for_selector("#map[data-ready=true]", timeout=120_000)
    page.wait_for_timeout(1_500)
    with Image.open(io.BytesIO(page.screenshot())) as taken:
        taken.convert("RGB").save(file, "WEBP", quality=WEBP_QUALITY, method=6)


if __name__ == "__main__":
    main(*sys.argv[1:])
