"""The one place where a situation becomes an HTTP status: problem+json (RFC 9457).

Every problem carries `code` for programs, `detail` in English and `detail_vi` in Vietnamese, and
the request id under which the log knows it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import psycopg_pool
import sqlalchemy.exc
import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

import addressing.errors
from addressing.doors import DoorChanged, DoorTooFar
from addressing.errors import (
    AddressingError,
    AlreadyNumbered,
    AttachmentRefused,
    AuthorCannotApprove,
    DecisionInvalid,
    DecisionRequired,
    DuplicateAddress,
    DuplicateCode,
    DuplicateNumber,
    IdempotencyKeyReused,
    InvalidArea,
    InvalidIdentifier,
    NotInForce,
    NotTheAuthor,
    NumberEnded,
    OfficialCodeRefused,
    OpenQuestionsRemain,
    OutsideArea,
    PlateSizeOpen,
    PlateWordsRefused,
    PolicyRefused,
    StaleProposal,
    StepNotPossible,
    UnknownAnswer,
    UnknownQuestion,
    UnusableStreet,
    VersionConflict,
    WrongStatus,
)
from addressing.place_papers import NoNumberInForce
from addressing.search.convert_errors import PositionRefused
from gis_service import address_faults
from gis_service.alerts import MailIsOff
from gis_service.client_pages import PageEnded, PageRefused
from gis_service.identity.errors import (
    AccountExists,
    CsrfRefused,
    IdentityError,
    LastAdministrator,
    LastRole,
    LinkUsedUp,
    LoginRefused,
    NotAllowed,
    NotSignedIn,
    ReadOnlyToken,
    TokenNotAllowed,
    TokenRefused,
    TooManyAttempts,
    UnknownAccessToken,
    UnknownAccount,
    UnknownLink,
)
from gis_service.map_views import NotTheOwner, ShareExpired, ViewNameTaken
from gis_service.upload_errors import UploadRefused, UploadsFull
from gis_service.validation import faults
from layers.editing import EditConflict, EditRefused
from layers.errors import LayersError, NotFound, UnknownCrs, UnknownLayer
from layers.ingest.errors import FileTooLarge, ImportRefused, UnknownFormat
from layers.land_files import FileChanged, FileRefused
from maps.drawings import DrawingRefused
from maps.errors import MapsError, TileOutOfLimits, UnknownMatrixSet
from maps.features.errors import (
    MissingIfMatch,
    NotAcceptable,
    ReadOnlyCollection,
    StaleFeature,
    UnknownCollection,
    UnknownFeature,
    WrongContentType,
)
from maps.reports.errors import FontsMissing, LanguageFontMissing, PdfUnavailable

log = structlog.get_logger("gis.errors")

STATUS: dict[type[Exception], int] = {
    LayersError: 400,
    NotFound: 404,
    UnknownLayer: 404,
    UnknownCrs: 422,
    ImportRefused: 422,
    UnknownFormat: 415,
    FileTooLarge: 413,
    UploadRefused: 400,
    UploadsFull: 503,
    FileRefused: 422,
    FileChanged: 409,
    PageRefused: 422,
    PageEnded: 410,
    MailIsOff: 409,
    AddressingError: 400,
    addressing.errors.NotFound: 404,
    UnknownQuestion: 404,
    UnknownAnswer: 422,
    UnusableStreet: 422,
    DecisionInvalid: 422,
    InvalidIdentifier: 422,
    OfficialCodeRefused: 422,
    DoorChanged: 409,
    DoorTooFar: 422,
    NoNumberInForce: 404,
    AuthorCannotApprove: 403,
    OpenQuestionsRemain: 409,
    WrongStatus: 409,
    StaleProposal: 409,
    DecisionRequired: 422,
    NotTheAuthor: 403,
    OutsideArea: 403,
    InvalidArea: 422,
    VersionConflict: 409,
    DuplicateNumber: 409,
    NumberEnded: 409,
    AlreadyNumbered: 409,
    DuplicateCode: 409,
    DuplicateAddress: 409,
    NotInForce: 409,
    StepNotPossible: 409,
    PlateSizeOpen: 409,
    PlateWordsRefused: 422,
    PolicyRefused: 422,
    AttachmentRefused: 422,
    IdempotencyKeyReused: 422,
    PositionRefused: 422,
    MapsError: 400,
    UnknownMatrixSet: 404,
    TileOutOfLimits: 404,
    DrawingRefused: 422,
    ShareExpired: 410,
    NotTheOwner: 403,
    ViewNameTaken: 409,
    NotAcceptable: 406,
    UnknownCollection: 404,
    UnknownFeature: 404,
    ReadOnlyCollection: 405,
    WrongContentType: 415,
    MissingIfMatch: 428,
    StaleFeature: 412,
    EditRefused: 422,
    EditConflict: 409,
    PdfUnavailable: 503,
    FontsMissing: 503,
    LanguageFontMissing: 503,
    IdentityError: 400,
    NotSignedIn: 401,
    NotAllowed: 403,
    CsrfRefused: 403,
    LoginRefused: 401,
    TokenRefused: 401,
    ReadOnlyToken: 403,
    TokenNotAllowed: 422,
    UnknownAccessToken: 404,
    TooManyAttempts: 429,
    UnknownAccount: 404,
    UnknownLink: 404,
    LinkUsedUp: 410,
    AccountExists: 409,
    LastRole: 409,
    LastAdministrator: 409,
}
"""Situation -> status; a subclass that is not listed has the status of its nearest base."""

_ALLOW: dict[type[Exception], str] = {ReadOnlyCollection: "GET, HEAD, OPTIONS"}
"""What can be done where a method is refused (RFC 9110, 15.5.6)."""

_HTTP = {
    400: ("bad_request", "The request could not be understood.", "Không hiểu được yêu cầu."),
    401: ("not_signed_in", "Sign in to do this.", "Cần đăng nhập để thực hiện việc này."),
    403: ("not_allowed", "You may not do this.", "Bạn không được làm việc này."),
    404: ("not_found", "There is nothing at this address.", "Không có gì ở địa chỉ này."),
    405: ("method_not_allowed", "This address does not take that method.", "Địa chỉ này không nhận phương thức đó."),
    413: ("too_large", "The request is too large.", "Yêu cầu quá lớn."),
    415: ("unsupported_media_type", "This kind of content is not taken here.", "Không nhận loại nội dung này."),
}  # fmt: skip

HtmlError = Callable[[Request, int, dict[str, Any]], Response]


def status_of(error: Exception) -> int:
    """The status of the nearest class that the table lists."""
    for kind in type(error).__mro__:
        if kind in STATUS:
            return STATUS[kind]
    return 500


def problem(request: Request, status: int, code: str, detail: str, detail_vi: str, **facts: object) -> Response:
    """A problem as JSON, or as a page when the asker is a browser that navigates."""
    body: dict[str, Any] = {
        "type": f"urn:problem:{code}",
        "title": code.replace("_", " ").capitalize(),
        "status": status,
        "code": code,
        "detail": detail,
        "detail_vi": detail_vi,
        "instance": request.url.path.encode("utf-8", "replace").decode(),
        "request_id": getattr(request.state, "request_id", None),
        **facts,
    }
    as_page: HtmlError | None = getattr(request.app.state, "html_error", None)
    if as_page is not None and "text/html" in request.headers.get("accept", ""):
        return as_page(request, status, body)
    wait_s = facts.get("retry_after_s", 5 if status == 503 else None)
    headers = {"Retry-After": str(wait_s)} if wait_s is not None else None
    return JSONResponse(body, status, headers=headers, media_type="application/problem+json")


def answer(request: Request, error: Exception) -> Response:
    """The answer to an error of one of our own packages; for routes that must not raise it."""
    code = getattr(error, "code", "error")
    facts = getattr(error, "facts", {})
    told = problem(request, status_of(error), code, str(error), getattr(error, "message_vi", str(error)), **facts)
    if isinstance(error, TokenRefused):
        told.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    if type(error) in _ALLOW:
        told.headers["Allow"] = _ALLOW[type(error)]
    return told


def _validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    onward = address_faults.without_faults(request, error)
    if onward is not None:
        return onward
    told = faults(list(error.errors()))
    first, first_vi = "The request is not valid.", "Yêu cầu không hợp lệ."
    if told:
        first, first_vi = f"{told[0]['where']}: {told[0]['what']}", f"Yêu cầu không hợp lệ – {told[0]['what_vi']}"
    return problem(request, 422, "invalid_request", first, first_vi, errors=told)


def _not_understood(request: Request, error: Exception) -> Response:
    return address_faults.without_faults(request, error) or problem(
        request, 422, "not_understood", f"Not understood: {error}.", f"Không hiểu: {error}."
    )


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code, detail, detail_vi = _HTTP.get(error.status_code, ("http_error", str(error.detail), str(error.detail)))
    response = problem(request, error.status_code, code, detail, detail_vi)
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    return response


def _database(request: Request, error: Exception) -> Response:
    driver = getattr(error, "orig", error)
    if isinstance(driver, psycopg.errors.QueryCanceled):
        return problem(
            request, 503, "took_too_long", "The answer took too long and was stopped. Ask for less.",
            "Truy vấn quá lâu nên đã bị dừng. Hãy thu hẹp yêu cầu.",
        )  # fmt: skip
    if isinstance(driver, psycopg.errors.DataError | UnicodeEncodeError):
        return problem(
            request, 422, "bad_value", "A value cannot be stored: it is out of range or holds forbidden characters.",
            "Có giá trị không lưu được: ngoài phạm vi hoặc chứa ký tự không hợp lệ.",
        )  # fmt: skip
    if isinstance(driver, psycopg.errors.IntegrityError):
        return problem(
            request, 409, "conflict", "The change contradicts what is on record.",
            "Thay đổi mâu thuẫn với dữ liệu đã lưu.", constraint=driver.diag.constraint_name,
        )  # fmt: skip
    if isinstance(driver, psycopg.OperationalError | psycopg_pool.PoolTimeout | sqlalchemy.exc.TimeoutError):
        log.error("database_unavailable", error=type(driver).__name__)
        return problem(
            request, 503, "database_unavailable", "The database does not answer just now. Try again shortly.",
            "Cơ sở dữ liệu tạm thời không phản hồi. Vui lòng thử lại sau ít phút.",
        )  # fmt: skip
    return defect(request, error)


def defect(request: Request, error: Exception) -> Response:
    """The answer to what nobody foresaw: no internals, but an id that the log knows."""
    log.error("defect", error=type(error).__name__, exc_info=error)
    return problem(
        request, 500, "internal_error", "Something went wrong on our side; the log knows this request.",
        "Đã có lỗi phía máy chủ; nhật ký đã ghi lại yêu cầu này.",
    )  # fmt: skip


def register(app: FastAPI) -> None:
    """Attach the handlers to the application."""
    for base in (LayersError, AddressingError, MapsError, IdentityError):
        app.add_exception_handler(base, answer)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(address_faults.NotUnderstood, _not_understood)
    app.add_exception_handler(HTTPException, _http)
    for unavailable in (
        sqlalchemy.exc.DBAPIError, sqlalchemy.exc.TimeoutError, psycopg.Error, psycopg_pool.PoolTimeout,
        UnicodeEncodeError,
    ):  # fmt: skip
        app.add_exception_handler(unavailable, _database)


def early_handlers() -> dict[object, Callable[[Request, Exception], Response]]:
    """Handlers for what fails before the application proper, such as a body that is too large."""
    return {HTTPException: _http}
