"""Numbers are taken out of a question; everything else is words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addressing.search.question import LONGEST, MOST_WORDS, ask
from addressing.search.spelling import one_slip_away


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


@given(st.text("abcdghinortuy", min_size=2, max_size=10), st.data())
def test_every_slip_is_known(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(word) - 1))
    left_out = word[:place] + word[place + 1 :]
    put_in = word[:place] + "e" + word[place:]
    slips = one_slip_away(word)
    assert {left_out, put_in} - {word, ""} <= slips
    assert word in one_slip_away(put_in)


@pytest.mark.parametrize("word", ["5", "45", "a", "n1", "x" * 25])
def test_numbers_and_letters_are_never_corrected(word: str) -> None:
    assert one_slip_away(word) == set()
