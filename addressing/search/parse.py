"""Read an address: the elements it names, in every way that makes sense, the likeliest first. Pure.

Units are looked for first, from the right, in both eras at once; what stands in front of them is read
by the words that announce each element; words that announce nothing are judged by their company.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from addressing.search.asides import take_asides
from addressing.search.codes import Codes, take_codes
from addressing.search.elements import Reading, Reason, Street, UnitName
from addressing.search.errors import AddressNotReadable, AddressTooLong
from addressing.search.head import Head
from addressing.search.head_reader import read_head
from addressing.search.loose import settle
from addressing.search.normalise import Cleaned, clean, fold
from addressing.search.numbers import Order, orders, split_number
from addressing.search.readings import (
    MOST_READINGS,
    era_of,
    is_northern,
    named_units,
    quality,
    reason,
    shares_of_orders,
    shares_of_tails,
)
from addressing.search.tail import Tail, resolve
from addressing.search.unit_index import UnitIndex, index_of, join
from addressing.search.units import Gazetteer
from addressing.search.unknown_units import take_other_units, take_unknown_communes
from addressing.search.words import Words, words_of

LONGEST_ADDRESS = 1_000
"""Characters. The longest of a business register, with lots, parcels and two eras, has about 400."""


CLOSE = 0.2
"""From this share of the first reading's confidence, the second is named with the first."""
LEAST_SHARE = 0.04
"""A choice of units that weighs less is not worth a reading of its own."""


def parse(text: str, gazetteer: Gazetteer, *, today: date) -> tuple[Reading, ...]:
    """The readings of one written address, at most five, the likeliest first; never none.

    `today` decides which units are current. Raises `AddressNotReadable` for text without a letter or
    digit, and `AddressTooLong` for text longer than an address can be.
    """
    if len(text) > LONGEST_ADDRESS:
        raise AddressTooLong(len(text), LONGEST_ADDRESS)
    cleaned = clean(text)
    folded = fold(cleaned.text)
    if not any(letter.isalnum() for letter in folded):
        raise AddressNotReadable
    codes = take_codes(cleaned.text, folded)
    index = index_of(gazetteer)
    asides = take_asides(cleaned.text, codes.folded, lambda name: join(name) in index.exact)
    words = words_of(cleaned.text, asides.folded)
    tails = resolve(words, index, today)
    readings: list[Reading] = []
    for tail, share in zip(tails, shares_of_tails(tails), strict=True):
        if share >= LEAST_SHARE or tail is tails[0]:
            readings.extend(_readings(cleaned, codes, words, tail, share, index))
    if asides.former_number is not None:
        readings = [replace(reading, former_number=asides.former_number) for reading in readings]
    for spans, is_now in ((asides.now, True), (asides.once, False)):
        for start, end in spans:
            readings = _with_aside(readings, cleaned, asides_words(cleaned, start, end), index, today, is_now=is_now)
    return _ranked(readings)


def asides_words(cleaned: Cleaned, start: int, end: int) -> Words:
    """The words of a part of the text that speaks of another time."""
    part = cleaned.text[start:end]
    return words_of(part, fold(part))


def _readings(
    cleaned: Cleaned, codes: Codes, words: Words, tail: Tail, share: float, index: UnitIndex
) -> list[Reading]:
    """The readings with one choice of units: one for each order of the alleys."""
    others = take_other_units(words, tail, index, _without(words, tail))
    unknown = take_unknown_communes(words, tail, others.masked)
    head = read_head(cleaned.text, unknown.masked)
    kind = tail.commune[1].kind if tail.commune is not None else unknown.kind
    left = settle(head, is_rural=kind in ("xã", "thị trấn"), has_commune=bool(kind))
    named, reasons = named_units(tail, _written(words, tail))
    if unknown.commune is not None:
        named["commune"] = unknown.commune
    said = _of_head(head, codes) | {
        "commune": named.get("commune"),
        "district": named.get("district"),
        "province": named.get("province"),
        "former": others.former,
        "leftovers": (*left, *(str(street) for street in _streets_left(head))),
        "era": era_of(named.get("commune"), named.get("district"), named.get("province")),
    }
    reasons = [*_reasons(head, cleaned, unknown.commune), *reasons, *_closing(said)]
    worth = quality(reasons, said["leftovers"])
    ways = orders(head.way, is_northern=is_northern(tail))
    weights = shares_of_orders([way.doubt for way in ways])
    return [
        _finished(said, reasons, head, way, share * weight * worth) for way, weight in zip(ways, weights, strict=True)
    ]


def _streets_left(head: Head) -> list[Street]:
    """Streets beside the first; at a crossing they are where the place is."""
    return [] if any(element == "crossing" for element, _ in head.seen) else head.streets[1:]


def _written(words: Words, tail: Tail) -> dict[str, str]:
    return {
        named.unit.level: words.text[words.starts[hit.first] : words.ends[hit.last - 1]] for hit, named in tail.chosen
    }


def _without(words: Words, tail: Tail) -> str:
    masked = words.folded
    for hit, _ in tail.chosen:
        start, end = words.starts[hit.first], words.ends[hit.last - 1]
        masked = masked[:start] + ";" * (end - start) + masked[end:]
    return masked


