"""What a question with one slip may mean."""

from __future__ import annotations

import pytest

from addressing.search.misspelt import Slips, slips_in
from addressing.search.question import ask
from addressing.search.vocabulary import Vocabulary, vocabulary

USES = {
    "nguyen": 90, "trai": 9, "tra": 2, "tran": 60, "tu": 20, "minh": 30, "hai": 80, "phong": 70, "thanh": 90,
    "khanh": 40, "an": 80, "hoa": 50, "dong": 60, "mi": 9, "duc": 9, "30": 4,
}  # fmt: skip


@pytest.fixture(scope="module")
def known() -> Vocabulary:
    return vocabulary(USES)


def meant(question: str, known: Vocabulary, *, unfinished: bool = False) -> Slips:
    found = slips_in(ask(question, unfinished=unfinished), known)
    assert found is not None
    return found


def conditions(parts: tuple[tuple[frozenset[str], ...], ...]) -> list[str]:
    return [" ".join("|".join(sorted(group)) for group in part) for part in parts]


def test_a_word_that_nobody_uses_must_be_the_slip(known: Vocabulary) -> None:
    assert conditions(meant("nguyen trxi tu minh", known).wanted) == ["nguyen trai tu minh"]


def test_when_all_words_are_in_use_any_one_may_be_the_slip(known: Vocabulary) -> None:
    found = meant("nguyen tra minh", known)
    assert conditions(found.wanted) == ["nguyen trai|tran minh"]
    assert conditions(found.within) == ["nguyen minh"]
    assert found.meant["tra"] == {"tra", "trai", "tran"}


@pytest.mark.parametrize("question", ["phuog tu minh nguyen", "thnh pho minh nguyen tu", "thanh pgo minh nguyen tu"])
def test_a_misspelt_word_for_a_kind_names_nothing(question: str, known: Vocabulary) -> None:
    assert {frozenset({"nguyen", "minh", "tu"})} == {
        frozenset(one.split()) for one in conditions(meant(question, known).wanted) if "thanh" not in one
    }


def test_a_known_word_may_be_a_slip_in_a_word_for_a_kind(known: Vocabulary) -> None:
    found = meant("dong mi duc tran hoa", known)
    assert "mi duc tran hoa" in conditions(found.wanted)


def test_k_that_names_are_compared_without_is_no_second_slip(known: Vocabulary) -> None:
    assert conditions(meant("an kohanh", known).wanted) == ["an khanh"]


def test_the_last_word_goes_on_while_somebody_types(known: Vocabulary) -> None:
    assert conditions(meant("nguyxn tra", known, unfinished=True).wanted) == ["nguyen tra:*"]


@pytest.mark.parametrize("question", ["xyzzy minh", "nguyen 31", "31"])
def test_what_is_no_slip_of_anything_is_not_corrected(question: str, known: Vocabulary) -> None:
    assert slips_in(ask(question), known) is None
