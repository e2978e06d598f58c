"""Place ids catch misspelling; official codes are checked and never made."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_37_36

from addressing.errors import InvalidIdentifier, OfficialCodeRefused
from addressing.identifiers import (
    OFFICIAL_CODES,
    PLACE_ALPHABET,
    PlaceId,
    check_character,
    check_official_code,
    refuse_to_mint,
)
from addressing.register import OFFICIAL_CODE_KINDS

ids = st.integers(0, 2**32).map(lambda seed: PlaceId.mint(random.Random(seed).choice))


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=30))
def test_check_character_agrees_with_an_independent_implementation(payload: str) -> None:
    assert check_character(payload) == mod_37_36.calc_check_digit(payload)


@given(ids)
def test_an_id_parses_what_it_prints(place: PlaceId) -> None:
    assert PlaceId.parse(str(place)) == place
    assert mod_37_36.is_valid(str(place))


@given(ids)
def test_an_id_is_read_as_people_type_it(place: PlaceId) -> None:
    code = str(place)
    assert PlaceId.parse(f" {code[:4].lower()}-{code[4:8]} {code[8]} ") == place
    assert PlaceId.parse(code.replace("1", "l").replace("0", "O")) == place


@given(ids, st.integers(0, 8), st.sampled_from(PLACE_ALPHABET))
def test_every_single_wrong_character_is_caught(place: PlaceId, at: int, wrong: str) -> None:
    code = str(place)
    if code[at] != wrong:
        with pytest.raises(InvalidIdentifier):
            PlaceId.parse(code[:at] + wrong + code[at + 1 :])


def is_valid(written: str) -> bool:
    try:
        PlaceId.parse(written)
    except InvalidIdentifier:
        return False
    return True


def test_all_but_about_one_in_600_exchanges_of_neighbours_are_caught() -> None:
    tried = missed = 0
    for seed in range(2000):
        code = str(PlaceId.mint(random.Random(seed).choice))
        for at in range(1, 8):  # the first is a letter, so an exchange with a digit is caught by the form
            if code[at] != code[at + 1]:
                tried += 1
                missed += is_valid(code[:at] + code[at + 1] + code[at] + code[at + 2 :])
    assert missed / tried < 1 / 400


@pytest.mark.parametrize(
    "written", ["", "K7M3Q9XR", "K7M3Q9XRCC", "17M3Q9XRC", "K7M3Q9XR\n", "Ｋ7M3Q9XRC", "K7M3UQXRC"]
)
def test_malformed_ids_are_refused_in_both_languages(written: str) -> None:
    with pytest.raises(InvalidIdentifier) as refused:
        PlaceId.parse(written)
    assert "mã địa điểm" in refused.value.message_vi


def test_minted_ids_differ() -> None:
    source = random.Random(1)
    assert len({PlaceId.mint(source.choice) for _ in range(10_000)}) == 10_000


@pytest.mark.parametrize(
    ("kind", "written", "tidy"),
    [
        ("location_code", "4829 1365 0017", "482913650017"),
        ("real_estate_code", "abc-12.3", "ABC-12.3"),
        ("postcode", " 03000 ", "03000"),
    ],
)
def test_official_codes_are_tidied(kind: str, written: str, tidy: str) -> None:
    assert check_official_code(kind, written) == tidy


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("location_code", "48291365001"),
        ("location_code", "48291365001A"),
        ("location_code", "٤٨٢٩١٣٦٥٠٠١٧"),
        ("real_estate_code", "A" * 41),
        ("real_estate_code", ""),
        ("postcode", "0300"),
        ("gln", "8931234567890"),
    ],
)
def test_wrong_official_codes_are_refused(kind: str, written: str) -> None:
    with pytest.raises(InvalidIdentifier):
        check_official_code(kind, written)


@pytest.mark.parametrize("kind", OFFICIAL_CODES)
def test_no_official_code_is_ever_made(kind: str) -> None:
    with pytest.raises(OfficialCodeRefused) as refused:
        refuse_to_mint(kind)
    assert OFFICIAL_CODES[kind].issuer in str(refused.value)
    assert refused.value.facts["issuer"]


def test_the_register_knows_the_same_kinds() -> None:
    assert set(OFFICIAL_CODES) == set(OFFICIAL_CODE_KINDS)
