"""Streets drawn as many lines: carriageways, links, roundabouts, gaps, branches, rings."""

from __future__ import annotations

from math import cos, pi, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, Point

from addressing.axis import find_axis, groups_within, is_narrow_ring
from addressing.centreline import Centreline, street_line
from addressing.errors import UnusableStreet
from addressing.rules.policy import Policy
from addressing.rules.questions import Inquiry

Line = list[tuple[float, float]]

EASTBOUND: Line = [(0, 0), (200, 0), (400, 0)]
WESTBOUND: Line = [(400, 16), (200, 16), (0, 16)]


def drawn(*pieces: Line) -> MultiLineString:
    return MultiLineString([*pieces])


def course(inquiry: Inquiry, *pieces: Line) -> Centreline | None:
    return street_line(drawn(*pieces), "s", inquiry)


def decided(*pieces: Line) -> tuple[Centreline, Inquiry]:
    inquiry = Inquiry()
    centre = course(inquiry, *pieces)
    assert centre is not None
    assert not inquiry.questions
    return centre, inquiry


def circle(x: float, y: float, radius_m: float) -> Line:
    turn = [index * pi / 12 for index in range(24)]
    return [(x - radius_m * cos(at), y + radius_m * sin(at)) for at in turn] + [(x - radius_m, y)]


def test_two_carriageways_become_the_line_in_their_middle() -> None:
    centre, inquiry = decided(EASTBOUND, WESTBOUND)
    assert all(y == pytest.approx(8) for _, y in centre.vertices)
    assert centre.line.length == pytest.approx(400)
    assert centre.vertices[0][0] < centre.vertices[-1][0], "in the sense of the first drawn part"
    assert [note.kind for note in inquiry.notes] == ["carriageways_joined"]


def test_carriageways_drawn_in_pieces_with_links_and_a_hole() -> None:
    pieces: list[Line] = [
        [(0, 0), (150, 0)], [(150, 0), (400, 0)], [(400, 16), (260, 16)], [(240, 16), (0, 16)],
        [(150, 0), (150, 16)], [(0, 0), (0, 16)],
    ]  # fmt: skip
    centre, _ = decided(*pieces)
    assert centre.line.length == pytest.approx(400, abs=20)
    assert max(abs(y - 8) for x, y in centre.vertices if 20 < x < 380) < 4


def test_carriageways_that_part_and_meet_again_keep_the_single_parts() -> None:
    centre, _ = decided([(0, 0), (100, 0)], [(100, 0), (140, 8), (300, 8), (340, 0)],
                        [(340, 0), (300, -8), (140, -8), (100, 0)], [(340, 0), (500, 0)])  # fmt: skip
    assert all(abs(y) < 1 for _, y in centre.vertices)
    assert centre.line.length == pytest.approx(500, abs=1)


def test_carriageways_too_far_apart_are_asked_about_with_a_spot_on_the_map() -> None:
    inquiry = Inquiry()
    assert course(inquiry, EASTBOUND, [(x, 60) for x, _ in WESTBOUND]) is None
    (question,) = inquiry.questions
    assert question.code == "street_in_pieces"
    assert question.where == (200, 60)  # in the middle of the second piece


def test_the_policy_says_how_far_apart_is_one_street() -> None:
    far = drawn(EASTBOUND, [(x, 40) for x, _ in WESTBOUND])
    assert street_line(far, "s", Inquiry(), policy=Policy(piece_gap_m=30)) is None
    centre = street_line(far, "s", Inquiry(), policy=Policy(piece_gap_m=50))
    assert centre is not None
    assert all(y == pytest.approx(20) for _, y in centre.vertices)


def test_a_gap_at_a_crossing_is_bridged_and_noted() -> None:
    centre, inquiry = decided([(0, 0), (100, 0)], [(125, 0), (200, 0)])
    assert centre.line.length == pytest.approx(200)
    (note,) = inquiry.notes
    assert (note.kind, note.where) == ("gap_bridged", (112.5, 0))
    assert "25 m" in note.what


@pytest.mark.parametrize("at", [250.0, 500.0])
def test_a_roundabout_is_walked_through(at: float) -> None:
    """In the middle of a street, and as the place to turn at its end."""
    pieces: list[Line] = [[(0, 0), (at - 12, 0)], circle(at, 0, 12)]
    if at < 500:
        pieces.append([(at + 12, 0), (500, 0)])
    centre, _ = decided(*pieces)
    assert all(abs(y) < 4 for _, y in centre.vertices)
    assert centre.line.length == pytest.approx(500 if at < 500 else 512, abs=6)


