"""Certificates that a place has its number, or a building or flat its name: the data, numbered and kept.

Documents are drawn from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Column, Connection, func, insert, select, update

from addressing import areas
from addressing.counters import next_number
from addressing.deciding import today
from addressing.errors import NotFound, NotInForce, StepNotPossible
from addressing.estate_tables import estates, part_names
from addressing.receipts import receipt_code
from addressing.register import decisions, house_numbers
from addressing.register_tables import addresses, number_certificates
from addressing.versions import require_version
from layers.streets import streets

SERIES = "CN"
CERTIFIED_PARTS = ("building", "flat")
"""Parts of estates whose names are certified; groups, stairs and floors are nobody's door."""


@dataclass(frozen=True, slots=True)
class NumberCertificate:
    """Everything that a certificate says."""

    id: int
    code: str
    place_id: str
    number: str
    # of the house, or name of the building or flat
    street_name: str
    written: str
    # the address as certified
    decision_number: str | None
    # by which the number was given; None for one found on the ground
    decided_on: date | None
    issuing_body: str | None
    holder_name: str | None
    # private
    issued_on: date
    issued_by: str
    withdrawn_on: date | None
    withdrawn_reason: str | None
    version: int


def issue_certificate(
    conn: Connection, house_number_id: int, by: str, *, holder_name: str | None = None, case_id: int | None = None
) -> NumberCertificate:
    """Certify a number in force. There is one valid certificate per number; withdraw the old one first.

    Raises `NotFound`, `NotInForce`, `StepNotPossible`, `OutsideArea`.
    """
    number = conn.execute(select(house_numbers).where(house_numbers.c.id == house_number_id).with_for_update()).first()
    if number is None:
        raise NotFound("house number", "số nhà", house_number_id)
    areas.require_street(conn, by, number.street_id)
    if number.status != "in_force" or number.valid_to is not None:
        raise NotInForce(number.plate_text, number.status)
    return _certify(conn, "house_number_id", number.id, number.plate_text, number.place_id, by, holder_name, case_id)


def certify_part(
    conn: Connection, part_name_id: int, by: str, *, holder_name: str | None = None, case_id: int | None = None
) -> NumberCertificate:
    """Certify the name of a building or flat in force, under the same terms.

    Raises `NotFound`, `NotInForce`, `StepNotPossible` for other kinds too, `OutsideArea`.
    """
    name = conn.execute(
        select(part_names, estates.c.street_id)
        .join(estates, estates.c.id == part_names.c.estate_id)
        .where(part_names.c.id == part_name_id)
        .with_for_update(of=part_names)
    ).first()
    if name is None:
        raise NotFound("name of a part", "tên phần khu nhà", part_name_id)
    areas.require_street(conn, by, name.street_id)
    require_certified_kind(name.kind, name.name)
    if name.valid_to is not None:
        raise NotInForce(name.name, name.status)
    return _certify(conn, "part_name_id", name.id, name.name, name.place_id, by, holder_name, case_id)


def require_certified_kind(kind: str, name: str) -> None:
    """Raises `StepNotPossible` for a part whose name nobody certifies."""
    if kind not in CERTIFIED_PARTS:
        raise StepNotPossible(
            "name of a part", "tên phần khu nhà", name, "certify", "only buildings and flats have certificates",
            "chỉ nhà và căn hộ có giấy chứng nhận",
        )  # fmt: skip


def _certify(
    conn: Connection, of: str, key: int, shown: str, place_id: str, by: str, holder_name: str | None,
    case_id: int | None,
) -> NumberCertificate:  # fmt: skip
    """A certificate of what has this id in the column `of`."""
    _require_none(conn, number_certificates.c[of], key, shown)
    written = conn.execute(
        select(addresses.c.written).where(
            addresses.c[of] == key, addresses.c.language == "vi", addresses.c.valid_to.is_(None)
        )
    ).scalar()
    if written is None:
        raise StepNotPossible(
            "number", "số nhà", shown, "certify", "its alley has no name yet, so it has no address",
            "ngõ chưa có tên nên chưa có địa chỉ",
        )  # fmt: skip
    issued_on = today()
    made = conn.execute(
        insert(number_certificates)
        .values(
            code=receipt_code(SERIES, issued_on.year, next_number(conn, "certificate", issued_on.year)),
            **{of: key}, place_id=place_id, written=written, holder_name=holder_name, case_id=case_id,
            issued_on=issued_on, issued_by=by,
        )
        .returning(number_certificates.c.id)
    ).scalar_one()  # fmt: skip
    return get_certificate(conn, made)


def withdraw_certificate(
    conn: Connection, certificate_id: int, reason: str, by: str, *, version: int
) -> NumberCertificate:
    """It is valid no more. Raises `NotFound`, `VersionConflict`, `StepNotPossible`, `OutsideArea`."""
    conn.execute(select(number_certificates.c.id).where(number_certificates.c.id == certificate_id).with_for_update())
    certificate = get_certificate(conn, certificate_id)
    areas.require_place(conn, by, certificate.place_id)
    require_version("certificate", "giấy chứng nhận", certificate_id, version, certificate.version, certificate)
    if certificate.withdrawn_on is not None:
        raise StepNotPossible(
            "certificate", "giấy chứng nhận", certificate.code, "withdraw", "it is withdrawn already", "đã thu hồi"
        )
    conn.execute(
        update(number_certificates)
        .where(number_certificates.c.id == certificate_id)
        .values(withdrawn_on=today(), withdrawn_reason=reason)
    )
    return get_certificate(conn, certificate_id)


def get_certificate(conn: Connection, certificate_id: int) -> NumberCertificate:
    """One certificate. Raises `NotFound`."""
    row = conn.execute(
        select(
            number_certificates.c.id, number_certificates.c.code, number_certificates.c.place_id,
            func.coalesce(house_numbers.c.plate_text, part_names.c.name), streets.c.name,
            number_certificates.c.written, decisions.c.number, decisions.c.decided_on,
            decisions.c.issuing_body, number_certificates.c.holder_name,
            number_certificates.c.issued_on, number_certificates.c.issued_by, number_certificates.c.withdrawn_on,
            number_certificates.c.withdrawn_reason, number_certificates.c.version,
        )
        .outerjoin(house_numbers, house_numbers.c.id == number_certificates.c.house_number_id)
        .outerjoin(part_names, part_names.c.id == number_certificates.c.part_name_id)
        .outerjoin(estates, estates.c.id == part_names.c.estate_id)
        .join(streets, streets.c.id == func.coalesce(house_numbers.c.street_id, estates.c.street_id))
        .outerjoin(
            decisions, decisions.c.id == func.coalesce(house_numbers.c.decision_id, part_names.c.decision_id)
        )
        .where(number_certificates.c.id == certificate_id)
    ).first()  # fmt: skip
    if row is None:
        raise NotFound("certificate", "giấy chứng nhận", certificate_id)
    return NumberCertificate(*tuple(row))


def _require_none(conn: Connection, of: Column[Any], key: int, shown: str) -> None:
    valid = conn.execute(
        select(number_certificates.c.code).where(of == key, number_certificates.c.withdrawn_on.is_(None))
    ).scalar()
    if valid is not None:
        raise StepNotPossible(
            "number", "số nhà", shown, "certify", f"certificate {valid} is valid", f"giấy {valid} còn hiệu lực"
        )
