"""Run one benchmark, print its table, keep its rows: the door behind script/bench.

A benchmark is a module benchmarks/NAME.py whose docstring's first line says what it measures, with

    def run(quick: bool) -> list[Row]: ...

It measures ours and a named peer in the same run. A peer that cannot be had on this machine is a Row
with `peer=None` and a note saying why: never a number from elsewhere.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import json
import operator
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

FOLDER = Path(__file__).resolve().parent

_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
_GOAL = re.compile(r"(ratio|ours)\s*(<=|>=|<|>)\s*(-?\d+(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class Row:
    """One measured promise; `ratio` and `holds` are worked out here, not by the benchmark."""

    name: str
    ours: float
    unit: str
    # Of `ours` and `peer`: "ms", "tiles/s", "MB" ...
    peer: float | None = None
    # None: there was nothing to compare with; `note` says why.
    peer_name: str = ""
    goal: str = ""
    # "ratio <= 1.2", "ours >= 500", or empty where nothing is promised.
    note: str = ""
    ratio: float | None = field(init=False)
    # ours / peer; None without a peer.
    holds: bool | None = field(init=False)
    # Whether the goal is met; None without a goal, or without the peer that it speaks of.

    def __post_init__(self) -> None:
        if self.peer is None and self.peer_name and not self.note:
            raise ValueError(f"{self.name}: {self.peer_name} was not measured; the note must say why")
        ratio = self.ours / self.peer if self.peer else None
        object.__setattr__(self, "ratio", ratio)
        object.__setattr__(self, "holds", _is_met(self.goal, self.ours, ratio))


def _is_met(goal: str, ours: float, ratio: float | None) -> bool | None:
    if not goal:
        return None
    parts = _GOAL.fullmatch(goal)
    if parts is None:
        raise ValueError(f"a goal reads like 'ratio <= 1.2' or 'ours >= 500', not {goal!r}")
    value = ours if parts[1] == "ours" else ratio
    return None if value is None else _COMPARISONS[parts[2]](value, float(parts[3]))


def find_benchmarks(folder: Path = FOLDER) -> dict[str, str]:
    """Name of each benchmark and the first line of its docstring, sorted by name; nothing is imported."""
    found = {}
    for path in sorted(folder.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if any(isinstance(node, ast.FunctionDef) and node.name == "run" for node in tree.body):
            found[path.stem] = (ast.get_docstring(tree) or "").partition("\n")[0]
    return found


def as_table(title: str, rows: Sequence[Row]) -> Table:
    """The rows for a terminal."""
    table = Table(title=title, title_justify="left")
    for heading in ("what", "ours", "peer", "unit", "ratio", "goal", "holds", "peer is", "note"):
        table.add_column(heading, justify="right" if heading in ("ours", "peer", "ratio") else "left", overflow="fold")
    for row in rows:
        holds = {True: "yes", False: "NO", None: "-"}[row.holds]
        table.add_row(
            row.name, _short(row.ours), _short(row.peer), row.unit, _short(row.ratio), row.goal or "-", holds,
            row.peer_name or "-", row.note,
        )  # fmt: skip
    return table


def _short(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line of script/bench. A goal that does not hold is a result, not a failure: exit 0."""
    parser = argparse.ArgumentParser(prog="script/bench", description="Measure a promise against a named peer.")
    parser.add_argument("name", nargs="?", help="which benchmark; see --list")
    parser.add_argument("--list", action="store_true", help="say which benchmarks there are")
    parser.add_argument("--quick", action="store_true", help="less data, less repetition: does it run at all")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the rows there")
    options = parser.parse_args(arguments)
    console = Console(width=None if sys.stdout.isatty() else 160, highlight=False, markup=False)

    benchmarks = find_benchmarks()
    if options.list:
        width = max(map(len, benchmarks), default=0) + 2
        for name, summary in benchmarks.items():
            console.print(f"{name:<{width}}{summary}")
        return
    if options.name not in benchmarks:
        parser.error(f"no benchmark {options.name!r}; there are: {', '.join(benchmarks) or 'none'}")
    rows: list[Row] = importlib.import_module(f"benchmarks.{options.name}").run(options.quick)
    console.print(as_table(benchmarks[options.name], rows))
    if options.json:
        text = json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=2, allow_nan=False)
        options.json.write_text(text + "\n", encoding="utf-8")
