"""How a layer is drawn at low zooms: generalised shapes, or grids and clusters that count.

Both are kept by `maps.overviews` in tables of their own. Expressions speak of the row `r` of one
table, and of columns of that row only, because triggers evaluate them on the rows that a statement changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

WORLD_M = 40075016.685578488
"""Width of the world in web mercator."""
TILE_PX = 512
"""Side of a tile on the screen, as MapLibre draws it."""


def pixel_m(zoom: int) -> float:
    """Web mercator metres of one pixel at that zoom."""
    return WORLD_M / TILE_PX / (1 << zoom)


@dataclass(frozen=True, slots=True)
class Shapes:
    """Every feature keeps its own shape, generalised for each zoom to half a pixel."""

    table: str
    zooms: tuple[int, int]
    """First and last zoom that read the generalised shapes; above, tiles read the full ones."""
    keep_edges: bool
    """Polygons that touch keep touching: what they share is generalised once."""
    together: str = "''"
    """Expression; only features of the same value are neighbours."""
    later: tuple[tuple[str, int], ...] = ()
    """Groups of `together` that are drawn only from some zoom on."""
    dated: bool = False
    """Rows have `valid_from` and `valid_to`, and only those in force on one day are neighbours."""
    watched: tuple[str, ...] = ()
    """Columns besides the geometry whose change asks for a new shape."""
    kept: str = "true"
    """Condition of being drawn at a zoom, with {pixel_m}; what fails it is too small to be seen."""
    left_out: str | None = None
    """The same in words, for the description of the tiles."""

    def first_zoom(self, kind: str) -> int:
        """First zoom at which features of that value of `together` are drawn."""
        return dict(self.later).get(kind, self.zooms[0])

    def kept_at(self, zoom: str) -> str:
        """The condition for a zoom given as SQL."""
        return self.kept.format(pixel_m=f"{WORLD_M / TILE_PX!r} / (1 << {zoom})")


@dataclass(frozen=True, slots=True)
class Counts:
    """Features are counted in the cells of a grid; each feature is in exactly one cell of each zoom."""

    table: str
    zooms: tuple[int, int]
    per_tile: int
    """Cells along the side of a tile, a power of two."""
    of_class: str
    """Expression of the class by which a cell tells its features apart."""
    classes: tuple[str, ...] = ()
    """The classes, each an attribute of the cell; empty when the words are not known beforehand."""
    look: Literal["grid", "cluster"] = "cluster"
    """`grid`: the square of the cell; `cluster`: a point in the middle of what it counts."""
    public: str = "true"
    """Condition under which the public may know of the feature."""
    zone: str = "NULL::bigint"
    """Zone that must be public too."""
    amount: str = "0::bigint"
    """What is added up besides the number: square metres."""
    where: str = "true"
    """Which rows the layer draws at all."""
    at: str = "r.geom_3857"
    """Point of the feature."""
    finer_from: int = 99
    """First zoom with cells of half that side: where there are fewer tiles to a feature, they may hold more."""

    def cells_across(self, zoom: int) -> int:
        """Cells along the side of a tile of that zoom."""
        return self.per_tile << (zoom >= self.finer_from)

    def cell_m(self, zoom: int) -> float:
        """Side of a cell in web mercator metres."""
        return WORLD_M / (self.cells_across(zoom) << zoom)

    def attributes(self) -> dict[str, Literal["integer", "text"]]:
        """What a cell carries in a tile, besides its id: `most` is the class of which it has most."""
        made: dict[str, Literal["integer", "text"]] = {"count": "integer"}
        made |= dict.fromkeys((attribute(one) for one in self.classes), "integer")
        return made | ({"filled": "integer"} if self.look == "grid" else {}) | {"most": "text"}


def attribute(of_class: str) -> str:
    """Name of the attribute that counts a class: `n_available`, `n_5g`."""
    return f"n_{of_class.lower()}"
