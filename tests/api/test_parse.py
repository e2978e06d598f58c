"""Reading addresses over HTTP, as the public, and at a terminal."""

from __future__ import annotations

import json

from fastapi.testclient import TestClient
from typer.testing import CliRunner

from gis_service.cli import app as commands
from gis_service.cli import parse as parse_command

runner = CliRunner()


def test_an_address_comes_back_in_its_elements(client: TestClient) -> None:
    answer = client.get("/parse", params={"address": "Số 3, ngách 5, ngõ 12 Trần Phú, P. Tứ Minh, TP Hải Dương"})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    first = told["readings"][0]
    assert (first["house"], first["path"]) == ("3", ["12", "5", "3"])
    assert first["elements"]["commune"]["name"] == "Tứ Minh"
    assert first["elements"]["street"] == {"kind": "", "name": "Trần Phú"}
    assert {reason["code"] for reason in first["elements"]["reasons"]} == {"old_units"}
    assert first["elements"]["reasons"][0]["message_vi"]


def test_many_are_answered_in_their_order_and_a_bad_one_has_a_fault(client: TestClient) -> None:
    asked = ["45 Trần Phú, Hải Phòng", "🏠", "x" * 5_000, "KCN Đại An, Hải Dương"]
    answer = client.post("/parse", json={"addresses": asked})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert [one["written"] for one in told] == asked
    assert [(one["fault"] or {}).get("code") for one in told] == [
        None,
        "address_not_readable",
        "address_too_long",
        None,
    ]


def test_what_cannot_be_read_is_refused_in_both_languages(client: TestClient) -> None:
    for address, code in (("", "address_not_readable"), ("a" * 1_500, "address_too_long")):
        answer = client.get("/parse", params={"address": address})
        assert (answer.status_code, answer.json()["code"]) == (400, code)
        assert answer.json()["detail_vi"]
    assert client.get("/parse", params={"address": "a" * 10_000}).status_code == 414


def test_the_command_prints_a_table_or_json() -> None:
    if not any(command.name == "parse" for command in commands.registered_commands):
        commands.command("parse")(parse_command.command)
    shown = runner.invoke(commands, ["parse", "Lô CN-05, KCN Đại An, P. Tứ Minh, TP Hải Dương"])
    assert shown.exit_code == 0, shown.output
    assert "CN-05" in shown.output
    lines = runner.invoke(commands, ["parse", "-", "--json"], input="45 Trần Phú, Hải Phòng\n,,,\n")
    told = [json.loads(line) for line in lines.output.splitlines()]
    assert told[0]["readings"][0]["number"] == "45"
    assert told[1]["fault"]["code"] == "address_not_readable"
