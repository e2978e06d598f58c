"""Uploads: who may, what comes back, what is kept, and what is left on disk (nothing)."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gis_service import jobs
from gis_service.database import Database
from gis_service.routes import imports
from gis_service.settings import Settings
from tests.integration.import_files import X, Y, frame, square

SITES = "operator,code,lon,lat\nViettel,{0}1,106.33,20.94\nViettel,{0}2,106.34,20.94\n=cmd,{0}3,2.35,48.85\n"


@pytest.fixture
def steward(client_as: Callable[..., TestClient]) -> TestClient:
    return client_as("data_steward", login="thu")


@pytest.fixture
def uploads(demo_database: Settings) -> Iterator[Path]:
    folder = demo_database.home / "uploads"
    before = set(folder.iterdir()) if folder.is_dir() else set()
    yield folder
    assert set(folder.iterdir()) == before, "a file was left behind"


def send(client: TestClient, layer: str, name: str, body: bytes | str, **fields: Any) -> Any:
    raw = body.encode() if isinstance(body, str) else body
    return client.post(f"/imports/{layer}", files={"file": (name, raw)}, data=fields)


def test_a_small_file_is_imported_at_once_and_its_report_is_kept(steward: TestClient, uploads: Path) -> None:
    answer = send(steward, "sites", "tram.csv", SITES.format("A"), source="Viettel Hải Dương")
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["read"], told["added"], told["rejected"]) == (3, 2, 1)
    assert (told["requested_by"], told["file"], told["source"]) == ("thu", "tram.csv", "Viettel Hải Dương")
    assert told["rejections"][0]["code"] == "outside_envelope"
    kept = steward.get(f"/imports/{told['id']}").json()
    assert kept["sha256"] == told["sha256"]
    assert kept["created_at"]
    listed = steward.get("/imports").json()
    assert next(one for one in listed if one["id"] == told["id"])["added"] == 2
    again = send(steward, "sites", "tram.csv", SITES.format("A")).json()
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, 2)


def test_refused_rows_come_as_csv_that_no_spreadsheet_runs(steward: TestClient) -> None:
    told = send(steward, "sites", "tram.csv", "operator,code,lon,lat\nV,ok,106.33,20.94\nV,=1+1,2.35,48.85\n").json()
    answer = steward.get(f"/imports/{told['id']}/rejected.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert (rows[0]["row"], rows[0]["key"], rows[0]["code"]) == ("2", "'=1+1", "outside_envelope")


def test_a_dry_run_stores_a_report_and_nothing_else(steward: TestClient, uploads: Path) -> None:
    trial = send(steward, "sites", "tram.csv", SITES.format("D"), dry_run="true").json()
    assert (trial["dry_run"], trial["added"]) == (True, 2)
    assert send(steward, "sites", "tram.csv", SITES.format("D")).json()["added"] == 2


def test_map_and_swapped_axes_are_form_fields(steward: TestClient, tmp_path: Path) -> None:
    body = f"nha,ma,X,Y\nViettel,M1,{Y},{X}\n"
    wrong = send(steward, "sites", "tram.csv", body, crs="9210", map=["nha=operator"])
    assert (wrong.status_code, wrong.json()["code"], wrong.json()["swap_axes"]) == (422, "wrong_place", True)
    right = send(steward, "sites", "tram.csv", body, crs="9210", swap_axes="true", map=["nha=operator", "ma=code"])
    assert right.json()["added"] == 1


def test_pieces_of_a_street_are_merged_unless_the_form_says_keep(steward: TestClient) -> None:
    body = "ten,wkt\n" + "".join(f'Phố Ghép,"LINESTRING({X + 50 * n} {Y}, {X + 50 * n + 40} {Y})"\n' for n in range(3))
    trial = send(steward, "streets", "d.csv", body, crs="9210", dry_run="true", keep_pieces="true").json()
    assert (trial["read"], trial["added"], trial["merged"]) == (3, 3, 0)
    told = send(steward, "streets", "d.csv", body, crs="9210").json()
    assert (told["read"], told["added"], told["merged"]) == (3, 1, 2)
    assert {note["code"]: note["count"] for note in told["notes"]}["pieces_merged"] == 3
    assert next(one for one in steward.get("/imports").json() if one["id"] == told["id"])["merged"] == 2
    wrong = send(steward, "streets", "d.csv", body, crs="9210", keep_pieces="perhaps")
    assert wrong.status_code == 400


def test_a_large_file_becomes_a_job(
    steward: TestClient, demo_database: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(imports, "INLINE_BYTES", 10)
    frame([{"ten": f"Đường {n}"} for n in range(30)], [square(n).boundary for n in range(30)]).to_file(
        tmp_path / "d.gpkg"
    )
    answer = send(steward, "streets", "d.gpkg", (tmp_path / "d.gpkg").read_bytes())
    assert answer.status_code == 202
    job_id = answer.json()["job_id"]
    assert answer.headers["location"] == f"/jobs/{job_id}"
    database = Database(demo_database)
    jobs.run(database, job_id)  # what a worker does
    database.dispose()
    job = steward.get(f"/jobs/{job_id}").json()
    assert (job["state"], job["report"]["added"], job["report"]["file"]) == ("succeeded", 30, "d.gpkg"), job
    assert steward.get(f"/imports/{job['report']['id']}").json()["requested_by"] == "thu"


@pytest.mark.parametrize(
    ("layer", "name", "body", "status", "code"),
    [
        ("rivers", "x.csv", "a", 404, "unknown_layer"),
        ("sites", "x.kml", "<kml/>", 415, "unknown_format"),
        ("sites", "x.gpkg", "not a database", 415, "unknown_format"),
        ("sites", "x.csv", "", 422, "empty_file"),
        ("sites", "x.csv", "operator,code,x,y\nA,1,560000,2316000\n", 422, "unknown_crs"),
        ("sites", "x.csv", "a,b,lon,lat\n1,2,106.3,20.9\n", 422, "wrong_columns"),
        (
            "plots",
            "x.csv",
            "zone_code,code,status,land_use,area_m2,wkt\nZ,1,trống,SKK,5,POINT(1 1)\n",
            422,
            "unknown_crs",
        ),
    ],
)
def test_bad_files_are_problems_in_two_languages(
    steward: TestClient, uploads: Path, layer: str, name: str, body: str, status: int, code: str
) -> None:
    answer = send(steward, layer, name, body)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"] != answer.json()["detail_vi"]
    assert "/var/" not in answer.text


def test_uploads_without_a_file_or_with_two_are_refused(steward: TestClient, uploads: Path) -> None:
    assert steward.post("/imports/sites", data={"crs": "4326"}).status_code == 400
    assert steward.post("/imports/sites", json={"crs": "4326"}).json()["code"] == "bad_upload"
    two = [("file", ("a.csv", b"a")), ("file", ("b.csv", b"b"))]
    assert steward.post("/imports/sites", files=two).json()["code"] == "bad_upload"
    other = {"datei": ("a.csv", b"a")}
    assert steward.post("/imports/sites", files=other).json()["code"] == "bad_upload"
    cut = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nabc'
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    assert steward.post("/imports/sites", content=cut, headers=headers).json()["code"] == "bad_upload"


def test_names_of_uploads_are_never_names_on_our_disk(steward: TestClient, uploads: Path) -> None:
    told = send(steward, "sites", "../../../etc/cron.d/evil.csv", SITES.format("N")).json()
    assert told["file"] == "evil.csv"
    assert not list(uploads.parent.rglob("evil*"))


def test_fields_that_cannot_be_read_are_refused(steward: TestClient, uploads: Path) -> None:
    for fields in (
        {"dry_run": "maybe"},
        {"source_date": "01/07/2025"},
        {"map": ["nonsense"]},
        {"source": "x" * 30_000},
    ):
        assert send(steward, "sites", "tram.csv", SITES.format("F"), **fields).status_code == 400


def test_only_stewards_import_and_read_reports(
    client: TestClient, client_as: Callable[..., TestClient], uploads: Path
) -> None:
    assert send(client, "sites", "tram.csv", SITES.format("P")).status_code in (401, 403)
    for role in ("investor", "address_officer", "analyst"):
        asker = client_as(role)
        assert send(asker, "sites", "tram.csv", SITES.format("P")).status_code == 403
        assert asker.get("/imports").status_code == 403
    assert client.get("/imports").status_code == 401


def test_a_form_from_elsewhere_is_refused_before_its_body_is_read(steward: TestClient, uploads: Path) -> None:
    token = steward.headers.pop("X-CSRF-Token")
    try:
        answer = send(steward, "sites", "tram.csv", SITES.format("C"))
        assert answer.status_code == 403
        headers = {"X-CSRF-Token": token, "Sec-Fetch-Site": "cross-site"}
        assert steward.post("/imports/sites", files={"file": ("a.csv", b"a")}, headers=headers).status_code == 403
    finally:
        steward.headers["X-CSRF-Token"] = token


def test_unknown_reports_are_404(steward: TestClient) -> None:
    assert steward.get("/imports/999999").status_code == 404
    assert steward.get("/imports/999999/rejected.csv").status_code == 404