def test_a_branch_is_asked_about_and_kept_beside_the_line() -> None:
    tee: list[Line] = [[(0, 0), (200, 0)], [(200, 0), (400, 0)], [(200, 0), (200, 90)]]
    inquiry = Inquiry()
    assert course(inquiry, *tee) is None
    (question,) = inquiry.questions
    assert question.code == "street_branches"
    assert "90 m" in question.why
    assert question.where == (200, 45)
    centre = course(Inquiry({"street_branches": "longest_part"}), *tee)
    assert centre is not None
    assert centre.line.length == pytest.approx(400)
    assert centre.branches is not None
    assert centre.branches.length == pytest.approx(90)


def test_the_longest_of_several_parts_stays_as_drawn() -> None:
    centre = course(
        Inquiry({"street_in_pieces": "longest_part"}),
        [(0, 0), (7, 1), (120, 3)],
        [(300, 0), (350, 0)],
        [(500, 0), (560, 9)],
    )
    assert centre is not None
    assert centre.vertices == ((0, 0), (7, 1), (120, 3))


def test_pieces_drawn_twice_count_once() -> None:
    ring: Line = [(0, 0), (90, 0), (90, 90), (0, 90), (0, 0)]
    for drawing in ([[(0, 0), (50, 0)], [(50, 0), (0, 0)], [(50, 0), (90, 0)]], [ring, ring[1:4]]):
        centre, inquiry = decided(*drawing)
        assert not inquiry.notes
        assert centre.line.length == pytest.approx(90 if len(drawing) == 3 else 360)


def test_a_stub_is_no_branch() -> None:
    centre, _ = decided([(0, 0), (200, 0)], [(200, 0), (400, 0)], [(200, 0), (200, 8)])
    assert centre.branches is None


def test_a_narrow_ring_is_two_carriageways_and_a_square_a_ring() -> None:
    narrow: Line = [(0, 0), (200, 0), (400, 0), (400, 16), (200, 16), (0, 16), (0, 0)]
    centre, _ = decided(narrow)
    assert not centre.line.is_closed
    assert all(abs(y - 8) < 8.01 for _, y in centre.vertices)
    square = LineString([(0, 0), (50, 0), (50, 50), (0, 50), (0, 0)])
    assert not is_narrow_ring(square, 30)
    ring, _ = decided(list(square.coords))  # type: ignore[arg-type]
    assert ring.line.is_closed


@pytest.mark.parametrize("line", [[(0, 0), (90, 0), (0, 0)], [(0, 0), (50, 0), (90, 0), (50, 0), (0, 0)]])
def test_a_line_drawn_there_and_back_is_one_street(line: Line) -> None:
    centre, _ = decided(line)
    assert centre.line.length == pytest.approx(90)


def test_pieces_hang_together_within_a_distance() -> None:
    near, far = LineString([(0, 0), (10, 0)]), LineString([(100, 0), (130, 0)])
    assert groups_within([near, far, LineString([(12, 0), (14, 0)])], 5) == [
        [far], [LineString([(12, 0), (14, 0)]), near]
    ]  # fmt: skip


def test_a_tangle_is_refused_at_once() -> None:
    scribble = [[(index % 50 + row / 100, index % 47) for index in range(100)] for row in range(40)]
    with pytest.raises(UnusableStreet, match="tangle"):
        course(Inquiry(), *scribble)


@given(st.permutations(range(6)), st.lists(st.booleans(), min_size=6, max_size=6))
def test_the_course_depends_on_neither_order_nor_sense_of_the_pieces(order: list[int], turned: list[bool]) -> None:
    pieces = [
        LineString(line)
        for line in (
            EASTBOUND, WESTBOUND, [(400, 0), (500, 5)], [(500, 5), (520, 80)],
            circle(520, 92, 12), [(535, 92), (700, 92)],
        )
    ]  # fmt: skip
    axis = find_axis([piece.reverse() if turn else piece for piece, turn in zip(pieces, turned, strict=True)], 30)
    shuffled = find_axis([pieces[index] for index in order], 30)
    assert shuffled == axis
    assert Point(350, 8).distance(axis.line) < 2


def test_a_step_across_at_the_very_end_leaves_no_branch() -> None:
    """Two carriageways 16 m apart, one longer by a slant: found by a random drawing."""
    there = LineString([(0, -8), (500, -8), (600, -9)])
    back = LineString([(600, 7), (500, 8), (0, 8)])
    inquiry = Inquiry()
    centre = street_line(MultiLineString([there, back]), "s", inquiry)
    assert centre is not None, [question.why for question in inquiry.questions]
    assert centre.branches is None
    assert max(abs(y) for x, y in centre.vertices if x < 580) < 2.0
    assert [note.kind for note in inquiry.notes] == ["carriageways_joined"]
