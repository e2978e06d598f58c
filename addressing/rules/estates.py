"""Name an estate: letters for groups, ordinals for buildings, then what is inside them (Articles 11 to 13)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace

from addressing.rules.estate_floors import name_inside
from addressing.rules.estate_model import Estate, EstateResult, NameBook, Part, PartKind
from addressing.rules.groups import (
    GROUP_LETTERS,
    a_building_bears_group_and_ordinal,
    groups_are_lettered_from_the_entrance,
    several_axes_need_an_order,
)
from addressing.rules.model import OpenQuestion, Option, Side
from addressing.rules.policy import Policy
from addressing.rules.policy_choices import AddedBetween, AxesLetters, BlockName, BuildingForm, BuildingOrder
from addressing.rules.questions import COMMUNE, OFFICER, Inquiry
from addressing.rules.series import (
    WAIT,
    added_between,
    goes_on_behind,
    name_is_taken,
    nearest_first,
    the_series_goes_on,
    word,
)
from addressing.rules.unnamed import has_no_name

KEPT = "A6.kept"
ESTATE = ""
"""The scope in which groups and buildings bear different names; floors, stairs and flats have their building's."""

_ROAD_WORDS = ("đại lộ", "đường", "phố", "ngõ", "ngách", "hẻm", "kiệt")
_FOUND_GROUP = re.compile(f"[{GROUP_LETTERS}]")
_FOUND_BUILDING = re.compile(r"(?:[0-9A-ZĐ]{1,6}\.)?[A-ZĐ]-?([1-9][0-9]{0,3})")


def name_estate(estate: Estate, policy: Policy, inquiry: Inquiry) -> EstateResult:
    """Every part of an estate with its name, and what must be asked first. The same facts give the same names.

    What has a name keeps it. Nothing is named below a part that has no name yet.
    """
    book = NameBook({(scope, kind): estate.gone_from(scope, kind) for scope, kind, _ in estate.gone})
    estate = _standing(estate, inquiry)
    if estate.is_block:
        a_block_outside_a_group_bears_its_house_number(estate, policy, book, inquiry)
    else:
        _keep_names(estate, PartKind.GROUP, book, inquiry)
        _keep_names(estate, PartKind.BUILDING, book, inquiry)
        _name_groups(estate, policy, book, inquiry)
        _name_buildings(estate, policy, book, inquiry)
    for building in _of_kind(estate, PartKind.BUILDING):
        if building.key in book.named:
            name_inside(estate, building, policy, book, inquiry)
    named = [one for one in book.in_order(_outside_in(estate)) if not (estate.is_block and one.kind == "building")]
    return EstateResult(
        estate.key, tuple(named), tuple(inquiry.questions), tuple(inquiry.choices), tuple(inquiry.notes)
    )


def a_block_outside_a_group_bears_its_house_number(
    estate: Estate, policy: Policy, book: NameBook, inquiry: Inquiry
) -> None:
    """Its building is called by the number of the street; without a number everything waits.

    By a local policy it is called what people call it.
    """
    for building in estate.children(None, PartKind.BUILDING):
        if policy.block_name is BlockName.LABEL:
            book.keep(building, ESTATE, building.label, "P.block")
            continue
        if estate.house_number is not None:
            book.keep(building, ESTATE, estate.house_number, "P.block")
            continue
        inquiry.ask(OpenQuestion(
            "block_without_number", "",
            f"Which number has the block on {estate.street_name}?",
            f"Nhà chung cư mang số nào trên {estate.street_name}?",
            "Its place has no house number in force. Number its street first.",
            "Địa điểm chưa có số nhà đang dùng. Hãy đánh số đường trước.",
            "P.block", OFFICER, (WAIT,),
        ))  # fmt: skip


def letters_go_on_from_axis_to_axis(
    sides: Sequence[tuple[Sequence[str], Sequence[str]]], inquiry: Inquiry
) -> dict[str, str]:
    """Letters of the groups of several axes, each with the keys on its left and right, in the order of naming."""
    letters: dict[str, str] = {}
    after = 0
    for left, right in sides:
        fresh = groups_are_lettered_from_the_entrance(left, right, inquiry, after=after)
        letters |= fresh
        after = max((GROUP_LETTERS.index(letter) + 1 for letter in fresh.values()), default=after)
        if len(fresh) < len(left) + len(right):
            after = len(GROUP_LETTERS)
    return letters


