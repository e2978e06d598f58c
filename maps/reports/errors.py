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


CJK_PACKAGE = "fonts-wqy-microhei"


class LanguageFontMissing(MapsError):
    """This machine has no font for the language of a paper; Vietnamese and English papers need none of it."""

    code = "language_font_missing"

    def __init__(self, lang: str) -> None:
        super().__init__(
            f"PDF files in this language ({lang}) need a font that this server lacks. The administrator may install: "
            f"{CJK_PACKAGE} (or fonts-noto-cjk). PDF in Vietnamese and English, and XLSX in every language, work.",
            f"Máy chủ thiếu phông chữ cho PDF bằng ngôn ngữ này ({lang}). Quản trị hệ thống cần cài: {CJK_PACKAGE} "
            "(hoặc fonts-noto-cjk). PDF tiếng Việt, tiếng Anh và XLSX mọi ngôn ngữ vẫn dùng được.",
            language=lang,
            packages=[CJK_PACKAGE],
        )
