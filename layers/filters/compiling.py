"""From an expression to an SQL condition with bound parameters."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Float, Text, and_, cast, false, func, literal, literal_column, not_, or_, true
from sqlalchemy.dialects.postgresql import ARRAY as SQL_ARRAY

from layers.filters import relations
from layers.filters.calling import call
from layers.filters.errors import FilterRefused, too_large, unreadable, wrong_type
from layers.filters.functions import FUNCTIONS
from layers.filters.nodes import (
    ARITHMETIC,
    ARRAY,
    COMPARISONS,
    MOST_WILDCARDS,
    SPATIAL,
    TEMPORAL,
    TEXT_FUNCTIONS,
    Call,
    Interval,
    Node,
    Place,
    Property,
)
from layers.filters.typed import Queryable, Typed, Vocabulary, as_number, constant, matched, require
from layers.named_crs import LON_LAT, NamedCrs

ARRAY_OF_TEXT = SQL_ARRAY(Text)

__all__ = ["Queryable", "Vocabulary", "compile_filter"]


def compile_filter(node: Node, vocabulary: Vocabulary, crs: NamedCrs = LON_LAT) -> Any:
    """The condition; geometries of the filter are in `crs`. Raises `FilterRefused`."""
    return _Compiler(vocabulary, crs).condition(node)


class _Compiler:
    """What the expressions of one filter share."""

    def __init__(self, vocabulary: Vocabulary, crs: NamedCrs) -> None:
        self.vocabulary, self.crs = vocabulary, crs

    # --- true or false --------------------------------------------------------------------------------------

    def condition(self, node: Node) -> Any:
        if isinstance(node, bool):
            return true() if node else false()
        if isinstance(node, Property):
            return require(self.value(node), "boolean", "a condition")
        if not isinstance(node, Call):
            raise wrong_type("a value stands where a condition must be", "giá trị đứng ở chỗ cần điều kiện")
        name, operands = node.name, node.operands
        if name in ("and", "or"):
            parts = [self.condition(operand) for operand in operands]
            return and_(*parts) if name == "and" else or_(*parts)
        if name == "not":
            return not_(self.condition(operands[0]))
        if name in COMPARISONS:
            left, right = matched(self.value(operands[0]), self.value(operands[1]))
            return left.op(name, is_comparison=True)(right)
        if name in SPATIAL:
            self._require_two(node)
            return relations.spatial(name, operands[0], operands[1], self.vocabulary, self.crs)
        if name in TEMPORAL:
            self._require_two(node)
            return relations.temporal(name, self.span(operands[0]), self.span(operands[1]))
        if name in ARRAY:
            self._require_two(node)
            return relations.of_arrays(name, self._texts(operands[0]), self._texts(operands[1]))
        if name in FUNCTIONS:
            return require(self.value(node), "boolean", "a condition")
        return self._predicate(node)

    def _predicate(self, node: Call) -> Any:
        operands = node.operands
        if node.name == "isnull":
            return self._nullable(operands[0]).is_(None)
        if node.name == "like":
            return require(self.value(operands[0]), "text", "LIKE").like(self._pattern(operands[1]))
        if node.name == "between":
            own, low, high = (self.value(operand) for operand in operands)
            at_least = matched(own, low)
            at_most = matched(own, high)
            return and_(at_least[0] >= at_least[1], at_most[0] <= at_most[1])
        if node.name == "in":
            return self._in(operands[0], operands[1])
        raise wrong_type(f"'{node.name}' gives no condition", f"'{node.name}' không phải điều kiện")

    def _in(self, left: Node, listed: Node) -> Any:
        if not isinstance(listed, tuple) or not listed:
            raise unreadable("IN takes a list", "IN cần một danh sách")
        own = self.value(left)
        pairs = [matched(own, self.value(item)) for item in listed]
        if all(pair[0] is own.sql for pair in pairs):
            return own.sql.in_([pair[1] for pair in pairs])
        return or_(*(pair[0] == pair[1] for pair in pairs))

    def _texts(self, node: Node) -> Any:
        """An array: a property that is a list, or texts in brackets."""
        if not isinstance(node, tuple):
            return require(self.value(node), "texts", "an array operator")
        if not all(isinstance(item, str) for item in node):
            raise wrong_type("the lists on record hold texts", "các danh sách chỉ chứa văn bản")
        return literal(list(node), ARRAY_OF_TEXT)

    def _nullable(self, node: Node) -> Any:
        if isinstance(node, Property):
            return self.vocabulary.get(node.name).expression
        return self.value(node).sql

    def _pattern(self, node: Node) -> Any:
        inner = node
        while isinstance(inner, Call) and inner.name in TEXT_FUNCTIONS and len(inner.operands) == 1:
            inner = inner.operands[0]
        if not isinstance(inner, str):
            raise wrong_type("LIKE takes a pattern as text", "LIKE cần mẫu dạng văn bản")
        plain = inner.replace("\\\\", "")
        if plain.endswith("\\"):
            raise unreadable("the pattern ends with a backslash", "mẫu kết thúc bằng dấu gạch chéo ngược")
        if inner.count("%") + inner.count("_") > MOST_WILDCARDS:
            raise too_large(f"more than {MOST_WILDCARDS} wildcards", f"hơn {MOST_WILDCARDS} ký tự đại diện")
        return self.value(node).sql

    @staticmethod
    def _require_two(node: Call) -> None:
        if len(node.operands) != 2:
            raise unreadable(f"'{node.name}' has 2 operands", f"'{node.name}' cần 2 toán hạng")

    # --- values ---------------------------------------------------------------------------------------------

    def value(self, node: Node) -> Typed:
        if isinstance(node, Property):
            found = self.vocabulary.get(node.name)
            return Typed(found.expression, found.kind)
        if isinstance(node, Call):
            return self._computed(node)
        if isinstance(node, tuple | Place | Interval):
            raise wrong_type("a list, shape or interval stands where one value must be", "cần một giá trị đơn")
        return constant(node)

    def _computed(self, node: Call) -> Typed:
        if node.name in TEXT_FUNCTIONS:
            if len(node.operands) != 1:
                raise unreadable(f"'{node.name}' has 1 operand", f"'{node.name}' cần 1 toán hạng")
            inner = require(self.value(node.operands[0]), "text", node.name.upper())
            return Typed(func.lower(inner) if node.name == "casei" else without_marks(inner), "text")
        if node.name in ARITHMETIC:
            return Typed(self._arithmetic(node), "number")
        if node.name in FUNCTIONS:
            return call(FUNCTIONS[node.name], node.operands, self.value, self.vocabulary, self.crs)
        return Typed(self.condition(node), "boolean")

    def _arithmetic(self, node: Call) -> Any:
        left, right = (as_number(self.value(operand)) for operand in node.operands)
        match node.name:
            case "+":
                return left + right
            case "-":
                return left - right
            case "*":
                return left * right
            case "/":
                return left / func.nullif(right, 0)
            case "^":
                return func.power(left, right)
            case "div":
                return func.trunc(left / func.nullif(right, 0))
            case _:
                return left - right * func.trunc(left / cast(func.nullif(right, 0), Float(53)))

    # --- spans of time --------------------------------------------------------------------------------------

    def span(self, node: Node) -> relations.Ends:
        if isinstance(node, Interval):
            start, end = (self.value(edge) if isinstance(edge, Property) else edge for edge in (node.start, node.end))
            if type(start) is type(end) and isinstance(start, date) and isinstance(end, date) and start > end:
                raise FilterRefused(
                    "bad_filter", "An interval ends before it begins.", "Khoảng thời gian kết thúc trước khi bắt đầu."
                )
            return relations.edge(start, is_start=True), relations.edge(end, is_start=False)
        return relations.span_of_instant(self.value(node))


def without_marks(value: Any) -> Any:
    """Vietnamese letters as plain ones, đ as d; the same dictionary as the search uses."""
    return func.public.unaccent(literal_column("'public.unaccent'::regdictionary"), func.normalize(value))
