"""Old encodings: every letter, and telling the encodings apart by the syllables that come out."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import pytest

from layers.ingest.charsets import from_tcvn3, from_viscii, from_vni
from layers.ingest.encodings import decode_columns, unmask_columns
from layers.ingest.errors import UnknownEncoding
from layers.ingest.syllables import is_syllable

TABLES = {"tcvn3_abc_hex": from_tcvn3, "vni_windows_hex": from_vni, "viscii_hex": from_viscii}
NAMES = {"tcvn3_abc_hex": "tcvn3", "vni_windows_hex": "vni", "viscii_hex": "viscii"}


@pytest.fixture(scope="module")
def letters(shared_data: Path) -> list[dict[str, str]]:
    with (shared_data / "vn-legacy-charsets" / "vn_legacy_charsets.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def commune_names(shared_data: Path) -> list[str]:
    with (shared_data / "vn-admin-2025" / "vn_2025_wards_codes.csv").open(encoding="utf-8") as file:
        return [row["name"] for row in csv.DictReader(file)]


@pytest.mark.parametrize("table", TABLES)
def test_every_letter_of_the_alphabet_comes_back(letters: list[dict[str, str]], table: str) -> None:
    assert len(letters) == 134
    for row in letters:
        assert TABLES[table](bytes.fromhex(row[table]).decode("latin-1")) == row["char"]


@pytest.mark.parametrize("table", TABLES)
def test_a_column_tells_its_own_encoding(letters: list[dict[str, str]], commune_names: list[str], table: str) -> None:
    code = {row["char"]: bytes.fromhex(row[table]).decode("latin-1") for row in letters}
    dice = random.Random(20251123)
    for _ in range(100):
        sample = dice.sample(commune_names, 8)
        masked = ["".join(code.get(letter, letter) for letter in name) for name in sample]
        decoded, found = decode_columns({"ten": masked}, None)
        assert decoded["ten"] == sample
        assert found["ten"] == NAMES[table]


def test_words_as_they_were_typed_in_the_nineties() -> None:
    assert from_tcvn3("§¹i An") == "Đại An"
    assert from_vni("Ñaïi An, kyõ thuaät") == "Đại An, kỹ thuật"


def test_an_old_font_in_a_unicode_workbook_is_unmasked_and_other_languages_are_left_alone() -> None:
    columns: dict[str, list[str | None]] = {
        "masked": ["§¹i An", "CÈm Giµng", "H¶i Phßng", "Hµ Néi"],
        "finnish": ["Mäkelänkatu", "Töölönkatu", "Hämeentie", None],
        "today": ["Đại An", "Cẩm Giàng", "Hải Phòng", "Hà Nội"],
    }
    clean, found = unmask_columns(columns)
    assert clean["masked"] == ["Đại An", "Cẩm Giàng", "Hải Phòng", "Hà Nội"]
    assert clean["finnish"] == columns["finnish"]
    assert clean["today"] == columns["today"]
    assert found == {"masked": "tcvn3"}


def test_bytes_that_make_no_vietnamese_are_asked_about() -> None:
    finnish: dict[str, list[str | None]] = {"katu": ["M\xe4kel\xe4nkatu", "T\xf6\xf6l\xf6nkatu", "H\xe4meentie"]}
    with pytest.raises(UnknownEncoding, match="--encoding"):
        decode_columns(finnish, None)
    decoded, _ = decode_columns(finnish, "iso-8859-1")
    assert decoded["katu"] == ["Mäkelänkatu", "Töölönkatu", "Hämeentie"]


@pytest.mark.parametrize("word", ["Đại", "quỳnh", "nghiêng", "giếng", "gì", "Thuỷ", "hoà", "khuỷu", "Ý"])
def test_syllables(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["bac", "Mäkel", "đắkk", "ngh", "tôt", "straße", "§¹i"])
def test_not_syllables(word: str) -> None:
    assert not is_syllable(word)
