"""Every commune of the city of today and of the two provinces before it, found in each usual form."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from addressing.search.elements import Reading
from addressing.search.normalise import clean, fold
from addressing.search.unit_index import bare_name
from addressing.search.unit_tables import national_gazetteer
from addressing.search.units import REFORM, Unit

First = Callable[[str], Reading]
OURS = {"30", "31"}

_SHORT = {
    "phường": "P.", "xã": "X.", "thị trấn": "TT.", "đặc khu": "ĐK.", "huyện": "H.", "quận": "Q.", "thị xã": "TX.",
    "thành phố": "TP.", "tỉnh": "T.",
}  # fmt: skip


def communes(*, old: bool) -> list[tuple[Unit, ...]]:
    """Commune, district where there was one, province."""
    gazetteer = national_gazetteer()
    return [
        (unit, *gazetteer.parents(unit))
        for unit in gazetteer.units
        if unit.level == "commune"
        and unit.province_code in OURS
        and (unit.valid_to == REFORM if old else unit.valid_to is None)
    ]


def kind(unit: Unit) -> str:
    return unit.full_name.removesuffix(bare_name(unit)).strip().lower()


def full(units: tuple[Unit, ...]) -> str:
    return ", ".join(["45 Nguyễn Văn Linh", *(unit.full_name for unit in units)])


def plain(text: str) -> str:
    return fold(clean(text).text)


FORMS: dict[str, Callable[[tuple[Unit, ...]], str]] = {
    "full": full,
    "short words": lambda units: ", ".join(
        ["45 Nguyễn Văn Linh", *(f"{_SHORT[kind(unit)]} {bare_name(unit)}" for unit in units)]
    ),
    "no marks": lambda units: plain(full(units)),
    "no commas": lambda units: full(units).replace(",", ""),
    "no marks, no commas": lambda units: plain(full(units)).replace(",", ""),
    "no district": lambda units: full((units[0], units[-1])),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("old", [True, False], ids=["before", "since"])
def test_every_commune_is_found(first: First, form: str, old: bool) -> None:
    wrong = []
    asked = communes(old=old)
    for units in asked:
        text = FORMS[form](units)
        reading = first(text)
        said = plain(reading.commune.name) if reading.commune is not None else None
        street = plain(reading.street.name) if reading.street is not None else None
        if (said, street, reading.house) != (plain(bare_name(units[0])), "nguyen van linh", "45"):
            wrong.append((text, said, street))
    assert len(asked) > 100
    assert wrong == []


def test_marks_decide_where_only_marks_differ(first: First) -> None:
    for name, code in (("Cẩm Giang", "10888"), ("Cẩm Giàng", "10903")):
        commune = first(f"xã {name}, thành phố Hải Phòng").commune
        assert commune is not None
        assert (commune.name, commune.code) == (name, code)
