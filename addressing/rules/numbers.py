"""A house number as a value: it prints itself, parses itself and sorts as people expect."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import total_ordering

VIETNAMESE_CAPITALS = "AĂÂBCDĐEÊGHIKLMNOÔƠPQRSTUƯVXY"
"""The 29 letters of the alphabet, in its order. The circular's lists skip those with marks."""

LETTERS_IN_ORDER = "AĂÂBCDĐEÊFGHIJKLMNOÔƠPQRSTUƯVWXYZ"
"""The same with F, J, W and Z put where a Vietnamese reader looks for them: found in the field."""

LATIN_ORDINALS = ("BIS", "TER", "QUATER")
"""Old French suffixes that still hang on houses: read, never issued."""

HIGHEST_NUMBER = 99_999

_FORM = re.compile(rf"([1-9][0-9]{{0,4}})\s*(BIS|TER|QUATER|[{LETTERS_IN_ORDER}]{{1,2}}[1-9]?|)\Z", re.ASCII)


class UnreadableHouseNumber(ValueError):
    """Text that is not one natural number with an optional suffix, such as 12/3 or Lô CN-07."""

    def __init__(self, written: str) -> None:
        self.written = written
        super().__init__(f"'{written}' is not a house number of the form 15 or 15A.")


@total_ordering
@dataclass(frozen=True, slots=True)
class HouseNumber:
    """A natural number and, where a house was squeezed in, a suffix: 15, 15A, 12Đ.

    Ordered naturally: 9 < 15 < 15A < 15D < 15Đ < 15E < 15BIS < 16.
    """

    number: int
    suffix: str = ""
    # "" | one or two capitals, perhaps with a digit | BIS, TER, QUATER

    def __post_init__(self) -> None:
        if not self.suffix and 0 < self.number <= HIGHEST_NUMBER:
            return  # most numbers are plain
        if not _FORM.match(f"{self.number}{self.suffix}"):
            raise UnreadableHouseNumber(f"{self.number}{self.suffix}")

    def __str__(self) -> str:
        return f"{self.number}{self.suffix}"

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, HouseNumber):
            return NotImplemented
        return self.order < other.order

    @property
    def order(self) -> tuple[int, int, tuple[int, ...]]:
        """The sort key: number, then Vietnamese letters in their order, then Latin ordinals."""
        if not self.suffix:
            return self.number, 0, ()
        if self.suffix in LATIN_ORDINALS:
            return self.number, 1, (LATIN_ORDINALS.index(self.suffix),)
        return self.number, 0, tuple(_letter_place(letter) for letter in self.suffix)

    @property
    def is_odd(self) -> bool:
        """Parity of the number; a suffix does not change it."""
        return self.number % 2 == 1

    @classmethod
    def parse(cls, written: str) -> HouseNumber:
        """Read what is written on a plate: `15`, `15a`, `15 A`, `12 bis`, in NFC or NFD.

        Raises `UnreadableHouseNumber` for ranges, slashes, zero, Roman numerals and lot codes:
        those are facts to keep as text, not numbers to count with.
        """
        tidy = unicodedata.normalize("NFC", written).strip().upper().replace("Ð", "Đ")
        match = _FORM.match(tidy)
        if match is None:
            raise UnreadableHouseNumber(written)
        return cls(int(match[1]), match[2])


def _letter_place(character: str) -> int:
    if character.isdigit():
        return int(character)
    return 10 + LETTERS_IN_ORDER.index(character)
