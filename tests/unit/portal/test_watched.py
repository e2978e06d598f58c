"""What a saved search is told, by hand: what it knew, what fits now, what follows. And filters in words."""

from __future__ import annotations

from datetime import date

import pytest

from maps import mails
from maps.portal import described
from maps.portal.filters import PlotFilter
from maps.portal.watched import PlotState, Told, changes


def plot(version: int, status: str = "available", price: float | None = 70.0) -> PlotState:
    return PlotState(1, version, status, price, "A1", "KCN-X", "KCN X", None, 5000.0)


@pytest.mark.parametrize(
    ("before", "now", "fits", "told"),
    [
        (None, plot(3), True, "new"),
        (Told(3, "known", "available", 70.0), plot(3), True, None),
        (Told(3, "known", "available", 70.0), plot(4), True, None),  # something nobody asked about
        (Told(3, "known", "available", 70.0), plot(4, price=71.0), True, "changed"),
        (Told(3, "known", "available", 70.0), plot(4, price=None), True, "changed"),
        (Told(3, "new", "available", 70.0), plot(4, "reserved"), False, "gone"),
        (Told(4, "gone", "reserved", 70.0), plot(5, "leased"), False, None),  # told already that it is gone
        (Told(4, "gone", "reserved", 70.0), plot(5), True, "new"),
        (Told(3, "known", "available", 70.0), plot(3), False, None),  # the search of its zone changed, not the plot
        (Told(3, "known", "available", 70.0), plot(3, price=99.0), True, None),  # one version is told once
        (Told(3, "known", "available", 70.0), None, False, None),  # nobody may see it any more
    ],
)
def test_each_version_is_told_once_and_only_what_was_asked_about(
    before: Told | None, now: PlotState | None, fits: bool, told: str | None
) -> None:
    found = changes({1} if fits else set(), {1: now} if now else {}, {1: before} if before else {})
    assert [one.what for one in found] == ([told] if told else [])


def test_a_filter_in_words() -> None:
    asked = PlotFilter(
        zone=("KCN-X",), status=("available", "planned"), area_min=5000, price_max=120, ready_by=date(2027, 1, 31),
        water=50, coverage=0.8, merge=True,
    )  # fmt: skip
    assert described.in_words(asked, "en") == [
        ("Status", "Available, Planned, land not ready"), ("Zone", "KCN-X"), ("Least area", "≥ 5,000 m²"),
        ("Joining", "yes"), ("Highest price", "≤ 120 USD/m²"), ("Ready date", "31 Jan 2027"),
        ("Water", "≥ 50 m³/day"), ("5G coverage", "≥ 80%"),
    ]  # fmt: skip
    assert described.in_words(PlotFilter(), "vi") == [("Tình trạng", "Còn trống")]


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("kind", ["receipt", "notice"])
def test_hostile_words_stay_words_and_headers_stay_one_line(kind: str, lang: str) -> None:
    hostile = "<b>DT</b>\r\nBcc: x@y.z"
    letter = mails.write(
        kind, lang, authority="A & B <i>", subject=hostile, receipt=hostile, about=hostile, link="https://x/?a=1&b=2"
    )
    assert "<b>" not in letter.html
    assert "<i>" not in letter.html
    assert "&lt;b&gt;DT" in letter.html
    assert "<b>DT</b>" in letter.text
    assert "\n" not in letter.subject
