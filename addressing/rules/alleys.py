"""Alleys (Article 7): which way they are numbered, and what an unnamed one is called."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from addressing.rules.fitting import infill_takes_a_letter
from addressing.rules.model import Alley, Direction, Mouth, OpenQuestion, Option, Run
from addressing.rules.numbers import HouseNumber
from addressing.rules.policy import Policy
from addressing.rules.policy_choices import EqualAlley, FirstAlley
from addressing.rules.questions import COMMUNE, Inquiry

LEAVE_ALLEY = Option("wait", "Leave it without numbers for now", "Tạm thời chưa đánh số")
WORDS = ("Ngõ", "Ngách", "Hẻm")
"""What alleys of the first, second and third level are called in the north."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A number on the side of a street on which an alley opens."""

    number: HouseNumber
    distance_m: float
    # from the low end of that street


def alley_direction(
    alley: Alley, policy: Policy, inquiry: Inquiry, *, compass: Run | None = None,
    runs: Mapping[str, Run] = MappingProxyType({}),
) -> Direction | None:  # fmt: skip
    """From the mouth inward; None while it is open where it begins.

    The compass does not apply; `compass`, the way that it would permit, is looked at only where a local policy
    says so for an alley between two streets of like width. `runs` are both ways in words of the ground, to tell
    apart two mouths on one street.
    """
    ask = _Ends(alley, runs)
    if not alley.mouths:
        return ask.where_it_begins(inquiry, "alley_without_mouth", "A7.inward",
                    "Neither end of the alley touches a street.", "Không đầu ngõ nào nối với đường.")  # fmt: skip
    highest = min(mouth.level for mouth in alley.mouths)
    mouths = [mouth for mouth in alley.mouths if mouth.level == highest]
    if len(mouths) == 1:
        return an_alley_is_numbered_from_its_mouth_inward(mouths[0])
    named = [mouth for mouth in mouths if mouth.street_key == alley.bears_name_of]
    if len(named) == 1:
        return a_named_alley_begins_at_the_street_of_its_name(named[0])
    return an_unnamed_alley_begins_at_the_wider_street(mouths, ask, policy, inquiry, compass)


def an_alley_is_numbered_from_its_mouth_inward(mouth: Mouth) -> Direction:
    """One mouth, or one that is higher than the other: from there to the other end."""
    return Direction(_from(mouth), ("A7.inward",))


def a_named_alley_begins_at_the_street_of_its_name(mouth: Mouth) -> Direction:
    """An alley between two streets with the name of one of them."""
    return Direction(_from(mouth), ("A7.named",))


def an_unnamed_alley_begins_at_the_wider_street(
    mouths: Sequence[Mouth], ends: _Ends, policy: Policy, inquiry: Inquiry, compass: Run | None
) -> Direction | None:
    """An alley between two streets: from the one with the larger cross-section, or ask.

    Where both are known to be alike, a local policy may let the compass decide.
    """
    widths = [mouth.cross_section_m for mouth in mouths]
    known = [width for width in widths if width is not None]
    are_known = len(known) == len(widths)
    if are_known and max(known) - min(known) > policy.width_tolerance_m:
        widest = max(mouths, key=lambda mouth: mouth.cross_section_m or 0.0)
        return Direction(_from(widest), ("A7.wider",))
    by_compass = compass if are_known and policy.equal_alley is EqualAlley.COMPASS else None
    return ends.where_it_begins(inquiry, "alley_of_equal_streets", "A7.equal",
                "Both streets are alike in width, or a width is not known.",
                "Hai đường tương đương hoặc chưa biết mặt cắt ngang.", by_compass)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Ends:
    """The mouths of an alley as answers to the question where it begins."""

    alley: Alley
    runs: Mapping[str, Run]

    def where_it_begins(
        self, inquiry: Inquiry, kind: str, clause: str, why: str, why_vi: str, by_compass: Run | None = None
    ) -> Direction | None:
        """Ask; `by_compass` is the answer of a local policy."""
        answers = {value: mouth for mouth in self.alley.mouths for value in [self._value(mouth)]}
        settled = next((value for value, mouth in answers.items() if _from(mouth) is by_compass), None)
        question = OpenQuestion(
            kind, "", "At which end does the alley begin?", "Ngõ bắt đầu từ đầu nào?",
            why, why_vi, clause, COMMUNE,
            tuple(self._option(value, mouth) for value, mouth in sorted(answers.items())) or (LEAVE_ALLEY,),
        )  # fmt: skip
        answer = inquiry.ask(question, policy=None if settled is None else ("equal_alley", settled))
        return Direction(_from(answers[answer]), (clause,)) if answer in answers else None

    def _way(self, mouth: Mouth) -> str:
        """Which way it runs from this mouth, where both are on one street; else ""."""
        if sum(other.street_key == mouth.street_key for other in self.alley.mouths) == 1:
            return ""
        return next((words for words, run in self.runs.items() if run is _from(mouth)), _from(mouth).value)

    def _value(self, mouth: Mouth) -> str:
        way = self._way(mouth)
        return f"from_{mouth.street_key}_{way}" if way else f"from_{mouth.street_key}"

    def _option(self, value: str, mouth: Mouth) -> Option:
        way = self._way(mouth).replace("_", " ")
        label, label_vi = f"From {mouth.street_name}", f"Từ {mouth.street_name}"
        return Option(value, f"{label}, {way}" if way else label, f"{label_vi} ({way})" if way else label_vi)


