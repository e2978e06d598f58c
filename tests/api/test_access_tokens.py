"""Access tokens: what they open, what they never open, and when they end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from gis_service import access
from gis_service.identity import access_tokens, policy, sessions
from gis_service.identity.model import Identity
from tests.api.identity_site import Site, hidden, running_site
from tests.conftest import NewDatabase

MERGE = "application/merge-patch+json"


@pytest.fixture(scope="module")
def site(new_database: NewDatabase) -> Iterator[Site]:
    with running_site(new_database()) as running:
        running.run(
            "INSERT INTO gis.zones (code, kind, status, name, published, internal_note, source, geom)"
            " SELECT code, 'KCN', 'operating', code, code = 'OPEN', 'ghi chú nội bộ', 'test', ST_Multi(ST_Transform("
            " ST_MakeEnvelope(106.5, 20.8, 106.51, 20.81, 4326), gis.storage_srid()))"
            " FROM unnest(ARRAY['OPEN', 'HIDDEN']) AS code"
        )
        yield running


def make(
    site: Site, login: str, *roles: str, read_only: bool = True, days: int = 30
) -> tuple[str, access_tokens.AccessToken]:
    with site.database.owner.begin() as conn:
        return access_tokens.make(conn, login, name="QGIS", roles=roles, read_only=read_only, days=days)


def program(site: Site, token: str, address: str | None = None) -> TestClient:
    """A client with a token, no cookie and no CSRF token."""
    client = site.visitor(address)
    client.headers["Authorization"] = f"Bearer {token}"
    return client


def zones_seen(client: TestClient) -> set[str]:
    answer = client.get("/ogc/collections/zones/items?f=json&limit=100")
    assert answer.status_code == 200, answer.text
    return {one["properties"]["code"] for one in answer.json()["features"]}


def test_features_and_tiles_of_staff_open_to_a_program_and_not_to_the_public(site: Site) -> None:
    token, _ = make(site, site.account("planner"), "planner")
    staff, public = program(site, token), site.visitor()
    assert zones_seen(staff) == {"OPEN", "HIDDEN"}
    assert zones_seen(public) == {"OPEN"}
    for z in range(10, 16):  # wherever the zone lies, staff see two of it
        x, y = int((106.505 + 180) / 360 * (1 << z)), _row(20.805, z)
        sizes = [len(one.get(f"/tiles/zones/{z}/{x}/{y}", headers={"Accept-Encoding": "identity"}).content)
                 for one in (staff, public)]  # fmt: skip
        assert sizes[0] > sizes[1] > 0
    collection = f"/ogc/tiles/WebMercatorQuad/14/{_row(20.805, 14)}/{int((106.505 + 180) / 360 * (1 << 14))}"
    tiles = [one.get(f"{collection}?collections=zones", headers={"Accept-Encoding": "identity"})
             for one in (staff, public)]  # fmt: skip
    assert len(tiles[0].content) > len(tiles[1].content) > 0


def _row(lat: float, z: int) -> int:
    import math

    return int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * (1 << z))


def test_it_says_who_asks_and_notes_the_day(site: Site) -> None:
    login = site.account("planner", "data_steward")
    token, kept = make(site, login, "planner")
    told = program(site, token).get("/sessions/current").json()
    assert (told["login"], told["roles"], told["csrf_token"]) == (login, ["planner"], None)
    used = site.rows("SELECT last_used_on = current_date FROM gis.access_tokens WHERE id = :id", id=kept.id)
    assert used[0][0] is True


def test_the_secret_is_stored_nowhere(site: Site) -> None:
    token, _ = make(site, site.account("planner"), "planner")
    assert token.startswith("gis_pat_")
    stored = site.rows(
        "SELECT count(*) FROM gis.access_tokens t WHERE t::text LIKE '%' || :part || '%'", part=token[8:]
    )
    assert stored[0][0] == 0
    assert (
        site.rows("SELECT count(*) FROM gis.access_tokens WHERE token_hash = :hash", hash=sessions.fingerprint(token))[
            0
        ][0]
        == 1
    )


def edit(site: Site, client: TestClient) -> int:
    number = site.rows("SELECT id FROM gis.zones WHERE code = 'OPEN'")[0][0]
    address = f"/ogc/collections/zones/items/{number}"
    tag = client.get(address, headers={"Accept": "application/geo+json"}).headers["ETag"]
    answer = client.patch(
        address, json={"properties": {"website": "https://example.vn"}},
        headers={"If-Match": tag, "Content-Type": MERGE},
    )  # fmt: skip
    return answer.status_code


def test_a_program_that_may_write_needs_no_csrf_token_and_is_on_record_with_its_token(site: Site) -> None:
    login = site.account("data_steward")
    token, kept = make(site, login, "data_steward", read_only=False)
    assert edit(site, program(site, token)) == 204
    actor, details = site.rows("SELECT actor, details FROM gis.audit_log ORDER BY id DESC LIMIT 1")[0]
    assert (actor, details) == (login, {"token": kept.id})


def test_a_token_that_may_only_read_writes_nothing(site: Site) -> None:
    token, _ = make(site, site.account("data_steward"), "data_steward")
    before = site.rows("SELECT website FROM gis.zones ORDER BY id")
    client = program(site, token)
    number = site.rows("SELECT id FROM gis.zones WHERE code = 'OPEN'")[0][0]
    refused = client.patch(
        f"/ogc/collections/zones/items/{number}", json={"properties": {"website": "x"}},
        headers={"If-Match": "*", "Content-Type": MERGE},
    )  # fmt: skip
    assert (refused.status_code, refused.json()["code"]) == (403, "read_only_token")
    assert site.rows("SELECT website FROM gis.zones ORDER BY id") == before


def test_no_token_reaches_accounts_sessions_passwords_or_the_audit_trail(site: Site) -> None:
    """Even with the role administrator: the policy lists what is for people, and requests are refused."""
    token, kept = make(site, site.account("administrator"), "administrator")
    client = program(site, token)
    for method, path in (
        ("GET", "/accounts"), ("GET", "/audit"), ("GET", "/tokens"), ("POST", "/tokens"), ("GET", "/account"),
        ("DELETE", f"/tokens/{kept.id}"), ("PUT", "/sessions/current/password"), ("GET", "/administration/accounts"),
        ("POST", "/accounts"), ("DELETE", "/sessions/current"), ("POST", "/account/tokens"), ("POST", "/logout"),
    ):  # fmt: skip
        answer = client.request(method, path, json={} if method in ("POST", "PUT") else None)
        assert answer.status_code == 403, (method, path, answer.status_code)
    someone = Identity("x", "x", frozenset({"administrator"}), token_id=1)
    for operation in policy.OPERATIONS:
        guarded = operation.split(".")[0] in ("accounts", "audit", "links", "passwords", "sessions", "tokens")
        assert policy.is_for_programs(operation) == (not guarded or operation == "sessions.read")
    with pytest.raises(Exception, match="may not"):
        access.require(someone, "accounts.read")


@pytest.mark.parametrize(
    "end",
    [
        "UPDATE gis.access_tokens t SET revoked_at = now() WHERE id = :id",
        "UPDATE gis.access_tokens t SET expires_at = now() - interval '1 s' WHERE id = :id",
        "UPDATE gis.accounts a SET is_active = false FROM gis.access_tokens t WHERE t.account_id = a.id AND t.id = :id",
        "UPDATE gis.account_roles r SET role = 'investor' FROM gis.access_tokens t"  # noqa: ISC004 - one statement
        " WHERE t.account_id = r.account_id AND t.id = :id",
    ],
    ids=["revoked", "run out", "account closed", "role lost"],
)
def test_it_ends_at_once(site: Site, end: str) -> None:
    token, kept = make(site, site.account("planner"), "planner")
    client = program(site, token)
    assert zones_seen(client) == {"OPEN", "HIDDEN"}
    site.run(end, id=kept.id)
    answer = client.get("/ogc/collections/zones/items?f=json")
    assert (answer.status_code, answer.json()["code"]) == (401, "token_refused")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_role_that_the_account_lost_is_lost_to_its_tokens(site: Site) -> None:
    login = site.account("planner", "data_steward")
    token, _ = make(site, login, "planner", "data_steward")
    site.run(
        "DELETE FROM gis.account_roles WHERE role = 'data_steward'"
        " AND account_id = (SELECT id FROM gis.accounts WHERE login = :login)",
        login=login,
    )
    assert program(site, token).get("/sessions/current").json()["roles"] == ["planner"]


@pytest.mark.parametrize(
    "bad",
    ["gis_pat_" + "A" * 43, "gis_pat_", "", "x", "gis_pat_" + "A" * 5000, "é" * 10, "gis_pat_" + "A" * 42 + "\t"],
    ids=["unknown", "short", "empty", "other", "long", "letters", "tab"],
)
def test_what_is_no_good_token_is_refused_and_never_taken_for_the_public(site: Site, bad: str) -> None:
    client = site.visitor()
    shown = {b"Authorization": f"Bearer {bad}".encode("latin-1")}
    for path in ("/ogc/collections/zones/items?f=json", "/tiles/zones/10/814/451", "/sessions/current"):
        answer = client.get(path, headers=shown)  # type: ignore[arg-type]
        assert (answer.status_code, answer.json()["code"]) == (401, "token_refused"), path
    page = client.get("/zones", headers={**shown, b"Accept": b"text/html"})  # type: ignore[arg-type]
    assert page.status_code == 401


def test_a_token_in_the_cookie_and_a_cookie_as_token_open_nothing(site: Site) -> None:
    """Neither passes for the other: a cookie is sent by browsers of themselves, a token is not."""
    token, _ = make(site, site.account("planner"), "planner")
    client = site.visitor()
    client.cookies.set(sessions.COOKIE, token)
    assert zones_seen(client) == {"OPEN"}
    assert client.get("/sessions/current").json()["login"] == "public"
    cookie = site.signed_in("planner").cookies[sessions.COOKIE]
    assert program(site, cookie).get("/sessions/current").status_code == 401


def test_who_keeps_sending_bad_tokens_has_to_wait_and_a_good_one_is_never_refused(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "REFUSED_TOKENS_PER_ADDRESS", 3)
    bad = program(site, "gis_pat_" + "B" * 43, "10.9.9.9")
    before = site.audit_count()
    paths = ("/sessions/current", "/tiles/zones/10/814/451", "/ogc/tiles/WebMercatorQuad/10/451/814") * 2
    statuses = [bad.get(path).status_code for path in paths]
    assert statuses == [401, 401, 401, 429, 429, 429]
    assert site.audit_count() == before + 3
    token, _ = make(site, site.account("planner"), "planner")
    assert program(site, token, "10.9.9.9").get("/sessions/current").status_code == 200
    through_proxy = program(site, "gis_pat_" + "B" * 43, "127.0.0.1")
    assert [through_proxy.get("/sessions/current").status_code for _ in range(5)] == [401] * 5


def test_as_password_of_basic_it_reads_and_never_writes(site: Site) -> None:
    """QGIS 3.22 sends no other header. A browser may send Basic by itself, so it changes nothing."""
    token, _ = make(site, site.account("data_steward"), "data_steward", read_only=False)
    client = site.visitor()
    client.auth = ("qgis", token)
    assert zones_seen(client) == {"OPEN", "HIDDEN"}
    x, y = int((106.505 + 180) / 360 * (1 << 14)), _row(20.805, 14)
    assert client.get(f"/tiles/zones/14/{x}/{y}").content != site.visitor().get(f"/tiles/zones/14/{x}/{y}").content
    assert edit(site, client) == 403
    client.auth = ("qgis", "gis_pat_" + "C" * 43)
    assert client.get("/sessions/current").status_code == 401
    client.auth = ("somebody", "of a proxy before us")
    assert client.get("/sessions/current").json()["login"] == "public"
    garbled = site.visitor().get("/sessions/current", headers={"Authorization": "Basic ====ÿ".encode("latin-1")})
    assert garbled.json()["login"] == "public"


@pytest.mark.parametrize(
    ("roles", "read_only", "days", "name"),
    [
        (["administrator"], True, 30, "x"), ([], True, 30, "x"), (["planner"], True, 366, "x"),
        (["planner"], True, 0, "x"), (["planner"], True, 30, ""), (["planner"], True, 30, "a\u200bb"),
        (["planner"], True, 30, "x" * 61), (["public"], True, 30, "x"), (["approver"], False, 30, "x"),
    ],
)  # fmt: skip
def test_what_a_token_cannot_have(site: Site, roles: list[str], read_only: bool, days: int, name: str) -> None:
    client = site.signed_in("planner", "approver")
    answer = client.post("/tokens", json={"name": name, "roles": roles, "read_only": read_only, "days": days})
    assert (answer.status_code, answer.json()["code"]) == (422, "token_not_allowed")


def test_an_account_has_so_many_tokens_and_no_more(site: Site) -> None:
    login = site.account("planner")
    client = site.signed_in(login=login)
    wanted = {"name": "x", "roles": ["planner"]}
    for _ in range(access_tokens.MOST):
        made = client.post("/tokens", json=wanted)
        assert made.status_code == 201
    assert client.post("/tokens", json=wanted).status_code == 422
    assert client.delete(f"/tokens/{made.json()['id']}").status_code == 204
    assert client.post("/tokens", json=wanted).status_code == 201


def test_nobody_ends_or_sees_a_token_of_somebody_else_but_an_administrator(site: Site) -> None:
    owner, other = site.account("planner"), site.signed_in("planner")
    token, kept = make(site, owner, "planner")
    assert other.delete(f"/tokens/{kept.id}").status_code == 404
    assert other.get("/tokens").json() == []
    assert other.get(f"/accounts/{owner}/tokens").status_code == 403
    administrator = site.signed_in("administrator")
    assert [one["id"] for one in administrator.get(f"/accounts/{owner}/tokens").json()] == [kept.id]
    assert administrator.delete(f"/accounts/{owner}/tokens/{kept.id}").status_code == 204
    assert program(site, token).get("/sessions/current").status_code == 401


def test_the_page_makes_shows_once_and_revokes(site: Site) -> None:
    client = site.signed_in("planner")
    form = {"csrf_token": hidden(client.get("/account"), "csrf_token"), "name": "QGIS phòng Quy hoạch"}
    del client.headers["X-CSRF-Token"]
    made = client.post("/account/tokens", data={**form, "role": "planner", "days": "90"})
    assert made.status_code == 200
    token = made.text.split("<code>")[1].split("</code>")[0]
    assert zones_seen(program(site, token)) == {"OPEN", "HIDDEN"}
    again = client.get("/account").text
    assert token not in again
    assert "QGIS phòng Quy hoạch" in again
    number = again.split("/account/tokens/")[1].split("/")[0]
    assert client.post(f"/account/tokens/{number}/revoke", data=form).status_code == 303
    assert program(site, token).get("/sessions/current").status_code == 401
    refused = client.post("/account/tokens", data={**form, "days": "9e9", "role": "planner"})
    assert refused.status_code == 422


def test_without_the_token_of_the_form_no_access_token_is_made(site: Site) -> None:
    client = site.signed_in("planner")
    del client.headers["X-CSRF-Token"]
    assert client.post("/account/tokens", data={"name": "x", "role": "planner", "days": "30"}).status_code == 403
    assert client.post("/tokens", json={"name": "x", "roles": ["planner"]}).status_code == 403
