"""Reading addresses: how many a second, and how many right, on the labelled cases; against vietnamadminunits.

The peer reads administrative units only, so it is asked on the same texts how often commune, district and
province are all right (labels that the text does not name are not asked for), being told the era that it
wants to be told. Rows of the held-out part and of the cases written later stand apart.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import date

from vietnamadminunits import ParseMode, parse_address

from addressing.search.elements import Reading
from addressing.search.parse import parse
from addressing.search.unit_tables import national_gazetteer
from benchmarks.harness import Row
from benchmarks.parse_cases import CORE, Case, cases, same, variants, wrong_elements

DAY = date(2026, 11, 23)
PEER = "vietnamadminunits"
_UNITS = ("c", "d", "p")


def run(quick: bool) -> list[Row]:
    """Speed on one core, then shares of right readings by disturbance and by pattern, then calibration."""
    gazetteer = national_gazetteer()
    chosen = cases()[:60] if quick else cases()
    asked = list(variants(chosen))
    read = {text: parse(text, gazetteer, today=DAY) for _, _, text in asked}  # also makes the index

    def ours(text: str) -> None:
        parse(text, gazetteer, today=DAY)

    written = [case.text for case in chosen]
    rows = [
        Row(
            "addresses read on one core", _speed(ours, written, quick), "addresses/s", _speed(_peer, written, quick),
            PEER, "ours >= 3000", "as written; the peer reads the units only, of either era in turn",
        )
    ]  # fmt: skip
    for name in dict.fromkeys(name for name, _, _ in asked):
        of_name = [(case, text) for one, case, text in asked if one == name]
        rows += _rows(name, of_name, read)
    for part, is_in in _PARTS.items():
        of_part = [(case, text) for one, case, text in asked if one == "as written" and is_in(case)]
        rows += _rows(part, of_part, read)
    for pattern in dict.fromkeys(case.pattern for case in chosen):
        of_pattern = [(case, case.text) for case in chosen if case.pattern == pattern]
        rows.append(_exact(f"pattern {pattern}", of_pattern, read))
    rows.append(
        Row(
            "distance of confidence from the share that is right",
            _calibration(asked, read), "0 to 1", goal="ours <= 0.05",
        )
    )  # fmt: skip
    return rows


_AFTERWARDS = ("written later", "written blind", "written fresh", "written unseen")
"""Patterns of cases that were run once before any rule was changed for them."""
_PARTS: dict[str, Callable[[Case], bool]] = {
    "worked on": lambda case: not case.is_held_out and case.pattern not in _AFTERWARDS,
    "held out": lambda case: case.is_held_out and case.pattern not in _AFTERWARDS,
    "written later": lambda case: case.pattern == "written later",
    "written blind": lambda case: case.pattern == "written blind",
    "written fresh": lambda case: case.pattern == "written fresh",
    "written unseen": lambda case: case.pattern == "written unseen",
}

_GOALS = {
    "as written": (0.90, 0.98), "no marks": (0.90, 0.96), "one typo": (0.85, 0.90), "held out": (0.90, 0.95),
    "written later": (0.90, 0.95), "written blind": (0.90, 0.98), "written fresh": (0.90, 0.95),
    "written unseen": (0.90, 0.95),
}  # fmt: skip
"""Exact and core that were promised."""


def _rows(name: str, asked: list[tuple[Case, str]], read: dict[str, tuple[Reading, ...]]) -> list[Row]:
    if not asked:
        return []
    exact, core = _GOALS.get(name, (0.90, 0.95))
    right = [not wrong_elements(case, read[text][0], CORE) for case, text in asked]
    units = [not wrong_elements(case, read[text][0], _UNITS) for case, text in asked]
    peer = [_peer_is_right(case, text) for case, text in asked]
    return [
        _exact(name, asked, read, f"ours >= {exact}"),
        Row(f"{name}: core", _share(right), "share", goal=f"ours >= {core}"),
        Row(f"{name}: units", _share(units), "share", _share(peer), PEER),
    ]


def _exact(name: str, asked: list[tuple[Case, str]], read: dict[str, tuple[Reading, ...]], goal: str = "") -> Row:
    right = [not wrong_elements(case, read[text][0]) for case, text in asked]
    return Row(f"{name}: exact", _share(right), "share", goal=goal, note=f"{len(asked)} addresses")


def _share(right: Iterable[bool]) -> float:
    told = list(right)
    return sum(told) / len(told)


def _speed(read: Callable[[str], None], texts: list[str], quick: bool) -> float:
    """The best of three rounds, in addresses a second of processor time."""
    best = 0.0
    for _ in range(1 if quick else 3):
        begun = time.process_time()
        for text in texts:
            read(text)
        best = max(best, len(texts) / (time.process_time() - begun))
    return best


def _peer(text: str) -> None:
    parse_address(text, mode=ParseMode.LEGACY)


def _peer_is_right(case: Case, text: str) -> bool:
    mode = ParseMode.LEGACY if "d" in case.want else ParseMode.FROM_2025
    said = parse_address(text, mode=mode, keep_street=False)
    names = {"c": said.ward, "d": said.district, "p": said.province}
    return all(
        names[tag] is not None and any(same(tag, wanted, names[tag]) for wanted in case.want[tag])
        for tag in _UNITS
        if tag in case.want
    )


def _calibration(asked: list[tuple[str, Case, str]], read: dict[str, tuple[Reading, ...]]) -> float:
    """Expected calibration error over ten bins of the first reading's confidence."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for _, case, text in asked:
        first = read[text][0]
        bins.setdefault(min(9, int(first.confidence * 10)), []).append(
            (first.confidence, not wrong_elements(case, first))
        )
    return sum(
        abs(sum(confidence for confidence, _ in told) - sum(is_right for _, is_right in told)) for told in bins.values()
    ) / len(asked)
