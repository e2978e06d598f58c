"""Where a point stands along a numbered street: which side, how far from the low end."""

from __future__ import annotations

from dataclasses import dataclass

import shapely
from shapely import LineString, MultiLineString, Point
from sqlalchemy import Connection, func, select

from addressing.centreline import azimuth_deg, street_line
from addressing.errors import NotFound, UnusableStreet
from addressing.register import proposals
from addressing.rules.direction import compass_gives_one_lawful_heading
from addressing.rules.model import Run, Side
from addressing.rules.questions import Inquiry
from layers.streets import streets


@dataclass(frozen=True, slots=True)
class StreetAxis:
    """A street as one line, turned so that its numbers grow along it."""

    line: LineString

    def chainage_m(self, x: float, y: float) -> float:
        """Metres from the low end to the foot of this point."""
        return float(self.line.project(Point(x, y)))

    def side(self, x: float, y: float) -> Side:
        """Left or right of somebody who walks from the low end."""
        along = self.chainage_m(x, y)
        step = min(1.0, self.line.length / 2)
        before = self.line.interpolate(max(along - step, 0.0))
        after = self.line.interpolate(min(along + step, self.line.length))
        turn = (after.x - before.x) * (y - before.y) - (after.y - before.y) * (x - before.x)
        return Side.LEFT if turn > 0 else Side.RIGHT


def street_axis(conn: Connection, street_id: int) -> StreetAxis:
    """The line of a street in the direction of its numbers. Raises `NotFound`, `UnusableStreet`.

    The direction is that of its last issued numbering; else a recorded one, a decided one, the compass.
    """
    row = conn.execute(
        select(
            func.ST_AsBinary(streets.c.geom).label("wkb"), streets.c.existing_direction, streets.c.decided_direction,
            streets.c.name,
        ).where(streets.c.id == street_id)
    ).first()  # fmt: skip
    if row is None:
        raise NotFound("street", "đường", street_id)
    drawn = shapely.from_wkb(bytes(row.wkb))
    assert isinstance(drawn, LineString | MultiLineString)
    centre = street_line(drawn, str(street_id), Inquiry())
    if centre is None:
        raise UnusableStreet(
            f"'{row.name}' is drawn in several lines; nobody has said yet which of them is numbered.",
            f"'{row.name}' gồm nhiều đoạn rời; chưa xác định đoạn nào được đánh số.",
        )
    line = centre.line
    run = _issued_run(conn, street_id) or row.existing_direction or row.decided_direction or _by_compass(line)
    return StreetAxis(line if run == Run.FORWARD.value else line.reverse())


def _issued_run(conn: Connection, street_id: int) -> str | None:
    found: str | None = conn.execute(
        select(proposals.c.content["run"].astext)
        .where(proposals.c.street_id == street_id, proposals.c.status.in_(("issued", "approved")))
        .order_by(proposals.c.id.desc())
        .limit(1)
    ).scalar()
    return found


def _by_compass(line: LineString) -> str:
    (x0, y0), (x1, y1) = line.coords[0][:2], line.coords[-1][:2]
    if (x0, y0) == (x1, y1):
        return Run.FORWARD.value
    return compass_gives_one_lawful_heading(azimuth_deg(x0, y0, x1, y1)).value
