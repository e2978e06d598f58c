"""Pictures and documents of zones and plots: kept whole in the database, shown to the public when marked so.

Why in the database: docs/decisions/0013.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from urllib.parse import quote

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    Connection,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
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

from layers.errors import LayersError, NotFound
from layers.plots import plots
from layers.schema import change_columns, identity_column, metadata, one_of
from layers.zones import zones

MB = 1024 * 1024
FILE_BYTES = 20 * MB
"""Largest file, picture or document."""
MOST_FILES = 60
"""So many files one zone or one plot has at most."""

PICTURES = ("photo",)
DOCUMENTS = ("brochure", "decision", "plan", "other")
KINDS = PICTURES + DOCUMENTS
PICTURE_TYPES = ("image/jpeg", "image/png", "image/webp")
MEDIA_TYPES = (*PICTURE_TYPES, "application/pdf")

land_files = Table(
    "land_files",
    metadata,
    identity_column(),
    Column("zone_id", ForeignKey("gis.zones.id", ondelete="CASCADE")),
    Column("plot_id", ForeignKey("gis.plots.id", ondelete="CASCADE")),
    Column("kind", Text, nullable=False),
    Column("media_type", Text, nullable=False, comment="Told from the first bytes, not from the name."),
    Column("file_name", Text, nullable=False, comment="To show and to offer for saving, never a path."),
    Column("title_vi", Text, nullable=False),
    Column("title_en", Text),
    Column("alt_vi", Text, comment="What a picture shows, for who does not see it."),
    Column("alt_en", Text),
    Column("source", Text, nullable=False),
    Column("source_date", Date),
    Column("public", Boolean, nullable=False, server_default=text("false")),
    Column("position", Integer, nullable=False, server_default=text("0"), comment="Order of showing."),
    Column("width_px", Integer, comment="Of pictures."),
    Column("height_px", Integer),
    Column("size_bytes", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("preview", LargeBinary, comment="A small JPEG; of pictures."),
    Column("uploaded_by", Text, nullable=False),
    *change_columns(),
    one_of("kind", KINDS),
    one_of("media_type", MEDIA_TYPES),
    CheckConstraint("num_nonnulls(zone_id, plot_id) = 1", name="of_one"),
    CheckConstraint(f"octet_length(content) = size_bytes AND size_bytes BETWEEN 1 AND {FILE_BYTES}", name="size"),
    CheckConstraint("sha256 = encode(sha256(content), 'hex')", name="digest"),
    CheckConstraint(
        "(kind = 'photo') = (media_type <> 'application/pdf') AND (kind = 'photo') = (preview IS NOT NULL)"
        " AND (kind = 'photo') = (width_px IS NOT NULL AND height_px IS NOT NULL)"
        " AND (kind <> 'photo' OR coalesce(alt_vi, '') <> '')",
        name="picture_is_whole",
    ),
    Index("uq_land_files_zone_id", "zone_id", "sha256", unique=True),
    Index("uq_land_files_plot_id", "plot_id", "sha256", unique=True),
    comment="Pictures and documents of zones and plots.",
)

_SHOWN = tuple(column for column in land_files.c if column.name not in ("content", "preview", "uploaded_by"))


class FileRefused(LayersError):
    """A file or what is said about it cannot be taken; `key` names the reason for pages."""

    code = "file_refused"

    def __init__(self, key: str, message: str, message_vi: str) -> None:
        super().__init__(message, message_vi)
        self.key = key


class FileChanged(FileRefused):
    """Somebody else said something else about it meanwhile."""

    code = "file_changed"


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes, checked and cleaned by who received them."""

    media_type: str
    body: bytes
    preview: bytes | None = None
    width_px: int | None = None
    height_px: int | None = None


@dataclass(frozen=True, slots=True)
class Caption:
    """What is said about a file."""

    kind: str
    title_vi: str
    title_en: str | None
    alt_vi: str | None
    # required of pictures
    alt_en: str | None
    source: str
    source_date: date | None
    public: bool
    position: int = 0


def find_land(conn: Connection, written: str) -> tuple[int | None, int | None, str]:
    """Zone id or plot id, and the address of its page, for ZONE or ZONE/PLOT. Raises `NotFound`.

    Staff find what is not published too.
    """
    zone_code, _, plot_code = written.strip().partition("/")
    if not plot_code:
        zone_id = conn.execute(select(zones.c.id).where(zones.c.code == zone_code)).scalar()
        if zone_id is None:
            raise NotFound("zone", "khu", zone_code[:60])
        return zone_id, None, f"/zones/{quote(zone_code, safe='')}"
    plot_id = conn.execute(
        select(plots.c.id)
        .select_from(plots.join(zones, zones.c.id == plots.c.zone_id))
        .where(zones.c.code == zone_code, plots.c.code == plot_code)
        .order_by(plots.c.plan_version.desc()).limit(1)
    ).scalar()  # fmt: skip
    if plot_id is None:
        raise NotFound("plot", "lô đất", written[:60])
    return None, plot_id, f"/plots/{quote(zone_code, safe='')}/{quote(plot_code, safe='')}"


