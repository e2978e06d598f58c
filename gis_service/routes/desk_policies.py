"""What the circular leaves open, at the desk: the values that hold, and the form that sets one by a decision."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Form
from pydantic import StringConstraints
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from addressing import areas, policies_on_record
from addressing.deciding import today
from addressing.errors import AddressingError, PolicyRefused
from addressing.rules.policy import REGULATION_2006, Policy, choices_of
from addressing.rules.policy_clauses import CLAUSE_OF
from addressing.units_on_record import communes_on
from gis_service.access import Access, reading, writing
from gis_service.errors import status_of
from gis_service.identity import policy
from gis_service.pages_context import page
from maps import listings

CHOICES = {name: choices_of(name) for name in CLAUSE_OF}
WORDS_OF_CHOICES = sorted({word for words in CHOICES.values() for word in words} | {REGULATION_2006})

router = APIRouter(tags=["address desk"], include_in_schema=False, default_response_class=HTMLResponse)

Line = Annotated[str, Form(max_length=200)]
Seen = Annotated[str, StringConstraints(max_length=300, pattern=r"^[^=]*=[0-9]{1,9}$")]
"""Name, area and version of values that the form showed: reach_m@*=3."""
WORDS = {"true": True, "yes": True, "có": True, "false": False, "no": False, "không": False}


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form."""

    name: str = ""
    value: str = ""
    area: str = areas.EVERYWHERE
    decision_number: str = ""
    valid_from: str = ""
    valid_to: str = ""


@router.get("/desk/policies")
def policies_page(request: Request, access: Annotated[Access, reading("policies.read")], done: str = "") -> Response:
    """Every value ever set, and our defaults for what nobody has set."""
    return _page(request, access, Typed(valid_from=today().isoformat()), is_set=done == "set")


@router.post("/desk/policies")
def set_policy(
    request: Request, access: Annotated[Access, writing("policies.set", "desk/policies")],
    valid_from: Annotated[date, Form()], name: Line = "", value: Line = "", area: Line = "", decision_number: Line = "",
    valid_to: Annotated[str, Form(pattern=r"^(\d{4}-\d\d-\d\d)?$")] = "",
    seen: Annotated[list[Seen], Form(max_length=2000)] = [],  # noqa: B006 - never changed; FastAPI copies it
) -> Response:  # fmt: skip
    """Set a value from a day on by a local decision; the one before ends on that day."""
    typed = Typed(name.strip(), value.strip(), area.strip(), decision_number.strip(), valid_from.isoformat(), valid_to)
    try:
        policies_on_record.set_policy(
            access.connection, typed.name, _value(typed.name, typed.value), typed.area,
            decision_number=typed.decision_number, valid_from=valid_from, valid_to=_last_day(valid_to),
            by=access.identity.login, version=_version(seen, typed.name, typed.area),
        )  # fmt: skip
    except AddressingError as fault:
        shown = _page(request, access, typed, fault=fault)
        access.take_back()
        return shown
    return RedirectResponse("/desk/policies?done=set", 303)


def _version(seen: list[str], name: str, area: str) -> int:
    """Which version of the values of this name and area the form was made from; 0 where it showed none."""
    versions = dict(one.rpartition("=")[::2] for one in seen)
    return int(versions.get(f"{name}@{area}", 0))


def _last_day(typed: str) -> date | None:
    """The day from which the value no longer holds. Raises `PolicyRefused` for a day that no calendar has."""
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError as error:
        raise PolicyRefused(f"There is no day '{typed}'.", f"Không có ngày '{typed}'.") from error


def _value(name: str, typed: str) -> Any:
    """The typed words as the kind of value that the rule reads. Raises `PolicyRefused`."""
    default = getattr(Policy(), name, None) if name in CLAUSE_OF else None
    refused = PolicyRefused(f"'{typed}' is not a value for '{name}'.", f"Không nhận giá trị '{typed}' cho '{name}'.")
    if isinstance(default, bool):
        if typed.lower() not in WORDS:
            raise refused
        return WORDS[typed.lower()]
    if isinstance(default, float):
        try:
            number = float(typed.replace(",", "."))
        except ValueError as error:
            raise refused from error
        if not math.isfinite(number):
            raise refused
        return number
    return typed


def areas_by_name(conn: Connection, login: str) -> list[tuple[str, str]]:
    """Where this account may set a value: area -> name; the empty name is everywhere."""
    communes = [(f"commune:{code}", name) for code, name in communes_on(conn, today())]
    zones = [(f"zone:{zone.id}", zone.name) for zone in listings.list_zones(conn)]
    allowed = areas.areas_of(conn, login)
    return [one for one in [(areas.EVERYWHERE, ""), *communes, *zones] if not allowed or one[0] in allowed]


def _versions(conn: Connection) -> list[str]:
    """What the form sends back, so that nobody overwrites what somebody else set meanwhile."""
    rows = policies_on_record.list_policies(conn)
    return sorted({f"{one.name}@{one.area}={one.series_version}" for one in rows})


def _page(
    request: Request, access: Access, typed: Typed, *, fault: AddressingError | None = None, is_set: bool = False
) -> Response:
    conn, day = access.connection, today()
    return page(
        request, access, "desk/policies.html", status=status_of(fault) if fault else 200, typed=asdict(typed),
        rows=policies_on_record.list_policies(conn), versions=_versions(conn), clauses=CLAUSE_OF,
        defaults=Policy().as_data(), today=day, areas=areas_by_name(conn, access.identity.login),
        choices=CHOICES, choice_words=WORDS_OF_CHOICES, fault=fault,
        is_set=is_set, may_set=policy.may(access.identity, "policies.set"),
    )  # fmt: skip
