"""The index follows its tables in the same transaction, and spells as Python does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from addressing.search.index import learn_former_units, learn_when_stale, rebuild
from addressing.search.lookup import search
from addressing.search.normalise import key
from addressing.search.unit_tables import national_gazetteer
from tests.integration.search_town import build

KEYS = "SELECT kind, object_id, code, title, context, names, tokens::text, x, y FROM gis.search_keys ORDER BY 1, 2"
NUMBERS = (
    "SELECT street_id, number_key, number, shown, in_force, entrance_id, x, y FROM gis.search_numbers ORDER BY 1, 2, 6"
)


@pytest.fixture
def town(conn: Connection) -> Connection:
    build(conn)
    return conn


def names(conn: Connection, question: str) -> list[str]:
    return [one.title for one in search(conn, question).results]


_SQL = """
UPDATE gis.streets SET name = 'Đường Lê Lợi' WHERE code = 'S1';
UPDATE gis.zones SET name = 'KCN Đại Bình', former_names = '{KCN Đại An}' WHERE code = 'KCN-DAI-AN';
DELETE FROM gis.entrances WHERE existing_number = '45';
UPDATE gis.entrances SET existing_number = '47' WHERE existing_number = '49';
UPDATE gis.entrances SET street_id = (SELECT id FROM gis.streets WHERE code = 'S2') WHERE existing_number = '3';
DELETE FROM gis.plots;
UPDATE gis.administrative_units SET name = 'Minh Tứ', full_name = 'Phường Minh Tứ' WHERE code = '10891';
UPDATE gis.zones SET published = false;
INSERT INTO gis.unit_changes (level, old_code, old_name, new_code, new_name, part, changed_on, source) VALUES
    ('commune', '10999', 'Xã Rất Cũ', '10543', 'Phường Việt Hòa', 'full', '2024-12-01', 't');
DELETE FROM gis.entrances WHERE street_id = (SELECT id FROM gis.streets WHERE code = 'S3')
"""
EDITS = _SQL.strip().split(";\n")


def test_triggers_give_what_a_rebuild_gives(town: Connection) -> None:
    """After each edit the index is the one that would be made from nothing."""
    for edit in EDITS:
        town.execute(text(edit))
        followed = town.execute(text(KEYS)).all(), town.execute(text(NUMBERS)).all()
        rebuild(town)
        assert followed == (town.execute(text(KEYS)).all(), town.execute(text(NUMBERS)).all()), edit


def test_a_renamed_street_is_found_by_its_new_name_at_once(town: Connection) -> None:
    town.execute(text("UPDATE gis.streets SET name = 'Đường Lê Lợi' WHERE code = 'S1'"))
    assert names(town, "le loi")[0] == "Đường Lê Lợi"
    assert names(town, "45 le loi")[0] == "45 Đường Lê Lợi"


def test_a_former_name_of_a_zone_and_of_a_commune_still_finds_it(town: Connection) -> None:
    for edit in (EDITS[1], EDITS[8]):
        town.execute(text(edit))
    assert names(town, "dai an")[0] == "KCN Đại Bình"
    assert names(town, "xa rat cu")[0] == "Phường Việt Hòa"


def test_truncating_a_table_empties_its_part(town: Connection) -> None:
    town.execute(text("TRUNCATE gis.plots CASCADE"))
    assert town.execute(text("SELECT count(*) FROM gis.search_keys WHERE kind = 'plot'")).scalar_one() == 0


VIETNAMESE = st.text(
    st.sampled_from(
        "aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạấầẩẫậéèẻẽẹíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵABCDĐEKQY0159 -/.,'"
    ),
    max_size=40,
)


def test_the_database_spells_keys_as_python_does(conn: Connection) -> None:
    """`gis.search_words` and `normalise.key` must agree, or nothing would be found."""

    @given(VIETNAMESE)
    def agree(value: str) -> None:
        there = conn.execute(text("SELECT gis.search_words(:value)"), {"value": value}).scalar_one()
        assert there == key(value)

    agree()


def test_the_database_spells_every_unit_of_the_country_as_python_does(conn: Connection) -> None:
    written = sorted({name for unit in national_gazetteer().units for name in (unit.name, unit.full_name)})
    there = conn.execute(
        text("SELECT gis.search_words(n) FROM unnest(CAST(:names AS text[])) WITH ORDINALITY AS u (n, i) ORDER BY i"),
        {"names": written},
    )
    differing = [(name, told) for name, told in zip(written, there.scalars(), strict=True) if told != key(name)]
    assert len(written) > 10_000
    assert differing == []


def test_a_commune_is_found_by_the_district_that_its_forerunners_lay_in(town: Connection) -> None:
    learn_former_units(town)
    assert names(town, "lai cach, cam giang")[0] == "Phường Tứ Minh"


def test_a_commune_is_found_by_the_hamlets_that_imported_changes_list(town: Connection) -> None:
    town.execute(
        text(
            "INSERT INTO gis.unit_changes (level, old_code, old_name, new_code, new_name, part, changed_on, source,"
            " hamlets) VALUES ('commune', '10945', 'Xã Thử', '10543', 'Phường Việt Hòa', 'partial', '2025-07-01', 't',"
            " 'thôn Đồng Xá Bắc; Khu 7')"
        )
    )
    for asked in ("đồng xá bắc", "thôn đồng xá bắc", "thon dong xa bac, hai phong", "khu 7, việt hòa"):
        assert names(town, asked)[0] == "Phường Việt Hòa", asked


def test_the_vocabulary_is_learnt_when_names_have_changed(town: Connection) -> None:
    """A typo in a new name is only forgiven after that; the name itself is found at once."""
    learn_when_stale(town)
    assert not learn_when_stale(town)
    town.execute(text("UPDATE gis.streets SET name = 'Đường Huỳnh Tấn Phát' WHERE code = 'S1'"))
    town.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    town.execute(text("UPDATE gis.layer_versions SET changed_at = clock_timestamp() WHERE layer = 'streets'"))
    assert names(town, "huynh tan phat")[0] == "Đường Huỳnh Tấn Phát"
    assert learn_when_stale(town)
    assert names(town, "huyn tan phat")[0] == "Đường Huỳnh Tấn Phát"
