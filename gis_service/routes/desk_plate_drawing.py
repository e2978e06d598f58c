"""Plates of groups, buildings, stairs, floors, flats at the desk: choose, see, print; an unset size is asked about."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from addressing import other_plates, policies_on_record
from addressing.deciding import today
from addressing.documents.plates import where_it_hangs
from addressing.errors import AddressingError, PlateSizeOpen
from addressing.rules.groups import GROUP_LETTERS
from addressing.rules.plates import POLICY_OF, PlateKind
from gis_service.access import Access, reading
from gis_service.errors import status_of
from gis_service.identity import policy
from gis_service.pages_context import is_demo, page
from gis_service.routes.desk_policies import areas_by_name
from gis_service.routes.plate_papers import PlateWords

router = APIRouter(tags=["address desk"], include_in_schema=False, default_response_class=HTMLResponse)

KINDS = (PlateKind.GROUP, PlateKind.BUILDING, PlateKind.STAIR, PlateKind.FLOOR, PlateKind.FLAT)
READ_BY = {
    PlateKind.GROUP: ("group",),
    PlateKind.BUILDING: ("group", "ordinal", "street"),
    PlateKind.STAIR: ("stair",),
    PlateKind.FLOOR: ("floor",),
    PlateKind.FLAT: ("block", "floor", "flat"),
}
"""Kind -> the fields that stand on its plate."""


class DrawnPlate(PlateWords):
    """The form: a kind and its words."""

    kind: Annotated[str, Query(max_length=20)] = "building"
    lang: str = ""
    go: str = ""


@router.get("/desk/plates/draw")
def draw_page(
    request: Request, access: Annotated[Access, reading("documents.read")], typed: Annotated[DrawnPlate, Query()]
) -> Response:
    """The form, and below it the plate as it would be made, or the question that is open."""
    conn, kind = access.connection, PlateKind(typed.kind) if typed.kind in KINDS else PlateKind.BUILDING
    fields = READ_BY[kind]
    values = typed.model_dump()
    made, fault = None, None
    if typed.go:
        words = other_plates.Words(
            **{name: values[name] for name in fields}, area=typed.area, draft=typed.draft
        )  # fmt: skip
        try:
            made = other_plates.plate(conn, kind.value, words, on=today(), is_demo=is_demo(conn))
        except AddressingError as found:
            fault = found
    asked = {name: values[name] for name in (*fields, "area") if values[name] != ""}
    asked |= {"draft": "true"} if typed.draft else {}
    return page(
        request, access, "desk/plate_draw.html", status=status_of(fault) if fault else 200, kinds=KINDS, kind=kind,
        fields=fields, typed=values, letters=GROUP_LETTERS, made=made, fault=fault,
        is_open=isinstance(fault, PlateSizeOpen), policy_name=POLICY_OF[kind], hangs=_hangs(conn, kind, typed.area),
        areas=areas_by_name(conn, access.identity.login), file=f"/documents/plates/{kind.value}/plate",
        query=urlencode(asked), may_set=policy.may(access.identity, "policies.set"),
    )  # fmt: skip


def _hangs(conn: Connection, kind: PlateKind, area: str) -> str:
    """Where it hangs in this area; by no local decision where the area makes no sense."""
    try:
        return where_it_hangs(kind, policies_on_record.policy_for_area(conn, area, today()))
    except AddressingError:
        return where_it_hangs(kind)
