"""How much one import may cost. The defaults fit a 2-core machine; tests make them smaller."""

from __future__ import annotations

from dataclasses import dataclass

MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds of one file. The reading process is killed when it passes seconds or memory."""

    file_bytes: int = 500 * MB
    rows: int = 2_000_000
    columns: int = 300
    cell_characters: int = 10_000
    """Longest text in one cell, WKT apart."""
    vertices: int = 100_000
    """Corners of one shape. The largest real commune has 14,287."""
    members: int = 50
    """Files in a zip archive."""
    unpacked_bytes: int = 1_000 * MB
    """Really unpacked, not as the archive claims."""
    unpacking_ratio: int = 100
    """Unpacked bytes for one packed byte, counted above 10 MB; a shapefile stays below 30."""
    seconds: int = 300
    """Of the reading process, by the clock."""
    memory_bytes: int = 4_000 * MB
    output_bytes: int = 4_000 * MB
    """What the reading process may hand over."""


DEFAULT = Limits()
