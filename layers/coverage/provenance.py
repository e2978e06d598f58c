"""What a coverage number was made from: data versions, days, definition, method."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from layers.coverage.definitions import Definition
from layers.schema import layer_versions


@dataclass(frozen=True, slots=True)
class DataVersion:
    """How often a layer has been changed, and when last."""

    layer: str
    version: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Basis:
    """Everything that the numbers of one run share."""

    definition: Definition
    technology: str
    operators: tuple[str, ...]
    # Counted ones, alphabetical.
    min_operators: int
    as_of: date
    data: tuple[DataVersion, ...]
    # Of zones, sites and cells.
    first_source_date: date | None
    last_source_date: date | None
    # Days for which the lists of the cells speak; None when the lists give none.
    cells_drawn: int
    cells_left_out: Mapping[str, int]
    # Reason (cells.LEFT_OUT_REASONS) -> cells of the whole database.
    cells_assumed: Mapping[str, int]
    storage_srid: int
    method: str
    is_demo: bool
    # True when any zone or cell behind the numbers is made up.

    @property
    def data_version(self) -> str:
        """One word that changes with the data: `zones 3, sites 1, cells 7`."""
        return ", ".join(f"{one.layer} {one.version}" for one in self.data)


def data_versions(conn: Connection, layers: tuple[str, ...] = ("zones", "sites", "cells")) -> tuple[DataVersion, ...]:
    """Versions of these layers in the order given; a layer that was never counted is left out."""
    found = {
        row.layer: DataVersion(row.layer, row.version, row.changed_at)
        for row in conn.execute(
            select(layer_versions.c.layer, layer_versions.c.version, layer_versions.c.changed_at).where(
                layer_versions.c.layer.in_(layers)
            )
        )
    }
    return tuple(found[layer] for layer in layers if layer in found)
