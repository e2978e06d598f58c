"""Which units does an address name? Every combination that the gazetteer allows, scored, the best first. Pure.

Both eras are tried side by side: a district speaks for the time until 30 June 2025, its absence for
the time since, and a mixture (`TP Hải Dương, TP Hải Phòng`) is taken as what it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from addressing.search.elements import Level
from addressing.search.hits import Hit, exact_hits, slips_before, slips_behind_unit_words
from addressing.search.normalise import without_tones
from addressing.search.spelling import is_one_slip
from addressing.search.unit_index import Named, UnitIndex
from addressing.search.units import REFORM, Unit
from addressing.search.words import Words, misspelt_unit_word, unit_word_at

Choice = tuple[Hit, Named]
_MOST_PAIRS = 6
_MOST_TAILS = 4
_TOLD = 3.0
"""The score from which districts and provinces count as named."""
ENOUGH = 2.5
"""The score from which a commune counts as named."""


@dataclass(frozen=True, slots=True, eq=False)
class Tail:
    """One consistent choice of units, with its score: higher fits better."""

    commune: Choice | None
    district: Choice | None
    province: Choice | None
    score: float
    rivals: tuple[Unit, ...] = ()
    # other units that the text names as well as the chosen commune

    @property
    def chosen(self) -> tuple[Choice, ...]:
        """Those that are there."""
        return tuple(choice for choice in (self.commune, self.district, self.province) if choice is not None)

    def words_taken(self) -> set[int]:
        """Indexes of the words that are units."""
        return {place for hit, _ in self.chosen for place in range(hit.first, hit.last)}


def resolve(words: Words, index: UnitIndex, today: date) -> list[Tail]:
    """The likeliest choices of units, at most four, the best first; never empty."""
    hits = exact_hits(words, index)
    words.unit_starts = {hit.first for hit in hits if hit.named.districts or hit.named.provinces}
    tails = _combine(words, hits, today)
    if _is_complete(tails[0], words):
        return tails
    slips = _slips(words, index, tails[0])
    return _combine(words, hits + slips, today) if slips else tails


def _slips(words: Words, index: UnitIndex, best: Tail) -> list[Hit]:
    taken = {hit.name_first for hit, _ in best.chosen if hit.kinds and not _trails_off(words, hit)}
    found = list(slips_behind_unit_words(words, index, taken))
    ends = {len(words)} | {hit.first for hit, _ in best.chosen}
    used = {
        place
        for hit, named in best.chosen
        if named.unit.level != "commune" or (hit.kinds and not _trails_off(words, hit))
        for place in range(hit.first, hit.last)
    }
    for end in ends:
        if end > 0 and end - 1 not in used:
            found.extend(slips_before(words, index, end, used))
    return found


def _is_complete(best: Tail, words: Words) -> bool:
    """Whether no search for misspelt names is worth its time."""
    if best.commune is None or best.score < ENOUGH or (best.district is None and best.province is None):
        return False
    hit = best.commune[0]
    if not (hit.kinds or _is_field(words, hit)) or _trails_off(words, hit):
        return False
    used = best.words_taken()
    if len(words) - 1 not in used or _leaves_a_gap(best, used):
        return False
    return not any(place not in used and _announces(words, place) for place in range(len(words) - 1))


def _leaves_a_gap(best: Tail, used: set[int]) -> bool:
    """Whether words between the units belong to none of them: a district that was not recognised."""
    first, last = min(hit.first for hit, _ in best.chosen), max(hit.last for hit, _ in best.chosen)
    return last - first > len(used)


def _announces(words: Words, place: int) -> bool:
    """Whether a word for a kind of unit stands here, other than a lone letter without its dot."""
    word = words.keys[place]
    if len(word) == 1:
        return word in "pqhx" and words.folded[words.ends[place] : words.ends[place] + 1] == "."
    return unit_word_at(words, place) is not None or misspelt_unit_word(word) is not None


def _is_field(words: Words, hit: Hit) -> bool:
    """Whether it stands alone between commas."""
    return (hit.first == 0 or not words.joined[hit.first]) and (hit.last == len(words) or not words.joined[hit.last])


def _is_inside_a_field(words: Words, hit: Hit) -> bool:
    """Whether words of the same field stand before it, in a text with commas: it may be part of a longer name."""
    return words.has_fields and hit.first > 0 and words.joined[hit.first]


def _trails_off(words: Words, hit: Hit) -> bool:
    """Whether a word follows that belongs to nothing, in a text with commas: `phường Láng H,`."""
    if hit.last >= len(words) or not words.joined[hit.last] or not words.has_fields:
        return False
    if hit.last in words.unit_starts:
        return False
    return hit.last + 1 == len(words) or not words.joined[hit.last + 1]


def _combine(words: Words, hits: list[Hit], today: date) -> list[Tail]:
    pairs = _pairs(words, hits)
    tails = [Tail(None, district, province, score) for score, district, province in pairs]
    upper = {choice[1].key for _, *choices in pairs for choice in choices if choice is not None}
    told = pairs[0][0] >= _TOLD
    for hit in hits:
        if not hit.named.communes or not hit.allows("commune"):
            continue
        if hit.guarded or hit.after_number or hit.behind_house or hit.cuts_a_street:
            continue
        for named in hit.named.communes:
            if told and upper.isdisjoint(named.provinces) and upper.isdisjoint(named.districts):
                continue  # the text names units, and it lay in none of them
            alone = _alone(words, hit, named)
            if alone < -4:
                continue
            districts, provinces = named.districts, named.provinces
            for score, district, province in pairs:
                if district is not None and district[1].key not in districts:
                    continue
                if province is not None and province[1].key not in provinces:
                    continue
                fit = _fit(words, hit, named, district, province, today)
                if fit is not None:
                    tails.append(Tail((hit, named), district, province, score + alone + fit))
    tails.sort(key=lambda tail: -tail.score)
    return _different(tails)


def _different(tails: Iterable[Tail]) -> list[Tail]:
    """Without those that say the same of the same words in another way; they become rivals."""
    kept: dict[tuple[object, ...], Tail] = {}
    for tail in tails:
        says = tuple(_says(*choice) for choice in tail.chosen)
        same = kept.get(says)
        if same is None:
            if len(kept) == _MOST_TAILS:
                break
            kept[says] = tail
        elif _is_rival(same, tail):
            assert tail.commune is not None
            kept[says] = replace(same, rivals=(*same.rivals, tail.commune[1].unit))
    return list(kept.values())


def _says(hit: Hit, named: Named) -> tuple[object, ...]:
    if named.unit.level == "commune":  # phường and xã of one name are two places
        return hit.first, hit.last, "commune", named.marked, named.kind
    return hit.first, hit.last, named.unit.level, named.key


def _is_rival(best: Tail, other: Tail) -> bool:
    if best.commune is None or other.commune is None:
        return False
    one, two = best.commune[1].unit, other.commune[1].unit
    if one.code == two.code:
        return False
    if best.district is None and best.province is None:
        return best.score - other.score <= 0.5  # nothing says where: namesakes of either time
    return best.score - other.score <= 0.05


def _pairs(words: Words, hits: list[Hit]) -> list[tuple[float, Choice | None, Choice | None]]:
    provinces = _of_level(words, hits, "province")
    districts = _of_level(words, hits, "district")
    pairs: list[tuple[float, Choice | None, Choice | None]] = [(0.0, None, None)]
    for score, province in provinces:
        pairs.append((score, None, province))
    for score, district in districts:
        ended = district[1].unit.valid_to
        if not district[0].kinds and district[1].key in district[1].provinces:
            score -= 1.0  # Hải Dương alone is the province rather than its city
        pairs.append((score - (3.0 if ended is not None and ended < REFORM else 0.4), district, None))
        for other, province in provinces:
            together = _together(words, district, province)
            if together is not None:
                pairs.append((score + other + together, district, province))
    pairs.sort(key=lambda pair: -pair[0])
    return pairs[:_MOST_PAIRS] + [pair for pair in pairs[_MOST_PAIRS:] if pair[1] is None and pair[2] is None]


def _of_level(words: Words, hits: list[Hit], level: Level) -> list[tuple[float, Choice]]:
    found: list[tuple[float, Choice]] = []
    seen: set[tuple[int, int, str, str]] = set()
    count = len(words)
    for hit in hits:
        if not hit.allows(level):
            continue
        namesakes = hit.named.provinces if level == "province" else hit.named.districts
        if not namesakes or hit.guarded or hit.after_number or (hit.behind_house and level == "district"):
            continue
        for named in namesakes:
            same = (hit.first, hit.last, named.kind, named.marked)
            if level == "province" and same in seen:
                continue  # before and after the reform: one name
            seen.add(same)
            score = 3.0 + _kind(hit, named) + _marks(hit, named) - 2.2 * hit.slip
            if level == "district" and not hit.kinds and _is_inside_a_field(words, hit):
                score -= 1.5
            score += 0.1 * (hit.name_last - hit.name_first) - 0.5 * min(6, count - hit.last)
            if not hit.kinds and hit.last < count and level == "province":
                score -= 1.2
            if named.is_alias and len(named.unit.name) > len(hit.marks) and not hit.kinds and len(hit.marks) < 4:
                score -= 1.0
            found.append((score, (hit, named)))
    found.sort(key=lambda item: -item[0])
    return found[:8]


def _together(words: Words, district: Choice, province: Choice) -> float | None:
    (inner, lower), (outer, upper) = district, province
    if inner.first < outer.last and outer.first < inner.last:
        return None
    if upper.key not in lower.provinces:
        return None
    bonus = 3.6 if outer.first >= inner.last else 1.0
    gap = outer.first - inner.last if outer.first >= inner.last else inner.first - outer.last
    return bonus + 1.5 - min(2.0, 0.35 * gap) + 0.5 * min(6, len(words) - inner.last)


def _alone(words: Words, hit: Hit, named: Named) -> float:
    """What speaks for this commune before its surroundings are looked at."""
    score = 1.0 + _kind(hit, named) + _marks(hit, named) - 2.2 * hit.slip
    if hit.last < len(words) and words.joined[hit.last] and words.keys[hit.last].isdigit():
        score -= 4.0  # phường Đông Hải 2 is not phường Đông Hải
    length = hit.name_last - hit.name_first
    score += 0.9 * max(0, length - 2)  # phường 2 Bảo Lộc is more than phường 2
    if hit.kinds and length == 1:
        score -= 0.6  # xã Thanh Quang is more than xã Thanh
    if not hit.kinds:
        if hit.name_last - hit.name_first == 1:
            score -= 1.5  # names of one syllable are part of everything
        is_field = _is_field(words, hit)
        score += 1.0 if is_field else -0.5
        if hit.first == 0 and is_field and len(words) > hit.last:
            score -= 0.5
        if _is_inside_a_field(words, hit):
            score -= 4.5  # part of a longer name
    if _trails_off(words, hit):
        score -= 3.0
    return score


def _fit(
    words: Words, hit: Hit, named: Named, district: Choice | None, province: Choice | None, today: date
) -> float | None:
    """How the commune suits the units around it, which are those it lay in; None where the words overlap."""
    score = 0.0
    nearest: Hit | None = None
    unit = named.unit
    for choice, weight in ((district, 3.5), (province, 3.0)):
        if choice is None:
            continue
        other = choice[0]
        if hit.first < other.last and other.first < hit.last:
            return None
        score += weight
        score += 0.5 if hit.last <= other.first else -1.5
        if nearest is None or abs(other.first - hit.last) < abs(nearest.first - hit.last):
            nearest = other
    if nearest is not None:
        gap = nearest.first - hit.last if nearest.first >= hit.last else hit.first - nearest.last
        score += 1.0 if gap == 0 else -0.7 * min(4, gap)
    elif not hit.kinds:
        score -= 1.5
        score -= 0.8 * min(4, len(words) - hit.last)
    if named.is_alias:
        return score - 0.8  # an older name
    is_new = unit.valid_to is None or unit.valid_to > today
    if district is None:
        score += 0.4 if is_new and today >= REFORM else 0.0
    else:
        score += -0.4 if unit.district_code is None else 0.4
    if unit.valid_to is not None and unit.valid_to < REFORM:
        score -= 0.3
    return score


_RELATED = {
    frozenset({"phường", "xã"}), frozenset({"phường", "thị trấn"}), frozenset({"xã", "thị trấn"}),
    frozenset({"thị xã", "thành phố"}), frozenset({"huyện", "thị xã"}), frozenset({"huyện", "quận"}),
    frozenset({"huyện", "thành phố"}), frozenset({"quận", "thành phố"}),
    frozenset({"xã", "đặc khu"}), frozenset({"quận", "thị xã"}),
}  # fmt: skip


def _kind(hit: Hit, named: Named) -> float:
    """The word beside the name against the kind of the unit."""
    if not hit.kinds:
        return 0.0
    unit = named.unit
    is_other_province = named.is_alias and unit.level == "province" and hit.allows("province")
    if (unit.level, named.kind) in hit.kinds or is_other_province:
        return 3.0
    if not hit.allows(unit.level):
        return -6.0
    return 0.6 if any(frozenset({named.kind, kind}) in _RELATED for _, kind in hit.kinds) else -1.0


def _marks(hit: Hit, named: Named) -> float:
    """Marks as written against those of the name; text without marks says nothing."""
    if named.is_alias:
        return -0.6 if hit.slip or named.unit.level == "commune" else 0.0
    if hit.marks.isascii():
        return 0.0
    if hit.slip:
        if is_one_slip(hit.marks, named.marked):
            return 0.8
        toneless, true = without_tones(hit.marks), without_tones(named.marked)
        return 0.2 if toneless == true or is_one_slip(toneless, true) else -6.0
    return 0.8 if hit.marks.replace("-", "") == named.marked.replace("-", "") else -1.2
