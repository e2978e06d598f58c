"""Views of the map that staff keep under a name, for themselves or for all staff, and links that open one to anybody.

A link is a secret: only its hash is kept. Every state of a view goes to `row_history`.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

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
    UniqueConstraint,
    delete,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from addressing.versions import require_version
from gis_service.identity.model import Identity
from layers.errors import LayersError, NotFound
from layers.schema import change_columns, identity_column, metadata, one_of

AUDIENCES = ("own", "staff")
LONGEST_NAME = 120
SHARE_DAYS = (1, 7, 30, 90, 365)

map_views = Table(
    "map_views",
    metadata,
    identity_column(),
    Column("name", Text, nullable=False),
    Column("owner", Text, nullable=False, comment="Login."),
    Column("audience", Text, nullable=False, comment="own: its owner alone; staff: all who are signed in as staff."),
    Column("state", Text, nullable=False, comment="What follows # in the address of the map."),
    Column("drawing", JSONB, nullable=False, comment="GeoJSON as maps.drawings checks it."),
    *change_columns(),
    one_of("audience", AUDIENCES),
    UniqueConstraint("owner", "name"),
    CheckConstraint(f"length(name) BETWEEN 1 AND {LONGEST_NAME}", name="name_length"),
    CheckConstraint("length(state) <= 1000", name="state_length"),
    comment="Named views of the map.",
)  # fmt: skip

map_view_shares = Table(
    "map_view_shares",
    metadata,
    identity_column(),
    Column("view_id", ForeignKey("gis.map_views.id", ondelete="CASCADE"), nullable=False),
    Column("token_hash", Text, nullable=False, unique=True, comment="SHA-256 of the secret in the link."),
    Column("created_by", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("revoked_at", DateTime(timezone=True)),
    CheckConstraint("expires_at > created_at", name="ends_after_it_begins"),
    Index("ix_map_view_shares_view_id", "view_id"),
    comment="Links that open a view to whoever has them, until they expire.",
)


class ShareExpired(LayersError):
    """A link that was good once."""

    code = "share_expired"

    def __init__(self, ended: datetime) -> None:
        self.ended = ended
        super().__init__(
            f"This link to a map view ended on {ended:%d/%m/%Y}. Ask whoever sent it for a new one.",
            f"Liên kết tới bản đồ này đã hết hạn ngày {ended:%d/%m/%Y}. Hãy xin liên kết mới từ người gửi.",
        )


class NotTheOwner(LayersError):
    """A view that the asker may see and not change."""

    code = "not_the_owner"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The view '{name}' belongs to somebody else; save it under a name of your own.",
            f"Bản đồ '{name}' là của người khác; hãy lưu thành bản của mình.",
        )


class ViewNameTaken(LayersError):
    """Somebody's second view of one name."""

    code = "view_name_taken"

    def __init__(self, name: str) -> None:
        super().__init__(f"You have a view '{name}' already.", f"Đã có bản đồ tên '{name}'.")


@dataclass(frozen=True, slots=True)
class Content:
    """What a view holds."""

    name: str
    audience: str
    state: str
    drawing: dict[str, Any]
    """As `maps.drawings.checked` gives it."""


def visible(conn: Connection, who: Identity) -> list[RowMapping]:
    """The views that somebody may open, their own first; without the drawings. `shares` counts links that work."""
    working = (
        select(func.count()).select_from(map_view_shares)
        .where(map_view_shares.c.view_id == map_views.c.id, map_view_shares.c.revoked_at.is_(None),
               map_view_shares.c.expires_at > func.now())
        .scalar_subquery()
    )  # fmt: skip
    drawn = func.jsonb_array_length(map_views.c.drawing["features"])
    columns = [one for one in map_views.c if one.name != "drawing"]
    query = (
        select(*columns, working.label("shares"), drawn.label("shapes"))
        .where(or_(map_views.c.owner == who.login, map_views.c.audience == "staff"))
        .order_by(map_views.c.owner != who.login, map_views.c.name, map_views.c.id)
    )  # fmt: skip
    return list(conn.execute(query).mappings())


def get(conn: Connection, view_id: int, who: Identity) -> RowMapping:
    """One view. Raises `NotFound` also for what is somebody else's own."""
    row = conn.execute(select(map_views).where(map_views.c.id == view_id)).mappings().first()
    if row is None or (row["audience"] == "own" and row["owner"] != who.login):
        raise NotFound("map view", "bản đồ đã lưu", view_id)
    return row


def save(conn: Connection, content: Content, who: Identity) -> int:
    """Keep a new view; its id. Raises `ViewNameTaken`."""
    _require_free(conn, content.name, who.login, None)
    made: int = conn.execute(
        insert(map_views)
        .values(name=content.name, owner=who.login, audience=content.audience, state=content.state,
                drawing=content.drawing)
        .returning(map_views.c.id)
    ).scalar_one()  # fmt: skip
    return made


