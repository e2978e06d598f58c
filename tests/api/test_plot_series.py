"""A printed page for each of several plots: true to scale, in the order asked for, at once or as a job."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Callable
from datetime import date

import pytest
import shapely
from fastapi.testclient import TestClient
from sqlalchemy import text

from gis_service import jobs
from gis_service.database import Database
from gis_service.settings import Settings
from layers.errors import NotFound
from maps.reports import plot_maps, plot_series
from tests.api.test_documents import pdf_works
from tests.conftest import ClientAs

HTML = {"Accept": "text/html"}
needs_pdf = pytest.mark.skipif(not pdf_works(), reason="this machine lacks Pango")


@pytest.fixture(scope="module")
def ids(demo_database: Settings) -> list[int]:
    """Plots that the public sees, of several states."""
    database = Database(demo_database)
    with database.public.connect() as conn:
        found = conn.execute(text("SELECT id FROM plots ORDER BY id LIMIT 30")).scalars().all()
    database.dispose()
    return list(found)


def wanted(**changed: object) -> plot_series.Wanted:
    told = {"paper": "a4", "heading": "<b>Tập</b>", "note": "", "lang": "vi", "authority": "Ban", "base": "http://x",
            "on": date(2026, 11, 23)}  # fmt: skip
    return plot_series.Wanted(**(told | changed))  # type: ignore[arg-type]


def pages_of(made: bytes) -> list[str]:
    """The text of each page, read by another program."""
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=made, capture_output=True, check=True)
    return done.stdout.decode().split("\f")[:-1]


@pytest.mark.parametrize("size_m", [8.0, 100.0, 730.0, 9_000.0, 90_000.0])
def test_a_frame_holds_the_plot_at_a_round_scale_with_room_around(size_m: float) -> None:
    shape = shapely.box(558_000, 2_313_000, 558_000 + size_m, 2_313_000 + size_m / 3)
    frame = plot_maps.frame_around(shape, 200, 150)
    west, south, east, north = frame.box
    assert (east - west, north - south) == pytest.approx((0.2 * frame.scale, 0.15 * frame.scale))
    assert (east - west) >= 1.9 * size_m
    assert frame.place(west, north) == (0, 0)
    assert frame.place(east, south) == pytest.approx((200, 150))
    smaller = [one for one in plot_maps.SCALES if one < frame.scale]
    if smaller and frame.scale in plot_maps.SCALES:
        assert 0.2 * smaller[-1] < 1.9 * size_m, "a larger scale would not have done"


def test_a_map_is_true_to_scale_and_hostile_names_are_text(demo_database: Settings, ids: list[int]) -> None:
    database = Database(demo_database)
    with database.owner.begin() as conn:
        conn.execute(text("UPDATE gis.plots SET code = '<A&1>' WHERE id = :id"), {"id": ids[0]})
    with database.public.connect() as conn:
        (subject,) = plot_maps.subjects(conn, [ids[0]])
        frame = plot_maps.frame_around(subject.shape, 200, 150)
        drawn = plot_maps.drawing(conn, subject, frame, "vi")
        with pytest.raises(NotFound):
            plot_maps.subjects(conn, [ids[0], 10**15])
    database.dispose()
    outline = re.findall(r'd="([^"]+)" fill="none" stroke="#c01818"', drawn)
    points = [tuple(map(float, one.split())) for one in re.findall(r"[-0-9.]+ [-0-9.]+", outline[0])]
    paper_mm2 = shapely.Polygon(points).area
    assert paper_mm2 * (frame.scale / 1000) ** 2 == pytest.approx(subject.shape.area, rel=2e-3)
    assert "&lt;A&amp;1&gt;" in drawn
    assert "<A&" not in drawn


@needs_pdf
def test_there_is_an_index_and_a_page_for_each_plot_in_order(client: TestClient, ids: list[int]) -> None:
    chosen = [ids[5], ids[2], ids[9]]
    asked = ",".join(map(str, [*chosen, ids[5]]))
    answer = client.get("/map/series.pdf", params={"plots": asked, "heading": "<b>Tập</b>"})
    assert answer.headers["content-type"] == "application/pdf"
    pages = pages_of(answer.content)
    assert len(pages) == 4, "an index, and each plot once"
    assert "<b>Tập</b>" in pages[0]
    codes = [client.get(f"/features/plots/{one}").json()["title"].split(" – ")[0] for one in chosen]
    for page, code in zip(pages[1:], codes, strict=True):
        assert page.strip().startswith(code)
        assert re.search(r"Tỷ lệ 1:[\d.]+", page)
        for word in ("EPSG:9210", "Hoàng Sa", "Trường Sa", "Dữ liệu minh họa", "Nguồn:", "Ngày in"):
            assert word in page
    for at, code in enumerate(codes, 2):
        assert re.search(rf"{re.escape(code)}\s.*\b{at}\s*$", pages[0], re.M), "the index names the page"


@needs_pdf
def test_a_sheet_of_a3_is_one(client: TestClient, ids: list[int]) -> None:
    made = client.get("/map/series.pdf", params={"plots": str(ids[3]), "paper": "a3", "lang": "en"}).content
    told = subprocess.run(["pdfinfo", "-"], input=made, capture_output=True, check=True).stdout.decode()
    size = re.search(r"Page size:\s+([\d.]+) x ([\d.]+)", told)
    assert size
    assert (float(size[1]), float(size[2])) == (pytest.approx(1190.55, abs=1), pytest.approx(841.89, abs=1))


def test_the_form_counts_and_refuses_what_is_too_much_or_hidden(
    client: TestClient, demo_database: Settings, ids: list[int]
) -> None:
    database = Database(demo_database)
    with database.owner.begin() as conn:
        conn.execute(text("UPDATE gis.plots SET published = false WHERE id = :id"), {"id": ids[29]})
        zone = conn.execute(
            text("SELECT z.code FROM gis.plots p JOIN gis.zones z ON z.id = p.zone_id WHERE p.id = :id"), {"id": ids[0]}
        ).scalar_one()
    database.dispose()
    assert "1 lô đất" in client.get(f"/map/series?plots={ids[1]},{ids[29]}", headers=HTML).text
    assert "Chưa chọn" in client.get("/map/series", headers=HTML).text
    many = client.get("/map/series", params={"zone": zone}, headers=HTML).text
    assert "Không đăng nhập" in many
    all_ids = ",".join(map(str, ids[:25]))
    assert client.get("/map/series.pdf", params={"plots": all_ids}, headers=HTML).status_code == 422
    assert client.get("/map/series.pdf", params={"plots": "1;DROP"}).status_code == 422
    assert client.post("/map/series", data={"plots": all_ids}).status_code == 401


@needs_pdf
def test_many_pages_are_a_job_with_progress_and_a_file_for_who_asked(
    client_as: ClientAs, demo_database: Settings, ids: list[int]
) -> None:
    lan: TestClient = client_as("planner", login="lan-series")
    chosen = ids[:22]
    sent = lan.post("/map/series", data={"plots": ",".join(map(str, chosen))}, follow_redirects=False)
    assert sent.status_code == 303, sent.text
    address = sent.headers["location"]
    assert "22" in lan.get(address, headers=HTML).text
    assert lan.get(f"{address}.pdf").status_code == 404, "not before it is done"
    database = Database(demo_database)
    job_id = int(address.rpartition("/")[2])
    jobs.run(database, job_id)
    with database.staff.connect() as conn:
        job = jobs.get_job(conn, job_id)
    database.dispose()
    assert (job.state, job.done, job.total) == ("succeeded", 22, 22)
    made = lan.get(f"{address}.pdf")
    assert len(pages_of(made.content)) == 23
    other: Callable[..., TestClient] = client_as
    assert other("planner", login="minh-series").get(f"{address}.pdf").status_code == 404
    assert io.BytesIO(made.content).read(5) == b"%PDF-"
