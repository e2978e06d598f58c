"""Every route declares an operation, and every operation answers exactly the roles it lists.

The table is checked by real requests: each route, once per role, with an empty body. What comes
back may be a complaint about the body or a missing record, but only the listed roles get so far.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from starlette.routing import BaseRoute, Mount, Route

from gis_service import routes
from gis_service.identity import policy
from gis_service.identity.tables import ROLES
from tests.api.identity_site import Site, running_site
from tests.conftest import NewDatabase

FREE_OF_OPERATIONS = {"/openapi.json", "/assets"}
"""What knows neither data nor people: the description of the interface, scripts, styles, fonts."""

NOT_BY_ROUTE = {"demo.load", "search.learn"}
"""Operations of the command line alone."""


@pytest.fixture(scope="module")
def site(new_database: NewDatabase) -> Iterator[Site]:
    with running_site(new_database()) as running:
        yield running


@pytest.fixture(scope="module")
def person(site: Site) -> Callable[[str, str], TestClient]:
    """`person(role, operation)`: signed in with that role; for good, unless the operation ends a session."""
    lasting: dict[str, TestClient] = {"public": site.visitor()}

    def find(role: str, operation: str) -> TestClient:
        if operation == "sessions.end" and role != "public":
            return site.signed_in(role)
        if role not in lasting:
            lasting[role] = site.signed_in(role)
        return lasting[role]

    return find


def walk(found: list[BaseRoute], prefix: str = "") -> Iterator[tuple[str, BaseRoute]]:
    """All routes with their whole path; an included router is one entry that holds a router."""
    for route in found:
        inner = getattr(route, "original_router", None)
        if isinstance(inner, APIRouter):
            yield from walk(inner.routes, prefix + route.include_context.prefix)  # type: ignore[attr-defined]
        else:
            assert isinstance(route, Route | Mount | APIRoute), f"a kind of route nobody checks: {route!r}"
            yield prefix + route.path, route


def operations_of(dependant: Dependant) -> list[str]:
    own = getattr(dependant.call, "operation", None)
    return ([own] if own else []) + [op for below in dependant.dependencies for op in operations_of(below)]


def declared() -> list[tuple[str, str, str]]:
    """Method, path and operation of every route of the routers."""
    return [
        (method, path, operation)
        for router in routes.all_routers()
        for path, route in walk(router.routes)
        if isinstance(route, APIRoute)
        for method in sorted(route.methods)
        for operation in operations_of(route.dependant)
    ]


def test_every_route_declares_one_operation(site: Site) -> None:
    undeclared, unlisted = [], []
    for path, route in walk(site.app.routes):
        if path in FREE_OF_OPERATIONS:
            continue
        operations = operations_of(route.dependant) if isinstance(route, APIRoute) else []
        if len(operations) != 1:
            undeclared.append((path, operations))
        unlisted += [operation for operation in operations if operation not in policy.OPERATIONS]
    assert undeclared == []
    assert unlisted == []


def test_every_operation_of_the_table_is_used() -> None:
    used = {operation for _, _, operation in declared()}
    assert set(policy.OPERATIONS) - used - NOT_BY_ROUTE == set()


def test_the_table_names_only_real_roles() -> None:
    assert set().union(*policy.OPERATIONS.values()) <= set(ROLES)
    assert all(policy.OPERATIONS.values())


def test_whoever_may_write_an_address_may_not_approve_it_by_the_same_role() -> None:
    may_propose, may_approve = (
        policy.OPERATIONS["streets.number.propose"], policy.OPERATIONS["streets.number.approve"]
    )  # fmt: skip
    assert may_propose.isdisjoint(may_approve)


def test_an_operation_nobody_listed_is_refused_to_all() -> None:
    from gis_service.identity.model import Identity

    everybody = Identity("x", "x", frozenset(ROLES))
    assert not policy.may(everybody, "zones.blow_up")


def filled(path: str) -> str:
    """Plausible values for path parameters; what they name does not exist."""
    values = {"layer": "zones", "layers": "zones", "z": "10", "x": "1", "y": "1", "lang": "vi", "login": "no.such"}
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: values.get(found[1], "999999"), path)


@pytest.mark.parametrize(("method", "path", "operation"), declared())
def test_only_the_listed_roles_get_through(
    person: Callable[[str, str], TestClient], method: str, path: str, operation: str
) -> None:
    wrong = []
    for role in ROLES:
        answer = person(role, operation).request(method, filled(path))
        is_problem = answer.headers.get("content-type") == "application/problem+json"
        # An answer to HEAD has no body to say why.
        by_status = {401: "not_signed_in", 403: "not_allowed"}.get(answer.status_code)
        refusal = (answer.json()["code"] if answer.content else by_status) if is_problem else None
        refused = refusal in ("not_allowed", "not_signed_in")
        expected = "not_signed_in" if role == "public" else "not_allowed"
        if role in policy.OPERATIONS[operation]:
            right = not refused and answer.status_code < 500
        else:
            right = refusal == expected and answer.status_code == (401 if role == "public" else 403)
        if not right:
            wrong.append((role, answer.status_code, refusal, answer.text[:200]))
    assert wrong == []


WRITES = sorted({(method, path) for method, path, _ in declared() if method != "GET"})
NOT_A_CHANGE = {"/sessions", "/login", "/sessions/current/password", "/account/password"}
"""A password that is tried is recorded also when it is wrong."""


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_a_write_that_fails_leaves_no_record_and_one_that_succeeds_leaves_one(
    site: Site, method: str, path: str
) -> None:
    client = site.signed_in(*(role for role in ROLES if role != "public"))
    for body in (None, {}, {"nonsense": True}):
        before = site.audit_count()
        answer = client.request(method, filled(path), json=body)
        assert answer.status_code < 500
        made = site.audit_count() - before
        if answer.is_error and path not in NOT_A_CHANGE:
            assert made == 0, answer.text
        else:
            assert made in (0, 1)


def test_two_roles_may_what_either_may(site: Site) -> None:
    client = site.signed_in("investor", "administrator")
    assert client.get("/accounts").status_code == 200
    assert site.signed_in("investor", "planner").get("/accounts").json()["code"] == "not_allowed"
