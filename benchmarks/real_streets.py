"""The OpenStreetMap streets and house numbers of two towns, put through our geometry."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import geopandas
import pandas as pd
from shapely import MultiLineString, STRtree, line_merge

from addressing.centreline import NearStreet, street_line
from addressing.frontage import Door, frontages
from addressing.rules.policy import Policy
from addressing.rules.questions import Inquiry
from benchmarks.agreement import Agreement, Seen, agree

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "osm-streets-housenumbers-sample"

METRES = {"helsinki": 3067, "krems": 32633}
"""Town -> the metric CRS in which it is measured."""

ANSWERS = {"street_branches": "longest_part", "street_in_pieces": "bridge_gaps"}
"""What is answered to every question about a whole street, alike for all. Questions about a door stay open."""

_NUMBER = re.compile(r"\s*([1-9][0-9]{0,3})(?![0-9])")
"""The number in front: 12, 33b, 9 B, "9, Floor 9"; of 5-7 the first."""


@dataclass(frozen=True, slots=True)
class Town:
    """What became of the addresses of one town."""

    streets: list[Agreement]
    # with at least one address that was predicted
    addresses: int
    unnamed: int
    # addresses that name no street, or none that is drawn
    unreadable: int
    # addresses without a number in front


Join = Callable[[MultiLineString], MultiLineString]
"""What is done to the drawn pieces of a street before our geometry sees them."""


def as_drawn(pieces: MultiLineString) -> MultiLineString:
    """Nothing."""
    return pieces


def longest_merged(pieces: MultiLineString) -> MultiLineString:
    """The peer: the longest line that `line_merge` makes of the pieces, the rest forgotten."""
    merged = line_merge(pieces)
    return MultiLineString([max(getattr(merged, "geoms", [merged]), key=lambda line: line.length)])


def compare(town: str, policy: Policy | None = None, join: Join = as_drawn) -> Town:
    """Predict side and order of the real house numbers of a town. The numbers are looked at afterwards only."""
    policy = policy or Policy()
    streets, addresses = _read(town)
    lines = {str(name): MultiLineString(list(rows.geometry)) for name, rows in streets.groupby("name")}
    named = addresses[addresses["street"].isin(lines.keys())]
    numbered = named[named["housenumber"].map(lambda written: _NUMBER.match(str(written)) is not None)]
    near = _Neighbours(lines, 2 * policy.reach_m)
    lines = {name: join(line) for name, line in lines.items()}
    found = [
        agreement
        for name, rows in numbered.groupby("street")
        if (agreement := _street(str(name), lines, rows, near, policy)) is not None
    ]
    return Town(found, len(addresses), len(addresses) - len(named), len(named) - len(numbered))


def _read(town: str) -> tuple[geopandas.GeoDataFrame, geopandas.GeoDataFrame]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the files carry no version that GDAL knows by heart
        layers = [geopandas.read_file(FOLDER / f"{town}_osm.gpkg", layer=name) for name in ("streets", "addresses")]
    streets, addresses = (layer.to_crs(METRES[town]) for layer in layers)
    return streets.dropna(subset=["name"]), addresses


class _Neighbours:
    """The other named streets round a street."""

    def __init__(self, lines: dict[str, MultiLineString], within_m: float) -> None:
        self.names = list(lines)
        self.lines = list(lines.values())
        self.tree = STRtree(self.lines)
        self.within_m = within_m

    def of(self, name: str) -> Iterator[NearStreet]:
        line = self.lines[self.names.index(name)]
        for at in sorted(self.tree.query(line, predicate="dwithin", distance=self.within_m)):
            if self.names[at] != name:
                yield NearStreet(self.names[at], self.names[at], 0, None, self.lines[at])


def _street(
    name: str, lines: dict[str, MultiLineString], rows: pd.DataFrame, near: _Neighbours, policy: Policy
) -> Agreement | None:
    inquiry = Inquiry(ANSWERS)
    centre = street_line(lines[name], name, inquiry, policy=policy)
    assert centre is not None  # every question about a whole street is answered
    doors = [Door(str(key), row.geometry.x, row.geometry.y) for key, row in rows.iterrows()]
    placed = frontages(centre, doors, policy=policy, inquiry=inquiry, near=list(near.of(name)))
    written = {str(key): _NUMBER.match(str(row.housenumber)) for key, row in rows.iterrows()}
    seen = []
    for item in placed:
        number = written[item.key]
        assert number is not None  # only numbered rows come here
        seen.append(Seen(int(number[1]), item.side, item.chainage_m))
    line_asked = any(choice.question.subject == "" for choice in inquiry.choices)
    return agree(name, seen, asked=len(doors) - len(placed), line_asked=line_asked) if seen else None
