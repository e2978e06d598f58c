"""Modelled ground of every zone, or of every commune, through the tiles of `scaleout`: for networks of any size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection

from layers.coverage import scaleout, shadowing, snapshots, transmitters
from layers.coverage.cells import check_question
from layers.coverage.definitions import AREA_RATIO_MODELLED
from layers.coverage.provenance import data_versions
from layers.coverage.questions import Question, complete
from layers.coverage.scaleout import Totals, Where


@dataclass(frozen=True, slots=True)
class Wide:
    """Totals with what they are of."""

    question: Question
    codes: tuple[str, ...]
    names: tuple[str, ...]
    totals: Totals
    step_m: float
    data_version: str
    definition: str = AREA_RATIO_MODELLED.label

    @property
    def method(self) -> str:
        """How the numbers were found."""
        return (
            f"{scaleout.ENGINE}: sample points every {self.step_m:g} m in tiles of 10 km, level by TR 38.901 without"
            " line of sight, best cell of each operator. Error bound: three standard errors of the grid."
        )


def by_place(
    conn: Connection, store: Path, *, of: Literal["zones", "communes"] = "zones", technology: str = "5G",
    as_of: date | None = None, tier_dbm: float = -110.0, probability: float = 0.9, step_m: float = 25.0,
    where: Where = "here", workers: int = 2, scheduler: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Wide:  # fmt: skip
    """Modelled covered share of each zone or commune; needs a staff connection. `store` keeps finished tiles.

    Raises UnknownTechnology or BadQuestion.
    """
    counted = check_question(conn, technology, None, 1)
    day = as_of or snapshots.database_today(conn)
    subject = "area_ratio/modelled" if of == "zones" else "population_ratio/modelled"
    question = complete(Question(subject, technology, counted, day, tier_dbm=tier_dbm, probability=probability))
    snapshot = snapshots.take(conn, question)
    versions = data_versions(conn, snapshots.LAYERS[question.subject])
    cells = transmitters.model(
        snapshot.cells, question.operators, snapshot.srid, tier_dbm=tier_dbm, probability=probability
    ).transmitters
    rows = [row for row in snapshot.zones if row["shape"] is not None]
    operators = max(1, len(counted))
    work = scaleout.tiles(
        snapshots.shape_array(rows), cells, operators, tier_dbm=tier_dbm, needed_z=shadowing.needed_z(probability),
        step_m=step_m,
    )  # fmt: skip
    totals = scaleout.run(
        work, len(rows), operators, store, where=where, workers=workers, scheduler=scheduler, progress=progress
    )
    codes, names = tuple(row["code"] for row in rows), tuple(row["name"] for row in rows)
    version = ", ".join(f"{one.layer} {one.version}" for one in versions)
    return Wide(question, codes, names, totals, step_m, version)
