"""Signing in and out, by program and on the page, and the token that every change carries."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from gis_service.identity import sessions, signing_in
from tests.api.identity_site import GOOD, Site, fill_login, hidden, running_site, sign_in, who
from tests.conftest import NewDatabase


@pytest.fixture(scope="module")
def site(new_database: NewDatabase) -> Iterator[Site]:
    with running_site(new_database()) as running:
        yield running


KEY = re.compile(r"\b(account|role|nav)\.(?!css)[a-z_]+")
"""A key of the catalogue that shows because nobody wrote its text."""


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
