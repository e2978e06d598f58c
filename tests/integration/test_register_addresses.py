"""Addresses that follow numbers, alleys and units, on a real PostGIS. Streets are drawn; a square is 20 m."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Connection, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from addressing import addresses, issuing, numbering, places_on_record, readdressing
from addressing.deciding import today
from addressing.errors import DuplicateAddress, NotFound
from addressing.register import house_numbers
from addressing.register_tables import addresses as addresses_table
from addressing.register_tables import alley_names
from layers.admin_units import administrative_units
from layers.streets import streets
from tests.integration.numbering_ground import ORIGIN, lay_plot, lay_street

DAY = today() - timedelta(days=30)
BODY = "UBND thành phố Hải Phòng"


def number(conn: Connection, street_id: int, decision: str = "1/QĐ", day: date = DAY) -> None:
    proposal = numbering.propose(conn, street_id, author_id="an")
    assert proposal.open_questions == ()
    numbering.submit(conn, proposal.id, "an")
    numbering.approve(conn, proposal.id, "binh")
    issuing.issue(conn, proposal.id, decision, day, BODY, "binh")


def lay_units(conn: Connection) -> None:
    """The province and a commune round the drawn streets, as they stand since the merger of 2025."""
    square = text(f"ST_Multi(ST_MakeEnvelope({ORIGIN[0] - 5000}, {ORIGIN[1] - 5000}, {ORIGIN[0] + 5000},"
                  f" {ORIGIN[1] + 5000}, gis.storage_srid()))")  # fmt: skip
    shared = {"valid_from": date(2025, 7, 1), "source": "test"}
    conn.execute(insert(administrative_units), [
        {"level": "province", "code": "31", "name": "Hải Phòng", "full_name": "Thành phố Hải Phòng", **shared},
    ])  # fmt: skip
    conn.execute(insert(administrative_units).values(
        level="commune", code="10891", parent_code="31", name="Tứ Minh", full_name="Phường Tứ Minh", geom=square,
        **shared,
    ))  # fmt: skip


def written(conn: Connection, street_id: int, language: str = "vi") -> dict[str, str]:
    """Plate -> address in use."""
    rows = conn.execute(
        select(house_numbers.c.plate_text, addresses_table.c.written)
        .join(addresses_table, addresses_table.c.house_number_id == house_numbers.c.id)
        .where(
            house_numbers.c.street_id == street_id,
            addresses_table.c.language == language,
            addresses_table.c.valid_to.is_(None),
        )
    )
    return dict(rows.all())


def place_of(conn: Connection, street_id: int, plate: str) -> str:
    row = select(house_numbers.c.place_id).where(
        house_numbers.c.street_id == street_id,
        house_numbers.c.plate_text == plate,
        house_numbers.c.valid_to.is_(None),
    )
    return str(conn.execute(row).scalar_one())


STREET_WITH_ALLEY = """
    A .  .  .  .
    . b1 .  .  .
    . b3 .  k1 .
    M .  .  .  E
    . b5 .  h2 .
    . .  .  .  .
    B .  .  .  .
