"""Streets and estates that nobody would draw on purpose: a question or a clear number, no fault, no double."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addressing.rules.alleys import Neighbour, alley_takes_the_number_before_its_mouth
from addressing.rules.ended import EndedNumber, may_be_given_from
from addressing.rules.groups import GROUP_LETTERS, groups_are_lettered_from_the_entrance
from addressing.rules.model import Alley, Frontage, Land, Mouth, NumberingResult, Side, Street
from addressing.rules.numbers import HIGHEST_NUMBER, HouseNumber
from addressing.rules.policy import Policy
from addressing.rules.policy_choices import EndedNumbers
from addressing.rules.questions import Inquiry
from addressing.rules.streets import number_street

LAW_OF = date(2026, 11, 1)
SOUTHWARD = Street("s", "Đường A", 180.0, 1000.0, 1000.0, 15.0)


def house(key: str, at_m: float, number: str | None = None, **facts: object) -> Frontage:
    existing = HouseNumber.parse(number) if number else None
    return Frontage(key, Side.LEFT, at_m, existing=existing, **facts)  # type: ignore[arg-type]


def numbered(frontages: Sequence[Frontage], **answers: str) -> NumberingResult:
    return number_street(SOUTHWARD, frontages, on=LAW_OF, answers=answers)


def plates(result: NumberingResult) -> dict[str, str]:
    return {given.key: str(given.number) for given in result.assignments}


def test_between_5_and_7_the_letters_run_out_and_the_rest_is_asked_about() -> None:
    infill = [house(f"n{at:02d}", 10 + at / 10) for at in range(30)]
    result = numbered([house("five", 5, "5"), *infill, house("seven", 50, "7")])
    letters = Policy().suffix_letters
    assert [plates(result)[one.key] for one in infill[: len(letters)]] == [f"5{letter}" for letter in letters]
    assert [question.kind for question in result.questions] == ["no_number_between"] * (30 - len(letters))
    assert len(set(plates(result).values())) == len(plates(result))


def test_one_infill_after_another_never_moves_a_number() -> None:
    present = {"five": (5.0, "5"), "seven": (50.0, "7")}
    for at in range(12):
        doors = [house(key, at_m, number) for key, (at_m, number) in present.items()]
        result = numbered([*doors, house("new", 20.0 + at)])
        assert {key: plates(result)[key] for key in present} == {key: number for key, (_, number) in present.items()}
        present[f"n{at}"] = (20.0 + at, plates(result)["new"])
    assert [number for _, number in sorted(present.values())][1:4] == ["5A", "5B", "5C"]


def test_behind_the_highest_number_there_is_a_question_and_no_fault() -> None:
    land = house("land", 40, land=Land.EMPTY, plan_lots=3)
    result = numbered([house("last", 10, str(HIGHEST_NUMBER)), house("new", 20), land])
    assert plates(result) == {"last": str(HIGHEST_NUMBER)}
    assert [question.code for question in result.questions] == ["numbers_run_out:new"]
    assert {note.kind for note in result.notes} == {"no_spare_left"}


def test_land_with_more_lots_than_there_are_numbers() -> None:
    result = numbered([house("land", 10, land=Land.EMPTY, plan_lots=60_000), house("behind", 20)])
    assert max(spare.number.number for spare in result.reserved) == HIGHEST_NUMBER
    assert [question.code for question in result.questions] == ["numbers_run_out:behind"]


def test_before_number_1_nothing_is_invented() -> None:
    result = numbered([house("new", 1), house("one", 10, "1"), house("three", 20, "3")])
    assert [question.code for question in result.questions] == ["low_end_extension:new"]
    answered = numbered(
        [house("new", 1), house("one", 10, "1"), house("three", 20, "3")], **{"low_end_extension:new": "letter"}
    )
    assert plates(answered)["new"] == "1A"


def alley(*mouths: Mouth, azimuth_deg: float | None = 180.0) -> Street:
    return Street("x", "Ngõ", azimuth_deg, 100.0, 100.0, 3.0, is_ring=azimuth_deg is None, alley=Alley(mouths))


def test_an_alley_that_opens_twice_on_one_street_can_be_answered() -> None:
    on = {"street_key": "7", "street_name": "Đường A", "level": 0, "cross_section_m": 10.0}
    bent = alley(Mouth(at_start=True, **on), Mouth(at_start=False, **on))  # type: ignore[arg-type]
    door = [Frontage("d", Side.LEFT, 10.0)]
    [question] = number_street(bent, door, on=LAW_OF).questions
    assert [option.value for option in question.options] == ["from_7_towards_N", "from_7_towards_S"]
    assert len({option.label for option in question.options}) == 2
    answered = number_street(bent, door, on=LAW_OF, answers={question.code: "from_7_towards_N"})
    assert (answered.compass, answered.questions) == ("S->N", ())


def test_an_alley_without_a_mouth_may_be_left_for_now() -> None:
    [question] = number_street(alley(), [Frontage("d", Side.LEFT, 10.0)], on=LAW_OF).questions
    assert question.accepts("wait")
    waiting = number_street(alley(), [Frontage("d", Side.LEFT, 10.0)], on=LAW_OF, answers={question.code: "wait"})
    assert (waiting.assignments, waiting.questions) == ((), ())


@pytest.mark.parametrize(("level", "word"), [(1, "Ngõ"), (2, "Ngách"), (3, "Hẻm")])
def test_alleys_of_alleys_of_alleys(level: int, word: str) -> None:
    neighbours = [Neighbour(HouseNumber(12), 5.0)]
    assert alley_takes_the_number_before_its_mouth(neighbours, 9.0, level, Policy(), Inquiry()) == f"{word} 12"


def test_the_nearest_house_names_an_alley_even_where_numbers_are_disorderly() -> None:
    neighbours = [Neighbour(HouseNumber(99), 5.0), Neighbour(HouseNumber(5), 15.0)]
    assert alley_takes_the_number_before_its_mouth(neighbours, 20.0, 1, Policy(), Inquiry()) == "Ngõ 5"


def test_more_alleys_behind_one_house_than_letters_are_asked_about() -> None:
    taken = [HouseNumber(9), *(HouseNumber(9, letter) for letter in Policy().suffix_letters)]
    inquiry = Inquiry()
    name = alley_takes_the_number_before_its_mouth(
        [Neighbour(HouseNumber(9), 5.0)], 9.0, 1, Policy(), inquiry, taken=taken, key="x"
    )
    assert (name, [question.code for question in inquiry.questions]) == (None, ["alley_letters_run_out:x"])


def test_two_hundred_groups() -> None:
    inquiry = Inquiry()
    letters = groups_are_lettered_from_the_entrance([f"g{at:03d}" for at in range(200)], [], inquiry)
    assert list(letters.values()) == list(GROUP_LETTERS)
    assert [question.kind for question in inquiry.questions] == ["group_letters_run_out"]


numbers_on_the_left = st.integers(0, 30).map(lambda at: HouseNumber(2 * at + 1))


@settings(max_examples=60)
@given(st.dictionaries(numbers_on_the_left, st.sampled_from([None, "d0", "d1", "d2", "d3"]), max_size=8),
       st.sets(st.integers(0, 30), max_size=4))  # fmt: skip
def test_an_ended_number_is_its_own_doors_or_nobodys(ended: dict[HouseNumber, str | None], standing: set[int]) -> None:
    gone = {number: door for number, door in ended.items() if (number.number - 1) // 2 not in standing}
    doors = [house(f"d{at}", 3.0 + 7 * at) for at in range(4)]
    kept = [house(f"k{at}", 1.0 + at, str(2 * at + 1)) for at in standing]
    result = number_street(
        SOUTHWARD, [*doors, *kept], on=LAW_OF,
        ended=[EndedNumber(number, door, date(2026, 1, 1)) for number, door in gone.items()],
    )  # fmt: skip
    shown = [given.number for given in result.assignments]
    assert len(set(shown)) == len(shown)
    assert all(gone.get(given.number, given.key) == given.key for given in result.new)


@pytest.mark.parametrize(("months", "day"), [(0, date(2024, 1, 31)), (1, date(2024, 2, 29)), (12, date(2025, 1, 31)),
                                             (10**9, date.max)])  # fmt: skip
def test_the_day_from_which_a_number_is_free(months: int, day: date) -> None:
    policy = Policy(ended_numbers=EndedNumbers.AFTER_WAIT, ended_wait_months=float(months))
    assert may_be_given_from(date(2024, 1, 31), policy) == day
