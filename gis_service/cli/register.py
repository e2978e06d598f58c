"""`gis register`: write missing addresses, list urgent cases and doubtful numbers, from a terminal."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy import select

from addressing import addresses, alley_naming, cases, estate_quality, quality
from addressing.deciding import today
from addressing.register import house_numbers
from gis_service.cli import estates
from gis_service.cli.session import command_access

app = typer.Typer(help="The register of numbers and addresses.", no_args_is_help=True)
console = Console(highlight=False)


@app.command("addresses")
def write_addresses() -> None:
    """Write the addresses that numbers in force still lack. / Ghi địa chỉ còn thiếu.

    For numbers that were on record before the register wrote addresses; doing it twice changes nothing.
    """
    with command_access("places.readdress", "register") as access:
        conn, day = access.connection, today()
        numbered = select(house_numbers.c.street_id).where(
            house_numbers.c.status == "in_force", house_numbers.c.valid_to.is_(None)
        )
        street_ids = alley_naming.streets_below(conn, list(conn.execute(numbered.distinct()).scalars()))
        for street_id in street_ids:
            alley_naming.name_alleys(conn, street_id, decision_id=None, on=day)
        done = addresses.follow(conn, street_ids, on=day)
    console.print(f"Địa chỉ đã ghi / addresses written: {done.opened}; đã đóng / closed: {done.closed}")
    if done.without_name:
        console.print(
            f"Ngõ chưa có tên / alleys without a name: {len(done.without_name)}"
            f" ({', '.join(map(str, done.without_name[:10]))})"
        )


@app.command("due")
def list_due(within_days: Annotated[int, typer.Option(help="Due within so many days.")] = 2) -> None:
    """Open cases that are overdue or due soon. / Hồ sơ quá hạn hoặc sắp đến hạn."""
    with command_access("cases.read", write=False) as access:
        found = cases.reminders(access.connection, access.identity.login, within_days=within_days)
    table = Table("Hồ sơ / case", "Hạn / due", "Trạng thái / state", "Người xử lý / assigned to")
    for case in found:
        overdue = " !" if case.due_on < today() else ""
        table.add_row(case.receipt, f"{case.due_on:%d/%m/%Y}{overdue}", case.state, escape(case.assigned_to or "–"))
    console.print(table)


@app.command("quality")
def report_quality(commune: Annotated[str, typer.Argument(help="Code of the commune, five digits.")]) -> None:
    """What is doubtful about numbers and names in a commune. / Báo cáo chất lượng số nhà, tên khu nhà của một xã."""
    with command_access("streets.quality", write=False) as access:
        of_streets = quality.commune_report(access.connection, commune)
        of_estates = estate_quality.commune_report(access.connection, commune)
    table = Table("Đường, khu nhà / street, estate", "Số, tên / numbers, names", "Điểm cần xem / findings")
    rows = [(one.street_name, one.numbers, one.counts) for one in of_streets]
    for name, numbers, counts in [*rows, *((one.estate_name, one.names, one.counts) for one in of_estates)]:
        kinds = ", ".join(f"{kind} {count}" for kind, count in counts.items() if count)
        table.add_row(escape(name), str(numbers), kinds or "–")
    console.print(table)


app.command("estates")(estates.list_estates)
app.command("name")(estates.name_estate)
