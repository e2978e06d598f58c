"""Text as people type it, made comparable: one Unicode form, one tone placement, one search key. Pure.

`clean` keeps the way back to the original; `fold` drops case and marks letter by letter; `key` is
what names are compared by.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

from layers.ingest.encodings import unmask_columns

_VOWELS = "aăâeêioôơuưy"
_TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")


def _composed(letter: str, tone: str) -> str:
    return unicodedata.normalize("NFC", letter + tone)


_FOLD = (
    {
        ord(form): plain
        for vowel in _VOWELS
        for tone in _TONES
        for letter, plain in ((vowel, unicodedata.normalize("NFD", vowel)[0]),)
        for form in (_composed(letter, tone), _composed(letter.upper(), tone))
    }
    | {ord(capital): capital.lower() for capital in "BCDFGHJKLMNPQRSTVWXZ"}
    | {ord("đ"): "d", ord("Đ"): "d"}
)
"""Each Vietnamese letter to its plain small letter, one to one."""

_TIDY = {
    **dict.fromkeys(map(ord, "\u00d0\u0189\u0110"), "Đ"),  # eth and African D look like Đ and are typed for it
    **dict.fromkeys(map(ord, "\u00f0\u0256\u0111"), "đ"),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d\u00ad"), "-"),
    **dict.fromkeys(map(ord, "\u2044\u2215\uff0f"), "/"),
    **dict.fromkeys(map(ord, "\u2018\u2019\u201a\u2032\u02bc\u00b4`"), "'"),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e\u2033\u00ab\u00bb"), '"'),
    **{0xFF01 + place: chr(0x21 + place) for place in range(94)},  # full-width letters and digits
    **dict.fromkeys([*range(0x20), *range(0x7F, 0xA1), *range(0x2000, 0x200E), 0x2028, 0x2029, 0x202F, 0x3000], " "),
    ord("\u3001"): ",",
    ord("\uff0c"): ",",
}
_OLD_STYLE_TONE = re.compile(r"(?<![qQ])([oOuU])([àáảãạèéẻẽẹỳýỷỹỵÀÁẢÃẠÈÉẺẼẸỲÝỶỸỴ])(?![^\W\d_])")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufe00-\ufe0f]")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Text in one form, with the way back to what was typed."""

    original: str
    text: str
    # NFC, tones on the first vowel of oa, oe, uy; dashes, slashes and blanks of one kind
    offsets: tuple[int, ...] | None = None
    # text[i] comes from original[offsets[i]]; one more at the end; None: place by place
    charset: str | None = None
    # tcvn3, vni or viscii, where the text was in the bytes of an old font

    def source(self, start: int, end: int) -> str:
        """What was typed for text[start:end]."""
        if self.offsets is None:
            return self.original[start:end]
        return self.original[self.offsets[start] : self.offsets[end]]


def clean(text: str) -> Cleaned:
    """One Unicode form of what was typed; nothing that can be seen is dropped.

    `hoà`, `thuỷ` become `hòa`, `thủy`; `Ð` (eth) becomes `Đ`; text in the bytes of TCVN3, VNI or
    VISCII fonts (`§¹i An`) is read when that clearly gives Vietnamese and the text as it is does not.
    """
    if text.isascii():
        return Cleaned(text, text.translate(_TIDY))
    charset = None
    work, offsets = text, None
    legacy = _from_old_font(text)
    if legacy is not None:
        work, charset = legacy
        offsets = (*(min(place, len(text)) for place in range(len(work))), len(text))
    elif not unicodedata.is_normalized("NFC", text) or _INVISIBLE.search(text):
        work, offsets = _compose(text)
    tidy = _place_tones(work.translate(_TIDY))
    if charset is None and tidy != text and (legacy := _from_old_font(tidy)) is not None:
        return replace(clean(tidy), original=text, offsets=_through(offsets, legacy[0], len(text)))
    return Cleaned(text, tidy, offsets, charset)


def _through(offsets: tuple[int, ...] | None, read: str, length: int) -> tuple[int, ...]:
    """The way back when a wide letter or an invisible one had hidden that the text is in the bytes of an old font."""
    steps = [min(place, length) for place in range(len(read))]
    return (*(steps if offsets is None else (offsets[min(place, len(offsets) - 1)] for place in steps)), length)


def fold(text: str) -> str:
    """Small letters without marks, letter by letter: places in NFC text stay what they are."""
    return text.translate(_FOLD)


_TONELESS = {
    ord(_composed(letter, tone)): letter
    for vowel in _VOWELS for letter in (vowel, vowel.upper()) for tone in _TONES[1:]
}  # fmt: skip


def without_tones(text: str) -> str:
    """Letters without their tones: `ượ` is `ươ`. Which vowel a tone stands on is a matter of habit."""
    return text.translate(_TONELESS)


def _place_tones(text: str) -> str:
    def move(found: re.Match[str]) -> str:
        parts = unicodedata.normalize("NFD", found[2])
        return _composed(found[1], parts[1]) + parts[0]

    return _OLD_STYLE_TONE.sub(move, text)


def _compose(text: str) -> tuple[str, tuple[int, ...]]:
    """NFC cluster by cluster, so that each letter knows where it came from."""
    letters: list[str] = []
    offsets: list[int] = []
    place = 0
    while place < len(text):
        end = place + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        if not _INVISIBLE.match(text[place]):
            for letter in unicodedata.normalize("NFC", text[place:end]):
                letters.append(letter)
                offsets.append(place)
        place = end
    return "".join(letters), (*offsets, len(text))


def _from_old_font(text: str) -> tuple[str, str] | None:
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return None
    columns, found = unmask_columns({"": [text]})
    return (columns[""][0] or "", found[""]) if found else None


_NOT_WORD = re.compile(r"[^a-z0-9]+")
_I_FOR_Y = re.compile(r"(?<=[bcdghklmnpqrstvx])y\b|(?<=\bqu)y\b|\by\b")
_C_FOR_K = re.compile(r"(?<=[a-z])k\b|\bk(?=[aou])")


def key(text: str) -> str:
    """The search key of a name: small plain letters and digits, one blank between words.

    Spellings of one sound meet: `Lý`/`Lí`, `Quý`/`Quí`, `Đắk`/`Đăk`/`Đắc`, `Bắc Kạn`/`Bắc Cạn`.
    Whatever is neither letter nor digit separates: `12/5` and `12-5` are both `12 5`.
    """
    plain = text if text.isascii() else clean(text).text
    plain = _NOT_WORD.sub(" ", fold(plain)).strip()
    if "y" in plain:
        plain = _I_FOR_Y.sub("i", plain)
    return _C_FOR_K.sub("c", plain) if "k" in plain else plain