def buildings_count_from_the_entrance(ordered: Sequence[Part], policy: Policy) -> list[Part]:
    """The buildings of a group, nearest to the entrance first, in the order in which they count."""
    return list(reversed(ordered)) if policy.building_order is BuildingOrder.FROM_FAR_END else list(ordered)


def initials_of(street_name: str) -> str | None:
    """`Đường Bằng Lăng` as BL, `Đường Số 3` as S3, `Đường D1` as D1; None where that gives no capitals or digits."""
    if has_no_name(street_name) and street_name.strip().lower() not in _ROAD_WORDS:
        return None
    words = street_name.strip()
    for road in _ROAD_WORDS:
        if words.lower().startswith(road + " "):
            words = words[len(road) + 1 :]
            break
    letters = [_first(one) for one in words.upper().split()]
    initials = "".join(letters)[:6]
    return initials if re.fullmatch("[A-ZĐ0-9]{1,6}", initials) else None


def _first(word: str) -> str:
    """The initial of a word with the digits in it; a number as a whole."""
    return word if word.isdigit() else _plain(word[0]) + "".join(filter(str.isdigit, word[1:]))


def _plain(letter: str) -> str:
    return letter if letter == "Đ" else unicodedata.normalize("NFD", letter)[0]


def _keep_names(estate: Estate, kind: PartKind, book: NameBook, inquiry: Inquiry) -> None:
    """What is in force stays; what was found on the ground stays where it is a name of this kind and stands once."""
    parts = _of_kind(estate, kind)
    for part in parts:
        if part.name is not None:
            book.keep(part, ESTATE, part.name, KEPT)
    form = _FOUND_GROUP if kind is PartKind.GROUP else _FOUND_BUILDING
    for part in parts:
        if part.name is not None or not part.found:
            continue
        if not form.fullmatch(part.found):
            inquiry.remark(
                "found_name", part.key, f"'{part.found}' was found on '{part.label}' and is no name of this kind.",
                f"'{part.found}' ghi trên '{part.label}' không đúng dạng tên.", KEPT,
            )  # fmt: skip
        elif book.is_free(ESTATE, kind, part.found):
            book.keep(part, ESTATE, part.found, KEPT)
        else:
            name_is_taken(part, part.found, KEPT, inquiry)


def _name_groups(estate: Estate, policy: Policy, book: NameBook, inquiry: Inquiry) -> None:
    groups = _of_kind(estate, PartKind.GROUP)
    axes = _axes(groups, inquiry)
    if policy.axes_letters is AxesLetters.BY_DISTANCE and len(axes) > 1:
        axes = _as_one_axis(axes)
        clauses: tuple[str, ...] = ("A11.letters", "P.estate.axes")
    else:
        clauses = ("A11.letters", "A11.axes", "P.estate.axes") if len(axes) > 1 else ("A11.letters",)
    order = several_axes_need_an_order(list(axes), policy, inquiry)
    if order is None:
        return
    sides = [tuple(nearest_first(side, "A11.letters", inquiry) for side in axes[axis]) for axis in order]
    if any(part.key in book.named for part in groups) or estate.gone_from(ESTATE, PartKind.GROUP):
        for left, right in sides:
            for at_right, row in ((False, left), (True, right)):
                _add_groups(row, at_right, bool(left and right) and len(order) == 1, policy, book, inquiry)
        return
    keys = [([part.key for part in left], [part.key for part in right]) for left, right in sides]
    letters = letters_go_on_from_axis_to_axis(keys, inquiry)
    for part in groups:
        if part.key in letters:
            book.give(part, ESTATE, letters[part.key], clauses)


def _as_one_axis(axes: Mapping[str, tuple[list[Part], list[Part]]]) -> dict[str, tuple[list[Part], list[Part]]]:
    """All groups as if they lay on one axis, by their distance from the entrance."""
    left, right = ([part for sides in axes.values() for part in sides[at]] for at in (0, 1))
    return {"": (left, right)}


