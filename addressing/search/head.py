"""What an address says in front of its units, before anything is decided about loose words. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from addressing.search.elements import Hamlet, Kilometre, Street, Zone
from addressing.search.numbers import Way


@dataclass(slots=True)
class Loose:
    """Words that no form announced."""

    text: str
    start: int
    behind: str
    # the element before it in its field; "" at the start of a field
    field_no: int
    is_whole: bool = False


@dataclass(slots=True)
class Head:
    """What was found, still without a decision about loose words."""

    way: Way = field(default_factory=Way)
    lots: list[str] = field(default_factory=list)
    parcel: str | None = None
    map_sheet: str | None = None
    zone: Zone | None = None
    km: Kilometre | None = None
    building: str | None = None
    floor: str | None = None
    flat: str | None = None
    streets: list[Street] = field(default_factory=list)
    hamlets: list[Hamlet] = field(default_factory=list)
    name: str | None = None
    landmark: str | None = None
    loose: list[Loose] = field(default_factory=list)
    seen: list[tuple[str, int]] = field(default_factory=list)
    # (element, field number) in the order of the text
