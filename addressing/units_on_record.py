"""In which commune and province a place lies on a day, by its position; and what a merger does to addresses."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True)
class Unit:
    """An administrative unit as addresses name it."""

    code: str
    full_name: str
    name_en: str | None


_UNITS_OF_PLACES = """
    SELECT p.id AS place_id, u.level, u.code, u.full_name, u.name_en
    FROM gis.places p
    LEFT JOIN gis.entrances e ON e.id = p.entrance_id
    LEFT JOIN LATERAL (SELECT t.street_id FROM gis.part_names n JOIN gis.estates t ON t.id = n.estate_id
                       WHERE n.place_id = p.id LIMIT 1) estate ON p.entrance_id IS NULL
    LEFT JOIN gis.streets s ON s.id = coalesce(e.street_id, estate.street_id)
    CROSS JOIN LATERAL (
        SELECT c.code, c.parent_code, c.full_name, c.name_en, c.level
        FROM gis.administrative_units c
        WHERE c.level = 'commune' AND c.valid_from <= :on AND (c.valid_to IS NULL OR c.valid_to > :on)
          AND (ST_Covers(c.geom, p.geom) OR c.code = gis.commune_of_street(s.id, :on, p.geom))
        ORDER BY coalesce(ST_Covers(c.geom, p.geom), false) DESC LIMIT 1
    ) commune
    JOIN gis.administrative_units u
      ON u.valid_from <= :on AND (u.valid_to IS NULL OR u.valid_to > :on)
     AND (u.level = 'commune' AND u.code = commune.code
          OR u.level IN ('district', 'province') AND u.code = commune.parent_code
          OR u.level = 'province' AND u.code = (
              SELECT d.parent_code FROM gis.administrative_units d
              WHERE d.level = 'district' AND d.code = commune.parent_code
                AND d.valid_from <= :on AND (d.valid_to IS NULL OR d.valid_to > :on) LIMIT 1))
    WHERE p.id = ANY(:places)
    ORDER BY p.id, array_position(ARRAY['commune', 'district', 'province'], u.level)
"""


def units_of_places(conn: Connection, place_ids: Collection[str], on: date) -> dict[str, tuple[Unit, ...]]:
    """Commune, district where there was one, and province of each place on a day, the commune first.

    The border decides; without one what became of the commune of the street by that day. A place in no known
    commune is left out.
    """
    found: dict[str, list[Unit]] = {}
    rows = conn.execute(text(_UNITS_OF_PLACES), {"places": sorted(place_ids), "on": on})
    for row in rows:
        found.setdefault(row.place_id, []).append(Unit(row.code, row.full_name, row.name_en))
    return {place_id: tuple(units) for place_id, units in found.items()}


def communes_on(conn: Connection, on: date) -> list[tuple[str, str]]:
    """Code and full name of every commune of a day, by name. Whoever may read places may ask."""
    rows = conn.execute(
        text(
            "SELECT code, full_name FROM administrative_units WHERE level = 'commune' AND valid_from <= :on"
            " AND (valid_to IS NULL OR valid_to > :on) ORDER BY full_name, code"
        ),
        {"on": on},
    )
    return [(row.code, row.full_name) for row in rows]
