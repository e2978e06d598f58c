"""What old communes became: exact sets, flags and speed, beside vietnamadminunits on the same questions."""

from __future__ import annotations

import csv
import time
import tracemalloc
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

from addressing.search.convert import convert
from addressing.search.convert_lines import convert_line
from addressing.search.unit_tables import national_gazetteer
from addressing.search.units import REFORM, Gazetteer, Unit
from benchmarks import convert_cases as cases
from benchmarks.harness import Row

_SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "vn-admin-old-new" / "vn_old_to_new_wards.csv"
_PEER = "vietnamadminunits"


def run(quick: bool) -> list[Row]:
    """Rows by pattern for the labelled set, for the country, and for speed and memory."""
    national_gazetteer.cache_clear()
    began = time.process_time()
    national_gazetteer()
    loaded_s = time.process_time() - began
    national_gazetteer.cache_clear()
    tracemalloc.start()
    gazetteer = national_gazetteer()
    held_mb = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    size = f"{len(gazetteer.units):,} units, {len(gazetteer.changes):,} changes"
    peer = _peer(gazetteer)
    return [
        *_labelled(gazetteer, peer),
        *_lines(gazetteer, quick),
        *_country(gazetteer, peer, quick),
        *_speed(gazetteer, peer, quick),
        Row("gazetteer of the country in memory", round(held_mb, 1), "MB", note=size),
        Row("gazetteer loaded", round(loaded_s, 2), "s", goal="ours < 1", note="processor time, once a process"),
    ]


def _labelled(gazetteer: Gazetteer, peer: Callable[[Unit], frozenset[str]]) -> list[Row]:
    """The share of cases whose whole set is right; a case of two answers is wrong with one."""
    by_pattern: dict[str, list[cases.Case]] = defaultdict(list)
    for case in [*cases.resolution_of_the_city(), *(case for case, _ in cases.traps()), *cases.namesakes()]:
        by_pattern[case.pattern].append(case)
    rows = []
    for pattern, asked in by_pattern.items():
        ours = _share(_codes(gazetteer, case) == case.answers for case in asked)
        # The peer converts forwards only.
        theirs = None if pattern == "made of" else _share(peer(case.unit) == case.answers for case in asked)
        rows.append(
            Row(f"exact set: {pattern} ({len(asked)} cases)", ours, "share", theirs, _PEER, "ours >= 1",
                note="" if theirs is not None else "the peer has no way back")
        )  # fmt: skip
    several = [case for asked in by_pattern.values() for case in asked if len(case.answers) > 1]
    single = [case for asked in by_pattern.values() for case in asked if len(case.answers) == 1]
    flagged = _share(convert(gazetteer, c.unit, c.on).is_ambiguous for c in several)
    false = _share(convert(gazetteer, c.unit, c.on).is_ambiguous for c in single)
    return [
        *rows,
        Row(f"ambiguous cases flagged ({len(several)})", flagged, "share", 0.0, _PEER, "ours >= 1",
            note="the peer gives one answer and no flag"),
        Row(f"clear cases flagged ({len(single)})", false, "share", 0.0, _PEER, "ours <= 0"),
    ]  # fmt: skip


def _lines(gazetteer: Gazetteer, quick: bool) -> list[Row]:
    """Whole addresses: all answers found and flagged where several. A street would make the peer ask a geocoder."""
    right: dict[str, list[bool]] = defaultdict(list)
    silent: list[bool] = []
    began, asked = time.process_time(), list(cases.as_lines())[:: 7 if quick else 1]
    for style, text, case in asked:
        result = convert_line(text, gazetteer, case.on, today=cases.TODAY)
        found = {choice.answer.unit.code for choice in result.choices}
        is_right = found == case.answers and (result.line is None) == (len(case.answers) > 1)
        right[style].append(is_right)
        silent.append(not is_right and result.line is not None and not result.reasons)
    speed = len(asked) / (time.process_time() - began)
    note = "the peer asks a geocoder on the network for a street"
    bare = right.pop("without district")
    return [
        *(Row(f"address {style} ({len(seen)})", _share(seen), "share", goal="ours >= 1", note=note)
          for style, seen in right.items()),
        Row(f"address without district ({len(bare)})", _share(bare), "share",
            note="a name that several communes had is flagged, which counts as wrong here"),
        Row("addresses wrong without a word", _share(silent), "share", goal="ours <= 0"),
        Row("conversions of addresses", round(speed), "/s", goal="ours >= 1000",
            note="processor time of one core, reading included"),
    ]  # fmt: skip


def _country(gazetteer: Gazetteer, peer: Callable[[Unit], frozenset[str]], quick: bool) -> list[Row]:
    """All communes of 30 June 2025 against another public table, whose faults (0.2 %) count against both."""
    if not _SHARED.exists():
        return [Row("exact set: the whole country", 0, "share", note="needs ../shared/data, which is not here")]
    theirs: dict[str, set[str]] = defaultdict(set)
    with _SHARED.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            theirs[row["old_ward_code"]].add(row["new_ward_code"])
    units = [u for u in gazetteer.units if u.level == "commune" and u.valid_on(cases.BEFORE)][:: 20 if quick else 1]
    ours = _share(
        {a.unit.code for a in convert(gazetteer, unit, REFORM).answers} == theirs[unit.code] for unit in units
    )
    other = _share(peer(unit) == theirs[unit.code] for unit in units)
    return [Row(f"exact set: {len(units):,} communes of the country", ours, "share", other, _PEER, "ours >= 0.995")]


def _speed(gazetteer: Gazetteer, peer: Callable[[Unit], frozenset[str]], quick: bool) -> list[Row]:
    units = [u for u in gazetteer.units if u.level == "commune" and u.valid_on(cases.BEFORE)]
    began = time.process_time()
    for unit in units:
        convert(gazetteer, unit, cases.TODAY)
    ours = len(units) / (time.process_time() - began)
    some = units[:: 100 if quick else 20]
    began = time.process_time()
    for unit in some:
        peer(unit)
    other = len(some) / (time.process_time() - began)
    return [
        Row(
            "conversions of units",
            round(ours),
            "/s",
            round(other),
            _PEER,
            "ours >= 3000",
            note="processor time of one core",
        )
    ]


def _codes(gazetteer: Gazetteer, case: cases.Case) -> frozenset[str]:
    return frozenset(answer.unit.code for answer in convert(gazetteer, case.unit, case.on).answers)


def _peer(gazetteer: Gazetteer) -> Callable[[Unit], frozenset[str]]:
    """Its answer to the full name in writing, as a code. Without a street it asks no geocoder."""
    from vietnamadminunits import convert_address

    codes = {
        (unit.full_name, gazetteer.parents(unit)[-1].full_name): unit.code
        for unit in gazetteer.units
        if unit.level == "commune" and unit.valid_on(REFORM)
    }

    def ask(unit: Unit) -> frozenset[str]:
        written = ", ".join(one.full_name for one in (unit, *gazetteer.parents(unit)))
        try:
            told = convert_address(written)
        except (ValueError, KeyError, TypeError, AttributeError):
            return frozenset()
        code = codes.get((told.ward, told.province))
        return frozenset({code} if code else ())

    return ask


def _share(right: Iterable[bool]) -> float:
    answers = list(right)
    return round(sum(answers) / len(answers), 4)
