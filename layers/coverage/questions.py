"""PURE: a coverage question in full, so that the same question has the same words and the same hash."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Literal

from layers.coverage.definitions import DEFINITIONS, Definition
from layers.coverage.errors import BadQuestion
from layers.coverage.link_budget import Walls

Subject = Literal["area", "plot", "enterprise", "worker", "population"]

SUBJECTS: dict[str, Subject] = {
    "area_ratio": "area", "plot_ratio": "plot", "enterprise_ratio": "enterprise", "worker_ratio": "worker",
    "population_ratio": "population",
}  # fmt: skip
"""First part of a definition's id -> what is divided by what."""


@dataclass(frozen=True, slots=True)
class Question:
    """Everything that decides a number, except the data."""

    definition: str
    # Id and version: plot_ratio/modelled@1.
    technology: str
    operators: tuple[str, ...]
    # Counted ones, alphabetical.
    as_of: date
    min_operators: int = 1
    tier_dbm: float | None = None
    # Modelled only: the power that must be reached …
    probability: float | None = None
    # … and with which probability.
    walls: Walls = "none"
    # Modelled only: none is outdoors.
    least_share: float | None = None
    # Plots only: the part of a plot that must be covered (0.5); 0 asks its representative point.

    @property
    def evidence(self) -> str:
        """declared or modelled."""
        return self.definition.partition("/")[2].partition("@")[0]

    @property
    def subject(self) -> Subject:
        """What is counted."""
        return SUBJECTS[self.definition.partition("/")[0]]

    def as_json(self) -> dict[str, Any]:
        """Plain values; `from_json` takes them back."""
        return asdict(self) | {"as_of": self.as_of.isoformat(), "operators": list(self.operators)}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Question:
        """From what `as_json` gave."""
        day = date.fromisoformat(values["as_of"])
        return cls(**(values | {"as_of": day, "operators": tuple(values["operators"])}))


def get_definition(label: str) -> Definition:
    """The definition of that id, or id@version; the newest when no version is given. Raises BadQuestion."""
    found = [one for one in DEFINITIONS if label in (one.id, one.label)]
    if not found:
        known = ", ".join(one.label for one in DEFINITIONS)
        raise BadQuestion("definition", f"one of {known}", f"một trong các định nghĩa {known}")
    return max(found, key=lambda one: one.version)


def complete(question: Question) -> Question:
    """The question with its defaults filled in. Raises BadQuestion for one that makes no sense."""
    label = get_definition(question.definition).label
    asked = replace(question, definition=label)
    if label.partition("/")[0] not in SUBJECTS:
        raise BadQuestion(
            "definition", "a ratio of ground, plots, firms or people", "một tỷ lệ theo diện tích, lô, ..."
        )
    if asked.subject == "plot":
        asked = replace(asked, least_share=0.5 if asked.least_share is None else float(asked.least_share))
        if not 0 <= (asked.least_share or 0.0) <= 1:
            raise BadQuestion("least_share", "from 0 to 1", "từ 0 đến 1")
    elif asked.least_share is not None:
        raise BadQuestion("least_share", "empty: it is for plots", "để trống: chỉ dùng cho lô đất")
    if asked.evidence == "declared":
        if (asked.tier_dbm, asked.probability, asked.walls) != (None, None, "none"):
            raise BadQuestion(
                "tier_dbm", "empty: declared footprints have no power", "để trống: vùng khai báo không có mức thu"
            )
        return asked
    tier = -110.0 if asked.tier_dbm is None else float(asked.tier_dbm)
    probability = 0.90 if asked.probability is None else float(asked.probability)
    if not (math.isfinite(tier) and -140 <= tier <= -40):
        raise BadQuestion("tier_dbm", "from -140 to -40 dBm", "từ -140 đến -40 dBm")
    if not 0.5 <= probability <= 0.999:
        raise BadQuestion("probability", "from 0.5 to 0.999", "từ 0,5 đến 0,999")
    return replace(asked, tier_dbm=tier, probability=probability)


def digest(*parts: object) -> str:
    """SHA-256 of values as JSON with sorted keys, or of bytes as they are."""
    sha = hashlib.sha256()
    for part in parts:
        sha.update(part if isinstance(part, bytes) else canonical(part))
        sha.update(b"\n")
    return sha.hexdigest()


def canonical(values: object) -> bytes:
    """One JSON text for one value: sorted keys, no blanks, shortest digits that read back the same."""
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
