"""A list of addresses, converted row by row: what became of each, and the counts. Pure but for what it is given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from addressing.search.convert_lines import LineConversion, LineStatus, Locate, convert_line
from addressing.search.units import Gazetteer

_TELL_EVERY = 200
_MOST_EXAMPLES = 20

STATUS_WORDS: dict[LineStatus, tuple[str, str]] = {
    "converted": ("đã chuyển đổi", "converted"),
    "current": ("đã là địa chỉ hiện hành", "already current"),
    "likely": ("cần xem: có khả năng nhất", "to be checked: likely"),
    "ambiguous": ("cần chọn", "to be chosen"),
    "not_found": ("không nhận ra", "not recognised"),
}
"""Vietnamese and English, for reports."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the list; `row` counts from 1, without the heading."""

    row: int
    result: LineConversion


@dataclass(slots=True)
class Counts:
    """How many rows came to what; the examples are the first of each that a person must look at."""

    on: date
    rows: int = 0
    by_status: Counter[str] = field(default_factory=Counter)
    examples: list[Row] = field(default_factory=list)

    @property
    def certain(self) -> int:
        """Rows that need nobody."""
        return self.by_status["converted"] + self.by_status["current"]

    def add(self, row: Row) -> None:
        """Count a row."""
        self.rows += 1
        self.by_status[row.result.status] += 1
        if row.result.line is None and len(self.examples) < _MOST_EXAMPLES:
            self.examples.append(row)


def convert_rows(
    addresses: Sequence[str],
    gazetteer: Gazetteer,
    on: date,
    counts: Counts,
    *,
    today: date,
    locate: Locate | None = None,
    progress: Callable[[int, int | None], None] | None = None,
) -> Iterator[Row]:
    """Each row in its order; `counts` grows as they are taken. Equal addresses are read once.

    `progress(done, total)` may raise to stop the work.
    """
    known: dict[str, LineConversion] = {}
    for number, address in enumerate(addresses, 1):
        result = known.get(address)
        if result is None:
            result = convert_line(address, gazetteer, on, today=today, locate=locate)
            if len(known) < 50_000:
                known[address] = result
        row = Row(number, result)
        counts.add(row)
        yield row
        if progress is not None and (number % _TELL_EVERY == 0 or number == len(addresses)):
            progress(number, len(addresses))
