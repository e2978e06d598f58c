"""What one run hands out on a street, and the street as seen from its low end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from addressing.rules.model import Assignment, Frontage, Reserved, Run, Side
from addressing.rules.numbers import HouseNumber


@dataclass(frozen=True, slots=True)
class Seen:
    """A frontage as somebody sees it who walks from the low end to the high end."""

    frontage: Frontage
    side: Side
    distance_m: float


@dataclass(slots=True)
class Ledger:
    """What one run hands out on a street; `used` guards against a number given twice."""

    base_clauses: tuple[str, ...]
    reasons: dict[str, tuple[str, ...]] = field(default_factory=dict)
    # why a door is numbered on this street at all, by its key
    used: set[HouseNumber] = field(default_factory=set)
    assignments: list[Assignment] = field(default_factory=list)
    reserved: list[Reserved] = field(default_factory=list)

    def give(self, seen: Seen, number: HouseNumber, *clauses: str, existing: bool = False) -> None:
        """Put a number at a door. A number in use may stand twice; a new one never."""
        self.used.add(number)
        here = self.reasons.get(seen.frontage.key, ())
        reasons = clauses if existing else self.base_clauses + here + clauses
        self.assignments.append(Assignment(seen.frontage.key, number, seen.side, seen.distance_m, reasons, existing))

    def keep(self, seen: Seen, number: HouseNumber, *clauses: str) -> None:
        """Set a spare number aside."""
        self.used.add(number)
        self.reserved.append(
            Reserved(seen.frontage.key, number, seen.side, seen.distance_m, self.base_clauses + clauses)
        )


def seen_from_the_low_end(frontages: Sequence[Frontage], run: Run, length_m: float) -> list[Seen]:
    """Turn a street round if its numbers run against the drawing: sides swap, distances turn.

    Ordered by distance to the millimetre, then by key, so that a tie is broken the same way from
    both drawings.
    """
    if run is Run.FORWARD:
        turned = [Seen(item, item.side, round(item.chainage_m, 3)) for item in frontages]
    else:
        turned = [Seen(item, item.side.opposite, round(length_m - item.chainage_m, 3)) for item in frontages]
    return sorted(turned, key=lambda seen: (seen.distance_m, seen.frontage.key))
