"""What is wrong with a request that does not fit its declaration, said in Vietnamese and in English.

The English words are pydantic's; the Vietnamese ones are ours, by pydantic's kinds of errors.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MOST = 20
"""So many faults are told at once."""

_PLACES = {
    "query": "Tham số", "path": "Phần của đường dẫn", "header": "Tiêu đề HTTP", "cookie": "Cookie",
    "body": "Nội dung gửi", "form": "Trường",
}  # fmt: skip
_WORDS = {
    "missing": "bắt buộc phải có",
    "extra_forbidden": "không được có ở đây",
    "json_invalid": "không phải JSON hợp lệ",
    "json_type": "phải là JSON",
    "value_error": "không hợp lệ",
    "assertion_error": "không hợp lệ",
    "finite_number": "phải là số hữu hạn",
    "int_parsing": "phải là số nguyên",
    "int_type": "phải là số nguyên",
    "int_from_float": "phải là số nguyên, không có phần lẻ",
    "int_parsing_size": "là số nguyên quá lớn",
    "float_parsing": "phải là số",
    "float_type": "phải là số",
    "decimal_parsing": "phải là số",
    "decimal_type": "phải là số",
    "bool_parsing": "phải là đúng hoặc sai (true, false)",
    "bool_type": "phải là đúng hoặc sai (true, false)",
    "string_type": "phải là chữ",
    "string_unicode": "không phải chữ Unicode hợp lệ",
    "string_too_long": "dài quá {max_length} ký tự",
    "string_too_short": "phải có ít nhất {min_length} ký tự",
    "string_pattern_mismatch": "không đúng dạng quy định: {pattern}",
    "greater_than": "phải lớn hơn {gt}",
    "greater_than_equal": "phải từ {ge} trở lên",
    "less_than": "phải nhỏ hơn {lt}",
    "less_than_equal": "phải từ {le} trở xuống",
    "multiple_of": "phải là bội số của {multiple_of}",
    "literal_error": "phải là một trong các giá trị {expected}",
    "enum": "phải là một trong các giá trị {expected}",
    "date_type": "phải là ngày, dạng NĂM-THÁNG-NGÀY",
    "date_parsing": "phải là ngày, dạng NĂM-THÁNG-NGÀY",
    "date_from_datetime_parsing": "phải là ngày, dạng NĂM-THÁNG-NGÀY",
    "date_from_datetime_inexact": "phải là ngày, không kèm giờ",
    "datetime_type": "phải là ngày giờ, dạng ISO 8601",
    "datetime_parsing": "phải là ngày giờ, dạng ISO 8601",
    "datetime_from_date_parsing": "phải là ngày giờ, dạng ISO 8601",
    "timezone_aware": "phải kèm múi giờ",
    "uuid_parsing": "phải là UUID",
    "uuid_type": "phải là UUID",
    "url_parsing": "phải là địa chỉ web",
    "list_type": "phải là một danh sách",
    "tuple_type": "phải là một danh sách",
    "set_type": "phải là một danh sách",
    "dict_type": "phải là một đối tượng JSON",
    "model_type": "phải là một đối tượng JSON",
    "model_attributes_type": "phải là một đối tượng JSON",
    "dataclass_type": "phải là một đối tượng JSON",
    "too_long": "có quá {max_length} mục",
    "too_short": "phải có ít nhất {min_length} mục",
    "none_required": "phải để trống",
    "union_tag_invalid": "phải là một trong các loại {expected_tags}",
    "union_tag_not_found": "thiếu loại",
}


def faults(errors: list[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Where and what, at most `MOST`: keys `where`, `what`, `what_vi`, `kind`.

    What was sent is not echoed: it may hold NaN, lone surrogates or somebody's secret.
    """
    return [
        {
            "where": ".".join(str(part) for part in one["loc"]), "what": one["msg"],
            "what_vi": in_vietnamese(one), "kind": one["type"],
        }
        for one in errors[:MOST]
    ]  # fmt: skip


def in_vietnamese(error: Mapping[str, Any]) -> str:
    """One fault as a sentence: Tham số 'limit' phải từ 1 trở lên."""
    place, *path = error["loc"] or ("body",)
    name = ".".join(str(part) for part in path)
    subject = _PLACES.get(str(place), "Giá trị") + (f" '{name}'" if name else "")
    words = _WORDS.get(error["type"], "không hợp lệ")
    facts = {name: _written(value) for name, value in (error.get("ctx") or {}).items()}
    return f"{subject} {words.format_map(_Facts(facts))}."


def _written(fact: Any) -> str:
    if isinstance(fact, float) and fact.is_integer():
        fact = int(fact)
    return str(fact).replace(" or ", " hoặc ")


class _Facts(dict[str, str]):
    """The facts of an error; one that is not given leaves a gap in the sentence."""

    def __missing__(self, key: str) -> str:
        return "…"
