"""What the pages of the desk show: rows of tables, and the same as data for the map beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from addressing import history, paper_facts, place_papers
from addressing.answering import DECIDED_BY_COMMITTEE
from addressing.deciding import today
from addressing.doors import DeskDoor, list_doors
from addressing.errors import AddressingError, UnusableStreet
from addressing.numbering import Proposal
from addressing.place_sheet import PlaceSheet
from addressing.position import street_axis
from addressing.rules.clauses import CLAUSES, Clause
from addressing.rules.model import Choice, OpenQuestion
from addressing.street_facts import NumberOnStreet, numbers_on_street
from addressing.worklist import DeskStreet, StreetPage, get_street, street_line
from gis_service.identity import policy
from gis_service.identity.model import Identity
from maps import i18n, listings

_RIGHTS = {
    "propose": "streets.number.propose", "answer": "streets.number.answer", "submit": "streets.number.submit",
    "withdraw": "streets.number.withdraw",
    "approve": "streets.number.approve", "reject": "streets.number.reject", "issue": "streets.number.issue",
    "move": "entrances.move", "certify": "certificates.issue",
    "change": "numbers.change.preview", "enter_estate": "estates.enter",
}  # fmt: skip
_TEXTS = (
    "close", "loading", "failed", "no_map", "offline", "zoom_in", "zoom_out", "reset_north", "map_title", "attribution",
)  # fmt: skip
_DESK_TEXTS = ("marker", "moved_by", "saved_not_yet", "open_street")


def rights(identity: Identity) -> dict[str, bool]:
    """What the asker may do at the desk, by the words of the templates."""
    return {word: policy.may(identity, operation) for word, operation in _RIGHTS.items()}


@dataclass(frozen=True, slots=True)
class DoorRow:
    """One door of a street as it stands today."""

    door: DeskDoor
    number: str
    # in force; "" without
    status: str
    # in_force, reserved or "" for none
    side: str
    chainage_m: float | None


@dataclass(frozen=True, slots=True)
class StreetView:
    """The doors of a street with their numbers of today, along the street."""

    rows: tuple[DoorRow, ...]
    doors: tuple[DeskDoor, ...]
    without_line: bool
    # the street has no single line, so nobody can say which side a door is on


def street_view(conn: Connection, street: DeskStreet) -> StreetView:
    """Doors in their order along the street, each with its number in force or spare."""
    by_door: dict[int | None, NumberOnStreet] = {}
    for one in numbers_on_street(conn, street.id, today()):
        if one.entrance_id not in by_door or one.status == "in_force":
            by_door[one.entrance_id] = one
    try:
        axis = street_axis(conn, street.id)
    except UnusableStreet:
        axis = None
    found = list_doors(conn, street.id)
    rows = []
    for door in found:
        number = by_door.get(door.id)
        side, chainage_m = "", None
        if axis is not None:
            side, chainage_m = axis.side(door.x, door.y).value, axis.chainage_m(door.x, door.y)
        rows.append(DoorRow(door, number.number if number else "", number.status if number else "", side, chainage_m))
    rows.sort(key=lambda row: (row.chainage_m or 0.0, row.door.id))
    return StreetView(tuple(rows), tuple(row.door for row in rows), axis is None)


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One door before and after a proposal."""

    key: str
    door: DeskDoor | None
    before: str
    after: str
    kind: str
    # new, kept, spare, elsewhere or asked
    side: str
    distance_m: float | None
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question with the door that it is about."""

    question: OpenQuestion
    door: DeskDoor | None
    needs_decision: bool
    # it is the committee's to answer, by a numbered decision


@dataclass(frozen=True, slots=True)
class Settled:
    """A choice with who settled it."""

    choice: Choice
    door: DeskDoor | None
    by: str
    reason: str
    # with the number of the decision, where one was given
    needs_decision: bool


@dataclass(frozen=True, slots=True)
class ProposalView:
    """Everything the page of a proposal shows beside the proposal itself."""

    rows: tuple[ChangeRow, ...]
    questions: tuple[Question, ...]
    settled: tuple[Settled, ...]
    clauses: tuple[Clause, ...]
    steps: tuple[history.Step, ...]
    doors: tuple[DeskDoor, ...]
    body: str
    # proposed for the issuing body
    is_author: bool
    is_own: bool
    # the asker wrote or answered in it, so somebody else must approve
    counts: Mapping[str, int]
    places: tuple[tuple[str, str, str], ...]
    # number, place id and code of the valid certificate ("" without) of each issued number


def proposal_view(conn: Connection, proposal: Proposal, identity: Identity) -> ProposalView:
    """A proposal for people: rows along the street, questions by door, reasons in words."""
    doors = {str(door.id): door for door in list_doors(conn, proposal.street_id)}
    rows = _change_rows(proposal, doors)
    questions = tuple(
        Question(one, doors.get(one.subject), one.clause in DECIDED_BY_COMMITTEE) for one in proposal.result.questions
    )
    cited = {name for row in rows for name in row.clauses} | set(proposal.result.direction_clauses)
    cited |= {one.clause for one in proposal.result.questions} | {one.clause for one in proposal.result.notes}
    province = paper_facts.area_of(conn, proposal.street_id, today()).province
    return ProposalView(
        rows=rows,
        questions=questions,
        settled=tuple(_settled(proposal, choice, doors) for choice in proposal.result.choices),
        clauses=tuple(CLAUSES[name] for name in sorted(cited & CLAUSES.keys())),
        steps=tuple(history.steps_of(conn, proposal.id)),
        doors=tuple(doors.values()),
        body=f"Ủy ban nhân dân {province[:1].lower()}{province[1:]}" if province else "",
        is_author=identity.login == proposal.author,
        is_own=identity.login in proposal.hands,
        counts={kind: sum(row.kind == kind for row in rows) for kind in ("new", "kept", "spare", "elsewhere")},
        places=_places(conn, rows) if proposal.status == "issued" else (),
    )


def _change_rows(proposal: Proposal, doors: Mapping[str, DeskDoor]) -> tuple[ChangeRow, ...]:
    result = proposal.result

    def row(
        key: str, after: str, kind: str, side: str, distance_m: float | None, clauses: tuple[str, ...]
    ) -> ChangeRow:
        door = doors.get(key)
        return ChangeRow(
            key, door, (door.existing_number or "") if door else "", after, kind, side, distance_m, clauses
        )

    rows = [
        row(one.key, str(one.number), "kept" if one.is_existing else "new", one.side.value, one.distance_m, one.clauses)
        for one in result.assignments
    ]
    rows += [
        row(one.key, str(one.number), "spare", one.side.value, one.distance_m, one.clauses) for one in result.reserved
    ]
    rows += [row(one.key, "", "elsewhere", "", None, one.clauses) for one in result.elsewhere]
    seen = {one.key for one in rows}
    rows += [row(key, "", "asked", "", None, ()) for key in doors if key not in seen]
    return tuple(sorted(rows, key=lambda one: (one.distance_m is None, one.distance_m or 0.0, one.after)))


def _settled(proposal: Proposal, choice: Choice, doors: Mapping[str, DeskDoor]) -> Settled:
    given = proposal.answers.get(choice.question.code) if choice.settled_by == "answer" else None
    reasons = (given.reason, given.decision_number) if given else ()
    return Settled(
        choice, doors.get(choice.question.subject), given.by if given else choice.settled_by,
        ", ".join(part for part in reasons if part), choice.question.clause in DECIDED_BY_COMMITTEE,
    )  # fmt: skip


def _places(conn: Connection, rows: Sequence[ChangeRow]) -> tuple[tuple[str, str, str], ...]:
    numbered = [(row.after, row.door.place_id) for row in rows if row.kind in ("new", "kept") and row.door]
    certified = place_papers.certificates_of(conn, {place for _, place in numbered if place})
    return tuple(
        (number, place, certified[place].code if place in certified else "") for number, place in numbered if place
    )


def list_data(conn: Connection, lang: str, listing: StreetPage) -> dict[str, Any]:
    """What the map of the list of streets reads."""
    boxes = [(row.west, row.south, row.east, row.north) for row in listing.rows]
    bounds = _union(boxes) or listings.zone_extent(conn)
    rows = [{"id": row.id, "name": row.name, "bounds": box} for row, box in zip(listing.rows, boxes, strict=True)]
    return {"lang": lang, "texts": _texts(lang), "bounds": bounds, "streets": rows}


def street_data(
    conn: Connection, lang: str, street: DeskStreet, view: StreetView, chosen: DeskDoor | None
) -> dict[str, Any]:
    """What the map of one street reads: its line and its doors, each with the number of today."""
    doors = [
        {**_point(row.door), "before": row.number or row.door.existing_number or "", "kind": row.status or "none"}
        for row in view.rows
    ]
    return map_data(conn, lang, street, doors) | {"chosen": chosen.id if chosen else None}


def proposal_data(conn: Connection, lang: str, proposal: Proposal, view: ProposalView) -> dict[str, Any]:
    """What the map of a proposal reads: every door with its number before and after."""
    by_door: dict[int, dict[str, Any]] = {}
    for row in view.rows:
        if row.door is None:
            continue
        known = by_door.setdefault(
            row.door.id, {**_point(row.door), "before": row.before, "after": "", "kind": row.kind}
        )
        known["after"] = ", ".join(part for part in (known["after"], row.after) if part)
    return map_data(conn, lang, get_street(conn, proposal.street_id), list(by_door.values())) | {"chosen": None}


def map_data(conn: Connection, lang: str, street: DeskStreet, doors: list[dict[str, Any]]) -> dict[str, Any]:
    """A street with points beside it, as the map of the desk reads them."""
    line = street_line(conn, street.id)
    boxes = [(street.west, street.south, street.east, street.north)]
    boxes += [(door["lon"], door["lat"], door["lon"], door["lat"]) for door in doors]
    return {
        "lang": lang,
        "texts": _texts(lang),
        "bounds": _union(boxes),
        "line": json.loads(line) if line else None,
        "doors": doors,
    }


def _point(door: DeskDoor) -> dict[str, Any]:
    return {
        "id": door.id, "label": door.label, "code": door.code, "lon": door.lon, "lat": door.lat, "x": round(door.x, 2),
        "y": round(door.y, 2), "version": door.version, "quality": door.position_quality,
        "empty": door.kind == "empty_land",
    }  # fmt: skip


def _texts(lang: str) -> dict[str, str]:
    texts = {key: i18n.translate(lang, f"js.{key}") for key in _TEXTS}
    return texts | {key: i18n.translate(lang, f"desk.js.{key}") for key in _DESK_TEXTS}


def _union(boxes: Sequence[tuple[float, float, float, float]]) -> tuple[float, float, float, float] | None:
    if not boxes:
        return None
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)


def place_data(lang: str, sheet: PlaceSheet) -> dict[str, Any]:
    """What the small map of a place reads."""
    number = sheet.present[0].number if sheet.present else ""
    return {"lang": lang, "texts": _texts(lang), "lon": sheet.lon, "lat": sheet.lat, "label": number or sheet.id}


def words(fault: AddressingError | None, lang: str) -> str | None:
    """What was wrong, in the language of the page."""
    if fault is None:
        return None
    return fault.message_vi if lang == "vi" else str(fault)
