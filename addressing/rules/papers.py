"""What the land and house certificate says of an address (Article 4)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable


def an_address_agrees_with_the_certificate(written: Iterable[str], on_certificate: str) -> bool:
    """Whether the certificate names the place in one of the ways in which its address is written.

    Marks, capitals, commas and blanks do not matter, everything else does. Where it does not agree somebody
    must look: the register overwrites neither.
    """
    return _plain(on_certificate) in {_plain(form) for form in written}


def _plain(words: str) -> str:
    marks_off = unicodedata.normalize("NFD", words.casefold().replace("đ", "d"))
    letters = "".join(sign for sign in marks_off if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[,.;:()\"]+", " ", letters).split())
