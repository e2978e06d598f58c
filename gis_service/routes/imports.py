"""Import files into layers, and read what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response

from gis_service import csv_text, importing, jobs
from gis_service.access import Access, reading, writing
from gis_service.importing import ImportSummary
from gis_service.upload_errors import UploadRefused
from gis_service.uploads import Upload, receive_upload
from layers.ingest.limits import MB

router = APIRouter(tags=["imports"])

INLINE_BYTES = 2 * MB
"""Larger files are imported by a job: nobody should wait for them at an open connection."""

ImportId = Annotated[int, Path(ge=1, le=2**62)]


@dataclass(frozen=True, slots=True)
class Queued:
    """A large file waits its turn."""

    job_id: int
    status: str
    """Address of the job; its report is the import report."""


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
                        "file": {"type": "string", "format": "binary"},
                        "crs": _TEXT | {"description": "EPSG code; wins over what the file says."},
                        "dry_run": {"type": "boolean", "description": "Do everything, store nothing."},
                        "source": _TEXT | {"description": "Who says so; the file's name if empty."},
                        "source_date": {"type": "string", "format": "date"},
                        "layer_name": _TEXT | {"description": "Table of a GeoPackage, or sheet."},
                        "encoding": _TEXT | {"description": "utf-8, tcvn3, vni, viscii, cp1258 …"},
                        "swap_axes": {"type": "boolean", "description": "X is north in the file."},
                        "keep_pieces": {"type": "boolean", "description": "Streets without codes: merge no rows."},
                        "map": {"type": "array", "items": _TEXT, "description": "COLUMN=FIELD, repeatable."},
                    },
                }
            }
        },
    }
}


@router.post("/imports/{layer}", openapi_extra=_FORM, responses={202: {"model": Queued}})
def import_into(
    layer: str,
    response: Response,
    upload: Annotated[Upload, Depends(receive_upload, scope="function")],
    access: Annotated[Access, writing("imports.run", "imports/{layer}")],
) -> dict[str, Any]:
    """Import a file. A small one is done at once and answered with its report, a large one is queued (202)."""
    arguments = _arguments(layer, upload, access)
    if upload.size <= INLINE_BYTES:
        return importing.run_import_job(access.connection, arguments)
    job_id = jobs.enqueue(
        access.connection, "import", arguments,
        title=f"{layer}: {upload.file_name}"[:200], requested_by=access.identity.login,
    )  # fmt: skip
    upload.kept = True
    response.status_code = 202
    response.headers["Location"] = f"/jobs/{job_id}"
    return {"job_id": job_id, "status": f"/jobs/{job_id}"}


@router.get("/imports")
def list_imports(
    access: Annotated[Access, reading("imports.read")],
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> list[ImportSummary]:
    """The newest imports first."""
    return importing.list_imports(access.connection, limit=limit)


@router.get("/imports/{import_id}")
def get_import(import_id: ImportId, access: Annotated[Access, reading("imports.read")]) -> dict[str, Any]:
    """The whole report of one import."""
    return importing.get_report(access.connection, import_id)


@router.get("/imports/{import_id}/rejected.csv", response_class=Response)
def get_rejected(import_id: ImportId, access: Annotated[Access, reading("imports.read")]) -> Response:
    """The refused rows with their reasons, for a spreadsheet."""
    columns = ("row", "key", "column", "code", "message", "message_vi")
    report = importing.get_report(access.connection, import_id)
    body = csv_text.write(columns, ([one[name] for name in columns] for one in report["rejections"]))
    return Response(
        body,
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="import-{import_id}-rejected.csv"'},
    )


def _arguments(layer: str, upload: Upload, access: Access) -> dict[str, Any]:
    """The form as arguments of the job; raises `UploadRefused` for what cannot be read."""
    texts = {name: values[-1].strip() for name, values in upload.fields.items() if name != "map"}
    return {
        "layer": layer,
        "path": str(upload.path.resolve()),
        "file_name": upload.file_name,
        "requested_by": access.identity.login,
        "crs": texts.get("crs") or None,
        "dry_run": _flag(texts.get("dry_run")),
        "source": texts.get("source", "")[:500] or None,
        "source_date": _day(texts.get("source_date")),
        "layer_name": texts.get("layer_name") or None,
        "encoding": texts.get("encoding") or None,
        "swap_axes": _flag(texts.get("swap_axes")),
        "keep_pieces": _flag(texts.get("keep_pieces")),
        "column_map": column_map(upload.fields.get("map", [])) or None,
        "limit_mb": access.settings.upload_limit_mb,
    }


def column_map(pairs: list[str]) -> dict[str, str]:
    """COLUMN=FIELD pairs as a mapping. Raises `UploadRefused`."""
    mapping = {}
    for pair in pairs:
        column, equals, field = pair.rpartition("=")
        if not equals or not column.strip() or not field.strip():
            raise UploadRefused(f"'{pair[:80]}' is not COLUMN=FIELD.", f"'{pair[:80]}' không có dạng CỘT=TRƯỜNG.")
        mapping[column.strip()] = field.strip()
    return mapping


def _flag(text: str | None) -> bool:
    if (text or "").lower() in ("", "false", "0", "no", "off"):
        return False
    if (text or "").lower() in ("true", "1", "yes", "on"):
        return True
    raise UploadRefused("A yes-or-no field holds neither.", "Trường có/không mang giá trị lạ.")


def _day(text: str | None) -> str | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise UploadRefused(
            f"'{text[:40]}' is not a date (YYYY-MM-DD).", f"'{text[:40]}' không phải ngày (YYYY-MM-DD)."
        ) from None
