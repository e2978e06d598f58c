"""Every layer that can be drawn, as data: what is in its tiles, what a click tells, how it looks.

Names of tables are unqualified on purpose: the search path of the connection (`open` for the
public, `gis` for staff) decides which rows and columns there are. A field marked `staff` is never
named in a statement of the public, so a mistake in the views cannot leak it either.

Texts are not here but in `maps.i18n`: `layer.<name>`, `group.<name>`, `field.<name>` and
`value.<layer>.<field>.<value>` for coded values.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

from layers.errors import UnknownLayer
from maps.catalog.address import ENTRANCES, HOUSE_NUMBERS, STREETS
from maps.catalog.borders import ADMINISTRATIVE_UNITS
from maps.catalog.land import ENTERPRISES, PLOTS, ZONES
from maps.catalog.model import (
    BLUE,
    BUFFER,
    EXTENT,
    GREEN,
    GREY,
    HIGHEST_ZOOM,
    ORANGE,
    PURPLE,
    SKY,
    VERMILLION,
    YELLOW,
    Audience,
    Field,
    Kind,
    Layer,
    Mark,
    Shape,
)
from maps.catalog.network import COVERAGE, SITES
from maps.catalog.recipes import Counts, Shapes

LAYERS: tuple[Layer, ...] = (
    ADMINISTRATIVE_UNITS, COVERAGE, ZONES, PLOTS, STREETS, ENTERPRISES, SITES, ENTRANCES, HOUSE_NUMBERS,
)  # fmt: skip
"""In drawing order, the lowest first."""

BY_NAME = {layer.name: layer for layer in LAYERS}
GROUPS = ("land", "address", "network", "border")

__all__ = [
    "BLUE", "BUFFER", "BY_NAME", "EXTENT", "GREEN", "GREY", "GROUPS", "HIGHEST_ZOOM", "LAYERS", "ORANGE", "PURPLE",
    "SKY", "VERMILLION", "YELLOW", "Audience", "Counts", "Field", "Kind", "Layer", "Mark", "Shape", "Shapes",
    "fingerprint", "get",
]  # fmt: skip


def get(name: str) -> Layer:
    """The layer of that name. Raises `UnknownLayer`."""
    try:
        return BY_NAME[name]
    except KeyError:
        raise UnknownLayer(name[:60], list(BY_NAME)) from None


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """Changes when anything in the catalogue changes, so that no cache keeps tiles of an older one."""
    return hashlib.blake2b(repr((LAYERS, EXTENT, BUFFER)).encode(), digest_size=8).hexdigest()
