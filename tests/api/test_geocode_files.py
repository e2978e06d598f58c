"""Lists of enterprises as files: located, and matched with the register, on the demonstration province."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from gis_service import worker
from gis_service.database import Database
from gis_service.settings import Settings
from tests.conftest import ClientAs


@pytest.fixture(scope="module")
def facts(demo_database: Settings) -> Any:
    """Two enterprises on file and a numbered door whose street has its name alone."""
    pools = Database(demo_database)
    with pools.owner.begin() as conn:
        conn.execute(text("UPDATE gis.enterprises SET tax_code = '0801040780' WHERE id ="
                          " (SELECT min(id) FROM gis.enterprises WHERE published)"))  # fmt: skip
        conn.execute(text("UPDATE gis.enterprises SET name = 'Công ty TNHH Trùng Tên', tax_code = NULL WHERE id IN"
                          " (SELECT id FROM gis.enterprises ORDER BY id DESC LIMIT 2)"))  # fmt: skip
        enterprises = conn.execute(
            text("SELECT code, tax_code, name FROM gis.enterprises WHERE tax_code ~ '^[0-9]{10}$' AND published"
                 " ORDER BY id LIMIT 2")
        ).all()  # fmt: skip
        door = conn.execute(
            text(
                "SELECT e.existing_number AS number, s.name, u.full_name AS commune, ST_X(e.geom) AS x,"
                " ST_Y(e.geom) AS y"
                " FROM gis.entrances e JOIN gis.streets s ON s.id = e.street_id"
                " JOIN gis.administrative_units u ON u.level = 'commune' AND u.code = s.commune_code"
                " WHERE u.valid_to IS NULL AND e.existing_number ~ '^[0-9]+$'"
                " AND (SELECT count(*) FROM gis.streets o WHERE o.name = s.name) = 1"
                " ORDER BY e.id LIMIT 1"
            )
        ).one()
    pools.dispose()
    return enterprises, door


def rows_of(content: bytes) -> list[dict[str, Any]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Kết quả"]
    head, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.fixture
def locate(client_as: ClientAs, demo_database: Settings) -> Callable[..., tuple[Any, list[dict[str, Any]]]]:
    def run(rows: list[list[str]]) -> tuple[Any, list[dict[str, Any]]]:
        analyst: TestClient = client_as("analyst")
        out = io.StringIO()
        csv.writer(out).writerows(rows)
        queued = analyst.post("/geocode/files", files={"file": ("dn.csv", out.getvalue().encode())})
        assert queued.status_code == 202, queued.text
        pools = Database(demo_database)
        asyncio.run(worker.work(pools, until_idle=True))
        pools.dispose()
        job = analyst.get(queued.json()["status"]).json()
        assert job["state"] == "succeeded", job
        return job["report"], rows_of(analyst.get(queued.json()["workbook"]).content)

    return run


def test_addresses_are_located_with_the_precision_said(facts: Any, locate: Any) -> None:
    _, door = facts
    report, rows = locate(
        [
            ["Địa chỉ"],
            [f"Số {door.number} {door.name}, {door.commune}, Thành phố Hải Phòng"],
            [f"Số 99999 {door.name}, {door.commune}, Thành phố Hải Phòng"],
            [f"{door.name}, {door.commune}, Thành phố Hải Phòng"],
            ["đường Không Có Thật 123, xã Nào Đó"],
            ["???"],
        ]
    )
    assert report["rows"] == 5
    found = rows[0]
    assert (found["Kết quả"], found["Mức chính xác"]) == ("đã định vị", "entrance")
    assert found["Y đông (m)"] == pytest.approx(door.x, abs=0.01)
    assert found["X bắc (m)"] == pytest.approx(door.y, abs=0.01)
    assert rows[1]["Kết quả"] == "không có số nhà này"
    assert rows[1]["Mức chính xác"] != "entrance"
    assert rows[2]["Kết quả"] == "vị trí gần đúng"
    assert rows[4]["Kết quả"] == "không tìm thấy"
    assert rows[4]["Kinh độ"] is None
    assert report["by_precision"]["entrance"] == 1


def test_enterprises_are_matched_by_code_then_by_name_and_never_by_guess(facts: Any, locate: Any) -> None:
    (one, other), door = facts
    at = f"{door.number} {door.name}, {door.commune}, Hải Phòng"
    report, rows = locate(
        [
            ["MST", "Tên doanh nghiệp", "Địa chỉ"],
            [one.tax_code.lstrip("0"), one.name.upper(), at],
            [other.tax_code, "Một tên khác hẳn", at],
            ["", one.name, at],
            ["", "Cty CP Trùng Tên", at],
            ["0100109106", one.name, at],
            ["0100109106", "Công ty chưa ai biết", at],
            ["", "", at],
        ]
    )
    assert [row["Doanh nghiệp"] for row in rows] == [
        "khớp mã số thuế", "khớp mã số thuế, khác tên", "khớp tên", "nhiều doanh nghiệp cùng tên",
        "cùng tên, khác mã số thuế", "không có trong hệ thống", "không có mã số thuế và tên",
    ]  # fmt: skip
    assert rows[0]["Mã trong hệ thống"] == one.code
    assert rows[3]["Mã trong hệ thống"] is None
    assert rows[0]["MST"] == one.tax_code.lstrip("0")  # the list itself is not touched
    assert rows[0]["Cách vị trí trong hệ thống (m)"] >= 0
    assert report["enterprises"]["tax_code"] == 1


def test_a_split_commune_is_settled_by_the_door_in_the_register(
    client: TestClient, facts: Any, demo_database: Settings
) -> None:
    """A door on the ground in today's P. Việt Hòa, in the part that was P. Tứ Minh."""
    pools = Database(demo_database)
    with pools.owner.begin() as conn:
        conn.execute(
            text(
                "WITH inside AS (SELECT ST_PointOnSurface(geom) AS p FROM gis.administrative_units WHERE code = '10543'"
                " AND valid_to IS NULL), street AS (INSERT INTO gis.streets (code, name, kind, commune_code, source,"
                " source_srid, geom) SELECT 'T-THU', 'Đường Thử Nghiệm Riêng', 'road', '10543', 'test', 9210,"
                " ST_Multi(ST_MakeLine(p, ST_Translate(p, 100, 0))) FROM inside RETURNING id)"
                " INSERT INTO gis.entrances (code, street_id, existing_number, source, source_srid, geom)"
                " SELECT 'T-CUA', street.id, '7', 'test', 9210, ST_Translate(p, 10, 5) FROM inside, street"
            )
        )
    pools.dispose()
    asked = "7 đường Thử Nghiệm Riêng, P. Tứ Minh, TP Hải Dương, tỉnh Hải Dương"
    told = client.get("/convert", params={"address": asked, "on": "2026-11-23"}).json()
    assert told["line"] == "7 đường Thử Nghiệm Riêng, Phường Việt Hòa, Thành phố Hải Phòng"
    assert told["choices"][0]["unit"]["decided_by"] == "position"
    without = client.get("/convert", params={"address": asked.replace("7 ", "9 ", 1), "on": "2026-11-23"}).json()
    assert (without["status"], without["line"]) == ("ambiguous", None)
