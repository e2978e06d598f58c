"""Lots, zones, roads, hamlets and buildings whose word was met: what the text says of each. Pure.

Every function reads what follows the word, and returns where to go on, or nothing for the end of its match.
"""

from __future__ import annotations

import re

from addressing.search.elements import Hamlet, Kilometre, Street, Zone
from addressing.search.grammar import LOT_ID, Form
from addressing.search.head import Loose
from addressing.search.head_text import HeadText
from addressing.search.numbers import label

_JOINED_LOTS = re.compile(
    rf"\s*(?:va|&|\+|and)\s*(?:lo\s*)?({LOT_ID})|\s*,\s*(?:lo\s*)?((?=[a-z]*\W?\s?\d){LOT_ID})(?=\s*(?:,|va\b|&|;|\Z|khu\b|kcn\b|ccn\b|cum\b|duong\b))"
)


_NUMBERED = re.compile(r"so\s*\d{1,3}[a-z]?(?=\s+(?!noi\b|keo\b|moi\b|cu\b|thang\b|[a-z]\b)[a-z])")
"""`đường số 6 VSIP II-A`: the name of a numbered street ends with its number."""


def lot(text: HeadText, form: Form, found: re.Match[str]) -> int | None:
    """`Lô CN1, CN2 và CN3`: one lot or a list of them, each in capitals without blanks."""
    text.head.lots.append(_lot_label(text, *found.span("v")))
    place = found.end()
    while more := _JOINED_LOTS.match(text.folded, place):
        group = 1 if more[1] else 2
        if group == 2 and text.announces_another(more.start(2), "lot"):
            break  # Lô A12, tổ 15
        text.head.lots.append(_lot_label(text, *more.span(group)))
        place = more.end()
    text.taken_to = place
    return place


def _lot_label(text: HeadText, start: int, end: int) -> str:
    return re.sub(r"\s*([-./_])\s*", r"\1", text.written[start:end].strip()).upper().replace(" ", "")


def parcel(text: HeadText, form: Form, found: re.Match[str]) -> int | None:
    """`Thửa đất số 12`: numbers of a land register, as written."""
    text.taken_to = found.end()
    text.head.parcel = re.sub(r"\s+", " ", text.written[found.start("v") : found.end("v")])
    return None


def map_sheet(text: HeadText, form: Form, found: re.Match[str]) -> int | None:
    """`tờ bản đồ số 5`: without leading zeros."""
    text.head.map_sheet = found["v"].lstrip("0") or found["v"]
    return None


def road(text: HeadText, form: Form, found: re.Match[str]) -> int | None:
    """`QL5`, `đường tỉnh 391`: a numbered road."""
    text.head.streets.append(Street(form.kind, label(text.said(found, "v"))))
    return None


def kilometre(text: HeadText, form: Form, found: re.Match[str]) -> int | None:
    """`Km 51+200`, `Km51,2`: kilometres and metres along a road."""
    km, _, metres = re.sub(r"\s", "", found["v"]).replace(",", ".").replace(".", "+").partition("+")
    if "+" not in found["v"] and metres:
        metres = metres.ljust(3, "0")
    text.head.km = Kilometre(int(km), int(metres or 0))
    return None


def hamlet(text: HeadText, form: Form, found: re.Match[str]) -> int | None:
    """`xóm 3`, `khu II`: a hamlet or group with a number."""
    written = text.written[found.start("v") : found.end("v")]
    text.head.hamlets.append(Hamlet(form.kind, label(written) if written[0].isdigit() else written))
    return None


def floor(text: HeadText, form: Form, found: re.Match[str]) -> int | None:
    """`tầng 8`, `lầu trệt`."""
    written = found["v"]
    text.head.floor = label(written) if written[0].isdigit() else text.written[found.start("v") : found.end("v")]
    return None


def flat(text: HeadText, form: Form, found: re.Match[str]) -> int | None:
    """`căn hộ A2-1205`, `phòng 301`."""
    text.head.flat = text.said(found, "v").upper()
    return None


def building(text: HeadText, form: Form, found: re.Match[str]) -> int | None:
    """`tòa S2.01`, `block B`."""
    text.head.building = text.said(found, "v").upper()
    return None


def nothing(text: HeadText, form: Form, found: re.Match[str]) -> int | None:
    """`tòa nhà số 1 Trần Hưng Đạo`: a word that names nothing by itself."""
    return None


def crossing(text: HeadText, form: Form, found: re.Match[str]) -> int | None:
    """`ngã tư QL18 - đường tỉnh 398B`: the place is where streets meet; the first is its street."""
    text.head.landmark = text.head.landmark or text.clip(found.start(), text.end)
    return None


def side_road(text: HeadText, form: Form, found: re.Match[str]) -> int | None:
    """`đường gom QL5`: the road beside another one, called by that one's name."""
    end = found.end() if found["no"] else text.run_end(found.end(), allow_dash="cao" in found.group())
    text.head.streets.append(Street(form.kind, text.clip(found.start("v"), end)))
    return end


def street(text: HeadText, form: Form, start: int, end: int) -> int | None:
    """`đường`, `phố`, `đại lộ` and the name that follows."""
    end = min(end, text.without_english(start, end))
    numbered = _NUMBERED.match(text.folded, start, end)
    end = numbered.end() if numbered is not None else end
    text.head.streets.append(Street(form.kind, text.clip(start, end)))
    return end


def zone(text: HeadText, form: Form, start: int, end: int) -> int | None:
    """`KCN Đại An`; a second zone of one address is left to the loose words."""
    name = text.clip(start, end)
    if text.head.zone is None:
        text.head.zone = Zone(form.kind, name)
    else:
        text.head.loose.append(Loose(f"{form.kind} {name}", start, "zone", text.field_no))
    return None


def hamlet_name(text: HeadText, form: Form, start: int, end: int) -> int | None:
    """`thôn Đông`, `ấp Tân Lộc`."""
    text.head.hamlets.append(Hamlet(form.kind, text.clip(start, end)))
    return None


def building_name(text: HeadText, form: Form, start: int, end: int) -> int | None:
    """`tòa nhà Thành Đạt`; several names of one building are joined."""
    said = text.clip(start, end)
    text.head.building = f"{text.head.building} {said}" if text.head.building else said
    return None
