"""Thematic maps as data: the classes of a layer, with which of its features are in which."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request

from addressing.deciding import today
from gis_service.access import Access, reading
from gis_service.pages_context import language_of
from maps import themes, timeline, zone_ratios

router = APIRouter(tags=["features"])


@router.get("/themes/{layer}/{name}")
def theme(
    request: Request,
    access: Annotated[Access, reading("features.read")],
    layer: str,
    name: str,
    day: Annotated[date | None, Query(description="Day for which coverage is computed; today without it.")] = None,
) -> dict[str, Any]:
    """One layer in classes, such as `/themes/zones/occupancy`, counted as the asker may see it.

    Words are in the language of `?lang=vi` or `en`. The usual theme of a layer names no features:
    its tiles carry the class. Only coverage is known for other days; the rest is as of now.
    """
    lang = language_of(request, access.settings)
    themes.check(layer, name)
    counted = day or today()
    ratios = zone_ratios.of_day(access.connection, access.audience, counted) if name == "coverage" else None
    found = themes.read(access.connection, layer, name, lang, day=counted, ratios=ratios)
    return {
        "layer": found.layer,
        "name": found.name,
        "usual": found.usual,
        "ratio": found.is_ratio,
        "title": found.title,
        "definition": found.definition,
        "dated": found.dated,
        "classes": [_class(one) for one in found.classes],
        "rest": None if found.rest is None else _class(found.rest),
    }


@router.get("/timeline")
def days(access: Annotated[Access, reading("features.read")]) -> dict[str, Any]:
    """From which day on the dated layers know something, and how many of their features have no date."""
    found = timeline.read(access.connection, today())
    return {
        "first": found.first.isoformat(),
        "last": found.last.isoformat(),
        "borders_from": found.borders_from.isoformat() if found.borders_from else None,
        "layers": [
            {"name": one.layer, "first": one.first and one.first.isoformat(), "undated": one.undated, "all": one.count}
            for one in found.layers
        ],
    }


def _class(one: themes.ThemeClass) -> dict[str, Any]:
    return {
        "key": one.mark.value,
        "label": one.label,
        "color": one.mark.color,
        "pattern": one.mark.pattern,
        "count": one.count,
        "ids": list(one.ids),
    }