def alley_takes_the_number_before_its_mouth(
    neighbours: Sequence[Neighbour],
    mouth_m: float,
    level: int,
    policy: Policy,
    inquiry: Inquiry,
    *,
    taken: Collection[HouseNumber] = (),
    key: str = "",
) -> str | None:
    """`Ngõ 99` for a mouth between 99 and 101; None before the first house, which is asked about.

    `neighbours` are the numbers on the mouth's side, `mouth_m` is measured from the same low end,
    `level` is 1 for an alley off a street. `taken` are numbers that other alleys bear already: two
    mouths behind one house become Ngõ 99 and Ngõ 99A.
    """
    named_after = the_house_before_the_mouth(neighbours, mouth_m)
    if named_after is None:
        named_after = _the_house_behind_a_first_mouth(neighbours, policy, inquiry, key)
    if named_after is None:
        return None
    number = named_after.number
    if number in taken:
        lettered = infill_takes_a_letter(number.number, number, None, set(taken), policy)
        if lettered is None:
            _ask_name(inquiry, "alley_letters_run_out", key, "A7.name",
                      f"Other alleys are called {number} and by every letter of it.",
                      f"Số {number} và mọi chữ kèm theo đã là tên ngõ khác.")  # fmt: skip
            return None
        number = lettered
    return f"{WORDS[level - 1]} {number}"


def the_house_before_the_mouth(neighbours: Sequence[Neighbour], mouth_m: float) -> Neighbour | None:
    """The one that stands nearest before it, seen from the low end; None before the first house."""
    before = [item for item in neighbours if item.distance_m <= mouth_m]
    return max(before, key=lambda item: (item.distance_m, item.number), default=None)


def _the_house_behind_a_first_mouth(
    neighbours: Sequence[Neighbour], policy: Policy, inquiry: Inquiry, key: str
) -> Neighbour | None:
    """The first house behind the mouth, where a local policy says so; else that is asked about."""
    options = [Option("wait", "Wait for a decision", "Chờ quyết định")]
    following = min(neighbours, key=lambda item: (item.distance_m, item.number), default=None)
    if following is not None:
        options.insert(0, Option(
            FirstAlley.NEXT_HOUSE, f"By the first house behind it: {following.number}",
            f"Theo nhà đầu tiên sau đầu ngõ: {following.number}",
        ))  # fmt: skip
    answer = _ask_name(
        inquiry, "alley_before_first_house", key, "A7.first",
        "Its mouth lies before the first house, so there is no number to take.",
        "Đầu ngõ nằm trước nhà đầu tiên nên không có số để đặt tên.", options,
        ("first_alley", policy.first_alley),
    )  # fmt: skip
    return following if answer == FirstAlley.NEXT_HOUSE else None


def _ask_name(
    inquiry: Inquiry, kind: str, key: str, clause: str, why: str, why_vi: str,
    options: Sequence[Option] = (Option("wait", "Wait for a decision", "Chờ quyết định"),),
    policy: tuple[str, str] | None = None,
) -> str | None:  # fmt: skip
    return inquiry.ask(OpenQuestion(
        kind, key, "What is this alley called?", "Ngõ này tên là gì?", why, why_vi, clause, COMMUNE, tuple(options),
    ), policy=policy)  # fmt: skip


def _from(mouth: Mouth) -> Run:
    return Run.FORWARD if mouth.at_start else Run.BACKWARD
