"""CQL2 is read the same from text and from JSON, and what is not CQL2 is refused where it stands."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from layers.filters import FilterRefused, read
from layers.filters.nodes import LONGEST, Call, Interval, Place, Property

NAME = {"property": "name"}
POINT = {"type": "Point", "coordinates": [106.5, 20.9]}


def op(name: str, *args: Any) -> dict[str, Any]:
    return {"op": name, "args": list(args)}


@pytest.mark.parametrize(
    ("text", "as_json"),
    [
        ("name = 'Đại An'", op("=", NAME, "Đại An")),
        ("name <> 'O''Brien'", op("<>", NAME, "O'Brien")),
        (r"name = 'O\'Brien'", op("=", NAME, "O'Brien")),
        ('"name" >= 3.5e-1', op(">=", NAME, 0.35)),
        ("a < -1 AND b > +2 AND c <= 3",
         op("and", op("<", {"property": "a"}, -1), op(">", {"property": "b"}, 2), op("<=", {"property": "c"}, 3))),
        ("a = 1 OR b = 2 AND NOT c = 3",
         op("or", op("=", {"property": "a"}, 1),
            op("and", op("=", {"property": "b"}, 2), op("not", op("=", {"property": "c"}, 3))))),
        ("(a = 1 OR b = 2) and c", op("and", op("or", op("=", {"property": "a"}, 1), op("=", {"property": "b"}, 2)),
                                      {"property": "c"})),
        ("name LIKE 'KCN%'", op("like", NAME, "KCN%")),
        ("name NOT LIKE '%x_'", op("not", op("like", NAME, "%x_"))),
        ("CASEI(ACCENTI(name)) LIKE CASEI('%đ%')",
         op("like", op("casei", op("accenti", NAME)), op("casei", "%đ%"))),
        ("name IN ('a', 'b')", op("in", NAME, ["a", "b"])),
        ("name NOT IN (1)", op("not", op("in", NAME, [1]))),
        ("area BETWEEN 1 AND 2 + 3", op("between", {"property": "area"}, 1, op("+", 2, 3))),
        ("A_CONTAINS(name, ('a', 'b'))", op("a_contains", NAME, ["a", "b"])),
        ("a_overlaps(('a'), name) AND NOT A_EQUALS(name, ())",
         op("and", op("a_overlaps", ["a"], NAME), op("not", op("a_equals", NAME, [])))),
        ("A_CONTAINEDBY(name, other)", op("a_containedBy", NAME, {"property": "other"})),
        ("name IS NULL", op("isNull", NAME)),
        ("name IS NOT NULL", op("not", op("isNull", NAME))),
        ("a * (b + 2) - c / 4 = 10 ^ 2",
         op("=", op("-", op("*", {"property": "a"}, op("+", {"property": "b"}, 2)), op("/", {"property": "c"}, 4)),
            op("^", 10, 2))),
        ("a div 2 = b % 3", op("=", op("div", {"property": "a"}, 2), op("%", {"property": "b"}, 3))),
        ("day > DATE('2025-07-01')", op(">", {"property": "day"}, {"date": "2025-07-01"})),
        ("at = TIMESTAMP('2025-07-01T08:00:00.25Z')",
         op("=", {"property": "at"}, {"timestamp": "2025-07-01T08:00:00.25Z"})),
        ("T_DURING(day, INTERVAL('2025-01-01', '..'))",
         op("t_during", {"property": "day"}, {"interval": ["2025-01-01", ".."]})),
        ("T_FINISHEDBY(INTERVAL(a, b), DATE('2025-01-01'))",
         op("t_finishedBy", {"interval": [{"property": "a"}, {"property": "b"}]}, {"date": "2025-01-01"})),
        ("S_INTERSECTS(geometry, POINT(106.5 20.9))", op("s_intersects", {"property": "geometry"}, POINT)),
        ("S_WITHIN(geometry, ENVELOPE(106, 20, 107, 21))",
         op("s_within", {"property": "geometry"}, {"bbox": [106, 20, 107, 21]})),
        ("S_WITHIN(geometry, BBOX(106, 20, 0, 107, 21, 9))",
         op("s_within", {"property": "geometry"}, {"bbox": [106, 20, 0, 107, 21, 9]})),
        ("S_CROSSES(LINESTRING Z (0 0 5, 1 1 5), geometry)",
         op("s_crosses", {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}, {"property": "geometry"})),
        ("S_EQUALS(geometry, GEOMETRYCOLLECTION(POINT(1 2), POINT(3 4)))",
         op("s_equals", {"property": "geometry"}, {"type": "GeometryCollection", "geometries": [
             {"type": "Point", "coordinates": [1, 2]}, {"type": "Point", "coordinates": [3, 4]}]})),
        ("TRUE OR false", op("or", True, False)),
        ("- a = 1", op("=", op("-", 0, {"property": "a"}), 1)),
    ],
)  # fmt: skip
def test_text_and_json_say_the_same(text: str, as_json: Any) -> None:
    assert read(text) == read(json.dumps(as_json), "cql2-json")


def test_values_are_what_they_say() -> None:
    assert read("day = DATE('2024-02-29')") == Call("=", (Property("day"), date(2024, 2, 29)))
    assert read("at = TIMESTAMP('2025-07-01T08:00:00+07:00')") == Call(
        "=", (Property("at"), datetime(2025, 7, 1, 1, tzinfo=UTC))
    )
    assert read("T_AFTER(a, INTERVAL('..', b))") == Call("t_after", (Property("a"), Interval("..", Property("b"))))
    shape = read("S_WITHIN(geometry, POLYGON((0 0, 2 0, 2 2, 0 0)))")
    assert isinstance(shape, Call)
    assert isinstance(shape.operands[1], Place)
    assert shape.operands[1].shape.equals(shapely.Polygon([(0, 0), (2, 0), (2, 2)]))


def test_text_is_brought_to_one_spelling() -> None:
    """ậ as one sign and as a with two marks are the same letter."""
    assert read("name = 'Qua\u0302\u0323n'") == read("name = 'Quận'")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("THIS IS NOT A FILTER", "character 13"),
        ("name LIK 'x'", "'LIK'"),
        ("name =", "ends too early"),
        ("(name = 1", "ends too early"),
        ("name = 1)", "unexpected ')'"),
        ("name = 'open", "character 8"),
        ("nope(1)", "no function 'nope'"),
        ("name = NULL", "'NULL'"),
        ("name NOT 'x'", "'x'"),
        ("name = 1 name", "'name'"),
        ("DATE('2025-13-01') = 1", "no day"),
        ("TIMESTAMP('2025-01-01T00:00:00') = 1", "no moment"),
        ("S_WITHIN(g, POLYGON((0 0, 1 1)", "closing bracket"),
        ("S_WITHIN(g, POINT(a b))", "no WKT"),
        ("S_WITHIN(g, ENVELOPE(1, 2, 3))", "4 or 6"),
        ("a = 1; DROP TABLE zones", "';'"),
        ("a = 1e999", "too large"),
        ("", "ends too early"),
    ],
)
def test_what_is_not_cql2_is_refused_and_told_where(text: str, says: str) -> None:
    with pytest.raises(FilterRefused) as caught:
        read(text)
    assert says in str(caught.value)
    assert caught.value.message_vi != str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "not json", "[", "null", '{"op": "=", "args": [1]}', '{"op": "nope", "args": []}', '{"args": []}', "{}",
        '{"op": "and", "args": [true]}', '{"op": "=", "args": [NaN, 1]}', '{"op": "=", "op": "<", "args": [1, 2]}',
        '{"op": "=", "args": [{"date": "x"}, 1]}', '{"op": "=", "args": [1e999, 1]}',
        '{"op": "=", "args": ["\\ud800", 1]}', '{"op": "=", "args": ["\\u0000", 1]}',
        '{"op": "s_within", "args": [{"property": "g"}, {"type": "Point", "coordinates": ["a", 1]}]}',
        '{"op": "s_within", "args": [{"property": "g"}, {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}]}',
        '{"op": "s_within", "args": [{"property": "g"}, {"type": "Polygon", "coordinates": [[[0,0], [1,0], [1,1]]]}]}',
        '{"op": "s_within", "args": [{"property": "g"}, {"bbox": [1, 2, "3", 4]}]}',
        '{"op": "t_after", "args": [{"interval": ["2025-01-01"]}, {"date": "2025-01-01"}]}',
    ],
)  # fmt: skip
def test_json_that_is_not_cql2_is_refused(text: str) -> None:
    with pytest.raises(FilterRefused):
        read(text, "cql2-json")


@pytest.mark.parametrize(
    "text",
    [
        "(" * 200 + "a = 1" + ")" * 200,
        "NOT " * 500 + "a",
        "a = " + "-" * 300 + "1",
        "a = " + "1 + " * 300 + "1",
        "a = " + "2 ^ " * 300 + "2",
        " AND ".join("a = 1" for _ in range(500)),
        "a IN (" + ",".join("1" for _ in range(2000)) + ")",
        "S_WITHIN(g, LINESTRING(" + ",".join("0 0" for _ in range(1900)) + "))",
        "S_WITHIN(g, " + "GEOMETRYCOLLECTION(" * 20 + "POINT(0 0)" + ")" * 21,
        "CASEI(" * 100 + "a" + ")" * 100 + " = 'x'",
        "a = '" + "x" * LONGEST + "'",
    ],
)
def test_a_bomb_is_refused_before_anything_is_asked(text: str) -> None:
    with pytest.raises(FilterRefused) as caught:
        read(text)
    assert caught.value.code in ("filter_too_large", "bad_geometry")


@pytest.mark.parametrize(
    "text", ["[" * 4000, '{"op":"not","args":[' * 300 + "true" + "]}" * 300, '{"a":' * 1000, "[" + "1," * 3000 + "1]"]
)
def test_a_bomb_of_json_is_refused_too(text: str) -> None:
    with pytest.raises(FilterRefused):
        read(text, "cql2-json")


CODES = ("bad_filter", "bad_geometry", "filter_too_large")


def read_or_refused(text: str, language: str) -> str:
    try:
        read(text, language)
    except FilterRefused as refused:
        return refused.code
    return "read"


@given(st.text(max_size=200))
def test_any_text_is_either_read_or_refused(text: str) -> None:
    for language in ("cql2-text", "cql2-json"):
        assert read_or_refused(text, language) in ("read", *CODES)


WORDS = ["a", "name", "=", "<", "(", ")", ",", "'x'", "1", "-2.5", "AND", "OR", "NOT", "IN", "LIKE", "BETWEEN", "IS",
         "NULL", "CASEI(", "POINT(1 2)", "S_WITHIN(", "T_AFTER(", "DATE('2025-01-01')", "INTERVAL(", "'..'", "+", "*",
         "^", "TRUE", "ENVELOPE(1,2,3,4)"]  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=25))
def test_any_order_of_words_is_either_read_or_refused(words: list[str]) -> None:
    assert read_or_refused(" ".join(words), "cql2-text") in ("read", *CODES)
