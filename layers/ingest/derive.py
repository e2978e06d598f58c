"""What a file does not say but its own content settles: keys, levels, days. Each is told as a note."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from typing import Any

from layers.ingest.checks import Rows
from layers.ingest.fields import plain
from layers.ingest.report import Note

REFORM_DAY = date(2025, 7, 1)
"""The present communes and provinces exist since this day (Nghị quyết 202/2025/QH15)."""

_LEVEL_BY_DIGITS = {2: "province", 3: "district", 5: "commune"}
_KINDS = ("thành phố", "đặc khu", "thị trấn", "thị xã", "phường", "huyện", "quận", "tỉnh", "xã")

Notes = list[Note]


def _fill(rows: Rows, field: str, make: Callable[[int], Any]) -> int:
    """Give the rows without a value one that `make` derives; how many got one."""
    values = rows.columns.setdefault(field, [None] * rows.count)
    filled = 0
    for row in rows.taken():
        if values[row] is None:
            values[row] = make(row)
            filled += values[row] is not None
    return filled


def _digest(*parts: object) -> str:
    return hashlib.sha256("\x1f".join("" if part is None else str(part) for part in parts).encode()).hexdigest()[:16]


def _value(rows: Rows, field: str, row: int) -> Any:
    values = rows.columns.get(field)
    return values[row] if values else None


def _mark(rows: Rows, row: int) -> str | None:
    return rows.marks[row] if rows.marks else None


def _note(notes: Notes, count: int, code: str, english: str, vietnamese: str) -> None:
    if count:
        notes.append(Note(code, english, vietnamese, count))


def units(rows: Rows, notes: Notes, source_date: date | None) -> None:
    """Level from the length of the code, the word for the kind from the full name, the first day."""
    if "level" not in rows.columns and "parent_code" in rows.columns:
        codes, parents = rows.columns["code"], rows.columns["parent_code"]
        if any(code and len(code) == 5 for code in codes):  # a spreadsheet drops leading zeros: 00004 is no province
            rows.columns["code"] = [
                code.zfill(5) if code and parent else code for code, parent in zip(codes, parents, strict=True)
            ]
    _fill(rows, "level", lambda row: _LEVEL_BY_DIGITS.get(len(_value(rows, "code", row) or "")))
    for row in rows.taken():
        if rows.columns["level"][row] is None:
            rows.refuse(
                row,
                "code",
                "bad_code",
                "A unit code has 2, 3 or 5 digits.",
                "Mã đơn vị hành chính có 2, 3 hoặc 5 chữ số.",
            )
    if "parent_code" in rows.columns:
        for row, level in enumerate(rows.columns["level"]):
            if level == "province":
                rows.columns["parent_code"][row] = None
    _fill(rows, "kind", lambda row: _kind_of(_value(rows, "full_name", row)))
    _fill(rows, "full_name", lambda row: _full_name(_value(rows, "kind", row), _value(rows, "name", row)))
    # A list that speaks for a later day still lists units that exist since the reform.
    day = min(source_date or REFORM_DAY, REFORM_DAY)
    count = _fill(rows, "valid_from", lambda row: day)
    _note(
        notes,
        count,
        "valid_from_assumed",
        f"The file does not say since when; {day} was taken.",
        f"Tệp không ghi ngày hiệu lực; đã lấy {day:%d/%m/%Y}.",
    )


def _kind_of(full_name: str | None) -> str | None:
    lower = (full_name or "").lower()
    return next((kind for kind in _KINDS if lower.startswith(kind + " ")), None)


def _full_name(kind: str | None, name: str | None) -> str | None:
    if kind is None or name is None:
        return name
    return f"{kind[0].upper()}{kind[1:]} {name}"


def unit_changes(rows: Rows, notes: Notes, source_date: date | None) -> None:
    """Communes of the reform of 1 July 2025, unless the file says otherwise."""
    _fill(rows, "level", lambda row: _LEVEL_BY_DIGITS.get(len(_value(rows, "old_code", row) or "")))
    count = _fill(rows, "changed_on", lambda row: REFORM_DAY)
    _note(
        notes,
        count,
        "changed_on_assumed",
        f"The file does not say when; {REFORM_DAY} was taken.",
        "Tệp không ghi ngày thay đổi; đã lấy 01/07/2025.",
    )


def zones(rows: Rows, notes: Notes, source_date: date | None) -> None:
    """Code from the name: 'KCN Đại An' is KCN-DAI-AN. Two names that differ only by marks collide and are told."""
    count = _fill(rows, "code", lambda row: plain(_value(rows, "name", row) or "").upper().replace("_", "-") or None)
    _note(notes, count, "key_from_name", "Zone codes were made from the names.", "Mã khu được lập từ tên khu.")


def plots(rows: Rows, notes: Notes, source_date: date | None) -> None:
    """The first version of the plan, unless the file says otherwise."""
    _fill(rows, "plan_version", lambda row: "1")


def enterprises(rows: Rows, notes: Notes, source_date: date | None) -> None:
    """Key: the tax code; without one a digest of name and address or place."""
    by_tax = _fill(rows, "code", lambda row: _value(rows, "tax_code", row))
    by_name = _fill(
        rows,
        "code",
        lambda row: (
            "E-"
            + _digest(
                plain(_value(rows, "name", row) or ""),
                _value(rows, "zone_code", row),
                plain(_value(rows, "address_text", row) or ""),
            )
        ),
    )
    _note(notes, by_tax, "key_from_tax_code", "The tax code serves as key.", "Dùng mã số thuế làm khóa.")
    _note(
        notes,
        by_name,
        "key_from_content",
        "Keys were made from name, zone and address.",
        "Khóa được lập từ tên, khu và địa chỉ.",
    )


def streets(rows: Rows, notes: Notes, source_date: date | None) -> None:
    """Key: OSM number, or a digest of name and line. A street of several pieces has that of its first."""
    _keys_of_osm(rows, notes, "S", lambda row: (_value(rows, "name", row), _mark(rows, row)))


def street_kinds(rows: Rows, notes: Notes) -> None:
    """Kind: from the first word of the name. Settled before pieces are merged, which goes by it."""
    count = _fill(rows, "kind", lambda row: _street_kind(_value(rows, "name", row)))
    _note(
        notes, count, "kind_from_name", "The kind of street was taken from its name.", "Loại đường được suy ra từ tên."
    )


def _street_kind(name: str | None) -> str:
    first = plain(name or "").split("_")[0]
    known = {
        "duong": "road",
        "ngo": "alley",
        "hem": "alley",
        "ngach": "lane",
        "ql": "highway",
        "tl": "highway",
        "quoc": "highway",
    }
    return known.get(first, "street")


def entrances(rows: Rows, notes: Notes, source_date: date | None) -> None:
    """Key: OSM number, or a digest of street, number and place."""
    _keys_of_osm(
        rows,
        notes,
        "N",
        lambda row: (_value(rows, "street_name", row), _value(rows, "existing_number", row), _mark(rows, row)),
    )
    count = _fill(rows, "position_quality", lambda row: "published")
    _note(
        notes,
        count,
        "quality_assumed",
        "Positions count as published, not surveyed.",
        "Vị trí được coi là 'theo công bố', không phải đo đạc.",
    )


def buildings(rows: Rows, notes: Notes, source_date: date | None) -> None:
    """Key: OSM number, or a digest of the outline."""
    _keys_of_osm(rows, notes, "B", lambda row: (_mark(rows, row),))


def _keys_of_osm(rows: Rows, notes: Notes, letter: str, content: Callable[[int], tuple[object, ...]]) -> None:
    def by_osm(row: int) -> str | None:
        number = _value(rows, "osm_id", row)
        return None if number is None else "-".join(x for x in ("osm", _value(rows, "src", row), number) if x)

    count = _fill(rows, "code", by_osm)
    _note(notes, count, "key_from_osm", "OpenStreetMap numbers serve as keys.", "Dùng số hiệu OpenStreetMap làm khóa.")
    count = _fill(rows, "code", lambda row: f"{letter}-{_digest(*content(row))}")
    _note(
        notes,
        count,
        "key_from_content",
        "Keys were made from the content of the rows, shape included.",
        "Khóa được lập từ nội dung của dòng, gồm cả hình.",
    )


DERIVE: dict[str, Callable[[Rows, Notes, date | None], None]] = {
    "administrative_units": units,
    "unit_changes": unit_changes,
    "zones": zones,
    "plots": plots,
    "enterprises": enterprises,
    "streets": streets,
    "entrances": entrances,
    "buildings": buildings,
}
"""Layer -> what is derived for it, after its fields were read."""
