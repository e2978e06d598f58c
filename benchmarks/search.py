"""The search box on a million addresses: time while typing, whole questions, one typo; right answers; wrong numbers.

65,000 streets on the real names of 3,321 communes and 1,000,000 numbered doors, in our own PostgreSQL, asked
through the public role by one client. hit@10 is the share of questions whose door (its street, for half-typed
ones) is among the first ten; a false accept is a door given for a number that nobody has.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import psycopg
from sqlalchemy import Connection

from addressing.search.answers import Answer, Found
from addressing.search.lookup import complete, search
from addressing.search.normalise import fold
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


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and how to tell that its answer is right."""

    text: str
    is_right: Callable[[Found], bool]


def run(quick: bool) -> list[Row]:
    """Rows for autocomplete, whole questions, one typo and numbers that do not exist."""
    streets, doors, count = (6_500, 17, 100) if quick else (65_000, 18, 500)
    settings = Settings(**OWN_DATABASE)
    addresses = find_addresses(settings)
    create_database(addresses.owner, "bench_search")
    database = Database(settings, addresses)
    with database.owner.begin() as conn:
        migrate(conn, settings)
    with psycopg.connect(addresses.owner, autocommit=True, options="-c search_path=gis,public") as owner:
        begun = time.perf_counter()
        if owner.execute("SELECT count(*) FROM gis.streets").fetchone() != (streets,):
            with owner.transaction():
                fill(owner, streets, doors)
        filled_s = time.perf_counter() - begun
        owner.execute("VACUUM ANALYZE gis.search_keys, gis.search_numbers")
        known = sample(owner, count, SEED)
        (numbers,) = owner.execute("SELECT count(*) FROM gis.search_numbers").fetchone() or (0,)
    with database.public.connect() as conn:
        rows = _rows(conn, known, f"{numbers:,} doors on {streets:,} streets; filled and indexed in {filled_s:.0f} s")
    database.dispose()
    return rows


def _rows(conn: Connection, known: Sequence[Address], note: str) -> list[Row]:
    randomly = random.Random(SEED)
    typed = [one for address in known for one in _half_typed(address, randomly)]
    rows = _measured(conn, "autocomplete, street first, half typed", complete, typed, None, 10, note)
    rows += _measured(conn, "autocomplete, number first, half typed", complete,
                      [one for address in known for one in _number_first(address, randomly)], None, 10, "")  # fmt: skip
    rows += _measured(conn, "whole address with marks", search, [_whole(a, _written(a)) for a in known], 0.98, 10, "")
    rows += _measured(conn, "whole address without marks", search,
                      [_whole(a, fold(_written(a))) for a in known], 0.98, 10, "")  # fmt: skip
    rows += _measured(conn, "one typo", search,
                      [_whole(a, _with_typo(fold(_written(a)), randomly)) for a in known], 0.95, 40, "")  # fmt: skip
    return [*rows, _false_accepts(conn, known)]


def _written(address: Address) -> str:
    return f"{address.number} {address.street}, {address.commune}, {address.province}"


def _whole(address: Address, text: str) -> Asked:
    def is_right(found: Found) -> bool:
        return (
            found.kind == "door"
            and found.title == f"{address.number} {address.street}"
            and found.context.startswith(address.commune)
        )

    return Asked(text, is_right)


def _half_typed(address: Address, randomly: random.Random) -> list[Asked]:
    """`nguyen luong bang tu mi`: the street, and the commune as far as somebody got."""
    text = fold(f"{address.street}, {address.commune.split(' ', 1)[1]}")
    first = randomly.randint(8, max(9, len(text) - 2))
    street = address.street
    return [Asked(text[:end], lambda found: found.title == street) for end in {first, len(text)}]


def _number_first(address: Address, randomly: random.Random) -> list[Asked]:
    text = fold(f"{address.number} {address.street}, {address.commune.split(' ', 1)[1]}")
    end = randomly.randint(6, len(text))
    street = address.street
    return [Asked(text[:end], lambda found: found.title.endswith(street))]


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
    conn: Connection, name: str, ask: Ask, asked: Sequence[Asked], least: float | None, most_ms: float, note: str
) -> list[Row]:
    for one in asked[:20]:
        ask(conn, one.text)
    times_ms, hits, missed = [], 0, []
    for one in asked:
        begun = time.perf_counter()
        answer = ask(conn, one.text)
        times_ms.append((time.perf_counter() - begun) * 1000)
        hit = any(map(one.is_right, answer.results[:10]))
        hits += hit
        if not hit:
            missed.append(one.text)
    times_ms.sort()
    p50, p99 = times_ms[len(times_ms) // 2], times_ms[int(len(times_ms) * 0.99)]
    goal = f"ours >= {least}" if least else ""
    return [
        Row(
            f"{name}: p99", p99, "ms", goal=f"ours <= {most_ms:g}",
            note=f"p50 {p50:.1f} ms, {len(asked)} questions; {note}",
        ),
        Row(f"{name}: hit@10", hits / len(asked), "of 1", goal=goal, note="missed: " + "; ".join(missed[:4])),
    ]  # fmt: skip


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
