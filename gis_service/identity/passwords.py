"""Passwords: what is allowed, how they are kept, how they are compared.

Kept as argon2id (RFC 9106, second recommended option). Text is brought to NFC first: a Vietnamese
keyboard may send the same letter composed or decomposed.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import pairwise
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

PASSPHRASE_LENGTH = 20
"""From this length on no mix of character kinds is asked for."""
LONGEST = 256
_FEWEST_DIFFERENT = 6
_SHORTEST_LOGIN_LOOKED_FOR = 4

_HASHER = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
_AT_ONCE = BoundedSemaphore(2)
"""Each comparison takes 64 MiB; a flood of sign-ins must not take it eight times."""

_OBVIOUS = (
    "abcdef|administrator|admin|antoan|baomat|banquanly|chaomung|congnghiep|dangnhap|diachi|giaothong|"
    "haiduong|haiphong|hanoi|hethong|iloveyou|khucongnghiep|letmein|login|matkhau|master|ninhbinh|"
    "password|passw|passphrase|quantri|quantrivien|qwerty|qwertyuiop|saigon|secret|sonha|sonhao|taikhoan|"
    "test|thanhpho|vietnam|welcome|xinchao|yeuem"
)
_ONLY_OBVIOUS = re.compile(f"({_OBVIOUS})+")
_LOOKALIKES = str.maketrans("@4031!5$7", "aaoeiisst")


def normalise(password: str) -> str:
    """The form in which a password is judged, hashed and compared: NFC."""
    return unicodedata.normalize("NFC", password)


def weaknesses(password: str, login: str, min_length: int) -> list[tuple[str, str]]:
    """Why the policy refuses this password, in English and Vietnamese; empty when it is allowed.

    Allowed is `min_length` with lower and upper case letters, digits and other signs, or a
    passphrase of at least 20 characters. Never allowed: the login in it, an obvious word with
    decoration, a run along the alphabet or the digits, few different characters.
    """
    password = normalise(password)
    if len(password) > LONGEST:
        return [(f"at most {LONGEST} characters", f"tối đa {LONGEST} ký tự")]
    if any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in password):
        return [("it holds control characters", "có chứa ký tự điều khiển")]
    found: list[tuple[str, str]] = []
    if len(password) < PASSPHRASE_LENGTH and not (len(password) >= min_length and _has_four_kinds(password)):
        found.append(_too_short(min_length))
    if len(login) >= _SHORTEST_LOGIN_LOOKED_FOR and login.casefold() in password.casefold():
        found.append(("it holds the login name", "có chứa tên đăng nhập"))
    if _is_obvious(password):
        found.append(("it is easy to guess", "quá dễ đoán"))
    return found


def hash_password(password: str) -> str:
    """The argon2id hash to keep, with its own salt."""
    with _AT_ONCE:
        return _HASHER.hash(normalise(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Whether this is the password. Without a hash the same work is done in vain, then False."""
    kept = password_hash or _nobodys_hash()
    too_long = len(password) > LONGEST
    try:
        with _AT_ONCE:
            _HASHER.verify(kept, "" if too_long else normalise(password))
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False
    return password_hash is not None and not too_long


def needs_rehash(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(password_hash)


@cache
def _nobodys_hash() -> str:
    return hash_password("the password of nobody")


def _has_four_kinds(password: str) -> bool:
    lower = any(sign.islower() for sign in password)
    upper = any(sign.isupper() for sign in password)
    digit = any(sign.isdigit() for sign in password)
    other = any(not sign.isalnum() for sign in password)
    return lower and upper and digit and other


def _is_obvious(password: str) -> bool:
    if len(set(password.casefold())) < _FEWEST_DIFFERENT:
        return True
    steps = [abs(ord(after) - ord(before)) <= 1 for before, after in pairwise(password)]
    if sum(steps) * 2 > len(steps):
        return True
    plain = unicodedata.normalize("NFD", password.casefold().replace("đ", "d"))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    letters = re.sub("[^a-z]", "", plain)
    core = re.sub("^[^a-z]+|[^a-z]+$", "", plain).translate(_LOOKALIKES)
    return any(_ONLY_OBVIOUS.fullmatch(word) for word in (letters, re.sub("[^a-z]", "", core)))


def _too_short(min_length: int) -> tuple[str, str]:
    english = (
        f"at least {min_length} characters with lower case, upper case, digits and signs,"
        f" or at least {PASSPHRASE_LENGTH} characters of any kind"
    )
    vietnamese = (
        f"ít nhất {min_length} ký tự gồm chữ thường, chữ hoa, chữ số và ký hiệu,"
        f" hoặc ít nhất {PASSPHRASE_LENGTH} ký tự bất kỳ"
    )
    return english, vietnamese
