"""What speaks for the province: facts of this deployment, each with its source and the month it speaks for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).parent / "province.json"


@dataclass(frozen=True, slots=True)
class ProvinceFact:
    """One figure and what it is, in every language offered."""

    figure: str
    words: dict[str, str]
    # language -> what the figure counts
    source: str
    month: date
    # first day of the month for which the source speaks


@lru_cache(maxsize=1)
def facts() -> tuple[ProvinceFact, ...]:
    """The facts of this deployment, in the order in which they are shown."""
    told = json.loads(_FILE.read_text(encoding="utf-8"))["facts"]
    return tuple(
        ProvinceFact(one["figure"], one["words"], one["source"], date.fromisoformat(f"{one['month']}-01"))
        for one in told
    )
