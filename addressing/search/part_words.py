"""Parts of an estate in what people write: `căn 302 nhà B2`, `Flat 3A-02, Building A1`. Pure.

Names of parts are compared exactly, as numbers of houses are: only how they are set apart does not matter (`3A-02`,
`3a.02`), and Đ is a letter of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from addressing.search.normalise import clean, fold

INSIDE_OUT = ("flat", "stair", "floor", "building", "group")
"""Kinds of parts: each may lie in one that stands behind it."""

_NAME = r"[a-z0-9]{1,6}(?:[.\-/][a-z0-9]{1,5}){0,3}"
_WITH_DIGIT = rf"(?=[a-z.\-]*\d)(?P<name>{_NAME})"
_LETTERS = r"(?P<name>[a-z]{1,3}\d{0,3})"
_ENDS = r"(?=\s*(?:[,;.]|$|khu|nhom|chung|duong|pho|so))"
"""Behind `nhà` a single letter is a name where nothing but an outer part follows: `nhà ở`, `nhà y tế` are words."""
_SAYS_SO = {
    "flat": (
        rf"(?:can(?: ho)?|phong|room|apartment|apt\.?|flat|unit)(?: so)? ?{_WITH_DIGIT}",
        r"p\.? ?(?P<name>\d{3,4}[a-z]?)",
    ),
    "stair": (rf"(?:cau thang|staircase|stair)(?: so)? ?{_WITH_DIGIT}",),
    "floor": (rf"(?:tang|lau|floor|level)(?: so)? ?(?P<name>tret|{_NAME}(?<=\d)|\d{{1,2}}[a-z]|[a-z]\d{{1,2}})",),
    "building": (
        rf"(?:toa nha|toa|block|building)(?: so)? ?(?:{_WITH_DIGIT}|(?P<letter>[a-z]))",
        r"nha (?P<name>(?=[a-z.\-]*[a-z])(?=[a-z.\-]*\d)" + _NAME + r"|[a-nps-x]" + _ENDS + ")",
    ),
    "group": (rf"(?:nhom nha|nhom|cum nha|group) {_LETTERS}",),
}
_PATTERNS = tuple(
    (kind, re.compile(rf"(?<![a-z0-9]){words}(?![a-z0-9])", re.ASCII))
    for kind in ("group", *INSIDE_OUT[:-1]) for words in _SAYS_SO[kind]
)  # fmt: skip
_NOT_A_FLAT = re.compile(r"(?:hai|van) $")
"""Hải Phòng and văn phòng (office) end like the word for a room."""


@dataclass(frozen=True, slots=True)
class PartAsked:
    """One part that a text names."""

    kind: str
    key: str
    # as gis.part_key compares: 3a02
    written: str
    # nhà B2


def part_key(name: str) -> str:
    """How names of parts are compared: small letters and digits, nothing between; Đ is another letter than D."""
    kept = (letter.lower() if letter in "đĐ" else fold(letter) for letter in clean(name).text)
    return "".join(letter for letter in kept if letter == "đ" or (letter.isascii() and letter.isalnum()))


def take_parts(text: str) -> tuple[tuple[PartAsked, ...], str]:
    """The parts that a text names, the innermost first, and the text without them; each kind once, as first written."""
    typed = clean(text).text
    found: dict[str, PartAsked] = {}
    for kind, pattern in _PATTERNS:
        if kind in found:
            continue
        for match in pattern.finditer(fold(typed)):
            if kind == "flat" and _NOT_A_FLAT.search(fold(typed), 0, match.start()):
                continue
            name = next(group for group, value in match.groupdict().items() if value is not None)
            start, end = match.span(name)
            found[kind] = PartAsked(kind, part_key(typed[start:end]), typed[match.start() : end])
            typed = f"{typed[: match.start()]},{typed[end:]}"
            break
    return tuple(found[kind] for kind in INSIDE_OUT if kind in found), typed.strip(" ,;.")


def own_keys(asked: tuple[PartAsked, ...]) -> list[str]:
    """Keys that the innermost part may have: a flat bears its floor in its name, which people write apart or not."""
    own, outer = asked[0], {one.kind: one.key for one in asked[1:]}
    names = [own.key]
    if own.kind == "flat" and "floor" in outer:
        names += [outer["floor"] + own.key, outer["floor"] + own.key.zfill(2)]
    return [f"{own.kind}:{name}" for name in names]


def outer_keys(asked: tuple[PartAsked, ...]) -> list[str]:
    """What it must lie in."""
    return [f"{one.kind}:{one.key}" for one in asked[1:]]
