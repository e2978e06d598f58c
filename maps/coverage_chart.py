"""PURE: a line of shares over months as the numbers of an SVG, drawn by the template."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT = 440, 230
LEFT, RIGHT, TOP, BOTTOM = 44, 14, 12, 34


@dataclass(frozen=True, slots=True)
class Chart:
    """Coordinates in a box of WIDTH × HEIGHT."""

    points: tuple[tuple[float, float, date, float], ...]
    # x, y, day, ratio.
    line: str
    area: str
    levels: tuple[tuple[float, float], ...]
    # y and the ratio written there.
    months: tuple[tuple[float, date, str], ...]
    # x, the day written there, and how its text is anchored.
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


def draw(days: list[date], shares: list[float | None]) -> Chart | None:
    """The line from 0 to 100 %, so that it cannot exaggerate; None with fewer than two known shares."""
    known = [(day, share) for day, share in zip(days, shares, strict=True) if share is not None]
    if len(known) < 2 or known[0][0] == known[-1][0]:
        return None
    first, last = known[0][0].toordinal(), known[-1][0].toordinal()

    def x(day: date) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (day.toordinal() - first) / (last - first), 1)

    def y(share: float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share, 1)

    points = tuple((x(day), y(share), day, share) for day, share in known)
    line = " ".join(f"{px},{py}" for px, py, *_ in points)
    floor = HEIGHT - BOTTOM
    marked = sorted({0, len(known) // 3, 2 * len(known) // 3, len(known) - 1})
    anchors = {0: "start", len(known) - 1: "end"}
    return Chart(
        points, line, f"{points[0][0]},{floor} {line} {points[-1][0]},{floor}",
        tuple((y(level), level) for level in (0.0, 0.25, 0.5, 0.75, 1.0)),
        tuple((points[k][0], points[k][2], anchors.get(k, "middle")) for k in marked),
    )  # fmt: skip
