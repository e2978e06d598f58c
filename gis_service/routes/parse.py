"""What an address says: its elements in every way that makes sense, the likeliest first."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from addressing.deciding import today
from addressing.search.elements import Reading
from addressing.search.errors import AddressNotReadable, AddressTooLong
from addressing.search.parse import parse
from addressing.search.units import Gazetteer
from addressing.search.units_on_file import gazetteer_of
from gis_service.access import Access, reading
from gis_service.routes.convert_answers import ReasonAnswer

router = APIRouter(tags=["search"])

MOST_ADDRESSES = 1_000
"""In one request."""
_LONGEST = 20_000
"""Characters that are looked at; what is too long for an address is told so by the parser."""

_FROM, _UNTIL = date(1945, 9, 2), date(2200, 1, 1)
Text = Annotated[str, Query(max_length=_LONGEST, description="As it is written, of any time.")]


class AddressList(BaseModel):
    """Addresses to read in one go."""

    model_config = ConfigDict(extra="forbid")

    addresses: Annotated[
        list[Annotated[str, Field(max_length=_LONGEST)]], Field(min_length=1, max_length=MOST_ADDRESSES)
    ]
    on: Annotated[date | None, Field(ge=_FROM, lt=_UNTIL)] = None


class ReadingAnswer(BaseModel):
    """One way to read the address."""

    house: str | None = Field(description="Number, suffix and range in one: 15A, 46-48.")
    path: tuple[str, ...] = Field(description="From the street inward, the house last: 12, 5, 3.")
    elements: Reading


class ParseAnswer(BaseModel):
    """An address and its readings; `fault` instead of readings where there is nothing to read."""

    written: str
    readings: list[ReadingAnswer]
    fault: ReasonAnswer | None = None


@router.get("/parse")
def parse_address(
    access: Annotated[Access, reading("parse.ask")],
    address: Text,
    on: Annotated[date | None, Query(ge=_FROM, lt=_UNTIL, description="Decides which units are current.")] = None,
) -> ParseAnswer:
    """The readings of one address, with confidence and reasons. 400 where there is nothing to read."""
    found = parse(address, gazetteer_of(access.connection), today=on or today())
    return ParseAnswer(written=address, readings=[_of(one) for one in found])


@router.post("/parse")
def parse_addresses(access: Annotated[Access, reading("parse.ask")], asked: AddressList) -> list[ParseAnswer]:
    """Up to a thousand addresses, answered in their order; one that cannot be read has a fault, not the list."""
    gazetteer, day = gazetteer_of(access.connection), asked.on or today()
    return [_answer(address, gazetteer, day) for address in asked.addresses]


def _answer(address: str, gazetteer: Gazetteer, day: date) -> ParseAnswer:
    try:
        found = parse(address, gazetteer, today=day)
    except (AddressNotReadable, AddressTooLong) as fault:
        told = ReasonAnswer(code=fault.code, message=str(fault), message_vi=fault.message_vi)
        return ParseAnswer(written=address, readings=[], fault=told)
    return ParseAnswer(written=address, readings=[_of(one) for one in found])


def _of(one: Reading) -> ReadingAnswer:
    return ReadingAnswer(house=one.house, path=one.path, elements=one)
