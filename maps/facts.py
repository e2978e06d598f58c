"""What a click on a feature tells: its facts in words, for one audience and one language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, text

from layers.errors import NotFound
from maps import catalog, i18n
from maps.catalog import Audience, Field, Layer
from maps.pages import write_day, write_number, write_percent


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of an answer card."""

    name: str
    label: str
    value: Any
    """As stored, for programs; dates as yyyy-mm-dd."""
    text: str
    """As people read it in that language."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of one feature. Coordinates in WGS 84 degrees."""

    layer: str
    layer_title: str
    id: int
    title: str
    facts: tuple[Fact, ...]
    links: tuple[tuple[str, str], ...]
    """(text, address) of pages about it."""
    lon: float
    lat: float
    bounds: tuple[float, float, float, float]
    is_demo: bool


def find(conn: Connection, layer: Layer, feature_id: int, audience: Audience, lang: str) -> Answer:
    """Read one feature as that audience may see it.

    `conn` must belong to the database role of the audience. Facts that are not known are left out.
    Raises `NotFound` also for what is there but hidden from the asker.
    """
    row = conn.execute(text(_sql(layer, audience)), {"id": feature_id}).mappings().first()
    if row is None:
        noun, noun_vi = (i18n.translate(spoken, f"thing.{layer.name}") for spoken in ("en", "vi"))
        raise NotFound(noun, noun_vi, feature_id)
    facts = tuple(
        _fact(layer, one, row[one.name], lang) for one in layer.facts_for(audience) if row[one.name] is not None
    )
    return Answer(
        layer.name,
        i18n.translate(lang, f"layer.{layer.name}"),
        feature_id,
        row["title"] or "",
        facts,
        tuple(_links(layer, row, lang)),
        row["lon"],
        row["lat"],
        (row["west"], row["south"], row["east"], row["north"]),
        row["is_demo"],
    )


def _sql(layer: Layer, audience: Audience) -> str:
    source = (layer.facts_source or "{source}").format(source=layer.source_for(audience))
    columns = "".join(f"{one.expression} AS {one.name}, " for one in layer.facts_for(audience))
    demo = "false" if layer.name == "house_numbers" else "r.is_demo"
    # The zoom rules of a tile say what is drawn when, not what exists: a click asks at the highest zoom.
    where = layer.where_for(audience).replace("%(z)s", str(catalog.HIGHEST_ZOOM))
    return f"""
        SELECT {columns} {layer.title} AS title, {demo} AS is_demo,
               ST_X(ST_Transform(ST_PointOnSurface(r.geom_3857), 4326)) AS lon,
               ST_Y(ST_Transform(ST_PointOnSurface(r.geom_3857), 4326)) AS lat,
               ST_XMin(box) AS west, ST_YMin(box) AS south, ST_XMax(box) AS east, ST_YMax(box) AS north
        FROM {source}, LATERAL (SELECT ST_Transform(ST_Envelope(r.geom_3857), 4326) AS box) AS extent
        WHERE {layer.key} = :id AND ({where})"""  # noqa: S608 - constants of the catalogue


def _fact(layer: Layer, one: Field, value: Any, lang: str) -> Fact:
    stored = value.isoformat() if isinstance(value, date) else value
    return Fact(one.name, i18n.translate(lang, f"field.{one.name}"), stored, write_value(layer, one, value, lang))


def write_value(layer: Layer, one: Field, value: Any, lang: str) -> str:
    """A value as people read it: the word of a code, a number with its unit, a date."""
    if value is None:
        return "–"
    if one.codes:
        return i18n.translate(lang, f"value.{layer.name}.{one.name}.{value}")
    if one.kind == "boolean":
        return i18n.translate(lang, "value.yes" if value else "value.no")
    if one.kind == "date":
        return write_day(lang, value)
    if one.unit == "ratio":
        return write_percent(lang, value)
    if one.kind in ("number", "integer"):
        written = write_number(lang, value, one.digits)
        return i18n.translate(lang, f"unit.{one.unit}", n=written) if one.unit else written
    return str(value)


def _links(layer: Layer, row: Any, lang: str) -> list[tuple[str, str]]:
    made = []
    for address, needed in layer.links:
        if row.get(needed, None) is not None or needed == "id":
            noun = address.split("?")[0].strip("/").split("/")[0]
            made.append((i18n.translate(lang, f"link.{noun}"), _filled(address, row)))
    return made


def _filled(address: str, row: Any) -> str:
    """An address with values in it; whatever a code holds stays one piece of the path."""
    return re.sub(r"\{(\w+)\}", lambda name: quote(str(row.get(name[1])), safe=""), address)
