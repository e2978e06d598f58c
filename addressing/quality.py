"""What is doubtful about the numbers of a street or a commune: findings, each with the rule it offends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, text

from addressing.errors import NotFound
from addressing.rules.numbers import HouseNumber
from addressing.rules.papers import an_address_agrees_with_the_certificate

KINDS = (
    "uncertified", "changed_since_certified", "derived_position", "duplicate", "without_place", "gap",
    "parity_exception", "order_inversion", "without_address", "without_number",
    "certificate_differs",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that somebody should look at."""

    kind: str
    subject: str
    # the number, or the id of the entrance
    what: str
    what_vi: str


@dataclass(frozen=True, slots=True)
class StreetReport:
    """The findings of one street."""

    street_id: int
    street_name: str
    numbers: int
    findings: tuple[Finding, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many of each kind; kinds without a finding are 0."""
        return {kind: sum(finding.kind == kind for finding in self.findings) for kind in KINDS}


def street_report(conn: Connection, street_id: int) -> StreetReport:
    """The findings of one street. Raises `NotFound`."""
    reports = _reports(conn, "s.id = :key", street_id)
    if not reports:
        raise NotFound("street", "đường", street_id)
    return reports[0]


def commune_report(conn: Connection, commune_code: str) -> list[StreetReport]:
    """The findings of every street of a commune, by name; streets without any are listed too."""
    return _reports(conn, "s.commune_code = :key", commune_code)


_STREETS = """
    SELECT s.id, s.name, c.digest, c.id IS NOT NULL AS certified,
           (SELECT encode(sha256(convert_to(coalesce(string_agg(
               concat_ws('/', id, plate_text, place_id, status), ';' ORDER BY id), ''), 'UTF8')), 'hex')
            FROM gis.house_numbers WHERE street_id = s.id AND valid_to IS NULL AND status = 'in_force') AS digest_now
    FROM gis.streets s
    LEFT JOIN gis.certifications c ON c.street_id = s.id AND c.undone_at IS NULL
    WHERE {where} ORDER BY s.name, s.id
"""

_NUMBERS = """
    SELECT n.street_id, n.number, n.suffix, n.plate_text, n.side, n.chainage_m, n.status, n.place_id,
           e.position_quality, e.kind AS door,
           n.status = 'in_force' AND NOT EXISTS (
               SELECT FROM gis.addresses a WHERE a.house_number_id = n.id AND a.valid_to IS NULL) AS without_address,
           coalesce(p.certificate_address, f.certificate_address) AS on_certificate,
           ARRAY(SELECT unnest(a.search_keys) FROM gis.addresses a
                 WHERE a.place_id = n.place_id AND a.valid_to IS NULL) AS written
    FROM gis.house_numbers n LEFT JOIN gis.entrances e ON e.id = n.entrance_id
    LEFT JOIN gis.places p ON p.id = n.place_id LEFT JOIN gis.enterprises f ON f.id = p.enterprise_id
    WHERE n.street_id = ANY(:streets) AND n.valid_to IS NULL
    ORDER BY n.street_id, n.side, n.chainage_m, n.id
"""

_DOORS = """
    SELECT e.street_id, e.id, e.existing_number FROM gis.entrances e
    WHERE e.street_id = ANY(:streets) AND e.kind = 'building' AND e.is_main AND NOT EXISTS (
        SELECT FROM gis.house_numbers n
        WHERE n.valid_to IS NULL AND (n.entrance_id = e.id OR n.place_id = e.place_code))
    ORDER BY e.id
"""


def _reports(conn: Connection, where: str, key: Any) -> list[StreetReport]:
    listed = conn.execute(text(_STREETS.format(where=where)), {"key": key}).all()
    ids = [row.id for row in listed]
    numbers, doors = (_by_street(conn, query, ids) for query in (_NUMBERS, _DOORS))
    return [
        StreetReport(row.id, row.name, len(here), (*_of_street(row), *_of_numbers(here), *_of_doors(bare, here)))
        for row in listed
        for here, bare in [(numbers.get(row.id, []), doors.get(row.id, []))]
    ]


def _by_street(conn: Connection, query: str, ids: list[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in conn.execute(text(query), {"streets": ids}):
        found.setdefault(row.street_id, []).append(row)
    return found


def _of_street(row: Any) -> Iterator[Finding]:
    if not row.certified:
        yield Finding("uncertified", "", "Nobody has compared it with the ground.", "Chưa đối chiếu thực địa.")
    elif row.digest != row.digest_now:
        yield Finding("changed_since_certified", "", "Numbers changed since it was certified.",
                      "Số nhà đã thay đổi sau khi chứng nhận.")  # fmt: skip


def _of_numbers(rows: Sequence[Any]) -> Iterator[Finding]:
    for row in rows:
        number = row.plate_text
        if row.status == "in_force" and row.place_id is None:
            yield Finding("without_place", number, f"Number {number} has no place.", f"Số {number} chưa có địa điểm.")
        if row.without_address:
            yield Finding("without_address", number, f"Number {number} has no written address.",
                          f"Số {number} chưa có địa chỉ viết.")  # fmt: skip
        if row.position_quality in ("derived", "approximate"):
            yield Finding("derived_position", number, f"The door of number {number} was not surveyed.",
                          f"Vị trí cửa số {number} là suy ra, chưa đo.")  # fmt: skip
        if row.status == "in_force" and row.on_certificate and not an_address_agrees_with_the_certificate(
            row.written, row.on_certificate
        ):  # fmt: skip
            yield Finding("certificate_differs", number,
                          f"The certificate of number {number} names another address.",
                          f"Giấy chứng nhận của số {number} ghi địa chỉ khác.")  # fmt: skip
    for side in ("left", "right"):
        yield from _of_side([row for row in rows if row.side == side], side)


def _of_side(rows: Sequence[Any], side: str) -> Iterator[Finding]:
    odd = sum(row.number % 2 for row in rows)
    expected = 1 if odd * 2 >= len(rows) else 0
    for row in rows:
        if row.number % 2 != expected:
            yield Finding("parity_exception", row.plate_text,
                          f"Number {row.plate_text} stands on the side of the others ({side}).",
                          f"Số {row.plate_text} nằm sai bên chẵn lẻ.")  # fmt: skip
    for low, high in pairwise(rows):
        if HouseNumber(high.number, high.suffix) < HouseNumber(low.number, low.suffix):
            yield Finding("order_inversion", high.plate_text,
                          f"Number {high.plate_text} comes after {low.plate_text} along the street.",
                          f"Số {high.plate_text} nằm sau số {low.plate_text} theo chiều đường.")  # fmt: skip
    carried = sorted({row.number for row in rows if row.number % 2 == expected})
    for low_number, high_number in pairwise(carried):
        if high_number - low_number > 2:
            missing = f"{low_number + 2}" + (f"–{high_number - 2}" if high_number - low_number > 4 else "")
            yield Finding("gap", missing, f"Between {low_number} and {high_number} {missing} is missing.",
                          f"Giữa {low_number} và {high_number} thiếu {missing}.")  # fmt: skip


def _of_doors(doors: Sequence[Any], numbers: Sequence[Any]) -> Iterator[Finding]:
    given = {row.plate_text for row in numbers}
    for door in doors:
        if door.existing_number and door.existing_number in given:
            yield Finding("duplicate", door.existing_number,
                          f"Entrance {door.id} shows {door.existing_number}, which another door has on record.",
                          f"Cửa {door.id} treo số {door.existing_number}, số này đã thuộc cửa khác.")  # fmt: skip
        else:
            yield Finding("without_number", str(door.id), f"Entrance {door.id} has no number on record.",
                          f"Cửa {door.id} chưa có số trong sổ.")  # fmt: skip
            given.add(door.existing_number)  # the next door that shows it shows it twice
