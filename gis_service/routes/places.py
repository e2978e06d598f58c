"""Places of the register: their addresses now and before, and the codes that others gave them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field, model_validator

from addressing import addresses, official, places_on_record, readdressing
from addressing.as_of import AddressThen, addresses_as_of
from addressing.deciding import record_decision, today
from addressing.identifiers import OFFICIAL_CODES, refuse_to_mint
from gis_service.access import Access, reading, writing
from gis_service.idempotency import IdempotencyKey, once
from gis_service.routes.register_inputs import Body, Key, Line, Paragraph, PlaceKey, Signed, Versioned, place_key

router = APIRouter(tags=["places"])

CodeKind = Literal["location_code", "real_estate_code", "works_code", "parcel_code", "postcode"]


class NewAddress(Body):
    """An alternative address, as people or papers have it."""

    language: Literal["vi", "en"]
    written: Line
    is_preferred: bool = False
    version: Annotated[int, Field(ge=0)] | None = Field(
        None, description="For a preferred one: version of the address preferred until now, 0 where there is none."
    )

    @model_validator(mode="after")
    def _whoever_displaces_another_has_read_it(self) -> Self:
        if self.is_preferred and self.version is None:
            raise ValueError("name the version of the address that is preferred until now")
        return self


class NewCode(Body):
    """A code as its issuer gave it."""

    kind: CodeKind
    code: Line
    issued_on: date | None = None
    issuer: Line | None = None


class Readdressing(Signed):
    """The resolution by which a unit ended or was divided."""

    on: date
    reason: Paragraph


class PlaceAnswer(BaseModel):
    """One place as anybody may see it."""

    id: str
    kind: str
    open_location_code: str
    addresses: list[places_on_record.AddressOfPlace]
    entrances: list[places_on_record.EntranceOfPlace]


@router.get("/places", response_model=list[addresses.FoundPlace])
def find_places(
    access: Annotated[Access, reading("places.find")],
    address: Annotated[str, Query(min_length=1, max_length=300, description="A present or former address, whole.")],
) -> Any:
    """Places that have or once had exactly this address, in any of its written forms."""
    return addresses.find_by_old_address(access.connection, address)


@router.get("/places/{place_id}", response_model=PlaceAnswer)
def get_place(
    place_id: PlaceKey,
    access: Annotated[Access, reading("places.read")],
    on: Annotated[date | None, Query(description="Addresses of that day; none means all ever.")] = None,
) -> Any:
    """A place with its addresses and entrances. The Open Location Code is computed, not issued."""
    key = place_key(place_id)
    place = places_on_record.get_place(access.connection, key)
    return {
        "id": place.id,
        "kind": place.kind,
        "open_location_code": official.open_location_code(access.connection, key),
        "addresses": places_on_record.addresses_of(access.connection, key, on),
        "entrances": places_on_record.entrances_of(access.connection, key),
    }


@router.get("/places/{place_id}/record", response_model=list[AddressThen])
def addresses_then(
    place_id: PlaceKey,
    access: Annotated[Access, reading("places.record")],
    known_at: Annotated[datetime, Query(description="What the register knew at that moment.")],
    on: Annotated[date | None, Query(description="The day asked about; today if left out.")] = None,
) -> Any:
    """The addresses of a place on a day, by what the register knew at a moment."""
    key = place_key(place_id)
    places_on_record.get_place(access.connection, key)
    return addresses_as_of(access.connection, key, on or today(), known_at)


@router.post("/places/{place_id}/addresses", status_code=201, response_model=list[places_on_record.AddressOfPlace])
def add_address(
    place_id: PlaceKey,
    given: NewAddress,
    access: Annotated[Access, writing("places.address", "places/{place_id}")],
    key: IdempotencyKey = None,
) -> Any:
    """Write down another address of a place; gives all of today."""
    place, conn = place_key(place_id), access.connection

    def act() -> Any:
        addresses.add_alternative(
            conn, place, given.language, given.written, on=today(), is_preferred=given.is_preferred,
            by=access.identity.login, version=given.version,
        )  # fmt: skip
        return places_on_record.addresses_of(conn, place, today())

    return once(access, "places.address", key, [place, given], act)


@router.post("/places/{place_id}/addresses/{address_id}/prefer", status_code=204)
def prefer_address(
    place_id: PlaceKey,
    address_id: Key,
    given: Versioned,
    access: Annotated[Access, writing("places.prefer", "places/{place_id}")],
) -> None:
    """Make one address the one that letters use."""
    addresses.prefer(
        access.connection, place_key(place_id), address_id, access.identity.login, version=given.version
    )  # fmt: skip


@router.get("/places/{place_id}/official-codes", response_model=list[official.RecordedCode])
def list_codes(place_id: PlaceKey, access: Annotated[Access, reading("places.codes")]) -> Any:
    """The codes that others gave to a place."""
    return official.codes_of(access.connection, place_key(place_id))


@router.post("/places/{place_id}/official-codes", status_code=201, response_model=official.RecordedCode)
def record_code(
    place_id: PlaceKey, given: NewCode, access: Annotated[Access, writing("places.code", "places/{place_id}")]
) -> Any:
    """Take down a code that its issuer gave. The same again changes nothing."""
    return official.record_code(
        access.connection, place_key(place_id), given.kind, given.code, access.identity.login,
        issued_on=given.issued_on, issuer=given.issuer,
    )  # fmt: skip


@router.post("/places/{place_id}/official-codes/{kind}/mint", status_code=201)
def mint_code(
    place_id: PlaceKey, kind: str, access: Annotated[Access, writing("places.code", "places/{place_id}")]
) -> None:
    """Always refused: this service makes no official code. The answer says who issues it."""
    refuse_to_mint(kind)


@router.get("/official-codes/kinds")
def code_kinds(access: Annotated[Access, reading("places.read")]) -> list[dict[str, str]]:
    """The kinds of official codes: form, issuer, source."""
    return [
        {name: value for name, value in asdict(kind).items() if name != "pattern"} for kind in OFFICIAL_CODES.values()
    ]


@router.post("/communes/{code}/readdress")
def readdress(
    code: str, given: Readdressing, access: Annotated[Access, writing("places.readdress", "communes/{code}")]
) -> dict[str, int]:
    """After a merger or split: its houses get the address of the commune they lie in from that day."""
    conn, by = access.connection, access.identity.login
    decision_id = record_decision(conn, given.paper, given.reason, by)
    done = readdressing.follow_unit_change(conn, code, on=given.on, by=by, decision_id=decision_id, reason=given.reason)
    return {"opened": done.opened, "closed": done.closed}
