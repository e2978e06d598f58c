"""Plates drawn from typed words, for groups, buildings, stairs, floors and flats not yet entered; signs of alleys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from addressing import addresses, policies_on_record
from addressing.deciding import today
from addressing.documents.plates import Plate, source_of
from addressing.errors import PlateSizeOpen, PlateWordsRefused, StepNotPossible
from addressing.plates import plate_kind
from addressing.rules.groups import DEPARTMENT
from addressing.rules.plates import (
    KIND_VI,
    LIKE_STREET,
    PlateKind,
    Wording,
    a_building_plate_bears_its_name,
    a_flat_plate_bears_block_floor_and_flat,
    a_floor_plate_bears_its_floor,
    a_group_plate_bears_its_letter,
    a_plate_without_a_size_is_asked_about,
    a_stair_plate_bears_its_number,
    an_alley_sign_names_the_alley_and_its_street,
)
from addressing.rules.policy import Policy
from addressing.rules.questions import COMMUNE, Inquiry


@dataclass(frozen=True, slots=True)
class Words:
    """What was typed for a plate; each kind reads its own part."""

    group: str = ""
    ordinal: int = 1
    street: str = ""
    # initials of the street, for the longer name of a building: BL
    block: str = ""
    stair: str = ""
    floor: str = ""
    flat: int = 1
    area: str = "*"
    # whose sizes hold: *, commune:10891 or zone:12
    draft: bool = False
    # draw a plate of unknown size like a street plate


def plate(conn: Connection, kind: str, words: Words, *, on: date, is_demo: bool) -> Plate:
    """The plate of a group, building, stair, floor or flat.

    Raises `PlateWordsRefused` for what cannot stand on it, `PlateSizeOpen` while nobody has said how large it is.
    """
    sort = PlateKind(kind)
    policy = policies_on_record.policy_for_area(conn, words.area, on)
    return _sized(sort, wording(sort, words, policy), policy, draft=words.draft, is_demo=is_demo)


def alley_sign(conn: Connection, street_id: int, *, draft: bool, is_demo: bool) -> Plate:
    """The sign of an alley. Raises `NotFound`, `StepNotPossible` for a street and for an alley without a name."""
    way = addresses.way_to(conn, street_id, today())
    if plate_kind(conn, street_id) is not PlateKind.ALLEY_HOUSE or way is None or len(way) < 2:
        raise StepNotPossible(
            "street", "đường", street_id, "draw an alley sign", "it is no alley with a name", "không phải ngõ có tên"
        )
    words = an_alley_sign_names_the_alley_and_its_street(way[0], ", ".join(way[1:]))
    policy = policies_on_record.policy_for_street(conn, street_id, today())
    return _sized(PlateKind.ALLEY_SIGN, words, policy, draft=draft, is_demo=is_demo)


def wording(kind: PlateKind, words: Words, policy: Policy) -> Wording:
    """What stands on the plate. Raises `PlateWordsRefused`."""
    group = words.group.strip().upper()
    try:
        if kind is PlateKind.GROUP:
            return a_group_plate_bears_its_letter(group, policy)
        if kind is PlateKind.BUILDING:
            return a_building_plate_bears_its_name(group, words.ordinal, words.street.strip().upper() or None)
        if kind is PlateKind.STAIR:
            return a_stair_plate_bears_its_number(words.stair, policy)
        if kind is PlateKind.FLOOR:
            return a_floor_plate_bears_its_floor(words.floor, policy)
        return a_flat_plate_bears_block_floor_and_flat(words.block.upper(), words.floor, words.flat)
    except ValueError as error:
        raise PlateWordsRefused(str(error), f"Không ghi được như vậy trên {KIND_VI[kind]}.") from error


def _sized(kind: PlateKind, words: Wording, policy: Policy, *, draft: bool, is_demo: bool) -> Plate:
    answers = {f"plate_size:{kind.value}": LIKE_STREET} if draft else {}
    found = a_plate_without_a_size_is_asked_about(kind, words.main, policy, Inquiry(answers))
    if found is None:
        who = DEPARTMENT if kind in (PlateKind.GROUP, PlateKind.BUILDING) else COMMUNE
        raise PlateSizeOpen([words.main], [KIND_VI[kind]], who)
    return Plate(kind, words, found.size, source_of(found), is_demo)
