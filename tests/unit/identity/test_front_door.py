"""JSON as RFC 8259 means it, and nothing looser."""

from __future__ import annotations

import pytest

from gis_service.front_door import DEEPEST, Unreadable, check_address, read_json


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"{}", {}),
        (b"[1, 2.5, -3e2, null, true]", [1, 2.5, -300.0, None, True]),
        ('{"tên": "Đại An"}'.encode(), {"tên": "Đại An"}),
        (b'"\\ud83d\\ude00"', "\U0001f600"),  # a whole surrogate pair is one character
        (b'{"a": {"a": 1}}', {"a": {"a": 1}}),  # the same key on two levels
        (b"[" * (DEEPEST - 1) + b"]" * (DEEPEST - 1), None),
    ],
)
def test_honest_json_is_read(body: bytes, value: object) -> None:
    read = read_json(body)
    assert value is None or read == value


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "bad_json"),
        (b"{", "bad_json"),
        (b"{'a': 1}", "bad_json"),
        (b"[1,]", "bad_json"),
        (b'{"a": 1} x', "bad_json"),
        (b"\xff\xfe{\x00}\x00", "bad_json"),  # UTF-16
        (b"\xef\xbb\xbf{}", "bad_json"),  # byte order mark
        (b'"\xed\xa0\x80"', "bad_json"),  # a surrogate smuggled as UTF-8
        (b"9" * 5000, "bad_json"),
        (b'"\x00"', "bad_json"),
        (b"NaN", "not_finite"),
        (b"[Infinity]", "not_finite"),
        (b'{"x": -Infinity}', "not_finite"),
        (b"1e999", "not_finite"),
        (b"[-1e400]", "not_finite"),
        (b'{"a": 1, "a": 2}', "duplicate_key"),
        (b'{"a": 1, "\\u0061": 2}', "duplicate_key"),
        (b'[{"b": {"a": 1, "a": 1}}]', "duplicate_key"),
        (b'"\\u0000"', "forbidden_character"),
        (b'{"a\\u0000": 1}', "forbidden_character"),
        (b'"\\ud800"', "forbidden_character"),
        (b'["x", {"y": "\\udfff\\ud800"}]', "forbidden_character"),
        (b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1), "too_deep"),
        (b'{"a":' * 200 + b"1" + b"}" * 200, "too_deep"),
        (b"[" * 200_000, "too_deep"),
    ],
)
def test_loose_json_is_refused(body: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read_json(body)
    assert (refusal.value.code, refusal.value.status) == (code, 400)
    assert refusal.value.message_vi != str(refusal.value)


def test_addresses() -> None:
    check_address("/zones", b"q=" + b"a" * 1000)
    for path, query in (("/zo\0nes", b""), ("/zones", b"q=%00"), ("/zones", b"q=" + b"a" * 10_000)):
        with pytest.raises(Unreadable):
            check_address(path, query)
