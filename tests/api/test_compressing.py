"""What travels compressed, and what must not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from maps import compression

ClientAs = Callable[..., TestClient]


def raw(client: TestClient, path: str, encoding: str) -> tuple[bytes, dict[str, str]]:
    with client.stream("GET", path, headers={"Accept-Encoding": encoding, "Accept": "text/html"}) as answer:
        return b"".join(answer.iter_raw()), dict(answer.headers)


@pytest.mark.parametrize("path", ["/plots", "/styles/map.json?lang=vi", "/about"])
@pytest.mark.parametrize("encoding", ["zstd", "br", "gzip"])
def test_pages_and_data_are_the_same_once_expanded(client: TestClient, path: str, encoding: str) -> None:
    plain, headers = raw(client, path, "identity")
    packed, told = raw(client, path, encoding)
    assert "content-encoding" not in headers
    assert told["content-encoding"] == encoding
    assert "Accept-Encoding" in told["vary"]
    assert int(told["content-length"]) == len(packed) < len(plain) / 2
    assert compression.expand(packed, encoding) == plain


def test_the_page_of_a_signed_in_person_keeps_its_length_to_itself(client_as: ClientAs) -> None:
    """It holds the token of the forms beside words from the address."""
    _, headers = raw(client_as("planner"), "/plots", "zstd, br, gzip")
    assert "content-encoding" not in headers


def test_a_refused_encoding_is_not_used(client: TestClient) -> None:
    _, headers = raw(client, "/plots", "zstd;q=0, br;q=0, gzip;q=0")
    assert "content-encoding" not in headers


def test_what_is_small_or_a_file_stays_as_it_is(client: TestClient) -> None:
    assert "content-encoding" not in raw(client, "/health/live", "gzip")[1]
    assert "content-encoding" not in raw(client, "/plots/table.xlsx", "gzip")[1]
