"""Groups of houses on ways without names, and the buildings in them (Articles 11 and 12)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from addressing.rules.model import OpenQuestion, Option
from addressing.rules.policy import Policy
from addressing.rules.policy_choices import AxesOrder
from addressing.rules.questions import Inquiry

GROUP_LETTERS = "ABCDĐEGHIKLMNOPQRSTUVXY"
"""The capitals that the circular's lists use: without marks, with Đ."""

DEPARTMENT = "Department of Construction (Sở Xây dựng)"

_SHORT_STREET = re.compile(r"[A-ZĐ0-9]{1,6}\Z", re.ASCII)


def groups_are_lettered_from_the_entrance(
    left: Sequence[str], right: Sequence[str], inquiry: Inquiry, *, after: int = 0
) -> dict[str, str]:
    """The letter of each group: A, C, Đ, G ... on the left, B, D, E, H ... on the right.

    `left` and `right` are keys of groups, nearest to the entrance first, seen from there. Groups on
    one side only are lettered in a row. `after` letters went to an axis before this one. What is beyond the
    last letter is asked about.
    """
    if left and right:
        places = {key: 2 * row for row, key in enumerate(left)} | {key: 2 * row + 1 for row, key in enumerate(right)}
    else:
        places = {key: row for row, key in enumerate([*left, *right])}
    places = {key: place + after for key, place in places.items()}
    if any(place >= len(GROUP_LETTERS) for place in places.values()):
        inquiry.ask(OpenQuestion(
            "group_letters_run_out", "",
            "What are the groups beyond the last letter called?", "Các nhóm sau chữ cái cuối cùng đặt tên thế nào?",
            f"The text gives {len(GROUP_LETTERS)} letters; there are more groups.",
            f"Chỉ có {len(GROUP_LETTERS)} chữ cái nhưng có nhiều nhóm hơn.",
            "A11.letters", DEPARTMENT, (Option("wait", "Wait for guidance", "Chờ hướng dẫn"),),
        ))  # fmt: skip
    return {key: GROUP_LETTERS[place] for key, place in places.items() if place < len(GROUP_LETTERS)}


def several_axes_need_an_order(axes: Sequence[str], policy: Policy, inquiry: Inquiry) -> list[str] | None:
    """The axes in the order in which their groups are lettered; None until the department says.

    Asked axis by axis: which comes first, which next, until one is left. A local policy may take them by name.
    """
    ordered: list[str] = []
    rest = sorted(axes, key=_as_people_count) if policy.axes_order is AxesOrder.BY_NAME else list(axes)
    while len(rest) > 1:
        place = len(ordered) + 1
        following = inquiry.ask(OpenQuestion(
            "several_axes", "" if place == 1 else f"next-{place}",
            "At which internal road do the group letters begin?" if place == 1
            else f"At which internal road do the group letters go on after {ordered[-1]}?",
            "Đặt tên nhóm nhà bắt đầu từ trục nào?" if place == 1
            else f"Sau trục {ordered[-1]}, đặt tên nhóm nhà tiếp tục từ trục nào?",
            "There are several internal axes.", "Có nhiều trục đường nội bộ.",
            "A11.axes", DEPARTMENT, tuple(Option(axis, f"Take {axis}", f"Chọn {axis}") for axis in rest),
        ), policy=("axes_order", rest[0]) if policy.axes_order is AxesOrder.BY_NAME else None)  # fmt: skip
        if following is None:
            return None
        ordered.append(following)
        rest.remove(following)
    return [*ordered, *rest]


def _as_people_count(name: str) -> list[tuple[int, str]]:
    """N2 before N10."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"([0-9]+)", name)]


def a_building_bears_group_and_ordinal(group: str, ordinal: int, street: str | None = None) -> str:
    """`A10`, or with the initials of its street `BL.A-10`. An area keeps to one of the two forms.

    Raises `ValueError` for a group that is no letter of the list, an ordinal below 1, or initials
    that are not one to six capitals or digits.
    """
    if len(group) != 1 or group not in GROUP_LETTERS or ordinal < 1:
        raise ValueError(f"'{group}{ordinal}' is not a group letter with an ordinal.")
    if street is None:
        return f"{group}{ordinal}"
    if not _SHORT_STREET.match(street):
        raise ValueError(f"'{street}' are not the initials of a street.")
    return f"{street}.{group}-{ordinal}"
