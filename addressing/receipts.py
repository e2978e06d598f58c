"""Codes that people copy from paper: a series, a year, a running number and a check character."""

from __future__ import annotations

import re

from addressing.errors import InvalidIdentifier
from addressing.identifiers import check_character

_FORM = re.compile(r"([A-Z]{2})-?([0-9]{4})-?([0-9]{6,8})-?([0-9A-Z])\Z", re.ASCII)


def receipt_code(series: str, year: int, number: int) -> str:
    """`HS-2026-000123-K`. The check character is ISO 7064 MOD 37,36 over everything before it."""
    return f"{series}-{year}-{number:06}-{check_character(f'{series}{year}{number:06}')}"


def parse_receipt(series: str, typed: str) -> str:
    """The code as it is stored, from any case, with or without hyphens. Raises `InvalidIdentifier`.

    A wrong character is told from a code that does not exist, and codes cannot be tried out in a row.
    """
    match = _FORM.match("".join(typed.split()).upper())
    if match is None or match[1] != series:
        raise InvalidIdentifier(
            "receipt code", "mã hồ sơ", typed, f"expected {series}-2026-000123-K", f"cần dạng {series}-2026-000123-K"
        )
    if check_character(match[1] + match[2] + match[3]) != match[4]:
        raise InvalidIdentifier(
            "receipt code", "mã hồ sơ", typed, "the check character does not fit; is it misspelt?",
            "ký tự kiểm tra không khớp, có thể đã gõ nhầm",
        )  # fmt: skip
    return f"{match[1]}-{match[2]}-{match[3]}-{match[4]}"
