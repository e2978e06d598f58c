"""House numbers as values, dated policies, and results that survive storage."""

from __future__ import annotations

import json
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addressing.rules import record
from addressing.rules.model import Frontage, Land, OtherStreet, Side, Street
from addressing.rules.numbers import LATIN_ORDINALS, LETTERS_IN_ORDER, HouseNumber, UnreadableHouseNumber
from addressing.rules.policy import Policy, PolicyRecord, UnknownPolicy, policy_from_data, policy_on
from addressing.rules.policy_choices import EqualWidth
from addressing.rules.streets import number_street

letters = st.text(LETTERS_IN_ORDER, max_size=2)
numbers = st.builds(HouseNumber, st.integers(1, 99_999), letters | st.sampled_from(LATIN_ORDINALS))


@given(numbers)
def test_a_number_parses_what_it_prints(number: HouseNumber) -> None:
    assert HouseNumber.parse(str(number)) == number
    assert HouseNumber.parse(unicodedata.normalize("NFD", f" {number.number} {number.suffix.lower()} ")) == number


@given(st.lists(numbers))
def test_natural_order_is_by_number_first(some: list[HouseNumber]) -> None:
    assert [number.number for number in sorted(some)] == sorted(number.number for number in some)


def test_natural_order_follows_the_vietnamese_alphabet() -> None:
    written = ["9", "15", "15A", "15B", "15D", "15Đ", "15E", "15BIS", "16", "100"]
    assert [str(number) for number in sorted(map(HouseNumber.parse, reversed(written)))] == written


@pytest.mark.parametrize(
    "written",
    ["", "0", "-3", "007", "12/3", "15-17", "XII", "Lô CN-07", "15 Ab", "100000", "١٥", "1.5", "15ABC", "A15"],
)
def test_what_is_no_number_is_unreadable(written: str) -> None:
    if written == "15 Ab":
        assert str(HouseNumber.parse(written)) == "15AB"
        return
    with pytest.raises(UnreadableHouseNumber):
        HouseNumber.parse(written)


def test_eth_is_read_as_d_with_stroke() -> None:
    assert HouseNumber.parse("12Ð") == HouseNumber(12, "Đ")


def test_a_policy_value_holds_from_its_first_day_until_it_is_replaced() -> None:
    records = [
        PolicyRecord("empty_land_module_m", 15, date(2026, 1, 1), "QĐ 5", valid_to=date(2026, 7, 1)),
        PolicyRecord("empty_land_module_m", 25, date(2026, 7, 1), "QĐ 9"),
        PolicyRecord("equal_width", "ask", date(2026, 7, 1), "QĐ 9"),
    ]
    assert policy_on(date(2025, 12, 31), records).empty_land_module_m == Policy().empty_land_module_m
    assert policy_on(date(2026, 6, 30), records).empty_land_module_m == 15.0
    later = policy_on(date(2026, 7, 1), records)
    assert (later.empty_land_module_m, later.equal_width) == (25.0, EqualWidth.ASK)
    assert later.origin("equal_width").set_by == "QĐ 9"
    assert "no local decision" in later.origin("reach_m").set_by


def test_a_policy_survives_storage() -> None:
    policy = policy_on(date(2026, 8, 1), [PolicyRecord("infill", "ask", date(2026, 7, 1), "QĐ 9")])
    stored = json.loads(json.dumps(policy.as_data()))
    assert policy_from_data(stored).as_data() == policy.as_data()


@pytest.mark.parametrize(
    ("name", "value"),
    [("empty_land_modul", 20), ("equal_width", "toss a coin"), ("empty_land_module_m", 0), ("reach_m", float("nan")),
     ("suffix_letters", "BA"), ("suffix_letters", ""), ("suffix_letters", "A1"), ("reserve_other_lots", "yes")],
)  # fmt: skip
def test_senseless_policies_are_refused(name: str, value: object) -> None:
    with pytest.raises(UnknownPolicy):
        policy_on(date(2026, 8, 1), [PolicyRecord(name, value, date(2026, 7, 1), "QĐ")])


def test_a_result_survives_storage() -> None:
    other = OtherStreet("t", "T", 15.0, has_main_door=False)
    street = Street("s", "S", 180.0, 100.0, 100.0, 15.0)
    found = [
        Frontage("a", Side.LEFT, 10.0),
        Frontage("land", Side.LEFT, 30.0, land=Land.EMPTY),
        Frontage("lots", Side.RIGHT, 30.0, land=Land.EMPTY, plan_lots=2),
        Frontage("corner", Side.LEFT, 50.0, other_streets=(other,)),
        Frontage("wide", Side.LEFT, 60.0, other_streets=(OtherStreet("u", "U", 40.0),)),
        Frontage("text", Side.RIGHT, 60.0, existing_unreadable="Lô 7"),
    ]
    result = number_street(street, found, on=date(2026, 8, 1))
    assert result.questions
    assert result.choices
    assert result.elsewhere
    assert result.notes
    assert record.from_data(json.loads(json.dumps(record.as_data(result)))) == result


def test_two_frontages_with_one_key_are_a_mistake_of_the_caller() -> None:
    twice = [Frontage("a", Side.LEFT, 10.0), Frontage("a", Side.RIGHT, 20.0)]
    with pytest.raises(ValueError, match="same key"):
        number_street(Street("s", "S", 180.0, 100.0, 100.0, 15.0), twice, on=date(2026, 8, 1))
