"""DOCX through python-docx: the same blocks, for whoever must still write in the paper."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import Any

import docx
import segno
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from addressing.documents.blocks import (
    COUNTRY,
    DEMO_LABEL,
    MOTTO,
    Annex,
    Block,
    Closing,
    Document,
    FactList,
    Heading,
    Letterhead,
    Paragraph,
    QrCode,
    Table,
    Title,
    Tone,
)

FONT = "Times New Roman"
CENTRE, RIGHT, JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.JUSTIFY
TEXT_WIDTH_MM = 162
WIDE_TEXT_MM = 257


def paper(document: Document) -> bytes:
    """A document as DOCX; the same document makes the same bytes."""
    made = docx.Document()
    _page(made, wide=document.is_wide)
    if document.is_demo:
        _line(made, DEMO_LABEL, align=CENTRE, bold=True, size=10, colour=RGBColor(0xA0, 0, 0))
    for block in document.blocks:
        _WRITERS[type(block)](made, block)
    moment = datetime.combine(document.dated, time(), UTC).replace(tzinfo=None)
    properties = made.core_properties
    properties.title, properties.author, properties.comments = document.title, "", ""
    properties.language, properties.created, properties.modified = "vi", moment, moment
    properties.last_modified_by, properties.revision = "", 1
    out = io.BytesIO()
    made.save(out)
    return _with_fixed_dates(out.getvalue())


def _page(made: Any, *, wide: bool) -> None:
    section = made.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Mm(297), Mm(210)) if wide else (Mm(210), Mm(297))
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = (Mm(20), Mm(20)) if wide else (Mm(30), Mm(18))
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = CENTRE
    _page_number(number.add_run())
    style = made.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(13)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after = Pt(4)


def _page_number(run: Any) -> None:
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        if kind:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        else:
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = text
        run._r.append(element)


def _line(
    where: Any, text: str, *, align: Any = None, bold: bool = False, italic: bool = False, size: float = 13,
    colour: Any = None, lead: str = "", indent: bool = False,
) -> Any:  # fmt: skip
    paragraph = where.add_paragraph()
    paragraph.alignment = align
    if indent:
        paragraph.paragraph_format.first_line_indent = Mm(10)
    if lead:
        paragraph.add_run(f"{lead} ").bold = True
    run = paragraph.add_run(_storable(text))
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
    if colour is not None:
        run.font.color.rgb = colour
    return paragraph


def _storable(text: str) -> str:
    """Without the control characters that XML cannot hold."""
    return "".join(sign for sign in text if sign in "\t\n" or ord(sign) >= 32)


def _columns(made: Any, widths_mm: tuple[float, ...]) -> Any:
    """A row of cells without borders; each begins empty."""
    grid = made.add_table(rows=1, cols=len(widths_mm))
    grid.alignment = WD_TABLE_ALIGNMENT.CENTER
    grid.autofit = False
    for cell, width in zip(grid.rows[0].cells, widths_mm, strict=True):
        cell.width = Mm(width)
        first = cell.paragraphs[0]._p
        first.getparent().remove(first)
    return grid.rows[0].cells


def _letterhead(made: Any, block: Letterhead) -> None:
    left, right = _columns(made, (68, 94))
    _line(left, block.issuer.upper(), align=CENTRE, bold=True, size=12)
    _line(left, "_______", align=CENTRE, size=8)
    _line(left, block.number, align=CENTRE)
    _line(right, COUNTRY, align=CENTRE, bold=True, size=12)
    _line(right, MOTTO, align=CENTRE, bold=True)
    _line(right, "_______________________", align=CENTRE, size=8)
    _line(right, block.place_and_date, align=CENTRE, italic=True)
    made.add_paragraph()


def _title(made: Any, block: Title) -> None:
    _line(made, block.kind, align=CENTRE, bold=True, size=14)
    _line(made, block.about, align=CENTRE, bold=True, size=14)
    _line(made, "__________", align=CENTRE, size=8)


def _paragraph(made: Any, block: Paragraph) -> None:
    if block.tone in (Tone.AUTHORITY, Tone.ORDER):
        _line(made, block.text, align=CENTRE, bold=True)
    elif block.tone is Tone.NOTE:
        _line(made, block.text, italic=True, size=9.5)
    else:
        _line(made, block.text, align=JUSTIFY, italic=block.tone is Tone.BASIS, lead=block.lead, indent=True)


def _heading(made: Any, block: Heading) -> None:
    _line(made, block.text, bold=True).paragraph_format.keep_with_next = True


def _table(made: Any, block: Table) -> None:
    grid = made.add_table(rows=1, cols=len(block.columns))
    grid.style, grid.autofit = "Table Grid", False
    wide = made.sections[0].orientation == WD_ORIENT.LANDSCAPE
    share_mm = (WIDE_TEXT_MM if wide else TEXT_WIDTH_MM) / sum(column.weight for column in block.columns)
    for cell, column in zip(grid.rows[0].cells, block.columns, strict=True):
        cell.width = Mm(share_mm * column.weight)
        _fill(cell, column.title, bold=True, align=CENTRE)
    repeat = OxmlElement("w:tblHeader")
    grid.rows[0]._tr.get_or_add_trPr().append(repeat)
    for row in block.rows:
        for cell, column, value in zip(grid.add_row().cells, block.columns, row, strict=True):
            cell.width = Mm(share_mm * column.weight)
            _fill(cell, str(value), align=RIGHT if column.numeric else None)
    made.add_paragraph()


def _fill(cell: Any, text: str, *, bold: bool = False, align: Any = None) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.alignment = align
    paragraph.paragraph_format.space_after = Pt(0)
    run = paragraph.add_run(_storable(text))
    run.bold, run.font.size = bold, Pt(10.5)


def _facts(made: Any, block: FactList) -> None:
    for label, value in block.facts:
        paragraph = _line(made, f"{label}: ")
        paragraph.add_run(_storable(value)).bold = True


def _qr(made: Any, block: QrCode) -> None:
    picture = io.BytesIO()
    segno.make(block.payload, error="m", micro=False).save(picture, kind="png", scale=8, border=4)
    picture.seek(0)
    made.add_picture(picture, width=Mm(28))
    _line(made, block.caption, size=10.5)


def _closing(made: Any, block: Closing) -> None:
    left, right = _columns(made, (81, 81))
    _line(left, "Nơi nhận:", bold=True, italic=True, size=12)
    for one in block.recipients:
        _line(left, f"- {one}", size=11)
    for text in (block.on_behalf, block.position):
        if text:
            _line(right, text, align=CENTRE, bold=True)
    for _ in range(4):
        right.add_paragraph()


def _annex(made: Any, block: Annex) -> None:
    made.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    _line(made, block.name, align=CENTRE, bold=True, size=14)
    _line(made, block.about, align=CENTRE, bold=True, size=14)
    _line(made, block.reference, align=CENTRE, italic=True)


_WRITERS: dict[type[Block], Callable[[Any, Any], None]] = {
    Letterhead: _letterhead, Title: _title, Paragraph: _paragraph, Heading: _heading, Table: _table,
    FactList: _facts, QrCode: _qr, Closing: _closing, Annex: _annex,
}  # fmt: skip


def _with_fixed_dates(content: bytes) -> bytes:
    """The same archive with the first day that ZIP knows on every member, in the order given."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            entry = zipfile.ZipInfo(member.filename, (1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(entry, old.read(member.filename))
    return out.getvalue()
