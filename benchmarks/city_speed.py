"""How long a made-up city takes, from the rows of its streets to the rows of its proposals."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from addressing import batch, numbering
from gis_service import audit

PROCESSES = 2


@dataclass(frozen=True, slots=True)
class Taken:
    """What one numbering took."""

    streets: int
    numbers: int
    wall_s: float
    cpu_s: float
    # of this process, its workers and the database backend


def number_city(owner: Engine, staff: Engine, street_ids: Sequence[int], processes: int) -> Taken:
    """Propose for all these streets in one transaction, commit included; earlier proposals are removed first."""
    with owner.begin() as conn:
        conn.execute(text("TRUNCATE gis.proposals CASCADE"))
    start, cpu = time.perf_counter(), _cpu_s()
    with batch.processes(processes) if processes > 1 else nullcontext() as executor, staff.begin() as conn:
        backend, before_s = _backend(conn)
        audit.record(conn, actor="benchmark", operation="benchmark")
        outcomes = batch.propose_many(conn, street_ids, author_id="benchmark", executor=executor)
        conn.commit()
        backend_s = _process_s(backend) - before_s
    wall_s = time.perf_counter() - start
    refused = [outcome for outcome in outcomes if outcome.error]
    assert not refused, f"the made-up city has no unusable street, yet: {refused[:3]}"
    return Taken(len(outcomes), sum(outcome.numbers for outcome in outcomes), wall_s, _cpu_s() - cpu + backend_s)


def number_one_by_one(owner: Engine, staff: Engine, street_ids: Sequence[int]) -> Taken:
    """The peer: `numbering.propose` for each street, all in one transaction."""
    with owner.begin() as conn:
        conn.execute(text("TRUNCATE gis.proposals CASCADE"))
    start, cpu = time.perf_counter(), _cpu_s()
    with staff.begin() as conn:
        backend, before_s = _backend(conn)
        audit.record(conn, actor="benchmark", operation="benchmark")
        found = [numbering.propose(conn, street_id, author_id="benchmark") for street_id in street_ids]
        conn.commit()
        backend_s = _process_s(backend) - before_s
    wall_s = time.perf_counter() - start
    numbers = sum(len(proposal.result.assignments) for proposal in found)
    return Taken(len(found), numbers, wall_s, _cpu_s() - cpu + backend_s)


def _cpu_s() -> float:
    """Of this process and of its children that have ended."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def _backend(conn: Connection) -> tuple[int, float]:
    backend = int(conn.execute(text("SELECT pg_backend_pid()")).scalar_one())
    return backend, _process_s(backend)


def _process_s(process: int) -> float:
    """CPU seconds of another process of this machine; 0 where there is no /proc."""
    stat = Path(f"/proc/{process}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
