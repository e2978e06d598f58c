"""The search box on a small town: names, typos, numbers, what does not exist, who may see what."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, text

from addressing.search.answers import Answer, Found
from addressing.search.index import learn_vocabulary
from addressing.search.lookup import complete, search
from addressing.search.unit_index import index_of
from addressing.search.units_on_file import gazetteer_of
from addressing.search.vocabulary import vocabulary_of
from addressing.search.warming import warm
from tests.integration.search_town import X, Y, build


@pytest.fixture
def town(conn: Connection) -> Connection:
    build(conn)
    return conn


def titles(answer: Answer) -> list[str]:
    return [f"{one.title}, {one.context}" for one in answer.results]


def first(conn: Connection, question: str) -> Found:
    answer = search(conn, question)
    assert answer.results, question
    return answer.results[0]


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("phường tứ minh", "Phường Tứ Minh"),
        ("TU MINH", "Phường Tứ Minh"),
        ("kcn dai an", "KCN Đại An"),
        ("khu công nghiệp Đại An", "KCN Đại An"),
        ("Dai An Industrial Park", "KCN Đại An"),
        ("lô CN05 đại an", "CN-05"),
        ("cn-5 kcn dai an", "CN-05"),
        ("0800287016", "Công ty TNHH Dây và Cáp Tứ Phương"),
        ("mã số thuế 0800287016", "Công ty TNHH Dây và Cáp Tứ Phương"),
        ("day va cap tu phuong", "Công ty TNHH Dây và Cáp Tứ Phương"),
        ("an dương vương", "Phố An Dương Vương"),
        ("đường 30 tháng 4", "Đường 30 Tháng 4"),
        ("quốc lộ 5", "Quốc lộ 5"),
        ("QL5", "Quốc lộ 5"),
        ("đường số 1 đại an", "Đường số 1"),
        ("lai cach", "Phường Tứ Minh"),  # thị trấn Lai Cách became part of it on 1 July 2025
    ],
)
def test_a_name_is_found_however_it_is_written(town: Connection, question: str, title: str) -> None:
    assert first(town, question).title == title


@pytest.mark.parametrize(
    "question",
    ["nguyen trai tu minh", "nguyễn trãi, P. Tứ Minh, TP Hải Dương, Hải Dương", "Nguyen Trai St, Tu Minh Ward"],
)
def test_the_commune_tells_namesakes_apart_in_both_eras(town: Connection, question: str) -> None:
    assert first(town, question).context == "Phường Tứ Minh, Thành phố Hải Phòng"


@pytest.mark.parametrize(
    "question", ["ngyen trai viet hoa", "nguyen trai viet hoaa", "nguyen tria viet hoa", "duog nguyen trai viet hoa"]
)
def test_one_slip_in_a_word_is_forgiven(town: Connection, question: str) -> None:
    found = first(town, question)
    assert (found.title, found.context[:15]) == ("Đường Nguyễn Trãi", "Phường Việt Hòa")
    assert found.match == "misspelt"


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("45 nguyen trai tu minh", "45"),
        ("số 45 đường Nguyễn Trãi, Tứ Minh", "45"),
        ("5 an duong vuong", "05"),
        ("12a an duong vuong", "12A"),
        ("12 A phố An Dương Vương", "12A"),
        ("12/5/3 an duong vuong", "12/5/3"),
        ("số 3 ngách 5 ngõ 12 an dương vương", "12/5/3"),
        ("số 3, ngách 12/5, phố An Dương Vương", "12/5/3"),
    ],
)
def test_a_door_is_found_by_exactly_its_number(town: Connection, question: str, shown: str) -> None:
    found = first(town, question)
    assert (found.kind, found.precision) == ("door", "entrance")
    assert found.title.startswith(f"{shown} ")


@pytest.mark.parametrize(
    "question", ["47 an duong vuong", "4 an duong vuong", "45b an duong vuong", "12/5 an duong vuong"]
)
def test_a_number_that_nobody_has_is_never_another_one(town: Connection, question: str) -> None:
    answer = search(town, question)
    assert all(one.kind != "door" for one in answer.results)
    assert answer.results[0].unknown_number == question.partition(" ")[0]


def test_an_unknown_number_names_its_neighbours_and_lies_between_them(town: Connection) -> None:
    found = first(town, "47 an duong vuong")
    assert [one.shown for one in found.nearest] == ["45", "49"]
    assert found.precision == "interpolated"
    low, high = found.nearest
    assert found.x == pytest.approx((low.x + high.x) / 2)
    assert found.y == pytest.approx((low.y + high.y) / 2)


def test_beyond_the_last_number_nothing_is_made_up(town: Connection) -> None:
    found = first(town, "99 an duong vuong")
    assert (found.precision, [one.shown for one in found.nearest]) == ("street", ["49"])


def test_what_is_near_comes_first(town: Connection) -> None:
    east = search(town, "nguyen trai", near=(X + 3300, Y + 100)).results[0]
    west = search(town, "nguyen trai", near=(X + 300, Y + 100)).results[0]
    assert (east.context[:15], west.context[:14]) == ("Phường Việt Hòa", "Phường Tứ Minh")


def test_kinds_narrow(town: Connection) -> None:
    assert {one.kind for one in search(town, "dai an", kinds={"plot"}).results} == {"plot"}
    assert {one.kind for one in search(town, "45 nguyen trai", kinds={"door"}).results} == {"door"}


@pytest.mark.parametrize(
    "typed", ["ngu", "nguy", "nguyen", "nguyen t", "nguyen tra", "đường nguyễn trã", "45 nguyen trai t"]
)
def test_the_street_is_suggested_while_it_is_typed(town: Connection, typed: str) -> None:
    assert any("Đường Nguyễn Trãi" in title for title in titles(complete(town, typed)))


@pytest.mark.parametrize(
    "question",
    ["", "   ", "%", "_", "'; DROP TABLE gis.zones; --", "\x00\x07", "😀😀", "東京", "&|!():*<->", "a" * 10_000,
     "( | )", "null", "\\", "x' OR 1=1", "1" * 400, "ng % uyen"],
)  # fmt: skip
def test_anything_may_be_typed(town: Connection, question: str) -> None:
    for answer in (search(town, question), complete(town, question)):
        assert len(answer.results) <= 10
    assert town.execute(text("SELECT count(*) FROM gis.zones")).scalar_one() == 2


def test_wildcards_are_letters_like_others(town: Connection) -> None:
    assert search(town, "nguy%").results == search(town, "nguy").results
    assert not complete(town, "_____").results


def test_the_public_finds_only_what_is_published(town: Connection) -> None:
    assert first(town, "kin dao").title == "KCN Kín Đáo"
    town.execute(text("SET LOCAL ROLE gis_public"))
    town.execute(text("SET LOCAL search_path = open, public"))
    assert not [one for one in search(town, "kin dao").results if "Kín" in one.title]
    assert first(town, "dai an").title == "KCN Đại An"


def test_after_warming_nothing_is_left_to_read_or_make(town: Connection) -> None:
    warm(town)
    known, words = index_of(gazetteer_of(town)), vocabulary_of(town)
    assert known.near("tuminhh") == ["tuminh"]
    assert "minh" in words
    assert (index_of(gazetteer_of(town)), vocabulary_of(town)) == (known, words)


def test_words_of_many_places_do_not_hide_a_slip(town: Connection) -> None:
    """Every word of the question is somewhere on a street that nobody means; the one meant has a slip."""
    town.execute(text("UPDATE gis.streets SET name = 'Đường Phùng Hưng' WHERE code = 'S3'"))
    town.execute(text("UPDATE gis.streets SET name = 'Đường Hưng Phong Lạ Kỳ Xa Xôi' WHERE code = 'S1'"))
    learn_vocabulary(town)
    assert first(town, "45 phong hung, tu minh").title == "45 Đường Phùng Hưng"
