"""Numbers are taken out of a question; everything else is words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addressing.search.question import LONGEST, MOST_WORDS, ask
from addressing.search.spelling import Neighbours, is_one_slip
from addressing.search.vocabulary import vocabulary


@pytest.mark.parametrize(
    ("typed", "words", "numbers"),
    [
        ("45 Nguyễn Trãi", ("nguien", "trai"), ("45",)),
        ("số nhà 45A, phố Trần Phú", ("tran", "phu"), ("45a",)),
        ("No. 045 Trần Phú Street", ("tran", "phu"), ("45",)),
        ("12/5/3 Trần Phú", ("tran", "phu"), ("12/5/3",)),
        ("Số 3, ngách 5, ngõ 12 Trần Phú", ("tran", "phu"), ("12/5/3",)),
        ("Số 3 ngách 12/5 Trần Phú", ("tran", "phu"), ("12/5/3",)),
        ("Số 7/28 ngõ 20 Trần Phú", ("tran", "phu"), ("20/28/7", "20/7/28")),
        ("đường số 1", ("1",), ()),
        ("đường 30/4", ("30", "4"), ()),
        ("Quốc lộ 5A", ("ql5a",), ()),
        ("khu công nghiệp Đại An", ("dai", "an"), ()),
        ("An Dương", ("an", "duong"), ()),
        ("thành phố", ("thanh", "pho"), ()),
    ],
)
def test_a_question_is_read(typed: str, words: tuple[str, ...], numbers: tuple[str, ...]) -> None:
    question = ask(typed.replace("nguien", "nguyen"))
    expected = tuple("nguyen" if word == "nguien" else word for word in words)
    assert (question.words, question.numbers) == (expected, numbers)


def test_a_number_alone_is_looked_for_as_a_word() -> None:
    assert ask("0800287016").words == ("0800287016",)
    assert ask("45").words == ("45",)


@given(st.text(max_size=2000))
def test_whatever_is_typed_gives_few_plain_words(typed: str) -> None:
    question = ask(typed, unfinished=True)
    assert len(question.words) <= MOST_WORDS
    assert len(question.text) <= LONGEST * 2
    for word in question.words:
        assert word.isascii()
        assert word.isalnum()


def test_a_word_that_begins_like_a_kind_of_road_is_part_of_a_street() -> None:
    assert ask("đường Huyền Trân Công Chúa").words == ("tran", "cong", "chua")
    assert ask("đường Huyền Trân Công Chúa").helpful == ("duong", "huyen")
    assert ask("Tam Dương, tỉnh Phú Thọ").words == ("tam", "phu", "tho")
    assert ask("đường huyện số 3").words == ("dh3",)
    assert ask("đường tỉnh 391").words == ("dt391",)


SLIPS = st.sampled_from(["left out", "put in", "other", "exchanged"])


def slip(word: str, place: int, kind: str) -> str:
    before, letter, after = word[:place], word[place], word[place + 1 :]
    return {
        "left out": before + after,
        "put in": before + "e" + letter + after,
        "other": before + "w" + after,
        "exchanged": before + after[:1] + letter + after[1:],
    }[kind]


@given(st.text("abcdghinortuy", min_size=2, max_size=10), SLIPS, st.data())
def test_every_slip_is_known(word: str, kind: str, data: st.DataObject) -> None:
    slipped = slip(word, data.draw(st.integers(0, len(word) - 1)), kind)
    assert (word in Neighbours({word, "hai", "duong"}).of(slipped)) == (slipped != word)


@given(st.lists(st.text("abn", min_size=1, max_size=4), max_size=30), st.text("abn", max_size=5))
def test_neighbours_are_all_words_one_slip_away_and_no_others(words: list[str], word: str) -> None:
    assert sorted(Neighbours(set(words)).of(word)) == sorted(one for one in set(words) if is_one_slip(word, one))


@pytest.mark.parametrize("word", ["5", "45", "a", "n1", "x" * 25])
def test_numbers_and_letters_are_never_corrected(word: str) -> None:
    known = vocabulary({"6": 9, "46": 9, "b": 9, "n2": 9, "n": 9, "an": 9, "x" * 24: 9})
    assert known.near(word) == []


def test_no_word_is_corrected_into_a_number_and_the_most_used_comes_first() -> None:
    known = vocabulary({"tran": 3, "tren": 7, "tra1": 9, "tra": 1})
    assert known.near("trxn") == ["tren", "tran"]
    assert known.near("tra") == ["tran"]
