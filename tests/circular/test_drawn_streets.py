"""What must hold on every street that anybody can draw."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiLineString

from addressing.centreline import StreetFacts, street_line, street_on_one_dimension
from addressing.frontage import Door, frontages
from addressing.rules.model import Frontage, Land, NumberingResult, Run, Side, Street
from addressing.rules.numbers import HouseNumber
from addressing.rules.policy import Policy
from addressing.rules.questions import Inquiry
from addressing.rules.streets import number_street

DAY = date(2026, 11, 1)
metres = st.integers(-500, 500).map(float)
bends = st.lists(st.tuples(metres, metres), min_size=2, max_size=6, unique=True)


@st.composite
def doors(draw: st.DrawFn) -> list[Door]:
    places = draw(st.lists(st.tuples(metres, metres), max_size=25, unique=True))
    return [
        Door(
            key=f"door{index:02}",
            x=x + 0.37,
            y=y + 0.41,
            land=draw(st.sampled_from([Land.BUILT, Land.BUILT, Land.EMPTY])),
            plan_lots=draw(st.integers(1, 3)),
        )
        for index, (x, y) in enumerate(places)
    ]


@st.composite
def numbered_sides(draw: st.DrawFn) -> list[Frontage]:
    """Both sides of a 1,000 m street drawn from its low end, some houses with lawful numbers."""
    found = []
    for side, first in ((Side.LEFT, 1), (Side.RIGHT, 2)):
        places = sorted(draw(st.sets(st.integers(0, 1000), max_size=20)))
        number = first - 2
        for chainage_m in places:
            existing = None
            if draw(st.booleans()):
                number += 2 * draw(st.integers(1, 4))
                existing = HouseNumber(number, draw(st.sampled_from(["", "", "A", "Đ"])))
            found.append(
                Frontage(
                    f"{side}{chainage_m:04}", side, float(chainage_m), existing=existing,
                    land=Land.BUILT if existing else draw(st.sampled_from(Land)),
                    plan_lots=draw(st.integers(1, 3)),
                )
            )  # fmt: skip
    return found


def number(line: LineString | MultiLineString, placed: list[Door]) -> NumberingResult:
    inquiry = Inquiry()
    policy = Policy(reach_m=2000.0)
    centre = street_line(line, "s", inquiry)
    assert centre is not None
    found = frontages(centre, placed, policy=policy, inquiry=inquiry)
    street = street_on_one_dimension(centre, StreetFacts("s", "S"))
    return number_street(street, found, on=DAY, policy=policy, inquiry=inquiry)


def old_street(found: list[Frontage], **facts: object) -> NumberingResult:
    street = Street("s", "S", 180.0, 1000.0, 1000.0, 15.0, numbered_before=True, existing_run=Run.FORWARD)
    return number_street(replace(street, **facts), found, on=DAY)  # type: ignore[arg-type]


def plates(result: NumberingResult) -> set[tuple[str, str, str]]:
    given = {(item.key, str(item.number), item.side.value) for item in result.assignments}
    return given | {(f"spare {item.key}", str(item.number), item.side.value) for item in result.reserved}


@given(bends, doors())
def test_no_number_twice_and_odd_left_even_right(corners: list[tuple[float, float]], placed: list[Door]) -> None:
    result = number(LineString(corners), placed)
    everything = [*result.assignments, *result.reserved]
    assert len({item.number for item in everything}) == len(everything)
    assert all(item.number.is_odd is (item.side is Side.LEFT) for item in everything)


@given(bends, doors())
def test_order_follows_the_distance_from_the_low_end(corners: list[tuple[float, float]], placed: list[Door]) -> None:
    result = number(LineString(corners), placed)
    for side in Side:
        one_side = sorted(
            (item for item in [*result.assignments, *result.reserved] if item.side is side),
            key=lambda item: item.number,
        )
        assert [item.distance_m for item in one_side] == sorted(item.distance_m for item in one_side)


@given(bends, doors())
def test_a_fresh_street_leaves_no_gap(corners: list[tuple[float, float]], placed: list[Door]) -> None:
    result = number(LineString(corners), placed)
    for side, first in ((Side.LEFT, 1), (Side.RIGHT, 2)):
        numbers = sorted(item.number.number for item in [*result.assignments, *result.reserved] if item.side is side)
        assert numbers == list(range(first, first + 2 * len(numbers), 2))


@given(bends, doors())
def test_a_line_drawn_backwards_gives_the_same_numbers(corners: list[tuple[float, float]], placed: list[Door]) -> None:
    forward, backward = number(LineString(corners), placed), number(LineString(corners[::-1]), placed)
    assert plates(forward) == plates(backward)
    assert forward.compass == backward.compass
    assert {question.code for question in forward.questions} == {question.code for question in backward.questions}


@given(bends, doors(), st.integers(1, 4))
def test_a_line_drawn_in_two_pieces_gives_the_same_numbers(
    corners: list[tuple[float, float]], placed: list[Door], cut: int
) -> None:
    cut = min(cut, len(corners) - 1)
    whole = LineString(corners)
    if cut == len(corners) - 1 or not whole.is_simple:
        return
    pieces = MultiLineString([corners[cut:], corners[: cut + 1]])
    assert plates(number(pieces, placed)) == plates(number(whole, placed))


@given(bends, doors(), st.randoms(use_true_random=False))
def test_the_same_input_in_any_order_gives_the_same_output(
    corners: list[tuple[float, float]], placed: list[Door], random: object
) -> None:
    first = number(LineString(corners), placed)
    shuffled = list(placed)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert number(LineString(corners), shuffled) == first


@given(numbered_sides())
def test_numbers_in_use_and_their_direction_stay(found: list[Frontage]) -> None:
    result = old_street(found)
    kept = {item.key: item.number for item in result.assignments if item.is_existing}
    assert kept == {item.key: item.existing for item in found if item.existing is not None}
    assert result.run in (Run.FORWARD, None)


@given(numbered_sides())
def test_new_numbers_fit_between_those_in_use(found: list[Frontage]) -> None:
    result = old_street(found)
    everything = [*result.assignments, *result.reserved]
    assert len({item.number for item in everything}) == len(everything)
    for side in Side:
        one_side = sorted((item for item in everything if item.side is side), key=lambda item: item.number)
        assert [item.distance_m for item in one_side] == sorted(item.distance_m for item in one_side)
        assert all(item.number.is_odd is (side is Side.LEFT) for item in one_side)


@given(numbered_sides(), st.integers(0, 1000), st.sampled_from(Side))
def test_an_infill_never_changes_an_issued_number(found: list[Frontage], chainage_m: int, side: Side) -> None:
    before = old_street(found)
    issued = {item.key: item.number for item in before.assignments}
    spare: dict[str, tuple[HouseNumber, ...]] = {}
    for item in before.reserved:
        spare[item.key] = (*spare.get(item.key, ()), item.number)
    standing = [
        replace(item, existing=issued.get(item.key, item.existing), reserved=spare.get(item.key, ())) for item in found
    ]
    after = old_street([*standing, Frontage("infill", side, chainage_m + 0.5)])
    assert {item.key: item.number for item in after.assignments if item.key != "infill"} == issued
    assert {item.number for item in after.reserved} == {item.number for item in before.reserved}


@given(numbered_sides())
def test_numbering_a_second_time_adds_nothing(found: list[Frontage]) -> None:
    first = old_street(found)
    issued = {item.key: item.number for item in first.assignments}
    spare: dict[str, tuple[HouseNumber, ...]] = {}
    for item in first.reserved:
        spare[item.key] = (*spare.get(item.key, ()), item.number)
    again = old_street(
        [replace(item, existing=issued.get(item.key), reserved=spare.get(item.key, ())) for item in found]
    )
    assert {item.key: item.number for item in again.assignments} == issued
    assert not again.new
    assert {item.number for item in again.reserved} == {item.number for item in first.reserved}


@given(numbered_sides())
@settings(max_examples=50)
def test_every_number_and_spare_names_its_clauses(found: list[Frontage]) -> None:
    result = old_street(found)
    assert all(item.clauses for item in [*result.assignments, *result.reserved, *result.elsewhere])


@st.composite
def gentle_streets(draw: st.DrawFn) -> tuple[list[tuple[float, float]], list[Door]]:
    """A street of 600 m that bends a little, and doors 20 to 50 m off it, 12 m or more apart."""
    corners = [(float(x), float(draw(st.integers(-15, 15)))) for x in range(0, 700, 100)]
    line = LineString(corners)
    placed = []
    for index, slot in enumerate(sorted(draw(st.sets(st.integers(2, 38), min_size=1, max_size=20)))):
        at = line.interpolate(slot * 15.0)
        off = draw(st.sampled_from([-1, 1])) * draw(st.integers(20, 50))
        placed.append(Door(f"door{index:02}", at.x, at.y + off))
    return corners, placed


@given(gentle_streets(), st.integers(4, 12), st.booleans(), st.integers(1, 5))
@settings(max_examples=60)
def test_two_carriageways_give_the_numbers_of_the_line_in_their_middle(
    street: tuple[list[tuple[float, float]], list[Door]], half_apart_m: int, is_cut: bool, cut: int
) -> None:
    corners, placed = street
    there = [(x, y - half_apart_m) for x, y in corners]
    back = [(x, y + half_apart_m) for x, y in reversed(corners)]
    pieces = [there[: cut + 1], there[cut:], back] if is_cut else [there, back]
    result = number(MultiLineString(pieces), placed)
    assert [note.kind for note in result.notes] == ["carriageways_joined"]
    assert plates(result) == plates(number(LineString(corners), placed))
