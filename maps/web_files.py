"""The scripts, styles and fonts below maps/web: their addresses, which change with their content, and their imports.

One version stands in front of every path, so what a module or style sheet names beside itself lies
under the same version and may be kept for ever too.
"""

from __future__ import annotations

import hashlib
import re
import time
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup

WEB = Path(__file__).parent / "web"
PREFIX = "/assets/"
_LOOK_EVERY_S = 1.0
_IMPORT = re.compile(
    r"""(?:^import\s*|^(?:import|export)\b[^;'"]*?\bfrom\s*|[=[]\s*(?:await )?import\((?=.\.\./vendor/))"""
    r"""["'](\.[^"']+)["']""",
    re.MULTILINE,
)
"""At the head of a module; later on only a library that waits, `[import("../vendor/x.mjs"), …]`: our own modules that
are fetched later on are not wanted before somebody asks for them."""
_SCRIPT = re.compile(r"""<script type="module" src="([^"]+)">""")


class _Seen:
    """When the folder was looked at last, and what its version was."""

    at = -1.0
    version = ""


def version() -> str:
    """Ten digits that stand for the content of all files; a changed file is seen within a second."""
    now = time.monotonic()
    if _Seen.at < 0 or now - _Seen.at > _LOOK_EVERY_S:
        found = [(path, path.stat()) for path in sorted(WEB.rglob("*")) if path.is_file()]
        _Seen.version = _digest(tuple((str(path), facts.st_mtime_ns, facts.st_size) for path, facts in found))
        _Seen.at = now
    return _Seen.version


@lru_cache(maxsize=8)
def _digest(files: tuple[tuple[str, int, int], ...]) -> str:
    made = hashlib.blake2b(digest_size=5)
    for name, _, size in files:
        made.update(f"{Path(name).relative_to(WEB)}:{size}:".encode())
        made.update(Path(name).read_bytes())
    return made.hexdigest()


def address(name: str) -> str:
    """Address of a file below maps/web; changes with its content, so browsers may keep it for ever."""
    return f"{PREFIX}v-{version()}/{name}"


def split(path: str) -> tuple[str | None, str]:
    """`v-3f9ad1c2b0/js/map-page.mjs` as version and name; None for a path without a version."""
    first, slash, rest = path.partition("/")
    return (first.removeprefix("v-"), rest) if slash and first.startswith("v-") else (None, path)


def preloads(html: str) -> Markup:
    """Links that fetch at once what the module scripts of this piece of a page import, and what those import."""
    asked = [split(found.removeprefix(PREFIX))[1] for found in _SCRIPT.findall(html)]
    names = dict.fromkeys(one for name in asked for one in modules(name, version()))
    return Markup("\n").join(_link(name) for name in names)


def _link(name: str) -> Markup:
    """Libraries are large: what the page looks like comes before them."""
    patience = Markup(' fetchpriority="low"') if name.startswith("vendor/") else Markup("")
    return Markup('<link rel="modulepreload" href="{}"{}>').format(address(name), patience)


@lru_cache(maxsize=256)
def modules(name: str, _version: str) -> tuple[str, ...]:
    """The module and everything that it imports, itself first; libraries are not looked into."""
    found: list[str] = []
    left = [name]
    while left:
        one = left.pop(0)
        file = WEB / one
        if one in found or not file.is_file():
            continue
        found.append(one)
        if one.startswith("js/"):
            left += [_beside(one, named) for named in _IMPORT.findall(file.read_text(encoding="utf-8"))]
    return tuple(found)


def _beside(name: str, named: str) -> str:
    """`../vendor/x.mjs` in js/map-page.mjs is vendor/x.mjs."""
    return str((WEB / name).parent.joinpath(named).resolve().relative_to(WEB.resolve()))
