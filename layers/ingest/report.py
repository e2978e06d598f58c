"""What became of a file: counts, every refused row with its reason, and remarks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

LISTED = 10_000
"""So many refused rows and remarks are kept one by one; the counts are always exact."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that was not taken, or a remark about one that was."""

    row: int
    """Counted from 1 in the order of the file, header lines not counted."""
    key: str | None
    """The row's own key, when it has one."""
    column: str | None
    """Column of the file, None when the whole row or its shape is meant."""
    code: str
    """Stable reason for programs."""
    message: str
    message_vi: str


@dataclass(frozen=True, slots=True)
class Note:
    """A remark on the whole file: what was assumed, derived or left out."""

    code: str
    message: str
    message_vi: str
    count: int | None = None
    """Rows concerned, None when that has no meaning."""


@dataclass(slots=True)
class Counts:
    """What the merge did to one table."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass(slots=True)
class ImportReport:
    """The answer of every import. `read == added + changed + unchanged + rejected + merged`, always."""

    layer: str
    file: str
    sha256: str
    format: str
    dry_run: bool
    requested_by: str
    source: str
    crs: str | None = None
    """As found or stated; None for tables without places."""
    srid: int | None = None
    """EPSG code of that CRS."""
    storage_srid: int | None = None
    encodings: dict[str, str] = field(default_factory=dict)
    """File column -> encoding, for the columns that were not plain UTF-8."""
    mapping: dict[str, str] = field(default_factory=dict)
    """File column -> field of the layer."""
    ignored_columns: list[str] = field(default_factory=list)
    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    merged: int = 0
    """Rows that went into the street of another row; that other row is added, changed or unchanged."""
    also: dict[str, Counts] = field(default_factory=dict)
    """Other tables that the same file filled: the sites of a cell list."""
    reasons: dict[str, int] = field(default_factory=dict)
    """Reason -> refused rows."""
    rejections: list[Refusal] = field(default_factory=list)
    warnings: list[Refusal] = field(default_factory=list)
    warning_count: int = 0
    notes: list[Note] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    """Stage -> duration: reading, checking, staging, merging, total."""

    def reject(self, refusals: Sequence[Refusal]) -> None:
        """Count and list refused rows; a row is refused once, for its first reason."""
        self.rejected += len(refusals)
        for code, number in Counter(refusal.code for refusal in refusals).items():
            self.reasons[code] = self.reasons.get(code, 0) + number
        self.rejections.extend(refusals[: max(0, LISTED - len(self.rejections))])

    def warn(self, remarks: Sequence[Refusal]) -> None:
        """Count and list remarks about rows that were taken all the same."""
        self.warning_count += len(remarks)
        self.warnings.extend(remarks[: max(0, LISTED - len(self.warnings))])

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)
