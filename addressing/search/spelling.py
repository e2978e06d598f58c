"""Words one slip away from a word: a letter left out, put in, exchanged or swapped with its neighbour. Pure."""

from __future__ import annotations

_LETTERS = "abcdeghiklmnopqrstuvxyzwfj"
LONGEST = 24


def one_slip_away(word: str) -> set[str]:
    """Every text that one slip of the finger makes of `word`; about 54 for each letter. Digits are left alone.

    A number is never misspelt into another number: words with a digit, of one letter, or longer than
    `LONGEST` have no neighbours.
    """
    if len(word) < 2 or len(word) > LONGEST or not word.isalpha():
        return set()
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    slips = {a + b[1:] for a, b in cuts if b}
    slips |= {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    slips |= {a + c + b[1:] for a, b in cuts if b for c in _LETTERS}
    slips |= {a + c + b for a, b in cuts for c in _LETTERS}
    return slips - {word, ""}
