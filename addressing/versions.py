"""Every write names the version that its author read; whoever comes second is told both."""

from __future__ import annotations

from addressing.errors import VersionConflict


def require_version(noun: str, noun_vi: str, key: object, given: int | None, current: int) -> None:
    """Raise `VersionConflict` unless the asker read the present version. None skips the check."""
    if given is not None and given != current:
        raise VersionConflict(noun, noun_vi, key, given, current)
