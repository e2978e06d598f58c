"""Local policies in a plain form: who sets them, what is refused, what is kept."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from addressing.rules.policy import choices_of
from addressing.rules.policy_clauses import CLAUSE_OF
from maps import i18n
from tests.api import desk_office as office

ClientAs = Callable[..., TestClient]


@pytest.fixture(scope="module")
def approver(client_as: ClientAs) -> TestClient:
    return client_as("approver", login="binh")


def set_value(client: TestClient, name: str, value: str, **other: str) -> Response:
    fields = {"area": "*", "decision_number": "18/QĐ-UBND", "valid_from": "2041-01-01", **other}
    return office.post(client, "/desk/policies", name=name, value=value, **fields)


def test_staff_read_and_approvers_set(client: TestClient, client_as: ClientAs, approver: TestClient) -> None:
    assert client.get("/desk/policies").status_code == 401
    assert client_as("investor").get("/desk/policies").status_code == 403
    officer = client_as("address_officer", login="an")
    assert 'action="/desk/policies"' not in office.see(officer, "/desk/policies")
    assert set_value(officer, "reach_m", "50").status_code == 403
    for name, value, shown in (
        ("min_chord_ratio", "0,35", "0,35"), ("reserve_other_lots", "không", "không"),
        ("infill", "ask", "phải hỏi <code>ask</code>"),
    ):  # fmt: skip
        done = set_value(approver, name, value)
        assert done.status_code == 303, done.text
        page = office.see(approver, done.headers["location"])
        assert 'role="status"' in page
        assert re.search(rf"{re.escape(i18n.translate('vi', f'policy.name.{name}'))}</th>\s*<td[^>]*>{shown}<", page)
        assert "18/QĐ-UBND" in page


@pytest.mark.parametrize(
    ("name", "value", "other"),
    [
        ("reach_m", "xa", {}), ("reach_m", "inf", {}), ("reach_m", "-3", {}), ("infill", "none", {}),
        ("reserve_other_lots", "maybe", {}), ("no_such", "1", {}), ("reach_m", "40", {"area": "commune:99998"}),
        ("reach_m", "40", {"decision_number": "  "}),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_and_kept(approver: TestClient, name: str, value: str, other: dict[str, str]) -> None:
    answer = set_value(approver, name, value, **other)
    assert answer.status_code == 422
    page = html.unescape(answer.text)
    assert 'role="alert"' in page
    assert f'name="value" value="{value}"' in page
    assert 'value="2041-01-01"' in page


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_text_is_missing(approver: TestClient, lang: str) -> None:
    assert not re.findall(r">\s*(?:desk|policy)\.[a-z_.]+", office.see(approver, f"/desk/policies?lang={lang}"))
    assert [name for name in CLAUSE_OF if f"policy.name.{name}" not in i18n.catalogue(lang)] == []
    choices = {choice for name in CLAUSE_OF for choice in choices_of(name)}
    assert [choice for choice in choices if f"policy.word.{choice}" not in i18n.catalogue(lang)] == []
