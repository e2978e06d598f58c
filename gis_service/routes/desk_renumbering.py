"""Changing numbers of a street at the desk: see what depends on them, ask, and let somebody else carry it out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Path, Query
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from addressing import areas, dividing, renumbering, worklist
from addressing.deciding import SignedDecision, today
from addressing.entering import street_of_number
from addressing.errors import AddressingError
from gis_service.access import Access, reading, writing
from gis_service.errors import status_of
from gis_service.identity import policy
from gis_service.pages_context import page

router = APIRouter(tags=["address desk"], include_in_schema=False, default_response_class=HTMLResponse)

RecordId = Annotated[int, Path(ge=1, le=2**62)]
Seen = Annotated[int, Form(ge=0, le=2**31)]
"""Version of the request that the form was made from."""
Text = Annotated[str, Form(max_length=1000)]
_CHANGE = "number-changes/{change_id}"
_DONE = ("asked", "done", "rejected")


@router.get("/desk/numbers")
def changes_page(request: Request, access: Annotated[Access, reading("numbers.change.read")]) -> Response:
    """Changes in your area that wait for a decision."""
    rows = renumbering.list_asked(access.connection, access.identity.login)
    return page(request, access, "desk/changes.html", rows=rows)


@router.get("/desk/numbers/{number_id}/change")
def change_form(
    request: Request, access: Annotated[Access, reading("numbers.change.preview")], number_id: RecordId,
    new: Annotated[str, Query(max_length=40)] = "", end: Annotated[str, Query(max_length=3)] = "",
    parts: Annotated[int | None, Query(ge=2, le=dividing.MOST_PARTS)] = None,
) -> Response:  # fmt: skip
    """One number: what it is to become, and everything that depends on it. Writes nothing.

    With `parts`, what the parts of its house would bear.
    """
    return _form_page(request, access, number_id, Typed(new.strip(), bool(end), ""), parts=parts)


@router.post("/desk/numbers/{number_id}/change")
def ask(
    request: Request, number_id: RecordId,
    access: Annotated[Access, writing("numbers.change.ask", "numbers/{number_id}")],
    new: Text = "", end: Text = "", reason: Text = "",
) -> Response:  # fmt: skip
    """Ask for the change; somebody else carries it out by a decision."""
    typed = Typed(new.strip(), bool(end), reason.strip())
    conn = access.connection
    street_id = street_of_number(conn, number_id)
    if not typed.reason:
        return _form_again(request, access, number_id, typed, None)
    try:
        asked = renumbering.ask(conn, street_id, typed.changes(number_id), typed.reason, access.identity.login)
    except AddressingError as fault:
        return _form_again(request, access, number_id, typed, fault)
    return RedirectResponse(f"/desk/number-changes/{asked.id}?done=asked", 303)


@router.get("/desk/number-changes/{change_id}")
def change_page(
    request: Request, access: Annotated[Access, reading("numbers.change.read")], change_id: RecordId,
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:  # fmt: skip
    """A change that was asked for: what depends on it, and what the asker may do with it."""
    return _change_page(request, access, change_id, done=done if done in _DONE else "")


@router.post("/desk/number-changes/{change_id}/approve")
def approve(
    request: Request, change_id: RecordId, access: Annotated[Access, writing("numbers.change.approve", _CHANGE)],
    version: Seen, decision_date: Annotated[date, Form()], decision_number: Text = "", issuing_body: Text = "",
) -> Response:  # fmt: skip
    """Carry it out from the day of the signed decision. Whoever asked may not."""
    signed = SignedDecision(decision_number.strip(), decision_date, issuing_body.strip())
    typed = {"number": signed.number, "day": decision_date.isoformat(), "body": signed.issuing_body}
    return _step(request, access, change_id, "done", typed, lambda: renumbering.approve(
        access.connection, change_id, signed, access.identity.login, version=version
    ))  # fmt: skip


@router.post("/desk/number-changes/{change_id}/reject")
def reject(
    request: Request, change_id: RecordId, access: Annotated[Access, writing("numbers.change.reject", _CHANGE)],
    version: Seen, reason: Annotated[str, Form(min_length=1, max_length=1000, pattern=r"\S")],
) -> Response:  # fmt: skip
    """End it without doing it; an officer takes back only what is their own."""
    return _step(request, access, change_id, "rejected", {"reason": reason.strip()}, lambda: renumbering.reject(
        access.connection, change_id, reason.strip(), access.identity.login, version=version,
        may_reject_others="approver" in access.identity.roles,
    ))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form of one number."""

    new: str
    ends: bool
    reason: str

    @property
    def is_empty(self) -> bool:
        """Nothing is asked for yet."""
        return not self.new and not self.ends

    def changes(self, number_id: int) -> dict[int, str | None]:
        """The same for the register."""
        return {number_id: None if self.ends else self.new}


