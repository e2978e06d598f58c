"""The how-to for analysts runs from top to bottom, and the notebook says the same.

nbclient is not among the dependencies; the code cells run in one namespace, as a kernel would run them.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import geopandas
import pytest

from gis_service.settings import CHECKOUT, Settings

GUIDE = CHECKOUT / "docs" / "howto" / "coverage-analysis.md"
NOTEBOOK = GUIDE.with_suffix(".ipynb")


def blocks() -> list[str]:
    return re.findall(r"^```python\n(.*?)^```\n", GUIDE.read_text(encoding="utf-8"), re.M | re.S)


def test_the_notebook_holds_the_same_code_and_no_output() -> None:
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert ["".join(cell["source"]) + "\n" for cell in code] == blocks()
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)


def test_every_block_runs(
    demo_settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("database_url", "staff_database_url", "public_database_url"):
        value = getattr(demo_settings, name)
        assert value is not None
        monkeypatch.setenv(f"GIS_{name.upper()}", value.get_secret_value())
    monkeypatch.chdir(tmp_path)  # what the blocks write lands there
    namespace: dict[str, object] = {"__name__": "__main__"}
    for number, block in enumerate(blocks(), 1):
        exec(compile(block, f"{GUIDE.name}, block {number}", "exec"), namespace)
    said = capsys.readouterr().out
    assert "area_ratio/declared@1" in said
    assert "->" in said
    assert "upgrades" in said
    frame = geopandas.read_parquet(tmp_path / "coverage-5g.parquet")
    assert frame.crs.to_epsg() == 9210
    assert "Hoàng Sa" in (tmp_path / "coverage-5g.html").read_text(encoding="utf-8")
