"""Receives a file for import: streamed to a folder of ours, never to memory, never under its own name.

Who may import, the form token and the layer are checked before the first byte of the body is read.
The folder has a quota; what is left in it after a day is swept.
"""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Annotated, Any

from fastapi import Depends
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from gis_service.access import identity_of, require
from gis_service.identity import csrf
from gis_service.identity.errors import CsrfRefused
from gis_service.identity.model import Identity
from gis_service.settings import Settings
from gis_service.upload_errors import UploadRefused, UploadsFull
from layers.ingest.errors import FileTooLarge
from layers.ingest.formats import FORMATS
from layers.ingest.layouts import get_layout
from layers.ingest.limits import MB

FIELD_BYTES = 20_000
_QUOTA_FILES = 5
"""So many files of the largest size may wait at once."""
_SWEPT_AFTER_S = 24 * 3600.0


@dataclass(slots=True)
class Upload:
    """A received file and the fields of its form."""

    path: Path
    file_name: str
    fields: dict[str, list[str]]
    size: int
    kept: bool = False
    """Set when a job takes the file over; otherwise it is deleted with the request."""


def receiving(operation: str, *, into_layer: bool = False) -> Callable[..., AsyncIterator[Upload]]:
    """Dependency: the file of a multipart form, on disk while the request lasts, for who may do this.

    With `into_layer` the path of the route names a layer, which is checked too.
    """

    async def receive(request: Request, identity: Annotated[Identity, Depends(identity_of)]) -> AsyncIterator[Upload]:
        require(identity, operation)
        if csrf.HEADER not in request.headers:
            raise CsrfRefused()  # a form field would mean reading the body before knowing who asks
        await csrf.require(request, identity)
        if into_layer:
            get_layout(request.path_params["layer"])
        settings: Settings = request.app.state.settings
        folder = _folder(settings)
        receiver = _Receiver(folder, settings.upload_limit_mb * MB)
        try:
            upload = await receiver.run(request)
            yield upload
            if not upload.kept:
                upload.path.unlink(missing_ok=True)
        except BaseException:
            receiver.discard()
            raise

    return receive


receive_upload = receiving("imports.run", into_layer=True)


def _folder(settings: Settings) -> Path:
    folder = settings.home / "uploads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    used, now = 0, time.time()
    for waiting in folder.iterdir():
        with contextlib.suppress(FileNotFoundError):
            about = waiting.stat()
            if now - about.st_mtime > _SWEPT_AFTER_S:
                waiting.unlink()
            else:
                used += about.st_size
    if used > _QUOTA_FILES * settings.upload_limit_mb * MB:
        raise UploadsFull(
            "Too many uploads are waiting for their import. Try again later.",
            "Có quá nhiều tệp đang chờ nhập. Hãy thử lại sau.",
        )
    return folder


@dataclass(slots=True)
class _Receiver:
    """Takes a multipart body apart as it arrives."""

    folder: Path
    limit: int
    fields: dict[str, list[str]] = field(default_factory=dict)
    path: Path | None = None
    file_name: str = ""
    size: int = 0
    _header: bytes = b""
    _value: bytes = b""
    _disposition: bytes = b""
    _name: str = ""
    _text: bytearray | None = None
    _out: IO[bytes] | None = None

    async def run(self, request: Request) -> Upload:
        kind, options = parse_options_header(request.headers.get("Content-Type", ""))
        boundary = options.get(b"boundary")
        if kind != b"multipart/form-data" or not boundary or len(boundary) > 200:
            raise _no_form()
        parser = MultipartParser(boundary, self._callbacks())
        try:
            async for chunk in request.stream():
                parser.write(chunk)
            parser.finalize()
        except MultipartParseError as error:
            raise _no_form() from error
        if self._out is not None or self.path is None:
            raise _no_form()
        return Upload(self.path, self.file_name, self.fields, self.size)

    def discard(self) -> None:
        """Leave nothing behind."""
        if self._out is not None:
            self._out.close()
        if self.path is not None:
            self.path.unlink(missing_ok=True)

    def _callbacks(self) -> Any:
        return {
            "on_part_begin": self._begin, "on_part_data": self._data, "on_part_end": self._end,
            "on_header_field": self._header_field, "on_header_value": self._header_value,
            "on_header_end": self._header_end, "on_headers_finished": self._headers_finished,
        }  # fmt: skip

    def _begin(self) -> None:
        self._disposition, self._header, self._value = b"", b"", b""

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]
        if len(self._value) > FIELD_BYTES:
            raise _no_form()

    def _header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value
        self._header, self._value = b"", b""

    def _headers_finished(self) -> None:
        _, options = parse_options_header(self._disposition)
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        if b"filename" not in options:
            self._text = bytearray()
            return
        if self._name != "file" or self.path is not None:
            raise UploadRefused("Send one file, in the field 'file'.", "Hãy gửi một tệp trong trường 'file'.")
        self.file_name = options[b"filename"].decode("utf-8", "replace").replace("\\", "/").rsplit("/", 1)[-1][:200]
        self.path = self.folder / f"{secrets.token_hex(16)}{_known_suffix(self.file_name)}"
        self._out = self.path.open("xb")

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._out is not None:
            self.size += end - start
            if self.size > self.limit:
                raise FileTooLarge(
                    f"The file is larger than {self.limit // MB} MB.", f"Tệp lớn hơn {self.limit // MB} MB."
                )
            self._out.write(data[start:end])
        elif self._text is not None:
            self._text += data[start:end]
            if len(self._text) > FIELD_BYTES:
                raise UploadRefused(f"The field '{self._name[:40]}' is too long.", "Một trường của biểu mẫu quá dài.")

    def _end(self) -> None:
        if self._out is not None:
            self._out.close()
            self._out = None
        elif self._text is not None:
            if sum(map(len, self.fields.values())) >= 200:
                raise UploadRefused("The form has too many fields.", "Biểu mẫu có quá nhiều trường.")
            try:
                text = self._text.decode("utf-8")
            except UnicodeError:
                raise UploadRefused("The form is not UTF-8.", "Biểu mẫu không theo mã UTF-8.") from None
            self.fields.setdefault(self._name, []).append(text)
            self._text = None


def _known_suffix(name: str) -> str:
    suffix = Path(name).suffix.lower()
    return suffix if any(suffix in one.suffixes for one in FORMATS) else ""


def _no_form() -> UploadRefused:
    return UploadRefused(
        "The body must be a multipart form with one file in the field 'file'.",
        "Nội dung gửi lên phải là biểu mẫu multipart có một tệp trong trường 'file'.",
    )
