"""Floors and flats of apartment buildings (Article 13)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from addressing.rules.policy import LETTERS_WITH_D_STROKE

GROUND = "TRỆT"


def floors_count_from_one_above_ground(storeys: int, avoided: Collection[int] = ()) -> list[str]:
    """The names of the floors from the bottom up; basements have a series of their own.

    A number that is avoided becomes the floor below with a letter: 4 -> 3A, 13 -> 12A, and 14 after
    an avoided 13 -> 12B. The floors keep their count. Raises `ValueError` for no storey or for
    avoiding 1, below which there is no number.
    """
    if storeys < 1 or 1 in avoided:
        raise ValueError("A building has at least one floor, and floor 1 cannot be avoided.")
    names: list[str] = []
    plain, letters = 0, 0
    for floor in range(1, storeys + 1):
        if floor in avoided:
            names.append(f"{plain}{LETTERS_WITH_D_STROKE[letters]}")
            letters += 1
        else:
            names.append(str(floor))
            plain, letters = floor, 0
    return names


def the_ground_floor_may_be_called_tret(storeys: int, avoided: Collection[int] = ()) -> list[str]:
    """The names of the floors with TRỆT in place of floor 1, and 1 above it: the regulation of 2006.

    Raises `ValueError` as the rule of the floors does.
    """
    above = floors_count_from_one_above_ground(storeys - 1, avoided) if storeys > 1 else []
    return [GROUND, *above]


def basements_count_downwards(levels: int, prefix: str = "B") -> list[str]:
    """B1 is the upper one. The prefix is a policy value; the text that we could see does not say."""
    return [f"{prefix}{level}" for level in range(1, levels + 1)]


def a_flat_is_floor_dash_flat(floor: str, flat: int) -> str:
    """`25-06`: the floor, a dash, the flat in at least two digits. Raises `ValueError` below 1."""
    if flat < 1:
        raise ValueError("Flats count from 1.")
    return f"{floor}-{flat:02d}"


def flats_run_clockwise(azimuths_deg: Mapping[str, float], first: str) -> dict[str, int]:
    """Numbers of the flats of a floor, with the clock from the first on the left of the main way.

    `azimuths_deg` is the direction of each flat's door seen from the middle of the floor, clockwise
    from north; `first` the key of the flat that the main way, lift or stair has on its left.
    """
    start = azimuths_deg[first]
    around = sorted(azimuths_deg, key=lambda key: ((azimuths_deg[key] - start) % 360, key != first, key))
    return {key: number for number, key in enumerate(around, start=1)}