def _of_head(head: Head, codes: Codes) -> dict[str, Any]:
    return {
        "lots": tuple(dict.fromkeys(head.lots)),
        "parcel": head.parcel,
        "map_sheet": head.map_sheet,
        "zone": head.zone,
        "km": head.km,
        "building": head.building,
        "floor": head.floor,
        "flat": head.flat,
        "street": head.streets[0] if head.streets else None,
        "hamlets": tuple(reversed(head.hamlets)),
        "postcode": codes.postcode,
        "plus_code": codes.plus_code,
        "coordinates": codes.coordinates,
        "place_id": codes.place_id,
        "name": head.name,
        "landmark": head.landmark,
    }


def _reasons(head: Head, cleaned: Cleaned, unknown: UnitName | None) -> list[Reason]:
    reasons: list[Reason] = []
    if cleaned.charset is not None:
        reasons.append(reason("old_font", name=cleaned.charset))
    if any(element == "date_or_house" for element, _ in head.seen) and head.streets:
        reasons.append(reason("date_street", name=head.streets[0].name))
    if unknown is not None:
        reasons.append(reason("unknown_unit", name=unknown.full_name))
    return reasons


def _closing(said: dict[str, Any]) -> list[Reason]:
    """What is to be said about the whole."""
    reasons: list[Reason] = []
    if said["era"] == "mixed":
        reasons.append(reason("mixed_eras"))
    elif said["era"] == "old":
        reasons.append(reason("old_units"))
    if said["leftovers"]:
        reasons.append(reason("left_over", name="; ".join(said["leftovers"])))
    if said["commune"] is None and said["district"] is None and said["province"] is None:
        reasons.append(reason("no_units"))
    return reasons


def _finished(said: dict[str, Any], reasons: list[Reason], head: Head, way: Order, confidence: float) -> Reading:
    number, suffix = split_number(way.house) if way.house is not None else (None, "")
    return Reading(
        number=number,
        suffix=suffix,
        range_end=head.way.last if number else None,
        alleys=way.alleys,
        confidence=confidence,
        reasons=(*reasons, reason(way.doubt)) if way.doubt else tuple(reasons),
        **said,
    )


def _with_aside(
    readings: list[Reading], cleaned: Cleaned, words: Words, index: UnitIndex, today: date, *, is_now: bool
) -> list[Reading]:
    """Readings with what the text says of now (it replaces) or of former times (it is kept beside)."""
    tail = resolve(words, index, today)[0]
    named, _ = named_units(tail, _written(words, tail))
    commune = named.get("commune") or take_unknown_communes(words, tail, words.folded).commune
    said = Reading(commune=commune, district=named.get("district"), province=named.get("province"))
    return [_renewed(reading, said) if is_now else _remembering(reading, said) for reading in readings]


def _renewed(reading: Reading, now: Reading) -> Reading:
    was = [unit for unit in (reading.commune, reading.district, reading.province) if unit is not None]
    keeps_district = now.commune is None and now.district is None and now.province is None
    renewed = replace(
        reading,
        commune=now.commune or reading.commune,
        district=reading.district if keeps_district else now.district,
        province=now.province or reading.province,
    )
    kept = {renewed.commune, renewed.district, renewed.province}
    return replace(
        renewed,
        former=(*reading.former, *(unit for unit in was if unit not in kept)),
        era=era_of(renewed.commune, renewed.district, renewed.province),
    )


def _remembering(reading: Reading, once: Reading) -> Reading:
    units = tuple(unit for unit in (once.commune, once.district, once.province) if unit is not None)
    if once.commune is not None and reading.commune is None:
        district = reading.district or once.district
        era = era_of(once.commune, district, reading.province)
        return replace(reading, commune=once.commune, district=district, era=era)
    return replace(reading, former=(*reading.former, *units))


def _ranked(readings: list[Reading]) -> tuple[Reading, ...]:
    """The likeliest first; of two that say the same, the likelier."""
    readings.sort(key=lambda reading: -reading.confidence)
    kept: list[Reading] = []
    for reading in readings:
        if not any(_says_the_same(reading, other) for other in kept):
            kept.append(reading)
    if len(kept) > 1 and kept[1].confidence >= CLOSE * kept[0].confidence:
        kept[0] = replace(kept[0], reasons=(*kept[0].reasons, reason("close_second", name=_in_words(kept[1]))))
    return tuple(kept[:MOST_READINGS])


def _in_words(one: Reading) -> str:
    """What tells a reading from others, in one line: the way inward, street and units."""
    units = [unit.full_name for unit in (one.commune, one.district, one.province) if unit is not None]
    return ", ".join([*(["/".join(one.path)] if one.path else []), *([str(one.street)] if one.street else []), *units])


def _says_the_same(one: Reading, other: Reading) -> bool:
    return (
        (one.number, one.suffix, one.alleys) == (other.number, other.suffix, other.alleys)
        and (one.commune, one.district, one.province) == (other.commune, other.district, other.province)
        and (one.street, one.hamlets, one.zone, one.name) == (other.street, other.hamlets, other.zone, other.name)
    )
