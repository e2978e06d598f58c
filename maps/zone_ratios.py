"""Declared 5G ratio of each zone on a day, computed once for each state of the data."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection

from layers.coverage import ratios
from layers.coverage.provenance import data_versions

_DATA = ("zones", "sites", "cells")
_KEPT = 64
_cache: OrderedDict[tuple[Any, ...], Mapping[int, float]] = OrderedDict()
_lock = threading.Lock()


def of_day(conn: Connection, audience: str, day: date) -> Mapping[int, float]:
    """Zone id -> share of its area under declared outdoor 5G footprints of cells on air by `day`, 0 to 1.

    All zones that the audience may see, of any operator. Empty when there is no zone.
    """
    versions = tuple((one.layer, one.version) for one in data_versions(conn, _DATA))
    key = (str(conn.engine.url), audience, versions, day)
    with _lock:
        if key in _cache:
            _cache.move_to_end(key)
            return _cache[key]
    made = {one.zone_id: one.ratio for one in ratios.by_zone(conn, technology="5G", as_of=day)}
    with _lock:
        _cache[key] = made
        while len(_cache) > _KEPT:
            _cache.popitem(last=False)
    return made
