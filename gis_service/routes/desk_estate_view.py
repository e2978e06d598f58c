"""What the pages of estates show: the table of parts, and the same as data for the map beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from addressing.estate_facts import EstateOnRecord, PartOnRecord
from addressing.rules.estate_model import PartKind
from addressing.worklist import get_street
from gis_service.routes.desk_views import map_data
from layers.crs import WGS84, storage_srid, transformer
from maps import i18n

ENTRANCE = 0
"""Key of the entrance of the estate among the points of its map; parts have their ids."""


@dataclass(frozen=True, slots=True)
class Row:
    """One part in the table of an estate; flats stand beside their floor."""

    part: PartOnRecord
    depth: int
    at: int
    # id of the part at whose position the map shows it; ENTRANCE without any
    flats: tuple[PartOnRecord, ...] = ()

    @property
    def has_position(self) -> bool:
        """Whether it stands on the map itself."""
        return self.part.x is not None


def rows(estate: EstateOnRecord) -> list[Row]:
    """The parts from the outside in, without the flats."""
    flats: dict[int | None, list[PartOnRecord]] = {}
    for part in estate.parts:
        if part.facts.kind is PartKind.FLAT:
            flats.setdefault(part.parent_id, []).append(part)
    return [
        Row(part, len(estate.outward(part)), standing_at(estate, part), tuple(flats.get(part.id, ())))
        for part in estate.parts
        if part.facts.kind is not PartKind.FLAT
    ]


def estate_data(conn: Connection, lang: str, estate: EstateOnRecord) -> dict[str, Any]:
    """What the map of an estate reads: its street, its entrance and every part with a position of its own."""
    here = [part for part in estate.parts if part.x is not None]
    return map_data(conn, lang, get_street(conn, estate.street_id), _points(conn, lang, estate, here)) | {
        "chosen": None
    }


def part_data(conn: Connection, lang: str, estate: EstateOnRecord, part: PartOnRecord) -> dict[str, Any]:
    """The same, with the place of this part chosen: its own, else that of what it lies in, else the entrance."""
    return estate_data(conn, lang, estate) | {"chosen": standing_at(estate, part)}


def standing_at(estate: EstateOnRecord, part: PartOnRecord) -> int:
    """Id of the part on the map at which a part is shown; `ENTRANCE` where nothing around it has a position."""
    return next((one.id for one in (part, *estate.outward(part)) if one.x is not None), ENTRANCE)


def _points(conn: Connection, lang: str, estate: EstateOnRecord, parts: list[PartOnRecord]) -> list[dict[str, Any]]:
    to_degrees = transformer(storage_srid(conn), WGS84)

    def point(key: int, label: str, shown: str, x: float, y: float, kind: str) -> dict[str, Any]:
        lon, lat = to_degrees.transform(x, y)
        return {
            "id": key, "label": label, "before": shown, "kind": kind, "empty": kind == "none", "lon": lon, "lat": lat,
        }  # fmt: skip

    entrance = i18n.translate(lang, "estate.entrance")
    found = [point(ENTRANCE, entrance, entrance, estate.x, estate.y, "elsewhere")]
    for part in parts:
        assert part.x is not None
        assert part.y is not None  # the caller leaves out what has no position
        name = part.facts.name
        found.append(point(part.id, part.facts.label, name or part.facts.label, part.x, part.y,
                           "in_force" if name else "none"))  # fmt: skip
    return found
