"""Features as a spreadsheet for people: headings and codes in words, numbers and days as such, no geometry."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from layers import spreadsheets
from maps import i18n
from maps.features.collections import Collection, Property
from maps.features.items import Item
from maps.pages import write_number

_WIDE = {"text": 22, "texts": 26}
_HEAD = 3
"""Row of the headings, counted from 0."""


def xlsx(
    collection: Collection, items: Sequence[Item], properties: Sequence[Property], lang: str, *, has_more: bool
) -> bytes:
    """One sheet with a row for each feature. Text is stored as text, never as a formula.

    `has_more` says that more features match than the sheet holds; then the sheet says so too.
    """
    out = io.BytesIO()
    title = i18n.translate(lang, f"layer.{collection.layer}") if collection.layer else collection.name
    with spreadsheets.workbook(out) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#E4EAF3"})
        red = book.add_format({"bold": True, "font_color": "#A00000"})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet = book.add_worksheet(spreadsheets.sheet_name(title, set()))
        sheet.write_string(0, 0, f"{title}: {write_number(lang, len(items))}")
        if has_more:
            sheet.write_string(1, 0, i18n.translate(lang, "tool.sheet_cut"), red)
        if _any_is_demo(items, properties):
            sheet.write_string(2, 0, i18n.translate(lang, "banner.demo"), red)
        sheet.write_string(_HEAD, 0, "id", bold)
        for at, one in enumerate(properties, 1):
            sheet.write_string(_HEAD, at, i18n.translate(lang, f"field.{one.name}"), bold)
            sheet.set_column(at, at, _WIDE.get(one.kind, 13))
        for line, item in enumerate(items, _HEAD + 1):
            spreadsheets.write_cell(sheet, line, 0, item.id)
            for at, (one, value) in enumerate(zip(properties, item.values, strict=True), 1):
                spreadsheets.write_cell(sheet, line, at, _told(collection, one, value, lang), day_look=day)
        sheet.freeze_panes(_HEAD + 1, 2)
        sheet.autofilter(_HEAD, 0, _HEAD + max(1, len(items)), len(properties))
    return out.getvalue()


def _told(collection: Collection, one: Property, value: Any, lang: str) -> Any:
    if value is None:
        return None
    if one.kind == "boolean":
        return i18n.translate(lang, "value.yes" if value else "value.no")
    if one.kind == "texts":
        return "; ".join(str(word) for word in value)
    if one.kind == "timestamp":
        return value.date()
    if one.codes:
        return i18n.catalogue(lang).get(f"value.{collection.layer}.{one.name}.{value}", value)
    return value


def _any_is_demo(items: Sequence[Item], properties: Sequence[Property]) -> bool:
    at = next((at for at, one in enumerate(properties) if one.name == "is_demo"), None)
    return at is not None and any(item.values[at] for item in items)
