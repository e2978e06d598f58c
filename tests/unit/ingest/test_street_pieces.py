"""Which pieces are one street: drawn on squared paper, one metre a square."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
import shapely
from shapely import LineString, MultiLineString

from addressing.rules.policy import Policy
from layers.ingest.checks import Rows
from layers.ingest.layouts import STREETS
from layers.ingest.street_pieces import MOST_PIECES, PIECE_GAP_M, clusters, merge_pieces, same_name, tell


def east(start: float, end: float, north: float = 0.0) -> LineString:
    return LineString([(start, north), (end, north)])


def rows_of(*drawn: tuple[Any, ...], **columns: list[Any]) -> Rows:
    """Rows (name, line, kind), each line marked by where it begins unless `osm_id` is among the columns."""
    count = len(drawn)
    rows = Rows(STREETS, count, {"name": [one[0] for one in drawn], "kind": [(*one, "street")[2] for one in drawn]})
    rows.columns |= columns
    made = [shapely.set_srid(MultiLineString([one[1]]), 9210) for one in drawn]
    rows.shapes = [str(shapely.to_wkb(line, hex=True, include_srid=True)) for line in made]
    rows.marks = [f"{one[1].coords[0][0]:06.0f}{one[1].coords[0][1]:06.0f}" for one in drawn]
    return rows


def merged(rows: Rows, **asked: Any) -> dict[int, int]:
    merge_pieces(rows, **{"max_vertices": 1_000, **asked})
    return rows.merged


def line_of(rows: Rows, row: int) -> str:
    assert rows.shapes is not None
    return str(shapely.to_wkt(shapely.from_wkb(rows.shapes[row])))


def test_the_gap_is_that_of_the_numbering_policy() -> None:
    assert Policy().piece_gap_m == PIECE_GAP_M


def test_a_step_as_wide_as_the_gap_is_taken_and_a_wider_one_is_not() -> None:
    #   0 ——— 100  (30)  130 ——— 200  (30.5)  230.5 ——— 300
    assert clusters([east(0, 100), east(130, 200), east(230.5, 300)], 30) == [[0, 1], [2]]
    assert clusters([east(0, 100), east(130, 200), east(230.5, 300)], 29) == [[0], [1], [2]]
    assert clusters([east(0, 100), east(130, 200), east(230.5, 300)], 31) == [[0, 1, 2]]


def test_far_ends_hang_together_over_what_lies_between_them() -> None:
    #   0 and 2 are 220 m apart; 1, drawn last, touches both
    assert clusters([east(0, 10), east(400, 410), east(230, 240), east(10, 230)], 30) == [[0, 2, 3], [1]]


def test_more_lines_than_are_looked_up_at_once() -> None:
    row = [east(100 * n, 100 * n + 80) for n in range(1_203)]
    assert clusters(row, 20) == [list(range(1_203))]
    assert clusters(row, 19) == [[n] for n in range(1_203)]


@pytest.mark.parametrize("other", ["phố một", "Phố  Một", "PHỐ MỘT", "Pho\u0302\u0301 Mo\u0323\u0302t"])
def test_spellings_of_one_name(other: str) -> None:
    assert same_name(other) == same_name("Phố Một")


def test_marks_tell_names_apart() -> None:
    assert same_name("Cẩm Giang") != same_name("Cẩm Giàng")


def test_two_streets_of_one_name_stay_two() -> None:
    #   Phố Đôi ——— ———  here, and 150 m further north ——— ———
    rows = rows_of(
        ("Phố Đôi", east(0, 50)), ("Phố Đôi", east(50, 100)),
        ("Phố Đôi", east(0, 50, 150)), ("phố đôi", east(50, 100, 150)),
        ("Phố Ba", east(0, 50, 10)),
    )  # fmt: skip
    assert merged(rows) == {1: 0, 3: 2}
    assert rows.taken() == [0, 2, 4]
    assert line_of(rows, 0) == "MULTILINESTRING ((0 0, 50 0), (50 0, 100 0))"
    note = tell(rows)
    assert note is not None
    assert (note.code, note.count) == ("pieces_merged", 4)
    assert note.message == "4 rows that are pieces of a street were merged; streets made of them: 2."


def test_an_alley_is_no_piece_of_the_street_of_its_name_but_a_road_is() -> None:
    rows = rows_of(("An", east(0, 30)), ("An", east(30, 60), "alley"), ("An", east(60, 130), "road"))
    assert merged(rows) == {2: 0}
    assert rows.columns["kind"][0] == "road"  # 70 m of it, against 30 m


@pytest.mark.parametrize("field", ["commune_code", "zone_code", "parent_street_code"])
def test_pieces_of_two_communes_zones_or_parents_stay_apart(field: str) -> None:
    drawn = [("An", east(10 * n, 10 * n + 10)) for n in range(3)]
    assert merged(rows_of(*drawn, **{field: ["1", "2", "1"]})) == {2: 0}
    assert merged(rows_of(*drawn, **{field: ["1", None, "1"]})) == {2: 0}
    assert merged(rows_of(*drawn, **{field: [None, None, None]})) == {1: 0, 2: 0}


def test_what_holds_of_the_whole_street() -> None:
    rows = rows_of(
        ("an", east(0, 10)), ("An", east(10, 20)), ("An", east(20, 30)),
        cross_section_m=[7.0, None, 12.5], numbered_before=[False, None, True], is_special=[None, None, None],
        existing_direction=[None, "backward", None], source_date=["2026-03-01", "2025-01-01", None],
    )  # fmt: skip
    assert merged(rows) == {1: 0, 2: 0}
    told = {name: values[0] for name, values in rows.columns.items()}
    assert told == {
        "name": "An", "kind": "street", "cross_section_m": 12.5, "numbered_before": True, "is_special": None,
        "existing_direction": "backward", "source_date": "2025-01-01",
    }  # fmt: skip
    # a direction means the sense of the first line, so the piece that states it comes first
    assert line_of(rows, 0) == "MULTILINESTRING ((10 0, 20 0), (0 0, 10 0), (20 0, 30 0))"


def test_the_order_of_the_file_changes_nothing() -> None:
    drawn = [("An", east(0, 10)), ("an", east(10, 20)), ("An", east(20, 30)), ("AN", east(200, 210))]
    outcomes = set()
    for order in permutations(drawn):
        rows = rows_of(*order)
        merge_pieces(rows, max_vertices=1_000)
        outcomes.add(
            frozenset((rows.columns["name"][row], rows.marks[row], line_of(rows, row)) for row in rows.taken())
        )
    assert len(outcomes) == 1


def test_the_lowest_osm_number_holds_the_street() -> None:
    drawn = [("An", east(10 * n, 10 * n + 10)) for n in range(3)]
    assert merged(rows_of(*drawn, osm_id=["1000", "999", "2000"])) == {0: 1, 2: 1}


def test_a_line_that_is_drawn_twice_comes_once() -> None:
    rows = rows_of(("An", east(0, 10)), ("An", LineString([(10, 0), (0, 0)])), ("An", east(0, 10)))
    assert len(merged(rows)) == 2
    assert line_of(rows, next(iter(rows.taken()))) == "MULTILINESTRING ((0 0, 10 0))"


def test_a_file_with_codes_or_without_shapes_is_left_alone() -> None:
    drawn = [("An", east(0, 10)), ("An", east(10, 20))]
    assert merged(rows_of(*drawn, code=["A1", None])) == {}
    assert merged(rows_of(*drawn, code=[None, None])) == {1: 0}
    shapeless = rows_of(*drawn)
    shapeless.shapes = None
    assert merged(shapeless) == {}
    assert tell(shapeless) is None


def test_refused_rows_join_nothing_and_a_refused_street_takes_its_pieces_along() -> None:
    rows = rows_of(*(("An", east(10 * n, 10 * n + 10)) for n in range(3)))
    rows.refuse(1, "name", "too_long", "", "")
    assert merged(rows, gap_m=5.0) == {}  # the one between is missing
    assert merged(rows) == {2: 0}
    rows.refuse(0, None, "refused_by_database", "", "")
    rows.refuse_with_their_street()
    assert {row: (one.row, one.code) for row, one in rows.refused.items()} == {
        0: (1, "refused_by_database"), 1: (2, "too_long"), 2: (3, "refused_by_database"),
    }  # fmt: skip
    assert tell(rows) is None


def test_what_is_too_much_for_one_street_stays_in_pieces_and_is_told() -> None:
    rows = rows_of(*(("An", east(10 * n, 10 * n + 10)) for n in range(3)))
    assert merged(rows, max_vertices=5) == {}
    assert [(one.row, one.code) for one in rows.warnings] == [(1, "left_in_pieces")]
    many = rows_of(*(("An", east(n, n + 1)) for n in range(MOST_PIECES + 1)))
    assert merged(many, max_vertices=100_000) == {}
    assert [(one.row, one.code) for one in many.warnings] == [(1, "left_in_pieces")]
