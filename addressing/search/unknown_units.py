"""Units beyond the chosen ones: named twice for two eras, or by a word for the kind before an unknown name. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from addressing.search.elements import UnitName
from addressing.search.hits import exact_hits
from addressing.search.tail import Tail
from addressing.search.unit_index import UnitIndex, bare_name
from addressing.search.units import REFORM
from addressing.search.words import BEHIND, UNIT_WORDS, Words, unit_word_at

_ANNOUNCES_OTHERS = frozenset({
    "duong", "pho", "thon", "xom", "khu", "kp", "tdp", "ngo", "ngach", "hem", "sn", "kcn", "ccn", "km", "ql",
})  # fmt: skip
_MOST_WORDS = 4
_NOT_COMMUNES = re.compile(r"lo(?: |\Z)|hoi|tac|nghiep")


@dataclass(frozen=True, slots=True)
class Others:
    """Units named besides the chosen ones, and the text without them."""

    masked: str
    former: tuple[UnitName, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """A commune that only its word announces, and the text without it."""

    masked: str
    commune: UnitName | None
    kind: str = ""


def take_other_units(words: Words, tail: Tail, index: UnitIndex, masked: str) -> Others:
    """Provinces and districts beside the chosen ones: the text names an old one and a new one."""
    if tail.province is None and tail.district is None:
        return Others(masked, ())
    used = tail.words_taken()
    first = min(hit.first for hit, _ in tail.chosen)
    former: list[UnitName] = []
    for hit in exact_hits(words, index) if len(used) < len(words) - first else ():
        if hit.first < first or hit.guarded or any(place in used for place in range(hit.first, hit.last)):
            continue
        named = next((n for n in (*hit.named.provinces, *hit.named.districts) if hit.allows(n.unit.level)
                      and (not hit.kinds or (n.unit.level, n.kind) in hit.kinds)), None)  # fmt: skip
        if named is None:
            continue
        used.update(range(hit.first, hit.last))
        start, end = words.starts[hit.first], words.ends[hit.last - 1]
        masked = masked[:start] + ";" * (end - start) + masked[end:]
        unit = named.unit
        era = "old" if unit.valid_to is not None and unit.valid_to <= REFORM else "new"
        former.append(UnitName(unit.level, named.kind, bare_name(unit), unit.code, era, words.text[start:end]))  # type: ignore[arg-type]
    chosen = {named.unit.full_name for _, named in tail.chosen}
    return Others(masked, tuple(unit for unit in former if _title(unit) not in chosen))


def _title(unit: UnitName) -> str:
    return f"{unit.kind.capitalize()} {unit.name}"


def take_unknown_communes(words: Words, tail: Tail, masked: str) -> Unknown:
    """`phường Phạm Ngũ Lão` that no table knows: the words behind the word for its kind."""
    if tail.commune is not None:
        return Unknown(masked, None)
    used = tail.words_taken()
    for place in range(len(words) - 1, -1, -1):
        if place in used:
            continue
        found = unit_word_at(words, place)
        if found is None or found[0] in BEHIND or UNIT_WORDS[found[0]][0][0] != "commune":
            continue
        begin = place + found[1]
        if len(found[0]) == 1 and not _is_short_for_a_unit(words, place):
            continue
        last = _name_end(words, begin, used)
        if last == begin or _NOT_COMMUNES.match(words.folded, words.starts[begin]):
            continue
        start, end = words.starts[place], words.ends[last - 1]
        kind = UNIT_WORDS[found[0]][0][1]
        name = words.text[words.starts[begin] : end]
        masked = masked[:start] + ";" * (end - start) + masked[end:]
        return Unknown(masked, UnitName("commune", kind, name, written=words.text[start:end]), kind)
    return Unknown(masked, None)


def _is_short_for_a_unit(words: Words, place: int) -> bool:
    """`P.` before a name, `P11`; a lone letter is none."""
    if place + 1 < len(words) and words.keys[place + 1].isdigit() and len(words.keys[place + 1]) > 2:
        return False  # P.1205 is a flat
    if words.folded[words.ends[place] : words.ends[place] + 1] == ".":
        return True
    return place + 1 < len(words) and words.keys[place + 1].isdigit() and words.keys[place] in ("p", "f")


def _name_end(words: Words, begin: int, used: set[int]) -> int:
    last = begin
    while last < min(begin + _MOST_WORDS, len(words)) and last not in used:
        if last > begin and (
            not words.joined[last] or words.keys[last] in _ANNOUNCES_OTHERS or unit_word_at(words, last) is not None
        ):
            break
        if words.folded[words.starts[last] - 1 : words.starts[last]] == ";":
            break
        last += 1
    return last
