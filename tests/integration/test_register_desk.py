"""Plates, certificates, cases, certification, local policies and areas, on a real PostGIS."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Connection, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from addressing import (
    areas,
    attachments,
    batch,
    cases,
    certificates,
    certification,
    numbering,
    official,
    plates,
    policies_on_record,
    quality,
    renumbering,
)
from addressing.counters import next_number
from addressing.entering import enter_number
from addressing.errors import (
    AttachmentRefused,
    DecisionRequired,
    DuplicateCode,
    InvalidArea,
    InvalidIdentifier,
    NotFound,
    NotInForce,
    NotTheAuthor,
    OfficialCodeRefused,
    OutsideArea,
    PolicyRefused,
    StepNotPossible,
    VersionConflict,
    WrongStatus,
)
from addressing.history import states_of
from addressing.identifiers import refuse_to_mint
from addressing.numbering import today
from addressing.rules.policy import EqualWidth
from addressing.working_days import after_working_days, deadline, list_holiday
from layers.streets import streets
from layers.zones import zones
from tests.integration.numbering_ground import ORIGIN, lay_door, lay_plot, lay_street
from tests.integration.test_register_addresses import BODY, DAY, lay_units, number, place_of
from tests.integration.test_register_renumbering import CHANGE, ids

JPEG = b"\xff\xd8\xff\xe0" + b"photo"
ROW = "A .\n. b\n. c\n. d\nB ."


def numbered_street(conn: Connection, code: str = "A", **facts: object) -> int:
    """Houses 1, 3 and 5."""
    street_id, _ = lay_street(conn, ROW, ["A", "B"], code=code, **facts)
    number(conn, street_id, f"1/QĐ-{code}")
    return street_id


# --- plates -----------------------------------------------------------------------------------------------------


def test_a_plate_from_order_to_wall(conn: Connection) -> None:
    street_id = numbered_street(conn)
    plate = plates.order(conn, ids(conn, street_id)["1"], "new", "an")
    assert (plate.status, plate.plate_text, plate.width_mm, plate.height_mm) == ("ordered", "1", 200, 150)
    assert plate.code.startswith(f"BS-{today().year}-000001-")
    [line] = plates.production_list(conn, "https://dia-chi.example.vn/", "an")
    assert (line.code, line.qr) == (plate.code, f"https://dia-chi.example.vn/p/{plate.place_id}")
    plate = plates.issue(conn, plate.id, "an", version=plates.make(conn, plate.id, "an", version=1).version)
    plate = plates.could_not_fix(conn, plate.id, "nhà vắng chủ", "an", version=plate.version)
    assert plate.not_fixed_reason == "nhà vắng chủ"
    photo = attachments.store(conn, JPEG, "C:\\ảnh\\cửa.jpg", "an")
    assert (photo.file_name, photo.media_type) == ("cửa.jpg", "image/jpeg")
    plate = plates.fix(conn, plate.id, plates.Fixing(photo.id, *ORIGIN, "đội thi công"), "an", version=plate.version)
    assert (plate.status, plate.fixed_by, plate.photo_id, plate.not_fixed_reason) == (
        "fixed",
        "đội thi công",
        photo.id,
        None,
    )
    assert [state.content["status"] for state in states_of(conn, "plates", plate.id)] == [
        "ordered", "made", "issued", "not_fixed", "fixed",
    ]  # fmt: skip


def test_a_number_has_at_most_one_valid_plate(conn: Connection) -> None:
    number_id = ids(conn, numbered_street(conn))["1"]
    first = plates.order(conn, number_id, "new", "an")
    with pytest.raises(StepNotPossible, match="in the making"):
        plates.order(conn, number_id, "new", "an")
    first = plates.issue(conn, first.id, "an", version=plates.make(conn, first.id, "an", version=1).version)
    with pytest.raises(StepNotPossible, match="order a change or a reissue"):
        plates.order(conn, number_id, "new", "an")
    second = plates.order(conn, number_id, "reissue", "an")
    assert second.replaces_id == first.id
    assert plates.get_plate(conn, first.id).status == "issued", "the old one hangs until the new one is there"
    made = plates.make(conn, second.id, "an", version=1)
    with pytest.raises(IntegrityError, match="uq_plates_one_valid"), conn.begin_nested():
        conn.execute(text("UPDATE gis.plates SET status = 'issued' WHERE id = :id"), {"id": second.id})
    plates.issue(conn, second.id, "an", version=made.version)
    old = plates.get_plate(conn, first.id)
    assert (old.status, old.withdrawn_reason) == ("withdrawn", f"reissue: {second.code}")


def test_steps_of_a_plate_keep_their_order_and_their_version(conn: Connection) -> None:
    plate = plates.order(conn, ids(conn, numbered_street(conn))["1"], "new", "an")
    with pytest.raises(StepNotPossible):
        plates.issue(conn, plate.id, "an", version=1)
    with pytest.raises(VersionConflict) as conflict:
        plates.make(conn, plate.id, "an", version=4)
    assert (conflict.value.your_version, conflict.value.current_version) == (4, 1)
    assert conflict.value.current is not None
    assert conflict.value.current["status"] == "ordered"
    with pytest.raises(StepNotPossible, match="no plate to replace"):
        plates.order(conn, ids(conn, numbered_street(conn, "B"))["1"], "change", "an")


def test_a_plate_hangs_only_with_proof(conn: Connection) -> None:
    plate = plates.order(conn, ids(conn, numbered_street(conn))["1"], "new", "an")
    for statement in ("status = 'fixed'", "status = 'not_fixed'", "status = 'withdrawn'"):
        with pytest.raises(IntegrityError, match=r"fixed_is_proved|has_reason"), conn.begin_nested():
            conn.execute(text(f"UPDATE gis.plates SET {statement} WHERE id = :id"), {"id": plate.id})


def test_a_renumbered_house_loses_its_plate_and_certificate(conn: Connection) -> None:
    street_id = numbered_street(conn)
    number_id = ids(conn, street_id)["5"]
    plate = plates.order(conn, number_id, "new", "an")
    certificate = certificates.issue_certificate(conn, number_id, "binh", holder_name="Công ty A")
    plan = renumbering.plan(conn, street_id, {number_id: "9"})
    assert (plan.plates, plan.certificates) == ((plate.code,), (certificate.code,))
    renumbering.carry_out(conn, street_id, {number_id: "9"}, CHANGE, "trùng", "binh")
    assert plates.get_plate(conn, plate.id).status == "withdrawn"
    assert certificates.get_certificate(conn, certificate.id).withdrawn_reason == "trùng"
    with pytest.raises(NotInForce):
        plates.order(conn, number_id, "new", "an")


@pytest.mark.parametrize("content", [b"GIF89a....", b"<svg onload=x>", b"RIFFxxxxWAVE", b"", b"\xff\xd8"])
def test_only_photos_are_kept(conn: Connection, content: bytes) -> None:
    with pytest.raises(AttachmentRefused):
        attachments.store(conn, content, "photo.jpg", "an")


def test_a_photo_is_kept_once_and_not_above_its_limit(conn: Connection) -> None:
    assert attachments.store(conn, JPEG, "a", "an").id == attachments.store(conn, JPEG, "b", "chi").id
    with pytest.raises(AttachmentRefused, match="5 MB"):
        attachments.store(conn, JPEG + bytes(attachments.PHOTO_BYTES), "big", "an")


# --- certificates of number ---------------------------------------------------------------------------------------


def test_a_certificate_holds_what_it_certifies(conn: Connection) -> None:
    number_id = ids(conn, numbered_street(conn))["3"]
    made = certificates.issue_certificate(conn, number_id, "binh", holder_name="Công ty A")
    assert (made.number, made.written, made.decision_number, made.issuing_body) == (
        "3",
        "Số 3, đường A",
        "1/QĐ-A",
        BODY,
    )
    with pytest.raises(StepNotPossible, match="is valid"):
        certificates.issue_certificate(conn, number_id, "binh")
    gone = certificates.withdraw_certificate(conn, made.id, "ghi sai tên", "binh", version=made.version)
    assert gone.withdrawn_on == today()
    assert certificates.issue_certificate(conn, number_id, "binh").code != made.code


# --- cases --------------------------------------------------------------------------------------------------------


def test_a_case_from_receipt_to_answer(conn: Connection) -> None:
    street_id = numbered_street(conn)
    case = cases.receive(conn, "new_number", cases.Applicant("Nguyễn A", "0912"), "an", street_id=street_id)
    assert case.due_on == deadline(conn, today(), 15)
    case = cases.assign(conn, case.id, "chi", "binh", version=case.version)
    case = cases.start(conn, case.id, "chi", version=case.version)
    case = cases.answer(conn, case.id, "45/UBND-XD", "chi", version=case.version)
    case = cases.close(conn, case.id, "chi", version=case.version)
    assert [(event.event, event.actor) for event in cases.timeline(conn, case.id)] == [
        ("received", "an"), ("assigned", "binh"), ("in_progress", "chi"), ("answered", "chi"), ("closed", "chi"),
    ]  # fmt: skip
    with pytest.raises(StepNotPossible):
        cases.start(conn, case.id, "chi", version=case.version)
    assert cases.reopen(conn, case.id, "sai số", "an", version=case.version).state == "received"


def test_nobody_edits_a_timeline(conn: Connection) -> None:
    case = cases.receive(conn, "change", cases.Applicant("A"), "an")
    cases.add_note(conn, case.id, "đã gọi điện", "an")
    for statement in ("UPDATE gis.case_events SET note = 'x'", "DELETE FROM gis.case_events", "DELETE FROM gis.cases"):
        with pytest.raises(DBAPIError, match="kept for ever"), conn.begin_nested():
            conn.execute(text(statement))


def test_the_public_sees_how_far_a_case_is_and_nothing_about_persons(conn: Connection) -> None:
    case = cases.receive(conn, "reissue", cases.Applicant("MARK-NAME", "MARK-PHONE", "MARK@x", "MARK-TEXT"), "an")
    conn.execute(text("SET LOCAL ROLE gis_public"))
    status = cases.public_status(conn, case.receipt.lower().replace("-", ""))
    assert (status.receipt, status.state, status.due_on) == (case.receipt, "received", case.due_on)
    assert "MARK" not in repr(status)
    wrong = case.receipt[:-1] + ("A" if case.receipt[-1] != "A" else "B")
    with pytest.raises(InvalidIdentifier):
        cases.public_status(conn, wrong)
    with pytest.raises(InvalidIdentifier):
        cases.public_status(conn, "HS-2026-x")


def test_reminders_list_what_is_overdue_or_due_soon(conn: Connection) -> None:
    made = {days: cases.receive(conn, "change", cases.Applicant("A"), "an", working_days=days) for days in (1, 3, 30)}
    due = {days: case.due_on for days, case in made.items()}
    listed = cases.reminders(conn, "an", on=due[3] - timedelta(days=1), within_days=1)
    assert [case.id for case in listed] == [made[1].id, made[3].id]
    cases.reject(conn, made[1].id, "thiếu giấy tờ", "an", version=1)
    assert [case.id for case in cases.reminders(conn, "an", on=due[3])] == [made[3].id]


def test_deadlines_step_over_weekends_and_holidays(conn: Connection) -> None:
    thursday = date(2026, 9, 3)
    assert after_working_days(date(2026, 8, 31), 3) == thursday
    assert after_working_days(date(2026, 8, 31), 5) == date(2026, 9, 7)
    list_holiday(conn, date(2026, 9, 1), "Quốc khánh", "binh")
    list_holiday(conn, date(2026, 9, 2), "Quốc khánh", "binh")
    assert deadline(conn, date(2026, 8, 31), 3) == date(2026, 9, 7)


def test_numbers_of_receipts_begin_anew_each_year(conn: Connection) -> None:
    assert [next_number(conn, "case", 2031), next_number(conn, "case", 2031), next_number(conn, "case", 2032)] == [
        1,
        2,
        1,
    ]


# --- certification and quality ------------------------------------------------------------------------------------


def test_a_street_is_certified_and_the_certification_notices_changes(conn: Connection) -> None:
    street_id = numbered_street(conn)
    assert quality.street_report(conn, street_id).counts["uncertified"] == 1
    made = certification.certify(conn, street_id, "an")
    assert (made.numbers, made.is_current) == (3, True)
    with pytest.raises(StepNotPossible, match="as it stands"):
        certification.certify(conn, street_id, "an")
    enter_number(conn, lay_door(conn, street_id, "late", (20, -5)), "7", "an")
    assert quality.street_report(conn, street_id).counts["changed_since_certified"] == 1
    again = certification.certify(conn, street_id, "chi")
    assert (again.numbers, again.is_current) == (4, True)
    certification.undo(conn, street_id, "nhầm đường", "an", version=again.version)
    assert certification.find_certification(conn, street_id) is None
    undone = conn.execute(text("SELECT undone_reason FROM gis.certifications ORDER BY id")).scalars().all()
    assert undone == ["numbers changed; certified anew", "nhầm đường"]


def test_the_report_finds_what_is_doubtful(conn: Connection) -> None:
    street_id, doors = lay_street(
        conn, "A .\n. b\n. c\n. d\n. e\nB .", ["A", "B"], code="A", doors={"c": {"position_quality": "derived"}}
    )
    for word, written in (("b", "1"), ("c", "9"), ("d", "5"), ("e", "6")):
        enter_number(conn, doors[word], written, "an")
    lay_door(conn, street_id, "twice", (20, 90), existing_number="9")
    lay_door(conn, street_id, "none", (20, 95))
    report = quality.street_report(conn, street_id)
    found = {(finding.kind, finding.subject) for finding in report.findings}
    assert ("derived_position", "9") in found
    assert ("parity_exception", "6") in found
    assert ("order_inversion", "5") in found
    assert ("gap", "3") in found
    assert ("gap", "7") in found
    assert ("duplicate", "9") in found
    assert report.counts["without_number"] == 1
    with pytest.raises(StepNotPossible, match="findings block"):
        certification.certify(conn, street_id, "an")
    with pytest.raises(NotFound):
        quality.street_report(conn, 987654)


def test_a_commune_is_reported_street_by_street(conn: Connection) -> None:
    for code in ("A", "B"):
        street_id = numbered_street(conn, code)
        conn.execute(update(streets).where(streets.c.id == street_id).values(commune_code="10891"))
    reports = quality.commune_report(conn, "10891")
    assert [(report.street_name, report.numbers) for report in reports] == [("Đường A", 3), ("Đường B", 3)]
    assert quality.commune_report(conn, "10543") == []


# --- local policies -----------------------------------------------------------------------------------------------


def test_a_proposal_is_made_with_the_policy_of_its_area(conn: Connection) -> None:
    lay_units(conn)
    street_id, _ = lay_street(conn, ROW, ["A", "B"], code="A", commune_code="10891")
    other_id, _ = lay_street(conn, ROW, ["A", "B"], code="B")
    for area, width in (("*", 12.0), ("commune:10891", 8.0)):
        policies_on_record.set_policy(
            conn, "empty_land_module_m", width, area, decision_number=f"{width}/QĐ", valid_from=DAY, by="binh"
        )
    here = numbering.propose(conn, street_id, author_id="an").policy["empty_land_module_m"]
    assert (here["value"], here["set_by"]) == (8.0, "8.0/QĐ")
    assert numbering.propose(conn, other_id, author_id="an").policy["empty_land_module_m"]["value"] == 12.0
    policy = policies_on_record.policy_for_street(conn, street_id, DAY - timedelta(days=1))
    assert policy.empty_land_module_m == 20.0, "our default before anybody set one"


def test_the_next_value_ends_the_one_before_and_none_overlaps(conn: Connection) -> None:
    shared = {"decision_number": "1/QĐ", "by": "binh"}
    first = policies_on_record.set_policy(conn, "equal_width", "ask", "*", valid_from=DAY, **shared)
    later = DAY + timedelta(days=9)
    policies_on_record.set_policy(conn, "equal_width", "main_door", "*", valid_from=later, **shared)
    listed = {item.id: item for item in policies_on_record.list_policies(conn)}
    assert listed[first.id].valid_to == later
    with pytest.raises(PolicyRefused, match="holds there from"):
        policies_on_record.set_policy(conn, "equal_width", "ask", "*", valid_from=DAY + timedelta(days=1), **shared)
    street_id, _ = lay_street(conn, ROW, ["A", "B"], code="A")
    assert policies_on_record.policy_for_street(conn, street_id, DAY).equal_width is EqualWidth.ASK
    for statement in ("UPDATE gis.local_policies SET value = '1'", "DELETE FROM gis.local_policies"):
        with pytest.raises(DBAPIError), conn.begin_nested():
            conn.execute(text(statement))


@pytest.mark.parametrize(
    ("name", "value", "decision"),
    [("no_such", 1, "1/QĐ"), ("equal_width", "maybe", "1/QĐ"), ("empty_land_module_m", -3, "1/QĐ"),
     ("equal_width", "ask", "  "), ("reserve_other_lots", "yes", "1/QĐ")],
)  # fmt: skip
def test_values_that_no_rule_reads_are_refused(conn: Connection, name: str, value: object, decision: str) -> None:
    with pytest.raises(PolicyRefused):
        policies_on_record.set_policy(conn, name, value, "*", decision_number=decision, valid_from=DAY, by="binh")


def test_the_direction_of_a_special_street_needs_the_number_of_its_decision(conn: Connection) -> None:
    street_id, _ = lay_street(conn, ROW, ["A", "B"], code="A", is_special=True)
    proposal = numbering.propose(conn, street_id, author_id="an")
    [question] = proposal.open_questions
    with pytest.raises(DecisionRequired):
        numbering.answer(conn, proposal.id, question.code, question.options[0].value, "an")
    answered = numbering.answer(
        conn, proposal.id, question.code, question.options[0].value, "an", decision_number="12/QĐ-UBND"
    )
    assert answered.answers[question.code].decision_number == "12/QĐ-UBND"


def test_only_its_author_withdraws_a_draft(conn: Connection) -> None:
    street_id, _ = lay_street(conn, ROW, ["A", "B"], code="A")
    proposal = numbering.propose(conn, street_id, author_id="an")
    with pytest.raises(NotTheAuthor):
        numbering.withdraw(conn, proposal.id, "chi")
    assert numbering.withdraw(conn, proposal.id, "an").status == "rejected"
    with pytest.raises(WrongStatus):
        numbering.withdraw(conn, proposal.id, "an")
    assert numbering.propose(conn, street_id, author_id="an").id != proposal.id


# --- codes that others issue --------------------------------------------------------------------------------------


def test_official_codes_are_taken_down_and_doubles_refused(conn: Connection) -> None:
    street_id = numbered_street(conn)
    one, three = place_of(conn, street_id, "1"), place_of(conn, street_id, "3")
    made = official.record_code(conn, one, "location_code", "482 913 650 017", "an", issued_on=DAY)
    assert (made.code, made.issued_on) == ("482913650017", DAY)
    assert official.record_code(conn, one, "location_code", "482913650017", "an", issued_on=DAY).id == made.id
    with pytest.raises(DuplicateCode) as refused:
        official.record_code(conn, three, "location_code", "482913650017", "an", issued_on=DAY)
    assert refused.value.held_by == one
    with pytest.raises(InvalidIdentifier):
        official.record_code(conn, three, "location_code", "123", "an", issued_on=None)
    for place in (one, three):
        official.record_code(conn, place, "postcode", "04123", "an", issued_on=None)
    assert [item.kind for item in official.codes_of(conn, one)] == ["location_code", "postcode"]
    with pytest.raises(OfficialCodeRefused, match="Public Security"):
        refuse_to_mint("location_code")
    assert official.open_location_code(conn, one).startswith("7P")
    assert conn.execute(text("SELECT count(*) FROM gis.official_codes")).scalar_one() == 3


# --- rights per area ----------------------------------------------------------------------------------------------


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
        plates.order(conn, own_number, "new", login)
        cases.receive(conn, "change", cases.Applicant("A"), login, street_id=own)
        refused = [
            lambda: numbering.propose(conn, other, author_id=login),  # noqa: B023 - called in this round
            lambda: plates.order(conn, other_number, "new", login),  # noqa: B023
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
        assert {line.street_name for line in plates.production_list(conn, "", login)} == {
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
    plate = plates.order(conn, ids(conn, street_id)["1"], "new", "an")
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
