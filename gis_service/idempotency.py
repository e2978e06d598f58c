"""A request sent twice is done once: POST with the header Idempotency-Key.

The key belongs to one account and one operation. The answer is kept in the same transaction as the
work, so either both exist or neither. A second sender of the same key waits for the first.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import Header
from fastapi.encoders import jsonable_encoder
from sqlalchemy import Column, Connection, DateTime, Index, Table, Text, delete, func, select, update
from sqlalchemy.dialects.postgresql import JSONB, insert

from addressing.errors import IdempotencyKeyReused
from gis_service.access import Access
from layers.schema import metadata

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key", min_length=8, max_length=100, pattern=r"^[\x21-\x7e]+$",
        description="Send the same key again after a lost answer: the first answer comes back, nothing is done twice.",
    ),
]  # fmt: skip

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("actor", Text, primary_key=True),
    Column("operation", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("request_digest", Text, nullable=False, comment="SHA-256 of what was asked."),
    Column("answer", JSONB, comment="What was answered."),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index("ix_idempotency_keys_created_at", "created_at"),
    comment="Answers to requests that may be sent again.",
)


KEPT = timedelta(days=30)
"""A client that lost an answer asks again within minutes; a month also covers one that was switched off."""


def once(access: Access, operation: str, key: str | None, asked: Any, act: Callable[[], Any]) -> Any:
    """Do it, or give the answer that this key got before. Without a key it is simply done.

    `asked` is everything that distinguishes the request. Raises `IdempotencyKeyReused` when the key
    came with something else before.
    """
    if key is None:
        return act()
    conn, digest = access.connection, _digest(asked)
    mine = {"actor": access.identity.login, "operation": operation, "key": key}
    fresh = conn.execute(
        insert(idempotency_keys)
        .values(**mine, request_digest=digest)
        .on_conflict_do_nothing()
        .returning(idempotency_keys.c.key)
    ).first()
    here = [idempotency_keys.c[name] == value for name, value in mine.items()]
    if fresh is None:
        known = conn.execute(select(idempotency_keys.c.request_digest, idempotency_keys.c.answer).where(*here)).one()
        if known.request_digest != digest:
            raise IdempotencyKeyReused(key)
        return known.answer
    answer = jsonable_encoder(act())
    conn.execute(update(idempotency_keys).where(*here).values(answer=answer))
    return answer


def forget_old(conn: Connection, now: datetime) -> int:
    """Clean away answers older than `KEPT`; gives how many. The same key then counts as a new request."""
    return conn.execute(delete(idempotency_keys).where(idempotency_keys.c.created_at < now - KEPT)).rowcount


def _digest(asked: Any) -> str:
    return hashlib.sha256(json.dumps(jsonable_encoder(asked), sort_keys=True).encode()).hexdigest()
