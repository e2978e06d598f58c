"""Certification: somebody compared the numbers of a street with the ground. Street by street, with undo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, text, update

from addressing import areas, street_facts
from addressing.errors import NotFound, StepNotPossible
from addressing.quality import street_report
from addressing.register_tables import certifications
from addressing.versions import require_version

BLOCKING = ("duplicate", "without_place")
"""Findings that somebody has to settle before a street can be certified."""

_DIGEST = """
    SELECT encode(sha256(convert_to(coalesce(string_agg(
        concat_ws('/', id, plate_text, place_id, status), ';' ORDER BY id), ''), 'UTF8')), 'hex'), count(*)
    FROM gis.house_numbers WHERE street_id = :street AND valid_to IS NULL AND status = 'in_force'
"""


@dataclass(frozen=True, slots=True)
class Certification:
    """That a street was compared with the ground."""

    id: int
    street_id: int
    certified_by: str
    certified_at: datetime
    numbers: int
    is_current: bool
    # false when numbers changed since
    version: int


def certify(conn: Connection, street_id: int, by: str) -> Certification:
    """Certify the numbers of one street as they stand. A certification that is out of date is replaced.

    Raises `NotFound`, `OutsideArea`, `StepNotPossible` without numbers, with doubles, or when it is done.
    """
    areas.require_street(conn, by, street_id)
    street_facts.lock(conn, street_id)
    present = find_certification(conn, street_id)
    if present is not None and present.is_current:
        _refuse(street_id, "it is certified as it stands", "đã chứng nhận")
    digest, count = conn.execute(text(_DIGEST), {"street": street_id}).one()
    if count == 0:
        _refuse(street_id, "it has no numbers", "chưa có số nhà")
    blocking = [finding for finding in street_report(conn, street_id).findings if finding.kind in BLOCKING]
    if blocking:
        _refuse(street_id, f"{len(blocking)} findings block it: {blocking[0].what}",
                f"còn {len(blocking)} lỗi: {blocking[0].what_vi}")  # fmt: skip
    if present is not None:
        _undo(conn, present.id, by, "numbers changed; certified anew")
    conn.execute(insert(certifications).values(street_id=street_id, certified_by=by, numbers=count, digest=digest))
    made = find_certification(conn, street_id)
    assert made is not None
    return made


def undo(conn: Connection, street_id: int, reason: str, by: str, *, version: int) -> None:
    """Take a certification back, with a reason. Raises `NotFound`, `OutsideArea`, `VersionConflict`."""
    areas.require_street(conn, by, street_id)
    street_facts.lock(conn, street_id)
    present = find_certification(conn, street_id)
    if present is None:
        raise NotFound("certification of street", "chứng nhận của đường", street_id)
    require_version("certification", "chứng nhận", present.id, version, present.version, present)
    _undo(conn, present.id, by, reason)


def find_certification(conn: Connection, street_id: int) -> Certification | None:
    """The standing certification of a street, and whether its numbers are still the same."""
    row = conn.execute(
        select(certifications).where(certifications.c.street_id == street_id, certifications.c.undone_at.is_(None))
    ).first()
    if row is None:
        return None
    digest, _ = conn.execute(text(_DIGEST), {"street": street_id}).one()
    return Certification(
        row.id, street_id, row.certified_by, row.certified_at, row.numbers, row.digest == digest, row.version
    )


def _undo(conn: Connection, certification_id: int, by: str, reason: str) -> None:
    conn.execute(
        update(certifications)
        .where(certifications.c.id == certification_id)
        .values(undone_by=by, undone_at=func.now(), undone_reason=reason)
    )


def _refuse(street_id: int, reason: str, reason_vi: str) -> None:
    raise StepNotPossible("street", "đường", street_id, "certify", reason, reason_vi)
