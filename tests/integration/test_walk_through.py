"""The walk-through, command by command, as a newcomer would type it, on a cluster of its own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gis_service import cluster
from gis_service.settings import CHECKOUT

GUIDE = (CHECKOUT / "docs" / "howto" / "walk-through.md").read_text(encoding="utf-8")
GIS = CHECKOUT / ".venv" / "bin" / "gis"


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="gis-walk-", dir="/tmp"))  # short: sockets live below it
    folder.chmod(0o755)
    yield folder
    cluster.reset(folder)
    shutil.rmtree(folder, ignore_errors=True)


def commands() -> list[str]:
    blocks = re.findall(r"^```sh\n(.*?)^```", GUIDE, re.M | re.S)
    return [line for block in blocks for line in block.splitlines()]


def run(command: str, home: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIS_")}
    done = subprocess.run(
        command.replace(".venv/bin/gis", str(GIS)), shell=True, cwd=home, text=True, capture_output=True,
        env={**environment, "GIS_HOME": str(home), "COLUMNS": "200"}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.mark.slow
def test_every_command_of_the_walk_through_works(home: Path) -> None:
    run(".venv/bin/gis db migrate", home)
    run(".venv/bin/gis demo load", home)
    told = {command: run(command, home) for command in commands()}
    imports = [output for command, output in told.items() if " import " in command]
    assert "│ 0        │" in imports[0], "the dry run refuses nothing"
    again = run(next(command for command in told if " import " in command and "--dry" not in command), home)
    assert re.search(r"│ 0 +│ 0 +│ [1-9]\d* +│ 0 +│", again), "the same file again changes nothing"
    numbers = next(output for command, output in told.items() if command.endswith("number DEMO-DP-0005"))
    assert "in_force" in numbers
    assert "345/QĐ-UBND" in numbers
    ratios = next(output for command, output in told.items() if "coverage zones" in command)
    assert "KCN Đại An" in ratios
    assert "area_ratio/declared" in ratios
    page = (home / "coverage.html").read_text(encoding="utf-8")
    assert not re.search(r'<(?:script|link|img)\b[^>]*(?:src|href)="(?:https?:)?//', page)
