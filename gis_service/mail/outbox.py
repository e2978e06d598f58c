"""The outbox: a mail is queued in the transaction that wants it and sent afterwards, once.

A mail is marked as being sent before the first byte goes out. When nobody knows whether the server took it
(the line went dead after the last byte, the worker was killed), it is `unclear` and not sent again.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    delete,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert

from layers.schema import identity_column, metadata, one_of
from maps import i18n

KINDS = ("confirm", "alert", "receipt", "notice")
LANGUAGES = i18n.OFFERED
"""In which letters are written."""
STATES = ("queued", "sending", "sent", "refused", "unclear")
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720))
"""How long after each attempt that failed for now; after the last the mail is given up."""
UNCLEAR_AFTER = timedelta(minutes=15)
KEPT = timedelta(days=30)
"""So long a mail that is over stays on record, to be asked about; its words go at once."""

mails = Table(
    "mails",
    metadata,
    identity_column(),
    Column("key", Text, nullable=False, unique=True, comment="What it is about; the same is never queued twice."),
    Column("message_id", Text, nullable=False, comment="The same at every attempt."),
    Column("kind", Text, nullable=False),
    Column("subscription_id", ForeignKey("gis.alert_subscriptions.id", ondelete="CASCADE")),
    Column("recipient", Text, nullable=False, comment="Private."),
    Column("language", Text, nullable=False),
    Column("facts", JSONB, nullable=False, server_default=text("'{}'"), comment="Private: what the letter says."),
    Column("state", Text, nullable=False, server_default=text("'queued'")),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("next_try_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("last_answer", Text, comment="Code of the server, or what went wrong; no words of the letter."),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("changed_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    one_of("kind", KINDS),
    one_of("state", STATES),
    one_of("language", LANGUAGES),
    CheckConstraint("(kind IN ('confirm', 'alert')) = (subscription_id IS NOT NULL)", name="has_its_subscription"),
    Index("ix_mails_due", "next_try_at", postgresql_where=text("state = 'queued'")),
    Index("ix_mails_subscription_id", "subscription_id"),
    comment="Mail to be sent, and for a while what became of it.",
)


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that somebody took out of the box to send it."""

    id: int
    message_id: str
    kind: str
    subscription_id: int | None
    recipient: str
    language: str
    facts: dict[str, Any]
    attempts: int


def put(
    conn: Connection, kind: str, key: str, recipient: str, language: str,
    facts: dict[str, Any], *, subscription_id: int | None = None,
) -> int | None:  # fmt: skip
    """Queue a mail in this transaction; its id, or None when the same was queued before."""
    made = conn.execute(
        insert(mails).values(
            key=key, message_id=secrets.token_hex(12), kind=kind, recipient=recipient, language=language,
            facts=facts, subscription_id=subscription_id,
        ).on_conflict_do_nothing(index_elements=["key"]).returning(mails.c.id)
    ).scalar()  # fmt: skip
    return int(made) if made is not None else None


def take(conn: Connection) -> Mail | None:
    """The next mail that is due, marked as being sent; None when none is. Two takers never get the same."""
    due = (
        select(mails.c.id)
        .where(mails.c.state == "queued", mails.c.next_try_at <= func.now())
        .order_by(mails.c.next_try_at, mails.c.id).limit(1).with_for_update(skip_locked=True)
        .scalar_subquery()
    )  # fmt: skip
    row = conn.execute(
        update(mails).where(mails.c.id == due)
        .values(state="sending", attempts=mails.c.attempts + 1, changed_at=func.clock_timestamp())
        .returning(*(mails.c[name] for name in Mail.__slots__))
    ).first()  # fmt: skip
    return Mail(*row) if row is not None else None


def close(conn: Connection, mail: Mail, state: str, answer: str) -> None:
    """It is over, one way or the other: `sent`, `refused` or `unclear`. What it said is forgotten."""
    conn.execute(
        update(mails).where(mails.c.id == mail.id)
        .values(state=state, last_answer=answer[:200], facts={}, changed_at=func.clock_timestamp())
    )  # fmt: skip


def put_back(conn: Connection, mail: Mail, answer: str) -> str:
    """Try again later, or give up after the last attempt; gives the state."""
    if mail.attempts > len(WAITS):
        close(conn, mail, "refused", answer)
        return "refused"
    conn.execute(
        update(mails).where(mails.c.id == mail.id)
        .values(state="queued", last_answer=answer[:200], changed_at=func.clock_timestamp(),
                next_try_at=func.now() + WAITS[mail.attempts - 1])
    )  # fmt: skip
    return "queued"


def close_abandoned(conn: Connection, now: datetime) -> int:
    """Mails whose sender died: nobody knows whether they left. Gives how many."""
    return conn.execute(
        update(mails).where(mails.c.state == "sending", mails.c.changed_at < now - UNCLEAR_AFTER)
        .values(state="unclear", last_answer="sender died", facts={}, changed_at=func.clock_timestamp())
    ).rowcount  # fmt: skip


def forget_old(conn: Connection, now: datetime) -> int:
    """Delete what was over long ago, and what waited in vain as long; gives how many."""
    over = or_(mails.c.state.in_(("sent", "refused", "unclear")), mails.c.created_at < now - KEPT)
    return conn.execute(delete(mails).where(over, mails.c.changed_at < now - KEPT)).rowcount


def counts(conn: Connection) -> dict[str, int]:
    """How many mails are in each state."""
    rows = conn.execute(select(mails.c.state, func.count().label("n")).group_by(mails.c.state))
    return {row.state: row.n for row in rows}
