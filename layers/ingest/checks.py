"""Rows as columns of clean values, with a reason for each row that is not taken."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from layers.ingest.code_lists import LAND_USE_VERSION, is_land_use, is_vsic
from layers.ingest.fields import Field, Layout
from layers.ingest.report import Refusal
from layers.ingest.tax_codes import read_tax_code
from layers.ingest.values import READERS, Unfit, as_text

Values = list[Any]


@dataclass(slots=True)
class Rows:
    """Rows of a file on their way in. All columns have the same length; refused rows stay in place."""

    layout: Layout
    count: int
    columns: dict[str, Values] = field(default_factory=dict)
    """Field -> values."""
    headings: dict[str, str] = field(default_factory=dict)
    """Field -> column of the file, for messages."""
    shapes: list[str | None] | None = None
    """Hexadecimal EWKB, None when the file has no shapes at all."""
    marks: list[str | None] = field(default_factory=list)
    refused: dict[int, Refusal] = field(default_factory=dict)
    """Row (from 0) -> its first reason."""
    merged: dict[int, int] = field(default_factory=dict)
    """Row (from 0) -> the row that holds the street of which it is a piece."""
    warnings: list[Refusal] = field(default_factory=list)

    def key_of(self, row: int) -> str | None:
        """How people know the row, if it says."""
        for name in ("code", "osm_id", "tax_code", "name", "old_code"):
            values = self.columns.get(name)
            if values and values[row] is not None:
                return str(values[row])[:100]
        return None

    def _remark(self, row: int, field_name: str | None, code: str, english: str, vietnamese: str) -> Refusal:
        column = self.headings.get(field_name, field_name) if field_name else None
        return Refusal(row + 1, None, column, code, english, vietnamese)

    def refuse(self, row: int, field_name: str | None, code: str, english: str, vietnamese: str) -> None:
        """Refuse a row; only its first reason counts."""
        if row not in self.refused:
            self.refused[row] = self._remark(row, field_name, code, english, vietnamese)

    def warn(self, row: int, field_name: str | None, code: str, english: str, vietnamese: str) -> None:
        """Remark on a row that is taken all the same."""
        self.warnings.append(self._remark(row, field_name, code, english, vietnamese))

    def signed(self, remark: Refusal) -> Refusal:
        """The remark with the key of its row, once all fields are read."""
        return replace(remark, key=self.key_of(remark.row - 1))

    def taken(self) -> list[int]:
        """Rows (from 0) that are neither refused nor part of another row."""
        return [row for row in range(self.count) if row not in self.refused and row not in self.merged]

    def refuse_with_their_street(self) -> None:
        """Refuse the pieces of a street that was refused, for its reason."""
        for row, head in self.merged.items():
            if head in self.refused:
                self.refused[row] = replace(self.refused[head], row=row + 1)


def read_fields(rows: Rows, raw: dict[str, Values]) -> None:
    """Read every field of every row; `raw` is field -> values as the file has them."""
    for one in rows.layout.fields:
        if one.name in raw:
            rows.columns[one.name] = [None] * rows.count
    for one in rows.layout.fields:
        if one.name in raw:
            _read_field(rows, one, raw[one.name])


def _read_field(rows: Rows, one: Field, values: Values) -> None:
    read, clean = READERS[one.kind], rows.columns[one.name]
    listed = one.kind in ("codes", "texts")
    known: dict[Any, Any] = {}
    for row, value in enumerate(values):
        if isinstance(value, str) and value in known:
            clean[row] = known[value]
            continue
        try:
            if (value if isinstance(value, float) else as_text(value)) is None:
                clean[row] = [] if listed else None
                continue
            clean[row] = read(value, one)
            if isinstance(value, str):
                known[value] = clean[row]
        except Unfit as unfit:
            rows.refuse(row, one.name, unfit.code, str(unfit), unfit.message_vi)


def require_values(rows: Rows) -> None:
    """Refuse rows in which a required field is empty."""
    for one in rows.layout.fields:
        if one.required and one.name in rows.columns:
            for row, value in enumerate(rows.columns[one.name]):
                if value is None:
                    rows.refuse(
                        row, one.name, "missing_value", f"'{one.name}' is empty.", f"Thiếu giá trị '{one.name}'."
                    )


def check_lists(rows: Rows) -> None:
    """Industry and land-use codes against their lists, tax codes against their check digit."""
    versions = rows.columns.get("vsic_version") or [None] * rows.count
    for one in rows.layout.fields:
        values = rows.columns.get(one.name)
        if values is None:
            continue
        if one.kind == "industry" or one.name in ("other_industry_codes", "industries_allowed", "industries_excluded"):
            _check_vsic(rows, one.name, values, versions)
        elif one.kind == "land_use":
            _check_land_use(rows, one.name, values)
        elif one.kind == "tax_code":
            _check_tax(rows, one.name, values)


def _check_vsic(rows: Rows, name: str, values: Values, versions: Values) -> None:
    for row, value in enumerate(values):
        version = versions[row] or "2025"
        for code in value if isinstance(value, list) else [value] if value else []:
            if not is_vsic(code, version):
                rows.refuse(
                    row,
                    name,
                    "unknown_industry_code",
                    f"'{code[:20]}' is not in VSIC {version}.",
                    f"'{code[:20]}' không có trong VSIC {version}.",
                )


def _check_land_use(rows: Rows, name: str, values: Values) -> None:
    versions = rows.columns.get("land_use_version") or [None] * rows.count
    for row, code in enumerate(values):
        version = versions[row] or LAND_USE_VERSION
        if code is not None and not is_land_use(code, version):
            rows.refuse(
                row,
                name,
                "unknown_land_use_code",
                f"'{code[:20]}' is not a land-use code of {version}.",
                f"'{code[:20]}' không phải mã loại đất theo {version}.",
            )


def _check_tax(rows: Rows, name: str, values: Values) -> None:
    checks: Values = []
    for row, written in enumerate(values):
        code = None if written is None else read_tax_code(written)
        checks.append("absent" if code is None else code.check)
        if written is None:
            continue
        if code is None:
            rows.refuse(
                row,
                name,
                "bad_tax_code",
                f"'{written[:40]}' has no form of a tax code (10, 10-3 or 12 digits).",
                f"'{written[:40]}' không đúng dạng mã số thuế (10, 10-3 hoặc 12 chữ số).",
            )
            continue
        values[row] = code.text
        if code.padded:
            rows.warn(
                row,
                name,
                "tax_code_padded",
                f"A leading zero was put back: {code.text}.",
                f"Đã thêm lại số 0 ở đầu: {code.text}.",
            )
        elif code.check == "failed":
            rows.warn(
                row,
                name,
                "tax_code_check_failed",
                f"The check digit of {code.text} does not fit.",
                f"Chữ số kiểm tra của {code.text} không khớp.",
            )
    rows.columns["tax_code_check"] = checks


def refuse_doubles(rows: Rows, key: tuple[str, ...]) -> None:
    """Refuse every row whose key an earlier row of the file already has."""
    columns = [rows.columns[name] for name in key if name in rows.columns]
    first: dict[tuple[Any, ...], int] = {}
    for row, values in enumerate(zip(*columns, strict=True)):
        if row in rows.refused or row in rows.merged or all(value is None for value in values):
            continue
        earlier = first.setdefault(values, row)
        if earlier != row:
            shown = " / ".join(str(value) for value in values)[:100]
            rows.refuse(
                row,
                key[-1],
                "duplicate_key",
                f"Row {earlier + 1} already has the key {shown}.",
                f"Dòng {earlier + 1} đã có khóa {shown}.",
            )


def take_shapes(rows: Rows, faults: dict[int, tuple[str, str, str]], *, required: bool) -> None:
    """Refuse the rows whose shape was refused, or is absent where the file has shapes and must."""
    for row, (code, english, vietnamese) in faults.items():
        rows.refuse(row, None, code, english, vietnamese)
    if rows.shapes is not None and required:
        for row, shape in enumerate(rows.shapes):
            if shape is None:
                rows.refuse(row, None, "missing_geometry", "The row has no shape.", "Dòng không có hình.")
