"""`gis search`: ask the search box from a terminal, locate an address, learn names anew."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from addressing.deciding import today
from addressing.search import index
from addressing.search.geocode import geocode
from addressing.search.lookup import search
from addressing.search.units_on_file import gazetteer_of
from gis_service.cli.session import command_access

app = typer.Typer(help="Find places, streets, doors, zones, plots, firms.", no_args_is_help=True)
console = Console(highlight=False)


@app.command("find")
def find(text: str, limit: Annotated[int, typer.Option(min=1, max=50)] = 10) -> None:
    """What the search box answers. / Tìm như ô tìm kiếm."""
    with command_access("search.read", write=False) as access:
        answer = search(access.connection, text, limit=limit)
    for typed, meant in answer.corrected:
        console.print(f"{escape(typed)} → {escape(meant)}")
    table = Table("Loại / kind", "Tên / name", "Ở / in", "Ghi chú / note")
    for one in answer.results:
        note = f"không có số / no number {one.unknown_number}" if one.unknown_number else one.match
        table.add_row(one.kind, escape(one.title), escape(one.context), note + (", cũ / former" if one.former else ""))
    console.print(table if answer.results else "Không tìm thấy / nothing found")


@app.command("locate")
def locate(address: str) -> None:
    """Where a written address is, with the precision. / Vị trí của một địa chỉ, kèm độ chính xác."""
    with command_access("search.read", write=False) as access:
        found = geocode(access.connection, address, today=today())
    table = Table("Địa chỉ / address", "Độ chính xác / precision", "Tin cậy / confidence", "x (m)", "y (m)")
    for one in found:
        table.add_row(
            escape(f"{one.title}, {one.context}"),
            one.precision,
            f"{one.confidence:.2f}",
            f"{one.x:.2f}",
            f"{one.y:.2f}",
        )
    console.print(table if found else "Không tìm thấy / nothing found")
    for one in found[:1]:
        for reason in one.reasons:
            console.print(f"– {escape(reason.message_vi)} / {escape(reason.message)}")


@app.command("learn")
def learn() -> None:
    """Learn former names of communes and the vocabulary of typos anew. / Học lại tên cũ và từ vựng."""
    with command_access("search.learn", "search") as access:
        communes = index.learn_former_units(access.connection, gazetteer_of(access.connection))
        index.learn_vocabulary(access.connection)
    console.print(f"Xã, phường có tên cũ / communes with former names: {communes}")
