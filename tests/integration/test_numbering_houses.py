"""Houses with several doors: corners, gates of one plot, doors that name their house, on a real PostGIS."""

from __future__ import annotations

from sqlalchemy import Connection, select

from addressing import numbering
from addressing.rules.policy import Policy
from addressing.rules.policy_choices import EqualWidth
from layers.streets import entrances
from tests.integration.numbering_ground import lay_plot, lay_street
from tests.integration.test_numbering import approved, issued


def test_a_corner_house_is_numbered_on_the_wider_street_only(conn: Connection) -> None:
    plot = lay_plot(conn, "CN-01")
    wide, _ = lay_street(
        conn, "n . .\nGate . End\n. hall s\n.\n.\n.", ["Gate", "End"], code="W", cross_section_m=27.0,
        doors={"hall": {"plot_id": plot, "is_main": False}},
    )  # fmt: skip
    narrow, narrow_doors = lay_street(
        conn, "A gate\nB b", ["A", "B"], code="N", cross_section_m=15.0, doors={"gate": {"plot_id": plot}}
    )
    proposal = numbering.propose(conn, narrow, author_id="an")
    assert [(item.key, item.street_key) for item in proposal.result.elsewhere] == [
        (str(narrow_doors["gate"]), str(wide))
    ]
    issued(conn, approved(conn, wide))
    codes = conn.execute(select(entrances.c.place_code).where(entrances.c.plot_id == plot)).scalars().all()
    assert len(set(codes)) == 1
    assert codes[0] is not None


def test_of_equal_streets_the_main_door_decides_or_the_officer(conn: Connection) -> None:
    plot = lay_plot(conn, "CN-02")
    here, doors = lay_street(conn, "A gate\nB b", ["A", "B"], code="E1", doors={"gate": {"plot_id": plot}})
    lay_street(conn, "A .\nB .\n. side", ["A", "B"], code="E2", doors={"side": {"plot_id": plot, "is_main": False}})
    proposal = numbering.propose(conn, here, author_id="an")
    code = f"equal_width:{doors['gate']}"
    assert {choice.question.code: choice.chosen for choice in proposal.result.choices} == {code: str(here)}
    asked = numbering.propose(conn, here, author_id="an", policy=Policy(equal_width=EqualWidth.ASK))
    assert [question.code for question in asked.open_questions] == [code]
    assert asked.policy["equal_width"]["value"] == "ask"


def test_two_gates_of_one_house_share_its_place(conn: Connection) -> None:
    plot = lay_plot(conn, "CN-03")
    doors = {"front": {"plot_id": plot}, "back": {"plot_id": plot, "kind": "gate", "is_main": False}}
    street_id, _ = lay_street(conn, "A front\n. back\nB c", ["A", "B"], doors=doors)
    assert issued(conn, approved(conn, street_id)).issued == 2
    codes = conn.execute(select(entrances.c.place_code).where(entrances.c.plot_id == plot)).scalars().all()
    assert len(codes) == 2
    assert len(set(codes)) == 1


def test_doors_that_name_one_house_are_one_house_without_any_plot(conn: Connection) -> None:
    """In towns no plot is known; a second door at the corner says by its house code to whom it belongs."""
    wide, front = lay_street(
        conn, "A hall\nB b" + 6 * "\n. .", ["A", "B"], code="W", cross_section_m=20.0,
        doors={"hall": {"house_code": "N-7"}},
    )  # fmt: skip
    narrow, side = lay_street(
        conn, "C . D\n. door .", ["C", "D"], code="N", cross_section_m=6.0,
        doors={"door": {"house_code": "N-7", "is_main": False}},
    )  # fmt: skip
    proposal = numbering.propose(conn, narrow, author_id="an")
    assert [(item.key, item.street_key) for item in proposal.result.elsewhere] == [(str(side["door"]), str(wide))]
    assert proposal.result.assignments == ()
    issued(conn, approved(conn, wide))
    codes = conn.execute(select(entrances.c.place_code).where(entrances.c.house_code == "N-7")).scalars().all()
    assert len(codes) == 2
    assert len(set(codes)) == 1
    again = numbering.propose(conn, narrow, author_id="an")
    assert [item.street_key for item in again.result.elsewhere] == [str(wide)], "by its place from now on"
    assert front["hall"] != side["door"]
