"""The list of plates that goes to the workshop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from addressing import areas
from addressing.estate_tables import estates, part_names
from addressing.plates import kind_on
from addressing.register import house_numbers
from addressing.register_tables import plates
from layers.streets import streets


@dataclass(frozen=True, slots=True)
class ProductionLine:
    """One line of the list that goes to the workshop."""

    id: int
    code: str
    kind: str
    # street_house, alley_house, group, building, stair, floor or flat
    plate_text: str
    street_id: int
    street_name: str
    # of a part of an estate with the name of the estate before it
    width_mm: int | None
    height_mm: int | None
    request: str
    ordered_on: date
    place_id: str
    part_name_id: int | None
    # of a part of an estate
    qr: str
    # the web address that its QR code holds
    version: int


def production_list(conn: Connection, public_url: str, by: str, *, status: str = "ordered") -> list[ProductionLine]:
    """Plates to make, by street and number, within the areas of the asker; those of estates by their names."""
    shared = (
        plates.c.id, plates.c.code, plates.c.plate_text, streets.c.id.label("street_id"), plates.c.width_mm,
        plates.c.height_mm, plates.c.request, plates.c.ordered_on, plates.c.place_id, plates.c.part_name_id,
        plates.c.version,
    )  # fmt: skip
    of_houses = (
        select(*shared, streets.c.name.label("street_name"), streets.c.kind.label("street_kind"))
        .join(house_numbers, house_numbers.c.id == plates.c.house_number_id)
        .join(streets, streets.c.id == house_numbers.c.street_id)
        .order_by(streets.c.name, house_numbers.c.number, house_numbers.c.suffix)
    )
    of_parts = (
        select(*shared, (estates.c.name + ", " + streets.c.name).label("street_name"), part_names.c.kind)
        .join(part_names, part_names.c.id == plates.c.part_name_id)
        .join(estates, estates.c.id == part_names.c.estate_id)
        .join(streets, streets.c.id == estates.c.street_id)
        .order_by(estates.c.name, plates.c.id)
    )
    found: list[ProductionLine] = []
    for query in (of_houses, of_parts):
        query = query.where(plates.c.status == status)
        query = areas.limit(conn, by, query, commune_code=streets.c.commune_code, zone_id=streets.c.zone_id)
        for row in conn.execute(query).mappings():
            values = {name: row[name] for name in ProductionLine.__slots__ if name in row}
            kind = row["kind"] if "kind" in row else kind_on(row["street_kind"]).value
            found.append(ProductionLine(**{**values, "kind": kind, "qr": place_link(public_url, row["place_id"])}))
    return found


def place_link(public_url: str, place_id: str) -> str:
    """The web address of a place, as its QR code holds it."""
    return f"{public_url.rstrip('/')}/p/{place_id}"
