"""Shapes of the answers about units of other days and about points."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

from addressing.search.convert import Answer, Conversion
from addressing.search.convert_lines import LineConversion
from addressing.search.elements import Reason
from addressing.search.reverse import Place
from addressing.search.units import Unit

ToLonLat = Callable[[float, float], tuple[float, float]]


class ReasonAnswer(BaseModel):
    """Why something is so."""

    code: str
    message: str
    message_vi: str


class UnitAnswer(BaseModel):
    """One form of a unit."""

    level: Literal["province", "district", "commune"]
    code: str | None = Field(description="Official code; null where it is not known.")
    kind: str
    name: str
    full_name: str
    valid_from: date | None = Field(description="Null: from before what is known.")
    valid_to: date | None = Field(description="First day on which it was no longer so; null: still so.")


class ConvertedUnit(BaseModel):
    """One answer of a conversion."""

    unit: UnitAnswer
    above: list[UnitAnswer]
    full_name: str = Field(description="With what is above it.")
    part: Literal["full", "partial"] = Field(description="Whether the whole of the older unit or a part.")
    people: Literal["all", "part", "none"] | None = Field(description="Of its inhabitants; null: not known.")
    population_ratio: float | None
    area_ratio: float | None
    usual: bool = Field(description="Default of the source among several; a habit, not evidence.")
    decided_by: Literal["hamlet", "position"] | None
    reasons: list[ReasonAnswer]


class UnitConversion(BaseModel):
    """A unit on another day: every answer, and the one only if it is certain."""

    unit: UnitAnswer
    on: date
    standing: Literal["same", "one", "settled", "likely", "ambiguous", "unknown"]
    is_ambiguous: bool
    chosen: UnitAnswer | None
    answers: list[ConvertedUnit]
    reasons: list[ReasonAnswer]


class LineChoice(BaseModel):
    """One form that an address may have."""

    line: str
    unit: ConvertedUnit


class LineAnswer(BaseModel):
    """An address on another day, in both forms."""

    written: str
    on: date
    status: Literal["converted", "current", "likely", "ambiguous", "not_found"]
    head: str = Field(description="What stays: number, street, hamlet, as written.")
    line: str | None = Field(description="The address on the day; null unless certain.")
    line_before: str | None = Field(description="The address as it was read, in full.")
    choices: list[LineChoice]
    confidence: float
    reasons: list[ReasonAnswer]


class HouseAnswer(BaseModel):
    """A numbered place near the point."""

    what: Literal["number", "found"] = Field(description="In the register; or found on the ground only.")
    number: str
    street: str | None
    place_id: str | None
    written: str | None
    distance_m: float
    lon: float
    lat: float


class StreetAnswer(BaseModel):
    """A street near the point."""

    code: str
    name: str
    kind: str
    distance_m: float


class AreaAnswer(BaseModel):
    """A zone or plot that contains the point."""

    code: str
    kind: str
    name: str


class PlaceAnswer(BaseModel):
    """What lies at a point on a day."""

    on: date
    x: float = Field(description="Metres, storage CRS.")
    y: float
    precision: Literal["house", "plot", "street", "zone", "unit", "none"]
    written: str | None
    houses: list[HouseAnswer]
    streets: list[StreetAnswer]
    units: list[UnitAnswer] = Field(description="Commune first.")
    by_conversion: UnitConversion | None = Field(
        description="The commune of a day before the borders on file, from the border of today."
    )
    zones: list[AreaAnswer]
    plots: list[AreaAnswer]


def of_unit(unit: Unit) -> UnitAnswer:
    """A unit as it leaves."""
    return UnitAnswer(
        level=unit.level, code=unit.code or None, kind=unit.kind, name=unit.name, full_name=unit.full_name,
        valid_from=unit.valid_from, valid_to=unit.valid_to,
    )  # fmt: skip


def of_conversion(conversion: Conversion) -> UnitConversion:
    """A conversion as it leaves."""
    chosen = conversion.chosen
    return UnitConversion(
        unit=of_unit(conversion.unit), on=conversion.on, standing=conversion.standing,
        is_ambiguous=conversion.is_ambiguous, chosen=of_unit(chosen.unit) if chosen else None,
        answers=[_of_answer(answer) for answer in conversion.answers], reasons=_reasons(conversion.reasons),
    )  # fmt: skip


def of_line(line: LineConversion) -> LineAnswer:
    """A converted address as it leaves."""
    return LineAnswer(
        written=line.written, on=line.on, status=line.status, head=line.head, line=line.line,
        line_before=line.line_before, confidence=round(line.confidence, 3), reasons=_reasons(line.reasons),
        choices=[LineChoice(line=choice.line, unit=_of_answer(choice.answer)) for choice in line.choices],
    )  # fmt: skip


def of_place(place: Place, to_lonlat: ToLonLat) -> PlaceAnswer:
    """A point as it leaves; `to_lonlat` turns metres of the storage CRS into WGS 84 degrees."""
    houses = []
    for house in place.houses:
        lon, lat = to_lonlat(house.x, house.y)
        houses.append(
            HouseAnswer(
                what=house.what, number=house.number, street=house.street, place_id=house.place_id,
                written=house.written, distance_m=round(house.distance_m, 2), lon=round(lon, 7), lat=round(lat, 7),
            )
        )  # fmt: skip
    return PlaceAnswer(
        on=place.on, x=round(place.x, 3), y=round(place.y, 3), precision=place.precision, written=place.written,
        houses=houses, units=[of_unit(unit) for unit in place.units],
        streets=[StreetAnswer(code=s.code, name=s.name, kind=s.kind, distance_m=round(s.distance_m, 2))
                 for s in place.streets],
        by_conversion=of_conversion(place.by_conversion) if place.by_conversion else None,
        zones=[AreaAnswer(code=zone.code, kind=zone.kind, name=zone.name) for zone in place.zones],
        plots=[AreaAnswer(code=plot.code, kind=plot.kind, name=plot.name) for plot in place.plots],
    )  # fmt: skip


def _of_answer(answer: Answer) -> ConvertedUnit:
    return ConvertedUnit(
        unit=of_unit(answer.unit), above=[of_unit(unit) for unit in answer.above], full_name=answer.full_name,
        part=answer.part, people=answer.people, population_ratio=answer.population_ratio,
        area_ratio=answer.area_ratio, usual=answer.usual, decided_by=answer.decided_by,
        reasons=_reasons(answer.reasons),
    )  # fmt: skip


def _reasons(reasons: tuple[Reason, ...]) -> list[ReasonAnswer]:
    return [ReasonAnswer(code=r.code, message=r.message, message_vi=r.message_vi) for r in reasons]
