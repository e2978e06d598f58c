"""What the tests of the register share: a street with numbers in force, and a photo."""

from __future__ import annotations

from sqlalchemy import Connection

from tests.integration.numbering_ground import lay_street
from tests.integration.test_register_addresses import number

JPEG = b"\xff\xd8\xff\xe0" + b"photo"
ROW = "A .\n. b\n. c\n. d\nB ."


def numbered_street(conn: Connection, code: str = "A", **facts: object) -> int:
    """Houses 1, 3 and 5."""
    street_id, _ = lay_street(conn, ROW, ["A", "B"], code=code, **facts)
    number(conn, street_id, f"1/QĐ-{code}")
    return street_id
