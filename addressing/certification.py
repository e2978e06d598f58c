"""Certification: somebody compared the numbers of a street, or the names of an estate, with the ground. With undo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, text, update

from addressing import areas, estate_quality, estates, street_facts
from addressing.errors import NotFound, StepNotPossible
from addressing.quality import Finding, street_report
from addressing.register_tables import certifications
from addressing.versions import require_version

BLOCKING = ("duplicate", "without_place")
"""Findings that somebody has to settle before a street or an estate can be certified."""


@dataclass(frozen=True, slots=True)
class Whole:
    """What is certified as a whole."""

    column: str
    # of the table of certifications
    noun: str
    noun_vi: str
    digest: str
    # SQL: of its numbers or names as they are, and how many
    lock: Callable[[Connection, int, str], object]
    # raises `NotFound`, `OutsideArea`
    findings: Callable[[Connection, int], Sequence[Finding]]


def _lock_street(conn: Connection, street_id: int, by: str) -> None:
    areas.require_street(conn, by, street_id)
    street_facts.lock(conn, street_id)


STREET = Whole(
    "street_id", "street", "đường", """
    SELECT encode(sha256(convert_to(coalesce(string_agg(
        concat_ws('/', id, plate_text, place_id, status), ';' ORDER BY id), ''), 'UTF8')), 'hex'), count(*)
    FROM gis.house_numbers WHERE street_id = :key AND valid_to IS NULL AND status = 'in_force'
    """, _lock_street, lambda conn, key: street_report(conn, key).findings,
)  # fmt: skip
ESTATE = Whole(
    "estate_id", "estate", "khu nhà", estate_quality.DIGEST.format(key=":key"), estates.lock,
    lambda conn, key: estate_quality.estate_report(conn, key).findings,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Certification:
    """That a street or an estate was compared with the ground."""

    id: int
    street_id: int | None
    estate_id: int | None
    certified_by: str
    certified_at: datetime
    numbers: int
    is_current: bool
    # false when numbers or names changed since
    version: int


def certify(conn: Connection, key: int, by: str, *, of: Whole = STREET) -> Certification:
    """Certify the numbers of one street, or the names of one estate, as they stand; one out of date is replaced.

    Raises `NotFound`, `OutsideArea`, `StepNotPossible` without numbers, with doubles, or when it is done.
    """
    of.lock(conn, key, by)
    present = find_certification(conn, key, of=of)
    if present is not None and present.is_current:
        _refuse(of, key, "it is certified as it stands", "đã chứng nhận")
    digest, count = conn.execute(text(of.digest), {"key": key}).one()
    if count == 0:
        _refuse(of, key, "it has no numbers", "chưa có số nhà")
    blocking = [finding for finding in of.findings(conn, key) if finding.kind in BLOCKING]
    if blocking:
        _refuse(of, key, f"{len(blocking)} findings block it: {blocking[0].what}",
                f"còn {len(blocking)} lỗi: {blocking[0].what_vi}")  # fmt: skip
    if present is not None:
        _undo(conn, present.id, by, "numbers changed; certified anew")
    conn.execute(insert(certifications).values(**{of.column: key}, certified_by=by, numbers=count, digest=digest))
    made = find_certification(conn, key, of=of)
    assert made is not None
    return made


def undo(conn: Connection, key: int, reason: str, by: str, *, version: int, of: Whole = STREET) -> None:
    """Take a certification back, with a reason. Raises `NotFound`, `OutsideArea`, `VersionConflict`."""
    of.lock(conn, key, by)
    present = find_certification(conn, key, of=of)
    if present is None:
        raise NotFound(f"certification of {of.noun}", f"chứng nhận của {of.noun_vi}", key)
    require_version("certification", "chứng nhận", present.id, version, present.version, present)
    _undo(conn, present.id, by, reason)


def find_certification(conn: Connection, key: int, *, of: Whole = STREET) -> Certification | None:
    """The standing certification of a street or an estate, and whether its numbers are still the same."""
    row = conn.execute(
        select(certifications).where(certifications.c[of.column] == key, certifications.c.undone_at.is_(None))
    ).first()
    if row is None:
        return None
    digest, _ = conn.execute(text(of.digest), {"key": key}).one()
    return Certification(
        row.id, row.street_id, row.estate_id, row.certified_by, row.certified_at, row.numbers, row.digest == digest,
        row.version,
    )  # fmt: skip


def _undo(conn: Connection, certification_id: int, by: str, reason: str) -> None:
    conn.execute(
        update(certifications)
        .where(certifications.c.id == certification_id)
        .values(undone_by=by, undone_at=func.now(), undone_reason=reason)
    )


def _refuse(of: Whole, key: int, reason: str, reason_vi: str) -> None:
    raise StepNotPossible(of.noun, of.noun_vi, key, "certify", reason, reason_vi)
