"""Addresses and units on other days, and what lies at a point."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from addressing.deciding import today
from addressing.search.convert import convert
from addressing.search.convert_errors import PositionRefused, UnknownUnit
from addressing.search.convert_lines import LineConversion, convert_line
from addressing.search.elements import Reading
from addressing.search.positions import locator, to_storage
from addressing.search.reverse import MOST_REACH_M, REACH_M, communes_at, reverse
from addressing.search.shares import with_area_ratios
from addressing.search.units_on_file import gazetteer_of
from gis_service.access import Access, reading
from gis_service.routes import convert_answers as answers
from gis_service.routes.convert_answers import LineAnswer, PlaceAnswer, UnitConversion
from layers.crs import WGS84, storage_srid, transformer

router = APIRouter(tags=["search"])

MOST_ADDRESSES = 200
"""In one request; longer lists go as a file (POST /convert/files)."""

_FROM, _UNTIL = date(1945, 9, 2), date(2200, 1, 1)
Day = Annotated[date | None, Query(ge=_FROM, lt=_UNTIL, description="Today when not given.")]
Address = Annotated[str, Query(max_length=2_000, description="As it is written, of any time.")]
Lon = Annotated[float | None, Query(ge=-180, le=180, description="WGS 84, settles a commune that was split.")]
Lat = Annotated[float | None, Query(ge=-90, le=90)]


class AddressList(BaseModel):
    """Addresses to convert in one go."""

    model_config = ConfigDict(extra="forbid")

    addresses: Annotated[list[Annotated[str, Field(max_length=2_000)]], Field(min_length=1, max_length=MOST_ADDRESSES)]
    on: Annotated[date | None, Field(ge=_FROM, lt=_UNTIL)] = None


@router.get("/convert")
def convert_address(
    access: Annotated[Access, reading("convert.ask")],
    address: Address,
    on: Day = None,
    lon: Lon = None,
    lat: Lat = None,
) -> LineAnswer:
    """An address on a day: number and street stay, the units are replaced; choices where it is not certain."""
    day = on or today()
    position = _position(access, lon, lat)
    return answers.of_line(_line(access, address, day, position))


@router.post("/convert")
def convert_addresses(access: Annotated[Access, reading("convert.ask")], asked: AddressList) -> list[LineAnswer]:
    """Up to two hundred addresses, answered in their order."""
    day = asked.on or today()
    return [answers.of_line(_line(access, address, day, None)) for address in asked.addresses]


@router.get("/convert/units")
def convert_unit(
    access: Annotated[Access, reading("convert.ask")],
    code: Annotated[str, Query(pattern=r"^[0-9]{2}([0-9]|[0-9]{3})?$")],
    on: Day = None,
    known_on: Annotated[
        date | None, Query(ge=_FROM, lt=_UNTIL, description="A day on which the unit had that code; codes are reused.")
    ] = None,
    hamlet: Annotated[list[Annotated[str, Query(max_length=100)]] | None, Query(max_length=10)] = None,
    lon: Lon = None,
    lat: Lat = None,
) -> list[UnitConversion]:
    """What a unit is on a day, forwards or backwards. Several entries where the code had several forms."""
    day = on or today()
    gazetteer = gazetteer_of(access.connection)
    level: Literal["province", "district", "commune"] = (
        "province" if len(code) == 2 else "district" if len(code) == 3 else "commune"
    )
    forms = gazetteer.by_code(level, code, on=known_on)
    if not forms:
        raise UnknownUnit(code)
    position = _position(access, lon, lat)
    inside = communes_at(access.connection, *position, day) if position else None
    conversions = [convert(gazetteer, form, day, hamlets=hamlet or (), inside=inside) for form in forms]
    return [answers.of_conversion(with_area_ratios(access.connection, conversion)) for conversion in conversions]


@router.get("/reverse")
def what_lies_at(
    access: Annotated[Access, reading("reverse.ask")],
    lon: Annotated[float | None, Query(ge=-180, le=180, description="WGS 84 degrees.")] = None,
    lat: Annotated[float | None, Query(ge=-90, le=90)] = None,
    x: Annotated[float | None, Query(ge=-3e7, le=3e7, description="Easting in metres, with `crs`.")] = None,
    y: Annotated[float | None, Query(ge=-3e7, le=3e7, description="Northing in metres, with `crs`.")] = None,
    crs: Annotated[str | None, Query(max_length=40, description="EPSG code, such as 9210 (VN-2000 105-45).")] = None,
    on: Day = None,
    reach_m: Annotated[float, Query(gt=0, le=MOST_REACH_M, description="How far a door may be.")] = REACH_M,
) -> PlaceAnswer:
    """House, street, commune of the day, zone and plot at a point, each with its distance."""
    conn = access.connection
    metres = _metres(access, lon, lat, x, y, crs)
    place = reverse(conn, *metres, gazetteer_of(conn), on=on or today(), reach_m=reach_m)
    to_degrees = transformer(storage_srid(conn), WGS84)

    def to_lonlat(east: float, north: float) -> tuple[float, float]:
        degrees = to_degrees.transform(east, north)
        return float(degrees[0]), float(degrees[1])

    return answers.of_place(place, to_lonlat)


def _line(access: Access, address: str, day: date, position: tuple[float, float] | None) -> LineConversion:
    conn = access.connection
    gazetteer = gazetteer_of(conn)
    by_itself = locator(conn, day, today=today(), gazetteer=gazetteer)

    def locate(written: str, found: Reading) -> Collection[str] | None:
        return communes_at(conn, *position, day) if position else by_itself(written, found)

    return convert_line(address, gazetteer, day, today=today(), locate=locate)


def _position(access: Access, lon: float | None, lat: float | None) -> tuple[float, float] | None:
    if lon is None and lat is None:
        return None
    return _metres(access, lon, lat, None, None, None)


def _metres(
    access: Access, lon: float | None, lat: float | None, x: float | None, y: float | None, crs: str | None
) -> tuple[float, float]:
    """The one position given, in metres of the storage CRS. Raises `PositionRefused`, `UnknownCrs`."""
    if lon is not None and lat is not None and x is None and y is None and crs is None:
        return to_storage(access.connection, lon, lat)
    if x is not None and y is not None and crs is not None and lon is None and lat is None:
        return to_storage(access.connection, x, y, crs)
    raise PositionRefused("Give either lon and lat, or x and y with crs.", "Hãy ghi lon và lat, hoặc x và y kèm crs.")
