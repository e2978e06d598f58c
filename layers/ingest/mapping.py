"""Which column of a file is which field: by heading, or as the asker says."""

from __future__ import annotations

from dataclasses import dataclass

from layers.ingest.errors import WrongColumns
from layers.ingest.fields import Layout, plain

COORDINATES = {
    "lon": ("longitude", "long", "lng", "kinh_do"),
    "lat": ("latitude", "vi_do"),
    "x": ("easting", "toa_do_x"),
    "y": ("northing", "toa_do_y"),
    "wkt": ("geom_wkt", "geometry", "the_geom", "wkt_geom", "hinh_hoc"),
}
"""Fields that hold a place in tables without shapes -> further headings."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """File column -> field, and the columns that nothing here knows."""

    fields: dict[str, str]
    coordinates: dict[str, str]
    """Coordinate field (lon, lat, x, y, wkt) -> file column."""
    ignored: list[str]


def match(columns: list[str], layout: Layout, stated: dict[str, str] | None) -> Mapping:
    """Match headings to fields; what the asker states wins over what is guessed.

    The field's own name wins over a synonym, an earlier synonym over a later. Raises
    `WrongColumns` when a stated column or field does not exist, or a field is stated twice.
    """
    known = {field.name for field in layout.fields} | set(COORDINATES)
    chosen: dict[str, str] = {}
    for column, field in (stated or {}).items():
        found = next((c for c in columns if c == column), None) or next(
            (c for c in columns if _squeezed(c) == _squeezed(column)), None
        )
        if found is None or field not in known or field in chosen.values():
            raise _bad_mapping(column, field, columns, sorted(known))
        chosen[found] = field
    by_heading: dict[str, str] = {}
    for column in columns:
        if column not in chosen:
            by_heading.setdefault(_squeezed(column), column)
    wanted = {field.name: (field.name, *field.synonyms) for field in layout.fields}
    wanted |= {name: (name, *synonyms) for name, synonyms in COORDINATES.items()}
    for field, headings in wanted.items():
        if field in chosen.values():
            continue
        heading = next((one for one in map(_squeezed, headings) if one in by_heading), None)
        if heading is not None:
            chosen[by_heading.pop(heading)] = field
    fields = {column: field for column, field in chosen.items() if field not in COORDINATES}
    coordinates = {field: column for column, field in chosen.items() if field in COORDINATES}
    return Mapping(fields, coordinates, [column for column in columns if column not in chosen])


def _squeezed(heading: str) -> str:
    """'Tên đường', 'ten_duong' and 'TenDuong' are one heading."""
    return plain(heading).replace("_", "")


def require(mapping: Mapping, layout: Layout, *, derived: set[str]) -> None:
    """Raise `WrongColumns` when a required field has no column and cannot be derived."""
    have = set(mapping.fields.values()) | derived
    missing = [field.name for field in layout.fields if field.required and field.name not in have]
    if missing:
        names, there = ", ".join(missing), ", ".join([*mapping.fields, *mapping.ignored][:60])
        raise WrongColumns(
            f"Columns are missing for: {names}. The file has: {there}. Name one with --map COLUMN=FIELD.",
            f"Thiếu cột cho: {names}. Tệp có các cột: {there}. Hãy chỉ rõ bằng --map CỘT=TRƯỜNG.",
            missing=missing,
            columns=[*mapping.fields, *mapping.ignored],
        )


def _bad_mapping(column: str, field: str, columns: list[str], known: list[str]) -> WrongColumns:
    asked, there, fields = f"{column[:60]}={field[:60]}", ", ".join(columns[:60]), ", ".join(known)
    return WrongColumns(
        f"The mapping {asked} does not fit. Columns: {there}. Fields: {fields}.",
        f"Khai báo {asked} không phù hợp. Các cột: {there}. Các trường: {fields}.",
        columns=columns,
        fields=known,
    )
