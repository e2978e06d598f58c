"""Papers through the API: who gets them, what is in them, and what never is."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from urllib.parse import quote

import docx
import openpyxl
import pytest
from fastapi.testclient import TestClient

from gis_service.settings import Settings
from maps.reports import pdf
from maps.reports.errors import PdfUnavailable
from tests.api import desk_office as office

ClientAs = Callable[..., TestClient]


@pytest.fixture(scope="module")
def officer(client_as: ClientAs) -> TestClient:
    return client_as("address_officer", login="an")


@pytest.fixture(scope="module")
def street(demo_database: Settings) -> int:
    return office.new_street(demo_database)


@pytest.fixture(scope="module")
def proposal(officer: TestClient, client_as: ClientAs, street: int) -> int:
    return office.issue(officer, client_as("approver", login="binh"), street, "345/QĐ-UBND")


@pytest.fixture(scope="module")
def place(client: TestClient, street: int, proposal: int) -> str:
    return office.place_ids(client, street)["1"]


def words_of(content: bytes) -> str:
    made = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in made.paragraphs] + cells)


def pdf_works() -> bool:
    try:
        pdf.write("<p>a</p>", "")
    except PdfUnavailable:
        return False
    return True


def addresses(street: int, proposal: int, place: str) -> list[str]:
    return [
        f"/documents/proposals/{proposal}/list.pdf", f"/documents/proposals/{proposal}/list.docx",
        f"/documents/proposals/{proposal}/list.csv", f"/documents/proposals/{proposal}/list.xlsx",
        f"/documents/proposals/{proposal}/decision.pdf", f"/documents/proposals/{proposal}/decision.docx",
        f"/documents/streets/{street}/plates.pdf", f"/documents/streets/{street}/plate-list.xlsx",
        f"/documents/places/{place}/certificate.pdf", f"/documents/places/{place}/certificate.docx",
        f"/documents/places/{place}/plate.svg", f"/documents/places/{place}/plate.pdf",
    ]  # fmt: skip


def test_papers_are_for_staff(
    client: TestClient, client_as: ClientAs, officer: TestClient, street: int, proposal: int, place: str
) -> None:
    investor = client_as("investor")
    begins = {"pdf": b"%PDF-", "docx": b"PK", "xlsx": b"PK", "csv": b"\xef\xbb\xbf", "svg": b"<svg"}
    for address in addresses(street, proposal, place):
        assert client.get(address).status_code == 401
        assert investor.get(address).status_code == 403
        paper, ending = officer.get(address), address.rpartition(".")[2]
        if ending == "pdf" and not pdf_works():
            assert (paper.status_code, paper.json()["code"]) == (503, "pdf_unavailable")
            continue
        assert paper.status_code == 200, paper.text
        assert paper.content.startswith(begins[ending])
        assert paper.headers["cache-control"] == "private, no-store"
        assert f".{ending}" in paper.headers["content-disposition"]


def test_a_decision_holds_what_was_issued_and_no_spare_number(officer: TestClient, proposal: int) -> None:
    made = docx.Document(io.BytesIO(officer.get(f"/documents/proposals/{proposal}/decision.docx").content))
    annex = next(table for table in made.tables if table.rows[0].cells[0].text == "STT")
    assert [row.cells[1].text for row in annex.rows[1:]] == ["1", "2", "4", "5"]
    words = words_of(officer.get(f"/documents/proposals/{proposal}/decision.docx").content)
    assert "Số: 345/QĐ-UBND" in words
    assert "DỮ LIỆU MINH HỌA" in words
    assert "từ Bắc đến Nam" in words


def test_the_working_list_holds_the_spare_number_and_who_answered(officer: TestClient, proposal: int) -> None:
    book = openpyxl.load_workbook(io.BytesIO(officer.get(f"/documents/proposals/{proposal}/list.xlsx").content))
    spare = book["Dự phòng"]
    assert spare.cell(5, 1).value == "3"
    answers = book["Trả lời"]
    assert answers.cell(5, 3).value == "an, Biên bản 3/BB"


def test_a_draft_says_that_it_is_one(officer: TestClient, demo_database: Settings) -> None:
    draft = office.propose(officer, office.new_street(demo_database))
    address = f"/documents/proposals/{draft}/decision.docx?issuer={quote('UBND thành phố Hải Phòng')}"
    words = words_of(officer.get(address).content)
    assert "DỰ THẢO" in words
    assert "UBND THÀNH PHỐ HẢI PHÒNG" in words


def test_plates_lead_to_the_public_page(officer: TestClient, street: int, place: str) -> None:
    rows = officer.get(f"/documents/streets/{street}/plate-list.csv").content.decode("utf-8-sig").split("\r\n")
    assert [row.split(",")[2] for row in rows[1:5]] == ["1", "2", "4", "5"]
    assert f"http://localhost/p/{place}" in rows[1]
    with_code = officer.get(f"/documents/places/{place}/plate.svg").text
    without = officer.get(f"/documents/places/{place}/plate.svg?qr=false").text
    assert len(without) < len(with_code)


def test_a_certificate_carries_the_decision(officer: TestClient, place: str) -> None:
    words = words_of(officer.get(f"/documents/places/{place}/certificate.docx").content)
    assert "345/QĐ-UBND" in words
    assert place in words
    assert "Số: ………/GCN-SN" in words, "until one is issued"


def test_papers_carry_what_the_register_wrote(
    officer: TestClient, client_as: ClientAs, street: int, proposal: int, place: str
) -> None:
    """One writer of addresses; codes of plates and certificates as they are on record."""
    rows = officer.get(f"/places/{place}").json()["addresses"]
    [written] = [row["written"] for row in rows if row["language"] == "vi"]
    [number] = [row["id"] for row in officer.get(f"/streets/{street}/numbers").json() if row.get("id")][:1] or [None]
    issued = post_certificate(officer, client_as("approver", login="binh"), proposal, place)
    words = words_of(officer.get(f"/documents/places/{place}/certificate.docx").content)
    assert f"Số: {issued}" in words
    assert written in words
    annex = words_of(officer.get(f"/documents/proposals/{proposal}/decision.docx").content)
    assert written.partition(", phường")[0].partition(", xã")[0] in annex
    ordered = office.post(officer, "/desk/plates", place=place, kind="new")
    plate = officer.get(ordered.headers["location"].partition("?")[0].replace("/desk", "")).json()
    listed = officer.get(f"/documents/streets/{street}/plate-list.csv").content.decode("utf-8-sig").split("\r\n")
    assert plate["code"] in listed[1]
    workshop = officer.get("/documents/plates/production.csv").content.decode("utf-8-sig")
    assert plate["code"] in workshop
    assert "Quy chế 2006" in workshop
    assert number is None or number


def post_certificate(officer: TestClient, approver: TestClient, proposal: int, place: str) -> str:
    """Issue a certificate at the desk; its code."""
    page = office.see(approver, f"/desk/proposals/{proposal}")
    assert place in page
    done = office.post(approver, f"/desk/proposals/{proposal}/certificates", place=place)
    assert done.status_code == 303, done.text
    found = re.search(r"CN-\d{4}-\d{6}-.", office.see(approver, f"/desk/proposals/{proposal}"))
    assert found
    return found[0]


def test_the_same_paper_twice_is_the_same_file(officer: TestClient, street: int, proposal: int, place: str) -> None:
    for address in addresses(street, proposal, place):
        if not address.endswith(".pdf"):  # those are slow, and compared in tests/unit/reports
            assert officer.get(address).content == officer.get(address).content, address


def test_what_cannot_be_printed_is_a_problem(officer: TestClient, demo_database: Settings, place: str) -> None:
    empty = office.new_street(demo_database)
    missing = officer.get(f"/documents/streets/{empty}/plates.pdf")
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
    wrong = officer.get(f"/documents/places/{place[:-1]}{'A' if place[-1] != 'A' else 'B'}/certificate.docx")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid_identifier")
    assert officer.get("/documents/proposals/987654321/list.csv").status_code == 404
    assert officer.get(f"/documents/places/{place}/certificate.exe").status_code == 422


def test_without_pango_pdf_is_a_clear_503_and_the_rest_works(
    officer: TestClient, proposal: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lacking() -> None:
        raise PdfUnavailable("cannot load library 'libpango-1.0-0'")

    monkeypatch.setattr(pdf, "_weasyprint", lacking)
    answer = officer.get(f"/documents/proposals/{proposal}/decision.pdf")
    assert (answer.status_code, answer.json()["code"]) == (503, "pdf_unavailable")
    assert "libpango-1.0-0" in answer.json()["packages"]
    assert officer.get(f"/documents/proposals/{proposal}/decision.docx").status_code == 200