def change(conn: Connection, view_id: int, who: Identity, version: int, **values: Any) -> int:
    """Write some of name, audience, state and drawing; gives the next version.

    Raises `NotFound`, `NotTheOwner`, `VersionConflict`, `ViewNameTaken`.
    """
    row = _for_change(conn, view_id, who, version)
    if "name" in values:
        _require_free(conn, values["name"], row["owner"], view_id)
    conn.execute(update(map_views).where(map_views.c.id == view_id).values(**values))
    return version + 1


def remove(conn: Connection, view_id: int, who: Identity, version: int) -> None:
    """Delete a view and its links. Raises as `change` does."""
    _for_change(conn, view_id, who, version)
    conn.execute(delete(map_views).where(map_views.c.id == view_id))


def share(conn: Connection, view_id: int, who: Identity, days: int) -> tuple[str, datetime]:
    """A new link to a view: its secret, which is told this once, and its end. Raises `NotFound`."""
    get(conn, view_id, who)
    token = secrets.token_urlsafe(24)
    ends = datetime.now(UTC) + timedelta(days=days)
    conn.execute(
        insert(map_view_shares).values(
            view_id=view_id, token_hash=_hash(token), created_by=who.login, expires_at=ends
        )
    )  # fmt: skip
    return token, ends


def shares_of(conn: Connection, view_ids: list[int]) -> list[RowMapping]:
    """Links that still work, the newest first."""
    query = (
        select(map_view_shares.c.id, map_view_shares.c.view_id, map_view_shares.c.created_by,
               map_view_shares.c.created_at, map_view_shares.c.expires_at)
        .where(map_view_shares.c.view_id.in_(view_ids), map_view_shares.c.revoked_at.is_(None),
               map_view_shares.c.expires_at > func.now())
        .order_by(map_view_shares.c.id.desc())
    )  # fmt: skip
    return list(conn.execute(query).mappings())


def revoke(conn: Connection, share_id: int, who: Identity) -> None:
    """End a link now. Raises `NotFound`, and `NotTheOwner` for who neither made it nor owns the view."""
    row = conn.execute(
        select(map_view_shares.c.view_id, map_view_shares.c.created_by).where(map_view_shares.c.id == share_id)
    ).first()
    if row is None:
        raise NotFound("link", "liên kết", share_id)
    view = get(conn, row.view_id, who)
    if who.login not in (row.created_by, view["owner"]) and "administrator" not in who.roles:
        raise NotTheOwner(view["name"])
    conn.execute(
        update(map_view_shares).where(map_view_shares.c.id == share_id, map_view_shares.c.revoked_at.is_(None))
        .values(revoked_at=func.now())
    )  # fmt: skip


def open_share(conn: Connection, token: str) -> RowMapping:
    """Name, state, drawing and end of the view behind a link. Raises `NotFound` and `ShareExpired`."""
    query = (
        select(map_views.c.name, map_views.c.state, map_views.c.drawing, map_view_shares.c.expires_at,
               map_view_shares.c.revoked_at, (map_view_shares.c.expires_at <= func.now()).label("is_over"))
        .select_from(map_view_shares.join(map_views))
        .where(map_view_shares.c.token_hash == _hash(token))
    )  # fmt: skip
    row = conn.execute(query).mappings().first()
    if row is None:
        raise NotFound("link to a map view", "liên kết bản đồ", token[:6] + "…")
    if row["revoked_at"] is not None or row["is_over"]:
        raise ShareExpired(row["revoked_at"] or row["expires_at"])
    return row


def forget_old_shares(conn: Connection) -> int:
    """Delete links that ended more than a year ago; until then they say that they ended."""
    ended = func.coalesce(map_view_shares.c.revoked_at, map_view_shares.c.expires_at)
    return conn.execute(delete(map_view_shares).where(ended < func.now() - text("interval '1 year'"))).rowcount


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _for_change(conn: Connection, view_id: int, who: Identity, version: int) -> RowMapping:
    row = conn.execute(select(map_views).where(map_views.c.id == view_id).with_for_update()).mappings().first()
    if row is None or (row["audience"] == "own" and row["owner"] != who.login):
        raise NotFound("map view", "bản đồ đã lưu", view_id)
    if row["owner"] != who.login and "administrator" not in who.roles:
        raise NotTheOwner(row["name"])
    require_version("map view", "bản đồ đã lưu", view_id, version, row["version"])
    return row


def _require_free(conn: Connection, name: str, owner: str, view_id: int | None) -> None:
    taken = conn.execute(
        select(map_views.c.id).where(map_views.c.owner == owner, map_views.c.name == name)
    ).scalar()  # fmt: skip
    if taken is not None and taken != view_id:
        raise ViewNameTaken(name)
