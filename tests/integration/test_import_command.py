"""`gis import` from a terminal."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from sqlalchemy import text
from typer.testing import CliRunner

from gis_service.cli import imports
from gis_service.database import Database
from gis_service.settings import Settings
from layers.errors import UnknownCrs
from tests.integration.import_files import X, Y

app = typer.Typer()
app.command("import")(imports.command)


@pytest.fixture
def database(new_database: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    settings = new_database()
    for name in ("database_url", "staff_database_url", "public_database_url"):
        secret = getattr(settings, name)
        monkeypatch.setenv(f"GIS_{name.upper()}", secret.get_secret_value())
    monkeypatch.setenv("COLUMNS", "200")
    pools = Database(settings)
    yield pools
    pools.dispose()


def _count(database: Database, query: str) -> Any:
    with database.owner.connect() as conn:
        return conn.execute(text(query)).scalar_one()


def test_import_dry_import_again_and_refusals(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "tram.csv"
    file.write_text(f"nha mang,ma,x,y\nViettel,T1,{X},{Y}\nViettel,T2,{X},{Y}\nViettel,T3,1,1\n", encoding="utf-8")
    asked = ["sites", str(file), "--crs", "9210", "--source", "Viettel"]
    trial = CliRunner().invoke(app, [*asked, "--dry-run"])
    assert trial.exit_code == 2
    assert "dry run" in trial.output
    assert _count(database, "SELECT count(*) FROM gis.sites") == 0
    real = CliRunner().invoke(app, [*asked, "--report", str(tmp_path / "report.json")])
    assert real.exit_code == 2, real.output
    assert "outside_envelope" in real.output
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert (report["added"], report["rejected"], report["mapping"]) == (2, 1, {"nha mang": "operator", "ma": "code"})
    assert report["requested_by"].startswith("cli:")
    file.write_text(f"nha mang,ma,x,y\nViettel,T1,{X},{Y}\nViettel,T2,{X},{Y}\n", encoding="utf-8")
    again = CliRunner().invoke(app, asked)
    assert again.exit_code == 0, again.output
    assert _count(database, "SELECT max(version) FROM gis.sites") == 1
    assert _count(database, "SELECT count(*) FROM gis.audit_log WHERE operation = 'imports.run'") == 3
    assert _count(database, "SELECT count(*) FROM gis.import_reports WHERE dry_run") == 1


def test_pieces_of_a_street_are_merged_unless_asked_to_keep_them(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "duong.csv"
    lines = [f'Phố Ghép,"LINESTRING({X + 50 * n} {Y}, {X + 50 * n + 40} {Y})"' for n in range(3)]
    file.write_text("ten,wkt\n" + "\n".join(lines) + "\n", encoding="utf-8")
    asked = ["streets", str(file), "--crs", "9210"]
    kept = CliRunner().invoke(app, [*asked, "--keep-pieces", "--dry-run", "--report", str(tmp_path / "kept.json")])
    assert kept.exit_code == 0, kept.output
    assert json.loads((tmp_path / "kept.json").read_text(encoding="utf-8"))["added"] == 3
    merged = CliRunner().invoke(app, asked)
    assert merged.exit_code == 0, merged.output
    assert "3 rows that are pieces of a street were merged; streets made of them: 1." in merged.output
    assert _count(database, "SELECT ST_NumGeometries(geom) FROM gis.streets") == 3


def test_a_file_without_crs_stores_nothing_not_even_an_audit_row(database: Database, tmp_path: Path) -> None:
    (tmp_path / "tram.csv").write_text("operator,code,x,y\nViettel,T1,1,1\n")
    result = CliRunner().invoke(app, ["sites", str(tmp_path / "tram.csv")])
    assert isinstance(result.exception, UnknownCrs)
    assert _count(database, "SELECT count(*) FROM gis.import_reports") == 0
    assert _count(database, "SELECT count(*) FROM gis.audit_log") == 0
