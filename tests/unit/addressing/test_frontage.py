"""Geometry of frontages: sides at bends, widths of plots, pieces, mouths."""

from __future__ import annotations

from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, Point, box

from addressing.centreline import (
    Centreline,
    NearStreet,
    StreetFacts,
    azimuth_deg,
    mouths,
    street_line,
    street_on_one_dimension,
)
from addressing.errors import UnusableStreet
from addressing.frontage import Door, frontage_width_m, frontages, side_of
from addressing.rules.direction import compass_gives_one_lawful_heading
from addressing.rules.model import Frontage, Side
from addressing.rules.policy import Policy
from addressing.rules.questions import Inquiry

whole = st.integers(-10_000, 10_000)


def centre_of(*corners: tuple[float, float]) -> Centreline:
    centre = street_line(LineString(corners), "s", Inquiry())
    assert centre is not None
    return centre


def side(centre: Centreline, x: float, y: float) -> Side | None:
    return side_of(centre, x, y, centre.line.project(Point(x, y)))


def test_sides_of_a_straight_line() -> None:
    north = centre_of((0, 0), (0, 100))
    assert side(north, -1, 50) is Side.LEFT
    assert side(north, 1, 50) is Side.RIGHT
    assert side(north, 0, 50) is None
    assert side(north, 0, 120) is None
    assert side(north, -3, 120) is Side.LEFT


@pytest.mark.parametrize(
    ("x", "y", "expected"), [(-5, 105, Side.LEFT), (-0.1, 104, Side.LEFT), (3, 100.5, Side.LEFT), (3, 97, Side.RIGHT)]
)
def test_a_sharp_bend_does_not_swap_sides(x: float, y: float, expected: Side) -> None:
    """Going north, then turning right and back to the south-east: the outside stays on the left."""
    assert side(centre_of((0, 0), (0, 100), (40, 90)), x, y) is expected


def test_the_outside_of_a_hairpin() -> None:
    hairpin = centre_of((0, 0), (0, 100), (2, 0))
    assert side(hairpin, -0.5, 110) is Side.LEFT
    assert side(hairpin, 1.0, 101) is Side.LEFT
    assert side(hairpin, 1.0, 20) is Side.RIGHT


@given(whole, whole, whole, whole)
def test_a_line_and_its_reverse_get_opposite_headings(x0: int, y0: int, x1: int, y1: int) -> None:
    if (x0, y0) == (x1, y1):
        return
    there, back = azimuth_deg(x0, y0, x1, y1), azimuth_deg(x1, y1, x0, y0)
    assert (there - back) % 360 == pytest.approx(180, abs=1e-9)
    assert compass_gives_one_lawful_heading(there) is not compass_gives_one_lawful_heading(back)


def test_azimuth_is_clockwise_from_north() -> None:
    assert azimuth_deg(0, 0, 0, 1) == 0
    assert azimuth_deg(0, 0, 1, 0) == 90
    assert azimuth_deg(0, 0, -1, -1) == 225


def test_width_of_a_plot_along_the_street() -> None:
    street = centre_of((0, 0), (200, 0))
    assert frontage_width_m(street, box(50, 8, 110, 60)) == pytest.approx(60)
    behind = box(50, 8, 70, 60).union(box(30, 40, 120, 60))
    assert frontage_width_m(street, behind) == pytest.approx(20)


def test_pieces_become_one_line_in_the_sense_of_the_first() -> None:
    drawn = MultiLineString([[(100, 0), (50, 0)], [(50, 0), (0, 0)], [(150, 0), (100, 0)]])
    centre = street_line(drawn, "s", Inquiry())
    assert centre is not None
    assert (centre.vertices[0], centre.vertices[-1]) == ((150, 0), (0, 0))


def test_gaps_are_bridged_in_order() -> None:
    pieces = MultiLineString([[(30, 0), (20, 0)], [(0, 0), (10, 0)], [(40, 1), (50, 1)]])
    centre = street_line(pieces, "s", Inquiry())
    assert centre is not None
    assert [x for x, _ in centre.vertices] == [50, 40, 30, 0]


