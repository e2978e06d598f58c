"""Rights per area: who works where, on a real PostGIS."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, select, update

from addressing import (
    areas,
    attachments,
    batch,
    cases,
    certification,
    numbering,
    official,
    plate_orders,
    plate_production,
    plates,
    policies_on_record,
    renumbering,
)
from addressing.errors import (
    InvalidArea,
    OutsideArea,
)
from layers.streets import streets
from layers.zones import zones
from tests.integration.numbering_ground import ORIGIN, lay_plot, lay_street
from tests.integration.register_ground import JPEG, ROW, numbered_street
from tests.integration.test_register_addresses import DAY, lay_units, place_of
from tests.integration.test_register_renumbering import ids


def test_two_officers_work_in_their_own_wards(conn: Connection) -> None:
    lay_units(conn)
    here, there = numbered_street(conn, "A"), numbered_street(conn, "B")
    conn.execute(update(streets).where(streets.c.id == here).values(commune_code="10891"))
    lay_plot(conn, "Z")
    zone_id = conn.execute(select(zones.c.id)).scalar_one()
    conn.execute(update(streets).where(streets.c.id == there).values(zone_id=zone_id))
    areas.set_areas(conn, "an", ["commune:10891"], "root")
    areas.set_areas(conn, "chi", [f"zone:{zone_id}"], "root")
    for login, own, other in (("an", here, there), ("chi", there, here)):
        own_number, other_number = ids(conn, own)["1"], ids(conn, other)["1"]
        other_place = place_of(conn, other, "1")
        plate_orders.order(conn, own_number, "new", login)
        cases.receive(conn, "change", cases.Applicant("A"), login, street_id=own)
        refused = [
            lambda: numbering.propose(conn, other, author_id=login),  # noqa: B023 - called in this round
            lambda: plate_orders.order(conn, other_number, "new", login),  # noqa: B023
            lambda: renumbering.ask(conn, other, {other_number: "9"}, "x", login),  # noqa: B023
            lambda: cases.receive(conn, "change", cases.Applicant("A"), login, street_id=other),  # noqa: B023
            lambda: cases.receive(conn, "change", cases.Applicant("A"), login),  # noqa: B023
            lambda: certification.certify(conn, other, login),  # noqa: B023
            lambda: official.record_code(conn, other_place, "postcode", "04123", login, issued_on=None),  # noqa: B023
        ]
        for act in refused:
            with pytest.raises(OutsideArea):
                act()
        assert {case.street_id for case in cases.list_cases(conn, login)} == {own}
        assert {line.street_name for line in plate_production.production_list(conn, "", login)} == {
            "Đường A" if own == here else "Đường B"
        }
    assert len(cases.list_cases(conn, "binh")) == 2, "without areas the whole province"


def test_a_case_is_given_only_to_somebody_who_works_there(conn: Connection) -> None:
    lay_units(conn)
    street_id = numbered_street(conn)
    conn.execute(update(streets).where(streets.c.id == street_id).values(commune_code="10891"))
    lay_plot(conn, "Z")
    areas.set_areas(conn, "chi", [f"zone:{conn.execute(select(zones.c.id)).scalar_one()}"], "root")
    case = cases.receive(conn, "change", cases.Applicant("A"), "binh", street_id=street_id)
    with pytest.raises(OutsideArea):
        cases.assign(conn, case.id, "chi", "binh", version=case.version)
    assert cases.assign(conn, case.id, "an", "binh", version=case.version).assigned_to == "an"


def test_a_photo_is_seen_by_its_maker_and_where_its_plate_hangs(conn: Connection) -> None:
    lay_units(conn)
    street_id = numbered_street(conn)
    lay_plot(conn, "Z")
    areas.set_areas(conn, "chi", [f"zone:{conn.execute(select(zones.c.id)).scalar_one()}"], "root")
    areas.set_areas(conn, "dung", ["commune:10891"], "root")
    photo = attachments.store(conn, JPEG, "p.jpg", "an")
    plate = plate_orders.order(conn, ids(conn, street_id)["1"], "new", "an")
    plate = plates.issue(conn, plate.id, "an", version=plates.make(conn, plate.id, "an", version=1).version)
    plates.fix(conn, plate.id, plates.Fixing(photo.id, *ORIGIN, "tổ 3"), "an", version=plate.version)
    with pytest.raises(OutsideArea):
        plates.require_photo(conn, "dung", photo.id)
    conn.execute(update(streets).where(streets.c.id == street_id).values(commune_code="10891"))
    for login in ("an", "dung"):
        plates.require_photo(conn, login, photo.id)
    with pytest.raises(OutsideArea):
        plates.require_photo(conn, "chi", photo.id)


def test_a_batch_goes_by_the_policy_of_each_street_and_the_areas_of_its_author(conn: Connection) -> None:
    lay_units(conn)
    here, _ = lay_street(conn, ROW, ["A", "B"], code="A", commune_code="10891")
    there, _ = lay_street(conn, ROW, ["A", "B"], code="B")
    policies_on_record.set_policy(
        conn, "equal_width", "ask", "commune:10891", decision_number="8/QĐ", valid_from=DAY, by="binh"
    )
    made = {
        item.street_id: item.proposal_id for item in batch.propose_many(conn, [here, there, 987654], author_id="an")
    }
    used = {
        street_id: numbering.get_proposal(conn, proposal_id).policy["equal_width"]["value"]
        for street_id, proposal_id in made.items()
        if proposal_id is not None
    }
    assert used == {here: "ask", there: "main_door"}
    assert numbering.propose(conn, here, author_id="an").id == made[here], "the same as one by one"
    areas.set_areas(conn, "chi", ["commune:10891"], "root")
    codes = {
        item.street_id: item.error and item.error.code
        for item in batch.propose_many(conn, [here, there], author_id="chi")
    }
    assert codes == {here: None, there: "outside_area"}


@pytest.mark.parametrize("area", ["commune:99998", "zone:987654", "*", "10891", "zone:", "commune:1"])
def test_areas_must_exist(conn: Connection, area: str) -> None:
    with pytest.raises(InvalidArea):
        areas.set_areas(conn, "an", [area], "root")
