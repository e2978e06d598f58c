"""One form for what people type, with the way back."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addressing.search.normalise import clean, fold, key, without_tones


@pytest.mark.parametrize(
    ("typed", "one_form"),
    [
        ("Hoà Bình", "Hòa Bình"),
        ("Thuỷ Nguyên", "Thủy Nguyên"),
        ("khoẻ, hoè", "khỏe, hòe"),
        ("Quý, quỷ, hoàng, thuyền, khuỷu", "Quý, quỷ, hoàng, thuyền, khuỷu"),
        ("Ðường Ba Ðình", "Đường Ba Đình"),
        ("30–4 ‑ 12⁄5", "30-4 - 12/5"),
        ("Ｓố　１２", "Số 12"),
        ("Số\u00a012\tTrần", "Số 12 Trần"),
        ("§¹i An, H¶i D­¬ng", "Đại An, Hải Dương"),
    ],
)
def test_writings_of_one_text_meet(typed: str, one_form: str) -> None:
    assert clean(typed).text == one_form


def test_decomposed_letters_are_composed_and_know_where_they_came_from() -> None:
    typed = unicodedata.normalize("NFD", "P. Tứ Minh, Hải Dương")
    cleaned = clean(typed)
    assert cleaned.text == "P. Tứ Minh, Hải Dương"
    place = cleaned.text.index("Hải")
    assert cleaned.source(place, place + 3) == unicodedata.normalize("NFD", "Hải")


def test_invisible_characters_go_and_the_original_stays() -> None:
    cleaned = clean("Trần\u200b Phú\ufeff")
    assert cleaned.text == "Trần Phú"
    assert cleaned.original == "Trần\u200b Phú\ufeff"


@pytest.mark.parametrize("typed", ["£\uff10Î Ö", "£0\u200bÎ Ö"])
def test_a_wide_or_invisible_letter_does_not_hide_an_old_font(typed: str) -> None:
    cleaned = clean(typed)
    assert (cleaned.text, cleaned.charset) == (clean("£0Î Ö").text, "tcvn3")
    assert cleaned.source(0, len(cleaned.text)) == typed


@given(st.text(max_size=60))
def test_every_text_has_one_form_that_is_its_own(typed: str) -> None:
    once = clean(typed).text
    assert clean(once).text == once or clean(typed).charset is not None
    assert len(fold(once)) == len(once)


@given(st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạếềểễệ ,.", max_size=60))
def test_the_source_of_the_whole_is_the_whole(typed: str) -> None:
    for form in ("NFC", "NFD"):
        written = unicodedata.normalize(form, typed)
        cleaned = clean(written)
        assert cleaned.source(0, len(cleaned.text)) == written


@pytest.mark.parametrize(
    ("names", "one_key"),
    [
        (("Lý Thường Kiệt", "Lí Thường Kiệt", "LY THUONG KIET"), "li thuong kiet"),
        (("Đắk Lắk", "Đăk Lăk", "Đắc Lắc", "Dak Lak"), "dac lac"),
        (("Bắc Kạn", "Bắc Cạn"), "bac can"),
        (("Quý Cáp", "Quí Cáp"), "qui cap"),
        (("12/5", "12-5", " 12 5 "), "12 5"),
        (("Mai", "mai"), "mai"),
        (("May", "mây"), "may"),
    ],
)
def test_spellings_of_one_name_have_one_key(names: tuple[str, ...], one_key: str) -> None:
    assert {key(name) for name in names} == {one_key}


def test_tones_go_and_vowels_stay() -> None:
    assert without_tones("Thượng Đường ở Bến Nghé") == "Thương Đương ơ Bên Nghe"
