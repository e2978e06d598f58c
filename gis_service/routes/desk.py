"""The address desk: choose a street, see its doors, move one, number a whole zone. Plain forms, no script needed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Path, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from addressing import areas, doors, estates, numbering, renumbering, worklist
from addressing.errors import AddressingError
from gis_service import jobs
from gis_service.access import Access, reading, writing
from gis_service.errors import status_of
from gis_service.pages_context import language_of, page
from gis_service.routes import desk_views
from layers.crs import storage_srid
from maps import listings

router = APIRouter(tags=["address desk"], include_in_schema=False, default_response_class=HTMLResponse)

RecordId = Annotated[int, Path(ge=1, le=2**62)]


@router.get("/desk")
def desk_page(
    request: Request,
    access: Annotated[Access, reading("desk.read")],
    name: Annotated[str, Query(max_length=100)] = "",
    zone: Annotated[str, Query(max_length=80)] = "",
    state: Annotated[str, Query(max_length=20)] = "any",
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> Response:
    """Streets to choose from, what waits, and the form that numbers a whole zone."""
    conn = access.connection
    chosen = state if state in worklist.STATES else "any"
    listing = worklist.list_streets(conn, access.identity.login, name=name, zone=zone, state=chosen, page=number)
    return page(
        request, access, "desk/streets.html", name=name, zone=zone, state=chosen, states=worklist.STATES,
        listing=listing, zones=listings.list_zones(conn), waiting=worklist.waiting(conn, access.identity.login),
        jobs=[job for job in jobs.list_jobs(conn, limit=20) if job.kind in ("number_zone", "number_commune")][:5],
        communes=worklist.communes_with_streets(conn, access.identity.login),
        may=desk_views.rights(access.identity),
        data=desk_views.list_data(conn, language_of(request, access.settings), listing),
    )  # fmt: skip


@router.get("/desk/streets/{street_id}")
def street_page(
    request: Request,
    access: Annotated[Access, reading("desk.read")],
    street_id: RecordId,
    door: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """One street: its doors and numbers in a table and on a map, and the way to a proposal."""
    return show_street(request, access, street_id, door, done=done)


@router.post("/desk/doors/{door_id}/move")
def move_door(
    request: Request,
    door_id: RecordId,
    access: Annotated[Access, writing("entrances.move", "entrances/{door_id}")],
    x: Annotated[float, Form(allow_inf_nan=False)],
    y: Annotated[float, Form(allow_inf_nan=False)],
    version: Annotated[int, Form(ge=0, le=2**31)],
    quality: Annotated[str, Form(max_length=20)] = "approximate",
) -> Response:
    """Put a door where it is. What somebody else changed meanwhile is shown beside what was typed."""
    conn = access.connection
    street_id = doors.street_of(conn, door_id)
    areas.require_street(conn, access.identity.login, street_id)
    how = quality if quality in doors.QUALITIES else "approximate"
    try:
        doors.move(conn, door_id, x, y, version=version, quality=how)
    except AddressingError as fault:
        answer = show_street(request, access, street_id, door_id, fault=fault, typed=(x, y))
        access.take_back()
        return answer
    return RedirectResponse(f"/desk/streets/{street_id}?door={door_id}&done=moved#place", 303)


@router.post("/desk/zones")
def number_zone(
    access: Annotated[Access, writing("streets.number.propose", "desk/zones")],
    zone: Annotated[str, Form(min_length=1, max_length=80)],
) -> Response:
    """Queue the numbering of every street of a zone."""
    found = listings.find_zone(access.connection, zone)
    login = access.identity.login
    job_id = jobs.enqueue(
        access.connection, "number_zone", {"zone": found["code"], "author": login},
        title=f"Number the streets of {found['code']}", requested_by=login,
    )  # fmt: skip
    return RedirectResponse(f"/desk/jobs/{job_id}", 303)


@router.post("/desk/communes")
def number_commune(
    access: Annotated[Access, writing("streets.number.propose", "desk/communes")],
    commune: Annotated[str, Form(pattern=r"^[0-9]{5}$")],
) -> Response:
    """Queue the numbering of every street of a commune."""
    login = access.identity.login
    areas.require(access.connection, login, areas.Whereabouts(commune, None))
    job_id = jobs.enqueue(
        access.connection, "number_commune", {"commune": commune, "author": login},
        title=f"Number the streets of commune {commune}", requested_by=login,
    )  # fmt: skip
    return RedirectResponse(f"/desk/jobs/{job_id}", 303)


@router.get("/desk/jobs/{job_id}")
def job_page(request: Request, access: Annotated[Access, reading("jobs.read")], job_id: RecordId) -> Response:
    """How far a batch is and, when it is over, what came of each street."""
    return page(request, access, "desk/job.html", job=jobs.get_job(access.connection, job_id))


def show_street(
    request: Request, access: Access, street_id: int, door_id: int | None, *, done: str = "",
    fault: AddressingError | None = None, typed: tuple[float, float] | None = None,
) -> Response:  # fmt: skip
    """The page of a street, with what was wrong and what was typed."""
    conn, lang = access.connection, language_of(request, access.settings)
    areas.require_street(conn, access.identity.login, street_id)
    street = worklist.get_street(conn, street_id)
    view = desk_views.street_view(conn, street)
    chosen = next((door for door in view.doors if door.id == door_id), None)
    return page(
        request, access, "desk/street.html", status=status_of(fault) if fault else 200, street=street, view=view,
        live=numbering.find_live_proposal(conn, street_id), past=worklist.proposals_of(conn, street_id),
        chosen=chosen, typed=typed, done=done if done == "moved" else "", srid=storage_srid(conn),
        fault=desk_views.words(fault, lang), changed=fault if isinstance(fault, doors.DoorChanged) else None,
        qualities=doors.QUALITIES, may=desk_views.rights(access.identity),
        numbers=renumbering.open_numbers(conn, street_id),
        estates=estates.list_estates(conn, access.identity.login, street_id=street_id),
        data=desk_views.street_data(conn, lang, street, view, chosen),
    )  # fmt: skip
