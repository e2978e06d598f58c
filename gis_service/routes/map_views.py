"""Named views of the map: kept and listed by staff, and links that open one to anybody for a while."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Path
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import RowMapping
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from gis_service import map_views
from gis_service.access import Access, reading, writing
from gis_service.identity import policy
from gis_service.map_views import AUDIENCES, LONGEST_NAME, SHARE_DAYS, Content
from gis_service.pages_context import base_url, page
from layers.errors import NotFound
from maps import drawings

router = APIRouter(tags=["map views"])

ViewId = Annotated[int, Path(ge=1, le=2**62)]
Version = Annotated[int, Form(ge=1, le=2**31 - 1)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_NAME)]
_STATE = r"^[A-Za-z0-9=&/.,:_~%+-]{0,1000}$"
_PRIVATE = {"Cache-Control": "private, no-store"}

Reading = Annotated[Access, reading("views.read")]


class View(BaseModel):
    """What is kept."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    audience: Literal["own", "staff"] = "own"
    state: Annotated[str, Field(pattern=_STATE, description="What follows # in the address of the map.")]
    drawing: Annotated[dict[str, Any], Field(description="GeoJSON of the drawing tool.")] = drawings.EMPTY


class ChangedView(View):
    """The same, and what it was read as."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1)]


@router.get("/map/views", response_class=HTMLResponse, include_in_schema=False)
def list_page(request: Request, access: Reading) -> Response:
    """The views that the asker may open, to be renamed, shared and deleted."""
    return _page(request, access)


@router.get("/map/views.json")
def list_views(access: Reading) -> list[dict[str, Any]]:
    """The same for programs, without the drawings."""
    return [_summary(row, access) for row in map_views.visible(access.connection, access.identity)]


@router.post("/map/views", status_code=201)
def save(view: View, access: Annotated[Access, writing("views.write", "map views")]) -> dict[str, Any]:
    """Keep a view. 409 `view_name_taken`; 422 `drawing_refused`."""
    content = Content(view.name, view.audience, view.state, drawings.checked(view.drawing))
    view_id = map_views.save(access.connection, content, access.identity)
    return _summary(map_views.get(access.connection, view_id, access.identity), access)


@router.put("/map/views/{view_id}")
def save_over(
    view_id: ViewId, view: ChangedView, access: Annotated[Access, writing("views.write", "map views/{view_id}")]
) -> dict[str, Any]:
    """Keep the present state under a name that there is. 409 when somebody was faster, 403 for somebody else's."""
    drawing = drawings.checked(view.drawing)
    map_views.change(
        access.connection, view_id, access.identity, view.version,
        name=view.name, audience=view.audience, state=view.state, drawing=drawing,
    )  # fmt: skip
    return _summary(map_views.get(access.connection, view_id, access.identity), access)


@router.get("/map/views/{view_id}.json")
def view_json(view_id: ViewId, access: Reading) -> dict[str, Any]:
    """One view with its drawing."""
    row = map_views.get(access.connection, view_id, access.identity)
    return _summary(row, access) | {"drawing": row["drawing"]}


@router.get("/map/views/{view_id}", include_in_schema=False)
def open_view(view_id: ViewId, access: Reading) -> Response:
    """Lead to the map as it was kept."""
    row = map_views.get(access.connection, view_id, access.identity)
    return RedirectResponse(f"/map?view={view_id}#{row['state']}", 303, headers=_PRIVATE)


@router.post("/map/views/{view_id}/name", include_in_schema=False)
def rename(
    access: Annotated[Access, writing("views.write", "map views/{view_id}")],
    view_id: ViewId, name: Annotated[Name, Form()], audience: Annotated[str, Form()], version: Version,
) -> Response:  # fmt: skip
    """Another name, or other people who may see it."""
    if audience not in AUDIENCES:
        raise NotFound("audience", "đối tượng xem", audience[:40])
    map_views.change(access.connection, view_id, access.identity, version, name=name, audience=audience)
    return RedirectResponse("/map/views", 303)


@router.post("/map/views/{view_id}/delete", include_in_schema=False)
def delete(
    access: Annotated[Access, writing("views.write", "map views/{view_id}")], view_id: ViewId, version: Version
) -> Response:
    """Delete it, and the links to it."""
    map_views.remove(access.connection, view_id, access.identity, version)
    return RedirectResponse("/map/views", 303)


@router.post("/map/views/{view_id}/shares", response_class=HTMLResponse, include_in_schema=False)
def share(
    request: Request, access: Annotated[Access, writing("views.share", "map views/{view_id}")],
    view_id: ViewId, days: Annotated[int, Form()],
) -> Response:  # fmt: skip
    """Make a link; it is shown this once, because only its hash is kept."""
    if days not in SHARE_DAYS:
        raise NotFound("length of a link", "thời hạn liên kết", days)
    token, ends = map_views.share(access.connection, view_id, access.identity, days)
    address = f"{base_url(request, access.settings)}/map/shares/{token}"
    answer = _page(request, access, made={"view_id": view_id, "address": address, "ends": ends})
    answer.headers.update(_PRIVATE)
    return answer


@router.post("/map/views/shares/{share_id}/revoke", include_in_schema=False)
def revoke(
    access: Annotated[Access, writing("views.share", "map view links/{share_id}")],
    share_id: Annotated[int, Path(ge=1, le=2**62)],
) -> Response:
    """End a link now."""
    map_views.revoke(access.connection, share_id, access.identity)
    return RedirectResponse("/map/views", 303)


@router.get("/map/shares/{token}.json")
def share_json(
    access: Annotated[Access, reading("views.open", audience="staff")], token: Annotated[str, Path(max_length=100)]
) -> Response:
    """Name, state and drawing of the view behind a link; nothing else of the database. 410 `share_expired`."""
    row = map_views.open_share(access.connection, token)
    told = {name: row[name] for name in ("name", "state", "drawing")}
    return JSONResponse(told | {"ends": row["expires_at"].isoformat()}, headers=_PRIVATE)


@router.get("/map/shares/{token}", include_in_schema=False)
def open_share(
    access: Annotated[Access, reading("views.open", audience="staff")], token: Annotated[str, Path(max_length=100)]
) -> Response:
    """Lead to the map; the layers are those that the visitor may see. 410 when the link has ended."""
    row = map_views.open_share(access.connection, token)
    return RedirectResponse(f"/map?share={token}#{row['state']}", 303, headers=_PRIVATE)


def _page(request: Request, access: Access, made: dict[str, Any] | None = None) -> Response:
    rows = map_views.visible(access.connection, access.identity)
    return page(
        request, access, "map_views.html", views=rows, made=made, audiences=AUDIENCES, days=SHARE_DAYS,
        shares=map_views.shares_of(access.connection, [row["id"] for row in rows]),
        may_share=policy.may(access.identity, "views.share"),
        may_change_all="administrator" in access.identity.roles,
    )  # fmt: skip


def _summary(row: RowMapping, access: Access) -> dict[str, Any]:
    kept = {name: row[name] for name in ("id", "name", "audience", "state", "version", "updated_at")}
    mine = row["owner"] == access.identity.login
    return kept | {"mine": mine, "owner": row["owner"], "address": f"/map/views/{row['id']}"}
