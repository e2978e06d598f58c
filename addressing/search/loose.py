"""What words without announcement mean, judged by what stands around them: street, hamlet, name or left over. Pure."""

from __future__ import annotations

import re

from addressing.search.elements import Hamlet, Street, Zone
from addressing.search.head import Head, Loose
from addressing.search.normalise import fold

_HOUSE_LIKE = frozenset({"house", "alley", "km", "floor", "flat"})
_PLOT = re.compile(r"[A-Za-z]{1,4}\d{1,3}(?:[-./]\d{1,3}[A-Za-z]?)*")
"""TT3-15 beside the name of a new town: one of its plots."""
_WORDS = re.compile(r"[a-z]+")
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdghklmnpqrstvx])?(?:uye|uya|uyu|oai|oay|oao|oeo|uay|uoi|uou|ieu|yeu|ia|ie|iu"
    r"|oa|oe|oi|oo|ua|ue|ui|uo|uy|uu|ai|ao|au|ay|eo|eu|ye|ya|[aeiouy])(?:ng|nh|ch|[cmnpt])?|[a-z]"
)
"""A Vietnamese syllable without its marks: Ocean, Park and VSIP are none."""
_PLACED = frozenset({"house", "alley", "lot", "zone", "street", "km", "parcel", "map_sheet", "hamlet", "hamlet_name"})


def settle(head: Head, *, is_rural: bool, has_commune: bool) -> list[str]:
    """Give each loose run of words its element; returns what is left over, in the order of the text."""
    left: list[str] = []
    for loose in head.loose:
        if loose.behind == "zone":
            left.append(loose.text)
        elif _is_estate(head, loose):
            if head.building is None and head.floor is not None:
                head.building = loose.text
            else:
                head.zone = Zone("", loose.text)
        elif head.zone is not None and not head.lots and _PLOT.fullmatch(loose.text):
            head.lots.append(loose.text.upper())
        elif _is_street(head, loose):
            head.streets.append(Street("", loose.text))
        elif _is_hamlet(head, loose, has_commune):
            head.hamlets.append(Hamlet("", loose.text))
        elif _is_first(head, loose) and head.name is None and _says_place_later(head, loose):
            head.name = loose.text
        elif not head.streets and not head.hamlets and head.zone is None and not head.lots and loose.behind == "":
            (head.hamlets.append(Hamlet("", loose.text)) if is_rural else head.streets.append(Street("", loose.text)))
        else:
            left.append(loose.text)
    return left


def _is_street(head: Head, loose: Loose) -> bool:
    if head.streets or not any(letter.isalpha() for letter in loose.text):
        return False
    if loose.behind in _HOUSE_LIKE or (loose.behind == "lot" and head.zone is None):
        return True
    earlier = [element for element, number in head.seen if number == loose.field_no - 1]
    return loose.behind == "" and bool(earlier) and earlier[-1] in ("house", "alley")


def _is_estate(head: Head, loose: Loose) -> bool:
    """`tòa S1.02 Vinhomes Ocean Park`: beside a building, flat, lot or numbered street, a name that no street has."""
    if head.zone is not None or loose.behind in ("house", "alley", "km"):
        return False
    is_part = head.building is not None or head.floor is not None or head.flat is not None or bool(head.lots) or (
        bool(head.streets) and head.streets[0].name[-1:].isdigit()
    )  # fmt: skip
    return is_part and any(not _SYLLABLE.fullmatch(word) for word in _WORDS.findall(fold(loose.text)))


def _is_hamlet(head: Head, loose: Loose, has_commune: bool) -> bool:
    """A name of its own between the street and the commune."""
    behind_street = any(element in ("street", "loose") and number < loose.field_no for element, number in head.seen)
    return has_commune and loose.behind == "" and not head.hamlets and behind_street and bool(head.streets)


def _is_first(head: Head, loose: Loose) -> bool:
    return bool(head.loose) and head.loose[0] is loose and not any(
        number < loose.field_no for element, number in head.seen if element != "name"
    )  # fmt: skip


def _says_place_later(head: Head, loose: Loose) -> bool:
    if any(number > loose.field_no and element in _PLACED for element, number in head.seen):
        return True
    behind = [element for element, number in head.seen if number == loose.field_no]
    return behind[:1] == ["loose"] and len(behind) > 1 and behind[1] in ("km", "hamlet", "hamlet_name", "street")
