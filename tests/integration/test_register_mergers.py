"""Communes merge and split on a day: what holds their code follows, what was before stays. On a real PostGIS."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Connection, insert, select, text, update

from addressing import areas, cases, mergers, numbering, paper_facts, policies_on_record, readdressing
from addressing.deciding import today
from addressing.errors import OutsideArea
from addressing.mergers import commune_moves
from addressing.register_tables import addresses as addresses_table
from gis_service.database import Database
from gis_service.settings import Settings
from layers.admin_units import administrative_units, unit_changes
from layers.streets import streets
from tests.integration.numbering_ground import ORIGIN, lay_street
from tests.integration.test_register_addresses import number, place_of, written

BEFORE = date(2025, 1, 10)
MERGED = date(2025, 7, 1)
ROW = "A a\nB b"


def lay_commune(
    conn: Connection, code: str, name: str, *, until: date | None = None, since: date = date(2004, 6, 30),
    west_m: float | None = None, east_m: float | None = None,
) -> None:  # fmt: skip
    """A commune between two distances east of the drawn streets; without them one without a border."""
    border = None
    if west_m is not None and east_m is not None:
        border = text(f"ST_Multi(ST_MakeEnvelope({ORIGIN[0] + west_m}, {ORIGIN[1] - 5000}, {ORIGIN[0] + east_m},"
                      f" {ORIGIN[1] + 5000}, gis.storage_srid()))")  # fmt: skip
    conn.execute(insert(administrative_units).values(
        level="commune", code=code, parent_code="31", name=name, full_name=f"Phường {name}", valid_from=since,
        valid_to=until, source="test", geom=border,
    ))  # fmt: skip


def change(conn: Connection, old: str, new: str, part: str = "full", on: date = MERGED) -> None:
    conn.execute(insert(unit_changes).values(
        level="commune", old_code=old, old_name=old, new_code=new, new_name=new, part=part, changed_on=on,
        source="test",
    ))  # fmt: skip


@pytest.fixture
def merged(conn: Connection) -> int:
    """10540 and 10543 became 10546 on 1 July 2025, none with a border; a street of the first, of a file of 2024."""
    for code, name in (("10540", "Tứ Minh"), ("10543", "Việt Hòa")):
        lay_commune(conn, code, name, until=MERGED)
        change(conn, code, "10546")
    lay_commune(conn, "10546", "Thành Đông", since=MERGED)
    street_id, _ = lay_street(conn, ROW, ["A", "B"], code="A", commune_code="10540", source_date=date(2024, 1, 1))
    return street_id


def commune_of(conn: Connection, street_id: int) -> str | None:
    return conn.execute(select(streets.c.commune_code).where(streets.c.id == street_id)).scalar_one()


def test_an_address_written_today_names_the_unit_in_force_today(conn: Connection, merged: int) -> None:
    """Even before anything was followed: the code on the street is still the old one."""
    number(conn, merged, day=today())
    assert commune_of(conn, merged) == "10540"
    assert written(conn, merged)["1"] == "Số 1, đường A, phường Thành Đông"
    assert paper_facts.area_of(conn, merged, today()).commune == "Phường Thành Đông"
    assert paper_facts.area_of(conn, merged, BEFORE).commune == "Phường Tứ Minh"


def test_after_the_merger_history_keeps_the_old_unit(conn: Connection, merged: int) -> None:
    number(conn, merged, day=BEFORE)
    assert written(conn, merged)["1"] == "Số 1, đường A, phường Tứ Minh", "by the day of the decision"
    moved = mergers.follow(conn, today())
    assert (moved.counts["streets"], moved.unclear) == (1, ())
    assert commune_of(conn, merged) == "10546"
    [kept] = conn.execute(select(commune_moves.c.old_code, commune_moves.c.new_code, commune_moves.c.moved_on)).all()
    assert kept == ("10540", "10546", MERGED)
    assert paper_facts.area_of(conn, merged, BEFORE).commune == "Phường Tứ Minh", "papers of that day still say so"
    readdressing.follow_unit_change(conn, "10540", on=MERGED, by="binh", reason="Nhập phường")
    rows = conn.execute(
        select(addresses_table.c.unit_code, addresses_table.c.valid_from, addresses_table.c.valid_to)
        .where(addresses_table.c.place_id == place_of(conn, merged, "1"), addresses_table.c.language == "vi")
        .order_by(addresses_table.c.valid_from)
    ).all()
    assert rows == [("10540", BEFORE, MERGED), ("10546", MERGED, None)]
    assert mergers.follow(conn, today()).is_empty, "a second time changes nothing"


def test_before_the_day_of_the_merger_nothing_moves(conn: Connection, merged: int) -> None:
    assert mergers.follow(conn, MERGED - timedelta(days=1)).is_empty
    assert commune_of(conn, merged) == "10540"
    assert mergers.follow(conn, MERGED).counts["streets"] == 1


def test_rights_policies_and_open_cases_go_with_the_commune(conn: Connection, merged: int) -> None:
    areas.set_areas(conn, "an", ["commune:10540"], "root")
    conn.execute(text("UPDATE gis.account_areas SET granted_at = '2024-05-01'"))
    policies_on_record.set_policy(
        conn, "reach_m", 45.0, "commune:10540", decision_number="3/QĐ", valid_from=date(2024, 11, 1), by="binh"
    )
    case = cases.receive(conn, "change", cases.Applicant("A"), "an", street_id=merged)
    conn.execute(text("UPDATE gis.cases SET received_on = '2025-06-20'"))
    done = mergers.follow(conn, today())
    assert done.counts == {"streets": 1, "zones": 0, "cases": 1, "account_areas": 1, "local_policies": 1}
    assert areas.areas_of(conn, "an") == {"commune:10546"}
    assert areas.area_set(conn, "an").version == 2, "whoever read the areas before is told"
    assert numbering.propose(conn, merged, author_id="an").policy["reach_m"]["value"] == 45.0
    assert cases.get_case(conn, case.id).commune_code == "10546"
    held = [(one.area, one.valid_from, one.valid_to) for one in policies_on_record.list_policies(conn)]
    assert held == [("commune:10540", date(2024, 11, 1), MERGED), ("commune:10546", MERGED, None)]


def test_values_of_two_communes_that_differ_are_for_somebody_to_settle(conn: Connection, merged: int) -> None:
    for code, value in (("10540", 45.0), ("10543", 50.0)):
        policies_on_record.set_policy(
            conn, "reach_m", value, f"commune:{code}", decision_number="3/QĐ", valid_from=date(2024, 11, 1), by="binh"
        )
    done = mergers.follow(conn, today())
    assert done.counts["local_policies"] == 0
    assert done.unclear == ("local_policies reach_m (10540)", "local_policies reach_m (10543)")


def test_after_a_split_streets_go_where_they_lie_and_rights_wait(conn: Connection) -> None:
    """10891 gave its east to 10543 and lives on in the west, under the same code: codes are used again."""
    lay_commune(conn, "10891", "Lai Cách", until=MERGED, west_m=-5000, east_m=5000)
    lay_commune(conn, "10891", "Tứ Minh", since=MERGED, west_m=-5000, east_m=500)
    lay_commune(conn, "10543", "Việt Hòa", since=MERGED, west_m=500, east_m=5000)
    for new in ("10891", "10543"):
        change(conn, "10891", new, "partial")
    old = {"commune_code": "10891", "source_date": date(2024, 1, 1)}
    west, _ = lay_street(conn, ROW, ["A", "B"], code="W", **old)
    east, _ = lay_street(conn, ROW, ["A", "B"], code="E", **old)
    newer, _ = lay_street(conn, ROW, ["A", "B"], code="N", commune_code="10891", source_date=date(2026, 1, 1))
    for street_id in (east, newer):
        conn.execute(update(streets).where(streets.c.id == street_id).values(geom=text("ST_Translate(geom, 1000, 0)")))
    areas.set_areas(conn, "an", ["commune:10891"], "root")
    conn.execute(text("UPDATE gis.account_areas SET granted_at = '2024-05-01'"))
    done = mergers.follow(conn, today())
    assert [commune_of(conn, street_id) for street_id in (west, east)] == ["10891", "10543"]
    assert commune_of(conn, newer) == "10891", "its file is younger than the split, so the code is the new one"
    assert done.unclear == ("account_areas an (10891)",)
    assert mergers.successor_of(conn, "10891", today()) is None
    numbering.propose(conn, west, author_id="an")
    with pytest.raises(OutsideArea):
        numbering.propose(conn, east, author_id="an")


def test_a_chain_of_changes_is_followed_to_its_end(conn: Connection, merged: int) -> None:
    again = date(2026, 4, 30)
    conn.execute(update(administrative_units).where(administrative_units.c.code == "10546").values(valid_to=again))
    lay_commune(conn, "10549", "Hải Tân", since=again)
    change(conn, "10546", "10549", on=again)
    assert mergers.successor_of(conn, "10540", date(2025, 12, 1)) == "10546"
    assert mergers.successor_of(conn, "10540", today()) == "10549"
    mergers.follow(conn, date(2025, 12, 1))
    mergers.follow(conn, today())
    assert commune_of(conn, merged) == "10549"
    assert paper_facts.area_of(conn, merged, date(2025, 12, 1)).commune == "Phường Thành Đông"
    assert paper_facts.area_of(conn, merged, BEFORE).commune == "Phường Tứ Minh"


def test_moves_on_record_are_not_rewritten(conn: Connection, merged: int) -> None:
    mergers.follow(conn, today())
    for statement in ("UPDATE gis.commune_moves SET old_code = '1'", "DELETE FROM gis.commune_moves"):
        with pytest.raises(Exception, match="kept for ever"), conn.begin_nested():
            conn.execute(text(statement))


def test_on_the_made_up_province_nothing_is_left_to_follow(demo_database: Settings) -> None:
    """Its records are younger than the merger of 2025, whose 374 old communes it knows."""
    database = Database(demo_database)
    with database.owner.connect() as conn:
        assert mergers.communes_changed(conn, today()) > 300
        done = mergers.follow(conn, today())
        conn.rollback()
    database.dispose()
    assert done.is_empty
    assert done.unclear == ()
