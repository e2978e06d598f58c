"""PURE: VSIC codes in eight groups that a map can tell apart by colour.

Nearly every enterprise of an industrial zone is in section C (manufacturing), so a map by section
would have one colour: its divisions make seven groups, the other sections one. Divisions 10 to 33 are
the same in the lists of 2018 and 2025 (Quyết định 27/2018/QĐ-TTg, Quyết định 36/2025/QĐ-TTg).
"""

from __future__ import annotations

from layers.ingest.code_lists import VSIC_DIVISIONS

_LAST_DIVISION = {
    "food": 12,
    "textile": 15,
    "wood": 18,
    "chemicals": 22,
    "metals": 25,
    "electronics": 27,
    "machinery": 33,
}
"""Group of section C -> its last division; each begins after the one before, the first with 10."""

NAMES = (*_LAST_DIVISION, "other_sections")
"""In the order of the legend; each has a text `industry.<name>`."""


def of(code: str | None, version: str | None) -> str:
    """Group of a VSIC code of two to five digits or a letter; "" when it tells none, such as plain "C"."""
    if not code or code == "C":
        return ""
    divisions = VSIC_DIVISIONS.get(version or "2025", VSIC_DIVISIONS["2025"])
    if len(code) == 1:
        return "other_sections" if code in divisions.values() else ""
    section = divisions.get(code[:2])
    if section is None:
        return ""
    if section != "C":
        return "other_sections"
    return next(name for name, last in _LAST_DIVISION.items() if int(code[:2]) <= last)
