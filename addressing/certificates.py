"""Certificates that a place has its number: the data, numbered and kept. Documents are drawn from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, insert, select, update

from addressing import areas
from addressing.counters import next_number
from addressing.deciding import today
from addressing.errors import NotFound, NotInForce, StepNotPossible
from addressing.receipts import receipt_code
from addressing.register import decisions, house_numbers
from addressing.register_tables import addresses, number_certificates
from addressing.versions import require_version
from layers.streets import streets

SERIES = "CN"


@dataclass(frozen=True, slots=True)
class NumberCertificate:
    """Everything that a certificate says."""

    id: int
    code: str
    place_id: str
    number: str
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
    _require_none(conn, house_number_id, number.plate_text)
    written = conn.execute(
        select(addresses.c.written).where(
            addresses.c.house_number_id == house_number_id, addresses.c.language == "vi", addresses.c.valid_to.is_(None)
        )
    ).scalar()
    if written is None:
        raise StepNotPossible(
            "number", "số nhà", number.plate_text, "certify", "its alley has no name yet, so it has no address",
            "ngõ chưa có tên nên chưa có địa chỉ",
        )  # fmt: skip
    issued_on = today()
    made = conn.execute(
        insert(number_certificates)
        .values(
            code=receipt_code(SERIES, issued_on.year, next_number(conn, "certificate", issued_on.year)),
            house_number_id=house_number_id, place_id=number.place_id, written=written, holder_name=holder_name,
            case_id=case_id, issued_on=issued_on, issued_by=by,
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
            house_numbers.c.plate_text, streets.c.name, number_certificates.c.written, decisions.c.number,
            decisions.c.decided_on, decisions.c.issuing_body, number_certificates.c.holder_name,
            number_certificates.c.issued_on, number_certificates.c.issued_by, number_certificates.c.withdrawn_on,
            number_certificates.c.withdrawn_reason, number_certificates.c.version,
        )
        .join(house_numbers, house_numbers.c.id == number_certificates.c.house_number_id)
        .join(streets, streets.c.id == house_numbers.c.street_id)
        .outerjoin(decisions, decisions.c.id == house_numbers.c.decision_id)
        .where(number_certificates.c.id == certificate_id)
    ).first()  # fmt: skip
    if row is None:
        raise NotFound("certificate", "giấy chứng nhận", certificate_id)
    return NumberCertificate(*tuple(row))


def _require_none(conn: Connection, house_number_id: int, plate_text: str) -> None:
    valid = conn.execute(
        select(number_certificates.c.code).where(
            number_certificates.c.house_number_id == house_number_id, number_certificates.c.withdrawn_on.is_(None)
        )
    ).scalar()
    if valid is not None:
        raise StepNotPossible(
            "number", "số nhà", plate_text, "certify", f"certificate {valid} is valid", f"giấy {valid} còn hiệu lực"
        )
