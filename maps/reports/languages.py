"""Which font of the machine sets Japanese, Korean and Chinese on paper: none of ours has their letters."""

from __future__ import annotations

import subprocess
from shutil import which

from maps.reports.errors import LanguageFontMissing

_CODES = {"ja": "ja", "ko": "ko", "zh": "zh-cn"}
"""Language -> as fontconfig calls it."""
_PREFERRED = ("Noto Sans CJK", "Noto Serif CJK", "Source Han", "WenQuanYi Micro Hei", "Nanum", "IPA")


def family_for(lang: str) -> str | None:
    """The font family to add for a language; None where our own fonts do. Raises `LanguageFontMissing`."""
    if lang not in _CODES:
        return None
    families = _families(_CODES[lang])
    if not families:
        raise LanguageFontMissing(lang)
    return min(families, key=_rank)


def _rank(family: str) -> tuple[int, str]:
    return next((at for at, name in enumerate(_PREFERRED) if family.startswith(name)), len(_PREFERRED)), family


def _families(code: str) -> list[str]:
    """Families that hold the letters of a language, by fontconfig, which Pango asks as well."""
    program = which("fc-list")
    if program is None:
        return []
    asked = subprocess.run(
        [program, f":lang={code}:outline=true", "family"], capture_output=True, timeout=20, check=False
    )
    names = (line.split(",")[0].strip() for line in asked.stdout.decode("utf-8", "replace").splitlines())
    return sorted({name for name in names if name and not {'"', "\\", "{", "}"} & set(name)})
