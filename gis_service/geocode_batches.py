"""Lists of addresses and enterprises as jobs: located row by row and matched with the register."""

from __future__ import annotations

import math
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from addressing.deciding import today
from addressing.search import geocode_rows as located
from addressing.search import match_enterprises as matching
from addressing.search.geocode import Located
from addressing.search.units_on_file import gazetteer_of
from gis_service.address_batches import read
from layers.crs import WGS84, storage_srid, transformer
from layers.ingest.address_lists import AddressList
from layers.ingest.tax_codes import read_tax_code
from maps.reports import address_lists as reports

Tell = Callable[[int, int | None], None]

FAR_M = 500.0
"""A row whose address lies farther from the enterprise on file than this is told."""
_COLOURS = {"located": "good", "approximate": "look", "number_unknown": "look", "several": "look", "not_found": "bad"}
_PLACE = (
    reports.Column("Kết quả", 20), reports.Column("Mức chính xác", 14), reports.Column("Độ tin cậy", 10),
    reports.Column("Kinh độ", 13), reports.Column("Vĩ độ", 13), reports.Column("Y đông (m)", 13),
    reports.Column("X bắc (m)", 13), reports.Column("Tìm thấy", 50), reports.Column("Mã địa điểm", 16),
    reports.Column("Vị trí khác", 50), reports.Column("Lý do", 60),
)  # fmt: skip
_ENTERPRISE = (
    reports.Column("Doanh nghiệp", 24), reports.Column("Mã trong hệ thống", 18),
    reports.Column("Tên trong hệ thống", 40), reports.Column("Cách vị trí trong hệ thống (m)", 16),
)  # fmt: skip


def geocode_batch(conn: Connection, arguments: dict[str, Any], progress: Tell) -> dict[str, Any]:
    """Locate the addresses of a file; arguments as for `address_batches.convert_batch`.

    A list with tax codes or names of enterprises is matched with the register too, and the distance between the
    two positions is told.
    """
    began = time.perf_counter()
    asked = read(arguments, progress)
    counts, matches = located.Counts(), Counter[str]()
    register = _register(conn, asked)
    addresses = [asked.address(row) for row in range(asked.rows)]
    rows = located.geocode_rows(conn, addresses, gazetteer_of(conn), counts, today=today(), progress=progress)
    to_degrees = transformer(storage_srid(conn), WGS84)
    stem = secrets.token_hex(16)
    reports.write(
        Path(arguments["results"]), stem, dict(asked.columns), (*_PLACE, *(_ENTERPRISE if register else ())),
        _written(rows, asked, register, to_degrees, matches), lambda: _summary(asked, counts, matches),
    )  # fmt: skip
    return {
        "file": asked.file, "rows": counts.rows, "by_status": dict(counts.by_status),
        "by_precision": dict(counts.by_precision), "enterprises": dict(matches), "columns": asked.fields,
        "encodings": asked.encodings, "result": stem, "seconds": round(time.perf_counter() - began, 3),
    }  # fmt: skip


def _register(conn: Connection, asked: AddressList) -> matching.Register | None:
    if "tax_code" not in asked.fields and "name" not in asked.fields:
        return None

    def stored(written: str) -> str | None:
        code = read_tax_code(written)
        return None if code is None else code.text

    return matching.Register(conn, stored)


def _written(
    rows: Iterator[located.LocatedRow], asked: AddressList, register: matching.Register | None, to_degrees: Any,
    matches: Counter[str],
) -> Iterator[tuple[list[str | float | None], dict[str, Any], str]]:  # fmt: skip
    for row in rows:
        best = row.best
        lon, lat = _degrees(best, to_degrees)
        cells: list[str | float | None] = [
            located.STATUS_WORDS[row.status][0],
            None,
            None,
            None,
            None,
            None,
            None,
            None,
        ]
        if best is not None:
            found = ", ".join(part for part in (best.title, best.context) if part)
            cells[1:] = [
                best.precision, round(best.confidence, 2), lon, lat, round(best.x, 3),
                round(best.y, 3), found,
            ]  # fmt: skip
        others = row.places if best is None else row.places[1:]
        cells += [
            best.place_id if best else None, " | ".join(f"{p.title}, {p.context}" for p in others),
            " ".join(reason.message_vi for reason in row.reasons),
        ]  # fmt: skip
        told = _as_json(row, lon, lat)
        if register is not None:
            extra, of_enterprise = _matched(row, asked, register, matches)
            cells += extra
            told["enterprise"] = of_enterprise
        yield cells, told, _COLOURS[row.status]


def _degrees(best: Located | None, to_degrees: Any) -> tuple[float | None, float | None]:
    if best is None:
        return None, None
    lon, lat = to_degrees.transform(best.x, best.y)
    return round(float(lon), 7), round(float(lat), 7)


def _as_json(row: located.LocatedRow, lon: float | None, lat: float | None) -> dict[str, Any]:
    best = row.best
    return {
        "row": row.row, "written": row.written, "status": row.status, "lon": lon, "lat": lat,
        "precision": best.precision if best else None, "confidence": best.confidence if best else None,
        "place_id": best.place_id if best else None, "found": best.title if best else None,
        "others": [{"title": p.title, "context": p.context, "confidence": p.confidence}
                   for p in (row.places if best is None else row.places[1:])],
        "reasons": [{"code": r.code, "message": r.message, "message_vi": r.message_vi} for r in row.reasons],
    }  # fmt: skip


def _matched(
    row: located.LocatedRow, asked: AddressList, register: matching.Register, matches: Counter[str]
) -> tuple[list[str | float | None], dict[str, Any]]:
    at = row.row - 1
    match = register.match(asked.value("tax_code", at), asked.value("name", at))
    matches[match.status] += 1
    known, best = match.enterprise, row.best
    distance_m = None
    if known is not None and known.x is not None and known.y is not None and best is not None:
        distance_m = round(math.hypot(best.x - known.x, best.y - known.y), 1)
        if distance_m > FAR_M:
            matches["far_from_the_register"] += 1
    names = known.name if known is not None else " | ".join(one.name for one in match.candidates)
    cells: list[str | float | None] = [
        matching.STATUS_WORDS[match.status][0], known.code if known else None, names, distance_m,
    ]  # fmt: skip
    told = {
        "status": match.status, "code": known.code if known else None, "name": known.name if known else None,
        "candidates": [one.code for one in match.candidates], "distance_m": distance_m,
    }  # fmt: skip
    return cells, told


def _summary(asked: AddressList, counts: located.Counts, matches: Counter[str]) -> list[tuple[str, str | float]]:
    lines: list[tuple[str, str | float]] = [("Tệp / File", asked.file), ("Số dòng / Rows", counts.rows)]
    for status, (vietnamese, english) in located.STATUS_WORDS.items():
        lines.append((f"{vietnamese} / {english}", counts.by_status[status]))
    for precision, number in sorted(counts.by_precision.items()):
        lines.append((f"Mức chính xác / precision: {precision}", number))
    for matched, (vietnamese, english) in matching.STATUS_WORDS.items():
        if matches:
            lines.append((f"Doanh nghiệp {vietnamese} / enterprise: {english}", matches[matched]))
    if matches:
        lines.append((f"Cách hơn {FAR_M:.0f} m / farther than {FAR_M:.0f} m", matches["far_from_the_register"]))
    return lines
