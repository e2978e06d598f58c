"""Saved searches with alerts by e-mail, without an account.

Whoever holds a link from one of the mails may confirm, renew or end the alert. Links are kept as hashes; each
mail carries a new one, made when it is sent. Ending an alert deletes the address and everything about it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    text,
    update,
)

from gis_service.identity.sessions import fingerprint
from gis_service.mail import outbox
from gis_service.mail.outbox import mails
from layers.errors import LayersError, NotFound
from layers.schema import identity_column, metadata, one_of

FREQUENCIES = ("daily", "immediate")
UNCONFIRMED_FOR = timedelta(hours=48)
MOST_PER_ADDRESS = 10
"""Saved searches of one e-mail address."""
MOST_CONFIRMATIONS = 3
"""Mails asking for confirmation to one address in a day: nobody can have a stranger's box filled."""

MOST_AN_HOUR = 200
"""Mails asking for confirmation in an hour, to all addresses together: this server is no tool for sending mail."""

alert_subscriptions = Table(
    "alert_subscriptions",
    metadata,
    identity_column(),
    Column("email", Text, nullable=False, comment="Private."),
    Column("search", Text, nullable=False, comment="The filter as the query of an address."),
    Column("frequency", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("consented_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("confirmed_at", DateTime(timezone=True)),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    one_of("frequency", FREQUENCIES),
    one_of("language", outbox.LANGUAGES),
    CheckConstraint("length(search) <= 2000", name="search_length"),
    Index("uq_alert_subscriptions_email", text("lower(email)"), text("md5(search)"), unique=True),
    Index("ix_alert_subscriptions_expires_at", "expires_at"),
    comment="Saved searches that send mail.",
)

alert_links = Table(
    "alert_links",
    metadata,
    Column("token_hash", Text, primary_key=True, comment="SHA-256 of the secret part of a link."),
    Column("subscription_id", ForeignKey("gis.alert_subscriptions.id", ondelete="CASCADE"), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index("ix_alert_links_subscription_id", "subscription_id"),
    comment="Links in mails, by which an alert is confirmed, renewed and ended.",
)

alert_ledger = Table(
    "alert_ledger",
    metadata,
    Column("subscription_id", ForeignKey("gis.alert_subscriptions.id", ondelete="CASCADE"), primary_key=True),
    Column("plot_id", ForeignKey("gis.plots.id", ondelete="CASCADE"), primary_key=True),
    Column("plot_version", Integer, primary_key=True),
    Column("what", Text, nullable=False, comment="known: matched when the alert began, nothing is told."),
    Column("status", Text, nullable=False),
    Column("price_usd_m2_term", Float),
    Column("mail_id", BigInteger, comment="The mail that told it."),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    one_of("what", ("known", "new", "changed", "gone")),
    Index("ix_alert_ledger_plot_id", "plot_id"),
    comment="What was told to whom: one row per alert and version of a plot, so nothing is told twice.",
)


class MailIsOff(LayersError):
    """No mail server is set, so nobody can be alerted."""

    code = "mail_is_off"

    def __init__(self) -> None:
        super().__init__("E-mail is not set up on this server.", "Máy chủ này chưa được thiết lập gửi thư.")


@dataclass(frozen=True, slots=True)
class Subscription:
    """A saved search."""

    id: int
    email: str
    search: str
    frequency: str
    language: str
    confirmed_at: datetime | None
    expires_at: datetime


_COLUMNS = [alert_subscriptions.c[name] for name in Subscription.__slots__]


def ask(conn: Connection, *, email: str, search: str, frequency: str, language: str) -> None:
    """Save a search and ask its owner to confirm.

    The same address and search again only asks again. Beyond the bounds per address nothing happens, and
    nothing is said, or one could find out who has alerts here.
    """
    conn.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"alerts {email.lower()}"))))
    mine = func.lower(alert_subscriptions.c.email) == email.lower()
    now = datetime.now(UTC)
    conn.execute(delete(alert_subscriptions).where(mine, alert_subscriptions.c.expires_at <= now))
    known = conn.execute(
        select(alert_subscriptions.c.id).where(mine, alert_subscriptions.c.search == search)
    ).scalar()  # fmt: skip
    asked = conn.execute(
        select(func.count()).select_from(mails)
        .where(mails.c.kind == "confirm", func.lower(mails.c.recipient) == email.lower(),
               mails.c.created_at > now - timedelta(days=1))
    ).scalar_one()  # fmt: skip
    held = conn.execute(select(func.count()).select_from(alert_subscriptions).where(mine)).scalar_one()
    if asked >= MOST_CONFIRMATIONS or (known is None and held >= MOST_PER_ADDRESS):
        return
    if known is None:
        known = conn.execute(
            insert(alert_subscriptions)
            .values(
                email=email, search=search, frequency=frequency, language=language, expires_at=now + UNCONFIRMED_FOR
            )
            .returning(alert_subscriptions.c.id)
        ).scalar_one()
    else:  # what was confirmed stays as it is: anybody may have filled in this form
        conn.execute(
            update(alert_subscriptions)
            .where(alert_subscriptions.c.id == known, alert_subscriptions.c.confirmed_at.is_(None))
            .values(frequency=frequency, language=language, expires_at=now + UNCONFIRMED_FOR)
        )
    outbox.put(
        conn, "confirm", f"confirm {known} {now.isoformat()}", email, language,
        {"search": search, "frequency": frequency}, subscription_id=known,
    )  # fmt: skip


