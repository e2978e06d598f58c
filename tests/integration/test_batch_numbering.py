"""Many streets at once give what one at a time gives; what cannot be numbered is said."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from shapely import LineString, Point, box
from sqlalchemy import Connection, func, insert, select, text, update

from addressing import batch, numbering
from addressing.derived_doors import derive_doors, middle_of_frontage
from addressing.errors import AddressingError
from addressing.register import proposals
from addressing.strays import find_strays
from layers.admin_units import administrative_units
from layers.plots import plots
from layers.streets import entrances, streets
from layers.zones import zones
from tests.integration.numbering_ground import ORIGIN, SOURCE, lay_door, lay_plot, lay_street

DAY = date(2026, 11, 1)
STRAIGHT = """
    .  A  e1
    w1 .  .
    .  .  e2
    .  B  .
"""


def drafts(conn: Connection) -> dict[int, tuple[Any, ...]]:
    """Everything about the live drafts but their ids and times, JSON as the database writes it."""
    rows = conn.execute(
        text(
            "SELECT street_id, content::text, policy::text, answers::text, input_hash, open_questions, author,"
            " rule_set_version FROM gis.proposals WHERE status = 'draft' ORDER BY street_id"
        )
    )
    return {row.street_id: tuple(row) for row in rows}


def street_by_street(conn: Connection, street_ids: list[int]) -> tuple[dict[int, tuple[Any, ...]], dict[int, str]]:
    """The peer: the loop that the batch replaces. Undone afterwards."""
    refused = {}
    with conn.begin_nested() as attempt:
        for street_id in street_ids:
            try:
                with conn.begin_nested():
                    numbering.propose(conn, street_id, author_id="an", on=DAY)
            except AddressingError as error:
                refused[street_id] = error.code
        found = drafts(conn)
        attempt.rollback()
    return found, refused


def test_the_demo_province_gets_the_same_bytes_at_once_as_street_by_street(demo_conn: Connection) -> None:
    street_ids = list(demo_conn.execute(select(streets.c.id)).scalars())
    expected, refused = street_by_street(demo_conn, street_ids)
    assert len(expected) > 20
    outcomes = batch.propose_many(demo_conn, street_ids, author_id="an", on=DAY)
    assert drafts(demo_conn) == expected
    assert {item.street_id: item.error.code for item in outcomes if item.error} == refused
    assert [item.street_id for item in outcomes] == sorted(street_ids)
    for item in outcomes:
        if item.error is None:
            proposal = numbering.get_proposal(demo_conn, item.proposal_id or 0)
            assert (proposal.street_id, proposal.street_name) == (item.street_id, item.name)
            assert item.numbers == len(proposal.result.assignments)
            assert item.open_questions == len(proposal.open_questions)


def test_other_processes_decide_alike(demo_conn: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "CHUNK", 7)  # several chunks under way
    street_ids = list(demo_conn.execute(select(streets.c.id).order_by(streets.c.id).limit(30)).scalars())
    expected, _ = street_by_street(demo_conn, street_ids)
    told: list[tuple[int, int]] = []
    with batch.processes(2) as executor:
        batch.propose_many(
            demo_conn, street_ids, author_id="an", on=DAY, executor=executor, tell=lambda *done: told.append(done)
        )
    assert drafts(demo_conn) == expected
    assert told[-1] == (30, 30)
    assert [done for done, _ in told] == sorted({done for done, _ in told})


def test_a_draft_from_the_same_facts_stays_and_one_from_others_hands_on_its_answers(conn: Connection) -> None:
    same, _ = lay_street(conn, STRAIGHT, ["A", "B"], code="S1")
    changed, _ = lay_street(conn, STRAIGHT.replace("w1", "."), [["A", "B"]], code="S2",
                            doors={"e1": {"kind": "empty_land"}})  # fmt: skip
    kept = numbering.propose(conn, same, author_id="an", on=DAY)
    old = numbering.propose(conn, changed, author_id="an", on=DAY)
    assert [question.kind for question in old.open_questions] == ["empty_land_unmeasured"]
    numbering.answer(conn, old.id, "empty_land_unmeasured", "2", by="an", on=DAY)
    lay_door(conn, changed, "S2-new", (40.0, 5.0))
    first, second = batch.propose_many(conn, [same, changed, same], author_id="binh", on=DAY)
    assert (first.proposal_id, first.is_new, first.numbers) == (kept.id, False, 3)
    assert second.is_new
    assert second.proposal_id != old.id
    after = numbering.get_proposal(conn, second.proposal_id or 0)
    assert not after.open_questions
    assert len(after.result.reserved) == 2
    assert numbering.get_proposal(conn, old.id).rejected_reason == numbering.SUPERSEDED


def test_what_cannot_be_numbered_is_a_line_of_the_report(conn: Connection) -> None:
    good, _ = lay_street(conn, STRAIGHT, ["A", "B"], code="S1")
    waiting, _ = lay_street(conn, STRAIGHT, ["A", "B"], code="S2")
    without_length, _ = lay_street(conn, STRAIGHT, ["A", "B"], code="S3")
    spot = func.ST_SetSRID(func.ST_GeomFromText(f"MULTILINESTRING(({ORIGIN[0]} {ORIGIN[1]}, {ORIGIN[0]} {ORIGIN[1]}))"),
                           func.gis.storage_srid())  # fmt: skip
    conn.execute(update(streets).where(streets.c.id == without_length).values(geom=spot))
    numbering.submit(conn, numbering.propose(conn, waiting, author_id="an", on=DAY).id, "an")
    outcomes = batch.propose_many(conn, [good, waiting, without_length, 999_999_999], author_id="an", on=DAY)
    assert [item.error.code if item.error else None for item in outcomes] == [
        None, "wrong_status", "unusable_street", "not_found",
    ]  # fmt: skip
    assert conn.execute(
        select(func.count()).where(proposals.c.street_id == without_length).select_from(proposals)
    ).scalar_one() == 0  # fmt: skip


def test_a_street_across_a_commune_border_is_noted_with_the_spot(conn: Connection) -> None:
    street_id, _ = lay_street(conn, STRAIGHT, ["A", "B"])
    x, y = ORIGIN
    for code, name, low, high in (("90001", "Xã Nam", -500, 25), ("90002", "Xã Bắc", 25, 500)):
        area = box(x - 500, y + low, x + 500, y + high)
        conn.execute(
            insert(administrative_units).values(
                level="commune", code=code, kind="xã", name=name, full_name=name, valid_from=date(2025, 7, 1),
                geom=func.ST_Multi(func.ST_SetSRID(func.ST_GeomFromText(area.wkt), func.gis.storage_srid())), **SOURCE,
            )
        )  # fmt: skip
    proposal = numbering.propose(conn, street_id, author_id="an", on=DAY)
    (note,) = proposal.result.notes
    assert note.kind == "crosses_commune_border"
    assert note.where == pytest.approx((x + 20, y + 25), abs=0.01)
    assert "Xã Bắc" in note.what
    assert "Xã Nam" in note.what_vi


def zone_of_plot(conn: Connection, plot_id: int) -> str:
    return str(
        conn.execute(
            select(zones.c.code).join(plots, plots.c.zone_id == zones.c.id).where(plots.c.id == plot_id)
        ).scalar_one()
    )


def test_entrances_without_a_street_are_listed_with_the_nearest(conn: Connection) -> None:
    zone = zone_of_plot(conn, lay_plot(conn, "P1"))
    street_id, ids = lay_street(conn, STRAIGHT, ["A", "B"])
    far = lay_door(conn, street_id, "S1-far", (220.0, 0.0))
    conn.execute(update(entrances).where(entrances.c.id.in_([ids["e1"], far])).values(street_id=None))
    near_one, far_one = find_strays(conn, zone)
    assert (near_one.entrance_id, near_one.nearest_street_id, near_one.distance_m) == (ids["e1"], street_id, 20.0)
    assert (far_one.entrance_id, far_one.nearest_street_id) == (far, None)
    assert "none is within reach" in far_one.what


def lay_lot(conn: Connection, code: str, low: tuple[float, float], high: tuple[float, float], **facts: Any) -> int:
    """A rectangular plot in the zone of an earlier one."""
    zone_id = conn.execute(select(zones.c.id).order_by(zones.c.id.desc()).limit(1)).scalar_one()
    outline = box(low[0] + ORIGIN[0], low[1] + ORIGIN[1], high[0] + ORIGIN[0], high[1] + ORIGIN[1])
    lot_id: int = conn.execute(
        insert(plots)
        .values(zone_id=zone_id, code=code, land_use_code="SKK", area_m2=outline.area,
                geom=func.ST_SetSRID(func.ST_GeomFromText(outline.wkt), func.gis.storage_srid()),
                **{"status": "leased"} | facts, **SOURCE)
        .returning(plots.c.id)
    ).scalar_one()  # fmt: skip
    return lot_id


def test_a_plot_without_an_entrance_gets_one_in_the_middle_of_its_frontage(conn: Connection) -> None:
    with_door = lay_plot(conn, "P1")
    street_id, ids = lay_street(conn, "A . . .\n. . . .\n. . . .\nB . . .", ["A", "B"])
    beside, _ = lay_street(conn, ". . . D\n. . . .\n. . . .\n. . . C", ["D", "C"], code="S2")
    assert not ids
    built = lay_lot(conn, "L1", (8, 10), (26, 30))
    empty = lay_lot(conn, "L2", (8, 32), (26, 50), status="available")
    between = lay_lot(conn, "L3", (28, 10), (32, 30))
    lay_door(conn, street_id, "S1-known", (12.0, 55.0), plot_id=with_door)
    derived = derive_doors(conn, [street_id, beside])
    assert derived.ambiguous == (between,)
    rows = conn.execute(
        select(
            entrances.c.plot_id, entrances.c.kind, entrances.c.position_quality,
            func.ST_X(entrances.c.geom) - ORIGIN[0], func.ST_Y(entrances.c.geom) - ORIGIN[1],
        ).where(entrances.c.id.in_(derived.added)).order_by(entrances.c.id)
    ).all()  # fmt: skip
    assert [tuple(row) for row in rows] == [
        (built, "building", "derived", 8, 20), (empty, "empty_land", "derived", 8, 41),
    ]  # fmt: skip
    proposal = numbering.propose(conn, street_id, author_id="an", on=DAY)
    noted = {note.subject for note in proposal.result.notes if note.kind == "derived_position"}
    assert noted == {str(key) for key in derived.added}
    assert derive_doors(conn, [street_id, beside]).added == (), "a second time adds nothing"


def test_the_middle_of_a_crooked_frontage() -> None:
    line = LineString([(0, 0), (100, 0), (100, 100)])
    assert middle_of_frontage(box(20, 8, 60, 40), line).equals_exact(Point(40, 8), 1e-6)
    corner = middle_of_frontage(box(60, 8, 92, 40), line)
    assert min(abs(corner.y - 8), abs(corner.x - 92)) < 1e-6
