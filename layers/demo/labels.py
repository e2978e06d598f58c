"""How every row of the demonstration province says that it is one."""

from __future__ import annotations

from datetime import date

MADE_UP = "Dữ liệu minh họa / demonstration data"
"""Source of a row that is made up altogether."""

DEMO_DAY = date(2026, 6, 30)
"""The day for which the made-up data speaks; fixed, so that the same seed gives the same bytes."""


def facts_with_made_up_rest(pages: str) -> str:
    """Source of a zone whose name, developer, dates and areas are facts and the rest is not."""
    return (
        f"Tên, chủ đầu tư, ngày thành lập, diện tích, tỷ lệ lấp đầy: {pages}. Ranh giới và mọi số liệu khác: "
        f"{MADE_UP} (border and all other figures)"
    )
