"""Read one value of a file as the kind its field wants. A value that does not fit raises `Unfit`."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from layers.ingest.fields import Field, plain

_TEXT_LIMIT = 4_000
_NOTHING = {"", "-", "–", "null", "none", "n/a", "nan"}
_TRUE = {"true", "t", "1", "yes", "y", "co", "x", "dung"}
_FALSE = {"false", "f", "0", "no", "n", "khong", "sai"}
_THOUSANDS = re.compile(r"[+-]?\d{1,3}([.,]\d{3})+")


class Unfit(Exception):
    """Why a value was refused: code, English, Vietnamese."""

    def __init__(self, code: str, message: str, message_vi: str) -> None:
        super().__init__(message)
        self.code, self.message_vi = code, message_vi


def as_text(value: Any) -> str | None:
    """NFC text without outer spaces, None for nothing; line breaks and tabs become spaces."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    text = str(value)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        if any("\ud800" <= c <= "\udfff" or "\x7f" <= c <= "\x9f" for c in text):
            raise _control()
    text = text.strip()
    if not text.isprintable():
        text = " ".join(re.split(r"[\r\n\t]+", text))
        if any(c < " " or c == "\x7f" for c in text):
            raise _control()
    if len(text) > _TEXT_LIMIT:
        raise Unfit(
            "too_long", f"The text has more than {_TEXT_LIMIT} characters.", f"Văn bản dài quá {_TEXT_LIMIT} ký tự."
        )
    return None if text.lower() in _NOTHING else text


def _control() -> Unfit:
    return Unfit("control_character", "The text holds a control character.", "Văn bản chứa ký tự điều khiển.")


def as_float(value: Any) -> float:
    """A number for a coordinate: NaN for nothing, infinite for what is no number."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return math.nan
    try:
        return as_number(value)
    except Unfit:
        return math.inf


def as_number(value: Any) -> float:
    """A finite number. A decimal comma is read; '1,234' may be two numbers and is refused."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = float(value)
    else:
        text = str(value).strip().replace("\u00a0", "").replace(" ", "")
        if "," in text:
            if _THOUSANDS.fullmatch(text) and "." not in text:
                raise Unfit(
                    "ambiguous_number",
                    f"'{text[:40]}' may be two numbers: write no thousands separator.",
                    f"'{text[:40]}' có thể hiểu theo hai cách: đừng dùng dấu phân cách hàng nghìn.",
                )
            text = text.replace(",", ".") if "." not in text and text.count(",") == 1 else text
        try:
            number = float(text) if "_" not in text else math.nan
        except ValueError:
            raise Unfit("not_a_number", f"'{text[:40]}' is not a number.", f"'{text[:40]}' không phải là số.") from None
    if not math.isfinite(number):
        raise Unfit("not_finite", "The number is not finite.", "Số không hữu hạn.")
    return number


def _number(value: Any, field: Field) -> float:
    number = as_number(value)
    if (field.low is not None and number < field.low) or (field.high is not None and number > field.high):
        low = "−∞" if field.low is None else f"{field.low:g}"
        high = "∞" if field.high is None else f"{field.high:g}"
        raise Unfit(
            "out_of_range",
            f"{number:g} is not between {low} and {high}.",
            f"{number:g} không nằm giữa {low} và {high}.",
        )
    return number


def _whole(value: Any, field: Field) -> int:
    number = _number(value, field)
    if not number.is_integer():
        raise Unfit("not_whole", f"{number:g} is not a whole number.", f"{number:g} không phải số nguyên.")
    return int(number)


def _ratio(value: Any, field: Field) -> float:
    text = value.strip() if isinstance(value, str) else None
    number = as_number(text[:-1]) / 100 if text is not None and text.endswith("%") else as_number(value)
    if not 0 <= number <= 1:
        raise Unfit(
            "out_of_range",
            f"{number:g} is no share between 0 and 1; write 85 % or 0.85.",
            f"{number:g} không phải tỷ lệ từ 0 đến 1; hãy ghi 85% hoặc 0,85.",
        )
    return number