def _axes(groups: Sequence[Part], inquiry: Inquiry) -> dict[str, tuple[list[Part], list[Part]]]:
    """Axis -> its groups on the left and on the right, those whose axis and side are known or answered."""
    known = list(dict.fromkeys(part.axis for part in groups if part.axis))
    axes: dict[str, tuple[list[Part], list[Part]]] = {}
    for part in groups:
        axis: str | None = part.axis or (known[0] if len(known) == 1 else "")
        if not axis and known:
            axis = inquiry.ask(OpenQuestion(
                "group_axis", part.key,
                f"On which internal road does the group '{part.label}' lie?",
                f"Nhóm nhà '{part.label}' nằm trên trục đường nội bộ nào?",
                "Its axis is not on record.", "Chưa ghi trục đường.", "A11.axes", OFFICER,
                tuple(Option(one, one, one) for one in known),
            ))  # fmt: skip
        side = part.side or _asked_side(part, inquiry)
        if axis is not None and side is not None:
            axes.setdefault(axis, ([], []))[side is Side.RIGHT].append(part)
    return dict(sorted(axes.items()))


def _asked_side(part: Part, inquiry: Inquiry) -> Side | None:
    answer = inquiry.ask(OpenQuestion(
        "group_side", part.key,
        f"On which side of the road does the group '{part.label}' lie, seen from the entrance inward?",
        f"Nhóm nhà '{part.label}' ở bên nào của trục, nhìn từ lối vào?",
        "Its side is not on record.", "Chưa ghi bên trái hay bên phải.", "A11.letters", OFFICER,
        (Option(Side.LEFT, "Left", "Trái"), Option(Side.RIGHT, "Right", "Phải")),
    ))  # fmt: skip
    return Side(answer) if answer else None


def _add_groups(
    row: Sequence[Part], at_right: bool, is_dealt: bool, policy: Policy, book: NameBook, inquiry: Inquiry
) -> None:
    """Letters of new groups beside named ones: the next free one of their side's series, else the next free one."""
    last = max((at for at, part in enumerate(row) if part.key in book.named), default=-1)
    here = [GROUP_LETTERS.index(book.named[part.key].name) for part in row if part.key in book.named]
    everywhere = [GROUP_LETTERS.index(name) for scope, kind, name in book.used if kind is PartKind.GROUP]
    gone = [GROUP_LETTERS.index(name) for name in book.gone.get((ESTATE, PartKind.GROUP), ()) if name in GROUP_LETTERS]
    beyond = max(here, default=-1) if is_dealt else max([*everywhere, *gone], default=-1)
    for at, part in enumerate(row):
        if part.key in book.named:
            continue
        reason = "P.estate.grow"
        if at < last:
            if added_between(part, policy, inquiry) != AddedBetween.NEXT:
                continue
            reason = "P.estate.between"
        elif not goes_on_behind(part, policy, inquiry):
            continue
        free = [
            place
            for place in range(beyond + 1, len(GROUP_LETTERS))
            if book.is_free(ESTATE, PartKind.GROUP, GROUP_LETTERS[place])
            and (not is_dealt or place % 2 == int(at_right))
        ]
        if not free:
            groups_are_lettered_from_the_entrance([part.key], [], inquiry, after=len(GROUP_LETTERS))
            continue
        beyond = free[0]
        book.give(part, ESTATE, GROUP_LETTERS[beyond], ("A11.letters", reason))


def _name_buildings(estate: Estate, policy: Policy, book: NameBook, inquiry: Inquiry) -> None:
    groups = [part for part in _of_kind(estate, PartKind.GROUP) if part.key in book.named]
    rows = [(group, estate.children(group.key, PartKind.BUILDING)) for group in groups]
    if all(part.key in book.named for _, row in rows for part in row):
        return
    form, street = _building_form(estate, policy, inquiry)
    for group, row in rows:
        letter = book.named[group.key].name
        nearest = nearest_first(row, "P.estate.order", inquiry)
        ordered = buildings_count_from_the_entrance(nearest, policy)
        kept = {part.key: _ordinal(book.named[part.key].name) for part in ordered if part.key in book.named}
        past = [_ordinal(name) for name in estate.gone_from(ESTATE, PartKind.BUILDING) if _group_of(name) == letter]
        given = the_series_goes_on(ordered, kept, max([*kept.values(), *past], default=0), policy, inquiry)
        if form is None:
            continue
        for part in ordered:
            if part.key not in given:
                continue
            ordinal, reasons = given[part.key]
            name = a_building_bears_group_and_ordinal(letter, ordinal, street)
            if not book.give(part, ESTATE, name, ("A12.building", "P.estate.order", *reasons)):
                name_is_taken(part, name, "A12.building", inquiry)


