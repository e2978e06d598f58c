"""Our geometry against the house numbers of two real towns, and the figures by which that is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from addressing.rules.model import Side
from benchmarks import real_streets
from benchmarks.agreement import ENOUGH_HOUSES, Seen, agree, kendall_tau


@pytest.mark.parametrize(
    ("series", "expected"),
    [
        ([[(1, 10.0), (3, 20.0), (5, 30.0)]], 1.0),
        ([[(1, 30.0), (3, 20.0), (5, 10.0)]], 1.0),  # numbers may run either way
        ([[(1, 10.0), (3, 30.0), (5, 20.0)]], 1 / 3),  # two pairs agree, one does not
        ([[(1, 10.0), (3, 20.0)], [(2, 20.0), (4, 10.0)]], 0.0),  # both series share one sense
        ([[(1, 10.0), (3, 10.0), (5, 20.0)]], 2 / (3 * 2) ** 0.5),  # one pair tied in place
        ([[(1, 10.0)], [(2, 10.0)]], None),  # an odd and an even number are not compared
        ([[], []], None),
    ],
)
def test_kendalls_tau(series: list[list[tuple[int, float]]], expected: float | None) -> None:
    assert kendall_tau(series) == (None if expected is None else pytest.approx(expected))


def test_one_street_with_a_pencil() -> None:
    seen = [
        Seen(2, Side.LEFT, 10), Seen(4, Side.LEFT, 30), Seen(4, Side.LEFT, 34), Seen(6, Side.RIGHT, 50),
        Seen(1, Side.RIGHT, 5), Seen(3, Side.RIGHT, 40),
    ]  # fmt: skip
    found = agree("S", seen, asked=2, line_asked=False)
    assert (found.addresses, found.houses, found.asked) == (6, 5, 2)
    assert found.parity == pytest.approx(5 / 6), "6 stands on the odd side; which side is odd does not matter"
    assert found.tau == 1.0, "4 has two doors and is one house; the side of 6 is not counted again"


@pytest.mark.parametrize(("town", "tau"), [("helsinki", 0.95), ("krems", 0.98)])
def test_real_streets_agree(shared_data: Path, town: str, tau: float) -> None:
    """What is published by script/bench addressing does not get worse. Helsinki misses the goal of 0.98: see there."""
    assert real_streets.FOLDER.is_relative_to(shared_data)
    found = [street for street in real_streets.compare(town).streets if street.houses >= ENOUGH_HOUSES]
    taus = [street.tau for street in found if street.tau is not None]
    assert len(taus) >= 10
    assert sum(street.on_their_side for street in found) / sum(street.addresses for street in found) >= 0.95
    assert sum(taus) / len(taus) >= tau
