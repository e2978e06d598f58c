"""What a layer is: its values, its marks, its source, and how it is drawn when it is small."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from maps.catalog.recipes import Counts, Shapes

Audience = Literal["public", "staff"]
Kind = Literal["text", "integer", "number", "boolean", "date"]
Shape = Literal["polygon", "line", "point"]

EXTENT = 4096
"""Units of a tile along one side."""
BUFFER = 64
"""Units drawn beyond the edge, so that outlines and halves of symbols meet their neighbours."""
HIGHEST_ZOOM = 22


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a feature."""

    name: str
    kind: Kind = "text"
    sql: str | None = None
    """Expression over the row `r` and what the source joins; the column of that name when None."""
    unit: str | None = None
    """Key of `unit.<unit>` in the texts; "ratio" is written as per cent."""
    digits: int = 0
    codes: tuple[str, ...] = ()
    """The listed words, each with a text."""
    staff: bool = False

    @property
    def expression(self) -> str:
        """What stands in the SELECT list."""
        return self.sql or f"r.{self.name}"


@dataclass(frozen=True, slots=True)
class Mark:
    """How one class of a layer looks, on the map and in the legend."""

    value: str
    color: str
    pattern: Literal["solid", "hatched", "dashed", "hollow", "counted"] = "solid"
    shape: Shape | None = None
    """Where it is not that of the layer."""


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One drawable layer. Layers are constants: one is equal only to itself, which makes them quick keys."""

    name: str
    group: Literal["land", "network", "address", "border"]
    shape: Shape
    source: str
    """FROM clause of tiles; the row is `r` and has `geom_3857`."""
    tables: tuple[str, ...]
    """Whose versions make the version of a tile."""
    tile: tuple[Field, ...]
    facts: tuple[Field, ...]
    title: str
    """Expression of the name of one feature."""
    weight: str
    """ORDER BY, heaviest first: what stays when a tile must thin. Among equals a hash of the id decides."""
    min_zoom: int
    """First zoom at which features are drawn one by one."""
    max_zoom: int = 16
    classes: str | None = None
    """Field of the tile by which the marks are told apart."""
    marks: tuple[Mark, ...] = ()
    where: str = "true"
    where_public: str = "true"
    staff_source: str | None = None
    past_source: str | None = None
    past_staff_source: str | None = None
    """The same for a day in the past, where that needs rows that are no longer current."""
    facts_source: str | None = None
    key: str = "r.id"
    clearance: str | None = None
    """Expression of how far the outline of a polygon keeps from itself, in metres of web mercator; see `tile_sql`."""
    label: str | None = None
    """Expression of the text on the map when it is drawn at one point of a polygon."""
    label_min_zoom: int = 0
    label_fields: tuple[str, ...] = ()
    """Fields of the tile that label points carry too, because the style tells them apart by these."""
    visible: bool = True
    dated: bool = False
    """Its content depends on the day, even when nothing is edited."""
    on_day: str | None = None
    """Condition besides `where` when a day is asked for, which `current_date` stands for: what had begun by
    then. Today the layer shows all of it, so no date makes its tiles new at midnight."""
    links: tuple[tuple[str, str], ...] = field(default=())
    """(address with {field}, field that must be present) of pages about the feature."""
    overview: Shapes | Counts | None = None

    @property
    def counted(self) -> Counts | None:
        """The recipe of the counts at low zooms, when that is how the layer begins."""
        return self.overview if isinstance(self.overview, Counts) else None

    @property
    def knows_days(self) -> bool:
        """Whether it can be drawn as of another day."""
        return self.dated or self.on_day is not None

    @property
    def first_zoom(self) -> int:
        """First zoom at which the layer shows anything, be it counts."""
        return self.overview.zooms[0] if isinstance(self.overview, Counts) else self.min_zoom

    def fields(self, audience: Audience) -> tuple[Field, ...]:
        """Attributes of the tile for that audience, the id left out."""
        return tuple(one for one in self.tile if audience == "staff" or not one.staff)

    def facts_for(self, audience: Audience) -> tuple[Field, ...]:
        """What a click tells that audience."""
        return tuple(one for one in self.facts if audience == "staff" or not one.staff)

    def source_for(self, audience: Audience, *, past: bool = False) -> str:
        """FROM clause of the tile; for a past day, one that has what ended since."""
        staff = audience == "staff"
        if past and self.past_source:
            return self.past_staff_source if staff and self.past_staff_source else self.past_source
        return self.staff_source if staff and self.staff_source else self.source

    def where_for(self, audience: Audience) -> str:
        """Condition besides the box; `current_date` stands for the day that is drawn."""
        return self.where if audience == "staff" else f"({self.where}) AND ({self.where_public})"


# Colours of Okabe and Ito, distinguishable with every common colour vision; never colour alone:
# what is only planned is hatched or dashed, and every class has its word in the legend.
BLUE, SKY, GREEN, ORANGE = "#0072B2", "#56B4E9", "#009E73", "#E69F00"
VERMILLION, PURPLE, YELLOW, GREY = "#D55E00", "#CC79A7", "#F0E442", "#8A939B"

IN_FORCE = "r.valid_from <= current_date AND (r.valid_to IS NULL OR r.valid_to > current_date)"
SOURCE = (Field("source"), Field("source_date", "date"))