def _building_form(estate: Estate, policy: Policy, inquiry: Inquiry) -> tuple[str | None, str | None]:
    """The form of all buildings of the estate, and the initials of its street where that form has them."""
    form = inquiry.ask(
        OpenQuestion(
            "building_form", "",
            "Which of the two forms do the buildings bear?", "Tên ngôi nhà dùng dạng nào trong hai dạng?",
            "The circular permits both; an area keeps to one.", "Thông tư cho phép cả hai; mỗi khu dùng một dạng.",
            "A12.building", COMMUNE,
            (Option(BuildingForm.LETTER, "Group and ordinal: A10", "Nhóm và số thứ tự: A10"),
             Option(BuildingForm.STREET, "With the initials of the street: BL.A-10",
                    "Kèm chữ viết tắt đường: BL.A-10")),
        ),
        policy=("building_form", policy.building_form),
    )  # fmt: skip
    if form != BuildingForm.STREET:
        return form, None
    if estate.initials:
        return form, estate.initials
    derived = initials_of(estate.street_name)
    initials = inquiry.ask(OpenQuestion(
        "street_initials", "",
        f"What are the initials of {estate.street_name}?", f"Chữ viết tắt của {estate.street_name} là gì?",
        "They are not on record. Others can be entered with the estate.",
        "Chưa ghi chữ viết tắt. Có thể nhập chữ khác ở thông tin khu nhà.", "A12.building", COMMUNE,
        ((Option(derived, derived, derived),) if derived else ()) + (WAIT,),
    ))  # fmt: skip
    return (None, None) if initials in (None, WAIT.value) else (form, initials)


def _standing(estate: Estate, inquiry: Inquiry) -> Estate:
    """The estate without the groups and buildings that cannot be put on the map yet, and what is in them."""
    gone: set[str] = set()
    for part in _outside_in(estate):
        outer = part.kind in (PartKind.GROUP, PartKind.BUILDING)
        if part.parent in gone or (outer and not estate.is_block and not _stands(part, inquiry)):
            gone.add(part.key)
    return replace(estate, parts=tuple(part for part in estate.parts if part.key not in gone))


def _stands(part: Part, inquiry: Inquiry) -> bool:
    """Whether it can be put on the map; asked where its position is not on record."""
    if part.has_position or part.name is not None:
        return True
    kind, kind_vi = word(part.kind)
    return inquiry.ask(OpenQuestion(
        "position", part.key,
        f"Where does the {kind} '{part.label}' stand?", f"{kind_vi.capitalize()} '{part.label}' nằm ở đâu?",
        "Its position is not on record.", "Chưa có vị trí.", "A4.register", OFFICER,
        (Option("entrance", "Take the entrance of the estate, marked as derived",
                "Lấy vị trí lối vào khu nhà, ghi là suy ra"), WAIT),
    )) == "entrance"  # fmt: skip


def _ordinal(name: str) -> int:
    match = _FOUND_BUILDING.fullmatch(name)
    return int(match[1]) if match else 0


def _group_of(name: str) -> str:
    return name.partition(".")[2][:1] or name[:1]


def _of_kind(estate: Estate, kind: PartKind) -> list[Part]:
    return sorted((part for part in estate.parts if part.kind is kind), key=lambda part: (part.place, part.key))


def _outside_in(estate: Estate) -> list[Part]:
    ordered: list[Part] = []

    def walk(parent: str | None) -> None:
        for kind in PartKind:
            for part in estate.children(parent, kind):
                ordered.append(part)
                walk(part.key)

    walk(None)
    return ordered
