"""PDF through WeasyPrint, from our own files only: nothing is ever fetched.

The same document makes the same bytes: every date is the document's own, the file id comes from its
content.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from fontTools.ttLib import woff2
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from addressing.documents.blocks import COUNTRY, DEMO_LABEL, MOTTO, Document
from maps.reports import qr
from maps.reports.errors import FontsMissing, PdfUnavailable

HERE = Path(__file__).parent
FONTS = HERE.parent / "web" / "vendor" / "tinos" / "files"
_FAMILIES = {"latin": "Paper", "vietnamese": "Paper Vietnamese", "latin-ext": "Paper Extra"}
_CUTS = {"400-normal": ("normal", 400), "400-italic": ("italic", 400),
         "700-normal": ("normal", 700), "700-italic": ("italic", 700)}  # fmt: skip


def paper(document: Document) -> bytes:
    """A document as PDF. Raises `PdfUnavailable` where the machine lacks Pango."""
    return write(html(document), (HERE / "paper.css").read_text(encoding="utf-8"))


def html(document: Document) -> str:
    """The document as a page of HTML, everything in it escaped."""
    return (
        _environment()
        .get_template("paper.html")
        .render(
            document=document,
            blocks=[(type(block).__name__, block) for block in document.blocks],
            country=COUNTRY,
            motto=MOTTO,
            demo_label=DEMO_LABEL,
            qr=lambda payload: Markup(qr.svg(payload)),  # noqa: S704 - our own drawing, digits and letters of SVG
        )
    )


def write(page: str, style: str) -> bytes:
    """HTML and a style sheet as PDF bytes. Raises `PdfUnavailable`."""
    weasyprint = _weasyprint()
    fetcher = _fetcher(weasyprint)
    fonts = weasyprint.text.fonts.FontConfiguration()
    sheet = weasyprint.CSS(string=_font_faces() + style, font_config=fonts, url_fetcher=fetcher)
    identifier = hashlib.sha256((page + style).encode()).digest()[:16]
    made: bytes = weasyprint.HTML(string=page, base_url=HERE.as_uri() + "/", url_fetcher=fetcher).write_pdf(
        stylesheets=[sheet], font_config=fonts, pdf_identifier=identifier, pdf_tags=True
    )
    return made


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def _weasyprint() -> Any:
    """The library, or `PdfUnavailable`: it is Python, but looks for Pango when it is imported."""
    try:
        import weasyprint
        import weasyprint.text.fonts
    except (ImportError, OSError) as error:
        raise PdfUnavailable(str(error)) from error
    return weasyprint


def _fetcher(weasyprint: Any) -> Any:
    """Reads font files of ours and refuses every other address, whatever the page says."""

    class OwnFilesOnly(weasyprint.urls.URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            if not url.startswith(FONTS.as_uri() + "/") or ".." in url or "%" in url:
                raise ValueError(f"not one of our own files: {url[:80]}")
            letters = _unpacked(url.removeprefix(FONTS.as_uri() + "/"))
            return weasyprint.urls.URLFetcherResponse(url, letters, {"Content-Type": "font/ttf"})

    return OwnFilesOnly(allowed_protocols=("file",), allow_redirects=False)


@lru_cache(maxsize=len(_FAMILIES) * len(_CUTS))
def _unpacked(name: str) -> bytes:
    """A font file as TrueType. WeasyPrint unpacks each for each paper, which is most of what a paper costs."""
    unpacked = BytesIO()
    woff2.decompress(FONTS / name, unpacked)
    return unpacked.getvalue()


@lru_cache(maxsize=1)
def _font_faces() -> str:
    faces = []
    for subset, family in _FAMILIES.items():
        for cut, (style, weight) in _CUTS.items():
            file = FONTS / f"tinos-{subset}-{cut}.woff2"
            if not file.is_file():
                raise FontsMissing(file.name)
            faces.append(
                f'@font-face {{ font-family: "{family}"; font-style: {style}; font-weight: {weight}; '
                f'src: url("{file.as_uri()}") format("woff2"); }}\n'
            )
    return "".join(faces)
