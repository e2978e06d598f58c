"""Numbers, dates and links are written as their language writes them, and data stays data."""

from __future__ import annotations

import re
from datetime import date
from types import SimpleNamespace

import pytest

from maps import pages, web_files

NOBODY = SimpleNamespace(is_signed_in=False, display_name="", roles=frozenset({"public"}))


def render_error(**problem: object) -> str:
    whole = {"status": 404, "detail": "Nothing.", "detail_vi": "Không có.", "request_id": "r1", **problem}
    return pages.render(
        "error.html", lang="vi", identity=NOBODY, authority_name="Ban <QL>", demo=False,
        path="/zones?sort=area&lang=en", problem=whole,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("lang", "value", "digits", "written"),
    [
        ("vi", 1234567.891, 1, "1.234.567,9"), ("en", 1234567.891, 1, "1,234,567.9"),
        ("vi", 46.0, 1, "46"), ("vi", 0, 0, "0"), ("en", None, 2, "–"),
    ],
)  # fmt: skip
def test_numbers(lang: str, value: float | None, digits: int, written: str) -> None:
    assert pages.write_number(lang, value, digits) == written


def test_shares_and_days() -> None:
    assert pages.write_percent("vi", 0.875) == "88%"
    assert pages.write_percent("en", None) == "–"
    assert pages.write_day("vi", date(2026, 7, 1)) == "01/07/2026"
    assert pages.write_day("en", date(2026, 7, 1)) == "1 Jul 2026"


def test_what_comes_from_data_is_text() -> None:
    html = render_error(detail_vi="<script>alert(1)</script>")
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html
    assert "Ban &lt;QL&gt;" in html


def test_the_language_switch_keeps_the_rest_of_the_address() -> None:
    html = render_error()
    assert 'href="/zones?sort=area&amp;lang=vi"' in html
    assert 'href="/zones?sort=area&amp;lang=en"' in html


def test_the_page_says_its_language_and_marks_the_place() -> None:
    html = render_error()
    assert '<html lang="vi">' in html
    # Once in the row of a wide screen, once in the menu of a phone; only one of them is shown.
    row, menu = html.split('class="pop menu"')
    assert (row.count('aria-current="page"'), menu.count('aria-current="page"')) == (1, 1)


def test_an_asset_changes_its_address_with_its_content() -> None:
    address = web_files.address("app.css")
    assert re.fullmatch("/assets/v-[0-9a-f]{10}/app.css", address)
    assert web_files.address("app.css") == address
    assert web_files.split(address.removeprefix("/assets/")) == (web_files.version(), "app.css")


def test_a_page_fetches_at_once_all_that_its_scripts_import() -> None:
    scripts = f'<script type="module" src="{web_files.address("js/plots-page.mjs")}"></script>'
    wanted = ("js/plots-page.mjs", "js/portal-map.mjs", "js/hatch.mjs", "vendor/maplibre-gl/maplibre-gl.mjs")
    links = web_files.preloads(scripts)
    assert set(re.findall('href="([^"]+)"', links)) >= {web_files.address(name) for name in wanted}


def test_every_import_of_a_module_of_ours_is_found() -> None:
    """What a browser would ask for exists, whichever way the import is written; what the head names comes at once."""
    for file in (web_files.WEB / "js").glob("*.mjs"):
        source = file.read_text(encoding="utf-8")
        named = re.findall(r"""\bfrom\s+["'](\.[^"']+)["']""", source)
        known = {(web_files.WEB / name).resolve() for name in web_files.modules(f"js/{file.name}", web_files.version())}
        assert {(file.parent / name).resolve() for name in named} <= known, file.name
        later = re.findall(r"""\bimport\(["'](\.[^"']+)["']""", source)
        later += [f"../css/{name}.css" for name in re.findall(r"""\bsheet\("([^"]+)"\)""", source)]
        assert [name for name in later if not (file.parent / name).is_file()] == [], file.name


def test_a_tool_of_the_map_is_not_fetched_before_it_is_opened() -> None:
    at_once = web_files.modules("js/map-page.mjs", web_files.version())
    assert "vendor/maplibre-gl/maplibre-gl.mjs" in at_once  # the library waits for the first paint, not its request
    assert "js/map-tools.mjs" in at_once
    tools = ("draw-tool", "measure-tool", "compare-tool", "time-tool", "share-tool", "reader-files", "attribute-table")
    assert not {f"js/{name}.mjs" for name in tools} & set(at_once)


def test_no_template_has_inline_script_or_style() -> None:
    for template in pages.TEMPLATES.rglob("*.html"):
        if template.name.startswith("folium"):
            continue  # a file for the disk, served by nobody: no policy applies to it
        source = template.read_text(encoding="utf-8")
        if template.parent.name != "mail":  # a letter has no style sheet to point to, and no policy applies to it
            assert " style=" not in source, template.name
        assert "<style" not in source, template.name
        assert " onclick" not in source, template.name
        for tag in source.split("<script")[1:]:
            opening = tag.split(">")[0]
            assert "src=" in opening or 'type="application/json"' in opening, template.name
