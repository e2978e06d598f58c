"""`gis convert` at a terminal, on the demonstration province."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from addressing.search.convert_errors import PositionRefused, UnknownUnit
from gis_service.cli.convert import app
from gis_service.database import Database
from gis_service.settings import Settings
from layers.ingest.errors import WrongColumns


@pytest.fixture
def province(demo_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    for name in ("database_url", "staff_database_url", "public_database_url"):
        monkeypatch.setenv(f"GIS_{name.upper()}", getattr(demo_settings, name).get_secret_value())
    database = Database(demo_settings)
    yield database
    database.dispose()


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.usefixtures("province")
def test_an_address_and_its_reasons_are_told() -> None:
    shown = run("address", "5 Lê Lợi, P. Nguyễn Trãi, TP Hải Dương, Hải Dương", "--on", "2026-11-23")
    assert "5 Lê Lợi, Phường Thành Đông, Thành phố Hải Phòng" in shown
    assert "10573" not in shown.splitlines()[0]
    told = json.loads(run("address", "Xã Hòa Bình, Kim Thành, Hải Dương", "--on", "2026-11-23", "--json"))
    assert (told["status"], told["line"], len(told["choices"])) == ("likely", None, 2)


@pytest.mark.usefixtures("province")
def test_a_unit_is_followed_in_every_form() -> None:
    shown = run("unit", "10933", "--on", "2026-11-23")
    assert "Xã Cẩm Phúc" in shown
    assert "Xã Mao Điền" in shown
    assert "1250/NQ-UBTVQH15" in shown
    assert "ambiguous" in shown
    with pytest.raises(UnknownUnit):
        run("unit", "99999")


@pytest.mark.usefixtures("province")
def test_a_list_becomes_a_workbook(tmp_path: Path) -> None:
    source, out = tmp_path / "ds.csv", tmp_path / "kq.xlsx"
    source.write_text('Nơi ở\n"Phường Tân Bình, TP Hải Dương, Hải Dương"\n', encoding="utf-8")
    with pytest.raises(WrongColumns):
        run("file", str(source), str(out))
    shown = run("file", str(source), str(out), "--on", "2026-11-23", "--column", "Nơi ở")
    assert "1 rows, 1 certain" in shown
    sheet = openpyxl.load_workbook(out)["Kết quả"]
    assert sheet.cell(2, 3).value == "Phường Lê Thanh Nghị, Thành phố Hải Phòng"
    assert json.loads(out.with_suffix(".json").read_text(encoding="utf-8"))["rows"][0]["status"] == "converted"


@pytest.mark.usefixtures("province")
def test_a_list_is_located(tmp_path: Path) -> None:
    source, out = tmp_path / "ds.csv", tmp_path / "vt.xlsx"
    source.write_text("Tên,Địa chỉ\nCông ty nào đó,???\n", encoding="utf-8")
    shown = run("locate", str(source), str(out))
    assert "1 rows" in shown
    assert "not_found: 1" in shown
    assert "none: 1" in shown
    assert openpyxl.load_workbook(out)["Kết quả"].cell(2, 3).value == "không tìm thấy"


def test_a_point_is_told_with_distances(province: Database) -> None:
    with province.owner.connect() as conn:
        row = conn.execute(
            text(
                "SELECT ST_X(geom) AS x, ST_Y(geom) AS y, existing_number FROM gis.entrances"
                " WHERE existing_number IS NOT NULL ORDER BY id LIMIT 1"
            )
        ).one()
    shown = run("point", str(row.x), str(row.y), "--crs", "9210")
    assert shown.startswith(f"house: {row.existing_number} ")
    assert "0.0 m (found)" in shown
    with pytest.raises(PositionRefused):
        run("point", "500", "20")
