"""Lists of addresses as files: sent, converted by a worker, taken away; hostile ones refused."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from fastapi.testclient import TestClient

from gis_service import worker
from gis_service.database import Database
from gis_service.settings import Settings
from tests.conftest import ClientAs

CSV = """STT,Tên doanh nghiệp,Địa chỉ,Ghi chú
1,Công ty A,"45 phố Bình Lộc, P. Tân Bình, TP Hải Dương, Hải Dương",=1+1
2,Công ty B,"12 Trần Phú, P. Tứ Minh, TP Hải Dương, Hải Dương",
3,Công ty C,"Xã Hòa Bình, huyện Kim Thành, Hải Dương",x
4,Công ty D,"Phường Tứ Minh, TP Hải Phòng",x
5,Công ty E,"=HYPERLINK(""http://x"")",x
"""


@pytest.fixture
def work(demo_database: Settings) -> Callable[[], None]:
    def run() -> None:
        pools = Database(demo_database)
        asyncio.run(worker.work(pools, until_idle=True))
        pools.dispose()

    return run


@pytest.fixture
def analyst(client_as: ClientAs) -> TestClient:
    return client_as("analyst", login="phan-tich")


def send(client: TestClient, content: bytes, name: str = "danh-sach.csv", **fields: str) -> Any:
    return client.post("/convert/files", files={"file": (name, content)}, data={"on": "2026-11-23", **fields})


def done(client: TestClient, work: Callable[[], None], content: bytes, name: str = "danh-sach.csv") -> tuple[Any, Any]:
    queued = send(client, content, name)
    assert queued.status_code == 202, queued.text
    work()
    job = client.get(queued.json()["status"]).json()
    return queued.json(), job


def test_a_list_is_converted_and_its_rows_are_told_apart(analyst: TestClient, work: Callable[[], None]) -> None:
    queued, job = done(analyst, work, CSV.encode())
    assert job["state"] == "succeeded", job
    report = job["report"]
    assert (report["rows"], report["certain"]) == (5, 2)
    assert report["by_status"] == {"converted": 1, "ambiguous": 1, "likely": 1, "current": 1, "not_found": 1}
    assert report["columns"] == {"address": "Địa chỉ", "name": "Tên doanh nghiệp"}
    assert [one["row"] for one in report["examples"]] == [2, 3, 5]

    told = analyst.get(queued["workbook"])
    assert told.status_code == 200
    assert "danh-sach" in told.headers["content-disposition"]
    sheet = openpyxl.load_workbook(io.BytesIO(told.content))["Kết quả"]
    rows = list(sheet.iter_rows())
    assert [cell.value for cell in rows[0]][:4] == ["STT", "Tên doanh nghiệp", "Địa chỉ", "Ghi chú"]
    assert rows[1][5].value == "45 phố Bình Lộc, Phường Lê Thanh Nghị, Thành phố Hải Phòng"
    assert rows[2][5].value is None
    assert "Phường Việt Hòa" in rows[2][7].value
    # What would be run as a formula is text, in our columns and in those of the list.
    assert rows[1][3].value == "=1+1"
    assert all(cell.data_type != "f" for row in rows for cell in row)
    assert analyst.get(queued["workbook"].replace(".xlsx", ".json")).json()["summary"]["Số dòng / Rows"] == 5


def test_a_workbook_with_columns_for_the_units_needs_no_address_column(
    analyst: TestClient, work: Callable[[], None]
) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Mã", "Xã, phường", "Huyện", "Tỉnh", "x", "y"])
    book.active.append(["007", "Phường Nguyễn Trãi", "TP Hải Dương", "Hải Dương", 1.5, 2.5])
    out = io.BytesIO()
    book.save(out)
    queued, job = done(analyst, work, out.getvalue(), "ds.xlsx")
    assert job["report"]["by_status"] == {"converted": 1}
    rows = list(openpyxl.load_workbook(io.BytesIO(analyst.get(queued["workbook"]).content))["Kết quả"].values)
    assert rows[1][:7] == (
        "007", "Phường Nguyễn Trãi", "TP Hải Dương", "Hải Dương", 1.5, 2.5, "đã chuyển đổi"
    )  # fmt: skip
    assert rows[1][7] == "Phường Thành Đông, Thành phố Hải Phòng"


def test_a_list_from_a_spreadsheet_program_is_read(analyst: TestClient, work: Callable[[], None]) -> None:
    text = (
        "dia_chi;so\r\nPhường Nguyễn Trãi, thành phố Hải Dương, tỉnh Hải Dương;1\r\n"
        "Xã Cẩm Phúc, huyện Cẩm Giàng, Hải Dương;2\r\n"
    )
    _, job = done(analyst, work, text.encode("utf-8-sig"), "ds.csv")
    assert job["report"]["by_status"] == {"converted": 1, "ambiguous": 1}


def test_only_staff_send_lists_and_results_are_for_who_sent_them(
    client: TestClient, analyst: TestClient, client_as: ClientAs, work: Callable[[], None]
) -> None:
    assert send(client, CSV.encode()).status_code == 401
    assert send(client_as("investor"), CSV.encode()).status_code == 403
    queued, _ = done(analyst, work, CSV.encode())
    assert client_as("planner", login="nguoi-khac").get(queued["workbook"]).status_code == 404
    assert client_as("administrator").get(queued["workbook"]).status_code == 200
    assert client.get(queued["workbook"]).status_code == 401


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 200_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("ds.csv", b"a,b\n1,2\n", "wrong_columns"),
        ("ds.csv", b"dia_chi\n", "empty_file"),
        ("ds.xlsx", b"PK\x03\x04 not a workbook", "broken_file"),
        ("ds.xlsx", b"dia_chi\nx\n", "unknown_format"),
        ("ds.gpkg", b"SQLite format 3\x00" + b"\x00" * 100, "unknown_format"),
        ("ds.csv", b'dia_chi\n"open', "broken_file"),
    ],
)
def test_a_list_that_cannot_be_taken_is_a_failed_job_with_a_reason(
    analyst: TestClient, work: Callable[[], None], name: str, content: bytes, code: str
) -> None:
    _, job = done(analyst, work, content, name)
    if code == "broken_file" and job["state"] == "succeeded":  # an open quote is forgiven by the reader
        assert job["report"]["by_status"] == {"not_found": 1}
        return
    assert job["state"] == "failed", job
    assert job["error"]["code"] == code
    assert job["error"]["message_vi"]


def test_a_workbook_that_unpacks_to_a_mountain_is_refused(analyst: TestClient, work: Callable[[], None]) -> None:
    _, job = done(analyst, work, bomb(), "ds.xlsx")
    assert (job["state"], job["error"]["code"]) == ("failed", "file_too_large")


def test_a_bad_day_is_refused_at_once(analyst: TestClient) -> None:
    answer = send(analyst, CSV.encode(), on="mai")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_upload")
    assert analyst.get("/convert/files/999999.xlsx").status_code == 404