def _day(value: Any, field: Field) -> date:
    text = str(value).strip()
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y/%m/%d"):
        try:
            day = datetime.strptime(text[:10], form).date()  # noqa: DTZ007  (a day of law has no time zone)
        except ValueError:
            continue
        if 1900 <= day.year <= 2200:
            return day
    raise Unfit(
        "bad_date",
        f"'{text[:40]}' is not a date such as 2025-07-01 or 01/07/2025.",
        f"'{text[:40]}' không phải ngày dạng 01/07/2025 hoặc 2025-07-01.",
    )


def _flag(value: Any, field: Field) -> bool:
    word = plain(str(value))
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise Unfit(
        "bad_flag", f"'{str(value)[:40]}' is neither yes nor no.", f"'{str(value)[:40]}' không phải có hoặc không."
    )


def _word(value: Any, field: Field) -> str:
    text = as_text(value) or ""
    meaning = field.words.get(plain(text))
    if meaning is None:
        known = ", ".join(dict.fromkeys(field.words.values()))
        raise Unfit(
            "unknown_word",
            f"'{text[:40]}' is not known here. Known: {known}.",
            f"Không hiểu '{text[:40]}'. Các giá trị: {known}.",
        )
    return meaning


def _digits(value: Any, field: Field) -> str:
    text = as_text(value) or ""
    if not (text.isascii() and text.isdigit()) or len(text) > 5:
        raise Unfit(
            "bad_code", f"'{text[:40]}' is not a code of 2 to 5 digits.", f"'{text[:40]}' không phải mã 2 đến 5 chữ số."
        )
    return text.zfill(5 if len(text) == 4 else max(2, field.width or 0))


def _commune(value: Any, field: Field) -> str:
    text = as_text(value) or ""
    if not (text.isascii() and text.isdigit()) or not 1 <= len(text) <= 5:
        raise Unfit(
            "bad_code", f"'{text[:40]}' is not a commune code of 5 digits.", f"'{text[:40]}' không phải mã xã 5 chữ số."
        )
    return text.zfill(5)


def _code(value: Any, field: Field) -> str:
    text = as_text(value) or ""
    if len(text) > 100:
        raise Unfit("too_long", "A key has at most 100 characters.", "Mã dài tối đa 100 ký tự.")
    return text


def _texts(value: Any, field: Field) -> list[str]:
    return [part.strip() for part in re.split(r"[;|]", as_text(value) or "") if part.strip()]


def _codes(value: Any, field: Field) -> list[str]:
    return sorted({part.upper() for part in re.split(r"[;,|\s]+", as_text(value) or "") if part})


def _country(value: Any, field: Field) -> str:
    text = (as_text(value) or "").upper()
    if not re.fullmatch("[A-Z]{2}", text):
        raise Unfit(
            "bad_code",
            f"'{text[:40]}' is not a country code of two letters (ISO 3166-1).",
            f"'{text[:40]}' không phải mã quốc gia hai chữ cái (ISO 3166-1).",
        )
    return text


def _industry(value: Any, field: Field) -> str:
    return (as_text(value) or "").upper().removeprefix("VSIC").strip()


READERS: dict[str, Callable[[Any, Field], Any]] = {
    "text": lambda value, field: as_text(value),
    "code": _code,
    "number": _number,
    "whole": _whole,
    "ratio": _ratio,
    "day": _day,
    "flag": _flag,
    "word": _word,
    "digits": _digits,
    "commune": _commune,
    "texts": _texts,
    "codes": _codes,
    "country": _country,
    "industry": _industry,
    "land_use": _industry,
    "tax_code": lambda value, field: as_text(value),
}
"""Kind -> reader. Codes of lists are checked afterwards, when the row's version is known."""
