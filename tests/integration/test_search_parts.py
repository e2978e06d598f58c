"""Buildings and flats in the search box: exactly the part that is asked for; the public finds what is in force."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, text

from addressing import estate_entry, estate_facts, estate_issuing, estates
from addressing.deciding import SignedDecision, today
from addressing.estate_entry import NewBuilding
from addressing.estates import NewEstate
from addressing.search.geocode import geocode
from addressing.search.index import learn_vocabulary, rebuild
from addressing.search.lookup import complete, search
from addressing.search.part_words import part_key
from tests.integration.estate_ground import BODY, lay_estate, name
from tests.integration.numbering_ground import ORIGIN
from tests.integration.test_estates import numbered_street

PARTS = "SELECT estate_id, part_name_id, keys, in_force, has_position, x, y FROM gis.search_parts ORDER BY part_name_id"
KEYS = (
    "SELECT code, title, context, names, tokens::text, published FROM gis.search_keys WHERE kind = 'estate' ORDER BY 1"
)


@pytest.fixture
def named(conn: Connection) -> int:
    """Khu Hoa Sen with its names in force; gives its id."""
    estate_id = lay_estate(conn, "KTX")
    conn.execute(text("UPDATE gis.estates SET name = 'Khu Hoa Sen' WHERE id = :id"), {"id": estate_id})
    name(conn, estate_id)
    learn_vocabulary(conn)
    return estate_id


def titles(conn: Connection, question: str) -> list[str]:
    return [one.title for one in search(conn, question).results]


def as_public(conn: Connection) -> None:
    conn.execute(text("SET LOCAL ROLE gis_public"))
    conn.execute(text("SET LOCAL search_path = open, public"))


FLAT = "Căn hộ 3-02, tầng 3, nhà B1, nhóm nhà B, Khu Hoa Sen"


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("nhà B1 khu Hoa Sen", "Nhà B1, nhóm nhà B, Khu Hoa Sen"),
        ("khu hoa sen, nha b1", "Nhà B1, nhóm nhà B, Khu Hoa Sen"),
        ("tòa A2 hoa sen", "Nhà A2, nhóm nhà A, Khu Hoa Sen"),
        ("Building A2, Khu Hoa Sen", "Nhà A2, nhóm nhà A, Khu Hoa Sen"),
        ("nhóm nhà B khu hoa sen", "Nhóm nhà B, Khu Hoa Sen"),
        ("căn 302 nhà B1 khu hoa sen", FLAT),
        ("can ho 3-02, khu hoa sen", FLAT),
        ("căn 2 tầng 3 nhà B1 khu Hoa Sen", FLAT),
        ("P.302 nhà B1, khu hoa sem", FLAT),  # a slip in the name of the estate, none in the number
        ("Flat 3-02, Floor 3, Building B1, Group B, Khu Hoa Sen", FLAT),
        ("căn hộ 3A-02 nhà B1, P-KTX", "Căn hộ 3A-02, tầng 3A, nhà B1, nhóm nhà B, Khu Hoa Sen"),
        ("tầng B1 nhà B1 khu hoa sen", "Tầng B1, nhà B1, nhóm nhà B, Khu Hoa Sen"),
    ],
)  # fmt: skip
def test_a_part_is_found_as_people_write_it(conn: Connection, named: int, question: str, title: str) -> None:
    as_public(conn)
    assert titles(conn, question) == [title]
    assert geocode(conn, question, today=today())[0].title == title


@pytest.mark.parametrize("missing", ["nhà B2", "nhà Đ1", "căn 303 nhà B1", "căn 302 nhà A1", "tầng 4 nhà B1"])
def test_a_part_that_nobody_has_is_never_another_one(conn: Connection, named: int, missing: str) -> None:
    as_public(conn)
    [told] = search(conn, f"{missing}, khu hoa sen").results
    assert (told.kind, told.title, told.unknown_number is not None) == ("estate", "Khu Hoa Sen", True)
    [located] = geocode(conn, f"{missing}, khu hoa sen", today=today())
    assert (located.precision, located.reasons[-1].code) == ("estate", "part_unknown")
    assert located.confidence <= 0.6


def test_the_written_form_of_every_address_finds_its_place(conn: Connection, named: int) -> None:
    rows = conn.execute(text(
        "SELECT place_id, written FROM gis.addresses WHERE part_name_id IS NOT NULL"
    )).all()  # fmt: skip
    assert len(rows) >= 24 * 2
    for row in rows:
        assert [one.place_id for one in search(conn, row.written).results] == [row.place_id], row.written


def test_the_position_says_whose_it_is(conn: Connection, named: int) -> None:
    [building] = search(conn, "nhà B1 khu hoa sen").results
    [flat] = search(conn, "căn 302 nhà B1 khu hoa sen").results
    assert (building.precision, flat.precision) == ("entrance", "estate")
    assert (flat.x, flat.y) == (building.x, building.y)


def test_while_somebody_types_the_place_may_be_begun(conn: Connection, named: int) -> None:
    as_public(conn)
    assert [one.title for one in complete(conn, "nhà B1 khu ho").results] == ["Nhà B1, nhóm nhà B, Khu Hoa Sen"]
    assert [one.title for one in complete(conn, "khu hoa").results] == ["Khu Hoa Sen"]


def test_before_the_issue_nobody_finds_it_and_afterwards_the_public_finds_what_is_in_force(conn: Connection) -> None:
    estate_id = lay_estate(conn, "HS")
    learn_vocabulary(conn)
    assert search(conn, "nhà A1 khu HS").results[0].unknown_number == "nhà A1"
    name(conn, estate_id)
    row = next(part for part in estate_facts.read(conn, estate_id).parts if part.facts.name == "A1")
    assert row.name_id is not None
    estate_issuing.retire(conn, row.name_id, SignedDecision("13/QĐ", today(), BODY), "phá dỡ", "binh")
    [former] = search(conn, "nhà A1 khu HS").results
    assert (former.kind, former.former) == ("part", True)
    [inside] = search(conn, "tầng 1 nhà A1 khu HS").results
    assert inside.former
    as_public(conn)
    assert search(conn, "nhà A1 khu HS").results[0].unknown_number == "nhà A1"
    assert titles(conn, "nhà A2 khu HS") == ["Nhà A2, nhóm nhà A, Khu HS"]


def test_the_public_does_not_find_an_estate_without_names(conn: Connection) -> None:
    lay_estate(conn, "HS")
    assert [one.kind for one in search(conn, "khu HS").results][:1] == ["estate"]
    as_public(conn)
    assert "estate" not in [one.kind for one in search(conn, "khu HS").results]


def test_a_flat_of_a_block_is_found_by_its_house_number(conn: Connection) -> None:
    street = numbered_street(conn)
    place = conn.execute(
        text("SELECT place_id FROM gis.house_numbers WHERE street_id = :id AND plate_text = '3'"), {"id": street}
    ).scalar_one()
    estate_id = estates.enter(conn, NewEstate("CC", "Chung cư Mai", street, *ORIGIN, place_id=place), "an")
    estate_entry.add_building(conn, estate_id, NewBuilding("tháp", None, storeys=2, flats=2, first_flat=1), "an")
    name(conn, estate_id)
    learn_vocabulary(conn)
    as_public(conn)
    for question in ("căn 2-01, số 3 đường A", "căn hộ 2-01, tầng 2, chung cư Mai", "căn 201 chung cư mai"):
        assert titles(conn, question) == ["Căn hộ 2-01, tầng 2, Chung cư Mai"], question
    assert not any(one.kind == "part" for one in search(conn, "căn 2-01, số 5 đường A").results)


EDITS = (
    "UPDATE gis.estates SET name = 'Khu Hoa Mai'",
    "UPDATE gis.streets SET name = 'Đường Lê Lợi'",
    "UPDATE gis.estate_parts SET geom = NULL WHERE label = 'xưởng 1'",
    "UPDATE gis.places SET geom = ST_Translate(geom, 5, 5)",
    (
        "INSERT INTO gis.administrative_units (level, code, kind, name, full_name, valid_from, source)"
        " VALUES ('commune', '10891', 'phường', 'Tứ Minh', 'Phường Tứ Minh', '2025-07-01', 't')"
    ),
    "UPDATE gis.streets SET commune_code = '10891'",
    "UPDATE gis.administrative_units SET name = 'Minh Tứ', full_name = 'Phường Minh Tứ'",
)


def test_triggers_give_what_a_rebuild_gives(conn: Connection, named: int) -> None:
    for edit in EDITS:
        conn.execute(text(edit))
        followed = conn.execute(text(KEYS)).all(), conn.execute(text(PARTS)).all()
        rebuild(conn)
        assert followed == (conn.execute(text(KEYS)).all(), conn.execute(text(PARTS)).all()), edit
    assert titles(conn, "nhà A1 hoa mai minh tu") == ["Nhà A1, nhóm nhà A, Khu Hoa Mai"]


def test_names_of_parts_are_compared_alike_in_both_languages(conn: Connection) -> None:
    written = ["3A-02", "3a 02", "BL.A-10", "Đ1", "đ1", "D1", "TRỆT", "B1", "  12/A ", "Ê-5"]
    keys = text("SELECT gis.part_key(name) FROM unnest(CAST(:names AS text[])) AS name")
    found = conn.execute(keys, {"names": written})
    assert list(found.scalars()) == [part_key(one) for one in written]
