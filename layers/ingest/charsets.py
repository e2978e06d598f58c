"""The old Vietnamese one- and two-byte encodings, as tables made from their rules.

TCVN3 (ABC, fonts named .Vn…): one byte a small letter, as in TCVN 5712-1; a capital with a tone is
the capital and the small letter behind it. VNI-Windows: a letter of Windows-1252 and a mark behind
it. VISCII: RFC 1456. Values are texts whose characters U+0000..U+00FF stand for bytes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

_GRAVE, _HOOK, _TILDE, _ACUTE, _DOT = "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"


def _with(letter: str, mark: str) -> str:
    return unicodedata.normalize("NFC", letter + mark)


_TCVN_BARE = {  # capitals, then small letters
    0xA1: "Ă",
    0xA2: "Â",
    0xA3: "Ê",
    0xA4: "Ô",
    0xA5: "Ơ",
    0xA6: "Ư",
    0xA7: "Đ",
    0xA8: "ă",
    0xA9: "â",
    0xAA: "ê",
    0xAB: "ô",
    0xAC: "ơ",
    0xAD: "ư",
    0xAE: "đ",
}
_TCVN_TONED = {  # letter -> bytes with grave, hook, tilde, acute, dot
    "a": "b5 b6 b7 b8 b9",
    "ă": "bb bc bd be c6",
    "â": "c7 c8 c9 ca cb",
    "e": "cc ce cf d0 d1",
    "ê": "d2 d3 d4 d5 d6",
    "i": "d7 d8 dc dd de",
    "o": "df e1 e2 e3 e4",
    "ô": "e5 e6 e7 e8 e9",
    "ơ": "ea eb ec ed ee",
    "u": "ef f1 f2 f3 f4",
    "ư": "f5 f6 f7 f8 f9",
    "y": "fa fb fc fd fe",
}
TCVN3: dict[int, str] = dict(_TCVN_BARE) | {
    int(byte, 16): _with(letter, mark)
    for letter, row in _TCVN_TONED.items()
    for byte, mark in zip(row.split(), (_GRAVE, _HOOK, _TILDE, _ACUTE, _DOT), strict=True)
}

_VNI_TONES = {0xF8: _GRAVE, 0xFB: _HOOK, 0xF5: _TILDE, 0xF9: _ACUTE, 0xEF: _DOT}
_VNI_CIRCUMFLEX = {0xE2: "", 0xE0: _GRAVE, 0xE5: _HOOK, 0xE3: _TILDE, 0xE1: _ACUTE, 0xE4: _DOT}
_VNI_BREVE = {0xEA: "", 0xE8: _GRAVE, 0xFA: _HOOK, 0xFC: _TILDE, 0xE9: _ACUTE, 0xEB: _DOT}
_VNI_ALONE = {0xEC: "ì", 0xED: "í", 0xE6: "ỉ", 0xF3: "ĩ", 0xF2: "ị", 0xEE: "ỵ", 0xF1: "đ", 0xF4: "ơ", 0xF6: "ư"}


def _vni_table() -> dict[str, str]:
    small: dict[str, str] = {chr(byte): letter for byte, letter in _VNI_ALONE.items()}
    bases = {"a": "a", "e": "e", "o": "o", "u": "u", "y": "y", "\u00f4": "ơ", "\u00f6": "ư"}
    for base, letter in bases.items():
        for byte, tone in _VNI_TONES.items():
            small[base + chr(byte)] = _with(letter, tone)
    for letter in "aeo":
        for byte, tone in _VNI_CIRCUMFLEX.items():
            small[letter + chr(byte)] = _with(_with(letter, "\u0302"), tone)
    for byte, tone in _VNI_BREVE.items():
        small["a" + chr(byte)] = _with(_with("a", "\u0306"), tone)
    table = dict(small)
    for code_text, letter in small.items():  # a capital may be followed by a small or a capital mark
        capital = "".join(chr(ord(c) - 0x20) for c in code_text)
        table[capital] = letter.upper()
        if len(code_text) == 2:
            table[capital[0] + code_text[1]] = letter.upper()
    return table


VNI: dict[str, str] = _vni_table()

_VISCII_HIGH = (
    "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ"
    "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡưàáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ"
)
VISCII: dict[int, str] = {0x80 + place: letter for place, letter in enumerate(_VISCII_HIGH)} | {
    0x02: "Ẳ",
    0x05: "Ẵ",
    0x06: "Ẫ",
    0x14: "Ỷ",
    0x19: "Ỹ",
    0x1E: "Ỵ",
}

_ALL_TONES = (_GRAVE, _HOOK, _TILDE, _ACUTE, _DOT)
_TONED_LETTERS = "".join(_with(letter, mark) for letter in _TCVN_TONED for mark in _ALL_TONES)
_TWO_LETTER_CAPITAL = re.compile(f"[AĂÂEÊIOÔƠUƯY][{_TONED_LETTERS}]")
_VNI_PART = re.compile("|".join(sorted(map(re.escape, VNI), key=len, reverse=True)))


def _join_capital(found: re.Match[str]) -> str:
    capital, small = found.group()[0], found.group()[1]
    parts = unicodedata.normalize("NFD", small)
    bare = unicodedata.normalize("NFC", "".join(p for p in parts if p not in _ALL_TONES))
    return small.upper() if bare == capital.lower() else found.group()


def from_tcvn3(text: str) -> str:
    """Read TCVN3 (ABC) bytes."""
    return _TWO_LETTER_CAPITAL.sub(_join_capital, text.translate(TCVN3))


def from_vni(text: str) -> str:
    """Read VNI-Windows bytes."""
    return _VNI_PART.sub(lambda found: VNI[found.group()], text)


def from_viscii(text: str) -> str:
    """Read VISCII bytes."""
    return text.translate(VISCII)


def _by_codec(codec: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        return unicodedata.normalize("NFC", text.encode("latin-1").decode(codec))

    return read


READERS: dict[str, Callable[[str], str]] = {
    "utf-8": _by_codec("utf-8"),
    "tcvn3": from_tcvn3,
    "vni": from_vni,
    "viscii": from_viscii,
    "cp1258": _by_codec("cp1258"),
}
"""Encoding -> function from byte text to Unicode; raises UnicodeError for impossible bytes."""
