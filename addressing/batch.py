"""Propose numbers for many streets at once: read in sets, decided one by one, written in sets.

A street that cannot be numbered is a line of the report, not the end of the batch. Every other street
gets exactly what `numbering.propose` would have given it.
"""

from __future__ import annotations

import gc
import json
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from typing import Any

from sqlalchemy import Connection, func, select, update

from addressing import areas, street_facts, street_numbers, surroundings
from addressing.deciding import today
from addressing.errors import AddressingError, NotFound, WrongStatus
from addressing.numbering import LIVE, SUPERSEDED
from addressing.policies_on_record import policies_for_streets
from addressing.register import proposals
from addressing.rules import record
from addressing.rules.policy import Policy
from addressing.street_rows import StreetRows, any_of, read_rows
from addressing.surroundings import Surroundings

CHUNK = 500
"""Streets read, decided and written at a time: a few thousand doors in memory."""

AHEAD = 4
"""Chunks handed to other processes before the first of them is written."""

Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one street."""

    street_id: int
    name: str
    proposal_id: int | None
    # None: it could not be numbered, see `error`
    numbers: int = 0
    # in use and new ones
    open_questions: int = 0
    is_new: bool = False
    # False: the draft that lives was made from the same facts and stays as it is
    error: AddressingError | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """What is needed to decide one street away from the database."""

    rows: StreetRows
    around: Surroundings
    carried: dict[str, Any]
    # answers of the draft that the new one follows


@dataclass(frozen=True, slots=True)
class Decided:
    """A decided street, ready to be written."""

    rule_set: str
    fingerprint: str
    content: str
    # JSON
    numbers: int
    open_questions: int


def propose_many(
    conn: Connection,
    street_ids: Sequence[int],
    *,
    author_id: str,
    policy: Policy | None = None,
    on: date | None = None,
    tell: Tell | None = None,
    executor: Executor | None = None,
) -> list[Outcome]:
    """Drafts for these streets, in the order of their ids; each street once.

    Without a `policy` each street is numbered by the local values on record for it. A street outside the
    areas of the author is left out with `OutsideArea`.

    `tell` hears how many are done of how many. With an `executor` (see `processes`) the rules run there
    while this process reads and writes. Locks the streets until the transaction ends.
    """
    on = on or today()
    wanted = sorted(set(street_ids))
    street_facts.lock_many(conn, wanted)  # all of them first: chunk by chunk two batches could wait for each other
    report, groups = _sort_out(conn, wanted, author_id, policy, on)
    waiting: deque[tuple[_Chunk, Policy]] = deque()
    for held, ids in groups:
        for at in range(0, len(ids), CHUNK):
            waiting.append((_begin(conn, ids[at : at + CHUNK], held, on, executor), held))
            if len(waiting) > (AHEAD if executor else 0):
                report |= _finish(conn, *waiting.popleft(), author_id)
                if tell:
                    tell(len(report), len(wanted))
    for chunk, held in waiting:
        report |= _finish(conn, chunk, held, author_id)
        if tell:
            tell(len(report), len(wanted))
    return [report[street_id] for street_id in wanted]


def _sort_out(
    conn: Connection, wanted: Sequence[int], author_id: str, policy: Policy | None, on: date
) -> tuple[dict[int, Outcome], list[tuple[Policy, list[int]]]]:
    """What is refused beforehand, and the other streets by the policy that holds on them."""
    report = {
        street_id: Outcome(street_id, "", None, error=refusal)
        for street_id, refusal in areas.streets_outside(conn, author_id, wanted).items()
    }
    groups = policies_for_streets(conn, [street_id for street_id in wanted if street_id not in report], on)
    known = sorted(street_id for _, ids in groups for street_id in ids)
    report |= {
        street_id: Outcome(street_id, "", None, error=NotFound("street", "đường", street_id))
        for street_id in set(wanted) - report.keys() - set(known)
    }
    return report, [(policy, known)] if policy else groups


def processes(count: int) -> ProcessPoolExecutor:
    """An executor for `propose_many`; use it in a `with`. Its processes start afresh and know no database."""
    return ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_collect_rarely)


def _collect_rarely() -> None:
    """Millions of small records without cycles: looking for cycles among them takes a fifth of the time."""
    gc.set_threshold(200_000, 20, 20)


def decide_all(tasks: Sequence[Task], policy: Policy, on: date) -> list[Decided | AddressingError]:
    """Decide each street; what cannot be numbered comes back as its error. No database."""
    return [_decide(task, policy, on) for task in tasks]


def _decide(task: Task, policy: Policy, on: date) -> Decided | AddressingError:
    answers = {code: entry["value"] for code, entry in task.carried.items()}
    street = street_facts.on_record(task.rows)
    try:
        result = street_numbers.decide(street, task.around, policy, answers, on)
    except AddressingError as error:
        return error
    return Decided(
        result.rule_set,
        street.fingerprint,
        json.dumps(record.as_data(result), ensure_ascii=False),
        len(result.assignments),
        len(result.questions),
    )


@dataclass(slots=True)
class _Chunk:
    report: dict[int, Outcome]
    tasks: list[Task]
    superseded: list[int]
    decided: Future[list[Decided | AddressingError]] | list[Decided | AddressingError]


def _begin(conn: Connection, street_ids: Sequence[int], policy: Policy, on: date, executor: Executor | None) -> _Chunk:
    """Read a chunk, set aside what needs no decision, and have the rest decided."""
    found = read_rows(conn, street_ids)
    around = surroundings.read_many(conn, list(found), street_numbers.near_m(policy), on)
    live = {row.street_id: row for row in _live(conn, street_ids)}
    policy_data = policy.as_data()
    chunk = _Chunk({}, [], [], [])
    for street_id in street_ids:
        rows, draft = found[street_id], live.get(street_id)  # it is locked, so it is there
        if draft is None:
            chunk.tasks.append(Task(rows, around[street_id], {}))
        elif draft.status != "draft":
            error = WrongStatus(draft.id, draft.status, "propose")
            chunk.report[street_id] = Outcome(street_id, rows.name, None, error=error)
        elif draft.input_hash == rows.fingerprint and draft.policy == policy_data:
            chunk.report[street_id] = Outcome(street_id, rows.name, draft.id, draft.numbers, draft.open_questions)
        else:
            chunk.tasks.append(Task(rows, around[street_id], draft.answers))
            chunk.superseded.append(draft.id)
    if executor:
        chunk.decided = executor.submit(decide_all, chunk.tasks, policy, on)
    else:
        chunk.decided = decide_all(chunk.tasks, policy, on)
    return chunk


def _live(conn: Connection, street_ids: Sequence[int]) -> Sequence[Any]:
    return conn.execute(
        select(
            proposals.c.id, proposals.c.street_id, proposals.c.status, proposals.c.input_hash, proposals.c.policy,
            proposals.c.answers, proposals.c.open_questions,
            func.jsonb_array_length(proposals.c.content["assignments"]).label("numbers"),
        )
        .where(proposals.c.street_id == any_of(street_ids), proposals.c.status.in_(LIVE))
    ).all()  # fmt: skip


def _finish(conn: Connection, chunk: _Chunk, policy: Policy, author_id: str) -> dict[int, Outcome]:
    """Write a chunk; an earlier draft is set aside only where there is a new one."""
    decided = chunk.decided.result() if isinstance(chunk.decided, Future) else chunk.decided
    done = [(task, item) for task, item in zip(chunk.tasks, decided, strict=True) if isinstance(item, Decided)]
    ids = _write(conn, done, author_id, policy, chunk.superseded) if done else {}
    for task, item in zip(chunk.tasks, decided, strict=True):
        street_id, name = task.rows.street_id, task.rows.name
        if isinstance(item, Decided):
            outcome = Outcome(street_id, name, ids[street_id], item.numbers, item.open_questions, is_new=True)
        else:
            outcome = Outcome(street_id, name, None, error=item)
        chunk.report[street_id] = outcome
    return chunk.report


def _write(
    conn: Connection,
    done: Sequence[tuple[Task, Decided]],
    author_id: str,
    policy: Policy,
    superseded: Sequence[int],
) -> dict[int, int]:
    """The new drafts by street. Written by COPY, which triggers and checks see like any insert."""
    street_ids = [task.rows.street_id for task, _ in done]
    conn.execute(
        update(proposals)
        .where(proposals.c.id == any_of(superseded), proposals.c.street_id == any_of(street_ids))
        .values(status="rejected", rejected_reason=SUPERSEDED)
    )
    policy_json = json.dumps(policy.as_data(), ensure_ascii=False)
    cursor = conn.connection.cursor()
    with cursor.copy(_COPY) as copy:  # psycopg: the DBAPI has no copy
        for task, item in done:
            copy.write_row(
                (task.rows.street_id, "draft", item.rule_set, policy_json, item.fingerprint,
                 json.dumps(task.carried, ensure_ascii=False), item.content, item.open_questions, author_id)
            )  # fmt: skip
    cursor.close()
    rows = conn.execute(
        select(proposals.c.street_id, proposals.c.id).where(
            proposals.c.street_id == any_of(street_ids), proposals.c.status == "draft"
        )
    )
    return {row.street_id: row.id for row in rows}


_COPY = (
    "COPY gis.proposals (street_id, status, rule_set_version, policy, input_hash, answers, content,"
    " open_questions, author) FROM STDIN"
)
