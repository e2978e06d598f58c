"""Pictures and documents of zones and plots: shown to anybody when public, kept by data stewards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import PurePath
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, File, Form, Path, Query, UploadFile
from sqlalchemy import RowMapping
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from gis_service import pictures
from gis_service.access import Access, reading, writing
from gis_service.errors import status_of
from gis_service.pages_context import page
from layers import land_files
from layers.errors import NotFound
from layers.land_files import Caption, FileRefused

router = APIRouter(tags=["files of zones and plots"], default_response_class=HTMLResponse)

SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "application/pdf": ".pdf"}

FileId = Annotated[int, Path(ge=1, le=2**62)]
Line = Annotated[str, Form(max_length=300)]
Land = Annotated[str, Form(max_length=130, description="ZONE or ZONE/PLOT")]
Writing = Annotated[Access, writing("land_files.write", "land-files")]


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the fields of the form."""

    of: str = ""
    kind: str = "photo"
    title_vi: str = ""
    title_en: str = ""
    alt_vi: str = ""
    alt_en: str = ""
    source: str = ""
    source_date: str = ""
    public: str = ""
    position: str = "0"

    def caption(self) -> Caption:
        """Read the fields. Raises `FileRefused`."""
        position = self.position or "0"
        if not (position.isascii() and position.isdigit() and len(position) < 5):
            raise FileRefused("position", "The order is a number from 0 to 9999.", "Thứ tự là số từ 0 đến 9999.")
        try:
            day = date.fromisoformat(self.source_date) if self.source_date else None
        except ValueError:
            raise FileRefused("day", "The day is written YYYY-MM-DD.", "Ngày ghi dạng YYYY-MM-DD.") from None
        return Caption(
            self.kind, self.title_vi, self.title_en or None, self.alt_vi or None, self.alt_en or None, self.source, day,
            self.public == "yes", int(position),
        )  # fmt: skip


def _typed(
    of: Land = "", kind: Line = "photo", title_vi: Line = "", title_en: Line = "", alt_vi: Line = "", alt_en: Line = "",
    source: Line = "", source_date: Line = "", public: Line = "", position: Line = "0",
) -> Typed:  # fmt: skip
    given = (of, kind, title_vi, title_en, alt_vi, alt_en, source, source_date, public, position)
    return Typed(*(one.strip() for one in given))


@router.get("/files/{file_id}", response_class=Response)
def get_file(request: Request, file_id: FileId, access: Annotated[Access, reading("land_files.read")]) -> Response:
    """A picture to look at, or a document to save. Everybody gets what is public, staff everything."""
    return _sent(request, land_files.get_file(access.connection, file_id))


@router.get("/files/{file_id}/preview", response_class=Response)
def get_preview(request: Request, file_id: FileId, access: Annotated[Access, reading("land_files.read")]) -> Response:
    """A picture at most 640 px wide or high."""
    row = land_files.get_file(access.connection, file_id, preview=True)
    return _sent(request, {**row, "media_type": "image/jpeg", "sha256": f"{row['sha256']}-p"})


@router.get("/land-files", response_class=JSONResponse)
def list_files(
    access: Annotated[Access, reading("land_files.read")], of: Annotated[str, Query(max_length=130)]
) -> dict[str, Any]:
    """Pictures and documents of ZONE or ZONE/PLOT, in their order."""
    zone_id, plot_id, _ = land_files.find_land(access.connection, of)
    return {
        "files": [_described(row) for row in land_files.listed(access.connection, zone_id=zone_id, plot_id=plot_id)]
    }


@router.post("/land-files", status_code=201, response_class=JSONResponse)
def add_file(
    access: Writing, file: Annotated[UploadFile, File()], of: Land, title_vi: Line, source: Line, kind: Line = "photo",
    title_en: Line = "", alt_vi: Line = "", alt_en: Line = "", source_date: Line = "", public: Line = "",
    position: Line = "0",
) -> dict[str, Any]:  # fmt: skip
    """Add a file by program: a multipart form with the file in `file`. Its kind is told by its bytes."""
    typed = _typed(of, kind, title_vi, title_en, alt_vi, alt_en, source, source_date, public, position)
    file_id = _keep(access, typed, file)
    return _described(land_files.get_file(access.connection, file_id))


@router.get("/desk/files", include_in_schema=False)
def files_desk(
    request: Request, access: Annotated[Access, reading("land_files.list")],
    of: Annotated[str, Query(max_length=130)] = "", done: Annotated[str, Query(max_length=10)] = "",
) -> Response:  # fmt: skip
    """The files of one zone or plot, to add, caption and remove."""
    return _desk(request, access, Typed(of=of.strip()), done=done if done in ("added", "changed", "removed") else "")


