"""A page for one client: plots that a planner chose, with a note, behind a secret address that ends on a day.

The address is kept as a hash only. Name and note are private; the page shows of the plots what anyone may see.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    RowMapping,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    text,
    update,
)

from addressing.deciding import today
from gis_service.identity.sessions import fingerprint
from layers.errors import LayersError, NotFound
from layers.plots import plots
from layers.schema import change_columns, identity_column, metadata
from layers.zones import zones

LEAST_PLOTS, MOST_PLOTS = 2, 20
LONGEST = timedelta(days=366)
USUAL = timedelta(days=30)
FORGOTTEN_AFTER = timedelta(days=90)
"""So long after its end a page stays on the list; then the client's name goes too."""

client_pages = Table(
    "client_pages",
    metadata,
    identity_column(),
    Column("token_hash", Text, nullable=False, unique=True, comment="SHA-256 of the secret part of the address."),
    Column("client_name", Text, nullable=False, comment="Private."),
    Column("note", Text, comment="Private: for the client's eyes."),
    Column("expires_on", Date, nullable=False, comment="The last day on which it opens."),
    Column("created_by", Text, nullable=False),
    Column("revoked_at", DateTime(timezone=True)),
    Column("revoked_by", Text),
    Column("views", Integer, nullable=False, server_default=text("0")),
    Column("last_viewed_at", DateTime(timezone=True)),
    *change_columns(),
    CheckConstraint("length(client_name) BETWEEN 1 AND 200", name="client_name_length"),
    CheckConstraint("note IS NULL OR length(note) <= 4000", name="note_length"),
    CheckConstraint("views >= 0", name="views_not_negative"),
    Index("ix_client_pages_expires_on", "expires_on"),
    comment="Pages for one client, each behind a secret address.",
)

