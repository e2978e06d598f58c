"""Lists of addresses as files: converted by a job, with a workbook and JSON to take away."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path as FilePath
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path
from starlette.responses import FileResponse

from gis_service import address_batches, jobs
from gis_service.access import Access, reading, writing
from gis_service.routes.imports import column_map
from gis_service.upload_errors import UploadRefused
from gis_service.uploads import Upload, receiving
from layers.errors import NotFound

router = APIRouter(tags=["search"])

_STEM = re.compile(r"[0-9a-f]{32}")
_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
_KINDS = ("convert_batch", "geocode_batch")
_TEXT: dict[str, str] = {"type": "string"}
_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary", "description": "CSV or XLSX."},
                        "on": {"type": "string", "format": "date", "description": "Day; today if empty."},
                        "sheet": _TEXT,
                        "encoding": _TEXT | {"description": "utf-8, tcvn3, vni, viscii, cp1258 …"},
                        "map": {"type": "array", "items": _TEXT, "description": "COLUMN=FIELD, repeatable."},
                    },
                }
            }
        },
    }
}


@dataclass(frozen=True, slots=True)
class QueuedList:
    """A list waits its turn."""

    job_id: int
    status: str
    """Address of the job; its report counts the rows."""
    workbook: str
    """Where the result will be."""


@router.post("/convert/files", status_code=202, openapi_extra=_FORM)
def convert_file(
    upload: Annotated[Upload, Depends(receiving("convert.batch"), scope="function")],
    access: Annotated[Access, writing("convert.batch", "convert/files")],
) -> QueuedList:
    """Queue a list: every row gets its address on the day, or choices, or a reason why not."""
    return queue(access, upload, "convert_batch")


@router.post("/geocode/files", status_code=202, openapi_extra=_FORM)
def geocode_file(
    upload: Annotated[Upload, Depends(receiving("geocode.batch"), scope="function")],
    access: Annotated[Access, writing("geocode.batch", "geocode/files")],
) -> QueuedList:
    """Queue a list: every row is located with its precision, and enterprises are matched with the register."""
    return queue(access, upload, "geocode_batch")


def queue(access: Access, upload: Upload, kind: str) -> QueuedList:
    """Queue a list as a job of that kind; the upload is the job's from here on."""
    texts = {name: values[-1].strip() for name, values in upload.fields.items() if name != "map"}
    arguments = {
        "path": str(upload.path.resolve()),
        "file_name": upload.file_name,
        "results": str(address_batches.results_folder(access.settings)),
        "on": _day(texts.get("on")),
        "sheet": texts.get("sheet") or None,
        "encoding": texts.get("encoding") or None,
        "column_map": column_map(upload.fields.get("map", [])) or None,
    }
    login = access.identity.login
    job_id = jobs.enqueue(access.connection, kind, arguments, title=upload.file_name[:200], requested_by=login)
    upload.kept = True
    return QueuedList(job_id, f"/jobs/{job_id}", f"/convert/files/{job_id}.xlsx")


@router.get("/convert/files/{job_id}.{ending}", response_class=FileResponse)
def take_result(
    job_id: Annotated[int, Path(ge=1, le=2**62)],
    ending: Literal["xlsx", "json"],
    access: Annotated[Access, reading("convert.batch")],
) -> FileResponse:
    """The result of a list, to who sent it and to administrators. 404 before it is done and a week after."""
    job = jobs.get_job(access.connection, job_id)
    mine = job.requested_by == access.identity.login or "administrator" in access.identity.roles
    stem = str((job.report or {}).get("result", ""))
    path = address_batches.results_folder(access.settings) / f"{stem}.{ending}"
    if not mine or job.kind not in _KINDS or not _STEM.fullmatch(stem) or not path.is_file():
        raise NotFound("result of the list", "kết quả của danh sách", job_id)
    name = FilePath(str((job.report or {}).get("file", "list"))).stem
    return FileResponse(path, media_type=_TYPES[ending], filename=f"{name}-{job_id}.{ending}")


def _day(text: str | None) -> str | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise UploadRefused("The day is not YYYY-MM-DD.", "Ngày không có dạng NĂM-THÁNG-NGÀY.") from None
