"""Requests that no honest client sends. No answer is a 5xx, and none tells how we are built."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx2 as httpx
import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from gis_service import routes
from gis_service.identity.tables import ROLES
from gis_service.settings import Settings
from tests.api.identity_site import Site, running_site
from tests.api.test_policy import walk

INTERNALS = re.compile(
    r"Traceback|psycopg|sqlalchemy|site-packages|gis_service[./]|\bSELECT\b|\bINSERT INTO\b|pydantic|starlette"
    r"|PostgreSQL|\bline \d+, in\b|gis_staff|gis_public",
    re.IGNORECASE,
)

VALUES = [
    "%00", "a%00b", "%ED%A0%80", "%FF%FE", "%C0%AE%C0%AE/", "..%2F..%2Fetc%2Fpasswd", "%2e%2e%2f", "-1", "0",
    "9223372036854775808", "1" + "0" * 23, "NaN", "Infinity", "1e999", "-0", "0x10", "%EF%BC%91", "1.5", "true", "null",
    "%27%20OR%201%3D1%20--%20", "%27%3B%20DO%20%24%24%24%24%20--", "%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    "%7B%7B7*7%7D%7D", "%25s%25n", "%7Bself%7D", "%0D%0ASet-Cookie:%20x%3D1", "%E2%80%AE", "%F0%9F%98%80", "%20",
    "a" * 3000, "%5C%5Chost%5Cshare", "$%7Bjndi:ldap:%7D", "__proto__", "%E1%BB%9D%CC%80",
]  # fmt: skip

LOOSE_JSON: list[tuple[bytes, int]] = [
    (b"{", 400), (b"NaN", 400), (b'{"a": 1e999}', 400), (b'{"a": -Infinity}', 400), (b'{"login": "\\ud800"}', 400),
    (b'{"login": "a\\u0000b"}', 400), (b'{"a": 1, "a": 2}', 400), (b"[" * 5000 + b"]" * 5000, 400),
    (b"[" * 100_000, 400), (b"\xff\xfe", 400), (b"9" * 10_000, 400), (b"\x00", 400), (b"", 422), (b"[]", 422),
    (b"null", 422), (b'"text"', 422), (b"1", 422), (b'{"__proto__": {}}', 422), (b'{"login": [], "password": {}}', 422),
    (b'{"login": 1e300, "password": true}', 422), (b'{"password": "x"}', 422),
]  # fmt: skip


@pytest.fixture(scope="module")
def site(demo_database: Settings) -> Iterator[Site]:
    with running_site(demo_database) as running:
        yield running


@pytest.fixture(scope="module")
def everybody(site: Site) -> TestClient:
    """Somebody who may do everything that any role may."""
    return site.signed_in(*(role for role in ROLES if role != "public"))


def all_routes() -> list[tuple[str, str, APIRoute]]:
    return [
        (method, path, route)
        for router in routes.all_routers()
        for path, route in walk(router.routes)
        if isinstance(route, APIRoute)
        for method in sorted(route.methods)
    ]


def names(found: list[tuple[str, str, APIRoute]]) -> list[str]:
    return [f"{method} {path}" for method, path, _ in found]


def filled(path: str, **values: str) -> str:
    good = {"layer": "zones", "layers": "zones", "z": "10", "x": "815", "y": "450"} | values
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: good.get(found[1], "1"), path)


def check(answer: httpx.Response) -> int:
    """No 5xx; a refusal is a problem in both languages with an id; nothing of how we are built. Gives the status."""
    assert answer.status_code < 500, f"{answer.request.method} {answer.request.url}: {answer.text[:300]}"
    assert answer.headers["x-request-id"]
    assert "set-cookie" not in answer.headers or "x=1" not in answer.headers["set-cookie"]
    if answer.status_code < 400:
        return answer.status_code
    assert answer.headers["x-content-type-options"] == "nosniff"
    kind = answer.headers.get("content-type", "")
    if kind.startswith("text/html"):  # a form that is shown again
        assert not re.search("Traceback|psycopg|sqlalchemy|site-packages", answer.text)
        return answer.status_code
    if answer.request.url.path.startswith("/assets/") and kind.startswith("text/plain"):
        assert len(answer.content) < 100  # a range that is none; the framework says so itself
        return answer.status_code
    assert kind == "application/problem+json", answer.text[:300]
    if answer.request.method == "HEAD":
        assert not answer.content  # the headers of the answer to a GET, and no body
        return answer.status_code
    problem = answer.json()
    assert problem["status"] == answer.status_code
    assert re.fullmatch(r"[a-z_]+", problem["code"])
    assert problem["detail"]
    assert problem["detail_vi"]
    assert problem["request_id"] == answer.headers["x-request-id"]
    said = f"{problem['detail']} {problem['detail_vi']} {problem.get('errors', '')}"
    assert not INTERNALS.search(said), said
    return answer.status_code


WITH_PATH = [found for found in all_routes() if "{" in found[1]]


@pytest.mark.parametrize(("method", "path", "route"), WITH_PATH, ids=names(WITH_PATH))
def test_strange_values_in_the_path(everybody: TestClient, method: str, path: str, route: APIRoute) -> None:
    for parameter in re.findall(r"\{(\w+)(?::\w+)?\}", path):
        told = {value: check(everybody.request(method, filled(path, **{parameter: value}))) for value in VALUES}
        assert max(told.values()) < 500, told


def query_names(dependant: Dependant) -> set[str]:
    own = {field.alias for field in dependant.query_params}
    return own.union(*(query_names(below) for below in dependant.dependencies))


WITH_QUERY = [found for found in all_routes() if found[0] == "GET"]


@pytest.mark.parametrize(("method", "path", "route"), WITH_QUERY, ids=names(WITH_QUERY))
def test_strange_values_in_the_query(everybody: TestClient, method: str, path: str, route: APIRoute) -> None:
    for parameter in sorted(query_names(route.dependant) | {"lang"}):
        strange = [*(f"{parameter}={value}" for value in VALUES), f"{parameter}=1&{parameter}=2&{parameter}[]=3"]
        told = {query: check(everybody.get(f"{filled(path)}?{query}")) for query in strange}
        assert max(told.values()) < 500, told


WITH_BODY = [found for found in all_routes() if found[2].body_field is not None]


@pytest.mark.parametrize(("method", "path", "route"), WITH_BODY, ids=names(WITH_BODY))
def test_loose_json_never_reaches_a_route(everybody: TestClient, method: str, path: str, route: APIRoute) -> None:
    for body, status in LOOSE_JSON:
        answer = everybody.request(method, filled(path), content=body, headers={"Content-Type": "application/json"})
        check(answer)
        if status == 400 and not path.startswith("/imports/"):
            assert answer.status_code == 400, body[:40]


@pytest.mark.parametrize(("body", "status"), LOOSE_JSON, ids=[repr(body[:24]) for body, _ in LOOSE_JSON])
def test_loose_json_has_one_status(site: Site, body: bytes, status: int) -> None:
    answer = site.visitor().post("/sessions", content=body, headers={"Content-Type": "application/json"})
    check(answer)
    assert answer.status_code == status


@pytest.mark.parametrize(("method", "path", "route"), WITH_BODY, ids=names(WITH_BODY))
def test_other_kinds_of_content(everybody: TestClient, method: str, path: str, route: APIRoute) -> None:
    for kind, body in (
        ("text/plain", b'{"login": "a", "password": "b"}'), ("", b'{"a": 1}'), ("application/xml", b"<a/>"),
        ("application/json; charset=utf-16", '{"a": 1}'.encode("utf-16")), ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=", b"--\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\nno end"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x--"),
        ("application/x-www-form-urlencoded", b"a=%00&b=%ED%A0%80&c=%FF"),
        ("application/x-www-form-urlencoded", b"&=&=%"),
        ("multipart/form-data; boundary=x; charset=unicode_escape",
         b'--x\r\nContent-Disposition: form-data; name="login"\r\n\r\n\\ud800\r\n--x--\r\n'),
        ("application/vnd.api+json", b"[NaN]"), ("*/*", b"x"), ("a" * 5000, b"x"),
    ):  # fmt: skip
        told = check(everybody.request(method, filled(path), content=body, headers={"Content-Type": kind}))
        assert told not in range(200, 300), f"{kind[:40]} was taken for something else"


@pytest.mark.parametrize("path", ["/sessions", "/login", "/accounts", "/links/x", "/health", "/nowhere"])
def test_a_body_of_ten_megabytes_is_not_taken(everybody: TestClient, path: str) -> None:
    body = b'{"login": "' + b"a" * 10_000_000 + b'"}'
    declared = everybody.post(path, content=body, headers={"Content-Type": "application/json"})
    check(declared)
    assert declared.status_code == 413

    def chunks() -> Iterator[bytes]:  # no length is declared
        for start in range(0, len(body), 65536):
            yield body[start : start + 65536]

    undeclared = everybody.post(path, content=chunks(), headers={"Content-Type": "application/json"})
    check(undeclared)
    assert undeclared.status_code in (404, 405, 413)
    if path in ("/sessions", "/accounts", "/links/x"):
        assert undeclared.status_code == 413


@pytest.mark.parametrize("length", ["-1", "abc", "1e3", "", "+5", "５"])
def test_a_length_that_is_no_number(site: Site, length: str) -> None:
    client = site.visitor()
    answer = client.post("/sessions", content=b"{}", headers={"Content-Length": length.encode()})  # type: ignore[dict-item]
    check(answer)
    assert answer.is_client_error


def test_queries_without_end(everybody: TestClient) -> None:
    for query in ("a=" + "x" * 30_000, "&".join(f"a{n}=1" for n in range(5000)), "x" * 9000):
        answer = everybody.get(f"/zones?{query}")
        check(answer)
        assert (answer.status_code, answer.json()["code"]) == (414, "query_too_long")
    many = everybody.get("/zones?" + "&".join(f"a{n}=1" for n in range(1000)))
    check(many)


def test_forms_without_end(site: Site) -> None:
    client = site.visitor()
    endless = {"data": {f"field{n}": "x" for n in range(5000)}}, {"data": {"login": "x" * 100_000}}
    files = {"files": {f"file{n}": b"x" for n in range(1500)}}
    for body in (*endless, files):
        assert check(client.post("/login", **body)) in range(400, 500)


METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "X"]
PATHS = sorted({path for _, path, _ in all_routes()})


@pytest.mark.parametrize("path", PATHS)
def test_the_wrong_method_is_named_so(site: Site, path: str) -> None:
    allowed = {method for method, other, _ in all_routes() if other == path}
    client = site.visitor()
    for method in METHODS:
        if method in allowed:
            continue
        answer = client.request(method, filled(path))
        if method == "HEAD":
            assert answer.status_code < 500
            continue
        check(answer)
        assert answer.status_code in (401, 403, 404, 405), method


def test_a_method_in_disguise_is_no_method(site: Site) -> None:
    boss, login = site.signed_in("administrator"), site.account("planner")
    before = site.audit_count()
    for header in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        check(boss.get(f"/accounts/{login}", headers={header: "DELETE"}))
        check(boss.post(f"/accounts/{login}", headers={header: "DELETE"}))
    check(boss.get(f"/accounts/{login}?_method=DELETE"))
    assert site.audit_count() == before
    assert boss.get(f"/accounts/{login}").json()["is_active"]


READS = [found for found in all_routes() if found[0] == "GET"]


def test_reading_leaves_no_trace(site: Site, everybody: TestClient) -> None:
    before = site.audit_count()
    for _, path, _ in READS:
        check(everybody.get(filled(path)))
    assert site.audit_count() == before


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Request-ID": "<script>alert(1)</script>"}, {"X-Request-ID": "a" * 5000}, {"X-Request-ID": "é"},
        {"Cookie": "gis_session=" + "A" * 5000}, {"Cookie": "gis_session=\xff\xfe"}, {"Cookie": ";;;===;"},
        {"Cookie": "gis_lang=../../etc/passwd"}, {"Cookie": "gis_session=a; gis_session=b"},
        {"Accept-Language": "x" * 5000}, {"Accept-Language": "vi;q=NaN,,,;"}, {"Accept": "\xff"}, {"Origin": "null"},
        {"Accept-Encoding": "bomb, *;q=9"}, {"If-None-Match": "W/\"" + "x" * 3000},
        {"Range": "bytes=0-,-1,99999999999-"},
        {"X-CSRF-Token": "\xff\xfe"}, {"Authorization": "Basic !!!"}, {"X-Forwarded-For": "1.2.3.4, <b>"},
        {"X-Forwarded-Host": "evil.example"}, {"If-Modified-Since": "never"}, {"Sec-Fetch-Site": "\xff"},
    ],
    ids=lambda headers: str(headers)[:40],
)  # fmt: skip
def test_strange_headers(site: Site, headers: dict[str, str]) -> None:
    raw = {name: value.encode("latin-1") for name, value in headers.items()}
    client = site.visitor()
    for method, path in (("GET", "/"), ("GET", "/health"), ("POST", "/sessions"), ("GET", "/tiles/zones/10/815/450"),
                         ("GET", "/sessions/current"), ("GET", "/assets/emblem.svg")):  # fmt: skip
        answer = client.request(method, path, headers=raw)  # type: ignore[arg-type]
        check(answer)
        assert "<script>alert" not in str(answer.headers)
        assert "evil.example" not in str(answer.headers)


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80@localhost", "localhost\\@evil", "a" * 3000, "[::1", ""]
)
def test_a_forged_host_gets_into_no_link(site: Site, host: str) -> None:
    boss, login = site.signed_in("administrator"), site.account("planner")
    answer = boss.post(f"/accounts/{login}/links", headers={"Host": host})
    check(answer)
    if answer.is_success:
        assert answer.json()["link"].startswith("/password/")
    check(site.visitor().get("/", headers={"Host": host}))


def test_hosts_can_be_named(new_database: Any) -> None:
    with running_site(new_database(trusted_hosts="gis.example.vn,localhost")) as site:
        assert site.visitor().get("/health").status_code == 200
        refused = site.visitor().get("/health", headers={"Host": "evil.example"})
        assert refused.status_code == 400
        assert "evil" not in refused.text


# --- headers of every answer ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200), ("GET", "/login", 200), ("GET", "/health", 200), ("GET", "/nowhere", 404),
        ("PUT", "/health", 405), ("GET", "/accounts", 401), ("POST", "/sessions", 422),
        ("GET", "/health?a=%00", 400), ("GET", "/openapi.json", 200), ("GET", "/broken", 500),
        ("GET", "/tiles/zones/99/0/0", None),
    ],
)  # fmt: skip
def test_every_answer_carries_the_headers(site: Site, method: str, path: str, status: int | None) -> None:
    if path == "/broken" and not any(getattr(route, "path", "") == "/broken" for route in site.app.routes):
        site.app.add_api_route("/broken", _broken)
    answer = site.visitor().request(method, path)
    assert status is None or answer.status_code == status
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'self'"
    assert policy["script-src"] == "'self'"
    assert policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["object-src"] == "'none'"
    assert policy["base-uri"] == "'none'"
    assert policy["form-action"] == "'self'"
    for directive in policy.values():
        assert not re.search(r"unsafe|https?:|\*", directive)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] in ("same-origin", "no-referrer", "strict-origin-when-cross-origin")
    assert "camera=()" in answer.headers["permissions-policy"]
    assert "strict-transport-security" not in answer.headers  # only behind TLS: tests/api/test_identity.py
    assert "access-control-allow-origin" not in answer.headers
    assert "server" not in answer.headers


def _broken() -> None:
    secret = "the inside of a function"
    raise RuntimeError(secret)


def test_a_defect_tells_nothing_but_its_number(site: Site) -> None:
    if not any(getattr(route, "path", "") == "/broken" for route in site.app.routes):
        site.app.add_api_route("/broken", _broken)
    answer = site.visitor().get("/broken")
    assert answer.status_code == 500
    assert answer.json()["code"] == "internal_error"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert "inside" not in answer.text
    assert not INTERNALS.search(answer.text)


def test_other_origins_get_no_permission(site: Site) -> None:
    ask = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    for path in ("/sessions", "/accounts", "/tiles/zones/10/815/450"):
        answer = site.visitor().options(path, headers=ask)
        assert "access-control-allow-origin" not in answer.headers
        assert answer.status_code < 500


@pytest.mark.parametrize(
    "path",
    ["../gis_service/settings.py", "..%2f..%2fpyproject.toml", "%2e%2e/%2e%2e/.env", "....//....//.env", "/etc/passwd",
     "%5c..%5c..%5c.env", "emblem.svg%00.js", ".git/config", "../templates/base.html"],
)  # fmt: skip
def test_assets_are_only_assets(site: Site, path: str) -> None:
    answer = site.visitor().get(f"/assets/{path}")
    assert answer.status_code in (400, 404)
    check(answer)


def test_text_comes_back_as_text(site: Site) -> None:
    """What is in an address shows in the error page; as text."""
    answer = site.visitor().get(f"/zones/{quote('<script>alert(1)</script>')}", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert "<script>alert" not in answer.text
