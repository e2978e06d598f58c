"""A printed page for each of several plots: at once for a few, as a job with progress for many."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, cast

from fastapi import APIRouter, Form, Path, Query
from sqlalchemy import Connection, select
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from addressing.deciding import today
from gis_service import jobs, plot_series
from gis_service.access import Access, reading, writing
from gis_service.address_batches import results_folder
from gis_service.identity import policy
from gis_service.pages_context import authority_name, base_url, language_of, page
from gis_service.plot_series import AT_ONCE
from layers.errors import NotFound
from layers.plots import plots
from layers.zones import zones
from maps import i18n
from maps.reports import plot_series as papers
from maps.reports.plot_series import MOST, PAPERS, Wanted

router = APIRouter(tags=["pages"], include_in_schema=False)

_STEM = re.compile(r"[0-9a-f]{32}")
_IDS = r"^[0-9]{1,18}(,[0-9]{1,18}){0,999}$"
JobId = Annotated[int, Path(ge=1, le=2**62)]


@router.get("/map/series", response_class=HTMLResponse)
def series_form(
    request: Request,
    access: Annotated[Access, reading("pages.read")],
    plots_chosen: Annotated[str, Query(alias="plots", pattern=rf"{_IDS}|^$", max_length=7000)] = "",
    zone: Annotated[str, Query(max_length=80)] = "",
) -> Response:
    """What is to be printed, on which paper, under which title. Plots by id from the table, or all of a zone."""
    ids = _chosen(access.connection, plots_chosen, zone)
    return _form(request, access, ids, zone)


@router.get("/map/series.pdf")
def series_pdf(
    request: Request,
    access: Annotated[Access, reading("pages.read")],
    plots_chosen: Annotated[str, Query(alias="plots", pattern=_IDS, max_length=7000)],
    paper: Literal["a4", "a3"] = "a4",
    heading: Annotated[str, Query(max_length=120)] = "",
    note: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Up to `AT_ONCE` pages as one PDF; for more the form again, with what to do."""
    ids = _chosen(access.connection, plots_chosen, "")
    if not ids or len(ids) > AT_ONCE:
        return _form(request, access, ids, "", status=422)
    made = papers.as_pdf(access.connection, ids, _wanted(request, access, paper, heading, note))
    headers = {"Content-Disposition": 'attachment; filename="plots.pdf"', "Cache-Control": "private, no-store"}
    return Response(made, media_type="application/pdf", headers=headers)


@router.post("/map/series")
def queue_series(
    request: Request,
    access: Annotated[Access, writing("series.make", "map series")],
    plots_chosen: Annotated[str, Form(alias="plots", pattern=_IDS, max_length=7000)],
    paper: Annotated[str, Form(pattern="^(a4|a3)$")] = "a4",
    heading: Annotated[str, Form(max_length=120)] = "",
    note: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Queue a long series, and lead to its progress."""
    ids = _chosen(access.connection, plots_chosen, "")[:MOST]
    if not ids:
        raise NotFound("plot", "lô đất", plots_chosen[:40])
    wanted = _wanted(request, access, cast(Literal["a4", "a3"], paper), heading, note)
    arguments = plot_series.arguments(ids, wanted, results_folder(access.settings))
    login = access.identity.login
    title = f"{wanted.heading} ({len(ids)})"
    job_id = jobs.enqueue(access.connection, "plot_series", arguments, title=title, requested_by=login)
    return RedirectResponse(f"/map/series/{job_id}", 303)


@router.get("/map/series/{job_id}.pdf", response_class=FileResponse)
def take_series(job_id: JobId, access: Annotated[Access, reading("series.make")]) -> FileResponse:
    """The finished series, to who asked for it and to administrators. 404 before it is done and a week after."""
    job = _job(access, job_id)
    stem = str((job.report or {}).get("result", ""))
    path = results_folder(access.settings) / f"{stem}.pdf"
    if not _STEM.fullmatch(stem) or not path.is_file():
        raise NotFound("printed series", "tập bản đồ", job_id)
    return FileResponse(path, media_type="application/pdf", filename=f"plots-{job_id}.pdf")


@router.get("/map/series/{job_id}", response_class=HTMLResponse)
def progress_page(request: Request, job_id: JobId, access: Annotated[Access, reading("series.make")]) -> Response:
    """How far a series is; its file when it is done."""
    return page(request, access, "map_series_job.html", job=_job(access, job_id))


def _job(access: Access, job_id: int) -> jobs.Job:
    job = jobs.get_job(access.connection, job_id)
    mine = job.requested_by == access.identity.login or "administrator" in access.identity.roles
    if job.kind != "plot_series" or not mine:
        raise NotFound("printed series", "tập bản đồ", job_id)
    return job


def _chosen(conn: Connection, ids: str, zone: str) -> list[int]:
    """The ids, each once, in order; else those of a zone by code. Only plots that the connection sees."""
    if zone:
        query = select(plots.c.id).select_from(plots.join(zones, zones.c.id == plots.c.zone_id))
        return list(conn.execute(query.where(zones.c.code == zone).order_by(plots.c.code, plots.c.id)).scalars())
    asked = list(dict.fromkeys(int(one) for one in ids.split(",") if one))
    seen = set(conn.execute(select(plots.c.id).where(plots.c.id.in_(asked))).scalars())
    return [one for one in asked if one in seen]


def _form(request: Request, access: Access, ids: list[int], zone: str, status: int = 200) -> Response:
    shown = ids[:MOST]
    names: dict[int, Any] = {}
    if shown:
        query = select(plots.c.id, plots.c.code, zones.c.name).select_from(
            plots.join(zones, zones.c.id == plots.c.zone_id)
        )
        names = {
            row[0]: f"{row[1]} – {row[2]}" for row in access.connection.execute(query.where(plots.c.id.in_(shown)))
        }
    return page(
        request, access, "map_series.html", status=status, ids=shown, names=names, zone=zone, papers=list(PAPERS),
        at_once=AT_ONCE, most=MOST, beyond=len(ids) - len(shown),
        may_queue=policy.may(access.identity, "series.make"),
    )  # fmt: skip


def _wanted(request: Request, access: Access, paper: Literal["a4", "a3"], heading: str, note: str) -> Wanted:
    lang = language_of(request, access.settings)
    title = heading.strip() or i18n.translate(lang, "series.heading")
    authority = authority_name(access.settings, lang)
    return Wanted(paper, title, note.strip(), lang, authority, base_url(request, access.settings), today())
