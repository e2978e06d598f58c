"""Texts that people read, in Vietnamese and English.

The catalogues are flat JSON files beside this one, `<area>.<language>.json`; every part of the
service may bring its own area. A key is written once, and in both languages: a test compares them.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

LANGUAGES = ("vi", "en")
_FOLDER = Path(__file__).parent


@lru_cache(maxsize=len(LANGUAGES))
def catalogue(lang: str) -> MappingProxyType[str, str]:
    """All texts of one language, key -> text. Raises `ValueError` when two areas share a key."""
    texts: dict[str, str] = {}
    for file in sorted(_FOLDER.glob(f"*.{lang}.json")):
        area: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
        twice = texts.keys() & area.keys()
        if twice:
            raise ValueError(f"{file.name} repeats {sorted(twice)}")
        texts.update(area)
    return MappingProxyType(texts)


def translate(lang: str, key: str, /, **facts: object) -> str:
    """The text of a key with its {places} filled in; the key itself when nobody wrote a text.

    Pages must not fail for want of a word, so that no key is missing is held by tests.
    """
    wording = catalogue(lang if lang in LANGUAGES else "vi").get(key, key)
    return wording.format(**facts) if facts else wording


def negotiate(asked: str | None, remembered: str | None, accept_language: str, default: str) -> str:
    """Choose a language: what the address asks for, what was chosen before, what the browser likes.

    `default` answers a browser that names neither language; an unknown wish is passed over.
    """
    for wish in (asked, remembered):
        if wish in LANGUAGES:
            return wish
    liked = [part.partition(";")[0].strip().lower()[:2] for part in accept_language.split(",")]
    return next((lang for lang in liked if lang in LANGUAGES), default)
