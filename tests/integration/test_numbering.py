"""From a street in the database to numbers in force, on a real PostGIS."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Connection, delete, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from addressing import issuing, numbering
from addressing.deciding import today
from addressing.errors import (
    AuthorCannotApprove,
    DecisionInvalid,
    NotFound,
    OpenQuestionsRemain,
    StaleProposal,
    UnknownAnswer,
    UnknownQuestion,
    UnusableStreet,
    WrongStatus,
)
from addressing.identifiers import PlaceId
from addressing.issuing import Issued
from addressing.numbering import Proposal
from addressing.register import house_numbers, places
from addressing.rules.clauses import CLAUSES
from addressing.street_facts import numbers_on_street
from layers.streets import entrances, streets
from tests.integration.numbering_ground import lay_door, lay_street

STREET = """
    r1  A  l1
    r2  .  land
    .   B  l3
"""
LAND = {"land": {"kind": "empty_land"}}
YESTERDAY, BODY = today() - timedelta(days=1), "UBND phường Tứ Minh"


def approved(conn: Connection, street_id: int, **answers: str) -> Proposal:
    proposal = numbering.propose(conn, street_id, author_id="an")
    for question in proposal.open_questions:
        numbering.answer(conn, proposal.id, question.code, answers[question.kind], "an")
    numbering.submit(conn, proposal.id, "an")
    return numbering.approve(conn, proposal.id, "binh")


def issued(conn: Connection, proposal: Proposal, number: str = "1/QĐ", day: date = YESTERDAY) -> Issued:
    return issuing.issue(conn, proposal.id, number, day, BODY, "binh")


def on_record(conn: Connection, street_id: int) -> dict[str, str]:
    return {item.number: item.status for item in numbers_on_street(conn, street_id, today())}


def test_a_street_from_proposal_to_numbers_in_force(conn: Connection) -> None:
    street_id, doors = lay_street(conn, STREET, ["B", "A"], doors=LAND)
    proposal = numbering.propose(conn, street_id, author_id="an")
    assert [question.code for question in proposal.open_questions] == [f"empty_land_unmeasured:{doors['land']}"]
    assert on_record(conn, street_id) == {}
    result = issued(conn, approved(conn, street_id, empty_land_unmeasured="1"))
    assert (result.issued, result.reserved, result.places, result.registered) == (4, 1, 4, 0)
    assert on_record(conn, street_id) == {
        "1": "in_force", "2": "in_force", "3": "reserved", "4": "in_force", "5": "in_force",
    }  # fmt: skip
    by_entrance = {item.entrance_id: item for item in numbers_on_street(conn, street_id, today())}
    assert by_entrance[doors["l3"]].number == "5"
    assert by_entrance[doors["l3"]].side == "left"
    assert by_entrance[doors["l3"]].decision_number == "1/QĐ"
    assert set(by_entrance[doors["l1"]].clauses) <= CLAUSES.keys()


def test_every_numbered_door_gets_a_place_with_a_valid_id(conn: Connection) -> None:
    street_id, doors = lay_street(conn, STREET, ["A", "B"], doors=LAND)
    issued(conn, approved(conn, street_id, empty_land_unmeasured="0"))
    rows = conn.execute(select(entrances.c.id, entrances.c.place_code).where(entrances.c.street_id == street_id))
    codes = dict(rows.all())
    assert codes.pop(doors["land"]) is None
    assert len(set(codes.values())) == 4
    for code in codes.values():
        assert code is not None
        assert str(PlaceId.parse(code)) == code
    stored = conn.execute(select(places.c.id).where(places.c.entrance_id.in_(codes))).scalars().all()
    assert sorted(stored) == sorted(code for code in codes.values() if code)


def test_the_author_cannot_approve_and_the_database_holds_it_too(conn: Connection) -> None:
    street_id, _ = lay_street(conn, STREET, ["A", "B"])
    proposal = numbering.propose(conn, street_id, author_id="an")
    numbering.submit(conn, proposal.id, "an")
    with pytest.raises(AuthorCannotApprove):
        numbering.approve(conn, proposal.id, "an")
    with pytest.raises(IntegrityError, match="four_eyes"), conn.begin_nested():
        conn.execute(
            text("UPDATE gis.proposals SET status = 'approved', approver = 'an' WHERE id = :id"), {"id": proposal.id}
        )


def test_whoever_answered_a_question_cannot_approve(conn: Connection) -> None:
    street_id, doors = lay_street(conn, STREET, ["A", "B"], doors=LAND)
    proposal = numbering.propose(conn, street_id, author_id="an")
    numbering.answer(conn, proposal.id, f"empty_land_unmeasured:{doors['land']}", "2", "binh")
    numbering.submit(conn, proposal.id, "an")
    with pytest.raises(AuthorCannotApprove):
        numbering.approve(conn, proposal.id, "binh")
    assert numbering.approve(conn, proposal.id, "chi").approver == "chi"


def test_open_questions_block(conn: Connection) -> None:
    street_id, doors = lay_street(conn, STREET, ["A", "B"], doors=LAND)
    proposal = numbering.propose(conn, street_id, author_id="an")
    with pytest.raises(OpenQuestionsRemain) as blocked:
        numbering.submit(conn, proposal.id, "an")
    assert blocked.value.question_codes == [f"empty_land_unmeasured:{doors['land']}"]
    with pytest.raises(WrongStatus):
        numbering.approve(conn, proposal.id, "binh")


def test_answers_must_fit_the_question(conn: Connection) -> None:
    street_id, doors = lay_street(conn, STREET, ["A", "B"], doors=LAND)
    proposal = numbering.propose(conn, street_id, author_id="an")
    code = f"empty_land_unmeasured:{doors['land']}"
    with pytest.raises(UnknownQuestion):
        numbering.answer(conn, proposal.id, "no_such_question", "1", "an")
    for nonsense in ("-1", "many", "100", "١"):
        with pytest.raises(UnknownAnswer):
            numbering.answer(conn, proposal.id, code, nonsense, "an")
    answered = numbering.answer(conn, proposal.id, code, "2", "an")
    assert answered.open_questions == ()
    assert answered.answers[code].by == "an"
    assert [str(spare.number) for spare in answered.result.reserved] == ["3", "5"]


def test_an_answer_can_be_changed_while_it_is_a_draft(conn: Connection) -> None:
    street_id, doors = lay_street(conn, STREET, ["A", "B"], doors=LAND)
    proposal = numbering.propose(conn, street_id, author_id="an")
    code = f"empty_land_unmeasured:{doors['land']}"
    numbering.answer(conn, proposal.id, code, "2", "an")
    changed = numbering.answer(conn, proposal.id, code, "0", "an")
    assert changed.result.reserved == ()
    numbering.submit(conn, proposal.id, "an")
    with pytest.raises(WrongStatus):
        numbering.answer(conn, proposal.id, code, "1", "an")


def test_proposing_again_returns_the_same_draft(conn: Connection) -> None:
    street_id, _ = lay_street(conn, STREET, ["A", "B"])
    first = numbering.propose(conn, street_id, author_id="an")
    assert numbering.propose(conn, street_id, author_id="chi") == first


def test_new_facts_set_a_draft_aside_and_carry_its_answers_over(conn: Connection) -> None:
    street_id, doors = lay_street(conn, STREET, ["A", "B"], doors=LAND)
    first = numbering.propose(conn, street_id, author_id="an")
    code = f"empty_land_unmeasured:{doors['land']}"
    numbering.answer(conn, first.id, code, "1", "an")
    lay_door(conn, street_id, "later", (40, 10))
    second = numbering.propose(conn, street_id, author_id="chi")
    assert second.id != first.id
    assert second.open_questions == ()
    assert second.answers[code].by == "an"
    assert numbering.get_proposal(conn, first.id).status == "rejected"


def test_a_proposal_that_waits_for_approval_is_not_replaced(conn: Connection) -> None:
    street_id, _ = lay_street(conn, STREET, ["A", "B"])
    proposal = numbering.propose(conn, street_id, author_id="an")
    numbering.submit(conn, proposal.id, "an")
    with pytest.raises(WrongStatus):
        numbering.propose(conn, street_id, author_id="an")
    numbering.reject(conn, proposal.id, "đo lại mặt cắt", "binh")
    again = numbering.propose(conn, street_id, author_id="an")
    assert again.id != proposal.id
    assert "đo lại" in (numbering.get_proposal(conn, proposal.id).rejected_reason or "")


@pytest.mark.parametrize("step", ["answer", "submit", "approve", "issue"])
def test_changed_facts_make_a_proposal_stale_at_every_step(conn: Connection, step: str) -> None:
    street_id, doors = lay_street(conn, STREET, ["A", "B"])
    proposal = numbering.propose(conn, street_id, author_id="an")
    if step in ("approve", "issue"):
        numbering.submit(conn, proposal.id, "an")
    if step == "issue":
        numbering.approve(conn, proposal.id, "binh")
    conn.execute(update(entrances).where(entrances.c.id == doors["l1"]).values(existing_number="77"))
    with pytest.raises(StaleProposal):
        {
            "answer": lambda: numbering.answer(conn, proposal.id, "x", "y", "an"),
            "submit": lambda: numbering.submit(conn, proposal.id, "an"),
            "approve": lambda: numbering.approve(conn, proposal.id, "binh"),
            "issue": lambda: issued(conn, proposal),
        }[step]()
    assert numbering.reject(conn, proposal.id, "cũ", "binh").status == "rejected"


def test_issuing_twice_by_one_decision_changes_nothing(conn: Connection) -> None:
    street_id, _ = lay_street(conn, STREET, ["A", "B"])
    proposal = approved(conn, street_id)
    assert issued(conn, proposal).issued == 5
    before = on_record(conn, street_id)
    again = issued(conn, proposal)
    assert again.already_done
    assert again.issued == 0
    assert on_record(conn, street_id) == before
    with pytest.raises(WrongStatus):
        issued(conn, proposal, number="2/QĐ")


def test_only_an_approved_proposal_is_issued(conn: Connection) -> None:
    street_id, _ = lay_street(conn, STREET, ["A", "B"])
    proposal = numbering.propose(conn, street_id, author_id="an")
    with pytest.raises(WrongStatus):
        issued(conn, proposal)
    with pytest.raises(NotFound):
        issuing.issue(conn, 987654, "1/QĐ", YESTERDAY, BODY, "binh")


def test_a_decision_must_be_sound(conn: Connection) -> None:
    street_id, _ = lay_street(conn, STREET, ["A", "B"])
    proposal = approved(conn, street_id)
    with pytest.raises(DecisionInvalid, match="future"):
        issued(conn, proposal, day=today() + timedelta(days=1))
    with pytest.raises(DecisionInvalid, match="number"):
        issued(conn, proposal, number="  ")
    issued(conn, proposal)
    other_id, _ = lay_street(conn, STREET, ["A", "B"], code="S2")
    with pytest.raises(DecisionInvalid, match="on record"):
        issued(conn, approved(conn, other_id), day=YESTERDAY - timedelta(days=1))


def test_one_decision_may_number_several_streets(conn: Connection) -> None:
    for code in ("S1", "S2"):
        street_id, _ = lay_street(conn, "A a\nB b", ["A", "B"], code=code)
        assert issued(conn, approved(conn, street_id)).issued == 2
    assert conn.execute(text("SELECT count(*) FROM gis.decisions WHERE number = '1/QĐ'")).scalar_one() == 1


def test_numbers_on_the_ground_enter_the_register_untouched(conn: Connection) -> None:
    doors = {"l1": {"existing_number": "15"}, "l2": {"existing_number": "17"}, "lot": {"existing_number": "Lô CN-07"}}
    street_id, ids = lay_street(
        conn, "A l1\n. new\n. lot\nB l2", ["A", "B"], doors=doors, numbered_before=True, existing_direction="forward"
    )
    result = issued(conn, approved(conn, street_id))
    assert (result.issued, result.registered) == (1, 2)
    origin = {item.number: item.origin for item in numbers_on_street(conn, street_id)}
    assert origin == {"15": "existing", "15A": "issued", "17": "existing"}
    written = select(entrances.c.existing_number).where(entrances.c.id == ids["lot"])
    assert conn.execute(written).scalar_one() == "Lô CN-07"


def test_a_number_that_stands_twice_on_the_ground_is_registered_once_and_named(conn: Connection) -> None:
    doors = {"a": {"existing_number": "1"}, "b": {"existing_number": "3"}, "c": {"existing_number": "3"}}
    street_id, _ = lay_street(conn, "A a\n. b\n. c\nB d", ["A", "B"], doors=doors)
    result = issued(conn, approved(conn, street_id))
    assert result.not_registered == ("3",)
    assert on_record(conn, street_id) == {"1": "in_force", "3": "in_force", "5": "in_force"}


def test_a_house_on_reserved_land_takes_its_spare_number(conn: Connection) -> None:
    street_id, doors = lay_street(conn, STREET, ["A", "B"], doors=LAND)
    first_day = YESTERDAY - timedelta(days=30)
    issued(conn, approved(conn, street_id, empty_land_unmeasured="1"), "1/QĐ", first_day)
    conn.execute(update(entrances).where(entrances.c.id == doors["land"]).values(kind="building"))
    proposal = approved(conn, street_id)
    assert [str(given.number) for given in proposal.result.new] == ["3"]
    assert issued(conn, proposal, "2/QĐ").issued == 1
    history = [(item.status, item.valid_from, item.valid_to)
               for item in numbers_on_street(conn, street_id) if item.number == "3"]  # fmt: skip
    assert history == [("reserved", first_day, YESTERDAY), ("in_force", YESTERDAY, None)]


def test_a_spare_number_is_given_by_a_decision_of_the_same_day_but_of_no_earlier_one(conn: Connection) -> None:
    street_id, doors = lay_street(conn, STREET, ["A", "B"], doors=LAND)
    issued(conn, approved(conn, street_id, empty_land_unmeasured="1"))
    conn.execute(update(entrances).where(entrances.c.id == doors["land"]).values(kind="building"))
    proposal = approved(conn, street_id)
    with pytest.raises(DecisionInvalid, match="earlier day"), conn.begin_nested():
        issued(conn, proposal, "0/QĐ", YESTERDAY - timedelta(days=1))
    assert issued(conn, proposal, "2/QĐ").issued == 1
    assert on_record(conn, street_id)["3"] == "in_force"


def test_a_numbered_street_proposes_nothing_more(conn: Connection) -> None:
    street_id, _ = lay_street(conn, STREET, ["A", "B"], doors=LAND)
    issued(conn, approved(conn, street_id, empty_land_unmeasured="2"))
    again = numbering.propose(conn, street_id, author_id="an")
    assert again.result.new == ()
    assert issued(conn, approved(conn, street_id, empty_land_unmeasured="2"), "2/QĐ").reserved == 0


def test_a_number_whose_door_moved_away_is_not_given_again(conn: Connection) -> None:
    street_id, doors = lay_street(conn, "A a\n. b\nB .", ["A", "B"])
    issued(conn, approved(conn, street_id))
    other_id, _ = lay_street(conn, "A .\nB .", ["A", "B"], code="S2")
    conn.execute(update(entrances).where(entrances.c.id == doors["b"]).values(street_id=other_id))
    lay_door(conn, street_id, "new", (20, 5))
    proposal = numbering.propose(conn, street_id, author_id="an")
    assert [str(given.number) for given in proposal.result.new] == ["5"]


def test_an_infill_leaves_issued_numbers_alone(conn: Connection) -> None:
    street_id, _ = lay_street(conn, STREET, ["A", "B"])
    issued(conn, approved(conn, street_id))
    before = on_record(conn, street_id)
    lay_door(conn, street_id, "infill", (40, 30))
    proposal = approved(conn, street_id)
    assert [str(given.number) for given in proposal.result.new] == ["1A"]
    issued(conn, proposal, "2/QĐ")
    assert on_record(conn, street_id) == before | {"1A": "in_force"}


def test_a_street_without_length_or_a_missing_one_is_a_clear_error(conn: Connection) -> None:
    street_id, _ = lay_street(conn, "A a\nB b", ["A", "B"])
    conn.execute(
        text("UPDATE gis.streets SET geom = ST_Multi(ST_SetSRID(ST_GeomFromText("
             "'LINESTRING(557000 2312000, 557000 2312000)'), gis.storage_srid())) WHERE id = :id"),
        {"id": street_id},
    )  # fmt: skip
    with pytest.raises(UnusableStreet):
        numbering.propose(conn, street_id, author_id="an")
    with pytest.raises(NotFound):
        numbering.propose(conn, 987654, author_id="an")


def test_issued_numbers_cannot_be_rewritten_or_deleted(conn: Connection) -> None:
    street_id, _ = lay_street(conn, "A a\nB b", ["A", "B"])
    issued(conn, approved(conn, street_id))
    for statement in (update(house_numbers).values(number=99, plate_text="99"), delete(house_numbers)):
        with pytest.raises(DBAPIError), conn.begin_nested():
            conn.execute(statement.where(house_numbers.c.street_id == street_id))


def test_the_public_does_not_see_spare_numbers(conn: Connection) -> None:
    street_id, _ = lay_street(conn, STREET, ["A", "B"], doors=LAND)
    issued(conn, approved(conn, street_id, empty_land_unmeasured="1"))
    assert on_record(conn, street_id)["3"] == "reserved"
    public = conn.execution_options(schema_translate_map={"gis": "open"})
    seen = {item.number for item in numbers_on_street(public, street_id)}
    conn.execution_options(schema_translate_map={})
    assert seen == {"1", "2", "4", "5"}


def test_streets_keep_their_version(conn: Connection) -> None:
    street_id, _ = lay_street(conn, "A a\nB b", ["A", "B"])
    before = conn.execute(select(streets.c.version).where(streets.c.id == street_id)).scalar_one()
    issued(conn, approved(conn, street_id))
    assert conn.execute(select(streets.c.version).where(streets.c.id == street_id)).scalar_one() == before