def _form_again(
    request: Request, access: Access, number_id: int, typed: Typed, fault: AddressingError | None
) -> Response:
    shown = _form_page(request, access, number_id, typed, fault=fault, needs_words=fault is None)
    access.take_back()
    return shown


def _form_page(
    request: Request, access: Access, number_id: int, typed: Typed, *, fault: AddressingError | None = None,
    needs_words: bool = False, parts: int | None = None,
) -> Response:  # fmt: skip
    conn = access.connection
    street_id = street_of_number(conn, number_id)
    areas.require_street(conn, access.identity.login, street_id)
    plan, division = None, None
    if parts is not None:
        try:
            division = dividing.parts_of(conn, number_id, parts, today())
        except AddressingError as found:
            fault = found
    if fault is None and not typed.is_empty:
        plan, fault = _plan(conn, street_id, typed.changes(number_id))
    return page(
        request, access, "desk/change_form.html", status=status_of(fault) if fault else 422 if needs_words else 200,
        number_id=number_id, present=renumbering.open_numbers(conn, street_id).get(number_id, "–"),
        street=worklist.get_street(conn, street_id), typed=typed, plan=plan, fault=fault, needs_words=needs_words,
        part_count=parts or 2, most_parts=dividing.MOST_PARTS, division=division,
        may_ask=policy.may(access.identity, "numbers.change.ask"),
    )  # fmt: skip


def _plan(
    conn: Connection, street_id: int, changes: renumbering.Changes, joined_to: int | None = None
) -> tuple[renumbering.Plan | None, AddressingError | None]:
    try:
        return renumbering.plan(conn, street_id, changes, joined_to), None
    except AddressingError as fault:
        return None, fault


def _step(
    request: Request, access: Access, change_id: int, done: str, typed: dict[str, str], act: Callable[[], object]
) -> Response:
    """Do it and go back to the change; or show it as it is, with what was wrong and what was typed."""
    try:
        act()
    except AddressingError as fault:
        shown = _change_page(request, access, change_id, fault=fault, failed=done, typed=typed)
        access.take_back()
        return shown
    return RedirectResponse(f"/desk/number-changes/{change_id}?done={done}", 303)


def _change_page(
    request: Request, access: Access, change_id: int, *, done: str = "", fault: AddressingError | None = None,
    failed: str = "", typed: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    conn, who = access.connection, access.identity
    asked = renumbering.get_asked(conn, change_id)
    areas.require_street(conn, who.login, asked.street_id)
    waits = asked.status == "submitted"
    plan, obstacle = _plan(conn, asked.street_id, asked.changes, asked.joined_to_id) if waits else (None, None)
    is_own = asked.author == who.login
    return page(
        request, access, "desk/change.html", status=status_of(fault) if fault else 200, asked=asked, plan=plan,
        obstacle=obstacle, street=worklist.get_street(conn, asked.street_id), done=done, fault=fault, failed=failed,
        typed=typed or {}, today=today(), is_own=is_own,
        may_approve=waits and policy.may(who, "numbers.change.approve"),
        may_reject=waits and policy.may(who, "numbers.change.reject") and (is_own or "approver" in who.roles),
    )  # fmt: skip
