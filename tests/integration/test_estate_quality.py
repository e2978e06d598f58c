"""The quality report of an estate: doubles, gaps, what nobody surveyed, named or wrote; and its certification."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, text

from addressing import certification, estate_entry, estate_facts, estate_issuing, estate_quality
from addressing.certification import ESTATE
from addressing.deciding import SignedDecision, today
from addressing.errors import NotFound, OutsideArea, StepNotPossible, VersionConflict
from addressing.estate_entry import NewPart
from addressing.rules.estate_model import PartKind
from tests.integration.estate_ground import BODY, lay_estate, name


def findings(conn: Connection, estate_id: int) -> set[tuple[str, str]]:
    return {(one.kind, one.subject) for one in estate_quality.estate_report(conn, estate_id).findings}


def part_of(conn: Connection, estate_id: int, kind: PartKind, called: str) -> estate_facts.PartOnRecord:
    parts = estate_facts.read(conn, estate_id).parts
    return next(one for one in parts if one.facts.kind is kind and called in (one.facts.name, one.facts.label))


def test_an_estate_that_was_only_entered_has_no_names(conn: Connection) -> None:
    estate_id = lay_estate(conn)
    report = estate_quality.estate_report(conn, estate_id)
    assert report.names == 0
    assert report.counts["without_name"] == 24
    assert report.counts["uncertified"] == 1


def test_a_named_estate_has_nothing_doubtful_but_that_nobody_certified_it(conn: Connection) -> None:
    estate_id = lay_estate(conn)
    name(conn, estate_id)
    assert findings(conn, estate_id) == {("uncertified", "")}
    certification.certify(conn, estate_id, "binh", of=ESTATE)
    assert findings(conn, estate_id) == set()


def test_what_nobody_surveyed_and_what_has_no_address_is_told(conn: Connection) -> None:
    estate_id = lay_estate(conn)
    name(conn, estate_id)
    conn.execute(text("UPDATE gis.estate_parts SET geom = NULL WHERE label = 'xưởng 1'"))
    conn.execute(text("UPDATE gis.addresses SET valid_to = valid_from WHERE part_name_id ="
                      " (SELECT id FROM gis.part_names WHERE name = '3-02')"))  # fmt: skip
    assert findings(conn, estate_id) == {
        ("uncertified", ""), ("derived_position", "building A1"), ("without_address", "flat 3-02"),
    }  # fmt: skip


def test_what_hangs_twice_is_told_and_blocks_certification(conn: Connection) -> None:
    estate_id = lay_estate(conn)
    name(conn, estate_id)
    workshop = part_of(conn, estate_id, PartKind.BUILDING, "xưởng 2")
    estate_entry.change_part(conn, workshop.id, {"found_name": "A1"}, "an")
    assert ("duplicate", "A1") in findings(conn, estate_id)
    with pytest.raises(StepNotPossible, match="block"):
        certification.certify(conn, estate_id, "binh", of=ESTATE)


def test_gaps_are_told_by_kind_and_a_retired_name_is_none(conn: Connection) -> None:
    estate_id = lay_estate(conn)
    dormitory = part_of(conn, estate_id, PartKind.BUILDING, "ký túc xá")
    estate_entry.add(conn, estate_id, NewPart(PartKind.FLOOR, "7", dormitory.id, level=7), "an")
    estate_entry.change_part(conn, dormitory.id, {"storeys": 7}, "an")
    for label, found in (("sân trước", "B"), ("sân sau", "D"), ("xưởng 1", "B1"), ("xưởng 2", "B3")):
        conn.execute(text("UPDATE gis.estate_parts SET found_name = :found WHERE label = :label"),
                     {"found": found, "label": label})  # fmt: skip
    name(conn, estate_id)
    assert {subject for kind, subject in findings(conn, estate_id) if kind == "gap"} == {"A, C", "B2", "6"}


def test_a_name_that_ended_leaves_no_gap(conn: Connection) -> None:
    estate_id = lay_estate(conn)
    name(conn, estate_id)
    first = part_of(conn, estate_id, PartKind.BUILDING, "A1")
    last = part_of(conn, estate_id, PartKind.FLAT, "2-01")
    for at, part in enumerate((first, last)):
        assert part.name_id is not None
        estate_issuing.retire(conn, part.name_id, SignedDecision(f"{at}/QĐ", today(), BODY), "phá dỡ", "binh")
    found = findings(conn, estate_id)
    assert not any(kind == "gap" for kind, _ in found)
    assert ("without_name", "building xưởng 1") in found


def test_a_certification_goes_out_of_date_and_is_taken_back_with_a_reason(conn: Connection) -> None:
    estate_id = lay_estate(conn)
    with pytest.raises(StepNotPossible, match="no numbers"):
        certification.certify(conn, estate_id, "binh", of=ESTATE)
    name(conn, estate_id)
    made = certification.certify(conn, estate_id, "binh", of=ESTATE)
    assert (made.street_id, made.estate_id, made.numbers, made.is_current) == (None, estate_id, 24, True)
    with pytest.raises(StepNotPossible, match="certified as it stands"):
        certification.certify(conn, estate_id, "binh", of=ESTATE)
    hall = part_of(conn, estate_id, PartKind.BUILDING, "A2")
    assert hall.name_id is not None
    estate_issuing.retire(conn, hall.name_id, SignedDecision("9/QĐ", today(), BODY), "phá dỡ", "binh")
    assert ("changed_since_certified", "") in findings(conn, estate_id)
    with pytest.raises(VersionConflict):
        certification.undo(conn, estate_id, "nhầm", "binh", version=made.version + 5, of=ESTATE)
    certification.undo(conn, estate_id, "nhầm", "binh", version=made.version, of=ESTATE)
    assert certification.find_certification(conn, estate_id, of=ESTATE) is None


def test_a_commune_lists_its_estates_and_an_unknown_one_is_not_found(conn: Connection) -> None:
    for code in ("B2", "A1"):
        lay_estate(conn, code)
    conn.execute(text("UPDATE gis.streets SET commune_code = '10891'"))
    assert [one.estate_name for one in estate_quality.commune_report(conn, "10891")] == ["Khu A1", "Khu B2"]
    with pytest.raises(NotFound):
        estate_quality.estate_report(conn, 0)


def test_who_works_elsewhere_certifies_nothing(conn: Connection) -> None:
    estate_id = lay_estate(conn)
    name(conn, estate_id)
    conn.execute(text("UPDATE gis.streets SET commune_code = '10891'"))
    conn.execute(text("INSERT INTO gis.account_areas (login, area, granted_by) VALUES ('chi', 'commune:10543', 'x')"))
    with pytest.raises(OutsideArea):
        certification.certify(conn, estate_id, "chi", of=ESTATE)
