"""The gazetteer of the country, and a parser that uses it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from addressing.search.elements import Reading
from addressing.search.parse import parse
from addressing.search.unit_tables import national_gazetteer

DAY = date(2026, 11, 23)
Read = Callable[[str], tuple[Reading, ...]]


@pytest.fixture(scope="session")
def read() -> Read:
    """All readings of a text, as of a day of November 2026."""
    gazetteer = national_gazetteer()
    return lambda text: parse(text, gazetteer, today=DAY)


@pytest.fixture(scope="session")
def first(read: Read) -> Callable[[str], Reading]:
    """The likeliest reading of a text."""
    return lambda text: read(text)[0]
