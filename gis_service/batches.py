"""What is done to a whole zone or province at once, as jobs: the everyday functions in sets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from addressing import batch
from addressing.derived_doors import DerivedDoors, derive_doors
from addressing.errors import AddressingError
from addressing.strays import find_strays
from layers.coverage import definitions, history, runs
from layers.coverage import run_tables as coverage_tables
from layers.errors import NotFound
from layers.streets import streets
from layers.zones import zones

Tell = Callable[[int, int | None], None]


def number_zone(conn: Connection, arguments: dict[str, Any], progress: Tell) -> dict[str, Any]:
    """Propose numbers for every street of a zone: {"zone": code, "author": login, "derive_doors": false}.

    A street that cannot be numbered is a line of the report, not the end of the batch. With
    `derive_doors` plots without an entrance first get one in the middle of their frontage, marked as
    derived. Raises `NotFound` for an unknown zone.
    """
    zone_id = conn.execute(select(zones.c.id).where(zones.c.code == arguments["zone"])).scalar_one_or_none()
    if zone_id is None:
        raise NotFound("zone", "khu, cụm công nghiệp", arguments["zone"])
    report = _number(conn, streets.c.zone_id == zone_id, arguments, progress)
    strays = find_strays(conn, arguments["zone"])
    return {
        "zone": arguments["zone"],
        **report,
        "without_street": [asdict(stray) | {"what": stray.what, "what_vi": stray.what_vi} for stray in strays],
    }


def number_commune(conn: Connection, arguments: dict[str, Any], progress: Tell) -> dict[str, Any]:
    """The same for every street of a commune: {"commune": five-digit code, "author": login}.

    Raises `NotFound` when no street lies in a commune of that code.
    """
    report = _number(conn, streets.c.commune_code == arguments["commune"], arguments, progress)
    if not report["streets"]:
        raise NotFound("street in commune", "đường nào thuộc xã, phường", arguments["commune"])
    return {"commune": arguments["commune"], **report}


def _number(conn: Connection, which: ColumnElement[bool], arguments: dict[str, Any], progress: Tell) -> dict[str, Any]:
    street_ids = list(conn.execute(select(streets.c.id).where(which).order_by(streets.c.code)).scalars())
    derived = derive_doors(conn, street_ids) if arguments.get("derive_doors") else DerivedDoors((), ())
    outcomes = batch.propose_many(conn, street_ids, author_id=arguments["author"], tell=progress)
    return {
        "streets": len(street_ids),
        "proposed": [_proposed(outcome) for outcome in outcomes if outcome.error is None],
        "left_out": [_left_out(outcome, outcome.error) for outcome in outcomes if outcome.error is not None],
        "derived_doors": len(derived.added),
        "plots_between_streets": list(derived.ambiguous),
    }


def _proposed(outcome: batch.Outcome) -> dict[str, Any]:
    return {
        "street": outcome.street_id, "name": outcome.name, "proposal": outcome.proposal_id,
        "numbers": outcome.numbers, "open_questions": outcome.open_questions, "is_new": outcome.is_new,
    }  # fmt: skip


def _left_out(outcome: batch.Outcome, error: AddressingError) -> dict[str, Any]:
    return {
        "street": outcome.street_id, "name": outcome.name, "code": error.code,
        "message": str(error), "message_vi": error.message_vi,
    }  # fmt: skip


def coverage(conn: Connection, arguments: dict[str, Any], progress: Tell) -> dict[str, Any]:
    """Compute a coverage question, keep it as a run, and say what was found.

    Arguments: {"definition": …, "technology": "5G", "operators": […] | null, "as_of": day | null} and the
    parameters of `layers.coverage.questions.Question`. The run holds everything needed to defend the numbers later.
    With "fill_back_from": day, the ends of all months since are computed too.
    """
    progress(0, None)
    given = dict(arguments)
    day, since = given.pop("as_of", None), given.pop("fill_back_from", None)
    definition = given.pop("definition", None) or definitions.AREA_RATIO.id
    run = runs.ask(conn, definition, as_of=date.fromisoformat(day) if day else None, progress=progress, **given)
    report = coverage_tables.as_report(run)
    if since:
        days = history.month_ends(date.fromisoformat(since), run.question.as_of)
        report["past_runs"] = history.fill_back(conn, run.question, days, progress)
    return report
