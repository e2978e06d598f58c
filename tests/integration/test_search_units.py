"""Units that the Authority imports win over the national tables."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection, insert, text, update

from addressing.search.convert import convert
from addressing.search.shares import with_area_ratios
from addressing.search.unit_tables import national_gazetteer
from addressing.search.units import Gazetteer, Unit
from addressing.search.units_on_file import gazetteer_of
from gis_service.database import Database
from layers.admin_units import administrative_units, unit_changes
from tests.conftest import NewDatabase

BEFORE, TODAY = date(2025, 6, 30), date(2026, 11, 23)


def add_unit(conn: Connection, code: str, kind: str, name: str, since: str, until: str | None = None) -> None:
    conn.execute(
        insert(administrative_units).values(
            level="commune", code=code, parent_code="31", kind=kind, name=name,
            full_name=f"{kind.capitalize()} {name}", valid_from=since, valid_to=until, source="test",
        )
    )  # fmt: skip


def add_change(conn: Connection, old: str, new: tuple[str, str], day: str, part: str, **more: Any) -> None:
    conn.execute(
        insert(unit_changes).values(
            level="commune", old_code=old, old_name="", new_code=new[0], new_name=new[1], part=part,
            changed_on=day, source="Nghị quyết thử", **more,
        )
    )  # fmt: skip


def old_commune(gazetteer: Gazetteer, code: str) -> Unit:
    (unit,) = gazetteer.by_code("commune", code, on=BEFORE)
    return unit


def test_without_imports_it_is_the_national_gazetteer(conn: Connection) -> None:
    assert gazetteer_of(conn) is national_gazetteer()


def test_it_is_made_once_and_again_after_a_change(conn: Connection) -> None:
    add_unit(conn, "10930", "xã", "Mao Điền", "2025-07-01")
    first = gazetteer_of(conn)
    assert gazetteer_of(conn) is first
    add_unit(conn, "10903", "xã", "Cẩm Giàng", "2025-07-01")
    assert gazetteer_of(conn) is not first


def test_a_new_name_follows_the_old_one_without_a_word_on_the_change(conn: Connection) -> None:
    add_unit(conn, "10930", "xã", "Mao Điền", "2025-07-01", "2026-10-01")
    add_unit(conn, "10930", "phường", "Mao Điền", "2026-10-01")
    gazetteer = gazetteer_of(conn)
    names = [(u.full_name, u.valid_from) for u in gazetteer.by_code("commune", "10930") if u.valid_from]
    assert names[-2:] == [("Xã Mao Điền", date(2025, 7, 1)), ("Phường Mao Điền", date(2026, 10, 1))]
    add_change(conn, "10930", ("10930", "Phường Mao Điền"), "2026-10-01", "full")
    conversion = convert(gazetteer_of(conn), old_commune(gazetteer_of(conn), "10939"), TODAY)
    assert [a.unit.full_name for a in conversion.answers] == ["Phường Mao Điền"]
    assert conversion.answers[0].reasons[-1].message.endswith("(Nghị quyết thử).")


def test_a_form_that_cuts_a_national_one_short_is_its_successor(conn: Connection) -> None:
    add_unit(conn, "10930", "phường", "Mao Điền", "2026-10-01")
    gazetteer = gazetteer_of(conn)
    conversion = convert(gazetteer, old_commune(gazetteer, "10939"), TODAY)
    assert [a.unit.full_name for a in conversion.answers] == ["Phường Mao Điền"]
    before = convert(gazetteer, old_commune(gazetteer, "10939"), date(2026, 9, 30))
    assert [a.unit.full_name for a in before.answers] == ["Xã Mao Điền"]


def test_imported_changes_replace_the_national_ones_of_their_day_and_settle_by_hamlet(conn: Connection) -> None:
    add_change(conn, "10933", ("10930", "Xã Mao Điền"), "2025-07-01", "partial",
               people="part", population_ratio=0.7, hamlets="Thôn Phúc A; Thôn Phúc B")  # fmt: skip
    add_change(conn, "10933", ("10903", "Xã Cẩm Giàng"), "2025-07-01", "partial",
               people="part", population_ratio=0.3, hamlets="Thôn Điền")  # fmt: skip
    gazetteer = gazetteer_of(conn)
    phuc_dien = old_commune(gazetteer, "10933")
    plain = convert(gazetteer, phuc_dien, TODAY)
    assert [(a.unit.name, a.population_ratio) for a in plain.answers] == [("Mao Điền", 0.7), ("Cẩm Giàng", 0.3)]
    assert plain.standing == "ambiguous"
    settled = convert(gazetteer, phuc_dien, TODAY, hamlets=["thon dien"])
    assert settled.chosen is not None
    assert (settled.chosen.unit.name, settled.chosen.decided_by) == ("Cẩm Giàng", "hamlet")
    assert settled.chosen.reasons[0].code == "hamlet"


def test_shares_of_land_are_measured_between_borders_on_file(conn: Connection) -> None:
    """Phúc Điền, 1,000 m by 1,000 m: the western 700 m went to Mao Điền, the rest to Cẩm Giàng."""
    for code, name, west, east, since, until in (
        ("10933", "Phúc Điền", 0, 1000, "2024-12-01", "2025-07-01"),
        ("10930", "Mao Điền", -500, 700, "2025-07-01", None),
        ("10903", "Cẩm Giàng", 700, 1500, "2025-07-01", None),
    ):
        add_unit(conn, code, "xã", name, since, until)
        conn.execute(
            text(
                "UPDATE gis.administrative_units SET parent_code = :parent, geom = ST_Multi(ST_MakeEnvelope("
                "560000 + :west, 2310000, 560000 + :east, 2311000, gis.storage_srid())) WHERE code = :code"
            ),
            {"code": code, "west": west, "east": east, "parent": "295" if until else "31"},
        )
    gazetteer = gazetteer_of(conn)
    forward = with_area_ratios(conn, convert(gazetteer, old_commune(gazetteer, "10933"), TODAY))
    assert {a.unit.name: a.area_ratio for a in forward.answers} == {"Mao Điền": 0.7, "Cẩm Giàng": 0.3}
    assert forward.standing == "ambiguous"
    (mao_dien,) = gazetteer.by_code("commune", "10930", on=TODAY)
    back = with_area_ratios(conn, convert(gazetteer, mao_dien, BEFORE))
    assert {a.unit.name: a.area_ratio for a in back.answers if a.part == "partial"} == {"Phúc Điền": 0.7}


def test_what_an_import_does_not_say_comes_from_the_national_facts(conn: Connection) -> None:
    add_change(conn, "10798", ("10804", "Xã Kim Thành"), "2025-07-01", "partial")
    add_change(conn, "10798", ("10843", "Xã Hà Nam"), "2025-07-01", "partial")
    gazetteer = gazetteer_of(conn)
    conversion = convert(gazetteer, old_commune(gazetteer, "10798"), TODAY)
    assert conversion.standing == "likely"
    assert [(a.unit.name, a.people) for a in conversion.answers] == [("Kim Thành", "all"), ("Hà Nam", "none")]


def test_the_demonstration_province_is_no_statement_of_the_authority(demo_conn: Connection) -> None:
    assert gazetteer_of(demo_conn) is national_gazetteer()


def test_the_public_reads_the_same_gazetteer(public_conn: Connection) -> None:
    assert len(gazetteer_of(public_conn).units) >= len(national_gazetteer().units)


def test_a_committed_import_is_seen_by_readers_at_once(new_database: NewDatabase) -> None:
    settings = new_database()
    database = Database(settings)
    try:
        with database.public.connect() as reader:
            before = gazetteer_of(reader)
            reader.rollback()
            with database.owner.begin() as writer:
                add_unit(writer, "10930", "xã", "Mao Điền", "2025-07-01")
                add_change(writer, "10939", ("10930", "Xã Mao Điền"), "2025-07-01", "full", hamlets="thôn A")
            first = gazetteer_of(reader)
            reader.rollback()
            with database.owner.begin() as writer:
                writer.execute(update(unit_changes).values(hamlets="thôn B"))
            second = gazetteer_of(reader)
            assert gazetteer_of(reader) is second
    finally:
        database.dispose()
    lists = [{change.hamlets for change in one.changes if change.hamlets} for one in (before, first, second)]
    assert lists == [set(), {("thôn A",)}, {("thôn B",)}]
