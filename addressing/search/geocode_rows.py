"""A list of addresses, located row by row: how precisely, what speaks against it, and the counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from sqlalchemy import Connection

from addressing.search.elements import Reason
from addressing.search.errors import AddressNotReadable, AddressTooLong
from addressing.search.geocode import Located, geocode
from addressing.search.normalise import key
from addressing.search.units import Gazetteer

RowStatus = Literal["located", "approximate", "number_unknown", "several", "not_found"]
# located: a door, a plot or a point that the text gives; approximate: a street, zone or unit, or between two numbers;
# number_unknown: the street is known and has no such number; several: more than one place is as likely

STATUS_WORDS: dict[RowStatus, tuple[str, str]] = {
    "located": ("đã định vị", "located"),
    "approximate": ("vị trí gần đúng", "approximate"),
    "number_unknown": ("không có số nhà này", "no such number"),
    "several": ("nhiều vị trí", "several places"),
    "not_found": ("không tìm thấy", "not found"),
}

SURE = 0.5  # below it a position is an approximation at best
_AS_LIKELY = 0.8  # a second place with this share of the confidence of the first is as likely
_TELL_EVERY = 100


@dataclass(frozen=True, slots=True)
class LocatedRow:
    """One row; `places` best first. `row` counts from 1, without the heading."""

    row: int
    written: str
    status: RowStatus
    places: tuple[Located, ...]
    reasons: tuple[Reason, ...]

    @property
    def best(self) -> Located | None:
        """The position to use, None where several are as likely or none is known."""
        return self.places[0] if self.places and self.status not in ("several", "not_found") else None


@dataclass(slots=True)
class Counts:
    """How many rows came to what, and how precisely."""

    rows: int = 0
    by_status: Counter[str] = field(default_factory=Counter)
    by_precision: Counter[str] = field(default_factory=Counter)

    def add(self, row: LocatedRow) -> None:
        """Count a row."""
        self.rows += 1
        self.by_status[row.status] += 1
        if row.best is not None:
            self.by_precision[row.best.precision] += 1


def geocode_rows(
    conn: Connection,
    addresses: Sequence[str],
    gazetteer: Gazetteer,
    counts: Counts,
    *,
    today: date,
    progress: Callable[[int, int | None], None] | None = None,
) -> Iterator[LocatedRow]:
    """Each row in its order; `counts` grows as they are taken. Equal addresses are asked once."""
    known: dict[str, LocatedRow] = {}
    for number, address in enumerate(addresses, 1):
        told = known.get(address) or _locate(conn, address, gazetteer, today)
        if len(known) < 50_000:
            known[address] = told
        row = LocatedRow(number, address, told.status, told.places, told.reasons)
        counts.add(row)
        yield row
        if progress is not None and (number % _TELL_EVERY == 0 or number == len(addresses)):
            progress(number, len(addresses))


def _locate(conn: Connection, address: str, gazetteer: Gazetteer, today: date) -> LocatedRow:
    try:
        places = geocode(conn, address, today=today, gazetteer=gazetteer)
    except (AddressNotReadable, AddressTooLong) as error:
        return LocatedRow(0, address, "not_found", (), (Reason(error.code, str(error), error.message_vi),))
    if not places:
        nothing = Reason("not_found", "Nothing of that name is on file.", "Không có dữ liệu về địa chỉ này.")
        return LocatedRow(0, address, "not_found", (), (nothing,))
    return LocatedRow(0, address, _status(places), places, places[0].reasons)


def rivals(places: tuple[Located, ...]) -> list[Located]:
    """Other places that the address means as likely as the first: namesakes elsewhere, or another way to read it.

    What is coarser, or only begins like the first, is no rival: the street of a house, an alley off a street.
    """
    first = places[0]
    return [
        one
        for one in places[1:]
        if one.confidence >= _AS_LIKELY * first.confidence
        and one.precision == first.precision
        and (one.x, one.y) != (first.x, first.y)
        and (key(one.title) == key(first.title) or one.reading != first.reading)
    ]


def _status(places: tuple[Located, ...]) -> RowStatus:
    first = places[0]
    if rivals(places):
        return "several"
    if first.unknown_number is not None:
        return "number_unknown"
    exact = first.precision in ("entrance", "plot", "point") and first.confidence >= SURE
    return "located" if exact else "approximate"
