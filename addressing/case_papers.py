"""Gathers what the answer to a case is made of. Staff only: it names the applicant."""

from __future__ import annotations

from sqlalchemy import Connection

from addressing import cases, place_sheet
from addressing.deciding import today
from addressing.documents.case_answer import CaseFacts
from addressing.documents.facts import Area
from addressing.identifiers import PlaceId
from addressing.paper_facts import area_of
from addressing.plates import plates_of_place

_PLATE_VI = {
    "ordered": "đã đặt làm", "made": "đã làm xong", "issued": "đã giao", "fixed": "đã gắn",
    "not_fixed": "chưa gắn được", "withdrawn": "đã thu hồi",
}  # fmt: skip


def case_facts(conn: Connection, case_id: int, body: str, *, is_demo: bool) -> CaseFacts:
    """A case with the numbers, address and plates of its place today. Raises `NotFound`."""
    case = cases.get_case(conn, case_id)
    sheet = place_sheet.read(conn, PlaceId.parse(case.place_id), today()) if case.place_id else None
    street_id = case.street_id or (sheet.present[0].street_id if sheet and sheet.present else None)
    refused = [one.note for one in cases.timeline(conn, case_id) if one.event == "rejected"]
    numbers = sheet.present if sheet else ()
    return CaseFacts(
        receipt=case.receipt, kind=case.kind, state=case.state, applicant=case.applicant_name,
        received_on=case.received_on, due_on=case.due_on, answered_on=case.answered_on,
        reference=case.answer_reference, refused_because=refused[-1] if refused and case.state != "answered" else None,
        place_id=case.place_id, address=sheet.address("vi") if sheet and sheet.present else "",
        numbers=tuple((one.number, one.decision_number or "") for one in numbers),
        plates=tuple((plate.code, _PLATE_VI[plate.status]) for plate in plates_of_place(conn, case.place_id))
        if case.place_id else (),
        area=area_of(conn, street_id, today()) if street_id else Area("", "", ""), body=body, is_demo=is_demo,
    )  # fmt: skip
