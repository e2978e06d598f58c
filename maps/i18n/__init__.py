"""Texts that people read: Vietnamese and English in full, the pages of investors also in Japanese, Korean, Chinese.

The catalogues are flat JSON files beside this one, `<area>.<language>.json`; every part of the
service may bring its own area. A key is written once, and in both full languages: a test compares them.
A language of `PREPARED` has the keys of the pages in `INVESTOR_PAGES`; a key that it lacks is read in English.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

LANGUAGES = ("vi", "en")
"""Every page speaks them."""
PREPARED = ("ja", "ko", "zh")
"""The pages of investors and the pages of errors speak them; any other page answers in English and says so."""
OFFERED = LANGUAGES + PREPARED
INVESTOR_PAGES = ("/invest", "/plots", "/zones", "/enquire", "/enquiries", "/alerts", "/for", "/search")
"""Their addresses, and all addresses below them."""
TAGS = {"zh": "zh-Hans"}
"""BCP 47 tags where they say more than our code; Chinese is written in simplified characters."""
_FOLDER = Path(__file__).parent


@lru_cache(maxsize=len(OFFERED))
def catalogue(lang: str) -> MappingProxyType[str, str]:
    """All texts of one language, key -> text; what a prepared language lacks is there in English."""
    return MappingProxyType({**catalogue("en"), **own_texts(lang)} if lang in PREPARED else own_texts(lang))


def own_texts(lang: str) -> dict[str, str]:
    """What stands in the files of one language. Raises `ValueError` when two areas share a key."""
    texts: dict[str, str] = {}
    for file in sorted(_FOLDER.glob(f"*.{lang}.json")):
        area: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
        twice = texts.keys() & area.keys()
        if twice:
            raise ValueError(f"{file.name} repeats {sorted(twice)}")
        texts.update(area)
    return texts


def translate(lang: str, key: str, /, **facts: object) -> str:
    """The text of a key with its {places} filled in; the key itself when nobody wrote a text.

    Pages must not fail for want of a word, so that no key is missing is held by tests.
    """
    wording = catalogue(lang if lang in OFFERED else "vi").get(key, key)
    return wording.format(**facts) if facts else wording


def negotiate(asked: str | None, remembered: str | None, accept_language: str, default: str) -> str:
    """Choose a language: what the address asks for, what was chosen before, what the browser likes.

    `default` answers a browser that names none of `OFFERED`; an unknown wish is passed over.
    """
    for wish in (asked, remembered):
        if wish in OFFERED:
            return wish
    liked = [part.partition(";")[0].strip().lower()[:2] for part in accept_language.split(",")]
    return next((lang for lang in liked if lang in OFFERED), default)


def spoken(chosen: str, path: str) -> str:
    """In which language the page at a path answers whoever chose one: in that one, or in English."""
    if chosen in LANGUAGES or any(path == page or path.startswith(f"{page}/") for page in INVESTOR_PAGES):
        return chosen
    return "en"
