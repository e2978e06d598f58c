"""PURE: letters from templates, in words and as HTML; who sends them knows the addresses."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jinja2 import Environment

from maps import i18n, pages


@dataclass(frozen=True, slots=True)
class Letter:
    """What the reader gets; both bodies say the same."""

    subject: str
    text: str
    html: str


def write(kind: str, lang: str, **facts: Any) -> Letter:
    """A letter of one of the kinds in templates/mail. Raises `jinja2.UndefinedError` for a fact that is missing."""
    words: dict[str, Any] = {**pages.words(lang), "lang": lang, **facts}
    subject = i18n.translate(lang, f"mail.{kind}.subject", **{key: facts[key] for key in ("authority", "subject")})
    text = _plain().get_template(f"mail/{kind}.txt").render(**words)
    html = pages.environment().get_template(f"mail/{kind}.html").render(title=subject, **words)
    return Letter(" ".join(subject.split())[:200], text.strip() + "\n", html)


@lru_cache(maxsize=1)
def _plain() -> Environment:
    """As for pages, but nothing is escaped: there is no markup in words."""
    return pages.environment().overlay(autoescape=False)
