"""The two languages in which a filter may come."""

from __future__ import annotations

from collections.abc import Iterator

from layers.filters.cql2_json import read_json
from layers.filters.cql2_text import read_text
from layers.filters.errors import too_large, unreadable
from layers.filters.nodes import LONGEST, MOST_TERMS, Call, Interval, Node, Property

LANGUAGES = ("cql2-text", "cql2-json")


def read(text: str, language: str = "cql2-text") -> Node:
    """Read a filter. Raises `FilterRefused`; `language` must be one of `LANGUAGES`."""
    if len(text) > LONGEST:
        raise too_large(f"more than {LONGEST} characters", f"hơn {LONGEST} ký tự")
    if any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in text):
        raise unreadable("text holds NUL or half a surrogate pair", "văn bản chứa ký tự không hợp lệ")
    found = read_text(text) if language == "cql2-text" else read_json(text)
    if sum(1 for _ in walk(found)) > MOST_TERMS:
        raise too_large(f"more than {MOST_TERMS} terms", f"hơn {MOST_TERMS} phần tử")
    return found


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it."""
    yield node
    below: tuple[Node, ...] = ()
    if isinstance(node, Call):
        below = node.operands
    elif isinstance(node, tuple):
        below = node
    elif isinstance(node, Interval):
        below = tuple(edge for edge in (node.start, node.end) if isinstance(edge, Property))
    for one in below:
        yield from walk(one)
