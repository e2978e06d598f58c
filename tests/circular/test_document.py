"""docs/circular.md says what the code does: every clause, its standing, its function and its cases."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import yaml

from addressing.rules.clauses import CLAUSES
from addressing.rules.fixed_clauses import WITHOUT_POLICY
from addressing.rules.policy import Policy
from addressing.rules.policy_clauses import CLAUSE_OF

FOLDER = Path(__file__).parent
DOCUMENT = (FOLDER.parents[1] / "docs" / "circular.md").read_text(encoding="utf-8")


def rows(heading: str) -> dict[str, list[str]]:
    """The table under a heading: first cell -> the other cells."""
    section = DOCUMENT.split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| `")]
    return {cells[0].strip("`"): cells[1:] for cells in lines}


def cases_by_clause() -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for file in FOLDER.glob("*.yaml"):
        for case in yaml.safe_load(file.read_text(encoding="utf-8")):
            for clause in case["clauses"]:
                found[clause].add(file.stem)
    return found


def test_every_clause_is_documented_as_it_is() -> None:
    documented, cases = rows("Clauses"), cases_by_clause()
    assert documented.keys() == CLAUSES.keys()
    for name, (article, standing, text, where, tests) in documented.items():
        clause = CLAUSES[name]
        assert (article, standing, text) == (clause.article, clause.standing, clause.text)
        assert where == (f"`{clause.decided_in}`" if clause.decided_in else "not implemented")
        assert set(tests.split(", ")) == (cases[name] or {"–"})


def test_every_policy_value_is_documented_with_its_default() -> None:
    documented = rows("Policy values")
    assert documented.keys() == CLAUSE_OF.keys()
    for name, (default, _, clause) in documented.items():
        value = getattr(Policy(), name)
        assert default == f"`{str(value).lower() if isinstance(value, bool) else value}`"
        assert clause == f"`{CLAUSE_OF[name]}`"


def test_what_nobody_can_set_is_documented_with_its_reason() -> None:
    documented = rows("Clauses without a policy value")
    assert {name: cells[0] for name, cells in documented.items()} == WITHOUT_POLICY


def test_both_languages_are_there_for_every_clause() -> None:
    for clause in CLAUSES.values():
        assert clause.text
        assert re.search(r"[ăâđêôơưàáảãạèéẻẽẹìíỉĩịòóỏõọùúủũụỳýỷỹỵ]", clause.text_vi), clause.id
        assert clause.source
