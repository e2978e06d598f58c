"""QR codes as SVG, level M, with the quiet zone that readers need. The same text makes the same code."""

from __future__ import annotations

import segno

QUIET = 4
"""Light modules around the code, as ISO/IEC 18004 asks for."""


def modules(payload: str) -> list[list[bool]]:
    """The dark modules, row by row, without the quiet zone."""
    return [[bool(cell) for cell in row] for row in segno.make(payload, error="m", micro=False).matrix]


def path_of(payload: str) -> tuple[str, int]:
    """The dark modules as the data of one SVG path, and the side in modules with the quiet zone."""
    rows = modules(payload)
    parts = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            if not row[x]:
                x += 1
                continue
            start = x
            while x < len(row) and row[x]:
                x += 1
            parts.append(f"M{start + QUIET} {y + QUIET}h{x - start}v1h-{x - start}z")
    return "".join(parts), len(rows) + 2 * QUIET


def svg(payload: str) -> str:
    """The code as a whole SVG document, black on white."""
    path, side = path_of(payload)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{path}"/></svg>'
    )
