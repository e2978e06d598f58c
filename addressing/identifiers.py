"""Our own permanent place id, and the checks on codes that only others may issue.

A place id carries no meaning: no unit, no street, no date, so nothing that changes can make it
wrong. It is never reused. Nine characters, such as `K7M3Q9XRA`: a letter first, so that no
spreadsheet takes it for a number; the last one is an ISO 7064 MOD 37,36 check character, which
catches every single wrong character and all but about one in 600 exchanges of two neighbours.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from addressing.errors import InvalidIdentifier, OfficialCodeRefused

_ISO_7064 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
PLACE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without I, L, O and U: they are read as 1, 0 and V."""

PLACE_ID_PATTERN = f"[{PLACE_ALPHABET[10:]}][{PLACE_ALPHABET}]{{8}}"
_MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0", " ": "", "-": ""})


def check_character(payload: str) -> str:
    """ISO 7064 MOD 37,36: the one character that makes `payload` + it valid.

    `payload` is digits and capitals A to Z.
    """
    remainder = 36
    for character in payload:
        remainder = (remainder + _ISO_7064.index(character)) % 36 or 36
        remainder = remainder * 2 % 37
    return _ISO_7064[(1 - remainder) % 36]


@dataclass(frozen=True, slots=True, order=True)
class PlaceId:
    """The permanent id of a place: eight free characters and a check character."""

    code: str

    def __post_init__(self) -> None:
        if not re.fullmatch(PLACE_ID_PATTERN, self.code, re.ASCII):
            raise _invalid_place(self.code, "nine characters, a letter first, none of I L O U",
                                 "gồm 9 ký tự, bắt đầu bằng chữ, không dùng I L O U")  # fmt: skip
        if check_character(self.code[:-1]) != self.code[-1]:
            raise _invalid_place(self.code, "the check character does not fit; is it misspelt?",
                                 "ký tự kiểm tra không khớp, có thể đã gõ nhầm")  # fmt: skip

    def __str__(self) -> str:
        return self.code

    @classmethod
    def parse(cls, written: str) -> PlaceId:
        """Read an id as people type it: any case, blanks and hyphens, I and L for 1, O for 0.

        Raises `InvalidIdentifier`.
        """
        return cls(written.strip().upper().translate(_MISREAD))

    @classmethod
    def mint(cls, choose: Callable[[str], str] = secrets.choice) -> PlaceId:
        """A fresh random id, about 39 bits. Whether it is free, only the register can say.

        Draws again when the check character would be one of the letters that are left out.
        """
        while True:
            payload = choose(PLACE_ALPHABET[10:]) + "".join(choose(PLACE_ALPHABET) for _ in range(7))
            check = check_character(payload)
            if check in PLACE_ALPHABET:
                return cls(payload + check)


@dataclass(frozen=True, slots=True)
class OfficialCode:
    """A kind of code that somebody else issues: its form as far as known, and its issuer."""

    kind: str
    name: str
    name_vi: str
    pattern: str
    form: str
    form_vi: str
    issuer: str
    issuer_vi: str
    source: str


OFFICIAL_CODES = {
    code.kind: code
    for code in (
        OfficialCode(
            "location_code", "location identification code", "mã định danh địa điểm",
            r"[0-9]{12}", "12 digits", "12 chữ số",
            "the Ministry of Public Security's location database",
            "cơ sở dữ liệu định danh địa điểm của Bộ Công an",
            "draft decree, Jan 2026; whether it was enacted is not known",
        ),
        OfficialCode(
            "real_estate_code", "electronic real-estate code", "mã định danh điện tử bất động sản",
            r"[0-9A-Z.\-]{1,40}", "at most 40 letters and digits", "tối đa 40 chữ cái và chữ số",
            "the housing information system; the Department of Construction attaches it",
            "hệ thống thông tin nhà ở; Sở Xây dựng gắn mã",
            "Decree 357/2025/NĐ-CP, from 1 Mar 2026",
        ),
        OfficialCode(
            "works_code", "works code", "mã định danh công trình",
            r"[0-9A-Z.\-/]{1,60}", "at most 60 letters, digits and . - /",
            "tối đa 60 chữ cái, chữ số và . - /",
            "the construction-activity information system",
            "hệ thống thông tin về hoạt động xây dựng",
            "Decree 212/2026/NĐ-CP; the format is not yet published",
        ),
        OfficialCode(
            "parcel_code", "land parcel code", "mã định danh thửa đất",
            r"[0-9A-Z.\-/]{1,60}", "at most 60 letters, digits and . - /",
            "tối đa 60 chữ cái, chữ số và . - /",
            "the land registration office", "cơ quan đăng ký đất đai",
            "named as a part in Decree 357/2025/NĐ-CP; format not seen",
        ),
        OfficialCode(
            "postcode", "national postcode", "mã bưu chính quốc gia",
            r"[0-9]{5}", "5 digits", "5 chữ số",
            "the ministry in charge of post", "bộ quản lý nhà nước về bưu chính",
            "Circular 07/2017/TT-BTTTT",
        ),
    )
}  # fmt: skip
"""The official codes by kind."""


def check_official_code(kind: str, value: str) -> str:
    """The code tidied: no blanks, upper case. Only the form can be checked, not its existence.

    Raises `InvalidIdentifier` for a wrong form or an unknown kind.
    """
    code = _known(kind)
    tidy = "".join(value.split()).upper()
    if not re.fullmatch(code.pattern, tidy, re.ASCII):
        raise InvalidIdentifier(code.name, code.name_vi, value, f"expected {code.form}", f"cần {code.form_vi}")
    return tidy


def refuse_to_mint(kind: str) -> NoReturn:
    """Never make an official code: raises `OfficialCodeRefused`, which names who issues it.

    Raises `InvalidIdentifier` for a kind that nobody issues.
    """
    code = _known(kind)
    raise OfficialCodeRefused(kind, code.name, code.name_vi, code.issuer, code.issuer_vi)


def _known(kind: str) -> OfficialCode:
    if kind not in OFFICIAL_CODES:
        kinds = ", ".join(OFFICIAL_CODES)
        raise InvalidIdentifier("kind of official code", "loại mã", kind,
                                f"known are {kinds}", f"các loại: {kinds}")  # fmt: skip
    return OFFICIAL_CODES[kind]


def _invalid_place(value: str, reason: str, reason_vi: str) -> InvalidIdentifier:
    return InvalidIdentifier("place id", "mã địa điểm", value, reason, reason_vi)
