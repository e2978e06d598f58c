"""What import-linter cannot say: the rules of the circular use the standard library and nothing else."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
DATABASE = ("sqlalchemy", "geoalchemy2", "psycopg", "geopandas", "pyogrio")
PURE = ("addressing.rules", "addressing.identifiers")


def pure_modules() -> list[Path]:
    package = CHECKOUT / "addressing"
    return [*sorted((package / "rules").rglob("*.py")), *sorted(package.glob("identifiers*.py"))]


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_rules_and_identifiers_import_the_standard_library_only() -> None:
    assert len(pure_modules()) > 1
    foreign = [
        f"{path.relative_to(CHECKOUT)} imports {name}"
        for path in pure_modules()
        for name in imported(path)
        if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith((*PURE, "addressing.errors"))
    ]
    assert foreign == []


def test_coverage_formulas_know_no_database() -> None:
    names = ("antennas", "definitions", "footprints", "pathloss", "sampling")
    present = [path for name in names if (path := CHECKOUT / "layers" / "coverage" / f"{name}.py").exists()]
    assert present
    assert [f"{p.name} imports {n}" for p in present for n in imported(p) if n.split(".")[0] in DATABASE] == []
