"""The labelled addresses, as written and disturbed: only new failures fail.

`known_failures.txt` beside the cases lists what is not right yet, one `disturbance | address` a line.
After a change that was meant: `python -m tests.unit.addressing.search.test_parse_labelled` writes it anew.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from addressing.search.elements import Reading
from addressing.search.parse import parse
from addressing.search.unit_tables import national_gazetteer
from benchmarks.parse_cases import CORE, FOLDER, Case, cases, variants, wrong_elements

KNOWN = FOLDER / "known_failures.txt"
DAY = date(2026, 11, 23)


@lru_cache(maxsize=1)
def answers() -> list[tuple[str, Case, Reading]]:
    """Every case in every disturbance, with its first reading."""
    gazetteer = national_gazetteer()
    return [(name, case, parse(text, gazetteer, today=DAY)[0]) for name, case, text in variants(cases())]


def failures() -> dict[str, list[str]]:
    """What is not right now, and in which elements."""
    wrong = {f"{name} | {case.text}": wrong_elements(case, reading) for name, case, reading in answers()}
    return {line: faults for line, faults in wrong.items() if faults}


def known() -> set[str]:
    return {line for line in KNOWN.read_text("utf-8").splitlines() if line and not line.startswith("#")}


def test_no_address_is_read_worse_than_before() -> None:
    now = failures()
    new = {line: faults for line, faults in now.items() if line not in known()}
    assert new == {}


def test_the_list_of_failures_names_only_cases_that_exist() -> None:
    asked = {f"{name} | {case.text}" for name, case, _ in answers()}
    assert known() <= asked


def test_there_are_enough_cases_of_every_kind() -> None:
    all_cases = cases()
    assert len(all_cases) >= 300
    assert len({case.text for case in all_cases}) == len(all_cases)
    assert 0.3 < sum(case.is_held_out for case in all_cases) / len(all_cases) < 0.5
    assert all(case.source and case.want for case in all_cases)


def share(name: str, tags: tuple[str, ...] | None = None, *, held_out: bool | None = None) -> float:
    asked = [
        (case, reading)
        for one, case, reading in answers()
        if one == name and (held_out is None or case.is_held_out == held_out)
    ]
    return sum(not wrong_elements(case, reading, tags) for case, reading in asked) / len(asked)


def test_the_promised_shares_hold() -> None:
    assert share("as written") >= 0.90
    assert share("as written", CORE) >= 0.98
    assert share("no marks", CORE) >= 0.96
    assert share("one typo", CORE) >= 0.90
    assert share("as written", CORE, held_out=True) >= 0.95


def test_confidence_is_the_share_that_is_right() -> None:
    bins: dict[int, list[tuple[float, bool]]] = {}
    for _, case, reading in answers():
        told = (reading.confidence, not wrong_elements(case, reading))
        bins.setdefault(min(9, int(reading.confidence * 10)), []).append(told)
    distance = sum(abs(sum(c for c, _ in told) - sum(r for _, r in told)) for told in bins.values())
    assert distance / len(answers()) <= 0.05


if __name__ == "__main__":
    head = "# What is not right yet: disturbance | address. Written by test_parse_labelled.py; shrink it.\n"
    KNOWN.write_text(head + "".join(f"{line}\n" for line in sorted(failures())), "utf-8")
