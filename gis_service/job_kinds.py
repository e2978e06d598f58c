"""Which work may be queued. Each kind names a function (conn, arguments, progress) -> report."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True, slots=True)
class JobKind:
    """A kind of job; its function is imported only by the worker that runs it."""

    title: str
    title_vi: str
    function: str
    """module:name"""

    def load(self) -> Any:
        """The function that does the work."""
        module, name = self.function.split(":")
        return getattr(import_module(module), name)


KINDS: dict[str, JobKind] = {
    "import": JobKind("Import a file", "Nhập dữ liệu từ tệp", "gis_service.importing:run_import_job"),
    "number_zone": JobKind("Number a zone", "Đánh số các đường của khu", "gis_service.batches:number_zone"),
    "number_commune": JobKind("Number a commune", "Đánh số các đường của xã", "gis_service.batches:number_commune"),
    "overviews": JobKind("Refresh the overviews", "Cập nhật bản đồ thu nhỏ", "gis_service.overviewing:run_job"),
    "tiles_seed": JobKind("Draw tiles ahead", "Vẽ trước các ô bản đồ", "gis_service.tile_serving.seeding:run_job"),
    "coverage": JobKind("Compute coverage ratios", "Tính tỷ lệ phủ sóng", "gis_service.batches:coverage"),
    "plot_series": JobKind("Print a series of plots", "In tập bản đồ lô đất", "gis_service.plot_series:run_job"),
    "convert_batch": JobKind("Convert addresses", "Chuyển đổi địa chỉ", "gis_service.address_batches:convert_batch"),
    "geocode_batch": JobKind("Locate addresses", "Định vị địa chỉ", "gis_service.geocode_batches:geocode_batch"),
}  # fmt: skip
