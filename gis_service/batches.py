"""What is done to a whole zone or province at once, as jobs: the everyday functions in a loop."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from addressing import numbering
from addressing.errors import AddressingError
from layers.coverage import ratios
from layers.errors import NotFound
from layers.streets import streets
from layers.zones import zones

Tell = Callable[[int, int | None], None]


def number_zone(conn: Connection, arguments: dict[str, Any], progress: Tell) -> dict[str, Any]:
    """Propose numbers for every street of a zone: {"zone": code, "author": login}.

    A street that cannot be numbered is a line of the report, not the end of the batch; each street
    is undone by itself. Raises `NotFound` for an unknown zone.
    """
    listed = _streets_of(conn, arguments["zone"])
    report: dict[str, Any] = {"zone": arguments["zone"], "streets": len(listed), "proposed": [], "left_out": []}
    for done, (street_id, name) in enumerate(listed, start=1):
        try:
            with conn.begin_nested():
                proposal = numbering.propose(conn, street_id, author_id=arguments["author"])
        except AddressingError as error:
            report["left_out"].append(
                {
                    "street": street_id,
                    "name": name,
                    "code": error.code,
                    "message": str(error),
                    "message_vi": error.message_vi,
                }
            )
        else:
            report["proposed"].append(
                {
                    "street": street_id, "name": name, "proposal": proposal.id,
                    "numbers": len(proposal.result.assignments), "open_questions": len(proposal.open_questions),
                }
            )  # fmt: skip
        progress(done, len(listed))
    return report


def _streets_of(conn: Connection, zone_code: str) -> list[tuple[int, str]]:
    zone_id = conn.execute(select(zones.c.id).where(zones.c.code == zone_code)).scalar_one_or_none()
    if zone_id is None:
        raise NotFound("zone", "khu, cụm công nghiệp", zone_code)
    query = select(streets.c.id, streets.c.name).where(streets.c.zone_id == zone_id).order_by(streets.c.code)
    return [(row.id, row.name) for row in conn.execute(query)]


def coverage(conn: Connection, arguments: dict[str, Any], progress: Tell) -> dict[str, Any]:
    """Covered share of every zone: {"technology": "5G", "operators": […] | null, "min_operators": 1, "as_of": …}.

    The report holds everything needed to defend the numbers later: definition, data versions, method.
    """
    progress(0, None)
    day = arguments.get("as_of")
    found = ratios.run(
        conn,
        technology=arguments["technology"],
        operators=arguments.get("operators"),
        min_operators=arguments.get("min_operators", 1),
        as_of=date.fromisoformat(day) if day else None,
    )
    progress(len(found.zones), len(found.zones))
    report: dict[str, Any] = json.loads(json.dumps(asdict(found), default=str))  # dates become text
    return report
