"""What filters mean, asked of PostgreSQL on values that can be checked with a pencil."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, Date, Text, cast, func, literal, literal_column, select

from layers.crs import transformer
from layers.filters import FilterRefused, Queryable, Vocabulary, compile_filter, read
from layers.filters.nodes import TEMPORAL
from layers.named_crs import LON_LAT, by_srid

AREA = (105.9, 19.9, 108.1, 21.6)
X, Y = transformer(4326, 9210).transform(106.5, 20.8)
SQUARE = f"POLYGON(({X} {Y},{X + 100} {Y},{X + 100} {Y + 100},{X} {Y + 100},{X} {Y}))"


def known(**more: Queryable) -> Vocabulary:
    """A feature: a square of 100 m whose south-western corner is 106.5 E, 20.8 N, and some values."""
    geometry = literal_column(f"ST_GeomFromText('{SQUARE}', 9210)")
    return Vocabulary(
        {
            "geometry": Queryable(geometry, "geometry", 9210),
            "name": Queryable(literal("KCN Đại An", Text), "text"),
            "nothing": Queryable(cast(None, Text), "text"),
            "n": Queryable(literal(7), "integer"),
            "share": Queryable(literal(0.25), "number"),
            "open": Queryable(literal(True), "boolean"),
            "day": Queryable(literal(date(2025, 7, 1), Date), "date"),
            "gone": Queryable(cast(None, Date), "date"),
            "moment": Queryable(func.timezone("UTC", literal_column("timestamp '2025-07-01 08:00'")), "timestamp"),
            "names": Queryable(literal_column("ARRAY['a']"), "texts"),
            **more,
        },
        AREA,
    )


def holds(conn: Connection, text: str, srid: int | None = None) -> bool | None:
    crs = LON_LAT if srid is None else by_srid(srid)
    return conn.execute(select(compile_filter(read(text), known(), crs))).scalar()  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("n = 7", True), ("n <> 7.0", False), ("n > share", True), ("7 = n", True),
        ("name = 'KCN Đại An'", True), ("name = 'kcn đại an'", False),
        ("CASEI(name) = CASEI('kcn ĐẠI an')", True), ("ACCENTI(name) = 'KCN Dai An'", True),
        ("ACCENTI(name) = ACCENTI('KCN Đai Ạn')", True), ("ACCENTI(CASEI(name)) LIKE ACCENTI(CASEI('%ĐAI%'))", True),
        ("name LIKE 'KCN%'", True), ("name LIKE 'KCN_Đại_An'", True), ("name NOT LIKE '%x%'", True),
        ("name LIKE 'KCN\\%'", False),
        ("n BETWEEN 7 AND 9", True), ("n NOT BETWEEN 7 AND 9", False),
        ("day BETWEEN '2025-01-01' AND '2025-12-31'", True),
        ("n IN (1, 7)", True), ("n NOT IN (1, 7)", False), ("name IN ('x', 'KCN Đại An')", True), ("n IN (n, 2)", True),
        ("nothing IS NULL", True), ("name IS NOT NULL", True), ("nothing = 'x'", None), ("names IS NULL", False),
        ("geometry IS NULL", False),
        ("n * 2 - 4 = 10", True), ("n / 2 = 3.5", True), ("n div 2 = 3", True), ("n % 4 = 3", True),
        ("2 ^ 3 = 8", True),
        ("-n = 0 - 7", True), ("n / 0 = 1", None), ("2 + 3 * 4 = 14", True),
        ("open", True), ("NOT open", False), ("open = TRUE", True), ("TRUE AND (n = 7 OR FALSE)", True),
        ("(n = 7) = open", True),
        ("day = DATE('2025-07-01')", True), ("day < '2025-07-02'", True),
        ("moment > TIMESTAMP('2025-07-01T07:59:59Z')", True), ("moment = TIMESTAMP('2025-07-01T15:00:00+07:00')", True),
        ("moment > DATE('2025-07-01')", True), ("day < TIMESTAMP('2025-07-01T00:00:01Z')", True),
    ],
)  # fmt: skip
def test_comparisons(conn: Connection, text: str, expected: bool | None) -> None:
    assert holds(conn, text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("S_INTERSECTS(geometry, POINT(106.5005 20.8005))", True),
        ("S_INTERSECTS(geometry, POINT(106.4999 20.8005))", False),
        ("S_DISJOINT(geometry, POINT(106.4999 20.8005))", True),
        ("S_DISJOINT(geometry, POINT(-70 40))", True), ("S_INTERSECTS(geometry, POINT(-70 40))", False),
        ("S_INTERSECTS(geometry, ENVELOPE(-180, -90, 180, 90))", True),
        ("S_WITHIN(geometry, ENVELOPE(-180, -90, 180, 90))", True),
        ("S_WITHIN(geometry, ENVELOPE(106, 20, 107, 21))", True),
        ("S_WITHIN(geometry, ENVELOPE(106, 20, 106.5005, 21))", False),
        ("S_WITHIN(ENVELOPE(106, 20, 107, 21), geometry)", False),
        ("S_CONTAINS(ENVELOPE(106, 20, 107, 21), geometry)", True),
        ("S_CONTAINS(geometry, POINT(106.5005 20.8005))", True),
        ("S_CONTAINS(geometry, ENVELOPE(-180, -90, 180, 90))", False),
        ("S_OVERLAPS(geometry, ENVELOPE(106.5005, 20.7, 106.6, 20.9))", True),
        ("S_OVERLAPS(geometry, ENVELOPE(106.5005, -89, 170, 89))", True),
        ("S_CROSSES(LINESTRING(106.4 20.8005, 106.6 20.8005), geometry)", True),
        ("S_CROSSES(geometry, LINESTRING(106.4 20.8005, 106.6 20.8005))", True),
        ("S_INTERSECTS(geometry, ENVELOPE(106.4, 20.7, -170, 20.9))", True),  # over the date line
        ("S_INTERSECTS(geometry, ENVELOPE(170, 20.7, 106.5001, 20.9))", True),
        ("S_INTERSECTS(geometry, ENVELOPE(177, 65, -177, 70))", False),
        ("S_INTERSECTS(geometry, geometry)", True), ("S_EQUALS(geometry, geometry)", True),
    ],
)  # fmt: skip
def test_relations_in_space(conn: Connection, text: str, expected: bool) -> None:
    assert holds(conn, text) is expected


def test_shapes_may_come_in_any_crs_and_in_its_axis_order(conn: Connection) -> None:
    assert holds(conn, "S_INTERSECTS(geometry, POINT(20.8005 106.5005))", 4326) is True
    assert holds(conn, f"S_INTERSECTS(geometry, POINT({X + 50} {Y + 50}))", 9210) is True
    assert holds(conn, f"S_TOUCHES(geometry, POINT({X} {Y + 50}))", 9210) is True
    assert holds(conn, f"S_EQUALS(geometry, {SQUARE})", 9210) is True
    assert holds(conn, f"S_EQUALS(geometry, ENVELOPE({X}, {Y}, {X + 100}, {Y + 100.1}))", 9210) is False
    x, y = transformer(9210, 3405).transform(X + 50, Y + 50)
    assert holds(conn, f"S_INTERSECTS(geometry, POINT({x} {y}))", 3405) is True


def test_a_shape_as_it_was_handed_out_equals_its_feature(conn: Connection) -> None:
    """Coordinates in degrees have 8 decimals, so equal means within half a centimetre."""
    to_degrees = transformer(9210, 4326)
    corners = [(X, Y), (X + 100, Y), (X + 100, Y + 100), (X, Y + 100), (X, Y)]
    ring = ", ".join("{:.8f} {:.8f}".format(*to_degrees.transform(*corner)) for corner in corners)
    assert holds(conn, f"S_EQUALS(geometry, POLYGON(({ring})))") is True


def test_an_edge_is_straight_where_the_client_drew_it(conn: Connection) -> None:
    """Along 21 N the middle of a chord over 2 degrees lies 1.2 km off the parallel in TM-3 metres."""
    on_the_line = literal_column("ST_Transform(ST_SetSRID(ST_MakePoint(107, 21.0001), 4326), 9210)")
    there = known(geometry=Queryable(on_the_line, "geometry", 9210))
    for box, expected in (("106, 20, 108, 21", False), ("106, 20, 108, 21.001", True), ("106, 21, 108, 22", True)):
        node = read(f"S_INTERSECTS(geometry, ENVELOPE({box}))")
        assert conn.execute(select(compile_filter(node, there))).scalar() is expected, box


# By the definitions of CQL2: a against b = 10 to 20 January 2025, ends included.
SPANS = {
    "t_after": [(25, 30)], "t_before": [(1, 5)], "t_disjoint": [(25, 30), (1, 5)], "t_equals": [(10, 20)],
    "t_contains": [(5, 25)], "t_during": [(12, 18)], "t_finishedby": [(5, 20)], "t_finishes": [(15, 20)],
    "t_meets": [(1, 10)], "t_metby": [(20, 25)], "t_overlappedby": [(15, 25)], "t_overlaps": [(5, 15)],
    "t_startedby": [(10, 25)], "t_starts": [(10, 15)],
    "t_intersects": [(10, 20), (5, 25), (12, 18), (5, 20), (15, 20), (1, 10), (20, 25), (15, 25), (5, 15), (10, 25),
                     (10, 15)],
}  # fmt: skip
ALL_SPANS = sorted({span for spans in SPANS.values() for span in spans})


@pytest.mark.parametrize("name", TEMPORAL)
def test_relations_in_time(conn: Connection, name: str) -> None:
    true_for = [
        (start, end)
        for start, end in ALL_SPANS
        if holds(conn, f"{name.upper()}(INTERVAL('2025-01-{start:02}', '2025-01-{end:02}'),"
                       " INTERVAL('2025-01-10', '2025-01-20'))")
    ]  # fmt: skip
    assert true_for == sorted(SPANS[name])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("T_DURING(day, INTERVAL('2025-06-01', '2025-08-01'))", True), ("T_AFTER(day, DATE('2025-06-30'))", True),
        ("T_INTERSECTS(INTERVAL(day, gone), DATE('2030-01-01'))", True),
        ("T_BEFORE(INTERVAL('..', day), DATE('2025-07-02'))", True), ("T_EQUALS(day, day)", True),
        ("T_INTERSECTS(moment, INTERVAL('..', '..'))", True), ("T_AFTER(gone, DATE('2025-01-01'))", None),
    ],
)  # fmt: skip
def test_open_ends_and_properties_in_time(conn: Connection, text: str, expected: bool | None) -> None:
    assert holds(conn, text) is expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("unknown = 1", "unknown_property"), ("internal_note IS NULL", "unknown_property"),
        ("S_WITHIN(other, POINT(1 2))", "unknown_property"),
        ("T_AFTER(INTERVAL(x, '..'), DATE('2025-01-01'))", "unknown_property"),
        ("n = 'x'", "wrong_type"), ("name = 1", "wrong_type"), ("open = 1", "wrong_type"), ("name > day", "wrong_type"),
        ("n LIKE '7%'", "wrong_type"), ("name LIKE name", "wrong_type"), ("name + 1 = 2", "wrong_type"),
        ("CASEI(n) = 'x'", "wrong_type"), ("geometry = 1", "wrong_type"), ("names = 'a'", "wrong_type"),
        ("n", "wrong_type"),
        ("7", "wrong_type"), ("n AND open", "wrong_type"), ("S_WITHIN(n, POINT(1 2))", "wrong_type"),
        ("S_WITHIN(POINT(1 2), POINT(1 2))", "wrong_type"), ("T_AFTER(n, DATE('2025-01-01'))", "wrong_type"),
        ("n IN ('a')", "wrong_type"), ("day = 'tomorrow'", "bad_filter"), ("name LIKE 'x\\'", "bad_filter"),
        ("name LIKE '%a%b%c%d%e%f%g%h%i%'", "filter_too_large"),
        ("S_WITHIN(geometry, POINT(1 2), POINT(3 4))", "bad_filter"), ("CASEI(name, name) = 'x'", "bad_filter"),
        ("T_AFTER(day, INTERVAL('2025-02-01', '2025-01-01'))", "bad_filter"),
        ("S_WITHIN(geometry, ENVELOPE(1000000, 1000000, 2000000, 2000000))", "bad_geometry"),
        ("S_WITHIN(geometry, POINT(106 91))", "bad_geometry"),
        ("S_WITHIN(geometry, ENVELOPE(106, 22, 107, 21))", "bad_geometry"),
        ("S_WITHIN(geometry, POLYGON((0 0, 1 1, 1 0, 0 1, 0 0)))", "bad_geometry"),
        ("S_WITHIN(geometry, POLYGON EMPTY)", "bad_filter"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(text: str, code: str) -> None:
    with pytest.raises(FilterRefused) as caught:
        compile_filter(read(text), known())
    assert caught.value.code == code


def test_nothing_of_the_client_is_part_of_the_statement(conn: Connection) -> None:
    node: Any = read("name = '''; DROP TABLE gis.zones; --' OR name LIKE '%'';--'")
    statement = select(compile_filter(node, known()))
    assert "DROP" not in str(statement.compile(conn))
    assert conn.execute(statement).scalar() is False


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("area_m2(geometry) = 10000", True), ("length_m(geometry) = 400", True), ("AREA_M2(geometry) < 9999", False),
        ("within_m(geometry, POINT(106.5 20.799), 111)", True),  # 110.7 m south of the corner
        ("within_m(geometry, POINT(106.5 20.799), 110)", False), ("within_m(geometry, geometry, 0)", True),
        ("NOT within_m(geometry, POINT(0 0), 50000)", True), ("within_m(geometry, POINT(0 0), 1) = FALSE", True),
        ("lower(name) = 'kcn đại an'", True), ("upper(name) LIKE 'KCN ĐẠI%'", True), ("length(name) = 10", True),
        ("length(nothing) = 1", None), ("lower(nothing) IS NULL", True), ("casei(lower('AB')) = 'ab'", True),
        ("year(day) = 2025 AND month(day) = 7", True), ("year(moment) * 100 + month(moment) = 202507", True),
        ("month(TIMESTAMP('2025-06-30T23:30:00-01:00')) = 7", True), ("year(gone) = 2025", None),
        ("abs(-n) = 7", True), ("round(share) = 0", True), ("round(n / 2.2) = 3", True), ("n IN (abs(-7), 2)", True),
        ("abs(n) BETWEEN 6 AND round(7.4)", True),
    ],
)  # fmt: skip
def test_our_own_functions(conn: Connection, text: str, expected: bool | None) -> None:
    assert holds(conn, text) is expected


def test_measures_are_those_of_the_storage_plane_wherever_the_shape_is_kept(conn: Connection) -> None:
    """The square of 100 m, kept in web mercator, where it looks 14 % larger."""
    stretched = Queryable(literal_column(f"ST_Transform(ST_GeomFromText('{SQUARE}', 9210), 3857)"), "geometry", 3857)
    vocabulary = Vocabulary({"geometry": stretched}, AREA, metric_srid=9210)
    for text in (
        "area_m2(geometry) BETWEEN 9999 AND 10001", "length_m(geometry) BETWEEN 399.9 AND 400.1",
        "within_m(geometry, POINT(106.5 20.799), 111) AND NOT within_m(geometry, POINT(106.5 20.799), 110)",
    ):  # fmt: skip
        assert conn.execute(select(compile_filter(read(text), vocabulary, LON_LAT))).scalar() is True


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("area_m2(name) > 1", "wrong_type"), ("area_m2(POINT(1 2)) > 1", "wrong_type"), ("area_m2() > 1", "bad_filter"),
        ("area_m2(geometry, geometry) > 1", "bad_filter"), ("area_m2(geometry)", "wrong_type"),
        ("within_m(geometry, POINT(106.5 20.8), n)", "bad_filter"), ("within_m(geometry, name, 5)", "wrong_type"),
        ("within_m(geometry, POINT(106.5 20.8), -1)", "bad_filter"), ("within_m(geometry, 5, 5)", "wrong_type"),
        ("within_m(geometry, POINT(106.5 20.8), 50001)", "bad_filter"),
        ("within_m(geometry, POINT(106.5 20.8), TRUE)", "bad_filter"),
        ("lower(n) = 'a'", "wrong_type"), ("length(open) = 1", "wrong_type"), ("year(n) = 1", "wrong_type"),
        ("year('2025-07-01') = 2025", "wrong_type"), ("abs(name) = 1", "wrong_type"),
        ("round(lower(name)) = 1", "wrong_type"),
        ("pg_sleep(5) = 1", "bad_filter"), ("st_buffer(geometry, 1) = 1", "bad_filter"),
    ],
)  # fmt: skip
def test_calls_that_cannot_be_meant(text: str, code: str) -> None:
    with pytest.raises(FilterRefused) as refused:
        compile_filter(read(text), known(), LON_LAT)
    assert refused.value.code == code
