"""The audit trail, written and read through the running application."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.api.identity_site import Site, running_site, who
from tests.conftest import NewDatabase


@pytest.fixture(scope="module")
def site(new_database: NewDatabase) -> Iterator[Site]:
    with running_site(new_database()) as running:
        yield running


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
