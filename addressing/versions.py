"""Every write names the version that its author read; whoever comes second is shown both."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from addressing.errors import VersionConflict


def require_version(
    noun: str, noun_vi: str, key: object, given: int | None, current: int, present: object = None
) -> None:
    """Raise `VersionConflict` unless the asker read the current version. None skips the check.

    `present` is the record as it stands, a dataclass, which the error carries along.
    """
    if given is not None and given != current:
        raise VersionConflict(noun, noun_vi, key, given, current, _shown(present))


def _shown(record: object) -> dict[str, Any] | None:
    """The plain values of a record, dates as text; what is nested is left out."""
    if not is_dataclass(record) or isinstance(record, type):
        return None
    values = {field.name: getattr(record, field.name) for field in fields(record)}
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
        if value is None or isinstance(value, str | int | float | date)
    }
