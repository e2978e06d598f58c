"""Japanese, Korean and Chinese: pages of investors, their letters, and errors are complete; other pages are English."""

from __future__ import annotations

import re
from datetime import date

import pytest

from layers.plots import STATUSES as PLOT_STATUSES
from layers.zones import KINDS, STATUSES
from maps import i18n, pages
from maps.catalog import get
from maps.portal import eligibility, filters, found, papers, province, scores

PAGES = (
    "portal/invest.html", "portal/plots.html", "portal/plot.html", "portal/compare.html", "portal/enquire.html",
    "portal/enquiry.html", "portal/parts/found.html", "zones.html", "zone.html", "search.html", "error.html",
    "portal/alert_form.html", "portal/alert_asked.html", "portal/alert_own.html", "portal/alert_over.html",
    "portal/client_page.html", "portal/client_gone.html", *(
        f"mail/{kind}.{body}" for kind in ("confirm", "alert", "receipt") for body in ("html", "txt")),
)  # fmt: skip
KEYS = re.compile(r"""\bt\(\s*["']([a-zA-Z0-9_.-]+)["']""")
PARTS = re.compile(r"""(?:extends|include|import|from) "([^"]+\.html)\"""")
OF_OFFICERS = {"desk/parts.html"}
"""Imported for its hidden form field only."""
LETTERS = {"ja": "[ぁ-んァ-ヶ一-龯]", "ko": "[가-힣]", "zh": "[一-龯]"}
SAME_EVERYWHERE = {"lang.vi", "lang.en", "lang.ja", "lang.ko", "lang.zh", "plots.price_unit", "unit.ha", "unit.mva",
                   "invest.size.middle"}  # fmt: skip
"""Names of languages, units and sizes, which need no letters of the language."""


def templates_of_investors() -> set[str]:
    """The pages with all that they are made from."""
    wanted, seen = list(PAGES), set()
    while wanted:
        name = wanted.pop()
        if name not in seen and name not in OF_OFFICERS:
            seen.add(name)
            wanted += PARTS.findall((pages.TEMPLATES / name).read_text(encoding="utf-8"))
    return seen


def keys_of_investors() -> set[str]:
    """Every key that those pages ask for, also the ones put together from values."""
    written = {
        key for name in templates_of_investors()
        for key in KEYS.findall((pages.TEMPLATES / name).read_text(encoding="utf-8")) if not key.endswith(".")
    }  # fmt: skip
    stems = ("eligibility.", "plots.sort.", "plots.name.", "compare.criterion.", "search.kind.", "search.match.",
             "enquiry.state.", "enquiry.fault.", "error.", "vsic.", "plot.way.", "money.", "files.kind.",
             "alerts.", "client.", "mail.confirm.", "mail.alert.", "mail.receipt.", "mail.foot.")  # fmt: skip
    put_together = {key for key in i18n.catalogue("en") if key.startswith(stems) and key != "mail.foot.notice"}
    put_together |= {f"plot.{name}" for name in papers.COLUMNS} | {
        f"compare.criterion.{name}" for name in scores.CRITERIA
    }
    put_together |= {f"value.plots.status.{state}" for state in PLOT_STATUSES}
    put_together |= {f"value.zones.kind.{kind}" for kind in KINDS} | {f"value.zones.status.{one}" for one in STATUSES}
    put_together |= {f"field.{fact.name}" for fact in get("zones").facts}
    put_together |= {f"unit.{fact.unit}" for fact in get("zones").facts if fact.unit not in (None, "ratio")}
    put_together |= {f"plots.sort.{sort}" for sort in filters.SORTS} | {f"lang.{code}" for code in i18n.OFFERED}
    facts = {"area_m2": 1.0, "power_kva": 1.0, "water_m3_day": 1.0, "wastewater_m3_day": 1.0}
    there = {**dict.fromkeys(facts), "industries_allowed": [], "status": "planned"}
    reasons = eligibility.check(there, {"industries_allowed": [], "industries_excluded": []}, "26", facts).reasons
    put_together |= {f"eligibility.{reason.code}" for reason in reasons}
    put_together |= {f"value.plots.status.{status}" for status in found.STATUSES_SHOWN}
    return written | put_together


@pytest.mark.parametrize("lang", i18n.PREPARED)
def test_the_pages_of_investors_are_complete(lang: str) -> None:
    needed, own = keys_of_investors(), i18n.own_texts(lang)
    assert len(needed) > 300
    assert sorted(needed - own.keys()) == []


@pytest.mark.parametrize("lang", i18n.PREPARED)
def test_a_prepared_language_says_nothing_that_the_full_ones_do_not(lang: str) -> None:
    assert sorted(i18n.own_texts(lang).keys() - i18n.catalogue("en").keys()) == []


@pytest.mark.parametrize("lang", i18n.PREPARED)
def test_texts_are_written_in_their_language_and_name_the_same_places(lang: str) -> None:
    english, places = i18n.catalogue("en"), re.compile(r"\{(\w+)\}")
    for key, text in i18n.own_texts(lang).items():
        assert sorted(places.findall(text)) == sorted(places.findall(english[key])), key
        # What has no word of its own (a code, units, names of languages) needs no letter of the language.
        assert key in SAME_EVERYWHERE or re.search(LETTERS[lang], text), key


def test_the_three_languages_have_the_same_keys() -> None:
    ja, ko, zh = (i18n.own_texts(lang).keys() for lang in i18n.PREPARED)
    assert ja == ko == zh


@pytest.mark.parametrize(
    ("path", "speaks"),
    [("/invest", "ja"), ("/plots/KCN-DAI-AN/CN-05", "ja"), ("/zones", "ja"), ("/", "en"), ("/coverage", "en"),
     ("/alerts/new", "ja"), ("/alerts/of/x", "ja"), ("/for/x", "ja"), ("/plotsandmore", "en"), ("/format", "en")],
)  # fmt: skip
def test_other_pages_answer_in_english(path: str, speaks: str) -> None:
    assert i18n.spoken("ja", path) == speaks
    assert i18n.spoken("vi", path) == "vi"


def test_facts_of_the_province_are_told_in_every_language_with_source_and_month() -> None:
    told = province.facts()
    assert len(told) >= 3
    assert {tuple(sorted(one.words)) for one in told} == {tuple(sorted(i18n.OFFERED))}
    assert all(one.source and one.month.year >= 2020 for one in told)


def test_days_and_numbers_follow_the_language() -> None:
    day = date(2026, 1, 2)
    assert [pages.write_day(lang, day) for lang in i18n.OFFERED] == [
        "02/01/2026", "2 Jan 2026", "2026年1月2日", "2026년 1월 2일", "2026年1月2日",
    ]  # fmt: skip
    assert [pages.write_number(lang, 1234.5, 1) for lang in i18n.OFFERED] == [
        "1.234,5", "1,234.5", "1,234.5", "1,234.5", "1,234.5",
    ]  # fmt: skip
