"""What is doubtful about the names of an estate, or of every estate of a commune: findings like those of a street.

Positions of groups and buildings are looked at, not those of floors and flats, which stand where their building does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from addressing.errors import NotFound
from addressing.quality import Finding
from addressing.rules.groups import GROUP_LETTERS

KINDS = (
    "uncertified", "changed_since_certified", "derived_position", "duplicate", "gap", "without_name", "without_address",
)  # fmt: skip
WORDS = {"group": ("group", "nhóm nhà"), "building": ("building", "nhà"), "stair": ("stair", "cầu thang"),
         "floor": ("floor", "tầng"), "flat": ("flat", "căn hộ")}  # fmt: skip


@dataclass(frozen=True, slots=True)
class EstateReport:
    """The findings of one estate."""

    estate_id: int
    estate_name: str
    street_id: int
    names: int
    # in force
    findings: tuple[Finding, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many of each kind; kinds without a finding are 0."""
        return {kind: sum(finding.kind == kind for finding in self.findings) for kind in KINDS}


def estate_report(conn: Connection, estate_id: int) -> EstateReport:
    """The findings of one estate. Raises `NotFound`."""
    reports = _reports(conn, "e.id = :key", estate_id)
    if not reports:
        raise NotFound("estate", "khu nhà", estate_id)
    return reports[0]


def commune_report(conn: Connection, commune_code: str) -> list[EstateReport]:
    """The findings of every estate on the streets of a commune, by name; estates without any are listed too."""
    return _reports(conn, "s.commune_code = :key", commune_code)


DIGEST = """
    SELECT encode(sha256(convert_to(coalesce(string_agg(
        concat_ws('/', n.id, n.kind, n.name, n.place_id), ';' ORDER BY n.id), ''), 'UTF8')), 'hex') AS digest,
        count(*) AS names
    FROM gis.part_names n WHERE n.estate_id = {key} AND n.valid_to IS NULL
"""
"""Of the names in force of one estate, and how many they are."""

_ESTATES = """
    SELECT e.id, e.name, e.street_id, e.kind, c.digest, c.id IS NOT NULL AS certified, now.digest AS digest_now,
           now.names
    FROM gis.estates e JOIN gis.streets s ON s.id = e.street_id
    LEFT JOIN gis.certifications c ON c.estate_id = e.id AND c.undone_at IS NULL
    CROSS JOIN LATERAL ({digest}) AS now
    WHERE {where} ORDER BY e.name, e.id
"""

_PARTS = """
    SELECT p.estate_id, p.id, p.parent_id, p.kind, p.label, p.level, p.found_name, p.geom IS NOT NULL AS has_position,
           n.name, n.id IS NOT NULL AND NOT EXISTS (
               SELECT FROM gis.addresses a WHERE a.part_name_id = n.id AND a.valid_to IS NULL) AS without_address,
           ARRAY(
               SELECT g.name FROM gis.part_names g JOIN gis.estate_parts q ON q.id = g.part_id
               WHERE g.valid_to IS NOT NULL AND g.estate_id = p.estate_id AND g.kind = p.kind
                 AND q.parent_id IS NOT DISTINCT FROM p.parent_id) AS gone
    FROM gis.estate_parts p
    LEFT JOIN gis.part_names n ON n.part_id = p.id AND n.valid_to IS NULL
    WHERE p.estate_id = ANY(:estates) AND p.removed_on IS NULL
    ORDER BY p.estate_id, p.ordinal, p.id
"""


def _reports(conn: Connection, where: str, key: Any) -> list[EstateReport]:
    listed = conn.execute(
        text(_ESTATES.format(where=where, digest=DIGEST.format(key="e.id"))), {"key": key}
    ).all()  # fmt: skip
    parts: dict[int, list[Any]] = {row.id: [] for row in listed}
    for part in conn.execute(text(_PARTS), {"estates": list(parts)}):
        parts[part.estate_id].append(part)
    return [
        EstateReport(row.id, row.name, row.street_id, row.names, (*_of_estate(row), *_of_parts(row.kind, here)))
        for row in listed
        for here in [parts[row.id]]
    ]


def _of_estate(row: Any) -> Iterator[Finding]:
    if not row.certified:
        yield Finding("uncertified", "", "Nobody has compared it with the ground.", "Chưa đối chiếu thực địa.")
    elif row.digest != row.digest_now:
        yield Finding("changed_since_certified", "", "Names changed since it was certified.",
                      "Tên, số đã thay đổi sau khi chứng nhận.")  # fmt: skip


