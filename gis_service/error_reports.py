"""What visitors report as wrong on the map: taken down with a receipt, answered from the desk.

Ways to reach somebody are voluntary, kept only with consent and only for a while: `forget` erases them.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    DateTime,
    Float,
    Index,
    RowMapping,
    Table,
    Text,
    delete,
    func,
    insert,
    or_,
    select,
    text,
    update,
)

from addressing.counters import next_number
from addressing.deciding import today
from addressing.receipts import parse_receipt, receipt_code
from addressing.versions import require_version
from layers.errors import NotFound
from layers.schema import change_columns, identity_column, metadata, one_of

KINDS = ("wrong_place", "wrong_fact", "missing", "outdated", "duplicate", "other")
STATES = ("received", "looked_at", "corrected", "no_fault", "spam")
ENDED = ("corrected", "no_fault", "spam")
SERIES = "PA"
"""Of receipts: phản ánh."""

error_reports = Table(
    "error_reports",
    metadata,
    identity_column(),
    Column("receipt", Text, nullable=False, unique=True, comment="PA-2026-000123-K."),
    Column("kind", Text, nullable=False),
    Column("layer", Text, comment="Layer of the map, or places."),
    Column("feature_key", Text, comment="Id of the feature, or the code of the place."),
    Column("place_text", Text, comment="Where, in the words of who reported."),
    Column("x_m", Float, comment="East in the storage CRS."),
    Column("y_m", Float, comment="North in the storage CRS."),
    Column("message", Text, nullable=False, comment="Private."),
    Column("name", Text, comment="Private."),
    Column("email", Text, comment="Private."),
    Column("phone", Text, comment="Private."),
    Column("language", Text, nullable=False),
    Column("consented_at", DateTime(timezone=True)),
    Column("state", Text, nullable=False, server_default=text("'received'")),
    Column("reply", Text, comment="What whoever has the receipt may read."),
    Column("handled_by", Text),
    Column("ended_at", DateTime(timezone=True), comment="When it came into a last state."),
    *change_columns(),
    one_of("kind", KINDS),
    one_of("state", STATES),
    one_of("language", ("vi", "en")),
    CheckConstraint("(x_m IS NULL) = (y_m IS NULL)", name="whole_position"),
    CheckConstraint("layer IS NOT NULL OR x_m IS NOT NULL OR place_text IS NOT NULL", name="says_where"),
    CheckConstraint("consented_at IS NOT NULL OR coalesce(name, email, phone) IS NULL", name="contact_with_consent"),
    CheckConstraint("length(message) BETWEEN 1 AND 4000", name="message_length"),
    Index("ix_error_reports_state", "state", "id"),
    comment="Errors that visitors reported.",
)


@dataclass(frozen=True, slots=True)
class Where:
    """What is wrong: an object, a position in metres of the storage CRS, a place in words; at least one."""

    layer: str | None = None
    key: str | None = None
    text: str | None = None
    xy: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to tell; given with consent."""

    name: str | None
    email: str | None
    phone: str | None


def take_down(conn: Connection, kind: str, where: Where, message: str, contact: Contact | None, language: str) -> str:
    """Keep a report; gives its receipt."""
    year = today().year
    receipt = receipt_code(SERIES, year, next_number(conn, SERIES, year))
    x, y = where.xy or (None, None)
    conn.execute(
        insert(error_reports).values(
            receipt=receipt, kind=kind, layer=where.layer, feature_key=where.key, place_text=where.text, x_m=x, y_m=y,
            message=message, language=language,
            name=contact.name if contact else None, email=contact.email if contact else None,
            phone=contact.phone if contact else None, consented_at=func.now() if contact else None,
        )
    )  # fmt: skip
    return receipt


def told(conn: Connection, receipt: str) -> RowMapping:
    """Kind, state, reply and days for whoever has the receipt; neither the message nor persons.

    Raises `InvalidIdentifier` for a misspelt receipt and `NotFound`.
    """
    found = parse_receipt(SERIES, receipt)
    columns = [error_reports.c[name] for name in ("receipt", "kind", "state", "reply", "created_at", "updated_at")]
    row = conn.execute(select(*columns).where(error_reports.c.receipt == found)).mappings().first()
    if row is None:
        raise NotFound("report", "phản ánh", found)
    return row


def inbox(conn: Connection, state: str | None, after_id: int | None, limit: int) -> list[RowMapping]:
    """Reports, the newest first; `state` None means those that wait for somebody."""
    wanted = error_reports.c.state == state if state else error_reports.c.state.in_(("received", "looked_at"))
    query = select(error_reports).where(wanted).order_by(error_reports.c.id.desc()).limit(limit)
    if after_id is not None:
        query = query.where(error_reports.c.id < after_id)
    return list(conn.execute(query).mappings())


def handle(conn: Connection, report_id: int, state: str, reply: str | None, *, by: str, version: int) -> None:
    """Move a report on. Raises `NotFound`, or `VersionConflict` when somebody was faster."""
    present = select(error_reports.c.version, error_reports.c.ended_at).where(error_reports.c.id == report_id)
    row = conn.execute(present.with_for_update()).first()
    if row is None:
        raise NotFound("report", "phản ánh", report_id)
    require_version("report", "phản ánh", report_id, version, row.version)
    ended = (row.ended_at or func.now()) if state in ENDED else None
    conn.execute(
        update(error_reports).where(error_reports.c.id == report_id)
        .values(state=state, reply=reply, handled_by=by, ended_at=ended)
    )  # fmt: skip


def forget(conn: Connection, days: int) -> dict[str, int]:
    """Delete spam and erase the contacts of reports that ended more than `days` ago; how many of each."""
    is_old = error_reports.c.ended_at < func.now() - func.make_interval(0, 0, 0, days)
    spam = conn.execute(delete(error_reports).where(is_old, error_reports.c.state == "spam")).rowcount
    has_contact = or_(*(error_reports.c[name].is_not(None) for name in ("name", "email", "phone")))
    erased = conn.execute(
        update(error_reports).where(is_old, has_contact).values(name=None, email=None, phone=None)
    ).rowcount  # fmt: skip
    return {name: count for name, count in (("spam_deleted", spam), ("contacts_erased", erased)) if count}
