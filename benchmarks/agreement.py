"""How well a predicted order and side agree with the house numbers that people really use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import sqrt
from statistics import median

from addressing.rules.model import Side

ENOUGH_HOUSES = 5
"""A street with fewer different numbers says too little about order."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A real address at the place where our geometry puts it."""

    number: int
    # without its letter
    side: Side
    chainage_m: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """One street."""

    name: str
    addresses: int
    # with a number, put on the street without a question
    asked: int
    # with a number, that would be put to the officer
    line_asked: bool
    # the officer would be asked along which line the street runs; here the longest was taken
    houses: int
    # different numbers among the addresses
    on_their_side: int
    # addresses on the side of their parity
    tau: float | None
    # None: no two houses of a side to compare

    @property
    def parity(self) -> float:
        """Share of addresses that stand on the side of their parity."""
        return self.on_their_side / self.addresses


def agree(name: str, seen: Sequence[Seen], *, asked: int, line_asked: bool) -> Agreement:
    """Compare one street; `seen` must not be empty.

    Which side is odd, and at which end the numbers begin, differs from country to country: the better of
    both is counted. Chainage is compared with number within the odd and within the even series, for those
    are what the circular orders; both share one sense. (A house on the wrong side is counted by `parity`
    and not once more here.) Addresses with one number are one house, in the middle of them: what letters
    mean (a house squeezed in, or a staircase) differs too.
    """
    sides = Counter((address.side, address.number % 2) for address in seen)
    odd_left = sides[Side.LEFT, 1] + sides[Side.RIGHT, 0]
    places: dict[int, list[float]] = {}
    for address in seen:
        places.setdefault(address.number, []).append(address.chainage_m)
    houses = [(number, median(at)) for number, at in places.items()]
    series = [[(number, at) for number, at in houses if number % 2 == parity] for parity in (0, 1)]
    return Agreement(
        name=name,
        addresses=len(seen),
        asked=asked,
        line_asked=line_asked,
        houses=len(houses),
        on_their_side=max(odd_left, len(seen) - odd_left),
        tau=kendall_tau(series),
    )


def kendall_tau(series: Sequence[Sequence[tuple[int, float]]]) -> float | None:
    """|tau-b| of (house number, chainage) over all pairs within each series; None without a pair that differs.

    (C - D) / sqrt((all - ties in number)(all - ties in chainage)); chainages within 1 cm are tied.
    """
    growing = falling = tied_numbers = tied_places = pairs = 0
    for houses in series:
        for (number, at), (other, there) in combinations(houses, 2):
            pairs += 1
            by_number = (number > other) - (number < other)
            by_place = 0 if abs(at - there) < 0.01 else (1 if at > there else -1)
            tied_numbers += by_number == 0
            tied_places += by_place == 0
            growing += by_number * by_place > 0
            falling += by_number * by_place < 0
    both = (pairs - tied_numbers) * (pairs - tied_places)
    return abs(growing - falling) / sqrt(both) if both else None
