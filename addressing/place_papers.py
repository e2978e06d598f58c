"""Places with their numbers as certificates and plates need them, gathered from the register. Staff only."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection, select

from addressing import addresses, part_papers, policies_on_record
from addressing.certificates import require_certified_kind
from addressing.deciding import today
from addressing.documents.facts import Area, NumberedPlace, Paper
from addressing.errors import AddressingError, StepNotPossible
from addressing.identifiers import OFFICIAL_CODES, PlaceId
from addressing.paper_facts import area_of
from addressing.place_sheet import NumberOfPlace, PlaceSheet, read, read_many
from addressing.plate_production import ProductionLine
from addressing.plates import plate_kind
from addressing.register import house_numbers, official_codes
from addressing.register_tables import number_certificates, plates
from addressing.rules.numbers import HouseNumber
from addressing.rules.plates import (
    LIKE_STREET,
    PlateKind,
    PlateSize,
    SizeFound,
    a_house_plate_bears_number_and_way,
    a_plate_without_a_size_is_asked_about,
)
from addressing.rules.policy import Policy
from addressing.rules.questions import Inquiry

Link = Callable[[str], str]
"""From a place id to the address of its public page."""


class NoNumberInForce(AddressingError):
    """A certificate or plate for a place that has no number today."""

    code = "no_number_in_force"

    def __init__(self, place_id: str) -> None:
        self.place_id = place_id
        super().__init__(
            f"Place {place_id} has no house number in force.", f"Địa điểm {place_id} hiện không có số nhà."
        )


def numbered_place(
    conn: Connection, place_id: PlaceId, link: Link, *, is_demo: bool, draft: bool = False
) -> NumberedPlace:
    """A place with its number in force. With `draft` a plate of unknown size is drawn like a street plate.

    Raises `NotFound`, `NoNumberInForce`, and `StepNotPossible` while its alley has no name.
    """
    key = str(place_id)
    part_name = part_papers.name_of_place(conn, key)
    if part_name is not None:
        made = part_papers.named_parts(conn, [part_name], link, is_demo=is_demo, draft=draft)[part_name]
    else:
        made = _numbered_house(conn, place_id, link, is_demo=is_demo, draft=draft)
    certified = certificates_of(conn, [key]).get(key)
    made = replace(made, official_codes=_codes(conn, key))
    if certified is None:
        return made
    return replace(made, serial=certified.code, certified_on=certified.issued_on, written=certified.written)


def certified_place(conn: Connection, place_id: PlaceId, link: Link, *, is_demo: bool) -> NumberedPlace:
    """The same for its certificate. Raises `StepNotPossible` for a group, stair or floor too."""
    made = numbered_place(conn, place_id, link, is_demo=is_demo)
    if made.is_part:
        require_certified_kind(made.kind.value, made.number)
    return made


def _numbered_house(
    conn: Connection, place_id: PlaceId, link: Link, *, is_demo: bool, draft: bool
) -> NumberedPlace:  # fmt: skip
    sheet = read(conn, place_id, today())
    if not sheet.present:
        raise NoNumberInForce(str(place_id))
    number = sheet.present[0]
    made = _numbered(sheet, number, _street(conn, number.street_id, draft=draft), link, is_demo=is_demo)
    return replace(made, plate_code=plate_codes(conn, [sheet.id]).get((sheet.id, number.number)))


def numbered_places(
    conn: Connection, street_id: int, link: Link, *, is_demo: bool, draft: bool = False
) -> list[NumberedPlace]:
    """The places of a street whose number is in force today, along the street. `draft` as above."""
    ids = conn.execute(
        select(house_numbers.c.place_id)
        .where(
            house_numbers.c.street_id == street_id,
            house_numbers.c.status == "in_force",
            house_numbers.c.valid_to.is_(None),
        )
        .order_by(house_numbers.c.number, house_numbers.c.suffix)
    ).scalars().all()  # fmt: skip
    if not ids:
        return []
    street, codes = _street(conn, street_id, draft=draft), plate_codes(conn, ids)
    found = []
    sheets = read_many(conn, ids, today())
    for sheet in (sheets[place_id] for place_id in ids):
        here = [one for one in sheet.present if one.street_id == street_id]
        found += [
            replace(_numbered(sheet, one, street, link, is_demo=is_demo), plate_code=codes.get((sheet.id, one.number)))
            for one in here[:1]
        ]
    return found


def ordered_places(
    conn: Connection, lines: Sequence[ProductionLine], link: Link, *, is_demo: bool, draft: bool = False
) -> list[NumberedPlace]:
    """The places of ordered plates, in their order, each with the size that was ordered.

    One that was ordered without a size gets what a decision has set since then. `draft` as above.
    """
    streets: dict[int, _StreetNow] = {}
    found = []
    of_parts = [line.part_name_id for line in lines if line.part_name_id is not None]
    parts = part_papers.named_parts(conn, of_parts, link, is_demo=is_demo, draft=draft)
    sheets = read_many(conn, [line.place_id for line in lines if line.part_name_id is None], today())
    for line in lines:
        if line.part_name_id is not None:
            made = parts[line.part_name_id]
        else:
            made = _house_of(conn, line, sheets[line.place_id], streets, link, is_demo=is_demo, draft=draft)
        if line.width_mm is not None and line.height_mm is not None:
            size = PlateSize(line.width_mm, line.height_mm)
            same = made.plate_size is not None and made.plate_size.size == size
            made = replace(made, plate_size=made.plate_size if same else SizeFound(size, "", "order"))
        found.append(replace(made, plate_code=line.code))
    return found


def _house_of(
    conn: Connection, line: ProductionLine, sheet: PlaceSheet, streets: dict[int, _StreetNow], link: Link, *,
    is_demo: bool, draft: bool,
) -> NumberedPlace:  # fmt: skip
    numbers = [*sheet.present, *sheet.previous]
    number = next(one for one in numbers if one.number == line.plate_text and one.street_id == line.street_id)
    if line.street_id not in streets:
        streets[line.street_id] = _street(conn, line.street_id, draft=draft)
    return _numbered(sheet, number, streets[line.street_id], link, is_demo=is_demo)


@dataclass(frozen=True, slots=True)
class _StreetNow:
    """What the plates of one street share."""

    area: Area
    way: tuple[str, ...]
    kind: PlateKind
    policy: Policy
    answers: Mapping[str, str]

    def size_of(self, number: str) -> SizeFound | None:
        """The size of the plate of this number; None while nobody has said."""
        return a_plate_without_a_size_is_asked_about(self.kind, number, self.policy, Inquiry(self.answers))


def _street(conn: Connection, street_id: int, *, draft: bool) -> _StreetNow:
    way = addresses.way_to(conn, street_id, today())
    if way is None:
        raise StepNotPossible(
            "street", "đường", street_id, "draw plates", "an alley on the way has no name yet", "ngõ chưa có tên"
        )
    kind = plate_kind(conn, street_id)
    answers = {f"plate_size:{kind.value}": LIKE_STREET} if draft else {}
    policy = policies_on_record.policy_for_street(conn, street_id, today())
    return _StreetNow(area_of(conn, street_id, today()), way, kind, policy, answers)


def _numbered(
    sheet: PlaceSheet, number: NumberOfPlace, street: _StreetNow, link: Link, *, is_demo: bool
) -> NumberedPlace:
    words = a_house_plate_bears_number_and_way(
        HouseNumber.parse(number.number), street.way or (number.street_name,), street.area.commune, street.policy
    )
    return NumberedPlace(
        place_id=sheet.id,
        number=number.number,
        street_name=number.street_name,
        area=street.area,
        paper=Paper(number.decision_number, number.decided_on, number.issuing_body or ""),
        valid_from=number.valid_from,
        x=sheet.x,
        y=sheet.y,
        srid=sheet.srid,
        link=link(sheet.id),
        is_demo=is_demo,
        written=sheet.address("vi"),
        way=street.way,
        kind=street.kind,
        plate_size=street.size_of(number.number),
        words=words,
    )


def _codes(conn: Connection, place_id: str) -> tuple[tuple[str, str], ...]:
    rows = conn.execute(
        select(official_codes.c.kind, official_codes.c.code)
        .where(official_codes.c.place_id == place_id)
        .order_by(official_codes.c.kind)
    )
    return tuple((_capital(OFFICIAL_CODES[row.kind].name_vi), row.code) for row in rows)


@dataclass(frozen=True, slots=True)
class Certified:
    """A valid certificate, as papers name it."""

    code: str
    issued_on: date
    written: str
    # the address as certified


def certificates_of(conn: Connection, place_ids: Collection[str]) -> dict[str, Certified]:
    """The valid certificate of each place that has one."""
    rows = conn.execute(
        select(
            number_certificates.c.place_id, number_certificates.c.code, number_certificates.c.issued_on,
            number_certificates.c.written,
        )
        .where(number_certificates.c.place_id.in_(place_ids), number_certificates.c.withdrawn_on.is_(None))
        .order_by(number_certificates.c.id)
    )  # fmt: skip
    return {row.place_id: Certified(row.code, row.issued_on, row.written) for row in rows}


def plate_codes(conn: Connection, place_ids: Collection[str]) -> dict[tuple[str, str], str]:
    """Place and number -> code of its latest plate that was not withdrawn."""
    rows = conn.execute(
        select(plates.c.place_id, plates.c.plate_text, plates.c.code)
        .where(plates.c.place_id.in_(place_ids), plates.c.status != "withdrawn")
        .order_by(plates.c.id)
    )
    return {(row.place_id, row.plate_text): row.code for row in rows}


def number_in_force(conn: Connection, place_id: PlaceId, street_id: int | None = None) -> int:
    """Id of the number that a place has today, on this street where one is named. Raises `NoNumberInForce`."""
    query = select(house_numbers.c.id).where(
        house_numbers.c.place_id == str(place_id),
        house_numbers.c.status == "in_force",
        house_numbers.c.valid_to.is_(None),
    )
    if street_id is not None:
        query = query.where(house_numbers.c.street_id == street_id)
    found: int | None = conn.execute(query.order_by(house_numbers.c.id)).scalar()
    if found is None:
        raise NoNumberInForce(str(place_id))
    return found


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
