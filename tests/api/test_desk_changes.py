"""Several numbers of a street at once: choose, preview, reason, request; carried out whole or not at all."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from addressing.deciding import today
from gis_service.settings import Settings
from tests.api import desk_office as office

ClientAs = Callable[..., TestClient]


@pytest.fixture(scope="module")
def officer(client_as: ClientAs) -> TestClient:
    return client_as("address_officer", login="an")


@pytest.fixture(scope="module")
def approver(client_as: ClientAs) -> TestClient:
    return client_as("approver", login="binh")


@pytest.fixture
def street(demo_database: Settings, officer: TestClient, approver: TestClient) -> int:
    """A street with 1, 2, 4 and 5 in force and 3 spare."""
    street_id = office.new_street(demo_database)
    office.issue(officer, approver, street_id, f"6{street_id}/QĐ-UBND")
    return street_id


def shown(page: str) -> dict[str, str]:
    """Number -> id of every row of the form, in its order."""
    [ids] = re.findall(r'name="ids" value="([0-9,]*)"', page)
    plates = re.findall(r'<th scope="row"[^>]*><span class="plate[^"]*">([^<]+)<', page)
    return dict(zip(plates, ids.split(","), strict=True))


def form(page: str, new: dict[str, str], end: tuple[str, ...] = (), **other: object) -> dict[str, object]:
    rows = shown(page)
    return {
        "ids": ",".join(rows.values()), "new": [new.get(plate, "") for plate in rows],
        "end": [rows[plate] for plate in end], **other,
    }  # fmt: skip


def signed(number: str, version: int = 1) -> dict[str, object]:
    return {"decision_number": number, "decision_date": today().isoformat(), "issuing_body": office.BODY,
            "version": version}  # fmt: skip


def test_two_houses_swap_their_numbers_and_a_third_gives_its_up(
    officer: TestClient, approver: TestClient, street: int
) -> None:
    base = f"/desk/streets/{street}/numbers"
    assert base in office.see(officer, f"/desk/streets/{street}")
    page, before = office.see(officer, base), office.place_ids(officer, street)
    fields = form(page, {"1": "5", "5": "1"}, ("3",))
    preview = office.post(officer, f"{base}/preview", **fields)
    assert preview.status_code == 200, preview.text
    text = html.unescape(preview.text)
    assert text.count("→") >= 3
    assert "Số 5," in text, "addresses that end are listed"
    assert 'name="new" maxlength="10" value="5"' in text, "what was typed is kept for the request"
    assert office.place_ids(officer, street) == before, "a preview changes nothing"
    without = office.post(officer, base, **fields, reason=" ")
    assert without.status_code == 422
    asked = office.post(officer, base, **fields, reason="nhầm khi gắn biển")
    assert asked.status_code == 303, asked.text
    change = asked.headers["location"].partition("?")[0]
    done = office.post(approver, f"{change}/approve", **signed(f"71{street}/QĐ"))
    assert done.status_code == 303, done.text
    after = office.place_ids(officer, street)
    assert (after["1"], after["5"]) == (before["5"], before["1"])
    assert "3" not in shown(office.see(officer, base))


def test_each_number_may_have_a_reason_of_its_own(officer: TestClient, approver: TestClient, street: int) -> None:
    base = f"/desk/streets/{street}/numbers"
    page = office.see(officer, base)
    rows = shown(page)

    def why(reasons: dict[str, str]) -> list[str]:
        return [reasons.get(plate, "") for plate in rows]

    fields = form(page, {"1": "7"}, ("5",))
    lacking = office.post(officer, base, **fields, why=why({"1": "trùng số"}), reason="")
    assert lacking.status_code == 422
    assert 'value="trùng số"' in html.unescape(lacking.text), "what was typed is kept"
    asked = office.post(officer, base, **fields, why=why({"1": "trùng số", "5": "nhà đã phá"}), reason="")
    assert asked.status_code == 303, asked.text
    change = asked.headers["location"].partition("?")[0]
    waiting = office.see(officer, change)
    assert "– trùng số" in waiting
    assert "– nhà đã phá" in waiting
    assert office.post(approver, f"{change}/approve", **signed(f"74{street}/QĐ")).status_code == 303
    states = officer.get(f"/house-numbers/{rows['5']}/history").json()
    assert states[-1]["content"]["retired_reason"] == "nhà đã phá"


def test_one_number_that_cannot_change_stops_all(officer: TestClient, approver: TestClient, street: int) -> None:
    base = f"/desk/streets/{street}/numbers"
    page, before = office.see(officer, base), office.place_ids(officer, street)
    double = office.post(officer, f"{base}/preview", **form(page, {"1": "7", "2": "4"}))
    assert double.status_code == 409
    assert 'role="alert"' in double.text
    assert 'value="7"' in double.text
    assert office.post(officer, f"{base}/preview", **form(page, {"1": "Lô 7"})).status_code == 422
    assert office.post(officer, f"{base}/preview", **form(page, {})).status_code == 409, "nothing is asked for"
    first = office.post(officer, base, **form(page, {"1": "7", "5": "9"}), reason="mở rộng")
    change = first.headers["location"].partition("?")[0]
    other = office.post(officer, base, **form(page, {"2": "9"}), reason="chuyển bên")
    late = other.headers["location"].partition("?")[0]
    assert office.post(approver, f"{late}/approve", **signed(f"72{street}/QĐ")).status_code == 303
    refused = office.post(approver, f"{change}/approve", **signed(f"73{street}/QĐ"))
    assert refused.status_code == 409, "5 cannot become 9 any more"
    after = office.place_ids(officer, street)
    assert after == {**{key: value for key, value in before.items() if key != "2"}, "9": before["2"]}
    assert after["1"] == before["1"], "so 1 has not become 7 either"


def test_a_series_is_moved_on_its_side_only(officer: TestClient, street: int) -> None:
    base = f"/desk/streets/{street}/numbers"
    filled = office.see(officer, f"{base}?first=3&by=2")
    typed = re.findall(r'name="new" maxlength="10" value="([^"]*)"', filled)
    assert dict(zip(shown(filled), typed, strict=True)) == {"1": "", "2": "", "3": "5", "4": "", "5": "7"}
    for wrong in ("first=3&by=1", "first=3&by=0", "first=ba&by=2"):
        answer = officer.get(f"{base}?{wrong}", headers={"Accept": "text/html"})
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text


def test_a_range_narrows_the_form_but_hides_nothing_that_was_typed(officer: TestClient, street: int) -> None:
    base = f"/desk/streets/{street}/numbers"
    assert list(shown(office.see(officer, f"{base}?low=2&high=4"))) == ["2", "3", "4"]
    page = office.see(officer, base)
    preview = office.post(officer, f"{base}/preview", **form(page, {"5": "9"}), low=1, high=2)
    assert list(shown(html.unescape(preview.text))) == ["1", "2", "5"]


def test_the_form_is_for_those_who_decide(client: TestClient, client_as: ClientAs, street: int) -> None:
    administrator = client_as("administrator")
    elsewhere = client_as("address_officer", login="sen")
    known = administrator.get("/accounts/sen/areas").json()["version"]
    zone = {"areas": ["zone:1"], "version": known}
    assert administrator.put("/accounts/sen/areas", json=zone).status_code == 200
    base = f"/desk/streets/{street}/numbers"
    assert client.get(base).status_code == 401
    assert client_as("planner").get(base).status_code == 403
    assert elsewhere.get(base).status_code == 403
    assert client_as("address_officer").get("/desk/streets/987654321/numbers").status_code == 404


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_text_is_missing(officer: TestClient, street: int, lang: str) -> None:
    page = office.see(officer, f"/desk/streets/{street}/numbers?lang={lang}")
    assert not re.findall(r">\s*(?:desk|change|place)\.[a-z_.]+", page)


def test_two_houses_become_one_at_the_desk(officer: TestClient, approver: TestClient, street: int) -> None:
    base = f"/desk/streets/{street}/numbers"
    page = office.see(officer, base)
    rows = shown(page)
    fields = form(page, {}, ("5",), joined_to=rows["1"])
    preview = office.post(officer, f"{base}/preview", **fields)
    assert re.search("nhập vào nhà số 1|becomes part of number 1", html.unescape(preview.text))
    refused = office.post(officer, f"{base}/preview", **form(page, {}, ("1",), joined_to=rows["5"]))
    assert re.search("số nhỏ nhất 1|smallest of its numbers, 1", html.unescape(refused.text))
    asked = office.post(officer, base, **fields, reason="hợp nhất")
    change = asked.headers["location"].partition("?")[0]
    assert re.search("nhập vào nhà số 1|becomes part of number 1", html.unescape(office.see(approver, change)))
    done = office.post(approver, f"{change}/approve", **signed(f"72{street}/QĐ"))
    assert done.status_code == 303, done.text
    after = office.see(officer, base)
    assert re.search(r'<span class="plate spare">5<', after), "the number is kept spare"


def test_the_parts_of_a_house_are_shown_before_it_is_divided(officer: TestClient, street: int) -> None:
    rows = shown(office.see(officer, f"/desk/streets/{street}/numbers"))
    page = office.see(officer, f"/desk/numbers/{rows['5']}/change?parts=3")
    assert re.findall(r'<span class="plate">(5[A-Z]?)</span>', page) == ["5", "5A", "5B"]
    assert re.search(r'id="change-parts"[^>]* value="3"', page)
    refused = officer.get(f"/desk/numbers/{rows['3']}/change?parts=3")
    assert refused.status_code == 409, "a spare number has no house to divide"
