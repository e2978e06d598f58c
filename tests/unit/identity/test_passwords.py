"""What the password policy allows, and that a hash answers only to its own password."""

from __future__ import annotations

import unicodedata

import argon2
import pytest

from gis_service.identity import passwords


@pytest.mark.parametrize(
    "allowed",
    [
        "Kho-bau 2026 xanh",  # 17 characters, four kinds
        "tR8#mn2!Qx7$pL",  # exactly 14
        "con ngựa ăn cỏ trên đê",  # 22, lower case and spaces only
        "ba con vịt bơi qua ao",  # 21
        "98140 27365 09182 64",  # 20 digits and blanks without a pattern
    ],
)
def test_allowed(allowed: str) -> None:
    assert passwords.weaknesses(allowed, "nguyen.an", 14) == []


@pytest.mark.parametrize(
    ("refused", "reason"),
    [
        ("tR8#mn2!Qx7$p", "at least 14"),  # 13 characters
        ("tr8#mn2!qx7$pl", "at least 14"),  # no upper case
        ("TR8#MN2!QX7$PL", "at least 14"),  # no lower case
        ("tRy#mnz!Qxa$pL", "at least 14"),  # no digit
        ("tR8zmn2wQx7kpL", "at least 14"),  # no sign
        ("", "at least 14"),
        ("ba con vit boi song", "at least 14"),  # 19: neither four kinds nor a passphrase
        ("Nguyen.An-2026-xanh!", "login name"),
        ("xin chao NGUYEN.AN nhe ban", "login name"),
        ("Password@12345", "easy to guess"),
        ("P@ssw0rd!2026!", "easy to guess"),
        ("Matkhau@123456", "easy to guess"),
        ("Mật-Khẩu@20262", "easy to guess"),  # marks do not make it another word
        ("Matkhau1!Matkhau1!", "easy to guess"),
        ("HaiPhong#2026HaiPhong", "easy to guess"),
        ("01234567890123456789", "easy to guess"),
        ("abcdefghijklmnopqrst", "easy to guess"),
        ("ababababababababababab", "easy to guess"),
        ("Aa1!Aa1!Aa1!Aa1!Aa1!", "easy to guess"),  # three different letters when case is put aside
        ("tR8#mn2!Qx7$pL\x00", "control"),
        ("tR8#mn2!Qx7$pL\ud800", "control"),
        ("xY3! " * 52, "at most 256"),
    ],
)
def test_refused(refused: str, reason: str) -> None:
    found = passwords.weaknesses(refused, "nguyen.an", 14)
    assert any(reason in english for english, _ in found), found
    assert all(vietnamese for _, vietnamese in found)


def test_the_length_is_a_setting() -> None:
    assert passwords.weaknesses("tR8#mn2!Qx7$pL", "nguyen.an", 16) != []
    assert passwords.weaknesses("tR8#mn2!", "nguyen.an", 8) == []


def test_a_hash_answers_to_its_password_only() -> None:
    kept = passwords.hash_password("con ngựa ăn cỏ trên đê")
    assert kept.startswith("$argon2id$")
    assert passwords.matches(kept, "con ngựa ăn cỏ trên đê")
    assert not passwords.matches(kept, "con ngựa ăn cỏ trên đe")
    assert passwords.hash_password("con ngựa ăn cỏ trên đê") != kept  # each has its own salt


def test_composed_and_decomposed_letters_are_the_same_password() -> None:
    kept = passwords.hash_password(unicodedata.normalize("NFD", "con ngựa ăn cỏ trên đê"))
    assert passwords.matches(kept, unicodedata.normalize("NFC", "con ngựa ăn cỏ trên đê"))


@pytest.mark.parametrize("typed", ["", "anything", "\ud800", "\x00", "x" * 100_000])
def test_without_a_hash_nothing_matches(typed: str) -> None:
    assert not passwords.matches(None, typed)


@pytest.mark.parametrize("damaged", ["", "plain text", "$argon2id$v=19$m=65536"])
def test_a_damaged_hash_is_a_no_and_not_a_failure(damaged: str) -> None:
    assert not passwords.matches(damaged, "con ngựa ăn cỏ trên đê")


def test_the_password_of_nobody_opens_nothing() -> None:
    assert not passwords.matches(None, "the password of nobody")


def test_a_hash_with_weaker_parameters_is_noticed() -> None:
    weaker = argon2.PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("x")
    assert passwords.needs_rehash(weaker)
    assert not passwords.needs_rehash(passwords.hash_password("x"))
