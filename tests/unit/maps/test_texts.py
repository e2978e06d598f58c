"""Both languages say everything, and templates hold no words of their own."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from maps import catalog, i18n, legends, pages, web_files

KEYS = re.compile(r"""\bt\(\s*["']([a-z0-9_.]+)["']""")
EVERYWHERE = {"CSV", "PDF", "DOCX", "XLSX", "SVG", "JSON", "GeoJSON", "WGS 84", "VN-2000"}
"""Names that are the same in every language."""
BARE = re.compile(r">([^<>{}]*[A-Za-zÀ-ỹ]{2}[^<>{}]*)<")


def templates() -> list[Path]:
    """All but the folium map: a file for the disk, with both languages side by side in it."""
    return sorted(path for path in pages.TEMPLATES.rglob("*.html") if not path.name.startswith("folium"))


def test_both_languages_have_the_same_keys_and_no_empty_text() -> None:
    vi, en = i18n.catalogue("vi"), i18n.catalogue("en")
    assert vi.keys() == en.keys()
    assert [key for lang in (vi, en) for key, text in lang.items() if not text.strip()] == []


def test_both_languages_name_the_same_places_in_a_text() -> None:
    vi, en = i18n.catalogue("vi"), i18n.catalogue("en")
    places = re.compile(r"\{(\w+)\}")
    assert [key for key in vi if sorted(places.findall(vi[key])) != sorted(places.findall(en[key]))] == []


def test_a_key_is_written_in_one_area_only() -> None:
    folder = Path(i18n.__file__).parent
    seen: dict[str, str] = {}
    for file in folder.glob("*.vi.json"):
        for key in json.loads(file.read_text(encoding="utf-8")):
            assert key not in seen, f"{key} is in {seen.get(key)} and {file.name}"
            seen[key] = file.name


@pytest.mark.parametrize("template", templates(), ids=lambda path: path.name)
def test_every_key_of_a_template_has_its_text(template: Path) -> None:
    used = KEYS.findall(template.read_text(encoding="utf-8"))
    assert [key for key in used if not key.endswith(".") and key not in i18n.catalogue("vi")] == []


@pytest.mark.parametrize("template", templates(), ids=lambda path: path.name)
def test_a_template_holds_no_bare_text(template: Path) -> None:
    source = re.sub(
        r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<!--.*?-->", "{}", template.read_text(encoding="utf-8"), flags=re.S
    )
    found = [text.strip() for text in BARE.findall(source) if text.strip() not in EVERYWHERE]
    assert found == [], f"{template.name} says {found} instead of asking the catalogue"


@pytest.mark.parametrize("layer", catalog.LAYERS, ids=lambda layer: layer.name)
def test_every_layer_field_value_and_legend_has_its_text(layer: catalog.Layer) -> None:
    needed = [
        f"layer.{layer.name}",
        f"thing.{layer.name}",
        f"group.{layer.group}",
        *(key for key, _ in legends.entries(layer)),
    ]
    for one in layer.facts:
        needed.append(f"field.{one.name}")
        needed += [f"value.{layer.name}.{one.name}.{code}" for code in one.codes]
        if one.unit not in (None, "ratio"):
            needed.append(f"unit.{one.unit}")
    assert [key for key in needed if key not in i18n.catalogue("vi")] == []


def test_every_text_of_the_map_script_is_there() -> None:
    data = legends.page_data("en", (0, 0, 1, 1), (0, 0, 1, 1))
    assert [key for key, text in data["texts"].items() if text.startswith("js.")] == []
    page = (web_files.WEB / "js" / "map-page.mjs").read_text(encoding="utf-8")
    own = re.findall(r'from "\./([\w-]+\.mjs)"', page)
    assert len(own) > 2
    used = set(re.findall(r"\btexts\.(\w+)", page))
    for module in own:
        used |= set(re.findall(r"\btexts\.(\w+)", (web_files.WEB / "js" / module).read_text(encoding="utf-8")))
    assert used <= data["texts"].keys()


def test_every_text_of_the_map_tools_is_there() -> None:
    data = legends.page_data("en", (0, 0, 1, 1), (0, 0, 1, 1))
    used = set()
    for module in (
        "attribute-table",
        "draw-tool",
        "map-print",
        "measure-tool",
        "position-tool",
        "row-choice",
        "share-tool",
    ):
        script = (web_files.WEB / "js" / f"{module}.mjs").read_text(encoding="utf-8")
        used |= set(re.findall(r"\b(?:texts|words)\.(\w+)", script)) - {"texts", "lang"}
    assert len(used) > 20
    assert used <= data["texts"].keys() | data["tools"].keys()


@pytest.mark.parametrize(
    ("asked", "remembered", "header", "expected"),
    [
        ("en", "vi", "vi-VN", "en"),  # the address wins
        (None, "en", "vi-VN,vi;q=0.9", "en"),  # then what was chosen before
        (None, None, "en-GB,en;q=0.8,vi;q=0.5", "en"),  # then the browser
        (None, None, "ko-KR,en;q=0.5", "ko"),
        (None, "ja", "zh-CN", "ja"),
        (None, None, "fr-FR,en;q=0.5", "en"),
        (None, None, "fr-FR", "vi"),  # nobody asked for one we have
        ("xx", "<script>", "", "vi"),  # nonsense is passed over
    ],
)
def test_the_language_is_chosen_in_this_order(
    asked: str | None, remembered: str | None, header: str, expected: str
) -> None:
    assert i18n.negotiate(asked, remembered, header, "vi") == expected


def test_a_missing_key_shows_itself_instead_of_failing_the_page() -> None:
    assert i18n.translate("vi", "no.such.key", n=1) == "no.such.key"
