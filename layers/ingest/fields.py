"""What a layer takes from a file: fields, the names they go by, and the words they may hold."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Kind = Literal[
    "text", "code", "number", "whole", "day", "flag", "word", "ratio", "codes", "texts", "country",
    "industry", "land_use", "tax_code", "commune", "digits",
]  # fmt: skip
"""How a value is read; `layers.ingest.values` holds the reader of each."""


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a file may say about a row."""

    name: str
    """Column of the table, or of a reference such as `zone_code`."""
    kind: Kind = "text"
    synonyms: tuple[str, ...] = ()
    """Other headings, already plain (see `plain`)."""
    required: bool = False
    low: float | None = None
    high: float | None = None
    words: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """For `word`: plain word -> stored word."""
    width: int | None = None
    """For `digits`: length to which a number without its leading zeros is filled up."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A field that names a record of another table."""

    field: str
    """Field that holds the other record's key."""
    column: str
    """Column of the target that gets its id."""
    table: str
    noun: str
    noun_vi: str
    within: str | None = None
    """Column (an id already settled) that the other record must share, as a plot its zone."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How files of one layer are read and by which key their rows are known."""

    layer: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    """Columns of the table that tell records apart."""
    geometry_type: str | None
    """As stored; None for tables without shapes."""
    geometry_required: bool = True
    references: tuple[Reference, ...] = ()
    geometry_column: str = "geom"
    """Column of the table that takes the shape."""
    completes: tuple[str, str] | None = None
    """Noun in English and Vietnamese: rows give a shape to such records on file and never add one."""

    def field(self, name: str) -> Field | None:
        """The field of that name, None when the layer has none."""
        return next((one for one in self.fields if one.name == name), None)


def plain(text: str) -> str:
    """A heading or word without marks, case and signs: 'Diện tích (m²)' is 'dien_tich_m2'."""
    spelled = unicodedata.normalize("NFKD", text.replace("đ", "d").replace("Đ", "D"))
    letters = "".join(c for c in spelled if not unicodedata.combining(c)).lower()
    return "_".join("".join(c if c.isalnum() else " " for c in letters).split())


def words(**meanings: str) -> Mapping[str, str]:
    """Stored word -> its other wordings, separated by commas, turned round for look-up."""
    table: dict[str, str] = {}
    for stored, listed in meanings.items():
        for word in (stored, *listed.split(",")):
            if word.strip():
                table[plain(word)] = stored
    return MappingProxyType(table)