def test_repeated_points_do_not_matter() -> None:
    centre = centre_of((0, 0), (0, 0), (0, 50), (0, 50), (0, 100))
    assert centre.running_m == (0, 50, 100)


def test_a_street_without_length_is_refused() -> None:
    with pytest.raises(UnusableStreet):
        street_line(LineString([(5, 5), (5, 5)]), "s", Inquiry())


def test_a_ring_has_no_azimuth_but_a_sense() -> None:
    ring = street_on_one_dimension(centre_of((0, 0), (0, 50), (50, 50), (0, 0)), StreetFacts("r", "R"))
    assert ring.is_ring
    assert ring.azimuth_deg is None
    assert ring.ring_drawn_clockwise is True


def test_an_alley_opens_on_the_higher_street_at_each_end() -> None:
    alley = centre_of((0, 6), (0, 100))
    big = NearStreet("big", "Big", 0, 12.0, LineString([(-50, 0), (50, 0)]))
    lane = NearStreet("lane", "Lane", 2, 3.0, LineString([(-50, 6), (50, 6)]))
    far = NearStreet("far", "Far", 0, 10.0, LineString([(-50, 120), (50, 120)]))
    assert [(mouth.at_start, mouth.street_key) for mouth in mouths(alley, [lane, big, far])] == [(True, "big")]


def placed(centre: Centreline, *doors: Door, **answers: str) -> tuple[list[Frontage], Inquiry]:
    inquiry = Inquiry(answers)
    return frontages(centre, doors, policy=Policy(), inquiry=inquiry), inquiry


def test_doors_round_the_head_of_a_street_stand_in_order_past_its_end() -> None:
    centre = centre_of((0, 0), (100, 0))
    found, _ = placed(centre, Door("behind", 118, 6), Door("beside", 99, 9), Door("before", -4, 5), Door("on", 0, 5))
    assert [(item.key, item.chainage_m) for item in found] == [
        ("before", -4), ("on", 0), ("beside", 99), ("behind", 118),
    ]  # fmt: skip
    assert {item.side for item in found} == {Side.LEFT}


def test_the_joint_of_a_ring_is_no_end() -> None:
    ring = centre_of((0, 0), (0, 90), (90, 90), (90, 0), (0, 0))
    found, _ = placed(ring, Door("a", -5, -5))
    assert [item.chainage_m for item in found] == [0]


def test_a_door_nearer_to_a_branch_is_asked_about_with_its_spot() -> None:
    tee = MultiLineString([[(0, 0), (200, 0)], [(200, 0), (400, 0)], [(200, 0), (200, 90)]])
    inquiry = Inquiry({"street_branches": "longest_part"})
    centre = street_line(tee, "s", inquiry)
    assert centre is not None
    found = frontages(centre, [Door("course", 100, 8), Door("branch", 206, 50)], policy=Policy(), inquiry=inquiry)
    assert [item.key for item in found] == ["course"]
    (question,) = inquiry.questions
    assert (question.code, question.where) == ("on_a_branch:branch", (206, 50))
    assert "6 m away" in question.why


@pytest.mark.parametrize("place", [(nan, 5.0), (5.0, inf), (nan, nan)])
def test_a_door_without_a_position_can_only_be_left_out(place: tuple[float, float]) -> None:
    found, inquiry = placed(centre_of((0, 0), (100, 0)), Door("lost", *place), Door("known", 5, 5))
    assert [item.key for item in found] == ["known"]
    (question,) = inquiry.questions
    assert question.code == "no_position:lost"
    assert [option.value for option in question.options] == ["leave_out"]


def test_a_street_without_doors_has_no_frontages() -> None:
    assert placed(centre_of((0, 0), (100, 0)))[0] == []


def test_a_derived_door_is_marked_in_every_result() -> None:
    _, inquiry = placed(centre_of((0, 0), (100, 0)), Door("plot", 50, 8, is_derived=True), Door("door", 20, 8))
    assert [(note.kind, note.subject, note.where) for note in inquiry.notes] == [("derived_position", "plot", (50, 8))]
