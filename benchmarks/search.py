"""The search box on a million addresses: time while typing, whole questions, one typo; right answers; wrong numbers.

65,000 streets on the real names of 3,321 communes and 1,000,000 numbered doors, in our own PostgreSQL, asked
through the public role by one client. hit@10 is the share of questions whose door (its street, for half-typed
ones) is among the first ten; a false accept is a door given for a number that nobody has.

Every question is asked in three rounds, of us and of the peer, and its best time by the clock counts, because
other work on the machine (its load is noted) disturbs now this one, now that one. Beside it stands what our process
and that of the database really worked, over all rounds.
"""

from __future__ import annotations

import math
import os
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy import Connection, text

from addressing.search.answers import Answer, Found
from addressing.search.lookup import complete, search
from addressing.search.normalise import fold
from benchmarks import search_addok
from benchmarks.harness import Row
from benchmarks.search_country import Address, fill, sample
from gis_service.database import Database, create_database, find_addresses
from gis_service.migrating import migrate
from gis_service.settings import Settings

OWN_DATABASE = {
    "database_url": None, "staff_database_url": None, "public_database_url": None,
    "database_name": "bench_search", "log_level": "ERROR",
}  # fmt: skip
SEED = 7
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and how to tell that its answer is right."""

    text: str
    is_right: Callable[[Found], bool]
    fits: Callable[[list[tuple[str, str, str]]], bool]
    # the same of the peer's (number, street, commune)


@dataclass(frozen=True, slots=True)
class Measured:
    """One kind of question, asked of us."""

    name: str
    asked: Sequence[Asked]
    is_typing: bool
    times_ms: list[float]
    # sorted
    worked_ms: list[float]
    # of both processes, sorted; empty where the system does not tell
    load: float
    hits: float
    missed: list[str]
    least_hits: float | None
    most_ms: float


def run(quick: bool) -> list[Row]:
    """Rows for autocomplete, whole questions, one typo and numbers that do not exist, addok beside them."""
    streets, doors, count, others = (6_500, 17, 60, 300) if quick else (65_000, 18, 500, 2_000)
    settings = Settings(**OWN_DATABASE)
    addresses = find_addresses(settings)
    create_database(addresses.owner, "bench_search")
    database = Database(settings, addresses)
    with database.owner.begin() as conn:
        migrate(conn, settings)
    with psycopg.connect(addresses.owner, options="-c search_path=gis,public") as owner:
        begun = time.perf_counter()
        if owner.execute("SELECT count(*) FROM gis.streets").fetchone() != (streets,):
            fill(owner, streets, doors)
        owner.commit()
        filled_s = time.perf_counter() - begun
        owner.autocommit = True
        owner.execute("VACUUM ANALYZE gis.search_keys, gis.search_numbers, gis.streets")
        known = sample(owner, count, SEED)
        (numbers,) = owner.execute("SELECT count(*) FROM gis.search_numbers").fetchone() or (0,)
        with database.public.connect() as conn:
            found = _kinds(conn, known)
            wrong = _false_accepts(conn, known)
        owner.autocommit = False
        peer, why = _addok(owner, found, known, others)
    database.dispose()
    note = f"{numbers:,} doors on {streets:,} streets; filled and indexed in {filled_s:.0f} s (0: was there)"
    return [row for at, one in enumerate(found) for row in _rows(one, peer.get(at), why, note)] + [wrong]


def _kinds(conn: Connection, known: Sequence[Address]) -> list[Measured]:
    randomly = random.Random(SEED)
    typed = [one for address in known for one in _half_typed(address, randomly)]
    numbered = [one for address in known for one in _number_first(address, randomly)]
    whole = [_whole(address, _written(address)) for address in known]
    plain = [_whole(address, fold(_written(address))) for address in known]
    slipped = [_whole(address, _with_typo(fold(_written(address)), randomly)) for address in known]
    return [
        _measured(conn, "autocomplete, street first, half typed", complete, typed, None, 10),
        _measured(conn, "autocomplete, number first, half typed", complete, numbered, None, 10),
        _measured(conn, "whole address with marks", search, whole, 0.98, 10),
        _measured(conn, "whole address without marks", search, plain, 0.98, 10),
        _measured(conn, "one typo", search, slipped, 0.98, 40),
    ]


def _addok(
    owner: psycopg.Connection, found: Sequence[Measured], known: Sequence[Address], others: int
) -> tuple[dict[int, tuple[list[float], float]], str]:
    """Times and hits of addok for each kind of question, or why there are none."""
    questions = [(one.text, kind.is_typing) for kind in found for one in kind.asked]
    try:
        told = search_addok.replies(owner, questions * ROUNDS, [address.code for address in known], others)
    except search_addok.Unavailable as error:
        return {}, str(error)
    rounds = [told.times_ms[begin : begin + len(questions)] for begin in range(0, len(told.times_ms), len(questions))]
    replies = iter(zip(map(min, *rounds), told.labels[: len(questions)], strict=True))
    made = {}
    for at, kind in enumerate(found):
        mine = [next(replies) for _ in kind.asked]
        hits = sum(one.fits(labels) for one, (_, labels) in zip(kind.asked, mine, strict=True))
        made[at] = (sorted(took for took, _ in mine), hits / len(mine))
    return (
        made,
        f"addok {search_addok.VERSION} holds {others:,} streets and those asked for; filled in {told.filled_s:.0f} s",
    )


def _rows(one: Measured, peer: tuple[list[float], float] | None, why: str, note: str) -> list[Row]:
    ms = one.times_ms
    p50, p99 = ms[len(ms) // 2], ms[int(len(ms) * 0.99)]
    their_p99 = peer[0][int(len(peer[0]) * 0.99)] if peer else None
    their_p50 = f"addok p50 {peer[0][len(peer[0]) // 2]:.1f}; " if peer else ""
    goal = f"ours >= {one.least_hits}" if one.least_hits else ""
    return [
        Row(
            f"{one.name}: p99", p99, "ms", their_p99, "addok", f"ours <= {one.most_ms:g}",
            f"p50 {p50:.1f} ms, {len(ms)} questions, load {one.load:.0f}; {their_p50}{note}; {why}",
        ),
        *([_worked(one)] if one.worked_ms else []),
        Row(
            f"{one.name}: hit@10", one.hits, "of 1", peer[1] if peer else None, "addok", goal,
            "missed: " + "; ".join(one.missed[:4]) + f"; {why}",
        ),
    ]  # fmt: skip


def _worked(one: Measured) -> Row:
    ms = one.worked_ms
    return Row(
        f"{one.name}: p99 of processor time", ms[int(len(ms) * 0.99)], "ms",
        note=f"p50 {ms[len(ms) // 2]:.1f} ms; our process and that of the database",
    )  # fmt: skip


def _written(address: Address) -> str:
    return f"{address.number} {address.street}, {address.commune}, {address.province}"


def _whole(address: Address, text: str) -> Asked:
    def is_right(found: Found) -> bool:
        return (
            found.kind == "door"
            and found.title == f"{address.number} {address.street}"
            and found.context.startswith(address.commune)
        )

    wanted = (address.number.lower(), address.street, address.commune)
    return Asked(text, is_right, lambda labels: any((a.lower(), b, c) == wanted for a, b, c in labels))


def _half_typed(address: Address, randomly: random.Random) -> list[Asked]:
    """`nguyen luong bang tu mi`: the street, and the commune as far as somebody got."""
    text = fold(f"{address.street}, {address.commune.split(' ', 1)[1]}")
    first = randomly.randint(8, max(9, len(text) - 2))
    street = address.street
    return [
        Asked(text[:end], lambda found: found.title == street, lambda labels: any(b == street for _, b, _ in labels))
        for end in sorted({first, len(text)})
    ]


def _number_first(address: Address, randomly: random.Random) -> list[Asked]:
    text = fold(f"{address.number} {address.street}, {address.commune.split(' ', 1)[1]}")
    end = randomly.randint(6, len(text))
    street = address.street
    return [
        Asked(
            text[:end],
            lambda found: found.title.endswith(street),
            lambda labels: any(b == street for _, b, _ in labels),
        )
    ]


def _with_typo(text: str, randomly: random.Random) -> str:
    """One letter of one word of four or more letters left out, put in, exchanged or swapped; never a digit."""
    words = text.split(" ")
    place = randomly.choice(
        [i for i, word in enumerate(words) if len(word.strip(",")) >= 4 and word.strip(",").isalpha()]
    )
    word, at = words[place], randomly.randrange(1, len(words[place].strip(",")) - 1)
    letter = randomly.choice("abcdeghiklmnopqrstuvxy")
    words[place] = randomly.choice(
        [word[:at] + word[at + 1 :], word[:at] + letter + word[at:], word[:at] + letter + word[at + 1 :],
         word[:at] + word[at + 1] + word[at] + word[at + 2 :]]
    )  # fmt: skip
    return " ".join(words)


Ask = Callable[[Connection, str], Answer]


def _measured(
    conn: Connection, name: str, ask: Ask, asked: Sequence[Asked], least: float | None, most_ms: float
) -> Measured:
    for one in asked[:20]:
        ask(conn, one.text)
    server = Path(f"/proc/{conn.execute(text('SELECT pg_backend_pid()')).scalar_one()}/schedstat")
    times_ms, worked_ms, missed = [math.inf] * len(asked), [], set[str]()
    for _ in range(ROUNDS):
        for place, one in enumerate(asked):
            worked, begun = _worked_ms(server), time.perf_counter()
            answer = ask(conn, one.text)
            times_ms[place] = min(times_ms[place], (time.perf_counter() - begun) * 1000)
            worked_ms.append(_worked_ms(server) - worked)
            if not any(map(one.is_right, answer.results[:10])):
                missed.add(one.text)
    hits = 1 - sum(one.text in missed for one in asked) / len(asked)
    told = sorted(worked_ms) if server.exists() else []
    return Measured(
        name, asked, ask is complete, sorted(times_ms), told, os.getloadavg()[0], hits, sorted(missed), least, most_ms
    )


def _worked_ms(server: Path) -> float:
    """Processor time of this process, and of the database's process for it where that is on this machine."""
    theirs = int(server.read_text().split()[0]) / 1e6 if server.exists() else 0.0
    return time.process_time() * 1000 + theirs


def _false_accepts(conn: Connection, known: Sequence[Address]) -> Row:
    """Numbers that nobody has (every ninth, and beyond the end), asked on streets that exist."""
    wrong = asked = 0
    for place, address in enumerate(known):
        number = (9, 18, 27, 999, 54)[place % 5]
        answer = search(conn, f"{number} {address.street}, {address.commune}, {address.province}")
        asked += 1
        wrong += any(
            found.kind == "door" and found.context.startswith(address.commune) and found.title.endswith(address.street)
            for found in answer.results
        )
    return Row("numbers that nobody has, answered with a door", wrong / asked, "of 1", goal="ours < 0.005")