@router.post("/desk/files", include_in_schema=False)
def add_on_desk(
    request: Request, access: Writing, file: Annotated[UploadFile | None, File()] = None, of: Land = "",
    kind: Line = "photo", title_vi: Line = "", title_en: Line = "", alt_vi: Line = "", alt_en: Line = "",
    source: Line = "", source_date: Line = "", public: Line = "", position: Line = "0",
) -> Response:  # fmt: skip
    """Add a file; with a fault the form again with what was typed."""
    typed = _typed(of, kind, title_vi, title_en, alt_vi, alt_en, source, source_date, public, position)
    try:
        _keep(access, typed, file)
    except (FileRefused, NotFound) as fault:
        return _desk(request, access, typed, fault=fault)
    return RedirectResponse(f"/desk/files?of={quote(typed.of)}&done=added", 303)


@router.post("/desk/files/{file_id}", include_in_schema=False)
def caption_on_desk(
    request: Request, file_id: FileId, access: Annotated[Access, writing("land_files.write", "land-files/{file_id}")],
    version: Annotated[int, Form(ge=1, le=2**31 - 1)], of: Land = "", kind: Line = "photo", title_vi: Line = "",
    title_en: Line = "", alt_vi: Line = "", alt_en: Line = "", source: Line = "", source_date: Line = "",
    public: Line = "", position: Line = "0",
) -> Response:  # fmt: skip
    """Change what is said about a file, and whether it is public."""
    typed = _typed(of, kind, title_vi, title_en, alt_vi, alt_en, source, source_date, public, position)
    try:
        land_files.change(access.connection, file_id, typed.caption(), version=version)
    except (FileRefused, NotFound) as fault:
        return _desk(request, access, typed, fault=fault, changed=file_id)
    return RedirectResponse(f"/desk/files?of={quote(typed.of)}&done=changed", 303)


@router.post("/desk/files/{file_id}/remove", include_in_schema=False)
def remove_on_desk(
    file_id: FileId, access: Annotated[Access, writing("land_files.write", "land-files/{file_id}")], of: Land = ""
) -> Response:
    """Delete a file for good; the audit trail keeps that it was done."""
    land_files.remove(access.connection, file_id)
    return RedirectResponse(f"/desk/files?of={quote(of.strip())}&done=removed", 303)


def _keep(access: Access, typed: Typed, file: UploadFile | None) -> int:
    zone_id, plot_id, _ = land_files.find_land(access.connection, typed.of)
    caption = typed.caption()
    content = pictures.examine(file.file.read(land_files.FILE_BYTES + 1) if file is not None else b"")
    return land_files.add(
        access.connection, zone_id, plot_id, content, caption,
        file_name=(file.filename if file else None) or "file", by=access.identity.login,
    )  # fmt: skip


def _desk(
    request: Request, access: Access, typed: Typed, *, fault: FileRefused | NotFound | None = None, done: str = "",
    changed: int | None = None,
) -> Response:  # fmt: skip
    is_refused = fault is not None
    rows: Sequence[RowMapping] = []
    address = None
    try:
        if typed.of:
            zone_id, plot_id, address = land_files.find_land(access.connection, typed.of)
            rows = land_files.listed(access.connection, zone_id=zone_id, plot_id=plot_id)
    except NotFound as missing:
        fault = fault or missing
    answer = page(
        request, access, "desk/files.html", status=status_of(fault) if fault else 200, rows=rows, address=address,
        typed=asdict(Typed(of=typed.of) if changed else typed), changed=changed, retyped=asdict(typed), fault=fault,
        done=done, kinds=land_files.KINDS, most_mb=land_files.FILE_BYTES // land_files.MB,
    )  # fmt: skip
    if is_refused:
        access.take_back()
    return answer


def _described(row: RowMapping) -> dict[str, Any]:
    names = ("id", "kind", "media_type", "file_name", "title_vi", "title_en", "alt_vi", "alt_en", "source", "public",
             "position", "width_px", "height_px", "size_bytes", "version")  # fmt: skip
    day = row["source_date"]
    return {name: row[name] for name in names} | {
        "source_date": day.isoformat() if day else None,
        "href": f"/files/{row['id']}",
        "preview": f"/files/{row['id']}/preview" if row["width_px"] else None,
    }


def _sent(request: Request, row: Any) -> Response:
    tag = f'"{row["sha256"]}"'
    headers = {
        "Cache-Control": "private, no-cache", "ETag": tag, "Vary": "Cookie",
        "Content-Security-Policy": "default-src 'none'; sandbox", "X-Content-Type-Options": "nosniff",
    }  # fmt: skip
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    way = "attachment" if row["media_type"] == "application/pdf" else "inline"
    headers["Content-Disposition"] = f"{way}; filename*=UTF-8''{quote(_name(row), safe='')}"
    return Response(bytes(row["bytes"]), media_type=row["media_type"], headers=headers)


def _name(row: Any) -> str:
    """Its name with the ending of what it is: a PDF called x.html is saved as x.pdf."""
    return PurePath(row["file_name"]).stem[:100] + SUFFIXES[row["media_type"]]
