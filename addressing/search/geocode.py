"""From a written address to a position, with the precision said: entrance, plot, interpolated, street, unit.

Every reading of the address is asked of the index, the likeliest first. What an address names and the index
does not have (its commune, say) is left out step by step and told in the reasons; a number never is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from addressing.errors import InvalidIdentifier
from addressing.identifiers import PlaceId
from addressing.search.answers import Found, Match, Neighbour, Precision
from addressing.search.elements import Reading, Reason, UnitName
from addressing.search.named import Near, answer_to
from addressing.search.normalise import key
from addressing.search.parse import parse
from addressing.search.parts import find_parts
from addressing.search.pinpoint import position_of
from addressing.search.question import Question, road_key
from addressing.search.units import Gazetteer
from addressing.search.units_on_file import gazetteer_of

_ORDER: dict[str, int] = {
    "entrance": 0, "point": 0, "plot": 1, "estate": 2, "interpolated": 2, "street": 3, "zone": 4, "unit": 5,
}  # fmt: skip
_TRUST: dict[Match, float] = {"exact": 1.0, "beginning": 0.9, "misspelt": 0.8, "partial": 0.5}
_READINGS = 3


@dataclass(frozen=True, slots=True)
class Located:
    """One position that the address may mean, best first."""

    title: str
    context: str
    precision: Precision
    x: float
    # metres, storage CRS
    y: float
    confidence: float
    # 0 to 1: of the reading, less what had to be left out or corrected
    kind: str
    object_id: int | None
    reading: Reading | None
    code: str | None = None
    place_id: str | None = None
    entrance_id: int | None = None
    unknown_number: str | None = None
    # the number asked for, which nobody has: the position is between its neighbours
    nearest: tuple[Neighbour, ...] = ()
    former: bool = False
    reasons: tuple[Reason, ...] = ()


def geocode(
    conn: Connection,
    address: str,
    *,
    today: date,
    gazetteer: Gazetteer | None = None,
    near: Near | None = None,
    limit: int = 5,
) -> tuple[Located, ...]:
    """Where the address is, best first; nothing found is empty.

    Also reads coordinates (WGS 84, VN-2000), Open Location Codes and our place ids. `gazetteer` None
    takes that of this database. Raises `AddressNotReadable`, `AddressTooLong`.
    """
    readings = parse(address, gazetteer or gazetteer_of(conn), today=today)
    inside = find_parts(conn, address, near=near, limit=limit)
    if inside is not None:  # exactly the part that is written, or the estate that has none so called
        equals = len(_equals(list(inside.results)))
        return tuple(_located(one, readings[0], 1.0, (), 1 / equals) for one in inside.results)
    found: list[Located] = []
    for reading in readings[:_READINGS]:
        found += _direct(conn, reading) or _by_index(conn, address, reading, near)
    return tuple(_ranked(found)[:limit])


def _direct(conn: Connection, reading: Reading) -> list[Located]:
    """What the text says itself: a place id, coordinates, a plus code."""
    if reading.place_id is not None and (place := _place(conn, reading)):
        return [place]
    point = position_of(conn, reading)
    if point is None:
        return []
    title = reading.plus_code or f"{point[0]:.2f}, {point[1]:.2f}"
    return [Located(title, "", "point", *point, reading.confidence, "point", None, reading)]


def _place(conn: Connection, reading: Reading) -> Located | None:
    try:
        place_id = str(PlaceId.parse(reading.place_id or ""))
    except InvalidIdentifier:
        return None
    row = conn.execute(
        text("SELECT id, ST_X(geom) AS x, ST_Y(geom) AS y FROM places WHERE id = :id"), {"id": place_id}
    ).first()
    if row is None:
        return None
    return Located(place_id, "", "entrance", row.x, row.y, reading.confidence, "place", None, reading, place_id=row.id)


def _by_index(conn: Connection, address: str, reading: Reading, near: Near | None) -> list[Located]:
    units = _unit_words(reading)
    for kinds, core, without in _targets(reading):
        for words, share, reason in _with_less_and_less(core, units):
            question = Question(
                address[:300], words, (), _numbers(reading) if "street" in kinds else (), (), False, False
            )
            answer = answer_to(conn, question, kinds=kinds, near=near)
            reached = [one for one in answer.results if one.x is not None]
            if reached:
                reasons = tuple(one for one in (_left_out([without]) if without else None, reason) if one)
                share *= 0.5 if without else 1.0
                return [_located(one, reading, share, reasons, 1 / len(_equals(reached))) for one in reached]
    return []


def _targets(reading: Reading) -> list[tuple[set[str], tuple[str, ...], str]]:
    """What the address aims at, the most precise first: kinds, words of the name, and the zone left out of them."""
    zone = tuple(key(reading.zone.name).split()) if reading.zone else ()
    zone_name = f"{reading.zone.kind} {reading.zone.name}" if reading.zone else ""
    street = road_key(reading.street.kind, reading.street.name) if reading.street else ()
    targets: list[tuple[set[str], tuple[str, ...], str]] = []
    if street and (reading.house or not reading.lots):
        targets.append(({"street", "door"}, (*street, *zone), ""))
    if zone:
        targets += [({"plot"}, (key(lot).replace(" ", ""), *zone), "") for lot in reading.lots]
    if street and reading.lots:
        targets.append(({"street", "door"}, (*street, *zone), ""))
    if zone:
        targets.append(({"zone"}, zone, ""))
        if street:
            targets.append(({"street", "door"}, street, zone_name))
    if reading.commune is not None:
        targets.append(({"unit"}, tuple(key(reading.commune.name).split()), ""))
    elif reading.province is not None and not targets:
        targets.append(({"unit"}, tuple(key(reading.province.name).split()), ""))
    return targets


def _numbers(reading: Reading) -> tuple[str, ...]:
    path = [part.replace(" ", "").lower() for part in reading.path]
    if not path or not reading.house:
        return ()
    whole = "/".join(path)
    return (whole, whole.partition("-")[0]) if "-" in whole else (whole,)


def _unit_words(reading: Reading) -> list[tuple[UnitName, tuple[str, ...]]]:
    units = [unit for unit in (reading.commune, reading.district, reading.province) if unit is not None]
    return [(unit, tuple(key(unit.name).split())) for unit in units]


def _with_less_and_less(
    core: tuple[str, ...], units: list[tuple[UnitName, tuple[str, ...]]]
) -> list[tuple[tuple[str, ...], float, Reason | None]]:
    """The words of the name with all units, then without the district, without the commune, alone."""
    steps: list[tuple[tuple[str, ...], float, Reason | None]] = []
    for left_out, share in (((), 1.0), (("district",), 0.9), (("commune", "district"), 0.5), (None, 0.3)):
        kept = [] if left_out is None else [words for unit, words in units if unit.level not in left_out]
        all_words = tuple(dict.fromkeys([*core, *(word for words in kept for word in words)]))
        if steps and all_words == steps[-1][0]:
            continue
        gone = [unit.full_name for unit, words in units if words not in kept]
        steps.append((all_words, share, _left_out(gone) if gone else None))
    return steps


def _left_out(names: list[str]) -> Reason:
    joined = ", ".join(names)
    return Reason(
        "unit_left_out", f"Nothing of that name is known in {joined}; found elsewhere.",
        f"Không có tên này ở {joined}; tìm thấy ở nơi khác.",
    )  # fmt: skip


def _equals(found: list[Found]) -> list[Found]:
    """The answers that nothing tells from the best one: namesakes in several communes."""
    return [one for one in found if found[0].score - one.score < 0.01 and one.kind == found[0].kind]


def _located(one: Found, reading: Reading, share: float, reasons: tuple[Reason, ...], only: float) -> Located:
    confidence = reading.confidence * share * _TRUST[one.match] * only
    if one.unknown_number:
        reasons = (*reasons, _number_unknown(one))
        confidence *= 0.6
    assert one.x is not None
    assert one.y is not None  # the caller leaves out what has no position
    return Located(
        one.title, one.context, one.precision or "point", one.x, one.y, round(confidence, 3), one.kind, one.object_id,
        reading, one.code, one.place_id, one.entrance_id, one.unknown_number, one.nearest, one.former, reasons,
    )  # fmt: skip


def _number_unknown(one: Found) -> Reason:
    known = " / ".join(neighbour.shown for neighbour in one.nearest)
    near, near_vi = (f" Nearest known: {known}.", f" Số gần nhất đã biết: {known}.") if known else ("", "")
    if one.kind == "estate":
        return Reason(
            "part_unknown", f"There is no {one.unknown_number} in {one.title}.",
            f"Không có {one.unknown_number} trong {one.title}.",
        )  # fmt: skip
    return Reason(
        "number_unknown", f"Nobody has number {one.unknown_number} on {one.title}.{near}",
        f"Không có số {one.unknown_number} trên {one.title}.{near_vi}",
    )  # fmt: skip


def _ranked(found: list[Located]) -> list[Located]:
    best: dict[Any, Located] = {}
    for one in sorted(found, key=lambda one: (-one.confidence, _ORDER[one.precision])):
        best.setdefault((one.kind, one.object_id, one.entrance_id, one.unknown_number), replace(one))
    return list(best.values())
