"""What investors ask about plots: taken down with a receipt, answered from the Authority's inbox.

Names and ways to reach somebody are private: no view of `open` shows them, and they are kept only with consent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    DateTime,
    ForeignKey,
    Index,
    RowMapping,
    Table,
    Text,
    func,
    insert,
    select,
    text,
    update,
)

from addressing.counters import next_number
from addressing.deciding import today
from addressing.receipts import parse_receipt, receipt_code
from addressing.versions import require_version
from layers.errors import NotFound
from layers.plots import plots
from layers.schema import change_columns, identity_column, metadata, one_of
from layers.zones import zones
from maps import i18n

STATES = ("new", "in_progress", "answered", "closed", "spam")
SERIES = "DT"
"""Of receipts: đầu tư."""

enquiries = Table(
    "enquiries",
    metadata,
    identity_column(),
    Column("receipt", Text, nullable=False, unique=True, comment="DT-2026-000123-K."),
    Column("plot_id", ForeignKey("gis.plots.id", ondelete="SET NULL")),
    Column("subject", Text, nullable=False, comment="Zone and plot as they were called then."),
    Column("name", Text, nullable=False, comment="Private."),
    Column("company", Text, comment="Private."),
    Column("country", Text),
    Column("email", Text, comment="Private."),
    Column("phone", Text, comment="Private."),
    Column("message", Text, nullable=False, comment="Private."),
    Column("language", Text, nullable=False),
    Column("consented_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("state", Text, nullable=False, server_default=text("'new'")),
    Column("handled_by", Text),
    Column("note", Text, comment="Of the Authority."),
    *change_columns(),
    one_of("state", STATES),
    one_of("language", i18n.OFFERED),
    CheckConstraint("email IS NOT NULL OR phone IS NOT NULL", name="can_be_reached"),
    CheckConstraint("length(message) BETWEEN 1 AND 4000", name="message_length"),
    Index("ix_enquiries_state", "state", "id"),
    comment="Enquiries of investors.",
)


@dataclass(frozen=True, slots=True)
class Enquirer:
    """Who asks, and how to answer; at least one of `email` and `phone`."""

    name: str
    company: str | None
    country: str | None
    email: str | None
    phone: str | None
    language: str


def take_down(conn: Connection, who: Enquirer, message: str, *, zone_code: str = "", plot_code: str = "") -> str:
    """Keep an enquiry, about a plot or about none; gives its receipt. Raises `NotFound` for an unknown plot."""
    plot_id, subject = None, ""
    if zone_code:
        row = conn.execute(
            select(plots.c.id, zones.c.name, plots.c.code)
            .select_from(plots.join(zones, zones.c.id == plots.c.zone_id))
            .where(zones.c.code == zone_code, plots.c.code == plot_code, zones.c.published, plots.c.published)
            .order_by(plots.c.plan_version.desc()).limit(1)
        ).first()  # fmt: skip
        if row is None:
            raise NotFound("plot", "lô đất", f"{zone_code}/{plot_code}"[:60])
        plot_id, subject = row.id, f"{row.name}, {row.code}"
    year = today().year
    receipt = receipt_code(SERIES, year, next_number(conn, SERIES, year))
    conn.execute(
        insert(enquiries).values(
            receipt=receipt, plot_id=plot_id, subject=subject, name=who.name, company=who.company, country=who.country,
            email=who.email, phone=who.phone, message=message, language=who.language,
        )
    )  # fmt: skip
    return receipt


def state_of(conn: Connection, receipt: str) -> tuple[str, datetime]:
    """State and day of an enquiry for whoever holds its receipt; nothing about persons.

    Raises `InvalidIdentifier` for a misspelt receipt and `NotFound`.
    """
    found = parse_receipt(SERIES, receipt)
    row = conn.execute(select(enquiries.c.state, enquiries.c.created_at).where(enquiries.c.receipt == found)).first()
    if row is None:
        raise NotFound("enquiry", "yêu cầu", found)
    return row.state, row.created_at


def subject_of(conn: Connection, receipt: str) -> str:
    """Zone and plot of an enquiry; empty for a general one."""
    return str(conn.execute(select(enquiries.c.subject).where(enquiries.c.receipt == receipt)).scalar_one())


def inbox(conn: Connection, state: str | None, after_id: int | None, limit: int) -> list[RowMapping]:
    """Enquiries, the newest first; `state` None means all that are neither closed nor spam."""
    wanted = enquiries.c.state == state if state else enquiries.c.state.in_(("new", "in_progress", "answered"))
    query = select(enquiries).where(wanted).order_by(enquiries.c.id.desc()).limit(limit)
    if after_id is not None:
        query = query.where(enquiries.c.id < after_id)
    return list(conn.execute(query).mappings())


def handle(conn: Connection, enquiry_id: int, state: str, note: str | None, *, by: str, version: int) -> None:
    """Move an enquiry on. Raises `NotFound`, or `VersionConflict` when somebody was faster."""
    present = conn.execute(select(enquiries.c.version).where(enquiries.c.id == enquiry_id).with_for_update()).scalar()
    if present is None:
        raise NotFound("enquiry", "yêu cầu", enquiry_id)
    require_version("enquiry", "yêu cầu", enquiry_id, version, present)
    conn.execute(update(enquiries).where(enquiries.c.id == enquiry_id).values(state=state, note=note, handled_by=by))
