"""Vietnamese tax codes (mã số thuế): their forms and check digit.

Forms by Thông tư 90/2026/TT-BTC, article 5: 10 digits, 10-3 digits for a dependent unit, 12 digits
(personal number) for households and persons. The check digit is what python-stdnum computes; no
legal text publishes it, so a failed check is a warning and never a refusal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from stdnum.vn import mst


@dataclass(frozen=True, slots=True)
class TaxCode:
    """A code in its stored form."""

    text: str
    check: Literal["passed", "failed"]
    padded: bool = False
    """Whether a leading zero was put back that a spreadsheet had dropped."""


def read_tax_code(written: str) -> TaxCode | None:
    """Read a code as people and spreadsheets write it; None when it has no known form."""
    digits = "".join(c for c in written if c not in " .-–\u00a0")
    if not (digits.isascii() and digits.isdigit()):
        return None
    if len(digits) == 9 and mst.is_valid("0" + digits):
        return TaxCode("0" + digits, "passed", padded=True)
    if len(digits) == 12:
        restored = "0" + digits
        if not digits.startswith("0") and mst.is_valid(restored):
            return TaxCode(f"{restored[:10]}-{restored[10:]}", "passed", padded=True)
        return TaxCode(digits, "passed")  # a personal number carries no check digit
    if len(digits) not in (10, 13):
        return None
    text = digits if len(digits) == 10 else f"{digits[:10]}-{digits[10:]}"
    return TaxCode(text, "passed" if mst.is_valid(digits) else "failed")
