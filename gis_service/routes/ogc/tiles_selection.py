"""What a request for tiles asks for: which layers, in which tile matrix set, at which address, of which day."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from gis_service.routes.ogc.site import Site
from gis_service.settings import Settings
from maps import catalog, i18n, matrix, tilesets
from maps.catalog import Layer
from maps.errors import TileOutOfLimits
from maps.features.collections import BY_NAME as COLLECTIONS
from maps.features.errors import BadParameter, UnknownCollection
from maps.matrix import Box, MatrixSet
from maps.tiles import Days


@dataclass(frozen=True, slots=True)
class Selection:
    """The layers of a tile set and where below the landing page it is."""

    layers: tuple[Layer, ...]
    path: tuple[str, ...]
    """Segments of the list of its tile sets."""
    chosen: str | None = None
    """What `collections` said."""

    @classmethod
    def of_collection(cls, name: str) -> Selection:
        """One collection. Raises `UnknownCollection`, also for one that is not drawn."""
        layer = layer_of(name)
        if layer is None:
            raise UnknownCollection(name, tiled_collections())
        return cls((layer,), ("collections", name, "tiles"))

    @property
    def parameters(self) -> Collection[str]:
        """Query parameters that it knows besides those of every resource."""
        return {"collections"} if self.path == ("tiles",) else ()

    @property
    def query(self) -> str:
        """What an address of one of its tiles ends with."""
        return f"?collections={quote(self.chosen, safe=',')}" if self.chosen else ""

    def title(self, site: Site) -> str:
        """Its name in the asker's language."""
        if self.path != ("tiles",):
            return i18n.translate(site.lang, f"layer.{self.layers[0].name}")
        return site.say("Toàn bộ dữ liệu", "The whole dataset")


_DRAWN_AS = {"cells": "coverage"}
"""Collections whose layer has another name."""


def layer_of(collection: str) -> Layer | None:
    """The layer that draws a collection; None for one that is not drawn, or no collection."""
    if collection not in COLLECTIONS:
        return None
    return catalog.BY_NAME.get(_DRAWN_AS.get(collection, collection))


def tiled_collections() -> list[str]:
    """Ids of the collections that have tiles."""
    return [name for name in COLLECTIONS if layer_of(name) is not None]


def whole_dataset(collections: str | None = None) -> Selection:
    """Every layer in drawing order, or those that `collections=a,b` names. Raises `BadParameter`."""
    if collections is None:
        return Selection(catalog.LAYERS, ("tiles",))
    names = collections.split(",")
    unknown = next((name for name in names if name not in catalog.BY_NAME), None)
    if unknown is not None or len(set(names)) != len(names):
        known = ", ".join(catalog.BY_NAME)
        raise BadParameter(
            "collections", f"ids separated by commas, each once: {known}.", f"các mã cách nhau bằng dấu phẩy: {known}."
        )
    return Selection(tuple(catalog.get(name) for name in names), ("tiles",), collections)


def sets_of(settings: Settings) -> tuple[MatrixSet, ...]:
    """The tile matrix sets of this deployment."""
    return matrix.all_sets(settings.storage_srid, settings.envelope_deg)


def matrix_of(name: str, settings: Settings) -> MatrixSet:
    """The tile matrix set of that id. Raises `UnknownMatrixSet`."""
    return matrix.get(name, settings.storage_srid, settings.envelope_deg)


def tile_of(selection: Selection, of: MatrixSet, address: tuple[str, str, str], bounds: Box) -> tuple[int, int, int]:
    """Zoom, column and row of `address` (tile matrix, row, column).

    Raises `TileOutOfRange` for what is no tile of the set, `TileOutOfLimits` for one that the tile
    set says it does not have (/req/core/tc-error A).
    """
    zoom, row, column = address
    z, x, y = of.parse(zoom, column, row)
    if z not in tilesets.zooms(selection.layers, of) or not of.limits(bounds, z).holds(x, y):
        raise TileOutOfLimits(z, x, y)
    return z, x, y


def days_of(stated: str | None, selection: Selection, time_zone: str) -> Days | None:
    """First and last day that `datetime` names: a day, an instant or an interval of either, `..` for open.

    Instants are read in the deployment's zone. None when it is not stated, and for layers that know
    no days, for which the standard has it ignored. Raises `BadParameter`.
    """
    if stated is None:
        return None
    try:
        first, slash, last = stated.partition("/")
        days = _day(first, time_zone, "-infinity"), _day(last if slash else first, time_zone, "infinity")
        if not slash and stated in ("", ".."):
            raise ValueError(stated)
        if days[0] != "-infinity" and days[1] != "infinity" and days[0] > days[1]:
            raise ValueError(stated)
    except (ValueError, OverflowError):  # the last: in another zone the year 9999 is over
        raise BadParameter(
            "datetime",
            "a day such as 2025-07-01, an instant such as 2025-07-01T00:00:00+07:00, or two with / between.",
            "một ngày như 2025-07-01, một thời điểm như 2025-07-01T00:00:00+07:00, hoặc hai mốc cách nhau bằng /.",
        ) from None
    return days if any(layer.knows_days for layer in selection.layers) else None


def _day(stated: str, time_zone: str, when_open: str) -> str:
    if stated in ("", ".."):
        return when_open
    if len(stated) == 10:
        return date.fromisoformat(stated).isoformat()
    moment = datetime.fromisoformat(stated)
    if moment.tzinfo is None:
        raise ValueError(stated)
    return moment.astimezone(ZoneInfo(time_zone)).date().isoformat()
