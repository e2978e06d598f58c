"""Plates from order to wall, the photos that prove it, and certificates of number."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter, Header, Response
from fastapi import Body as RequestBody
from pydantic import Field, model_validator

from addressing import areas, attachments, certificates, plate_orders, plate_production, plates
from gis_service import csv_text
from gis_service.access import Access, reading, writing
from gis_service.idempotency import IdempotencyKey, once
from gis_service.routes.register_inputs import Body, Key, Line, Number, Reasoned, Versioned
from layers.crs import storage_srid, transformer

router = APIRouter(tags=["plates"])

_PLATE = "plates/{plate_id}"


class PlateOrder(Body):
    """A plate to be made."""

    house_number_id: Number
    request: Literal["new", "change", "reissue"] = "new"
    case_id: Number | None = None


class PlateFixed(Versioned):
    """Proof that it hangs: a stored photo, where it was taken, who put it up."""

    photo_id: Number
    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    fixed_by: Line


class CertificateOrder(Body):
    """A certificate to be issued."""

    house_number_id: Number | None = None
    part_name_id: Number | None = None
    holder_name: Line | None = None
    case_id: Number | None = None

    @model_validator(mode="after")
    def _of_one_thing(self) -> Self:
        if (self.house_number_id is None) == (self.part_name_id is None):
            raise ValueError("house_number_id or part_name_id, one of both")
        return self


@router.post("/plates", status_code=201, response_model=plates.Plate)
def order(given: PlateOrder, access: Annotated[Access, writing("plates.order")], key: IdempotencyKey = None) -> Any:
    """Order a plate for a number in force."""
    return once(
        access, "plates.order", key, given,
        lambda: plate_orders.order(
            access.connection, given.house_number_id, given.request, access.identity.login, case_id=given.case_id
        ),
    )  # fmt: skip


@router.get("/plates", response_model=list[plate_production.ProductionLine])
def production(
    access: Annotated[Access, reading("plates.read")],
    status: Literal["ordered", "made", "issued", "fixed", "not_fixed", "withdrawn"] = "ordered",
) -> Any:
    """The production list: plates in one state, by street and number, in your area."""
    return plate_production.production_list(
        access.connection, access.settings.public_url, access.identity.login, status=status
    )  # fmt: skip


@router.get("/plates/production.csv", response_class=Response)
def production_csv(access: Annotated[Access, reading("plates.read")]) -> Response:
    """The list of ordered plates for the workshop."""
    lines = plate_production.production_list(access.connection, access.settings.public_url, access.identity.login)
    names = [
        name for name in plate_production.ProductionLine.__slots__ if name not in ("id", "part_name_id", "version")
    ]
    rows = [[str(getattr(line, name) or "") for name in names] for line in lines]
    return Response(
        csv_text.write(names, rows), media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="plates.csv"'},
    )  # fmt: skip


@router.get("/plates/{plate_id}", response_model=plates.Plate)
def get_plate(plate_id: Key, access: Annotated[Access, reading("plates.read")]) -> Any:
    """One plate as it stands."""
    plate = plates.get_plate(access.connection, plate_id)
    areas.require_place(access.connection, access.identity.login, plate.place_id)
    return plate


@router.post("/plates/{plate_id}/made", response_model=plates.Plate)
def made(plate_id: Key, given: Versioned, access: Annotated[Access, writing("plates.make", _PLATE)]) -> Any:
    """The workshop has made it."""
    return plates.make(access.connection, plate_id, access.identity.login, version=given.version)


@router.post("/plates/{plate_id}/issued", response_model=plates.Plate)
def issued(plate_id: Key, given: Versioned, access: Annotated[Access, writing("plates.issue", _PLATE)]) -> Any:
    """It was handed over; the plate that it replaces is withdrawn."""
    return plates.issue(access.connection, plate_id, access.identity.login, version=given.version)


@router.post("/plates/{plate_id}/fixed", response_model=plates.Plate)
def fixed(plate_id: Key, given: PlateFixed, access: Annotated[Access, writing("plates.fix", _PLATE)]) -> Any:
    """It hangs on site, with proof."""
    conn = access.connection
    x, y = transformer(4326, storage_srid(conn)).transform(given.lon, given.lat)
    proof = plates.Fixing(given.photo_id, x, y, given.fixed_by)
    return plates.fix(conn, plate_id, proof, access.identity.login, version=given.version)


@router.post("/plates/{plate_id}/not-fixed", response_model=plates.Plate)
def not_fixed(plate_id: Key, given: Reasoned, access: Annotated[Access, writing("plates.fix", _PLATE)]) -> Any:
    """It could not be put up, and why."""
    return plates.could_not_fix(
        access.connection, plate_id, given.reason, access.identity.login, version=given.version
    )  # fmt: skip


@router.post("/plates/{plate_id}/withdrawn", response_model=plates.Plate)
def withdrawn(plate_id: Key, given: Reasoned, access: Annotated[Access, writing("plates.withdraw", _PLATE)]) -> Any:
    """It is valid no more."""
    return plates.withdraw(access.connection, plate_id, given.reason, access.identity.login, version=given.version)


@router.post("/attachments", status_code=201, response_model=attachments.Attachment)
def store_photo(
    access: Annotated[Access, writing("attachments.store")],
    content: Annotated[bytes, RequestBody(media_type="application/octet-stream")],
    file_name: Annotated[str, Header(alias="X-File-Name", max_length=300)] = "photo",
) -> Any:
    """Keep a photo: JPEG, PNG or WebP as the body itself, told by its bytes. Only staff can read it back."""
    return attachments.store(access.connection, content, file_name, access.identity.login)


@router.get("/attachments/{attachment_id}", response_class=Response)
def get_photo(attachment_id: Key, access: Annotated[Access, reading("attachments.read")]) -> Response:
    """The photo itself, for who uploaded it and whoever works where its plate hangs."""
    plates.require_photo(access.connection, access.identity.login, attachment_id)
    photo = attachments.get_attachment(access.connection, attachment_id)
    return Response(
        attachments.content_of(access.connection, attachment_id), media_type=photo.media_type,
        headers={
            "Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff",
            "Content-Disposition": "inline", "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )  # fmt: skip


@router.post("/certificates", status_code=201, response_model=certificates.NumberCertificate)
def issue_certificate(
    given: CertificateOrder, access: Annotated[Access, writing("certificates.issue")], key: IdempotencyKey = None
) -> Any:
    """Certify a number in force, or the name of a building or flat."""

    def act() -> certificates.NumberCertificate:
        conn, login = access.connection, access.identity.login
        holder, case = given.holder_name, given.case_id
        if given.part_name_id is not None:
            return certificates.certify_part(conn, given.part_name_id, login, holder_name=holder, case_id=case)
        assert given.house_number_id is not None  # the body holds that one of both is there
        return certificates.issue_certificate(conn, given.house_number_id, login, holder_name=holder, case_id=case)

    return once(access, "certificates.issue", key, given, act)


@router.get("/certificates/{certificate_id}", response_model=certificates.NumberCertificate)
def get_certificate(certificate_id: Key, access: Annotated[Access, reading("certificates.read")]) -> Any:
    """One certificate."""
    certificate = certificates.get_certificate(access.connection, certificate_id)
    areas.require_place(access.connection, access.identity.login, certificate.place_id)
    return certificate


@router.post("/certificates/{certificate_id}/withdraw", response_model=certificates.NumberCertificate)
def withdraw_certificate(
    certificate_id: Key,
    given: Reasoned,
    access: Annotated[Access, writing("certificates.withdraw", "certificates/{certificate_id}")],
) -> Any:
    """It is valid no more."""
    return certificates.withdraw_certificate(
        access.connection, certificate_id, given.reason, access.identity.login, version=given.version
    )  # fmt: skip
