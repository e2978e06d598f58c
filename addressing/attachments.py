"""Photos that staff attach: kept in the database, never at a path that anybody can guess."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import insert

from addressing.errors import AttachmentRefused, NotFound
from layers.schema import identity_column, metadata, one_of

PHOTO_BYTES = 5 * 1024 * 1024
"""Largest photo."""

MEDIA_TYPES = ("image/jpeg", "image/png", "image/webp")

attachments = Table(
    "attachments",
    metadata,
    identity_column(),
    Column("sha256", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("media_type", Text, nullable=False, comment="Told from the first bytes, not from the name."),
    Column("size_bytes", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("uploaded_by", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    one_of("media_type", MEDIA_TYPES),
    CheckConstraint(f"octet_length(content) = size_bytes AND size_bytes <= {PHOTO_BYTES}", name="size"),
    CheckConstraint("sha256 = encode(sha256(content), 'hex')", name="digest"),
    Index("uq_attachments_sha256", "sha256", unique=True),
    comment="Photos, for staff only. One row per content.",
)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A stored photo without its bytes."""

    id: int
    sha256: str
    file_name: str
    media_type: str
    size_bytes: int
    uploaded_by: str
    created_at: datetime


def media_type_of(content: bytes) -> str | None:
    """JPEG, PNG or WebP by their first bytes; None for everything else."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return None


def store(conn: Connection, content: bytes, file_name: str, by: str) -> Attachment:
    """Keep a photo; the same content twice is kept once. Raises `AttachmentRefused`."""
    if len(content) > PHOTO_BYTES:
        raise AttachmentRefused(
            f"A photo may have at most {PHOTO_BYTES // 1024 // 1024} MB.",
            f"Ảnh tối đa {PHOTO_BYTES // 1024 // 1024} MB.",
        )
    media_type = media_type_of(content)
    if media_type is None:
        raise AttachmentRefused("Only JPEG, PNG and WebP photos are taken.", "Chỉ nhận ảnh JPEG, PNG hoặc WebP.")
    digest = hashlib.sha256(content).hexdigest()
    conn.execute(
        insert(attachments)
        .values(
            sha256=digest, file_name=_tidy(file_name), media_type=media_type, size_bytes=len(content),
            content=content, uploaded_by=by,
        )
        .on_conflict_do_nothing(index_elements=["sha256"])
    )  # fmt: skip
    known = conn.execute(select(attachments.c.id).where(attachments.c.sha256 == digest)).scalar_one()
    return get_attachment(conn, known)


def get_attachment(conn: Connection, attachment_id: int) -> Attachment:
    """What is known about a photo. Raises `NotFound`."""
    row = conn.execute(
        select(
            attachments.c.id, attachments.c.sha256, attachments.c.file_name, attachments.c.media_type,
            attachments.c.size_bytes, attachments.c.uploaded_by, attachments.c.created_at,
        ).where(attachments.c.id == attachment_id)
    ).first()  # fmt: skip
    if row is None:
        raise NotFound("photo", "ảnh", attachment_id)
    return Attachment(*row)


def content_of(conn: Connection, attachment_id: int) -> bytes:
    """The bytes of a photo. Raises `NotFound`."""
    found = conn.execute(select(attachments.c.content).where(attachments.c.id == attachment_id)).scalar()
    if found is None:
        raise NotFound("photo", "ảnh", attachment_id)
    return bytes(found)


def _tidy(name: str) -> str:
    """A file name to show, not to use: no folders, no control characters."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    return "".join(char for char in last if char.isprintable()).strip()[:120] or "photo"
