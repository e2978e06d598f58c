"""From query parameters to a question about features (Parts 1 and 3)."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Any

from starlette.requests import Request

from gis_service.routes.ogc import crs as crs_of
from layers.filters import LANGUAGES, FilterRefused, read
from layers.filters.literals import box, read_day, read_moment
from layers.filters.nodes import Place
from layers.named_crs import NamedCrs
from maps.features.collections import Audience, Collection, Property
from maps.features.errors import BadParameter
from maps.features.items import Ground, Question
from maps.features.times import read_span

DEFAULT_LIMIT, MOST = 100, 10_000
RESERVED = (
    "limit", "bbox", "bbox-crs", "datetime", "crs", "filter", "filter-lang", "filter-crs", "cursor",
)  # fmt: skip
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")


def parameters_of(collection: Collection, audience: Audience) -> list[str]:
    """Every query parameter of the items of a collection."""
    return [*RESERVED, *(one.name for one in askable(collection, audience))]


def askable(collection: Collection, audience: Audience) -> list[Property]:
    """Properties that are also query parameters: all that hold one value."""
    return [one for one in collection.properties_for(audience) if one.kind != "texts"]


def limit_of(request: Request, most: int = MOST) -> int:
    """How many features at most; more than `most` is read as `most`. Raises `BadParameter`."""
    stated = request.query_params.get("limit")
    if stated is None:
        return DEFAULT_LIMIT
    if not (stated.isascii() and stated.isdigit()) or int(stated[:12]) < 1:
        raise BadParameter("limit", f"a whole number from 1 to {most}.", f"số nguyên từ 1 đến {most}.")
    return min(int(stated[:12]), most)


def question_of(request: Request, collection: Collection, audience: Audience, on: Ground) -> Question:
    """What is asked for. Raises `BadParameter` or `FilterRefused`."""
    given = request.query_params
    bbox = None
    if "bbox" in given:
        bbox = (_bbox(given["bbox"]), crs_of.of_parameter(request, "bbox-crs", on))
    elif "bbox-crs" in given:
        crs_of.of_parameter(request, "bbox-crs", on)
    language = given.get("filter-lang", LANGUAGES[0])
    if language not in LANGUAGES:
        listed = ", ".join(LANGUAGES)
        raise BadParameter("filter-lang", f"one of {listed}.", f"một trong {listed}.")
    filter_crs = crs_of.of_parameter(request, "filter-crs", on)
    return Question(
        bbox=bbox,
        span=read_span(given["datetime"]) if "datetime" in given else None,
        equal=tuple(
            (one.name, _value(one, given[one.name])) for one in askable(collection, audience) if one.name in given
        ),
        filter=read(given["filter"], language) if "filter" in given else None,
        filter_crs=filter_crs,
    )


def fingerprint(request: Request, collection: Collection, audience: Audience) -> str:
    """The question in one word, the same for all its pages and representations."""
    passed_over = {"cursor", "f", "lang", "limit", "crs"}
    asked = sorted((name, value) for name, value in request.query_params.items() if name not in passed_over)
    return repr((collection.name, audience, asked))


def _bbox(text: str) -> Place:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in (4, 6) or not all(math.isfinite(number) for number in numbers):
        raise BadParameter("bbox", "4 or 6 numbers separated by commas.", "4 hoặc 6 số cách nhau bằng dấu phẩy.")
    return box(numbers)


def in_words(crs: NamedCrs) -> str:
    """The axes of a CRS as a client must write them."""
    if crs.is_degrees:
        return "lat,lon" if crs.latitude_first else "lon,lat"
    return "E,N"


def _value(one: Property, text: str) -> Any:
    match one.kind:
        case "integer" if _WHOLE.fullmatch(text):
            return int(text)
        case "number":
            try:
                number = float(text)
            except ValueError:
                number = math.inf
            if math.isfinite(number):
                return number
        case "boolean" if text in ("true", "false"):
            return text == "true"
        case "date" | "timestamp":
            try:
                return read_day(text) if one.kind == "date" else read_moment(text)
            except FilterRefused as refused:
                raise BadParameter(one.name, str(refused), refused.message_vi) from None
        case "text":
            return unicodedata.normalize("NFC", text)
    raise BadParameter(one.name, f"this is no value of the kind {one.kind}.", f"giá trị không đúng kiểu {one.kind}.")
