"""Random numbers that are the same on every machine: one stream for each noun, named by its path.

A stream depends on the seed and its own name only, so a change in how firms are drawn moves no
street, and a zone looks the same in the small province as in the large one.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

Item = TypeVar("Item")


def stream(seed: int, *path: str | int) -> np.random.Generator:
    """The PCG64 stream called `path` (such as "plots", "KCN-DAI-AN") under a seed."""
    names = tuple(zlib.crc32(str(step).encode()) for step in path)
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=names)))


def between(rng: np.random.Generator, low: float, high: float) -> float:
    """A number from low up to high."""
    return low + (high - low) * float(rng.random())


def whole(rng: np.random.Generator, low: int, high: int) -> int:
    """A whole number from low to high, both included."""
    return low + int(rng.random() * (high - low + 1))


def pick(rng: np.random.Generator, items: Sequence[Item], weights: Sequence[float] | None = None) -> Item:
    """One of the items, in proportion to the weights when there are any."""
    if weights is None:
        return items[int(rng.random() * len(items))]
    heap = np.cumsum(np.asarray(weights, dtype=float))
    return items[int(np.searchsorted(heap, float(rng.random()) * heap[-1], side="right"))]


def chance(rng: np.random.Generator, probability: float) -> bool:
    """True so often."""
    return float(rng.random()) < probability


def shares(total: int, weights: Sequence[float], at_least: int = 0) -> list[int]:
    """Split `total` into whole parts in proportion to the weights (largest remainder).

    Every part gets at least `at_least`; `total` must allow that. Ties go to the first.
    """
    rest = total - at_least * len(weights)
    if rest < 0:
        raise ValueError(f"{total} cannot give {at_least} to each of {len(weights)}")
    heap = float(sum(weights))
    wanted = [rest * weight / heap for weight in weights]
    parts = [int(share) for share in wanted]
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - wanted[i], i))
    for i in by_remainder[: rest - sum(parts)]:
        parts[i] += 1
    return [at_least + part for part in parts]


def cuts(rng: np.random.Generator, start: float, end: float, parts: int, unevenness: float) -> list[float]:
    """The `parts + 1` bounds that cut a length into uneven pieces.

    `unevenness` 0.25 lets each piece be up to a quarter longer or shorter before they are fitted.
    """
    lengths = 1.0 + unevenness * (2.0 * rng.random(parts) - 1.0)
    bounds = np.concatenate(([0.0], np.cumsum(lengths)))
    return [float(bound) for bound in start + (end - start) * bounds / bounds[-1]]
