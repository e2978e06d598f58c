"""One-time links and accounts, asked of the running application."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from gis_service.identity import links
from tests.api.identity_site import BETTER, GOOD, Site, running_site, sign_in, who
from tests.conftest import NewDatabase


@pytest.fixture(scope="module")
def site(new_database: NewDatabase) -> Iterator[Site]:
    with running_site(new_database()) as running:
        yield running


# --- one-time links ------------------------------------------------------------------------------------------


@pytest.fixture
def fresh(new_database: NewDatabase) -> Iterator[Site]:
    with running_site(new_database()) as running:
        yield running


def test_the_first_administrator_is_made_once(fresh: Site) -> None:
    with fresh.database.owner.begin() as conn:
        token = links.first_administrator(conn)
    client = fresh.visitor()
    assert client.get(f"/setup/{token}").status_code == 200
    form = {"login": "Giam.Doc", "display_name": "Giám Đốc", "password": GOOD, "password_again": GOOD}

    obvious = {"password": "Password@12345", "password_again": "Password@12345"}
    weak = client.post(f"/setup/{token}", data={**form, **obvious})
    assert weak.status_code == 400
    assert "Giam.Doc" in weak.text  # what was typed is still there
    different = client.post(f"/setup/{token}", data={**form, "password_again": BETTER})
    assert different.status_code == 400
    assert fresh.rows("SELECT FROM gis.accounts") == []
    assert fresh.audit_count() == 0  # a failed attempt leaves nothing behind

    done = client.post(f"/setup/{token}", data=form)
    assert done.headers["location"] == "/login?done=setup"
    assert fresh.audit_count() == 1
    assert sign_in(client, "giam.doc", GOOD).json()["roles"] == ["administrator"]

    late = fresh.visitor()
    for answer in (late.get(f"/setup/{token}"), late.post(f"/setup/{token}", data=form)):
        assert (answer.status_code, answer.json()["code"]) == (410, "link_used_up")
        assert answer.json()["detail_vi"] != answer.json()["detail"]
    with fresh.database.owner.begin() as conn:
        assert links.first_administrator(conn) is None


def test_programs_can_use_the_first_link_too(fresh: Site) -> None:
    with fresh.database.owner.begin() as conn:
        token = links.first_administrator(conn)
    client = fresh.visitor()
    assert client.post(f"/links/{token}", json={"password": GOOD}).json()["code"] == "bad_account_name"
    body = {"password": GOOD, "login": "giam.doc", "display_name": "Giám Đốc"}
    assert client.post(f"/links/{token}", json=body).status_code == 204
    assert client.post(f"/links/{token}", json={**body, "login": "second"}).status_code == 410
    assert fresh.rows("SELECT login FROM gis.accounts") == [("giam.doc",)]


def test_a_new_account_sets_its_password_by_its_link(site: Site) -> None:
    boss, client = site.signed_in("administrator"), site.visitor()
    made = boss.post("/accounts", json={"login": "Moi.Den", "display_name": "Mới Đến", "roles": ["address_officer"]})
    assert made.status_code == 201
    path = made.json()["link"]
    assert re.fullmatch(r"/password/[A-Za-z0-9_-]{43}", path)
    assert "moi.den" in client.get(path).text
    done = client.post(path, data={"password": GOOD, "password_again": GOOD})
    assert done.headers["location"] == "/login?done=password"
    assert client.get(path).status_code == 410
    assert client.post(path, data={"password": BETTER, "password_again": BETTER}).status_code == 410
    assert sign_in(client, "moi.den", GOOD).status_code == 201


def test_a_password_link_makes_no_administrator_and_the_other_way_round(site: Site) -> None:
    login, boss = site.account("planner"), site.signed_in("administrator")
    token = boss.post(f"/accounts/{login}/links").json()["link"].rpartition("/")[2]
    assert site.visitor().get(f"/setup/{token}").status_code == 404
    answer = site.visitor().post(f"/setup/{token}", data={"login": "x1", "display_name": "x", "password": GOOD})
    assert answer.status_code == 404
    assert site.visitor().get(f"/password/{'A' * 43}").json()["code"] == "unknown_link"


# --- accounts ------------------------------------------------------------------------------------------------


def test_accounts_are_administered(site: Site) -> None:
    boss = site.signed_in("administrator")
    body = {"login": "can.bo", "display_name": "Cán Bộ", "roles": ["planner"]}
    assert boss.post("/accounts", json=body).status_code == 201
    assert boss.post("/accounts", json=body).json()["code"] == "account_exists"
    assert boss.put("/accounts/can.bo/roles/approver").status_code == 204
    assert boss.put("/accounts/can.bo/roles/king").json()["code"] == "unknown_role"
    assert boss.delete("/accounts/can.bo/roles/planner").status_code == 204
    assert boss.delete("/accounts/can.bo/roles/approver").json()["code"] == "last_role"
    assert boss.delete("/accounts/can.bo/active").status_code == 204
    seen = boss.get("/accounts/can.bo").json()
    assert (seen["roles"], seen["is_active"], seen["has_password"]) == (["approver"], False, False)
    assert boss.put("/accounts/can.bo/active").status_code == 204
    assert boss.get("/accounts/nobody").status_code == 404
    for secret in ("password_hash", "argon2", "token"):
        assert secret not in boss.get("/accounts").text


@pytest.mark.parametrize(
    "extra",
    [{"is_active": False}, {"password_hash": "x"}, {"id": 1}, {"created_at": "2020-01-01"}, {"granted_by": "x"}],
)
def test_fields_that_are_not_asked_for_are_refused(site: Site, extra: dict[str, object]) -> None:
    boss = site.signed_in("administrator")
    body = {"login": "mass.assign", "display_name": "X", "roles": ["planner"], **extra}
    assert boss.post("/accounts", json=body).status_code == 422
    assert site.rows("SELECT FROM gis.accounts WHERE login = 'mass.assign'") == []


def test_the_administration_page_works_without_scripts(site: Site) -> None:
    boss, login = site.signed_in("administrator"), site.account("planner")
    token = boss.headers.pop("X-CSRF-Token")
    base = "/administration/accounts"
    form = {"csrf_token": token, "login": "trang.moi", "display_name": "<b>Trang</b>", "role": ["planner", "analyst"]}
    page = boss.post(base, data=form)
    assert page.status_code == 200
    assert "&lt;b&gt;Trang" in page.text
    assert re.search(r"/password/[A-Za-z0-9_-]{43}", page.text)
    wrong = boss.post(base, data={"csrf_token": token, "login": "no role", "display_name": "x"})
    assert wrong.status_code == 400
    for action, state in (
        ("grant", (["analyst", "planner"], True)), ("revoke", (["planner"], True)), ("close", (["planner"], False)),
        ("open", (["planner"], True)), ("unlock", (["planner"], True)),
    ):  # fmt: skip
        answer = boss.post(f"{base}/{login}/{action}", data={"csrf_token": token, "role": "analyst"})
        assert (answer.status_code, answer.headers["location"]) == (303, base), action
        seen = boss.get(f"/accounts/{login}").json()
        assert (seen["roles"], seen["is_active"]) == state, action
    assert "/password/" in boss.post(f"{base}/{login}/link", data={"csrf_token": token}).text


def test_one_changes_ones_own_password(site: Site) -> None:
    login, client, elsewhere = site.account("planner", password=GOOD), site.visitor(), site.visitor()
    csrf_token = sign_in(client, login, GOOD).json()["csrf_token"]
    sign_in(elsewhere, login, GOOD)
    client.headers["X-CSRF-Token"] = csrf_token
    path = "/sessions/current/password"
    wrong = client.put(path, json={"current_password": "wrong", "new_password": BETTER})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "login_refused")
    weak = client.put(path, json={"current_password": GOOD, "new_password": "Password@12345"})
    assert (weak.status_code, weak.json()["code"]) == (400, "weak_password")
    assert client.put(path, json={"current_password": GOOD, "new_password": BETTER}).status_code == 204
    assert who(client) == login
    assert who(elsewhere) == "public"
    assert sign_in(site.visitor(), login, GOOD).status_code == 401
    assert sign_in(site.visitor(), login, BETTER).status_code == 201


def test_the_present_password_cannot_be_tried_for_ever(site: Site) -> None:
    login = site.account("planner", password=GOOD)
    client = site.signed_in(login=login)
    form = {"current": "wrong", "password": BETTER, "password_again": BETTER}
    for _ in range(5):
        assert client.post("/account/password", data=form).status_code == 401
    assert client.post("/account/password", data={**form, "current": GOOD}).status_code == 401  # locked
    assert sign_in(site.visitor(), login, BETTER).status_code == 401
