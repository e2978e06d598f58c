"""Words one slip away from a word: a letter left out, put in, exchanged or swapped with its neighbour. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection


def is_one_slip(one: str, other: str) -> bool:
    """Whether two words differ by one letter more, less or other, or by two neighbours exchanged."""
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1 or one == other:
        return False
    same = 0
    while same < len(one) and one[same] == other[same]:
        same += 1
    if len(one) < len(other):
        return one[same:] == other[same + 1 :]
    return one[same + 1 :] == other[same + 1 :] or (
        one[same : same + 2] == other[same : same + 2][::-1] and one[same + 2 :] == other[same + 2 :]
    )


class Neighbours:
    """Which of some words are one slip away from any word at all.

    Every word is filed under itself and under what is left of it without one letter: two words one slip
    apart meet there, so a question looks in as many places as it has letters, however many words there are.
    Words shorter than `shortest` are only found when they lack a letter of the question.
    """

    def __init__(self, words: Collection[str], *, shortest: int = 1) -> None:
        self._words = words
        shorter: dict[str, list[str]] = defaultdict(list)
        for word in words:
            if len(word) >= shortest:
                for part in _with_one_letter_less(word):
                    shorter[part].append(word)
        self._shorter = {part: tuple(found) for part, found in shorter.items()}

    def of(self, word: str) -> list[str]:
        """Words one slip away from this one, never itself; in no order."""
        found = set(self._shorter.get(word, ()))
        for part in _with_one_letter_less(word):
            if part in self._words:
                found.add(part)
            found.update(self._shorter.get(part, ()))
        return [other for other in found if is_one_slip(word, other)]


def _with_one_letter_less(word: str) -> set[str]:
    return {word[:place] + word[place + 1 :] for place in range(len(word))}
