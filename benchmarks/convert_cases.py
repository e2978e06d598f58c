"""The labelled conversions of tests/cases/convert, each as what is asked and the whole set of answers."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from addressing.search.unit_tables import national_gazetteer
from addressing.search.units import REFORM, Level, Unit, name_key

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "cases" / "convert"
BEFORE = date(2025, 6, 30)
TODAY = date(2026, 11, 23)
KINDS = {"p.": "phường", "x.": "xã", "tt.": "thị trấn", "huyện": "huyện"}
CITY = ("30", "31")


@dataclass(frozen=True)
class Case:
    """What is asked, and the codes of all answers."""

    pattern: str
    unit: Unit
    on: date
    answers: frozenset[str]
    people: dict[str, str] | None = None  # by new code, where the resolution tells


def read(name: str) -> dict[str, Any]:
    """One file of cases."""
    with (FOLDER / name).open(encoding="utf-8") as file:
        return yaml.safe_load(file)  # type: ignore[no-any-return]


def commune_of_the_city(written: str, district: str | None = None) -> Unit:
    """`p. Nam Sơn (Kiến An)` on the last day before the reform."""
    kind, name = written.split(" ", 1)
    for opening, closing in ("()", "[]"):
        if opening in name:
            name, district = name.split(opening)[0].strip(), name.split(opening)[1].strip(closing)
    level: Level = "district" if kind == "huyện" else "commune"
    units = national_gazetteer().find(name_key(name), level=level, on=BEFORE, kind=KINDS[kind])
    found = [u for u in units if u.province_code in CITY and u.name == name]
    if district is not None:
        found = [u for u in found if national_gazetteer().parents(u)[0].name == district]
    assert len(found) == 1, (written, found)
    return found[0]


def new_unit(full_name: str) -> Unit:
    """The commune of the city that has this full name today."""
    found = [
        u for u in national_gazetteer().find(name_key(full_name), level="commune", on=TODAY) if u.province_code == "31"
    ]
    found = [u for u in found if u.full_name == full_name]
    assert len(found) == 1, (full_name, found)
    return found[0]


def resolution_of_the_city() -> Iterator[Case]:
    """Every commune before the reform with where it went, and every new one with what it was made of."""
    forward: dict[Unit, dict[str, str]] = defaultdict(dict)
    backward: dict[Unit, set[str]] = defaultdict(set)
    for item in read("resolution_1669.yaml")["items"]:
        new = new_unit(item["new"])
        for how in ("whole", "part", "land", "rest"):
            for written in item.get(how, ()):
                old = commune_of_the_city(written)
                forward[old][new.code] = how
                backward[new].add(old.code)
    for old, parts in forward.items():
        pattern = "split" if len(parts) > 1 else "whole"
        yield Case(pattern, old, TODAY, frozenset(parts), _people(parts))
    for new, codes in backward.items():
        yield Case("made of", new, BEFORE, frozenset(codes))


def _people(parts: dict[str, str]) -> dict[str, str]:
    """Who went where: `land` is nobody; what took all that had people took them all."""
    peopled = [code for code, how in parts.items() if how != "land"]
    return {code: "none" if how == "land" else "all" if len(peopled) == 1 else "part" for code, how in parts.items()}


def traps() -> Iterator[tuple[Case, str]]:
    """Cases whose name another place bears today, with the code of that place."""
    for row in read("traps.yaml")["cases"]:
        kind, name = row["old"].split(" ", 1)
        short = {"Phường": "p.", "Xã": "x."}[kind]
        unit = commune_of_the_city(f"{short} {name}", row["district"])
        codes = frozenset(new_unit(new).code for new in row["new"])
        yield Case("trap", unit, TODAY, codes), new_unit(row["namesake"]).code


def namesakes() -> Iterator[Case]:
    """Communes of other provinces that tables by name confuse."""
    for row in read("namesakes_of_the_country.yaml")["cases"]:
        (unit,) = national_gazetteer().by_code("commune", row["code"], on=BEFORE)
        assert name_key(unit.full_name) == name_key(row["old"])
        yield Case("namesake", unit, TODAY, frozenset(row["new"]))


def reforms() -> Iterator[tuple[Case, frozenset[str], list[str]]]:
    """Cases with the names of the answers, and the acts that must be named."""
    for row in read("reforms.yaml")["cases"]:
        units = national_gazetteer().find(name_key(row["name"]), on=row["from"])
        found = [u for u in units if u.full_name == row["name"] and _is_above(u, row["above"])]
        assert len(found) == 1, (row, found)
        case = Case("reform", found[0], row["to"], frozenset())
        yield case, frozenset(row["answers"]), [str(act) for act in row["acts"]]


def as_lines() -> Iterator[tuple[str, str, Case]]:
    """The communes of the city as addresses in several styles of writing: style, address, case."""
    for case in resolution_of_the_city():
        if case.pattern != "made of" and case.unit.level == "commune":
            names = [unit.full_name for unit in (case.unit, *national_gazetteer().parents(case.unit))]
            whole = ", ".join(names)
            bare = ", ".join([names[0], *(unit.name for unit in national_gazetteer().parents(case.unit))])
            yield "in full", f"12 ngõ 5 Lê Lợi, {whole}", case
            yield "abbreviated", "12/5 Lê Lợi, " + ", ".join(_abbreviated(name) for name in names), case
            yield "without marks", _without_marks(f"12 ngõ 5 Lê Lợi, {whole}"), case
            yield "without commas", "12 Lê Lợi " + " ".join(names), case
            yield "bare names above", f"12 Lê Lợi, {bare}", case
            yield "capitals", f"12 Lê Lợi, {whole}".upper(), case
            yield "decomposed", unicodedata.normalize("NFD", f"12 Lê Lợi, {whole}"), case
            yield "without province", "12 Lê Lợi, " + ", ".join(names[:-1]), case
            yield "province of today", "12 Lê Lợi, " + ", ".join([*names[:-1], "TP Hải Phòng"]), case
            yield "without district", f"12 Lê Lợi, {names[0]}, {names[-1]}", case


_SHORT = {"Phường": "P.", "Xã": "X.", "Thị trấn": "TT.", "Thành phố": "TP", "Thị xã": "TX", "Quận": "Q.",
          "Huyện": "H.", "Tỉnh": "T."}  # fmt: skip


def _abbreviated(name: str) -> str:
    kind = next(kind for kind in _SHORT if name.startswith(f"{kind} "))
    return f"{_SHORT[kind]} {name[len(kind) + 1 :]}"


def _without_marks(text: str) -> str:
    bare = "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))
    return bare.replace("đ", "d").replace("Đ", "D")


def _is_above(unit: Unit, above: str | None) -> bool:
    parents = national_gazetteer().parents(unit)
    return not parents if above is None else bool(parents) and parents[0].name == above


__all__ = ["BEFORE", "REFORM", "TODAY", "Case", "namesakes", "reforms", "resolution_of_the_city", "traps"]