"""


def lay_alley(conn: Connection, name: str = "Ngõ chưa đặt tên") -> tuple[int, int]:
    """A street with houses 1, 3 and 5 and an alley between 3 and 5 that has houses 1 and 2."""
    street, _ = lay_street(conn, only(STREET_WITH_ALLEY, "b"), ["A", "B"], code="A")
    alley, _ = lay_street(conn, only(STREET_WITH_ALLEY, "kh"), ["M", "E"], code="N")
    conn.execute(
        update(streets)
        .where(streets.c.id == alley)
        .values(name=name, kind="alley", parent_street_id=street, cross_section_m=3.0)
    )
    return street, alley


def only(grid: str, letters: str) -> str:
    """The grid without the doors that begin with another letter."""
    rows = [row.split() for row in grid.strip().splitlines()]
    return "\n".join(
        " ".join("." if word[0].islower() and word[0] not in letters else word for word in row) for row in rows
    )


def test_a_house_gets_its_address_when_its_number_is_issued(conn: Connection) -> None:
    lay_units(conn)
    street_id, _ = lay_street(conn, "A a\nB b", ["A", "B"], code="A")
    number(conn, street_id)
    assert written(conn, street_id) == {
        "1": "Số 1, đường A, phường Tứ Minh, thành phố Hải Phòng",
        "3": "Số 3, đường A, phường Tứ Minh, thành phố Hải Phòng",
    }
    assert written(conn, street_id, "en")["1"] == "No. 1, A Road, Tứ Minh Ward, Hải Phòng City"
    row = conn.execute(
        select(addresses_table).where(addresses_table.c.place_id == place_of(conn, street_id, "1"))
    ).first()
    assert row is not None
    assert (row.address_code, row.path, row.unit_code, row.is_preferred) == ("10891/A/1", ["1"], "10891", True)


def test_an_unnamed_alley_takes_its_name_when_its_street_is_issued(conn: Connection) -> None:
    street, alley = lay_alley(conn)
    number(conn, street)
    assert sorted(written(conn, street)) == ["1", "3", "5"]
    row = conn.execute(select(alley_names).where(alley_names.c.street_id == alley)).one()
    assert (row.name, row.label, row.clause, row.valid_from) == ("Ngõ 3", "3", "A7.name", DAY)
    number(conn, alley, "2/QĐ")
    assert written(conn, alley) == {"1": "Số 1, ngõ 3, đường A", "2": "Số 2, ngõ 3, đường A"}


def test_houses_of_an_alley_without_a_name_wait_for_it(conn: Connection) -> None:
    street, alley = lay_alley(conn)
    number(conn, alley, "2/QĐ")
    assert written(conn, alley) == {}
    number(conn, street)
    assert written(conn, alley)["1"] == "Số 1, ngõ 3, đường A"
    assert addresses.follow(conn, [street, alley], on=today()) == addresses.Followed(0, 0, ())


def test_an_old_address_finds_its_place_in_every_written_form(conn: Connection) -> None:
    street, alley = lay_alley(conn)
    number(conn, street)
    number(conn, alley, "2/QĐ")
    place = place_of(conn, alley, "2")
    for form in (
        "Số 2, ngõ 3, đường A",
        "2 ngõ 3 ĐƯỜNG A",
        "3/2 duong a",
        "Số  2 , Ngõ 3 Đường A.",
        "No. 2, Alley 3, A Road",
    ):
        found = addresses.find_by_old_address(conn, form)
        assert [item.place_id for item in found] == [place], form
        assert found[0].is_current
    assert addresses.find_by_old_address(conn, "3/1 đường A")[0].place_id != place
    assert addresses.find_by_old_address(conn, "Số 22, ngõ 3, đường A") == []


def test_an_alley_with_a_name_keeps_it(conn: Connection) -> None:
    street, alley = lay_alley(conn, name="Ngõ Chùa Vua")
    number(conn, street)
    number(conn, alley, "2/QĐ")
    assert written(conn, alley)["2"] == "Số 2, ngõ Chùa Vua, đường A"
    assert conn.execute(select(alley_names)).all() == []


def test_after_a_merger_the_place_keeps_its_id_and_its_old_address_is_found(conn: Connection) -> None:
    lay_units(conn)
    street_id, _ = lay_street(conn, "A a\nB b", ["A", "B"], code="A")
    number(conn, street_id)
    place, merged_on = place_of(conn, street_id, "1"), DAY + timedelta(days=10)
    conn.execute(update(administrative_units).where(administrative_units.c.code == "10891").values(valid_to=merged_on))
    conn.execute(text(
        "INSERT INTO gis.administrative_units (level, code, parent_code, name, full_name, valid_from, source, geom)"
        " SELECT level, '10543', parent_code, 'Việt Hòa', 'Phường Việt Hòa', :day, 'test', geom"
        " FROM gis.administrative_units WHERE code = '10891'"
    ), {"day": merged_on})  # fmt: skip
    done = readdressing.follow_unit_change(conn, "10891", on=merged_on, by="binh", reason="Nhập phường")
    assert (done.opened, done.closed) == (4, 4)
    [found] = addresses.find_by_old_address(conn, "Số 1, đường A, phường Tứ Minh, thành phố Hải Phòng")
    assert (found.place_id, found.is_current, found.valid_to) == (place, False, merged_on)
    assert found.present == "Số 1, đường A, phường Việt Hòa, thành phố Hải Phòng"
    codes = conn.execute(
        select(addresses_table.c.address_code, addresses_table.c.valid_from, addresses_table.c.valid_to)
        .where(addresses_table.c.place_id == place, addresses_table.c.language == "vi")
        .order_by(addresses_table.c.valid_from)
    ).all()
    assert codes == [("10891/A/1", DAY, merged_on), ("10543/A/1", merged_on, None)]


def test_exactly_one_address_per_language_is_preferred(conn: Connection) -> None:
    street_id, _ = lay_street(conn, "A a\nB b", ["A", "B"], code="A")
    number(conn, street_id)
    place = place_of(conn, street_id, "1")
    other = addresses.add_alternative(conn, place, "vi", "Cổng Nam nhà máy Z", on=today(), by="an", is_preferred=True)
    preferred = select(addresses_table.c.id).where(
        addresses_table.c.place_id == place, addresses_table.c.language == "vi", addresses_table.c.is_preferred
    )
    assert conn.execute(preferred).scalars().all() == [other]
    with pytest.raises(DuplicateAddress):
        addresses.add_alternative(conn, place, "vi", "cổng nam, NHÀ MÁY Z", on=today(), by="an")
    with pytest.raises(IntegrityError, match="one_preferred"), conn.begin_nested():
        conn.execute(update(addresses_table).where(addresses_table.c.place_id == place).values(is_preferred=True))
    conn.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    with pytest.raises(IntegrityError, match="none of them is preferred"), conn.begin_nested():
        conn.execute(update(addresses_table).where(addresses_table.c.place_id == place).values(is_preferred=False))
    with pytest.raises(NotFound):
        addresses.add_alternative(conn, "K00000000", "vi", "x", on=today(), by="an")


def test_an_address_is_closed_and_never_rewritten_or_deleted(conn: Connection) -> None:
    street_id, _ = lay_street(conn, "A a\nB b", ["A", "B"], code="A")
    number(conn, street_id)
    for statement in ("UPDATE gis.addresses SET written = 'x'", "DELETE FROM gis.addresses"):
        with pytest.raises(DBAPIError, match=r"rewritten|kept for ever"), conn.begin_nested():
            conn.execute(text(statement))


def test_after_a_split_each_house_gets_the_commune_that_it_lies_in(conn: Connection) -> None:
    lay_units(conn)
    street_id, _ = lay_street(conn, "A b\n. .\n. .\n. .\nB c", ["A", "B"], code="A")
    number(conn, street_id)
    day = DAY + timedelta(days=10)
    conn.execute(update(administrative_units).where(administrative_units.c.code == "10891").values(valid_to=day))
    for code, name, low, high in (("10543", "Việt Hòa", -5000, 40), ("10546", "Thành Đông", 40, 5000)):
        conn.execute(text(
            "INSERT INTO gis.administrative_units (level, code, parent_code, name, full_name, valid_from, source, geom)"
            " VALUES ('commune', :code, '31', :name, 'Phường ' || :name, :day, 'test', ST_Multi(ST_MakeEnvelope("
            " :x - 5000, :y + :low, :x + 5000, :y + :high, gis.storage_srid())))"
        ), {
            "code": code, "name": name, "day": day, "x": ORIGIN[0], "y": ORIGIN[1], "low": low, "high": high,
        })  # fmt: skip
    readdressing.follow_unit_change(conn, "10891", on=day, by="binh")
    assert {plate: form.split(", ")[2] for plate, form in written(conn, street_id).items()} == {
        "1": "phường Thành Đông", "3": "phường Việt Hòa",
    }  # fmt: skip


def test_a_place_has_several_entrances_and_addresses(conn: Connection) -> None:
    plot = lay_plot(conn, "CN-09")
    doors = {"front": {"plot_id": plot}, "back": {"plot_id": plot, "kind": "gate", "is_main": False}}
    street_id, _ = lay_street(conn, "A front\n. back\nB c", ["A", "B"], code="A", doors=doors)
    number(conn, street_id)
    place = place_of(conn, street_id, "1")
    addresses.add_alternative(conn, place, "vi", "Lô CN-09, KCN thử", on=today(), by="an")
    assert [entrance.is_main for entrance in places_on_record.entrances_of(conn, place)] == [True, False]
    listed = [(item.language, item.role, item.written) for item in places_on_record.addresses_of(conn, place, today())]
    assert listed == [
        ("vi", "current", "Số 1, đường A"), ("en", "current", "No. 1, A Road"),
        ("vi", "alternative", "Lô CN-09, KCN thử"),
    ]  # fmt: skip


def test_the_second_alley_behind_one_house_takes_a_letter_and_one_before_the_first_house_waits(
    conn: Connection,
) -> None:
    street, alley = lay_alley(conn)
    grid = "A . . .\n. . . .\n. . . .\nM . . E\n. . . .\n. . . .\nB . . ."
    for code, shift_m in (("SECOND", -5), ("FIRST", 55)):
        other, _ = lay_street(conn, grid, ["M", "E"], code=code)
        conn.execute(
            text("UPDATE gis.streets SET name = 'Ngõ chưa đặt tên', kind = 'alley', parent_street_id = :street,"
                 " cross_section_m = 3, geom = ST_Translate(geom, 0, :shift) WHERE id = :id"),
            {"street": street, "shift": shift_m, "id": other},
        )  # fmt: skip
    number(conn, street)
    names = conn.execute(
        select(streets.c.code, alley_names.c.name).join(streets, streets.c.id == alley_names.c.street_id)
    ).all()
    assert sorted(names) == [("N", "Ngõ 3"), ("SECOND", "Ngõ 3A")]
    assert alley > 0
