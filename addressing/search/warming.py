"""What the first question would otherwise wait for."""

from __future__ import annotations

from sqlalchemy import Connection

from addressing.search.unit_index import index_of
from addressing.search.units_on_file import gazetteer_of
from addressing.search.vocabulary import vocabulary_of


def warm(conn: Connection) -> None:
    """Read the units of the country and the words of names into the memory of this process; about a second."""
    index_of(gazetteer_of(conn)).near("tuminh")  # also makes the part that finds slips
    vocabulary_of(conn)
