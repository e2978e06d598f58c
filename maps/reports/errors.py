"""What can go wrong when a paper is drawn."""

from __future__ import annotations

from maps.errors import MapsError

PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


class PdfUnavailable(MapsError):
    """This machine lacks the libraries that set PDF pages. Everything but PDF works without them."""

    code = "pdf_unavailable"

    def __init__(self, missing: str) -> None:
        super().__init__(
            f"PDF files cannot be written on this server yet. The administrator may install: {PACKAGES}. "
            "DOCX, CSV, XLSX and SVG work.",
            f"Máy chủ chưa ghi được PDF. Quản trị hệ thống cần cài: {PACKAGES}. DOCX, CSV, XLSX và SVG vẫn dùng được.",
            missing=missing[:200],
            packages=PACKAGES.split(),
        )


class FontsMissing(MapsError):
    """The fonts that script/vendor brings are not there."""

    code = "fonts_missing"

    def __init__(self, file: str) -> None:
        super().__init__(
            f"The font file {file} is missing; run script/bootstrap.",
            f"Thiếu tệp phông chữ {file}; hãy chạy script/bootstrap.",
            file=file,
        )
