"""CQL2 as text, read by recursive descent: one function a level of precedence.

The reader accepts any expression where one may stand and leaves to the compiler which kinds of
values go together; so a bracket never has to guess whether it holds a number or a condition.
"""

from __future__ import annotations

import math
import re
import unicodedata
from typing import NoReturn

from layers.filters import literals
from layers.filters.errors import FilterRefused, too_large, unreadable
from layers.filters.functions import FUNCTIONS
from layers.filters.nodes import (
    ARRAY,
    DEEPEST,
    MOST_TERMS,
    SPATIAL,
    TEMPORAL,
    TEXT_FUNCTIONS,
    Call,
    Edge,
    Interval,
    Node,
    Place,
    Property,
)

_START = r":_A-Za-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFE\u2070-\u218F\u3001-\uD7FF"
_TOKEN = re.compile(
    rf"""\s*(?:
      (?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    | (?P<text>'(?:[^'\\]|''|\\'|\\)*')
    | (?P<quoted>"[{_START}][{_START}.0-9\u0300-\u036F]*")
    | (?P<word>[{_START}][{_START}.0-9\u0300-\u036F]*)
    | (?P<sign><>|<=|>=|[-+*/%^=<>(),])
    )""",
    re.VERBOSE,
)
_SHAPE_WORDS = {
    "POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON", "GEOMETRYCOLLECTION",
}  # fmt: skip
_RESERVED = {"AND", "OR", "NOT", "LIKE", "BETWEEN", "IN", "IS", "NULL", "DIV"}
_CALLED = {*SPATIAL, *TEMPORAL, *ARRAY, *TEXT_FUNCTIONS, *FUNCTIONS}


def read_text(text: str) -> Node:
    """The expression. Raises `FilterRefused` for what is not CQL2 or too deep or too long."""
    reader = _Reader(text)
    found = reader.either()
    if reader.kind != "end":
        reader.fail()
    return found


