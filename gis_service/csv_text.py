"""One table as CSV for an answer or a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from layers import spreadsheets


def write(columns: Sequence[str], rows: Iterable[Sequence[str | int | float | None]]) -> str:
    """The whole file as text, as `layers.spreadsheets.csv_text` writes it."""
    return spreadsheets.csv_text([(columns, rows)])
