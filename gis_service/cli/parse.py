"""`gis parse`: what an address says, at a terminal; needs no database."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from addressing.deciding import today
from addressing.search.elements import Reading
from addressing.search.errors import AddressNotReadable, AddressTooLong
from addressing.search.parse import parse
from addressing.search.unit_tables import national_gazetteer

console = Console(highlight=False)
_LABELS = {
    "name": "tên", "house": "số nhà", "former_number": "số cũ", "alleys": "ngõ", "lots": "lô", "parcel": "thửa",
    "map_sheet": "tờ bản đồ", "zone": "khu", "km": "km", "building": "tòa nhà", "floor": "tầng", "flat": "căn",
    "street": "đường", "hamlets": "thôn, tổ, khu", "commune": "cấp xã", "district": "cấp huyện",
    "province": "cấp tỉnh", "former": "trước đây", "postcode": "mã bưu chính", "plus_code": "plus code",
    "coordinates": "tọa độ", "place_id": "mã địa điểm", "landmark": "gần", "leftovers": "chưa hiểu",
}  # fmt: skip


def command(
    address: Annotated[str, typer.Argument(help="The address; - reads one a line from standard input.")],
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Decides which units are current; today.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, with every reading.")] = False,
) -> None:
    """Read an address: number, alleys, lot, zone, street, units of either time, with the doubts that remain."""
    day = on.date() if on else today()
    gazetteer = national_gazetteer()
    many = address == "-"
    for line in (text.rstrip("\n") for text in sys.stdin) if many else (address,):
        try:
            found = parse(line, gazetteer, today=day)
        except (AddressNotReadable, AddressTooLong) as fault:
            if not many:
                raise
            _tell_fault(line, fault, as_json=as_json)
            continue
        if as_json:
            told = {"written": line, "readings": [asdict(one) for one in found]}
            typer.echo(json.dumps(told, ensure_ascii=False))
        else:
            _show(line, found)


def _tell_fault(line: str, fault: AddressNotReadable | AddressTooLong, *, as_json: bool) -> None:
    if as_json:
        told = {"code": fault.code, "message": str(fault), "message_vi": fault.message_vi}
        typer.echo(json.dumps({"written": line[:200], "readings": [], "fault": told}, ensure_ascii=False))
    else:
        console.print(f"{fault.code}: {fault.message_vi}", markup=False)


def _show(line: str, found: tuple[Reading, ...]) -> None:
    table = Table(title=line, show_header=False, title_justify="left")
    table.add_column(style="dim")
    for place, _ in enumerate(found):
        table.add_column(style="bold" if place == 0 else "")
    table.add_row("độ tin cậy", *(f"{one.confidence:.2f}" for one in found))
    for element, label in _LABELS.items():
        told = [_words(getattr(one, element)) for one in found]
        if any(told):
            table.add_row(label, *told)
    console.print(table)
    for reason in found[0].reasons:
        console.print(f"  {reason.message_vi}", style="dim", markup=False)


def _words(value: object) -> str:
    """An element in words."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(map(_words, value))
    for pair in (("word", "label"), ("kind", "name")):
        if all(hasattr(value, part) for part in pair):
            return " ".join(str(getattr(value, part)) for part in pair).strip()
    return str(value)
