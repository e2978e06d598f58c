"""How much of the land of an older unit went where, measured between borders on file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import Connection, text

from addressing.search.convert import Answer, Conversion
from addressing.search.units import REFORM, Unit

_MEASURED = text(
    "SELECT ST_Area(ST_Intersection(o.geom, n.geom)) / NULLIF(ST_Area(o.geom), 0) AS ratio"
    " FROM administrative_units o, administrative_units n"
    " WHERE o.level = :level AND o.code = :old AND o.geom IS NOT NULL AND o.valid_from <= :old_day"
    " AND (o.valid_to IS NULL OR o.valid_to > :old_day)"
    " AND n.level = :level AND n.code = :new AND n.geom IS NOT NULL AND n.valid_from <= :new_day"
    " AND (n.valid_to IS NULL OR n.valid_to > :new_day)"
)
_SLIVER = 0.001  # borders of two sources never meet exactly


def with_area_ratios(conn: Connection, conversion: Conversion) -> Conversion:
    """The conversion with `area_ratio` measured where a source gives none and both borders are on file.

    The ratio is of the land of the older unit, 0 to 1. The order of the answers and what is chosen stay as they are.
    """
    forwards = conversion.unit.valid_to is not None and conversion.unit.valid_to <= conversion.on
    answers = tuple(_measured(conn, conversion, answer, forwards=forwards) for answer in conversion.answers)
    return replace(conversion, answers=answers)


def _measured(conn: Connection, conversion: Conversion, answer: Answer, *, forwards: bool) -> Answer:
    if answer.area_ratio is not None or answer.unit.level != conversion.unit.level:
        return answer
    older, younger = (conversion.unit, answer.unit) if forwards else (answer.unit, conversion.unit)
    young_day = conversion.on if forwards else _a_day_of(younger)
    ratio = conn.execute(
        _MEASURED,
        {
            "level": older.level,
            "old": older.code,
            "old_day": _a_day_of(older),
            "new": younger.code,
            "new_day": young_day,
        },
    ).scalar()
    return answer if ratio is None or ratio < _SLIVER else replace(answer, area_ratio=round(float(ratio), 4))


def _a_day_of(unit: Unit) -> date:
    """The last day of an ended form, the first of one that lasts."""
    if unit.valid_to is not None:
        return unit.valid_to - timedelta(days=1)
    return unit.valid_from or REFORM
