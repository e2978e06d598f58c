"""Read an address: the elements it names, in every way that makes sense, the likeliest first. Pure."""

from __future__ import annotations

from datetime import date

from addressing.search.elements import Reading
from addressing.search.units import Gazetteer


def parse(text: str, gazetteer: Gazetteer, *, today: date) -> tuple[Reading, ...]:
    """The readings of one written address, at most five, the likeliest first.

    `today` decides which units are current. Raises `AddressNotReadable` for text without a letter or
    digit, and for text longer than an address can be.
    """
    raise NotImplementedError
