"""Certification, quality, local policies and codes of others, on a real PostGIS."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection, text, update
from sqlalchemy.exc import DBAPIError

from addressing import (
    certification,
    numbering,
    official,
    policies_on_record,
    quality,
)
from addressing.entering import enter_number
from addressing.errors import (
    DecisionRequired,
    DuplicateCode,
    InvalidIdentifier,
    NotFound,
    NotTheAuthor,
    OfficialCodeRefused,
    PolicyRefused,
    StepNotPossible,
    WrongStatus,
)
from addressing.identifiers import refuse_to_mint
from addressing.rules.policy_choices import EqualWidth
from layers.streets import streets
from tests.integration.numbering_ground import lay_door, lay_street
from tests.integration.register_ground import ROW, numbered_street
from tests.integration.test_register_addresses import DAY, lay_units, place_of


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


def test_a_certificate_that_names_another_address_is_reported_and_nothing_is_overwritten(conn: Connection) -> None:
    street_id = numbered_street(conn)
    place = place_of(conn, street_id, "3")
    for on_certificate, expected in (
        ("Lô CN-07, KCN X", ["3"]), ("số 3 ĐƯỜNG A", []), ("3 đường A", []), ("Số 5, đường A", ["3"]),
    ):  # fmt: skip
        conn.execute(
            text("UPDATE gis.places SET certificate_address = :written WHERE id = :id"),
            {"written": on_certificate, "id": place},
        )
        found = quality.street_report(conn, street_id).findings
        assert [one.subject for one in found if one.kind == "certificate_differs"] == expected, on_certificate
        assert not any(on_certificate in one.what for one in found), "it is private"


def test_a_commune_is_reported_street_by_street(conn: Connection) -> None:
    for code in ("A", "B"):
        street_id = numbered_street(conn, code)
        conn.execute(update(streets).where(streets.c.id == street_id).values(commune_code="10891"))
    reports = quality.commune_report(conn, "10891")
    assert [(report.street_name, report.numbers) for report in reports] == [("Đường A", 3), ("Đường B", 3)]
    assert quality.commune_report(conn, "10543") == []


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
