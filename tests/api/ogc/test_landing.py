"""What every client of the standards reads first."""

from __future__ import annotations

from fastapi.testclient import TestClient


def test_the_landing_page_leads_to_what_the_standard_asks_for(client: TestClient) -> None:
    for address in ("/ogc", "/ogc/"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/json"
        by_rel = {link["rel"]: link for link in answer.json()["links"]}
        assert by_rel["service-desc"]["type"] == "application/vnd.oai.openapi+json;version=3.0"
        assert {"self", "alternate", "service-doc", "conformance"} <= set(by_rel)


def test_accept_and_f_choose_the_representation(client: TestClient) -> None:
    page = client.get("/ogc/", headers={"Accept": "text/html"})
    assert page.headers["content-type"].startswith("text/html")
    assert client.get("/ogc/?f=json", headers={"Accept": "text/html"}).headers["content-type"] == "application/json"
    assert client.get("/ogc/", headers={"Accept": "image/png"}).json()["code"] == "not_acceptable"
    assert client.get("/ogc/", headers={"Accept": "image/png"}).status_code == 406
    assert client.get("/ogc/?f=xml").status_code == 400


def test_an_unknown_parameter_is_an_error(client: TestClient) -> None:
    for address in ("/ogc/?x=1", "/ogc/conformance?limit=2", "/ogc/?f=json&f=json"):
        answer = client.get(address)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_parameter")


def test_head_answers_like_get_without_a_body(client: TestClient) -> None:
    answer = client.head("/ogc/conformance")
    assert answer.status_code == 200
    assert answer.content == b""
