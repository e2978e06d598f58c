"""The 14-column cell list of OpenCelliD and Mozilla: no operator names, no masts, only estimates.

Columns: radio, mcc, net, area, cell, unit, lon, lat, range, samples, changeable, created, updated,
averageSignal; country files come without a heading.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

OPENCELLID_COLUMNS = (
    "radio",
    "mcc",
    "net",
    "area",
    "cell",
    "unit",
    "lon",
    "lat",
    "range",
    "samples",
    "changeable",
    "created",
    "updated",
    "averageSignal",
)
_RADIOS = {"GSM": "2G", "CDMA": "2G", "UMTS": "3G", "LTE": "4G", "NR": "5G"}
_OPERATORS = {(452, 1): "MobiFone", (452, 2): "VNPT", (452, 4): "Viettel", (452, 5): "Vietnamobile"}
"""Networks of Viet Nam by mobile network code (ITU list); others keep their code as name."""

USED = {"radio", "mcc", "net", "area", "cell", "range", "lon", "lat"}
"""Columns that are read; the others are told as ignored."""

_MARK = {"radio", "mcc", "net", "area", "cell", "range"}


def is_headless_cell_list(first_row: list[Any]) -> bool:
    """Whether the first row of a file is already a cell."""
    return len(first_row) == 14 and str(first_row[0]).upper() in _RADIOS and str(first_row[1]).isdigit()


def is_cell_list(columns: list[str]) -> bool:
    """Whether these are the columns of OpenCelliD (further ones do no harm)."""
    return {column.lower() for column in columns} >= _MARK


@dataclass(frozen=True, slots=True)
class CellList:
    """The list in the words of our own layers."""

    columns: dict[str, list[Any]]
    """Field of the cells layout -> values."""


def translate(columns: dict[str, list[Any]]) -> CellList:
    """Turn the list into fields of the layer `cells`.

    LTE and NR cells of one base station share its number (cell // 256 for LTE, // 4096 for NR with a
    24-bit gNB) and become one site; a GSM or UMTS cell says nothing about its mast and is a site of
    its own. The estimated range becomes the radius; one that is 0 or absurd stays empty.
    """
    told = {name.lower(): values for name, values in columns.items()}
    result: dict[str, list[Any]] = defaultdict(list)
    rows = zip(*(told[name] for name in ("radio", "mcc", "net", "area", "cell", "range")), strict=True)
    for radio_raw, mcc, net, area, cell, reach in rows:
        radio = str(radio_raw or "").strip().upper()
        result["operator"].append(_operator(mcc, net))
        result["site_code"].append(_site_code(radio, area, cell))
        result["code"].append(None if _missing(area, cell) else f"{radio}-{_whole(area)}-{_whole(cell)}")
        result["technology"].append(_RADIOS.get(radio, radio_raw))
        result["state"].append("on_air")
        result["radius_m"].append(_reach(reach))
    return CellList(dict(result))


def _missing(*values: Any) -> bool:
    return any(value is None or not str(value).strip() for value in values)


def _whole(value: Any) -> int | str:
    try:
        return int(value)
    except (TypeError, ValueError):
        return str(value)[:40]


def _operator(mcc: Any, net: Any) -> str | None:
    if _missing(mcc, net):
        return None
    country, network = _whole(mcc), _whole(net)
    if isinstance(country, int) and isinstance(network, int):
        return _OPERATORS.get((country, network), f"{country}-{network:02d}")
    return f"{country}-{network}"


def _site_code(radio: str, area: Any, cell: Any) -> str | None:
    if _missing(area, cell):
        return None
    number = _whole(cell)
    if isinstance(number, int) and radio in ("LTE", "NR"):
        return f"{radio}-{number // (256 if radio == 'LTE' else 4096)}"
    return f"{radio}-{_whole(area)}-{number}"


def _reach(value: Any) -> Any:
    number = _whole(value)
    if isinstance(number, int):
        return number if 0 < number <= 100_000 else None
    return value
