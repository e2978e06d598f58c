"""Signing in and out, one-time links and accounts, asked of the running application."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from gis_service.identity import links, sessions, signing_in
from tests.api.identity_site import BETTER, GOOD, Site, running_site
from tests.conftest import NewDatabase


@pytest.fixture(scope="module")
def site(new_database: NewDatabase) -> Iterator[Site]:
    with running_site(new_database()) as running:
        yield running


KEY = re.compile(r"\b(account|role|nav)\.(?!css)[a-z_]+")
"""A key of the catalogue that shows because nobody wrote its text."""


def sign_in(client: TestClient, login: str, password: str) -> Response:
    return client.post("/sessions", json={"login": login, "password": password})


def hidden(page: Response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found, page.text
    return found[1]


def fill_login(client: TestClient, login: str, password: str, **more: str) -> Response:
    token = hidden(client.get("/login"), "csrf_token")
    return client.post("/login", data={"login": login, "password": password, "csrf_token": token, **more})


def who(client: TestClient) -> str:
    answer = client.get("/sessions/current")
    assert answer.is_success, answer.text
    return str(answer.json()["login"])


# --- signing in and out --------------------------------------------------------------------------------------


def test_signing_in_sets_a_cookie_that_scripts_and_other_sites_do_not_get(site: Site) -> None:
    login, client = site.account("planner", password=GOOD), site.visitor()
    assert who(client) == "public"
    answer = sign_in(client, login, GOOD)
    assert answer.status_code == 201
    assert answer.json()["roles"] == ["planner"]
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie
    assert "Secure" not in cookie  # http on a desk; test_behind_tls has the other case
    assert "Max-Age" not in cookie
    assert answer.headers["cache-control"] == "no-store"
    assert client.cookies[sessions.COOKIE] not in answer.text
    assert who(client) == login


def test_behind_tls_cookies_are_secure_and_https_is_remembered(new_database: NewDatabase) -> None:
    with running_site(new_database(secure_cookies=True)) as site:
        login = site.account("planner", password=GOOD)
        answer = sign_in(site.visitor(), login, GOOD)
        assert "; Secure" in answer.headers["set-cookie"]
        assert answer.headers["strict-transport-security"].startswith("max-age=")
        assert "; Secure" in site.visitor().get("/login").headers["set-cookie"]


def test_a_wrong_password_an_unknown_name_and_a_locked_account_get_one_answer(site: Site) -> None:
    login, closed, locked = (site.account("planner", password=GOOD) for _ in range(3))
    site.run("UPDATE gis.accounts SET is_active = false WHERE login = :login", login=closed)
    site.run("UPDATE gis.accounts SET locked_until = now() + interval '1 hour' WHERE login = :login", login=locked)
    pairs = ((login, "wrong"), ("nobody.here", GOOD), (closed, GOOD), (locked, GOOD), ("", ""), ("' OR 1=1", "x"))
    answers = [sign_in(site.visitor(), *pair) for pair in pairs]
    assert {answer.status_code for answer in answers} == {401}
    assert len({(a.json()["code"], a.json()["detail"], a.json()["detail_vi"]) for a in answers}) == 1
    assert answers[0].json()["code"] == "login_refused"
    assert not any("set-cookie" in answer.headers for answer in answers)


def test_wrong_passwords_are_counted_although_the_answer_is_no(site: Site) -> None:
    login = site.account("planner", password=GOOD)
    for _ in range(5):
        assert sign_in(site.visitor(), login, "wrong").status_code == 401
    assert sign_in(site.visitor(), login, GOOD).status_code == 401  # locked
    seen = site.rows("SELECT failed_logins, locked_until > now() FROM gis.accounts WHERE login = :l", l=login)
    assert seen == [(5, True)]


def test_every_attempt_is_in_the_audit_trail_without_the_password(site: Site) -> None:
    login, client = site.account("planner", password=GOOD), site.visitor("192.0.2.7")
    sign_in(client, login, "wrong Password 12")
    sign_in(client, "mat.khau.cua.toi", GOOD)  # people type passwords into the wrong field
    sign_in(client, login, GOOD)
    rows = site.rows(
        "SELECT actor, subject, details->>'outcome' FROM gis.audit_log WHERE client = '192.0.2.7' ORDER BY id"
    )
    assert rows == [
        ("public", f"accounts/{login}", "refused"),
        ("public", None, "refused"),
        (login, f"accounts/{login}", "accepted"),
    ]
    [(everything,)] = site.rows("SELECT string_agg(a::text, ' ') FROM gis.audit_log a WHERE client = '192.0.2.7'")
    assert not any(secret in everything for secret in ("wrong Password 12", "mat.khau", GOOD))


def test_one_address_cannot_try_for_ever(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing_in, "FAILURES_PER_ADDRESS", 3)
    login = site.account("planner", password=GOOD)
    for number in range(3):
        assert sign_in(site.visitor("192.0.2.9"), f"guess-{number}", "wrong").status_code == 401
    refused = sign_in(site.visitor("192.0.2.9"), login, GOOD)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_attempts")
    assert int(refused.headers["retry-after"]) > 0
    assert sign_in(site.visitor("192.0.2.10"), login, GOOD).status_code == 201
    for number in range(4):  # a proxy on this machine stands for everybody
        assert sign_in(site.visitor("127.0.0.1"), f"guess-{number}", "wrong").status_code == 401
    assert sign_in(site.visitor("127.0.0.1"), login, GOOD).status_code == 201


def test_signing_in_again_replaces_the_session(site: Site) -> None:
    login, client = site.account("planner", password=GOOD), site.visitor()
    first = sign_in(client, login, GOOD)
    old = client.cookies[sessions.COOKIE]
    sign_in_again = client.post(
        "/sessions", json={"login": login, "password": GOOD}, headers={"X-CSRF-Token": first.json()["csrf_token"]}
    )
    assert sign_in_again.status_code == 201
    assert client.cookies[sessions.COOKIE] != old
    thief = site.visitor()
    thief.cookies.set(sessions.COOKIE, old)
    assert who(thief) == "public"


def test_a_session_that_somebody_planted_is_not_taken_over(site: Site) -> None:
    login, client = site.account("planner", password=GOOD), site.visitor()
    client.cookies.set(sessions.COOKIE, "A" * 43)
    answer = sign_in(client, login, GOOD)
    assert answer.status_code == 201
    assert "A" * 43 not in answer.headers["set-cookie"]
    planted = site.visitor()
    planted.cookies.set(sessions.COOKIE, "A" * 43)
    assert who(planted) == "public"


def test_signing_out_ends_the_session_on_the_server(site: Site) -> None:
    client = site.signed_in("planner")
    token = client.cookies[sessions.COOKIE]
    answer = client.delete("/sessions/current")
    assert answer.status_code == 204
    assert f'{sessions.COOKIE}=""' in answer.headers["set-cookie"]
    copy = site.visitor()
    copy.cookies.set(sessions.COOKIE, token)
    assert who(copy) == "public"
    assert site.visitor().delete("/sessions/current").status_code == 204  # nothing to end is no fault


def test_a_change_of_roles_and_closing_end_running_sessions(site: Site) -> None:
    login, boss = site.account("planner"), site.signed_in("administrator")
    for method, path in (
        ("PUT", f"/accounts/{login}/roles/analyst"),
        ("DELETE", f"/accounts/{login}/roles/analyst"),
        ("DELETE", f"/accounts/{login}/active"),
    ):
        client = site.signed_in(login=login)
        assert who(client) == login
        assert boss.request(method, path).status_code == 204
        assert who(client) == "public"


# --- the login page ------------------------------------------------------------------------------------------


def test_the_login_page_signs_in_and_goes_on(site: Site) -> None:
    login, client = site.account("planner", password=GOOD), site.visitor()
    answer = fill_login(client, login, GOOD, next="/zones?page=2")
    assert (answer.status_code, answer.headers["location"]) == (303, "/zones?page=2")
    assert who(client) == login
    assert client.get("/login?next=/zones").headers["location"] == "/zones"  # no need to ask again


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
        "javascript:alert(1)", "/a\r\nSet-Cookie: x=1", "evil.example", "", " /zones", "/\u2028/evil.example",
        "///evil.example", "http:evil.example", "/%0d%0aX: y\r\n",
    ],
)  # fmt: skip
def test_next_never_leads_elsewhere(site: Site, elsewhere: str) -> None:
    client = site.signed_in("planner")
    answer = client.get("/login", params={"next": elsewhere})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"
    assert "x" not in client.cookies


def test_the_login_form_must_be_our_own(site: Site) -> None:
    login, client = site.account("planner", password=GOOD), site.visitor()
    form = {"login": login, "password": GOOD}
    assert client.post("/login", data=form).json()["code"] == "csrf_refused"
    assert client.post("/login", data={**form, "csrf_token": "x"}).json()["code"] == "csrf_refused"
    token = hidden(client.get("/login"), "csrf_token")
    other = site.visitor()  # a token without its cookie is worth nothing
    assert other.post("/login", data={**form, "csrf_token": token}).json()["code"] == "csrf_refused"
    assert who(client) == "public"
    assert client.post("/login", data={**form, "csrf_token": token}).status_code == 303


def test_a_refused_login_page_keeps_the_name_and_not_the_password(site: Site) -> None:
    answer = fill_login(site.visitor(), '"><script>alert(1)</script>', "secret-Word-123456")
    assert answer.status_code == 401
    assert "<script>alert" not in answer.text
    assert "secret-Word" not in answer.text
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(("lang", "word"), [("vi", "Mật khẩu"), ("en", "Password")])
def test_account_pages_speak_both_languages(site: Site, lang: str, word: str) -> None:
    page = site.visitor().get(f"/login?lang={lang}")
    assert word in page.text
    assert f'<html lang="{lang}">' in page.text
    assert not KEY.search(page.text)
    boss = site.signed_in("administrator")
    for path in (f"/account?lang={lang}", f"/administration/accounts?lang={lang}"):
        page = boss.get(path)
        assert page.status_code == 200
        assert not KEY.search(page.text)
        assert "style=" not in page.text  # the policy allows no inline style


# --- CSRF ----------------------------------------------------------------------------------------------------


def test_a_change_needs_the_token_of_its_session(site: Site) -> None:
    boss, other = site.signed_in("administrator"), site.signed_in("administrator")
    body = {"login": "made.by.csrf", "display_name": "X", "roles": ["planner"]}
    before = site.audit_count()
    for token in (None, "", "x", other.headers["X-CSRF-Token"], boss.headers["X-CSRF-Token"] + "x", "é"):
        forged = site.visitor()
        forged.cookies.set(sessions.COOKIE, boss.cookies[sessions.COOKIE])
        headers = {} if token is None else {"X-CSRF-Token": token.encode()}
        answer = forged.post("/accounts", json=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "csrf_refused")
    assert site.audit_count() == before
    assert site.rows("SELECT FROM gis.accounts WHERE login = 'made.by.csrf'") == []


def test_a_change_from_another_site_is_refused_even_with_the_token(site: Site) -> None:
    boss = site.signed_in("administrator")
    login = site.account("planner")
    path = f"/accounts/{login}/lock"
    for headers in (
        {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"},
        {"Origin": "null"}, {"Origin": "http://localhost.evil.example"}, {"Origin": "http://localhost:9"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    ):  # fmt: skip
        assert boss.delete(path, headers=headers).json()["code"] == "csrf_refused", headers
    for headers in (
        {}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {"Origin": "http://localhost"},
    ):  # fmt: skip
        assert boss.delete(path, headers=headers).status_code == 204, headers


def test_the_token_may_come_in_the_form(site: Site) -> None:
    client = site.signed_in("planner")
    token = client.headers.pop("X-CSRF-Token")
    assert client.post("/logout", data={"csrf_token": "x"}).status_code == 403
    assert client.post("/logout", data={"csrf_token": token}).headers["location"] == "/login?done=out"
    assert who(client) == "public"


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


# --- audit ---------------------------------------------------------------------------------------------------


def test_a_write_leaves_one_audit_row_and_a_failed_one_none(site: Site) -> None:
    boss, login = site.signed_in("administrator"), site.account("planner")
    for method, path, body, operation in (
        ("POST", "/accounts", {"login": f"{login}-b", "display_name": "B", "roles": ["planner"]}, "accounts.add"),
        ("POST", f"/accounts/{login}/links", None, "accounts.link"),
        ("PUT", f"/accounts/{login}/roles/analyst", None, "accounts.grant"),
        ("DELETE", f"/accounts/{login}/roles/analyst", None, "accounts.revoke"),
        ("DELETE", f"/accounts/{login}/active", None, "accounts.close"),
        ("PUT", f"/accounts/{login}/active", None, "accounts.open"),
        ("DELETE", f"/accounts/{login}/lock", None, "accounts.unlock"),
    ):
        before = site.audit_count()
        assert boss.request(method, path, json=body, headers={"X-Request-ID": "my-request-1"}).is_success
        assert site.audit_count() == before + 1
        [row] = site.rows("SELECT operation, actor, request_id, client FROM gis.audit_log ORDER BY id DESC LIMIT 1")
        assert row == (operation, who(boss), "my-request-1", boss._transport.client[0])  # type: ignore[attr-defined]
    before = site.audit_count()
    for method, path, body in (
        ("POST", "/accounts", {"login": login, "display_name": "B", "roles": ["planner"]}),
        ("POST", "/accounts", {"login": "x y", "display_name": "B", "roles": ["planner"]}),
        ("POST", "/accounts", {"nonsense": 1}),
        ("PUT", f"/accounts/{login}/roles/king", None),
        ("DELETE", f"/accounts/{login}/roles/planner", None),
        ("DELETE", "/accounts/nobody/active", None),
    ):
        assert boss.request(method, path, json=body).is_client_error
    assert site.audit_count() == before


def test_a_commit_that_fails_is_seen_by_the_client(site: Site) -> None:
    boss, login = site.signed_in("administrator"), site.account("planner")
    site.run(
        "CREATE FUNCTION gis.fail_late() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN RAISE EXCEPTION ''late'' USING ERRCODE = ''check_violation''; END';"
        "CREATE CONSTRAINT TRIGGER fail_late AFTER INSERT ON gis.account_roles"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION gis.fail_late()"
    )
    before = site.audit_count()
    assert boss.put(f"/accounts/{login}/roles/analyst").status_code == 409
    site.run("DROP TRIGGER fail_late ON gis.account_roles; DROP FUNCTION gis.fail_late()")
    assert site.audit_count() == before
    assert boss.get(f"/accounts/{login}").json()["roles"] == ["planner"]


def test_administrators_read_the_trail_page_by_page(site: Site) -> None:
    boss = site.signed_in("administrator")
    login = site.account("planner")
    for _ in range(3):
        boss.delete(f"/accounts/{login}/lock")
    mine = {"actor": who(boss)}
    first = boss.get("/audit", params={**mine, "limit": 2}).json()
    rest = boss.get("/audit", params={**mine, "before_id": first[-1]["id"]}).json()
    assert [row["operation"] for row in first + rest] == ["accounts.unlock"] * 3
    assert {row["subject"] for row in first} == {f"accounts/{login}"}
    assert boss.get("/audit", params={**mine, "operation": "accounts.add"}).json() == []
    assert boss.get("/audit", params={"before_id": 2**63}).status_code == 422
