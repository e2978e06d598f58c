"""Estates on a real database: four eyes, names once for ever, addresses outside-in, everything kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy.exc
from sqlalchemy import Connection, func, select, text, update

from addressing import (
    addresses,
    areas,
    attachments,
    certificates,
    estate_entry,
    estate_facts,
    estate_issuing,
    estate_naming,
    estates,
    history,
    place_papers,
    place_sheet,
    plate_orders,
    plate_production,
    plates,
    policies_on_record,
    renumbering,
)
from addressing.deciding import SignedDecision, today
from addressing.documents import certificate
from addressing.documents import plates as documents
from addressing.errors import (
    AuthorCannotApprove,
    DecisionRequired,
    NotInForce,
    OpenQuestionsRemain,
    OutsideArea,
    StaleProposal,
    StepNotPossible,
    VersionConflict,
    WrongStatus,
)
from addressing.estate_entry import NewBuilding, NewPart
from addressing.estate_tables import estate_parts, part_names
from addressing.estates import NewEstate
from addressing.identifiers import PlaceId
from addressing.register import house_numbers, places
from addressing.register_tables import addresses as address_table
from addressing.rules.estate_model import PartKind
from addressing.rules.plates import PlateKind, Wording
from gis_service.database import Database
from tests.conftest import NewDatabase
from tests.integration.estate_ground import BODY, X, Y, draft, lay_estate, name
from tests.integration.register_ground import JPEG, numbered_street


def names(conn: Connection, estate_id: int) -> dict[str, str]:
    """What is in force, by kind and label from the outside in."""
    estate = estate_facts.read(conn, estate_id)
    return {
        "/".join(one.facts.label for one in (*reversed(estate.outward(part)), part)): part.facts.name
        for part in estate.parts
        if part.facts.name and part.facts.kind is not PartKind.STAIR
    }


def written(conn: Connection, estate_id: int, language: str = "vi") -> dict[str, str]:
    rows = conn.execute(
        select(part_names.c.name, address_table.c.written)
        .join(address_table, address_table.c.part_name_id == part_names.c.id)
        .where(part_names.c.estate_id == estate_id, address_table.c.language == language,
               address_table.c.valid_to.is_(None))
    )  # fmt: skip
    return dict(rows.all())


def signed(number: str) -> SignedDecision:
    return SignedDecision(number, today(), BODY)


def test_an_estate_goes_from_facts_to_names_addresses_and_places(conn: Connection) -> None:
    estate_id = lay_estate(conn)
    name(conn, estate_id)
    found = names(conn, estate_id)
    assert found["sân trước"] == "A"
    assert found["sân sau/ký túc xá"] == "B1"
    assert found["sân trước/xưởng 2"] == "A2"
    assert found["sân sau/ký túc xá/4"] == "3A"
    assert found["sân sau/ký túc xá/4/2"] == "3A-02"
    assert found["sân sau/ký túc xá/-1"] == "B1"
    assert len(found) == 2 + 3 + 8 + 10
    addresses_now = written(conn, estate_id)
    assert addresses_now["3A-02"].startswith("Căn hộ 3A-02, tầng 3A, nhà B1, nhóm nhà B, Khu KTX, đường P-KTX")
    assert written(conn, estate_id, "en")["3A-02"].startswith("Flat 3A-02, Floor 3A, Building B1, Group B, Khu KTX")
    kinds = conn.execute(
        select(places.c.kind, func.count()).join(part_names, part_names.c.place_id == places.c.id)
        .where(part_names.c.estate_id == estate_id).group_by(places.c.kind)
    ).all()  # fmt: skip
    assert dict(kinds) == {"group": 2, "building": 3, "stair": 1, "floor": 8, "flat": 10}


def test_an_address_is_found_in_each_of_its_forms(conn: Connection) -> None:
    estate_id = lay_estate(conn)
    name(conn, estate_id)
    place = conn.execute(select(part_names.c.place_id).where(part_names.c.name == "3A-02")).scalar_one()
    for form in ("căn hộ 3a-02, nhà b1, nhóm nhà b, đường P-KTX", written(conn, estate_id)["3A-02"],
                 "Flat 3A-02, Building B1, Group B, Khu KTX, P-KTX Road"):  # fmt: skip
        assert [found.place_id for found in addresses.find_by_old_address(conn, form)] == [place], form


def test_what_is_open_must_be_answered_and_somebody_else_approves(conn: Connection) -> None:
    estate_id = lay_estate(conn)
    proposal = estate_naming.propose(conn, estate_id, author_id="an")
    assert {question.kind for question in proposal.open_questions} == {"building_form"}
    with pytest.raises(OpenQuestionsRemain):
        estate_naming.submit(conn, proposal.id, "an")
    proposal_id = draft(conn, estate_id)
    estate_naming.submit(conn, proposal_id, "an")
    with pytest.raises(AuthorCannotApprove):
        estate_naming.approve(conn, proposal_id, "an")
    with pytest.raises(WrongStatus):
        estate_issuing.issue(conn, proposal_id, signed("1/QĐ"), "binh")
    estate_naming.approve(conn, proposal_id, "binh")
    assert [step.status for step in history.steps_of(conn, proposal_id)] == ["draft", "submitted", "approved"]
    with pytest.raises(sqlalchemy.exc.IntegrityError, match="four_eyes"), conn.begin_nested():
        conn.execute(text("UPDATE gis.proposals SET approver = author WHERE id = :id"), {"id": proposal_id})


def test_the_department_answers_with_a_paper(conn: Connection) -> None:
    estate_id = lay_estate(conn)
    estate_entry.add(
        conn, estate_id, NewPart(PartKind.GROUP, "N2", axis="N2", side="left", distance_m=5, x=X, y=Y), "an"
    )
    part = conn.execute(select(estate_parts.c.id).where(estate_parts.c.label == "sân trước")).scalar_one()
    other = conn.execute(select(estate_parts.c.id).where(estate_parts.c.label == "sân sau")).scalar_one()
    for one in (part, other):
        estate_entry.change_part(conn, one, {"axis": "N1"}, "an")
    proposal = estate_naming.propose(conn, estate_id, author_id="an")
    assert [question.code for question in proposal.open_questions] == ["several_axes"]
    with pytest.raises(DecisionRequired):
        estate_naming.answer(conn, proposal.id, "several_axes", "N2", "an")
    proposal = estate_naming.answer(conn, proposal.id, "several_axes", "N2", "an", decision_number="5/SXD")
    assert {one.name for one in proposal.result.named if one.kind is PartKind.GROUP} == {"A", "B", "C"}


def test_changed_facts_make_a_proposal_stale_and_answers_are_carried_over(conn: Connection) -> None:
    estate_id = lay_estate(conn)
    proposal_id = draft(conn, estate_id)
    group = conn.execute(select(estate_parts.c.id).where(estate_parts.c.label == "sân trước")).scalar_one()
    estate_entry.add_building(conn, estate_id, NewBuilding("xưởng 3", group, storeys=1, distance_m=50, x=X, y=Y), "an")
    with pytest.raises(StaleProposal):
        estate_naming.submit(conn, proposal_id, "an")
    again = estate_naming.propose(conn, estate_id, author_id="an")
    assert again.id != proposal_id
    assert again.open_questions == ()
    assert "A3" in {one.name for one in again.result.named}


def test_what_is_added_later_goes_on_and_nothing_in_force_changes(conn: Connection) -> None:
    estate_id = lay_estate(conn)
    name(conn, estate_id)
    before = names(conn, estate_id)
    group = conn.execute(select(estate_parts.c.id).where(estate_parts.c.label == "sân trước")).scalar_one()
    estate_entry.add_building(conn, estate_id, NewBuilding("xưởng 3", group, storeys=1, distance_m=50, x=X, y=Y), "an")
    name(conn, estate_id, "13/QĐ-UBND")
    after = names(conn, estate_id)
    assert after["sân trước/xưởng 3"] == "A3"
    assert before.items() < after.items()


def test_a_second_issue_by_the_same_decision_changes_nothing(conn: Connection) -> None:
    estate_id = lay_estate(conn)
    proposal_id = name(conn, estate_id)
    again = estate_issuing.issue(conn, proposal_id, signed("12/QĐ-UBND"), "binh")
    assert again.already_done
    with pytest.raises(WrongStatus):
        estate_issuing.issue(conn, proposal_id, signed("99/QĐ-UBND"), "binh")


def test_a_retired_building_takes_its_flats_along_and_its_name_never_comes_back(conn: Connection) -> None:
    estate_id = lay_estate(conn)
    name(conn, estate_id)
    row = conn.execute(select(part_names).where(part_names.c.name == "B1", part_names.c.kind == "building")).one()
    plan = estate_issuing.plan_ending(conn, row.id)
    assert plan.names[0] == (row.id, "building", "B1")
    assert len(plan.names) == 1 + 1 + 6 + 10
    ended = estate_issuing.retire(conn, row.id, signed("14/QĐ-UBND"), "phá dỡ", "binh")
    assert ended == plan
    assert "3A-02" not in written(conn, estate_id)
    with pytest.raises(NotInForce):
        estate_issuing.retire(conn, row.id, signed("14/QĐ-UBND"), "phá dỡ", "binh")
    name(conn, estate_id, "15/QĐ-UBND")
    assert names(conn, estate_id)["sân sau/ký túc xá"] == "B2"
    assert written(conn, estate_id)["3A-02"].startswith("Căn hộ 3A-02, tầng 3A, nhà B2")
    again = conn.execute(select(part_names).where(part_names.c.name == "B2", part_names.c.kind == "building")).one()
    assert again.place_id == row.place_id
    closed = conn.execute(
        select(address_table.c.written).where(
            address_table.c.place_id == row.place_id, address_table.c.valid_to.is_not(None),
            address_table.c.language == "vi",
        )
    ).scalars().all()  # fmt: skip
    assert any(one.startswith("Nhà B1, nhóm nhà B") for one in closed)


def test_the_database_refuses_a_name_twice_and_a_rewritten_one(conn: Connection) -> None:
    estate_id = lay_estate(conn)
    name(conn, estate_id)
    row = conn.execute(select(part_names).where(part_names.c.name == "A1")).one()
    twice = {key: value for key, value in row._mapping.items() if key not in ("id", "version")}
    twice |= {"status": "retired", "valid_to": today(), "retired_reason": "x", "closed_by_decision_id": row.decision_id}
    with pytest.raises(sqlalchemy.exc.IntegrityError, match="uq_part_names_in_estate"), conn.begin_nested():
        conn.execute(part_names.insert().values(twice))
    for statement in (
        update(part_names).where(part_names.c.id == row.id).values(name="A9"),
        part_names.delete().where(part_names.c.id == row.id),
        estate_parts.delete().where(estate_parts.c.id == row.part_id),
    ):
        with pytest.raises(sqlalchemy.exc.IntegrityError), conn.begin_nested():
            conn.execute(statement)


def test_every_state_of_a_fact_is_kept(conn: Connection) -> None:
    estate_id = lay_estate(conn)
    part = conn.execute(select(estate_parts.c.id).where(estate_parts.c.label == "xưởng 1")).scalar_one()
    estate_entry.change_part(conn, part, {"distance_m": 7.5}, "an", version=1)
    states = history.states_of(conn, "estate_parts", part)
    assert sorted(state.content["distance_m"] for state in states) == [5.0, 7.5]
    with pytest.raises(VersionConflict):
        estate_entry.change_part(conn, part, {"distance_m": 8.5}, "binh", version=1)
    assert estate_facts.read(conn, estate_id).by_id[part].facts.distance_m == 7.5


def test_a_part_with_a_name_is_not_removed(conn: Connection) -> None:
    estate_id = lay_estate(conn)
    spare = estate_entry.add(conn, estate_id, NewPart(PartKind.GROUP, "nháp"), "an")
    estate_entry.remove_part(conn, spare, "an")
    name(conn, estate_id)
    group = conn.execute(select(estate_parts.c.id).where(estate_parts.c.label == "sân sau")).scalar_one()
    with pytest.raises(StepNotPossible, match="in force"):
        estate_entry.remove_part(conn, group, "an")


@pytest.mark.parametrize(
    "wrong",
    [
        NewPart(PartKind.BUILDING, "nhà không nhóm"), NewPart(PartKind.FLOOR, "tầng lạc", level=1),
        NewPart(PartKind.GROUP, "sân trước", side="left"), NewPart(PartKind.FLAT, "căn lạc"),
    ],
)  # fmt: skip
def test_a_part_lies_where_it_can(conn: Connection, wrong: NewPart) -> None:
    estate_id = lay_estate(conn)
    with pytest.raises(StepNotPossible):
        estate_entry.add(conn, estate_id, wrong, "an")


def test_a_block_takes_its_number_and_follows_it(conn: Connection) -> None:
    street = numbered_street(conn)
    house = conn.execute(
        select(house_numbers).where(house_numbers.c.street_id == street, house_numbers.c.plate_text == "3")
    ).one()
    new = NewEstate("CC", "Chung cư", street, X, Y, place_id=house.place_id)
    estate_id = estates.enter(conn, new, "an")
    tower = NewBuilding("tháp", None, storeys=2, flats=2, first_flat=1)
    estate_entry.add_building(conn, estate_id, tower, "an")
    with pytest.raises(StepNotPossible):
        estate_entry.add_building(conn, estate_id, NewBuilding("tháp 2", None, storeys=2), "an")
    name(conn, estate_id)
    assert written(conn, estate_id)["2-01"].startswith("Căn hộ 2-01, tầng 2, số 3, đường A")
    assert names(conn, estate_id).keys() == {"tháp/1", "tháp/2", "tháp/1/1", "tháp/1/2", "tháp/2/1", "tháp/2/2"}
    renumbering.carry_out(conn, street, {house.id: "9"}, signed("77/QĐ"), "nhầm", "binh")
    assert written(conn, estate_id)["2-01"].startswith("Căn hộ 2-01, tầng 2, số 9, đường A")


def test_a_local_policy_names_the_form_so_nothing_is_asked(conn: Connection) -> None:
    estate_id = lay_estate(conn)
    for policy, value in (("building_form", "street"), ("stair_numbers", "leave_out")):
        policies_on_record.set_policy(
            conn, policy, value, "*", decision_number="3/QĐ", valid_from=today() - timedelta(days=1), by="binh"
        )
    proposal = estate_naming.propose(conn, estate_id, author_id="an")
    [question] = proposal.open_questions
    assert question.kind == "street_initials"
    offered = question.options[0].value
    proposal = estate_naming.answer(conn, proposal.id, "street_initials", offered, "an")
    assert {one.name for one in proposal.result.named if one.kind is PartKind.BUILDING} >= {
        f"{offered}.A-1",
        f"{offered}.A-2",
    }
    assert proposal.policy["building_form"]["set_by"] == "3/QĐ"


def test_plates_of_parts_go_from_order_to_wall(conn: Connection) -> None:
    estate_id = lay_estate(conn)
    name(conn, estate_id)
    rows = {row.name: row for row in conn.execute(select(part_names).where(part_names.c.kind == "flat"))}
    flat = rows["3A-02"]
    ordered = plate_orders.order_for_part(conn, flat.id, "new", "an")
    assert (ordered.plate_text, ordered.place_id, ordered.width_mm) == ("3A-02", flat.place_id, None)
    assert plates.kind_of(conn, ordered) is PlateKind.FLAT
    with pytest.raises(StepNotPossible, match="in the making"):
        plate_orders.order_for_part(conn, flat.id, "new", "an")
    made = plates.make(conn, ordered.id, "an", version=1)
    issued = plates.issue(conn, made.id, "an", version=made.version)
    photo = attachments.store(conn, JPEG, "bien.jpg", "an")
    proof = plates.Fixing(photo.id, X + 60, Y + 25, "Tổ 2")
    fixed = plates.fix(conn, issued.id, proof, "an", version=issued.version)
    assert fixed.status == "fixed"
    again = plate_orders.order_for_part(conn, flat.id, "reissue", "an")
    assert again.replaces_id == fixed.id
    building = conn.execute(select(part_names.c.id).where(part_names.c.id == flat.building_name_id)).scalar_one()
    estate_issuing.retire(conn, building, signed("16/QĐ"), "phá dỡ", "binh")
    assert {one.status for one in plates.plates_of_place(conn, flat.place_id)} == {"withdrawn"}
    with pytest.raises(NotInForce):
        plate_orders.order_for_part(conn, flat.id, "new", "an")


def test_the_workshop_gets_the_words_of_each_kind(conn: Connection) -> None:
    estate_id = lay_estate(conn)
    name(conn, estate_id)
    policies_on_record.set_policy(
        conn, "plate_size_flat", "180x100", "*", decision_number="4/QĐ", valid_from=today(), by="binh"
    )
    wanted = {("group", "B"), ("building", "A2"), ("stair", "1"), ("floor", "3A"), ("flat", "3A-02")}
    for row in conn.execute(select(part_names).where(part_names.c.estate_id == estate_id)):
        if (row.kind, row.name) in wanted:
            plate_orders.order_for_part(conn, row.id, "new", "an")
    lines = plate_production.production_list(conn, "https://dia-chi.example", "an")
    assert {(line.kind, line.plate_text) for line in lines} == wanted
    assert {line.street_name for line in lines} == {"Khu KTX, Đường P-KTX"}
    found = {
        place.kind.value: place for place in place_papers.ordered_places(conn, lines, str, is_demo=False, draft=True)
    }
    flat = documents.plate(found["flat"])
    assert (flat.words, flat.size.width_mm, flat.note) == (Wording("3A-02", above="B1"), 180, "Quyết định 4/QĐ")
    assert documents.plate(found["stair"]).words == Wording("1", above="CẦU THANG")
    assert documents.plate(found["group"]).words == Wording("B", above="NHÓM NHÀ")
    assert found["flat"].outward == ("Tầng 3A", "Nhà B1", "Nhóm nhà B", "Khu KTX", "Đường P-KTX")
    assert found["building"].plate_code == next(line.code for line in lines if line.kind == "building")
    listed = documents.production_list(
        list(found.values()), title="x", area=found["flat"].area, issuer="x", made_on=today(), is_demo=False, stem="x"
    )
    assert {row[9] for row in listed.tables[0].rows} >= {"giữa tường cầu thang, cách sàn 2 m"}


def test_a_place_shows_its_names_now_and_before(conn: Connection) -> None:
    estate_id = lay_estate(conn)
    name(conn, estate_id)
    row = conn.execute(select(part_names).where(part_names.c.name == "A2")).one()
    sheet = place_sheet.read(conn, PlaceId.parse(row.place_id), today())
    assert [(one.kind, one.number, one.street_name) for one in sheet.present] == [
        ("building", "A2", "Khu KTX, Đường P-KTX")
    ]
    assert sheet.address("vi").startswith("Nhà A2, nhóm nhà A, Khu KTX")
    estate_issuing.retire(conn, row.id, signed("17/QĐ"), "gộp nhà", "binh")
    sheet = place_sheet.read(conn, PlaceId.parse(row.place_id), today())
    assert (sheet.present, [one.number for one in sheet.previous]) == ((), ["A2"])


def test_officers_work_in_their_own_area_only(conn: Connection) -> None:
    estate_id = lay_estate(conn)
    street = conn.execute(text("SELECT street_id FROM gis.estates WHERE id = :id"), {"id": estate_id}).scalar_one()
    conn.execute(text("UPDATE gis.streets SET commune_code = '10891' WHERE id = :id"), {"id": street})
    name(conn, estate_id)
    conn.execute(text("INSERT INTO gis.account_areas (login, area, granted_by) VALUES ('chi', 'commune:10543', 'x')"))
    place = conn.execute(select(part_names.c.place_id).where(part_names.c.name == "A2")).scalar_one()
    with pytest.raises(OutsideArea):
        areas.require_place(conn, "chi", place)
    with pytest.raises(OutsideArea):
        estate_naming.propose(conn, estate_id, author_id="chi")
    assert estates.list_estates(conn, "chi") == []
    assert [one.code for one in estates.list_estates(conn, "an")] == ["KTX"]


def test_officers_who_propose_at_once_get_one_draft(new_database: NewDatabase) -> None:
    """The row of the estate is locked, and the database holds one live proposal per estate."""
    database = Database(new_database())
    with database.owner.begin() as conn:
        estate_id = lay_estate(conn, code="DUA")

    def run(login: str) -> int:
        with database.owner.begin() as conn:
            return estate_naming.propose(conn, estate_id, author_id=login).id

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(run, ["an", "chi", "dung", "em"]))) == 1
    database.dispose()


def test_a_building_or_flat_is_certified_and_the_certificate_ends_with_its_name(conn: Connection) -> None:
    estate_id = lay_estate(conn)
    name(conn, estate_id)
    flat, floor, building = (
        conn.execute(select(part_names).where(part_names.c.name == given, part_names.c.kind == kind)).one()
        for given, kind in (("3A-02", "flat"), ("3A", "floor"), ("B1", "building"))
    )
    made = certificates.certify_part(conn, flat.id, "binh", holder_name="Bà B")
    assert (made.number, made.place_id, made.decision_number) == ("3A-02", flat.place_id, "12/QĐ-UBND")
    assert made.written == written(conn, estate_id)["3A-02"]
    with pytest.raises(StepNotPossible, match=made.code):
        certificates.certify_part(conn, flat.id, "binh")
    with pytest.raises(StepNotPossible, match="only buildings and flats"):
        certificates.certify_part(conn, floor.id, "binh")
    of_building = certificates.certify_part(conn, building.id, "binh")
    assert estate_issuing.plan_ending(conn, building.id).certificates == tuple(sorted((made.code, of_building.code)))
    estate_issuing.retire(conn, building.id, signed("16/QĐ"), "phá dỡ", "binh")
    assert {certificates.get_certificate(conn, one.id).withdrawn_reason for one in (made, of_building)} == {"phá dỡ"}
    with pytest.raises(NotInForce):
        certificates.certify_part(conn, flat.id, "binh")


def test_the_certificate_of_a_flat_says_what_it_is_of(conn: Connection) -> None:
    estate_id = lay_estate(conn)
    name(conn, estate_id)
    flat, floor = (
        conn.execute(select(part_names.c.id, part_names.c.place_id).where(part_names.c.name == given)).first()
        for given in ("3A-02", "3A")
    )
    assert flat is not None
    assert floor is not None
    made = certificates.certify_part(conn, flat.id, "binh")
    place = place_papers.certified_place(conn, PlaceId(flat.place_id), "https://x/p/{}".format, is_demo=False)
    drawn = certificate.certificate(place, "x")
    assert drawn.title.startswith("Giấy chứng nhận số căn hộ 3A-02")
    words = str(drawn.blocks)
    for said in (made.code, "GIẤY CHỨNG NHẬN SỐ CĂN HỘ", "Số căn hộ", "Tầng 3A", "12/QĐ-UBND", flat.place_id):
        assert said in words, said
    with pytest.raises(StepNotPossible):
        place_papers.certified_place(conn, PlaceId(floor.place_id), "https://x/p/{}".format, is_demo=False)
