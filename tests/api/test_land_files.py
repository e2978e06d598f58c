"""Pictures and documents of zones and plots: who may keep them, who sees them, and how they are sent."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from layers.land_files import FILE_BYTES
from tests.conftest import ClientAs

HTML = {"Accept": "text/html"}
PDF = b"%PDF-1.7\n%%EOF\n"
HOSTILE = '"><img src=x onerror=alert(1)>'


def picture(color: str = "teal") -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x013B] = "OWNER-4711"
    Image.new("RGB", (120, 90), color).save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.fixture(scope="module")
def steward(client_as: ClientAs) -> TestClient:
    return client_as("data_steward", login="binh-files")


@pytest.fixture(scope="module")
def plot(client: TestClient) -> str:
    row = client.get("/plots", headers={"Accept": "application/json"}).json()["plots"][0]
    return f"{row['zone_code']}/{row['code']}"


def add(steward: TestClient, of: str, body: bytes, name: str = "anh.jpg", **changed: str) -> Any:
    form = {"of": of, "kind": "photo", "title_vi": "Mặt tiền", "title_en": "Front", "alt_vi": "Lô nhìn từ đường",
            "source": "Chủ đầu tư", "source_date": "2026-03-01", "public": "yes"}  # fmt: skip
    return steward.post("/land-files", data=form | changed, files={"file": (name, body)})


def listed(client: TestClient, of: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get("/land-files", params={"of": of}).json()["files"]
    return found


def test_a_public_picture_is_on_the_page_of_its_plot_without_what_the_camera_noted(
    client: TestClient, steward: TestClient, plot: str
) -> None:
    added = add(steward, plot, picture())
    assert added.status_code == 201, added.text
    file = added.json()
    page = client.get(f"/plots/{plot}?lang=en", headers=HTML).text
    shown = re.search(rf'<img src="/files/{file["id"]}/preview[^>]*>', page)
    assert shown
    assert 'width="120" height="90"' in shown[0], "its place is known before it is there"
    assert 'alt="Lô nhìn từ đường"' in shown[0]
    body = client.get(file["href"])
    assert body.headers["content-type"] == "image/jpeg"
    assert body.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert b"OWNER-4711" not in body.content
    assert client.get(file["href"], headers={"If-None-Match": body.headers["etag"]}).status_code == 304
    assert client.get(file["preview"]).headers["content-type"] == "image/jpeg"


def test_what_is_not_public_is_for_staff(client: TestClient, steward: TestClient, plot: str) -> None:
    file = add(steward, plot, picture("navy"), public="", title_vi="Chưa công khai 4711").json()
    assert client.get(file["href"], headers={"Accept": "application/json"}).status_code == 404
    assert client.get(file["preview"], headers={"Accept": "application/json"}).status_code == 404
    assert file["id"] not in [one["id"] for one in listed(client, plot)]
    assert "4711" not in client.get(f"/plots/{plot}", headers=HTML).text
    assert steward.get(file["href"]).status_code == 200
    assert "chưa công khai" in steward.get(f"/plots/{plot}?lang=vi", headers=HTML).text


def test_a_document_is_saved_and_never_opened_as_a_page(client: TestClient, steward: TestClient) -> None:
    file = add(
        steward, "KCN-DAI-AN", PDF, "..\\quyết định/evil.html", kind="decision", alt_vi="", title_vi="Quyết định 12"
    ).json()  # fmt: skip
    assert file["file_name"] == "evil.html"
    sent = client.get(file["href"])
    assert sent.content == PDF
    assert sent.headers["content-type"] == "application/pdf"
    assert sent.headers["content-disposition"] == "attachment; filename*=UTF-8''evil.pdf"
    assert "sandbox" in sent.headers["content-security-policy"]
    assert sent.headers["x-content-type-options"] == "nosniff"
    page = client.get("/zones/KCN-DAI-AN?lang=en", headers=HTML).text
    assert f'href="/files/{file["id"]}" download>Front</a>' in page
    assert "decision · PDF, &lt;0.1 MB · Chủ đầu tư, 1 Mar 2026" in page


def test_hostile_names_are_text(client: TestClient, steward: TestClient, plot: str) -> None:
    added = add(steward, plot, picture("red"), f"{HOSTILE}.jpg", title_vi=HOSTILE, title_en=HOSTILE, alt_vi=HOSTILE,
                source=HOSTILE)  # fmt: skip
    assert added.status_code == 201
    for page in (client.get(f"/plots/{plot}", headers=HTML), steward.get(f"/desk/files?of={plot}", headers=HTML)):
        assert "<img src=x" not in page.text
        assert "&lt;img src=x onerror=alert(1)&gt;" in page.text
    assert "\n" not in client.get(added.json()["href"]).headers["content-disposition"]


@pytest.mark.parametrize(
    ("body", "changed", "status"),
    [
        (b"<svg onload='alert(1)'/>", {}, 422), (b"<html></html>", {"kind": "other"}, 422), (b"", {}, 422),
        (PDF, {}, 422), (picture("lime"), {"kind": "decision"}, 422), (picture("lime"), {"alt_vi": " "}, 422),
        (picture("lime"), {"title_vi": ""}, 422), (picture("lime"), {"source_date": "spring"}, 422),
        (picture("lime"), {"position": "-1"}, 422), (picture("lime"), {"of": "KCN-NOWHERE"}, 404),
        (picture("lime"), {"of": "KCN-DAI-AN/NO"}, 404), (b"%PDF-" + b"x" * FILE_BYTES, {"kind": "other"}, 422),
        (b"%PDF-" + b"x" * (FILE_BYTES + 2_000_000), {"kind": "other"}, 413),
    ],
    ids=["svg", "html", "empty", "pdf as a photo", "photo as a decision", "no words for it", "no title", "no day",
         "no order", "no zone", "no plot", "over the limit", "far over the limit"],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_and_nothing_is_kept(
    steward: TestClient, plot: str, body: bytes, changed: dict[str, str], status: int
) -> None:
    before = len(listed(steward, plot))
    answer = add(steward, changed.pop("of", plot), body, **changed)
    assert answer.status_code == status, answer.text
    assert len(listed(steward, plot)) == before


def test_the_same_file_is_there_once(steward: TestClient, plot: str) -> None:
    assert add(steward, plot, picture("gold")).status_code == 201
    assert add(steward, plot, picture("gold")).json()["code"] == "file_refused"


def test_only_stewards_keep_files(client: TestClient, client_as: ClientAs, plot: str) -> None:
    for visitor in (client, client_as("planner", login="lan-no-files")):
        assert add(visitor, plot, picture("pink")).status_code in (401, 403)
        assert visitor.get("/desk/files").status_code in (401, 403)


def test_a_steward_adds_changes_and_removes_on_the_desk(steward: TestClient, client: TestClient) -> None:
    form = steward.get("/desk/files?of=KCN-DAI-AN&lang=vi", headers=HTML).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', form)
    assert token
    typed = {"csrf_token": token[1], "of": "KCN-DAI-AN", "kind": "photo", "title_vi": "Cổng chính",
             "alt_vi": "Cổng khu", "source": "Ban Quản lý", "position": "1"}  # fmt: skip
    del steward.headers["X-CSRF-Token"]  # as a form without scripts sends it
    try:
        refused = steward.post("/desk/files", data=typed, files={"file": ("a.jpg", b"no")}, headers=HTML)
        assert refused.status_code == 422
        assert "Cổng chính" in refused.text
        assert "Hãy chọn lại tệp" in refused.text
        files = {"file": ("a.jpg", picture("olive"))}
        added = steward.post("/desk/files", data=typed, files=files, headers=HTML, follow_redirects=False)
        assert added.status_code == 303
        mine = next(one for one in listed(steward, "KCN-DAI-AN") if one["title_vi"] == "Cổng chính")
        assert mine["public"] is False
        changed = typed | {"public": "yes", "title_en": "Main gate", "version": str(mine["version"])}
        address = f"/desk/files/{mine['id']}"
        assert steward.post(address, data=changed, follow_redirects=False).status_code == 303
        assert "Main gate" in client.get("/zones/KCN-DAI-AN?lang=en", headers=HTML).text
        late = steward.post(address, data=changed, headers=HTML)
        assert late.status_code == 409, "somebody was faster"
        gone = steward.post(
            f"{address}/remove", data={"csrf_token": token[1], "of": "KCN-DAI-AN"}, follow_redirects=False
        )
        assert gone.status_code == 303
        assert client.get(mine["href"]).status_code == 404
        assert steward.post(address, data=typed | {"csrf_token": "wrong", "version": "1"}).status_code == 403
    finally:
        steward.headers["X-CSRF-Token"] = token[1]
