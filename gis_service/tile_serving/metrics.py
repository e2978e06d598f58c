"""How many tiles were asked for and where they came from, by zoom and layer, in the text format of Prometheus.

Labels are bounded: zooms run to 22, a request for one layer carries its name, one for several is
`several`. Cached tiles are not written to the log one by one; these numbers are.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter

from maps.catalog import Layer

OUTCOMES = ("memory", "not_modified", "store", "drawn", "failed", "left")
"""Where a tile came from; `left`: the client hung up before."""
SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)

Labels = tuple[int, str]


def labels(z: int, layers: tuple[Layer, ...]) -> Labels:
    """Zoom and layer set of a request."""
    return z, layers[0].name if len(layers) == 1 else "several"


class TileMetrics:
    """The counts of one process since it started."""

    def __init__(self) -> None:
        self.answers: Counter[tuple[str, Labels]] = Counter()
        """By one of `OUTCOMES` and labels."""
        self._took: dict[int, list[int]] = {}
        self._seconds: Counter[int] = Counter()

    def took(self, z: int, seconds: float) -> None:
        """Note how long a tile took that was not in memory."""
        slots = self._took.setdefault(z, [0] * (len(SECONDS) + 1))
        slots[bisect_left(SECONDS, seconds)] += 1
        self._seconds[z] += seconds  # type: ignore[assignment]

    def exposition(self, gauges: dict[str, float]) -> str:
        """Everything as text, with `gauges` (name -> value) behind it."""
        lines = ["# TYPE gis_tiles_total counter"]
        lines += [
            f'gis_tiles_total{{outcome="{outcome}",zoom="{z}",layers="{name}"}} {count}'
            for (outcome, (z, name)), count in sorted(self.answers.items())
        ]
        lines.append("# TYPE gis_tile_seconds histogram")
        for z, slots in sorted(self._took.items()):
            so_far = 0
            for limit, count in zip((*SECONDS, "+Inf"), slots, strict=True):
                so_far += count
                lines.append(f'gis_tile_seconds_bucket{{zoom="{z}",le="{limit}"}} {so_far}')
            lines.append(f'gis_tile_seconds_count{{zoom="{z}"}} {so_far}')
            lines.append(f'gis_tile_seconds_sum{{zoom="{z}"}} {self._seconds[z]:.6f}')
        for name, value in sorted(gauges.items()):
            lines += [f"# TYPE {name} gauge", f"{name} {value:g}"]
        return "\n".join(lines) + "\n"
