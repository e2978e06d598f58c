"""CQL2 as JSON: the same expressions, already in the form of a tree."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

from layers.filters import literals
from layers.filters.errors import too_large, unreadable
from layers.filters.functions import FUNCTIONS
from layers.filters.nodes import (
    ARITHMETIC,
    ARRAY,
    COMPARISONS,
    DEEPEST,
    MOST_TERMS,
    SPATIAL,
    TEMPORAL,
    TEXT_FUNCTIONS,
    Call,
    Edge,
    Interval,
    Node,
    Property,
)

_MANY = {"and": 2, "or": 2}
_COUNTS: dict[str, int] = {
    "not": 1, "isnull": 1, "like": 2, "between": 3, "in": 2,
    **dict.fromkeys((*COMPARISONS, *ARITHMETIC, *SPATIAL, *TEMPORAL, *ARRAY), 2), **dict.fromkeys(TEXT_FUNCTIONS, 1),
    **{name: len(one.arguments) for name, one in FUNCTIONS.items()},
}  # fmt: skip


def read_json(text: str) -> Node:
    """The expression. Raises `FilterRefused` for what is not CQL2 JSON or too deep or too long."""
    try:
        value = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_once)
    except RecursionError:
        raise too_large(f"deeper than {DEEPEST} levels", f"sâu quá {DEEPEST} cấp") from None
    except ValueError as error:
        where = error.pos + 1 if isinstance(error, json.JSONDecodeError) else None
        raise unreadable("it is no JSON", "không phải JSON", where) from None
    return _Reader().node(value, 0)


class _Reader:
    """Counts the terms on its way down."""

    def __init__(self) -> None:
        self.terms = 0

    def node(self, value: Any, depth: int) -> Node:
        self.terms += 1
        if self.terms > MOST_TERMS:
            raise too_large(f"more than {MOST_TERMS} terms", f"hơn {MOST_TERMS} phần tử")
        if depth > DEEPEST:
            raise too_large(f"deeper than {DEEPEST} levels", f"sâu quá {DEEPEST} cấp")
        if isinstance(value, bool):
            return value
        if isinstance(value, int | float):
            if not literals.is_number(value):
                raise unreadable("a number is too large", "có số quá lớn")
            return value if isinstance(value, float) or abs(value) < 10**18 else float(value)
        if isinstance(value, str):
            if any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in value):
                raise unreadable("text holds NUL or half a surrogate pair", "văn bản chứa ký tự không hợp lệ")
            return unicodedata.normalize("NFC", value)
        if isinstance(value, list):
            return tuple(self.node(item, depth + 1) for item in value)
        if isinstance(value, dict):
            return self.object(value, depth)
        raise unreadable("null stands where a value must be", "có null ở chỗ cần giá trị")

    def object(self, value: dict[str, Any], depth: int) -> Node:
        if "op" in value:
            return self.call(value, depth)
        if "property" in value and isinstance(value["property"], str):
            return Property(value["property"])
        if "date" in value:
            return literals.read_day(str(value["date"]))
        if "timestamp" in value:
            return literals.read_moment(str(value["timestamp"]))
        if "interval" in value:
            return self.interval(value["interval"])
        if "type" in value:
            return literals.read_geojson(value)
        if isinstance(value.get("bbox"), list):
            return literals.box(value["bbox"])
        raise unreadable("an object is neither an operator nor a value", "có đối tượng không phải toán tử hay giá trị")

    def call(self, value: dict[str, Any], depth: int) -> Node:
        name, operands = value["op"], value.get("args")
        if not isinstance(name, str) or not isinstance(operands, list):
            raise unreadable("an operator needs op and args", "toán tử cần op và args")
        name = name.lower()
        if name not in _COUNTS and name not in _MANY:
            raise unreadable(f"there is no operator '{name[:40]}'", f"không có toán tử '{name[:40]}'")
        if name in _MANY and len(operands) < _MANY[name]:
            raise unreadable(f"'{name}' has at least 2 operands", f"'{name}' cần ít nhất 2 toán hạng")
        if name == "-" and len(operands) == 1:
            operands = [0, *operands]
        if name in _COUNTS and len(operands) != _COUNTS[name]:
            count = _COUNTS[name]
            raise unreadable(f"'{name}' has {count} operands", f"'{name}' cần {count} toán hạng")
        return Call(name, tuple(self.node(operand, depth + 1) for operand in operands))

    def interval(self, value: Any) -> Interval:
        if not isinstance(value, list) or len(value) != 2:
            raise unreadable("an interval has two ends", "khoảng thời gian có hai đầu")
        return Interval(self.edge(value[0]), self.edge(value[1]))

    def edge(self, value: Any) -> Edge:
        if isinstance(value, dict) and isinstance(value.get("property"), str):
            return Property(value["property"])
        if value in ("..", ""):
            return ".."
        if isinstance(value, dict):
            value = value.get("date") or value.get("timestamp")
        return literals.read_instant(str(value))


def _refuse_constant(name: str) -> float:
    raise ValueError(name)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise unreadable("a key is given twice in one object", "một khóa xuất hiện hai lần trong một đối tượng")
    return found
