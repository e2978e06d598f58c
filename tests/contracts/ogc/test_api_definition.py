"""The API definition is a sound OpenAPI 3.0 document, and tells the truth. Abstract test 6 of 17-069r3.

script/conformance puts the same document before the parser that the official suites use.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tests.contracts.ogc.conftest import Json, Service

METHODS = ("get", "put", "post", "delete", "patch", "head", "options")
SINCE_3_1 = {"const", "$defs", "prefixItems", "patternProperties", "examples", "if", "then", "else", "webhooks"}


def walk(node: Any, path: str = "#") -> Iterator[tuple[str, Json]]:
    """Every object of the document with its place."""
    if isinstance(node, dict):
        yield path, node
        for name, below in node.items():
            yield from walk(below, f"{path}/{name}")
    elif isinstance(node, list):
        for at, below in enumerate(node):
            yield from walk(below, f"{path}/{at}")


def resolved(api: Json, node: Json) -> Json:
    while "$ref" in node:
        assert node["$ref"].startswith("#/"), node
        found: Any = api
        for name in node["$ref"][2:].split("/"):
            found = found[name.replace("~1", "/").replace("~0", "~")]
        node = found
    return node


def operations(api: Json) -> Iterator[tuple[str, str, Json, list[Json]]]:
    """Path, method, operation and its parameters, those of the path among them."""
    for path, item in api["paths"].items():
        for method in METHODS:
            if method in item:
                given = [*item.get("parameters", []), *item[method].get("parameters", [])]
                yield path, method, item[method], [resolved(api, one) for one in given]


def test_it_is_openapi_3_0(api: Json) -> None:
    assert re.fullmatch(r"3\.0\.\d", api["openapi"])
    assert api["info"]["title"]
    assert api["info"]["version"]
    for path, node in walk(api):
        if "/properties" in path.rsplit("/", 1)[0][-12:] or path.endswith("/properties"):
            continue  # there the names are those of data
        assert not SINCE_3_1 & set(node), path
        assert not isinstance(node.get("type"), list), path


def test_every_reference_leads_somewhere(api: Json) -> None:
    count = 0
    for _, node in walk(api):
        if isinstance(node.get("$ref"), str):
            resolved(api, node)
            count += 1
    assert count > 20


def test_every_operation_has_an_id_of_its_own_and_answers(api: Json) -> None:
    ids = [operation["operationId"] for _, _, operation, _ in operations(api)]
    assert len(ids) == len(set(ids)) > 15
    for path, method, operation, _ in operations(api):
        assert operation["responses"], (path, method)
        for status, answer in operation["responses"].items():
            assert re.fullmatch(r"[1-5]\d\d|[1-5]XX|default", status)
            assert resolved(api, answer)["description"]


def test_parameters_are_complete_and_those_of_the_path_declared(api: Json) -> None:
    for path, method, _, parameters in operations(api):
        keys = [(one["in"], one["name"]) for one in parameters]
        assert len(keys) == len(set(keys)), (path, method)
        assert {name for where, name in keys if where == "path"} == set(re.findall(r"\{(\w+)\}", path)), path
        for one in parameters:
            assert ("schema" in one) != ("content" in one), (path, one["name"])
            assert one["in"] != "path" or one["required"] is True


def test_schemas_have_what_their_type_needs(api: Json) -> None:
    for path, node in walk(api.get("components", {}).get("schemas", {})):
        if node.get("type") == "array" and "/properties/" not in path[-12:]:
            assert "items" in node, path
        if isinstance(node.get("required"), list) and "properties" in node:
            assert set(node["required"]) <= set(node["properties"]), path


def test_every_plain_address_of_the_definition_answers(service: Service, api: Json) -> None:
    """GET without parameters that must be filled in: none is 404 or worse."""
    asked = 0
    for path, method, _, parameters in operations(api):
        if method == "get" and "{" not in path and not any(one.get("required") for one in parameters):
            assert service.ask(path, "*/*").status_code == 200, path
            asked += 1
    assert asked >= 6


def test_links_of_every_document_name_relation_type_and_address(service: Service, landing: Json) -> None:
    for address in ("/", "/conformance", "/collections", "/tiles", "/tileMatrixSets"):
        for link in service.get(address)["links"]:
            assert {"href", "rel", "type"} <= set(link)
            assert link["href"].startswith("http")