def _of_parts(kind: str, parts: Sequence[Any]) -> Iterator[Finding]:
    for part in parts:
        called, called_vi = _called(part)
        if part.name is None and not (kind == "block" and part.kind == "building"):
            yield Finding("without_name", called, f"The {called} has no name on record.",
                          f"Phần {called_vi} chưa có tên trong sổ.")  # fmt: skip
        if part.without_address:
            yield Finding("without_address", called, f"The {called} has no written address.",
                          f"Phần {called_vi} chưa có địa chỉ viết.")  # fmt: skip
        if part.name is not None and part.kind in ("group", "building") and not part.has_position:
            yield Finding("derived_position", called, f"Where the {called} stands was not surveyed.",
                          f"Vị trí của {called_vi} là suy ra, chưa đo.")  # fmt: skip
    alike: dict[tuple[int | None, str], list[Any]] = {}
    for part in parts:  # names of buildings differ in the whole estate, the others within what they lie in
        alike.setdefault((None if part.kind == "building" else part.parent_id, part.kind), []).append(part)
    for rows in alike.values():
        yield from _duplicates(rows)
    for (_, one), rows in alike.items():
        yield from _BY_KIND[one](rows)


def _duplicates(rows: Sequence[Any]) -> Iterator[Finding]:
    """What hangs on one of them is the name of another, or hangs twice."""
    borne = {row.name for row in rows if row.name is not None}
    shown = Counter(row.found_name for row in rows if row.found_name)
    for row in rows:
        if row.found_name and row.found_name != row.name and (row.found_name in borne or shown[row.found_name] > 1):
            called, called_vi = _called(row)
            yield Finding("duplicate", row.found_name, f"The {called} shows {row.found_name}, as another one does.",
                          f"Phần {called_vi} treo {row.found_name}, trùng với phần khác.")  # fmt: skip


def _numbers_missing(rows: Sequence[Any]) -> Iterator[Finding]:
    """Between the lowest and the highest number behind the same beginning: A1, A3; 3-01, 3-03."""
    series: dict[str, set[int]] = {}
    for name in (row.name for row in rows if row.name is not None):
        found = re.fullmatch(r"(.*?)(\d+)", name)
        if found is not None:
            series.setdefault(found[1], set()).add(int(found[2]))
    gone = {name for row in rows for name in row.gone}
    for beginning, known in series.items():
        missing = [f"{beginning}{one}" for one in range(min(known), max(known)) if one not in known]
        missing = [one for one in missing if one not in gone and _padded(one) not in gone]
        yield from _gap(rows[0].kind, missing)


def _padded(name: str) -> str:
    return re.sub(r"(?<!\d)(\d)$", r"0\1", name)


def _letters_missing(rows: Sequence[Any]) -> Iterator[Finding]:
    known = {GROUP_LETTERS.index(row.name) for row in rows if row.name and row.name in GROUP_LETTERS}
    gone = {name for row in rows for name in row.gone}
    missing = [GROUP_LETTERS[at] for at in range(max(known, default=0)) if at not in known]
    yield from _gap("group", [letter for letter in missing if letter not in gone])


def _levels_missing(rows: Sequence[Any]) -> Iterator[Finding]:
    """Floors go by their level: a number that the building leaves out has a floor all the same."""
    known = {row.level for row in rows} | {0}
    missing = [str(level) for level in range(min(known), max(known)) if level not in known]
    yield from _gap("floor", missing)


def _gap(kind: str, missing: Iterable[str]) -> Iterator[Finding]:
    named = ", ".join(missing)
    if named:
        word, word_vi = WORDS[kind]
        yield Finding("gap", named, f"Between the others {word} {named} is missing.",
                      f"Giữa các {word_vi} thiếu {named}.")  # fmt: skip


_BY_KIND: dict[str, Callable[[Sequence[Any]], Iterator[Finding]]] = {
    "group": _letters_missing, "building": _numbers_missing, "stair": _numbers_missing, "floor": _levels_missing,
    "flat": _numbers_missing,
}  # fmt: skip


def _called(part: Any) -> tuple[str, str]:
    word, word_vi = WORDS[part.kind]
    name = part.name or part.label
    return f"{word} {name}", f"{word_vi} {name}"
