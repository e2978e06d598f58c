"""What every form that anybody may send has in common: how a reader is reached, and how often one may ask."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sqlalchemy import Connection, func, select, text

from gis_service.identity.patience import stands_for_many
from gis_service.identity.tables import audit_log

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"\+?[0-9][0-9 .\-]{6,18}[0-9]")


_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
LINE = 200
"""Characters in a field of one line. The form says so itself: a refusal by the framework would lose what was typed."""


def tidied(*typed: str) -> tuple[str, ...]:
    """What was typed without blanks around it and without characters that no screen shows and no database keeps.

    A line ends as it does in the counter of the browser, not with the two characters that it sends.
    """
    return tuple(_UNSEEN.sub("", one.replace("\r\n", "\n")).strip() for one in typed)


def is_too_long(typed: Mapping[str, str], longest: Mapping[str, int]) -> bool:
    """Whether a field holds more than it may: `LINE`, or what `longest` says of it."""
    return any(len(value) > longest.get(name, LINE) for name, value in typed.items())


def is_email(typed: str) -> bool:
    """Whether it looks like an address for mail; whether it exists is known only by writing to it."""
    return _EMAIL.fullmatch(typed) is not None


def is_phone(typed: str) -> bool:
    """Whether it looks like a telephone number, of this country or another."""
    return _PHONE.fullmatch(typed) is not None


def asked_too_often(conn: Connection, client: str | None, operation: str, per_hour: int) -> bool:
    """Whether `client` did `operation` more than `per_hour` times in the last hour.

    The request that is being handled is in the audit trail already and counts. An address behind which many
    people may sit, and a request that came without one, is never refused.
    """
    if client is None or stands_for_many(client):
        return False
    done = conn.execute(
        select(func.count())
        .select_from(audit_log)
        .where(
            audit_log.c.at > func.clock_timestamp() - text("interval '1 hour'"),
            audit_log.c.operation == operation,
            audit_log.c.client == client,
        )
    ).scalar_one()
    return int(done) > per_hour
