"""Faults of a request in Vietnamese: every kind that pydantic knows and our routes can meet."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, get_args
from uuid import UUID

import pytest
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import core_schema

from gis_service import validation
from gis_service.validation import MOST, faults, in_vietnamese


class Asked(BaseModel):
    """A body as routes declare them."""

    model_config = ConfigDict(extra="forbid")
    name: str


def errors(declared: Any, sent: Any) -> list[Any]:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(declared).validate_python(sent)
    return [{**one, "loc": ("query", "field", *one["loc"])} for one in caught.value.errors()]


@pytest.mark.parametrize(
    ("declared", "sent", "said"),
    [
        (Annotated[int, Field(ge=1)], 0, "phải từ 1 trở lên"),
        (Annotated[int, Field(le=50)], 51, "phải từ 50 trở xuống"),
        (Annotated[float, Field(gt=0)], 0, "phải lớn hơn 0"),
        (Annotated[float, Field(lt=1)], 1, "phải nhỏ hơn 1"),
        (Annotated[float, Field(allow_inf_nan=False)], float("nan"), "phải là số hữu hạn"),
        (int, "x", "phải là số nguyên"),
        (float, "x", "phải là số"),
        (Decimal, "x", "phải là số"),
        (bool, "maybe", "phải là đúng hoặc sai (true, false)"),
        (str, 1, "phải là chữ"),
        (Annotated[str, Field(max_length=3)], "abcd", "dài quá 3 ký tự"),
        (Annotated[str, Field(min_length=1)], "", "phải có ít nhất 1 ký tự"),
        (Annotated[str, Field(pattern="^[A-Z]{2}$")], "x", "không đúng dạng quy định: ^[A-Z]{2}$"),
        (Literal["vi", "en"], "x", "phải là một trong các giá trị 'vi' hoặc 'en'"),
        (date, "yesterday", "phải là ngày, dạng NĂM-THÁNG-NGÀY"),
        (datetime, "yesterday", "phải là ngày giờ, dạng ISO 8601"),
        (UUID, "x", "phải là UUID"),
        (list[int], 1, "phải là một danh sách"),
        (Annotated[list[int], Field(max_length=1)], [1, 2], "có quá 1 mục"),
        (dict[str, int], 1, "phải là một đối tượng JSON"),
    ],
)  # fmt: skip
def test_each_kind_has_its_words(declared: Any, sent: Any, said: str) -> None:
    told = in_vietnamese(errors(declared, sent)[0])
    assert told == f"Tham số 'field' {said}."


def test_a_missing_and_a_needless_field() -> None:
    missing, needless = faults(errors(Asked, {"names": "x"}))
    assert (missing["where"], missing["what"]) == ("query.field.name", "Field required")
    assert missing["what_vi"] == "Tham số 'field.name' bắt buộc phải có."
    assert needless["what_vi"] == "Tham số 'field.names' không được có ở đây."


def test_a_kind_nobody_thought_of_is_still_a_sentence() -> None:
    assert in_vietnamese({"loc": ("body",), "type": "of tomorrow", "msg": ""}) == "Nội dung gửi không hợp lệ."
    assert re.fullmatch(r"Giá trị 'y' .+\.", in_vietnamese({"loc": ("x", "y"), "type": "string_too_long", "msg": ""}))


def test_not_more_than_a_reader_can_use() -> None:
    assert len(faults(errors(list[int], ["x"] * 100))) == MOST


def test_the_table_names_kinds_that_pydantic_has() -> None:
    assert set(validation._WORDS) <= set(get_args(core_schema.ErrorType))
