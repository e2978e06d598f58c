"""Coverage runs: answer from what is on record, compute only what changed, keep everything for ever.

A run stores the question, the inputs (compressed), the versions of the data, the engine and every number. The
same question on the same versions is answered from the table. When data changed, each place whose own inputs are
as before keeps its numbers: a station that is edited recomputes only the places that it can reach.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, literal, null, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert

from layers.coverage import networks, snapshots
from layers.coverage.cells import check_question
from layers.coverage.errors import UnknownRun
from layers.coverage.evaluating import Result, engine_of, evaluate, total
from layers.coverage.networks import Nearby, Network, network_of
from layers.coverage.provenance import data_versions
from layers.coverage.questions import Question, canonical, complete, digest, get_definition
from layers.coverage.records import coverage_inputs, coverage_results, coverage_runs
from layers.coverage.snapshots import Snapshot

Tell = Callable[[int, int | None], None]

_RESULT_COLUMNS = tuple(field.name for field in fields(Result))

METHODS = {
    "union 1": "Exact union of declared footprints per place, planar in EPSG:{srid}; 64 area-preserving chords.",
    "sampler 1": (
        "Sample points on a grid of fixed origin in EPSG:{srid}: 10 m (5 m within half a percentage point of a target;"
        " large communes 50 m; plots about 100 points each); declared sectors by distance and angle, modelled level by"
        " TR 38.901 without line of sight, best cell of each operator. Error bound: three standard errors of the grid."
    ),
}


@dataclass(frozen=True, slots=True)
class Run:
    """One computation with all its numbers."""

    id: int
    question: Question
    data_versions: dict[str, int]
    input_hash: str
    engine: str
    method: str
    summary: dict[str, Any]
    result_digest: str
    has_unpublished: bool
    is_demo: bool
    computed_zones: int
    # Places computed by this run; the others were taken from earlier ones.
    created_at: datetime
    results: tuple[Result, ...]


_RUN_COLUMNS = tuple(field.name for field in fields(Run) if field.name != "results")


def ask(
    conn: Connection,
    definition: str,
    *,
    technology: str = "5G",
    operators: list[str] | None = None,
    as_of: date | None = None,
    progress: Tell | None = None,
    **parameters: Any,
) -> Run:
    """The numbers under a definition, from the table or computed; a staff connection that may write.

    `parameters` are those of `Question`: min_operators, tier_dbm, probability, walls, least_share.
    Raises UnknownTechnology, UnknownOperator, TooFewOperators or BadQuestion.
    """
    counted = check_question(conn, technology, operators, parameters.get("min_operators", 1))
    day = as_of or snapshots.database_today(conn)
    question = complete(Question(definition, technology, counted, day, **parameters))
    return answer(conn, question, progress=progress)


def answer(conn: Connection, question: Question, *, progress: Tell | None = None) -> Run:
    """The run of a complete question on the data as they are: on record, or computed now and kept."""
    versions = {one.layer: one.version for one in data_versions(conn, snapshots.LAYERS[question.subject])}
    if not _writes_pending(conn):
        known = _find(conn, question, versions)
        if known is not None:
            return get_run(conn, known)
    snapshot = snapshots.take(conn, question)
    network, near, hashes = _prepare(snapshot)
    kept = _kept(conn, hashes)
    missing = [k for k, value in enumerate(hashes) if value not in kept]
    computed: dict[int, list[Result]] = {}
    for done in range(0, len(missing), 50):
        computed |= evaluate(snapshot, network, near, missing[done : done + 50])
        if progress:
            progress(min(done + 50, len(missing)), len(missing))
    results = []
    for k, value in enumerate(hashes):
        place = snapshot.zones[k]
        of_place = computed[k] if k in computed else kept[value]
        # The same ground may have been given another id or name since.
        zone_id = None if of_place[0].scope == "commune" else place["id"]
        results += [replace(one, zone_id=zone_id, name=place["name"], input_hash=value) for one in of_place]
    results += total(question, results)
    run_id = _store(conn, question, snapshot, versions, network, results, len(missing))
    return get_run(conn, run_id)


def _prepare(snapshot: Snapshot) -> tuple[Network, Nearby, list[str]]:
    network = network_of(snapshot)
    near = networks.nearby(snapshot, network, snapshots.shape_array(snapshot.zones))
    engine = engine_of(Question.from_json(snapshot.question))
    return network, near, networks.place_hashes(snapshot, network, near, engine)


def compute(snapshot: Snapshot) -> list[Result]:
    """All numbers of a snapshot, without a database."""
    network, near, hashes = _prepare(snapshot)
    by_place = evaluate(snapshot, network, near, range(len(snapshot.zones)))
    results = [replace(one, input_hash=hashes[k]) for k in range(len(hashes)) for one in by_place[k]]
    return results + total(Question.from_json(snapshot.question), results)


def result_bytes(results: list[Result] | tuple[Result, ...]) -> bytes:
    """The numbers as one text; the digest of a run is its SHA-256."""
    return canonical([asdict(one) for one in results])


def repeat(conn: Connection, run_id: int) -> tuple[bool, bytes]:
    """Compute a past run again from its stored inputs: whether the bytes are the same, and the bytes.

    Raises UnknownRun.
    """
    row = conn.execute(
        select(coverage_runs.c.result_digest, coverage_inputs.c.content)
        .join_from(coverage_runs, coverage_inputs)
        .where(coverage_runs.c.id == run_id)
    ).one_or_none()
    if row is None:
        raise UnknownRun(run_id)
    again = result_bytes(compute(Snapshot.from_bytes(snapshots.unpack(row.content))))
    return digest(again) == row.result_digest, again


def get_run(conn: Connection, run_id: int) -> Run:
    """One run with its results in their order; needs a staff connection. Raises UnknownRun."""
    return _read(conn, run_id, [coverage_results.c[name] for name in _RESULT_COLUMNS])


def get_public_run(conn: Connection, run_id: int) -> Run:
    """As anyone may see it: no details, and NaN for numbers of workers. Raises UnknownRun."""
    hidden = {"details": literal({}, JSONB), "input_hash": null()}
    for name in ("numerator", "denominator"):
        hidden[name] = func.coalesce(coverage_results.c[name], text("'NaN'::float8"))
    columns = [hidden[name].label(name) if name in hidden else coverage_results.c[name] for name in _RESULT_COLUMNS]
    return _read(conn, run_id, columns)


def list_runs(conn: Connection, *, definition: str | None = None, limit: int = 50) -> list[Run]:
    """The newest runs first, without their results."""
    query = select(*(coverage_runs.c[name] for name in _RUN_COLUMNS)).order_by(coverage_runs.c.id.desc()).limit(limit)
    if definition is not None:
        query = query.where(coverage_runs.c.definition == get_definition(definition).label)
    return [_run(row, ()) for row in conn.execute(query).mappings()]


def _read(conn: Connection, run_id: int, columns: list[Any]) -> Run:
    wanted = select(*(coverage_runs.c[name] for name in _RUN_COLUMNS)).where(coverage_runs.c.id == run_id)
    row = conn.execute(wanted).mappings().one_or_none()
    if row is None:
        raise UnknownRun(run_id)
    found = conn.execute(
        select(*columns)
        .select_from(coverage_results)
        .where(coverage_results.c.run_id == run_id)
        .order_by(coverage_results.c.id)
    )
    return _run(row, tuple(Result(**one) for one in found.mappings()))


def _run(row: Any, results: tuple[Result, ...]) -> Run:
    values = {name: row[name] for name in _RUN_COLUMNS if name != "question"}
    return Run(question=Question.from_json(row["question"]), results=results, **values)


def _writes_pending(conn: Connection) -> bool:
    """Whether this transaction has changed a layer: its version is counted only at commit."""
    query = text("SELECT EXISTS (SELECT FROM gis.layer_touches WHERE transaction_id = txid_current_if_assigned())")
    return bool(conn.execute(query).scalar_one())


def _find(conn: Connection, question: Question, versions: dict[str, int]) -> int | None:
    runs = coverage_runs.c
    query = select(func.max(runs.id)).where(
        runs.definition == question.definition, runs.as_of == question.as_of,
        runs.question == question.as_json(), runs.data_versions == versions, runs.engine == engine_of(question),
    )  # fmt: skip
    found: int | None = conn.execute(query).scalar_one()
    return found


def _kept(conn: Connection, hashes: list[str]) -> dict[str, list[Result]]:
    """Results on record by the hash of their inputs, of the first run that has them."""
    columns = coverage_results.c
    first = (
        select(columns.input_hash, func.min(columns.run_id).label("run_id"))
        .where(columns.input_hash == func.any(sorted(set(hashes))))
        .group_by(columns.input_hash)
        .subquery()
    )
    query = (
        select(*(columns[name] for name in _RESULT_COLUMNS))
        .join(first, (first.c.run_id == columns.run_id) & (first.c.input_hash == columns.input_hash))
        .order_by(columns.id)
    )
    found: dict[str, list[Result]] = defaultdict(list)
    for row in conn.execute(query).mappings():
        found[row["input_hash"]].append(Result(**row))
    return found


def _store(
    conn: Connection, question: Question, snapshot: Snapshot, versions: dict[str, int], network: Network,
    results: list[Result], computed: int,
) -> int:  # fmt: skip
    content = snapshot.to_bytes()
    input_hash = digest(content)
    conn.execute(
        upsert(coverage_inputs).values(input_hash=input_hash, content=snapshots.pack(content)).on_conflict_do_nothing()
    )
    engine = engine_of(question)
    run_id: int = conn.execute(
        insert(coverage_runs)
        .values(
            definition=question.definition, question=question.as_json(), technology=question.technology,
            as_of=question.as_of, data_versions=versions, input_hash=input_hash, engine=engine,
            method=METHODS[engine].format(srid=snapshot.srid), storage_srid=snapshot.srid,
            summary=_summary(snapshot, network, results), result_digest=digest(result_bytes(results)),
            has_unpublished=not all(row["published"] for row in snapshot.zones), is_demo=snapshot.is_demo,
            computed_zones=computed,
        )
        .returning(coverage_runs.c.id)
    ).scalar_one()  # fmt: skip
    if results:
        conn.execute(insert(coverage_results), [asdict(one) | {"run_id": run_id} for one in results])
    return run_id


def _summary(snapshot: Snapshot, network: Network, results: list[Result]) -> dict[str, Any]:
    """What was used, what was not and why, and what would be needed."""
    days = [row["source_date"] for row in snapshot.cells if row["left_out"] is None and row["source_date"]]
    left_out = Counter(row["left_out"] for row in snapshot.cells if row["left_out"] is not None)
    missing = Counter(what for one in results if not one.operator for what in one.details.get("missing", ()))
    return {
        "cells_used": len(network.used), "cells_left_out": dict(left_out),
        "cells_assumed": network.flags(range(len(network.used))), "places": len(snapshot.zones),
        "units": len(snapshot.units), "first_source_date": min(days, default=None),
        "last_source_date": max(days, default=None), "missing": dict(missing),
    }  # fmt: skip
