"""An estate with groups, halls and a dormitory for the tests of the register."""

from __future__ import annotations

from sqlalchemy import Connection

from addressing import estate_entry, estate_issuing, estate_naming, estates
from addressing.deciding import SignedDecision, today
from addressing.estate_entry import NewBuilding, NewPart
from addressing.estates import NewEstate
from addressing.rules.estate_model import PartKind
from tests.integration.numbering_ground import ORIGIN, lay_street

BODY = "Ủy ban nhân dân thành phố Hải Phòng"
X, Y = ORIGIN


def lay_estate(conn: Connection, code: str = "KTX", *, by: str = "an", street_id: int | None = None) -> int:
    """Group "sân trước" with two halls and group "sân sau" with a dormitory of three storeys and two flats a floor."""
    street = street_id or lay_street(conn, "A\n.\n.\nB", ["A", "B"], code=f"P-{code}")[0]
    estate_id = estates.enter(conn, NewEstate(code, f"Khu {code}", street, X, Y), by)
    front, back = (
        estate_entry.add(
            conn, estate_id,
            NewPart(PartKind.GROUP, label, side=side, distance_m=distance_m, x=X + distance_m, y=Y + 10), by,
        )
        for label, side, distance_m in (("sân trước", "left", 10.0), ("sân sau", "right", 30.0))
    )  # fmt: skip
    for at, label in enumerate(("xưởng 1", "xưởng 2")):
        building = NewBuilding(label, front, storeys=1, distance_m=5.0 + 20 * at, x=X + 20 * at, y=Y + 20)
        estate_entry.add_building(conn, estate_id, building, by)
    dormitory = NewBuilding(
        "ký túc xá", back, storeys=5, basements=1, avoided=(4,), flats=2, first_flat=1, stairs_m=(3.0,), distance_m=4.0,
        x=X + 60, y=Y + 20,
    )  # fmt: skip
    estate_entry.add_building(conn, estate_id, dormitory, by)
    return estate_id


ANSWERS = {"building_form": "letter", "flats_order": "as_entered", "stair_numbers": "count"}


def draft(conn: Connection, estate_id: int) -> int:
    """A draft in which everything is answered; gives its id."""
    proposal = estate_naming.propose(conn, estate_id, author_id="an")
    for _ in range(10):
        if not proposal.open_questions:
            return proposal.id
        kind = proposal.open_questions[0].kind
        proposal = estate_naming.answer(conn, proposal.id, kind, ANSWERS[kind], "an")
    raise AssertionError([question.code for question in proposal.open_questions])


def name(conn: Connection, estate_id: int, number: str = "12/QĐ-UBND") -> int:
    """The whole way to names in force; gives the id of the proposal."""
    proposal_id = draft(conn, estate_id)
    estate_naming.submit(conn, proposal_id, "an")
    estate_naming.approve(conn, proposal_id, "binh")
    estate_issuing.issue(conn, proposal_id, SignedDecision(number, today(), BODY), "binh")
    return proposal_id
