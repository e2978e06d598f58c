"""The borders of communes of 2025: real shapes, with the small faults that real shapes have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
import shapely

from maps.catalog.recipes import pixel_m
from maps.overviews.generalising import generalise, groups


@pytest.fixture(scope="module")
def communes(shared_data: Path) -> Any:
    """Communes of four provinces with corners every few metres, in web mercator."""
    path = shared_data / "vn-admin-2025" / "neighbours_2025_wards_5m.gpkg"
    return np.asarray(geopandas.read_file(path).to_crs(3857).geometry.values, dtype=object)


def overlap_m2(shapes: Any) -> float:
    return float(shapely.area(shapes).sum() - shapely.area(shapely.union_all(shapes)))


def gaps_m2(shapes: Any) -> float:
    union = shapely.union_all(shapes)
    rings = [ring for part in shapely.get_parts(union) for ring in part.interiors]
    return float(sum(shapely.Polygon(ring).area for ring in rings))


@pytest.mark.parametrize("zoom", [9, 11])
def test_real_communes_lose_corners_and_gain_neither_gap_nor_overlap(communes: Any, zoom: int) -> None:
    made = communes.copy()
    for group in groups(communes):
        made[group] = generalise(communes[group], pixel_m(zoom) / 2)
    assert shapely.is_valid(made).all()
    # Square metres among 20,000 square kilometres; the source has as many.
    assert overlap_m2(made) <= overlap_m2(communes) + 5
    assert gaps_m2(made) <= gaps_m2(communes) + 5
    assert shapely.area(made).sum() == pytest.approx(shapely.area(communes).sum(), rel=0.002)
    corners = shapely.get_num_coordinates(made).sum() / shapely.get_num_coordinates(communes).sum()
    assert corners < (0.25 if zoom == 9 else 0.6)
