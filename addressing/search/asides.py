"""What an address says about other times: `(nay là phường B)`, `(phường A cũ)`, `trước đây thuộc xã C`. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

_BRACKETS = re.compile(r"\(([^()]*)\)")
_NOW = re.compile(
    r"\s*(?:hien\s+)?(?:nay|moi)\s*(?:la|thuoc|:)?\s+(?=[a-z])"
    r"|\s*(?:sau sap nhap|sau sat nhap)\s*(?:la|thuoc|:)?\s*|\s*now\s+"
)
_ONCE = re.compile(r"\s*(?:truoc\s*(?:day|kia|sap nhap)?|nguyen|cu|former(?:ly)?)\s*(?:la|thuoc|:)?\s+(?=[a-z])")
_ONCE_BEHIND = re.compile(r"(?<![a-z0-9])cu\s*\Z")
_LOOSE_NOW = re.compile(r"[,;\s-]\s*(?:hien\s+)?nay\s+(?:la|thuoc)\s+")
_LOOSE_ONCE = re.compile(r"[,;\s-]\s*truoc\s+(?:day|kia)\s+(?:la|thuoc)?\s*")
_FIELD_OF_ONCE = re.compile(
    r"(?<![^,;]) *((?:phuong|xa|thi tran|quan|huyen|thi xa|thanh pho|tinh|p|x|tt|q|h|tx|tp)[\s.][^,;()]*?) cu"
    r"(?= *(?:[,;]|\Z))"
)


_NUMBER_OF_ONCE = r"(?P<{}>\d{{1,5}}[a-z]?\d?(?:/\d{{1,5}}[a-z]?)*)"
_FORMER_NUMBER = re.compile(
    r"(?:[(,;-]\s*)?(?<![a-z])(?:(?:so\s*(?:nha\s*)?|sn\s*)cu|(?:so\s*(?:nha\s*)?)?(?:truoc\s*(?:day|kia)|former(?:ly)?))"
    rf"\s*(?:la|:|\.)?\s*(?:so\s*)?{_NUMBER_OF_ONCE.format('one')}\s*(?:[),;]|\Z)"
    rf"|\(\s*(?:so\s*(?:nha\s*)?|sn\s*)?{_NUMBER_OF_ONCE.format('two')}\s+cu\s*\)"
    rf"|\(\s*cu\s*[:.]?\s*{_NUMBER_OF_ONCE.format('three')}\s*\)"
)
"""A house number of former times. Quarters have numbers too, so a word for a number or brackets must say it."""


@dataclass(slots=True)
class Asides:
    """The text split by time; spans of the folded text."""

    folded: str
    # what is left, with `;` for what was taken
    now: list[tuple[int, int]]
    once: list[tuple[int, int]]
    former_number: str | None = None


def take_asides(text: str, folded: str, is_unit: Callable[[str], bool]) -> Asides:
    """Split off what is said of now or of former times, in brackets or behind `nay là`, `trước đây`.

    `is_unit` says whether a folded name is that of a unit: without marks, `xã Lũng Cú` looks like
    a commune Lũng of former times.
    """
    asides = Asides(folded, [], [])
    if "cu" in folded or "truoc" in folded or "former" in folded:
        _former_number(asides, text)
    if "(" in folded:
        for found in _BRACKETS.finditer(asides.folded):
            _bracket(asides, text, found)
    for sign, pattern, spans in (("nay", _LOOSE_NOW, asides.now), ("truoc", _LOOSE_ONCE, asides.once)):
        begins = pattern.search(asides.folded) if sign in folded else None
        if begins is not None:
            spans.append((begins.end(), len(folded)))
            _cut(asides, begins.start(), len(folded))
    if " cu" in asides.folded:
        for found in _FIELD_OF_ONCE.finditer(asides.folded):
            written = text[found.end(1) + 1 : found.end()].lower()
            if written == "cũ" or (written == "cu" and not _ends_in_a_unit(found.group(), is_unit)):
                asides.once.append(found.span(1))
                _cut(asides, *found.span())
    return asides


def _former_number(asides: Asides, text: str) -> None:
    """Blank out `(15 cũ)`: what stands around it is read as if it were not there."""
    found = _FORMER_NUMBER.search(asides.folded)
    if found is None:
        return
    written = found.lastgroup or ""
    asides.former_number = text[found.start(written) : found.end(written)].upper()
    ends = "," if found.group()[-1:] in ",;" and found.group()[:1] not in "(" else " "
    asides.folded = (
        asides.folded[: found.start()] + " " * (found.end() - found.start() - 1) + ends + asides.folded[found.end() :]
    )


def _ends_in_a_unit(field: str, is_unit: Callable[[str], bool]) -> bool:
    words = field.split()
    return any(is_unit(" ".join(words[-count:])) for count in (2, 3, 4) if count < len(words))


def _bracket(asides: Asides, text: str, found: re.Match[str]) -> None:
    inside = found[1]
    start = found.start(1)
    now = _NOW.match(inside)
    once = _ONCE.match(inside)
    if now is not None:
        asides.now.append((start + now.end(), found.end(1)))
    elif once is not None:
        asides.once.append((start + once.end(), found.end(1)))
    elif behind := _ONCE_BEHIND.search(inside):
        asides.once.append((start, start + behind.start()))
    else:
        return
    _cut(asides, *found.span())


def _cut(asides: Asides, start: int, end: int) -> None:
    asides.folded = asides.folded[:start] + ";" * (end - start) + asides.folded[end:]