class _Reader:
    """The text, and the token that comes next."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.begin = text, 0, 0
        self.kind, self.token = "", ""
        self.depth = self.terms = 0
        self.step()

    def step(self) -> str:
        """Go to the next token; gives the one that was next so far."""
        passed = self.token
        rest = _TOKEN.match(self.text, self.at)
        if rest is None:
            self.begin = self.at + len(self.text[self.at :]) - len(self.text[self.at :].lstrip())
            if self.begin < len(self.text):
                self.kind, self.token = "unknown", self.text[self.begin]
                self.fail()
            self.kind, self.token = "end", ""
            return passed
        assert rest.lastgroup is not None
        self.kind, self.token = rest.lastgroup, rest[rest.lastgroup]
        self.begin, self.at = rest.start(rest.lastgroup), rest.end()
        self.terms += 1
        if self.terms > 4 * MOST_TERMS:
            raise too_large(f"more than {MOST_TERMS} terms", f"hơn {MOST_TERMS} phần tử")
        return passed

    def fail(self) -> NoReturn:
        """Refuse what comes next."""
        if self.kind == "end":
            raise unreadable("it ends too early", "thiếu phần cuối")
        shown = self.token[:40]
        raise unreadable(f"unexpected '{shown}'", f"không hiểu '{shown}'", self.begin + 1)

    def is_word(self, *words: str) -> bool:
        """Whether the next token is one of these keywords."""
        return self.kind == "word" and self.token.upper() in words

    def is_sign(self, *signs: str) -> bool:
        """Whether the next token is one of these signs."""
        return self.kind == "sign" and self.token in signs

    def take(self, *expected: str) -> None:
        """Pass a sign or keyword that must come now."""
        if not (self.is_sign(*expected) or self.is_word(*expected)):
            self.fail()
        self.step()

    def deeper(self) -> None:
        """One level down."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise too_large(f"deeper than {DEEPEST} levels", f"sâu quá {DEEPEST} cấp")

    # --- from the loosest to the tightest -----------------------------------------------------------------

    def either(self) -> Node:
        parts = [self.both()]
        while self.is_word("OR"):
            self.step()
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else Call("or", tuple(parts))

    def both(self) -> Node:
        parts = [self.negated()]
        while self.is_word("AND"):
            self.step()
            parts.append(self.negated())
        return parts[0] if len(parts) == 1 else Call("and", tuple(parts))

    def negated(self) -> Node:
        if not self.is_word("NOT"):
            return self.compared()
        self.step()
        self.deeper()
        inner = self.negated()
        self.depth -= 1
        return Call("not", (inner,))

    def compared(self) -> Node:
        left = self.sum()
        if self.is_sign("=", "<>", "<", ">", "<=", ">="):
            return Call(self.step(), (left, self.sum()))
        if self.is_word("IS"):
            self.step()
            negative = self.is_word("NOT")
            if negative:
                self.step()
            self.take("NULL")
            found = Call("isnull", (left,))
            return Call("not", (found,)) if negative else found
        negative = self.is_word("NOT")
        if negative:
            self.step()
        found_here = self._set_predicate(left)
        if found_here is None:
            if negative:
                self.fail()
            return left
        return Call("not", (found_here,)) if negative else found_here

    def _set_predicate(self, left: Node) -> Call | None:
        if self.is_word("LIKE"):
            self.step()
            return Call("like", (left, self.sum()))
        if self.is_word("BETWEEN"):
            self.step()
            low = self.sum()
            self.take("AND")
            return Call("between", (left, low, self.sum()))
        if self.is_word("IN"):
            self.step()
            return Call("in", (left, self._list()))
        return None

    def sum(self) -> Node:
        left = self.product()
        while self.is_sign("+", "-"):
            left = self._chained(left, self.step(), self.product())
        return left

    def product(self) -> Node:
        left = self.power()
        while self.is_sign("*", "/", "%") or self.is_word("DIV"):
            left = self._chained(left, self.step().lower(), self.power())
        return left

    def _chained(self, left: Node, sign: str, right: Node) -> Node:
        if _height(left) > DEEPEST:
            raise too_large(f"deeper than {DEEPEST} levels", f"sâu quá {DEEPEST} cấp")
        return Call(sign, (left, right))

    def power(self) -> Node:
        base = self.signed()
        if not self.is_sign("^"):
            return base
        self.step()
        self.deeper()
        exponent = self.power()
        self.depth -= 1
        return Call("^", (base, exponent))

    def signed(self) -> Node:
        if not self.is_sign("-", "+"):
            return self.operand()
        sign = self.step()
        self.deeper()
        inner = self.signed()
        self.depth -= 1
        if sign == "+":
            return inner
        if isinstance(inner, int | float) and not isinstance(inner, bool):
            return -inner
        return Call("-", (0, inner))

    # --- what stands alone --------------------------------------------------------------------------------

    def operand(self) -> Node:
        if self.kind == "number":
            return _number(self.step())
        if self.kind == "text":
            return _unquoted(self.step())
        if self.kind == "quoted":
            return Property(self.step()[1:-1])
        if self.is_sign("("):
            self.step()
            self.deeper()
            inner = self.either()
            self.depth -= 1
            self.take(")")
            return inner
        if self.kind != "word" or self.token.upper() in _RESERVED:
            self.fail()
        return self._named()

    def _named(self) -> Node:
        word = self.token.upper()
        if word in ("TRUE", "FALSE"):
            self.step()
            return word == "TRUE"
        if word in _SHAPE_WORDS:
            return self._shape()
        begin = self.begin
        name = self.step()
        if not self.is_sign("("):
            return Property(name)
        self.step()
        if word in ("DATE", "TIMESTAMP"):
            found = self._instant_text()
            self.take(")")
            return literals.read_day(found) if word == "DATE" else literals.read_moment(found)
        if word == "INTERVAL":
            start = self._edge()
            self.take(",")
            end = self._edge()
            self.take(")")
            return Interval(start, end)
        if word in ("ENVELOPE", "BBOX"):
            return self._box()
        if name.lower() not in _CALLED:
            raise unreadable(f"there is no function '{name[:40]}'", f"không có hàm '{name[:40]}'", begin + 1)
        if name.lower() in ARRAY:
            return Call(name.lower(), self._arrays())
        return Call(name.lower(), self._operands())

    def _arrays(self) -> tuple[Node, ...]:
        """Operands of an array operator: there a bracket is an array, of one element or of none, too."""
        self.deeper()
        found = [self._array()]
        while self.is_sign(","):
            self.step()
            found.append(self._array())
        self.depth -= 1
        self.take(")")
        return tuple(found)

    def _array(self) -> Node:
        if not self.is_sign("("):
            return self.either()
        self.step()
        if self.is_sign(")"):
            self.step()
            return ()
        return self._operands()

    def _operands(self) -> tuple[Node, ...]:
        self.deeper()
        found = [self.either()]
        while self.is_sign(","):
            self.step()
            found.append(self.either())
        self.depth -= 1
        self.take(")")
        return tuple(found)

    def _list(self) -> tuple[Node, ...]:
        self.take("(")
        return self._operands()

    def _instant_text(self) -> str:
        if self.kind != "text":
            self.fail()
        return _unquoted(self.step())

    def _edge(self) -> Edge:
        if self.kind == "quoted" or (self.kind == "word" and self.token.upper() not in _RESERVED):
            return Property(self.step().strip('"'))
        found = self._instant_text()
        return ".." if found in ("..", "") else literals.read_instant(found)

    def _box(self) -> Place:
        numbers = []
        while True:
            value = self.signed()
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise unreadable("a box has numbers", "khung gồm các số", self.begin + 1)
            numbers.append(value)
            if not self.is_sign(","):
                break
            self.step()
        self.take(")")
        return literals.box(numbers)

    def _shape(self) -> Place:
        """From the word on to its closing bracket; the brackets are counted before GEOS sees them."""
        depth, end = 0, -1
        for place in range(self.begin, len(self.text)):
            sign = self.text[place]
            if sign == "(":
                depth += 1
                if depth > 5:
                    raise too_large("WKT nested too deep", "WKT lồng quá sâu")
            elif sign == ")":
                depth -= 1
                if depth <= 0:
                    end = place + 1
                    break
        if end < 0 or depth < 0:
            raise unreadable("WKT without its closing bracket", "WKT thiếu ngoặc đóng", self.begin + 1)
        wkt = self.text[self.begin : end]
        if wkt.upper().count("COLLECTION") > 1:
            raise too_large("collections in collections", "tập hợp lồng trong tập hợp")
        self.at = end
        self.step()
        return literals.read_wkt(wkt)


def _height(node: Node) -> int:
    """Levels along the left side, where chains of operators grow."""
    levels = 0
    while isinstance(node, Call) and node.operands:
        node = node.operands[0]
        levels += 1
    return levels


def _number(text: str) -> int | float:
    if text.isdigit() and len(text) <= 18:
        return int(text)
    value = float(text)
    if not math.isfinite(value):
        raise FilterRefused("bad_filter", "A number is too large.", "Có số quá lớn.")
    return value


def _unquoted(token: str) -> str:
    return unicodedata.normalize("NFC", token[1:-1].replace("''", "'").replace("\\'", "'"))