def add(
    conn: Connection, zone_id: int | None, plot_id: int | None, content: Content, caption: Caption,
    *, file_name: str, by: str,
) -> int:  # fmt: skip
    """Keep a file; gives its id. Raises `FileRefused` for a caption that lacks something, a double, or one too many."""
    _check(caption, content.media_type)
    digest = sha256(content.body).hexdigest()
    here = _of(zone_id, plot_id)
    # One at a time per place, or the count could be passed by two at once.
    conn.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"land_files {zone_id} {plot_id}"))))
    if conn.execute(select(land_files.c.id).where(here, land_files.c.sha256 == digest)).first():
        raise FileRefused("double", "This file is there already.", "Tệp này đã có.")
    if conn.execute(select(func.count()).select_from(land_files).where(here)).scalar_one() >= MOST_FILES:
        raise FileRefused("many", f"There are {MOST_FILES} files already.", f"Đã có {MOST_FILES} tệp.")
    made: int = conn.execute(
        insert(land_files).values(
            zone_id=zone_id, plot_id=plot_id, media_type=content.media_type, file_name=tidy_name(file_name),
            size_bytes=len(content.body), sha256=digest, content=content.body, preview=content.preview,
            width_px=content.width_px, height_px=content.height_px, uploaded_by=by, **_captioned(caption),
        ).returning(land_files.c.id)
    ).scalar_one()  # fmt: skip
    return made


def change(conn: Connection, file_id: int, caption: Caption, *, version: int) -> None:
    """Say something else about a file. Raises `NotFound`, `FileRefused`, or `FileChanged` when somebody was faster."""
    row = conn.execute(
        select(land_files.c.version, land_files.c.media_type).where(land_files.c.id == file_id).with_for_update()
    ).first()
    if row is None:
        raise NotFound("file", "tệp", file_id)
    if row.version != version:
        raise FileChanged(
            "changed", "Somebody changed this meanwhile. Look again.", "Có người vừa sửa mục này. Hãy xem lại."
        )
    _check(caption, row.media_type)
    conn.execute(update(land_files).where(land_files.c.id == file_id).values(**_captioned(caption)))


def remove(conn: Connection, file_id: int) -> None:
    """Delete a file for good. Raises `NotFound`."""
    if conn.execute(delete(land_files).where(land_files.c.id == file_id)).rowcount == 0:
        raise NotFound("file", "tệp", file_id)


def listed(conn: Connection, *, zone_id: int | None = None, plot_id: int | None = None) -> Sequence[RowMapping]:
    """Files of one zone or plot in their order, without the bytes; on a public connection the public ones."""
    return (
        conn.execute(
            select(*_SHOWN).where(_of(zone_id, plot_id)).order_by(land_files.c.position, land_files.c.id)
        ).mappings().all()
    )  # fmt: skip


def get_file(conn: Connection, file_id: int, *, preview: bool = False) -> RowMapping:
    """One file with its `bytes` (or those of its preview). Raises `NotFound`, also for what the asker may not see."""
    column = land_files.c.preview if preview else land_files.c.content
    row = conn.execute(
        select(*_SHOWN, column.label("bytes")).where(land_files.c.id == file_id)
    ).mappings().first()  # fmt: skip
    if row is None or row["bytes"] is None:
        raise NotFound("file", "tệp", file_id)
    return row


def tidy_name(name: str) -> str:
    """A file name to show, not to use: no folders, no control characters."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    return "".join(sign for sign in last if sign.isprintable()).strip()[:120] or "file"


def _of(zone_id: int | None, plot_id: int | None) -> ColumnElement[bool]:
    return land_files.c.zone_id == zone_id if plot_id is None else land_files.c.plot_id == plot_id


def _captioned(caption: Caption) -> dict[str, object]:
    return {name: getattr(caption, name) for name in Caption.__slots__}


def _check(caption: Caption, media_type: str) -> None:
    is_picture = media_type in PICTURE_TYPES
    if caption.kind not in (PICTURES if is_picture else DOCUMENTS):
        raise FileRefused(
            "kind", "A picture is a photo; a PDF is a brochure, a decision, a plan or another document.",
            "Ảnh thì chọn loại ảnh; PDF thì chọn tài liệu, quyết định, bản vẽ hoặc loại khác.",
        )  # fmt: skip
    if not caption.title_vi or not caption.source:
        raise FileRefused("title", "Give a title and a source.", "Hãy ghi tên và nguồn.")
    if is_picture and not caption.alt_vi:
        raise FileRefused(
            "alt", "Say in words what the picture shows.", "Hãy mô tả bằng lời ảnh cho thấy gì."
        )  # fmt: skip
