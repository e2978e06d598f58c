"""Lists of addresses in CSV or XLSX: read with the same walls as imports, and handed back row by row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from layers.crs import WGS84
from layers.ingest import sandbox
from layers.ingest.archives import check_sizes
from layers.ingest.errors import FileTooLarge, UnknownFormat, WrongColumns
from layers.ingest.fields import Field, Layout
from layers.ingest.formats import CSV, XLSX, recognise
from layers.ingest.limits import MB, Limits
from layers.ingest.mapping import match

MOST_ROWS = 200_000
LIMITS = Limits(file_bytes=50 * MB, rows=MOST_ROWS, columns=200, cell_characters=10_000, seconds=120,
                memory_bytes=2_000 * MB, output_bytes=500 * MB)  # fmt: skip

ADDRESS_LIST = Layout(
    "address_list",
    (
        Field("address", "text", (
            "dia_chi", "dia_chi_tru_so", "dia_chi_tru_so_chinh", "dia_chi_day_du", "dia_chi_cu", "tru_so",
            "tru_so_chinh", "address_text", "full_address", "dc", "noi_cu_tru", "noi_dat_tru_so")),
        Field("name", "text", ("ten", "ten_doanh_nghiep", "ten_cong_ty", "ten_dn", "doanh_nghiep", "company")),
        Field("tax_code", "text", ("mst", "ma_so_thue", "ma_so_doanh_nghiep", "msdn", "tax_id", "ma_dn")),
        Field("hamlet", "text", ("thon", "thon_to_dan_pho", "to_dan_pho", "tdp", "khu_dan_cu")),
        Field("commune", "text", ("xa", "phuong", "xa_phuong", "phuong_xa", "ten_xa", "ward")),
        Field("district", "text", ("huyen", "quan", "quan_huyen", "huyen_quan", "ten_huyen")),
        Field("province", "text", ("tinh", "thanh_pho", "tinh_thanh_pho", "tinh_thanh", "ten_tinh", "city")),
    ),
    key=("address",),
    geometry_type=None,
)  # fmt: skip
"""Not a layer: nothing of it is stored."""


@dataclass(frozen=True, slots=True)
class AddressList:
    """A list as it was sent."""

    file: str
    columns: dict[str, list[Any]]
    """All columns by their heading, in their order."""
    rows: int
    fields: dict[str, str]
    """Field of `ADDRESS_LIST` -> heading."""
    encodings: dict[str, str]

    def value(self, field: str, row: int) -> str:
        """What a row says, "" where it says nothing."""
        heading = self.fields.get(field)
        given = None if heading is None else self.columns[heading][row]
        return "" if given is None else " ".join(str(given).split())

    def address(self, row: int) -> str:
        """The whole address of a row: columns for units that the address column does not hold yet are added."""
        parts = [self.value("address", row)]
        for field in ("hamlet", "commune", "district", "province"):
            given = self.value(field, row)
            if given and given.casefold() not in ", ".join(parts).casefold():
                parts.append(given)
        return ", ".join(part for part in parts if part)


def read_list(
    path: Path,
    *,
    file_name: str | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
    column_map: dict[str, str] | None = None,
    limits: Limits = LIMITS,
    tick: Callable[[int], None] | None = None,
) -> AddressList:
    """Read a CSV or XLSX in a process of its own. Raises an `ImportRefused` for what cannot be taken.

    `column_map` is heading -> field and wins over what is guessed. A list needs an address or a commune.
    """
    shown = Path(file_name or path.name).name
    kind = recognise(path, shown)
    if kind not in (CSV, XLSX):
        raise UnknownFormat("A list of addresses is a CSV or an XLSX.", "Danh sách địa chỉ phải là tệp CSV hoặc XLSX.")
    if path.stat().st_size > limits.file_bytes:
        most = limits.file_bytes // MB
        raise FileTooLarge(f"The list is larger than {most} MB.", f"Danh sách lớn hơn {most} MB.")
    if kind is XLSX:
        check_sizes(path, limits)
    order = sandbox.Order(
        path=str(path.resolve()), format=kind.name, driver=None, layer=ADDRESS_LIST.layer, table=sheet, crs=None,
        encoding=encoding, swap_axes=False, column_map=column_map, storage_srid=WGS84, bounds=(0.0, 0.0, 0.0, 0.0),
        limits=replace(limits),
    )  # fmt: skip
    found = sandbox.read(order, kind, tick)
    fields = {field: heading for heading, field in match(list(found.columns), ADDRESS_LIST, column_map).fields.items()}
    if "address" not in fields and "commune" not in fields:
        there = ", ".join(list(found.columns)[:60])
        raise WrongColumns(
            f"No column holds addresses. The file has: {there}. Name it with map: COLUMN=address.",
            f"Không có cột địa chỉ. Tệp có các cột: {there}. Hãy chỉ rõ: CỘT=address.",
            missing=["address"],
            columns=list(found.columns),
        )
    return AddressList(shown, found.columns, found.rows, fields, found.encodings)