def is_flooded(conn: Connection) -> bool:
    """Whether so many were asked for within the hour that nobody can ask just now."""
    asked = select(func.count()).select_from(mails).where(
        mails.c.kind == "confirm", mails.c.created_at > datetime.now(UTC) - timedelta(hours=1)
    )  # fmt: skip
    return int(conn.execute(asked).scalar_one()) >= MOST_AN_HOUR


def find(conn: Connection, token: str) -> Subscription:
    """The alert behind a link. Raises `NotFound`: also when it was ended or has run out."""
    row = conn.execute(
        select(*_COLUMNS)
        .join(alert_links, alert_links.c.subscription_id == alert_subscriptions.c.id)
        .where(alert_links.c.token_hash == _hash(token), alert_subscriptions.c.expires_at > func.now())
    ).first()
    if row is None:
        raise NotFound("alert", "thông báo", "…")
    return Subscription(*row)


def get(conn: Connection, subscription_id: int) -> Subscription:
    """One alert. Raises `NotFound`."""
    row = conn.execute(select(*_COLUMNS).where(alert_subscriptions.c.id == subscription_id)).first()
    if row is None:
        raise NotFound("alert", "thông báo", subscription_id)
    return Subscription(*row)


def confirm(conn: Connection, subscription_id: int, *, for_days: int) -> bool:
    """Begin an alert, or go on with it for as long again; True when it begins now."""
    until = datetime.now(UTC) + timedelta(days=for_days)
    first = conn.execute(
        update(alert_subscriptions)
        .where(alert_subscriptions.c.id == subscription_id, alert_subscriptions.c.confirmed_at.is_(None))
        .values(confirmed_at=func.now(), expires_at=until)
    ).rowcount
    if not first:
        conn.execute(
            update(alert_subscriptions).where(alert_subscriptions.c.id == subscription_id).values(expires_at=until)
        )
    return bool(first)


def end(conn: Connection, subscription_id: int) -> None:
    """Delete an alert with its address, links, mails and everything it was told."""
    conn.execute(delete(alert_subscriptions).where(alert_subscriptions.c.id == subscription_id))


def in_force(conn: Connection) -> list[Subscription]:
    """Alerts that were confirmed and have not run out."""
    rows = conn.execute(
        select(*_COLUMNS)
        .where(alert_subscriptions.c.confirmed_at.is_not(None), alert_subscriptions.c.expires_at > func.now())
        .order_by(alert_subscriptions.c.id)
    )
    return [Subscription(*row) for row in rows]


def new_link(conn: Connection, subscription_id: int) -> str:
    """A secret for one more mail; only its hash is kept."""
    token = secrets.token_urlsafe(24)
    conn.execute(insert(alert_links).values(token_hash=_hash(token), subscription_id=subscription_id))
    return token


def forget_old(conn: Connection) -> int:
    """Delete alerts that nobody confirmed in time or that have run out; gives how many."""
    return conn.execute(delete(alert_subscriptions).where(alert_subscriptions.c.expires_at <= func.now())).rowcount


def _hash(token: str) -> str:
    return fingerprint(token[:200].encode("utf-8", "replace").decode())
