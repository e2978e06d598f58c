"""Local drawing boards: a plan is drawn straight and turned to its place on the map.

On the board u runs along the plan and v across it, in metres around its middle. World coordinates
are metres in the storage CRS, rounded to the millimetre, so that two processors that differ in the
last bit of a sine still write the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians, sin
from typing import Any, TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Shape = TypeVar("Shape", bound=BaseGeometry)


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a drawing board lies: its middle (metres, storage CRS) and how far u is turned from east."""

    x: float
    y: float
    turn_deg: float
    """Counter-clockwise from east."""

    def points(self, local: NDArray[np.float64]) -> NDArray[np.float64]:
        """World coordinates, to the millimetre, of an n x 2 array of board coordinates."""
        along, across = cos(radians(self.turn_deg)), sin(radians(self.turn_deg))
        fixed = np.round(local, 3)
        x = self.x + fixed[:, 0] * along - fixed[:, 1] * across
        y = self.y + fixed[:, 0] * across + fixed[:, 1] * along
        return np.column_stack((x, y)).astype(np.float64).round(3)

    def shape(self, local: Shape) -> Shape:
        """A shape of the board, on the map."""
        return shapely.transform(local, self.points)

    def board_point(self, x: float, y: float) -> tuple[float, float]:
        """Board coordinates of a point on the map."""
        along, across = cos(radians(self.turn_deg)), sin(radians(self.turn_deg))
        dx, dy = x - self.x, y - self.y
        return dx * along + dy * across, dy * along - dx * across


def to_millimetres(shape: Shape) -> Shape:
    """The shape with its coordinates rounded to the millimetre."""
    return shapely.transform(shape, lambda xy: np.round(xy, 3))


def as_ewkb(shape: BaseGeometry, srid: int) -> str:
    """Hexadecimal EWKB, as PostGIS reads and writes it."""
    text: Any = shapely.to_wkb(shapely.set_srid(shape, srid), hex=True, include_srid=True)
    return str(text)