client_page_plots = Table(
    "client_page_plots",
    metadata,
    Column("page_id", ForeignKey("gis.client_pages.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("plot_id", ForeignKey("gis.plots.id", ondelete="SET NULL"), comment="Empty once the plot is no more."),
    Index("ix_client_page_plots_plot_id", "plot_id"),
    comment="The plots of a client's page, in the order in which the planner named them.",
)


class PageRefused(LayersError):
    """What a planner typed does not make a page; `key` is the text that says why."""

    code = "client_page_refused"

    def __init__(self, key: str, message: str, message_vi: str) -> None:
        super().__init__(message, message_vi)
        self.key = key


class PageEnded(LayersError):
    """The page was there and is no more: its last day passed, or the Authority took it back."""

    code = "client_page_ended"

    def __init__(self, *, revoked: bool) -> None:
        self.revoked = revoked
        super().__init__("This page has ended.", "Trang này đã hết hạn.")


@dataclass(frozen=True, slots=True)
class ClientPage:
    """What the client sees besides the plots."""

    id: int
    client_name: str
    note: str | None
    expires_on: date
    plot_ids: tuple[int, ...]
    gone: int
    """So many of its plots are no longer on record."""


def make(
    conn: Connection, *, client_name: str, note: str | None, expires_on: date, written: Sequence[str], by: str
) -> tuple[int, str]:
    """A new page of plots written ZONE/PLOT; gives its id and its secret, which nobody can read again.

    Only published plots can be on it. Raises `PageRefused`.
    """
    _check(client_name, note, expires_on)
    chosen = _find_plots(conn, list(dict.fromkeys(one.strip() for one in written if one.strip())))
    token = secrets.token_urlsafe(24)
    page_id: int = conn.execute(
        insert(client_pages)
        .values(token_hash=fingerprint(token), client_name=client_name, note=note, expires_on=expires_on, created_by=by)
        .returning(client_pages.c.id)
    ).scalar_one()
    conn.execute(
        insert(client_page_plots),
        [{"page_id": page_id, "position": place, "plot_id": plot_id} for place, plot_id in enumerate(chosen, 1)],
    )
    return page_id, token


def find(conn: Connection, token: str) -> ClientPage:
    """The page behind a secret. Raises `NotFound` or `PageEnded`."""
    row = conn.execute(select(client_pages).where(client_pages.c.token_hash == _hash(token))).first()
    if row is None:
        raise NotFound("page", "trang", "…")
    if row.revoked_at is not None or row.expires_on < today():
        raise PageEnded(revoked=row.revoked_at is not None)
    kept = conn.execute(
        select(client_page_plots.c.plot_id)
        .where(client_page_plots.c.page_id == row.id)
        .order_by(client_page_plots.c.position)
    ).scalars().all()  # fmt: skip
    there = tuple(plot_id for plot_id in kept if plot_id is not None)
    return ClientPage(row.id, row.client_name, row.note, row.expires_on, there, len(kept) - len(there))


def count_view(conn: Connection, page_id: int) -> None:
    """It was opened once more."""
    conn.execute(
        update(client_pages).where(client_pages.c.id == page_id)
        .values(views=client_pages.c.views + 1, last_viewed_at=func.clock_timestamp())
    )  # fmt: skip


def revoke(conn: Connection, page_id: int, *, by: str) -> None:
    """Take a page back at once; a second time changes nothing. Raises `NotFound`."""
    known = conn.execute(
        select(client_pages.c.revoked_at).where(client_pages.c.id == page_id).with_for_update()
    ).first()
    if known is None:
        raise NotFound("page", "trang", page_id)
    if known.revoked_at is None:
        conn.execute(
            update(client_pages).where(client_pages.c.id == page_id)
            .values(revoked_at=func.clock_timestamp(), revoked_by=by)
        )  # fmt: skip


def listed(conn: Connection, before_id: int | None, limit: int) -> Sequence[RowMapping]:
    """Pages with the number of their plots, the newest first."""
    count = (
        select(func.count()).select_from(client_page_plots).where(client_page_plots.c.page_id == client_pages.c.id)
    ).scalar_subquery()
    query = select(client_pages, count.label("plots")).order_by(client_pages.c.id.desc()).limit(limit)
    if before_id is not None:
        query = query.where(client_pages.c.id < before_id)
    return conn.execute(query).mappings().all()


def forget_old(conn: Connection) -> int:
    """Delete pages that ended long ago; gives how many."""
    return conn.execute(delete(client_pages).where(client_pages.c.expires_on < today() - FORGOTTEN_AFTER)).rowcount


def _hash(token: str) -> str:
    return fingerprint(token[:200].encode("utf-8", "replace").decode())


def _check(client_name: str, note: str | None, expires_on: date) -> None:
    if not 1 <= len(client_name) <= 200:
        raise PageRefused("name", "Say for whom the page is.", "Hãy ghi trang này dành cho ai.")
    if note is not None and len(note) > 4000:
        raise PageRefused("note", "The note is too long.", "Lời nhắn quá dài.")
    if not today() <= expires_on <= today() + LONGEST:
        raise PageRefused(
            "day", "The last day is from today on and at most a year ahead.",
            "Ngày cuối phải từ hôm nay và không quá một năm.",
        )  # fmt: skip


def _find_plots(conn: Connection, written: Sequence[str]) -> list[int]:
    if not LEAST_PLOTS <= len(written) <= MOST_PLOTS:
        raise PageRefused(
            "count", f"Choose {LEAST_PLOTS} to {MOST_PLOTS} plots.", f"Hãy chọn từ {LEAST_PLOTS} đến {MOST_PLOTS} lô."
        )
    chosen = []
    for name in written:
        zone_code, _, plot_code = name.partition("/")
        plot_id = conn.execute(
            select(plots.c.id)
            .select_from(plots.join(zones, zones.c.id == plots.c.zone_id))
            .where(zones.c.code == zone_code, plots.c.code == plot_code, zones.c.published, plots.c.published)
            .order_by(plots.c.plan_version.desc()).limit(1)
        ).scalar()  # fmt: skip
        if plot_id is None:
            raise PageRefused(
                "plot", f"There is no published plot '{name[:60]}'.", f"Không có lô đã công bố '{name[:60]}'."
            )
        chosen.append(plot_id)
    return chosen
