"""Changing several numbers of a street at once: choose, preview, give the reason, ask. All of it or nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import APIRouter, Form, Path, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from addressing import areas, renumbering, worklist
from addressing.entering import parse_number
from addressing.errors import AddressingError, InvalidIdentifier
from addressing.renumbering import OpenNumber
from addressing.rules.numbers import HIGHEST_NUMBER
from gis_service.access import Access, reading, writing
from gis_service.errors import status_of
from gis_service.identity import policy
from gis_service.pages_context import page

router = APIRouter(tags=["address desk"], include_in_schema=False, default_response_class=HTMLResponse)

MOST_ROWS = 400
"""Rows of one form: a longer street is worked on in parts, chosen by the numbers from and to."""

StreetId = Annotated[int, Path(ge=1, le=2**62)]
Bound = Annotated[int | None, Query(ge=1, le=HIGHEST_NUMBER)]
Ids = Annotated[str, Form(max_length=20 * MOST_ROWS, pattern=r"^[0-9,]*$")]
"""The numbers that the form showed, in its order."""
News = Annotated[list[str], Form(max_length=MOST_ROWS)]
Ends = Annotated[list[int], Form(max_length=MOST_ROWS)]
Kept = Annotated[int | None, Form(ge=0, le=2**62)]
"""Id of the number that a joined house keeps; 0 where nothing is joined."""
Words = Annotated[str, Form(max_length=1000)]


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form."""

    new: dict[int, str] = field(default_factory=dict)
    # id of a number -> what was typed; only what is not blank
    ends: frozenset[int] = frozenset()
    reason: str = ""
    # of every number that has none of its own
    reasons: dict[int, str] = field(default_factory=dict)
    # id of a number -> why this one; only what is not blank
    joined_to: int | None = None
    # the number whose house those of the ended ones become one with

    @property
    def changes(self) -> dict[int, str | None]:
        """The same for the register; whoever ends a number and types one means the end."""
        return {**self.new, **dict.fromkeys(self.ends)}

    @property
    def is_reasoned(self) -> bool:
        """Whether every change has a reason."""
        return bool(self.reason) or (bool(self.changes) and self.changes.keys() <= self.reasons.keys())


@router.get("/desk/streets/{street_id}/numbers")
def changes_form(
    request: Request, access: Annotated[Access, reading("numbers.change.preview")], street_id: StreetId,
    low: Bound = None, high: Bound = None,
    first: Annotated[str, Query(max_length=10)] = "",
    by: Annotated[int | None, Query(ge=-10_000, le=10_000)] = None,
) -> Response:  # fmt: skip
    """All numbers of a street, each with what it is to become; `first` and `by` fill in a moved series."""
    typed, fault = Typed(), None
    if first.strip() and by is not None:
        try:
            moved = renumbering.shifted(
                renumbering.list_numbers(access.connection, street_id), parse_number(first), _even(by)
            )  # fmt: skip
            typed = Typed(moved)
        except AddressingError as found:
            fault = found
    return _page(request, access, street_id, typed, low=low, high=high, first=first.strip(), by=by, fault=fault)


@router.post("/desk/streets/{street_id}/numbers/preview")
def preview(
    request: Request, access: Annotated[Access, reading("numbers.change.preview")], street_id: StreetId,
    ids: Ids = "", new: News = [], end: Ends = [], why: News = [], reason: Words = "",  # noqa: B006 - never changed; FastAPI copies it
    low: Annotated[int | None, Form()] = None, high: Annotated[int | None, Form()] = None, joined_to: Kept = None,
) -> Response:  # fmt: skip
    """Everything that depends on these changes. Writes nothing."""
    typed = _typed(ids, new, end, why, reason, joined_to)
    return _page(request, access, street_id, typed, low=low, high=high, is_preview=True)


@router.post("/desk/streets/{street_id}/numbers")
def ask(
    request: Request, access: Annotated[Access, writing("numbers.change.ask", "streets/{street_id}")],
    street_id: StreetId,
    ids: Ids = "", new: News = [], end: Ends = [], why: News = [], reason: Words = "",  # noqa: B006 - as above
    low: Annotated[int | None, Form()] = None, high: Annotated[int | None, Form()] = None, joined_to: Kept = None,
) -> Response:  # fmt: skip
    """Ask for all of it as one request; somebody else carries it out whole, or not at all."""
    typed, fault = _typed(ids, new, end, why, reason, joined_to), None
    if typed.is_reasoned:
        try:
            asked = renumbering.ask(
                access.connection, street_id, typed.changes, typed.reason, access.identity.login,
                reasons=typed.reasons, joined_to=typed.joined_to,
            )  # fmt: skip
            return RedirectResponse(f"/desk/number-changes/{asked.id}?done=asked", 303)
        except AddressingError as found:
            fault = found
    shown = _page(
        request, access, street_id, typed, low=low, high=high, is_preview=fault is None, fault=fault,
        needs_words=not typed.is_reasoned,
    )  # fmt: skip
    access.take_back()
    return shown


def _typed(ids: str, new: list[str], end: list[int], why: list[str], reason: str, joined_to: int | None) -> Typed:
    shown = [int(one) for one in ids.split(",") if one]
    written, reasons = (
        {number_id: words.strip() for number_id, words in zip(shown, column, strict=False) if words.strip()}
        for column in (new, why)
    )
    return Typed(written, frozenset(end), reason.strip(), reasons, joined_to or None)


def _even(by: int) -> int:
    """A series keeps its side. Raises `InvalidIdentifier` for an odd step or none."""
    if by == 0 or by % 2:
        raise InvalidIdentifier(
            "step", "bước dịch", str(by), "a series moves by an even number, or it changes its side",
            "phải là số chẵn khác 0, nếu không số nhà sẽ đổi bên",
        )  # fmt: skip
    return by


def _page(
    request: Request, access: Access, street_id: int, typed: Typed, *, low: int | None, high: int | None,
    first: str = "", by: int | None = None, is_preview: bool = False, fault: AddressingError | None = None,
    needs_words: bool = False,
) -> Response:  # fmt: skip
    conn = access.connection
    street = worklist.get_street(conn, street_id)
    areas.require_street(conn, access.identity.login, street_id)
    every = renumbering.list_numbers(conn, street_id)
    # What was typed is always shown, or it would be asked for unseen.
    rows = [one for one in every if _within(one, low, high) or one.id in typed.changes]
    plan = None
    if is_preview:
        try:
            plan = renumbering.plan(conn, street_id, typed.changes, typed.joined_to)
        except AddressingError as found:
            fault = found
    return page(
        request, access, "desk/renumber.html", status=status_of(fault) if fault else 422 if needs_words else 200,
        street=street, rows=rows[:MOST_ROWS], total=len(every), more=len(rows) > MOST_ROWS, most=MOST_ROWS,
        low=low, high=high, first=first, by=by, typed=typed, plan=plan, fault=fault, needs_words=needs_words,
        may_ask=policy.may(access.identity, "numbers.change.ask"),
    )  # fmt: skip


def _within(one: OpenNumber, low: int | None, high: int | None) -> bool:
    return (low is None or one.number.number >= low) and (high is None or one.number.number <= high)
