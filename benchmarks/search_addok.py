"""addok, the address search of the French administration, as a peer: its own Redis, its own environment.

It gets the very same streets and numbers, with communes and provinces as its `city` and `context`, and the very
same questions, from one process. Its plug-ins are those it comes with; its settings those of its documentation.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import Connection

from gis_service.settings import CHECKOUT

VERSION = "1.3.2"
FOLDER = CHECKOUT / "var" / "bench" / "addok"
PORT = 6399

_ASK = """
import json, sys, time
from addok.config import config
config.load()
from addok.core import search
for line in sys.stdin:
    question = json.loads(line)
    begun = time.perf_counter()
    found = search(question["q"], limit=10, autocomplete=question["autocomplete"])
    took = (time.perf_counter() - begun) * 1000
    print(json.dumps({"ms": took, "labels": [[r.housenumber or "", r.name, r.city] for r in found]}), flush=True)
"""
_CONFIG = "REDIS = {{'host': '127.0.0.1', 'port': {port}}}\nLOG_DIR = '{folder}'\n"

_DOCUMENTS = """
SELECT json_build_object('id', s.code, 'type', 'street', 'name', s.name, 'city', c.full_name,
    'context', p.full_name, 'importance', 0.1, 'lat', 20.9, 'lon', 106.3,
    'housenumbers', (SELECT json_object_agg(n.shown, json_build_object('lat', 20.9, 'lon', 106.3))
                     FROM gis.search_numbers n WHERE n.street_id = s.id))
FROM gis.streets s
JOIN gis.administrative_units c ON c.level = 'commune' AND c.code = s.commune_code
JOIN gis.administrative_units p ON p.level = 'province' AND p.code = c.parent_code
WHERE s.code = ANY(%(streets)s) OR s.id IN (SELECT id FROM gis.streets ORDER BY code LIMIT %(others)s)
"""


class Unavailable(Exception):
    """The peer cannot be had on this machine; the text says why."""


@dataclass(frozen=True, slots=True)
class Replies:
    """What it answered to the questions, in their order."""

    times_ms: list[float]
    labels: list[list[tuple[str, str, str]]]
    # number, street, commune of the first ten
    filled_s: float


def replies(conn: Connection, questions: Sequence[tuple[str, bool]], streets: Sequence[str], others: int) -> Replies:
    """Fill addok with the streets of these codes and some others, and ask: (text, whether somebody is still typing).

    Filling takes it about 20 ms a street, so it gets fewer streets than we have: an advantage, and said so.

    Raises `Unavailable` without Redis or without the package.
    """
    _install()
    with _redis():
        begun = time.perf_counter()
        _fill(conn, streets, others)
        filled_s = time.perf_counter() - begun
        found = [json.loads(line) for line in _run(questions).splitlines() if line.startswith("{")]
    return Replies([one["ms"] for one in found], [[(a, b, c) for a, b, c in one["labels"]] for one in found], filled_s)


def _install() -> None:
    if shutil.which("redis-server") is None:
        raise Unavailable("redis-server is missing: apt-get install redis-server")
    if not (FOLDER / "bin" / "addok").exists():
        subprocess.run([sys.executable, "-m", "venv", str(FOLDER)], check=True)
        pip = [str(FOLDER / "bin" / "pip"), "install", "--quiet", "--only-binary", ":none:", f"addok=={VERSION}"]
        if subprocess.run(pip, check=False).returncode:
            raise Unavailable(f"addok {VERSION} could not be installed")
    (FOLDER / "addok.conf").write_text(_CONFIG.format(folder=FOLDER, port=PORT), encoding="utf-8")


@contextlib.contextmanager
def _redis() -> Iterator[None]:
    server = subprocess.Popen(
        ["redis-server", "--port", str(PORT), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
        stdout=subprocess.DEVNULL, cwd=FOLDER,
    )  # fmt: skip
    try:
        time.sleep(1)
        yield
    finally:
        server.terminate()
        server.wait()


def _fill(conn: Connection, streets: Sequence[str], others: int) -> None:
    file = FOLDER / "streets.ndjson"
    with file.open("w", encoding="utf-8") as out, conn.cursor(name="streets") as cursor:
        cursor.execute(_DOCUMENTS.encode(), {"streets": list(streets), "others": others})
        for (document,) in cursor:
            out.write(json.dumps(_plain(document), ensure_ascii=False) + "\n")
    for command in (["reset"], ["batch", str(file)], ["ngrams"]):
        _addok(*command)


def _plain(document: dict[str, Any]) -> dict[str, Any]:
    """Without house numbers where a street has none: addok expects an object."""
    return document | {"housenumbers": document["housenumbers"] or {}}


def _addok(*arguments: str) -> None:
    done = subprocess.run(
        [str(FOLDER / "bin" / "addok"), "--config", str(FOLDER / "addok.conf"), *arguments],
        input="y\n", text=True, capture_output=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise Unavailable(f"addok {arguments[0]} failed: {done.stderr[-200:]}")


def _run(questions: Sequence[tuple[str, bool]]) -> str:
    asked = "".join(json.dumps({"q": text, "autocomplete": typing}) + "\n" for text, typing in questions)
    done = subprocess.run(
        [str(FOLDER / "bin" / "python"), "-c", _ASK], input=asked, text=True, capture_output=True, check=False,
        env={"ADDOK_CONFIG_MODULE": str(FOLDER / "addok.conf"), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    if done.returncode:
        raise Unavailable(f"addok failed: {done.stderr[-300:]}")
    return done.stdout
