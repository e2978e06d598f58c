"""A whole address on another day: number, street and hamlet stay as written, the units behind them are replaced.

Both forms are given. What is not certain stays open: an ambiguous line has choices and no answer. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from addressing.search import convert_reasons as reasons
from addressing.search.convert import Answer, Conversion, convert
from addressing.search.elements import Reading, Reason, UnitName
from addressing.search.errors import AddressNotReadable, AddressTooLong
from addressing.search.parse import parse
from addressing.search.units import REFORM, Gazetteer, Unit, name_key

LineStatus = Literal["converted", "current", "likely", "ambiguous", "not_found"]
# converted: one answer; current: the address is already of that day; likely: several, but all inhabitants went to the
# first; ambiguous: several; not_found: no commune could be read

Locate = Callable[[str, Reading], Collection[str] | None]
# the codes of the communes that contain the place on the day asked for; None: position not known

SURE = 0.8  # a reading as confident as this is taken alone; otherwise all that are at least WORTH are looked at
WORTH = 0.1

_COUNTRY = re.compile(r"\b(việt\s*nam|viet\s*nam|vietnam|vn|city|province|district|ward|commune)\b\.?", re.IGNORECASE)
_EMPTY_BRACKETS = re.compile(r"[(\[]\s*(?:cũ|cu|trước đây|nay là|nay la|nay|[,;\s-])*\s*[)\]]", re.IGNORECASE)
_SEPARATORS = re.compile(r"\s*[,;]\s*(?:[,;-]\s*)*")
_EDGES = " \t,;-–."


@dataclass(frozen=True, slots=True)
class Choice:
    """One form that the address may have."""

    line: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class LineConversion:
    """One written address and what it is on the day asked for."""

    written: str
    on: date
    status: LineStatus
    head: str  # what stays: number, alley, street, zone, hamlet, as written
    line: str | None  # the address on the day; None unless one answer is certain
    line_before: str | None  # the address as it was read, written out in full; None where no unit was read
    choices: tuple[Choice, ...]  # every answer, the likeliest first
    confidence: float  # of the reading, 0-1
    reasons: tuple[Reason, ...]
    reading: Reading | None = None


def convert_line(
    text: str, gazetteer: Gazetteer, on: date, *, today: date, locate: Locate | None = None
) -> LineConversion:
    """The address `text` on a day. Unreadable text is a value (`not_found`), not an error.

    `today` decides which units a plain name means; `locate` is asked only where a split must be settled.
    """
    try:
        readings = parse(text, gazetteer, today=today)
    except (AddressNotReadable, AddressTooLong) as error:
        return _not_found(text, on, Reason(error.code, str(error), error.message_vi))
    return convert_readings(text, readings, gazetteer, on, locate=locate)


def convert_readings(
    text: str, readings: tuple[Reading, ...], gazetteer: Gazetteer, on: date, *, locate: Locate | None = None
) -> LineConversion:
    """The same for an address that is already read."""
    best = readings[0]
    considered = [best] if best.confidence >= SURE else [r for r in readings if r.confidence >= WORTH] or [best]
    found: list[tuple[Reading, Unit, Conversion]] = []
    if best.commune is None and best.confidence < SURE:
        considered = []  # a district alone is no more than a guess
    for reading in considered:
        for unit in units_read(gazetteer, reading):
            found.append((reading, unit, _converted(gazetteer, unit, text, reading, on, locate)))
    if not found:
        return _without_commune(text, best, gazetteer, on)
    return _line(text, found, gazetteer, on)


def units_read(gazetteer: Gazetteer, reading: Reading) -> tuple[Unit, ...]:
    """The forms that the commune of a reading can mean (the district, where no commune was read); newest form first."""
    name = reading.commune or reading.district
    if name is None:
        return ()
    if reading.commune is not None and reading.district is None and reading.province is not None:
        within = _of_province(gazetteer, reading.commune, reading.province)
        if within:
            return within
    forms = gazetteer.by_code(name.level, name.code) if name.code else gazetteer.find(name_key(name.full_name))
    level = [u for u in forms if u.level == name.level]
    named = [u for u in level if name_key(u.name) == name_key(name.name)]
    numbered = [u for u in level if name.name.isdigit()]  # Phường 4: the word for its kind is part of the name
    fitting = named or numbered
    fitting = [u for u in fitting if _fits(gazetteer, u, reading)] or fitting
    of_kind = [u for u in fitting if u.kind == name.kind] or fitting
    eras = [u for u in of_kind if name.era in (None, "mixed") or u.era == name.era] or of_kind
    newest: dict[tuple[str, str, str], Unit] = {}
    for unit in eras:  # the forms of one code and era lead to the same place: take the last
        newest[unit.code or unit.full_name, unit.era, unit.district_code or ""] = unit
    return tuple(newest.values())


def _of_province(gazetteer: Gazetteer, commune: UnitName, province: UnitName) -> tuple[Unit, ...]:
    """Communes of a name in a province, where no district tells them apart: all that it can mean.

    A form of today comes before earlier ones, since addresses without a district are of today; a province of the
    same time comes before one that the commune came to later.
    """
    of_name = [
        unit
        for unit in gazetteer.find(name_key(commune.full_name), level="commune")
        if unit.kind == commune.kind or not commune.kind
    ]
    inside = [unit for unit in of_name if unit.province_code == province.code]
    later = [
        unit
        for unit in of_name
        if any(change.new.province_code == province.code for change in gazetteer.successors(unit))
    ]
    for units in ([u for u in inside if u.valid_to is None], inside, later):
        if units:
            return tuple({(u.code, u.full_name, u.district_code): u for u in units}.values())
    return ()


def _fits(gazetteer: Gazetteer, unit: Unit, reading: Reading) -> bool:
    """Whether the units above are those that the reading names, as far as it names any of that time."""
    above = {parent.level: parent for parent in gazetteer.parents(unit)}
    for name in (reading.district, reading.province):
        parent = above.get(name.level) if name is not None else None
        if name is None or parent is None or name is reading.commune:
            continue
        if name.code is not None and name.code != parent.code and not _became(gazetteer, parent, name):
            return False
    return True


def _became(gazetteer: Gazetteer, unit: Unit, name: UnitName) -> bool:
    """An old commune may be written with the province of today."""
    return any(change.new.code == name.code for change in gazetteer.successors(unit))


def _converted(
    gazetteer: Gazetteer, unit: Unit, text: str, reading: Reading, on: date, locate: Locate | None
) -> Conversion:
    hamlets = [f"{hamlet.kind} {hamlet.name}".strip() for hamlet in reading.hamlets]
    hamlets += [hamlet.name for hamlet in reading.hamlets]
    conversion = convert(gazetteer, unit, on, hamlets=hamlets)
    if conversion.is_ambiguous and locate is not None:
        inside = locate(text, reading)
        if inside is not None:
            conversion = convert(gazetteer, unit, on, hamlets=hamlets, inside=inside)
    return conversion


def _line(text: str, found: list[tuple[Reading, Unit, Conversion]], gazetteer: Gazetteer, on: date) -> LineConversion:
    reading, unit, first = found[0]
    head = head_of(text, reading)
    choices = _choices(head, (conversion for _, _, conversion in found))
    certain = {id(c.chosen.unit) if c.chosen else None for _, _, c in found}
    notes = tuple(dict.fromkeys(note for _, _, conversion in found for note in conversion.reasons))
    if len(certain) == 1 and None not in certain:
        status: LineStatus = "current" if all(c.standing == "same" for _, _, c in found) else "converted"
        if status == "current" and reading.district is None:
            notes = (*notes, *_namesakes_before(gazetteer, unit))
    elif not choices:
        status = "not_found"
    else:
        alone = len(found) == 1
        status = "likely" if alone and first.standing == "likely" else "ambiguous"
        if not alone:
            notes = (reasons.several_readings(), *notes)
    return LineConversion(
        text, on, status, head, choices[0].line if status in ("current", "converted") else None,
        _joined(head, unit, gazetteer), choices, reading.confidence, notes, reading,
    )  # fmt: skip


def _namesakes_before(gazetteer: Gazetteer, unit: Unit) -> Iterator[Reason]:
    """Says so if, in the province of that code before the reform, another place had the name."""
    into = {id(change.old) for change in gazetteer.predecessors(unit) if change.part == "full"}
    for other in gazetteer.find(name_key(unit.full_name), level=unit.level, on=REFORM - timedelta(days=1)):
        if unit.level == "commune" and other.province_code == unit.province_code and id(other) not in into:
            yield reasons.namesake_before(other, gazetteer.parents(other))


def _choices(head: str, conversions: Iterable[Conversion]) -> tuple[Choice, ...]:
    seen: dict[int, Choice] = {}
    for conversion in conversions:
        for answer in conversion.answers:
            seen.setdefault(id(answer.unit), Choice(", ".join(filter(None, (head, answer.full_name))), answer))
    return tuple(seen.values())


def _joined(head: str, unit: Unit, gazetteer: Gazetteer) -> str:
    return ", ".join(filter(None, (head, *(u.full_name for u in (unit, *gazetteer.parents(unit))))))


def _without_commune(text: str, reading: Reading, gazetteer: Gazetteer, on: date) -> LineConversion:
    """Only a province was read, or nothing: the province is converted and offered, the line is not found."""
    notes: tuple[Reason, ...] = (reasons.no_commune(),)
    province = reading.province
    choices: tuple[Choice, ...] = ()
    head = head_of(text, reading)
    if province is not None and province.code:
        forms = [u for u in gazetteer.by_code("province", province.code) if name_key(u.name) == name_key(province.name)]
        if forms:
            choices = _choices(head, (convert(gazetteer, forms[-1], on),))
    return LineConversion(text, on, "not_found", head, None, None, choices, reading.confidence, notes, reading)


def _not_found(text: str, on: date, reason: Reason) -> LineConversion:
    return LineConversion(text, on, "not_found", text, None, None, (), 0.0, (reason,))


def head_of(text: str, reading: Reading) -> str:
    """What stands before the units, as written: the units, the country and the postcode are taken out."""
    rest = unicodedata.normalize("NFC", text)
    names = [reading.province, reading.district, reading.commune, *reading.former]
    for name in names:
        if name is not None and name.written:
            place = rest.rfind(name.written)
            if place < 0:
                place = rest.casefold().rfind(name.written.casefold())
            if place >= 0:
                rest = f"{rest[:place]},{rest[place + len(name.written) :]}"
    if reading.postcode:
        rest = re.sub(rf"\b{re.escape(reading.postcode)}\b\s*$|\b{re.escape(reading.postcode)}\b(?=\s*,)", ",", rest)
    rest = _EMPTY_BRACKETS.sub(",", rest)
    parts = [_without_country(part, place) for place, part in enumerate(_SEPARATORS.split(rest))]
    return ", ".join(part for part in (part.strip(_EDGES) for part in parts) if part)


def _without_country(part: str, place: int) -> str:
    """Drops `Việt Nam`, `City` and the like where they are all that is left of a part; never the first part."""
    return "" if place and not _COUNTRY.sub("", part).strip(_EDGES) else part
