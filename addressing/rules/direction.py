"""Which way the numbers run along a street (Article 6, clause 2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from statistics import mean

from addressing.rules.alleys import alley_direction
from addressing.rules.clauses import who_sets_special_directions
from addressing.rules.model import Direction, Frontage, Option, Run, Side, Street
from addressing.rules.policy import Policy
from addressing.rules.questions import Inquiry, direction_unclear

SECTORS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")
LAWFUL_FROM_DEG, LAWFUL_TO_DEG = 157.5, 337.5
"""The half circle of headings towards S, SW, W and NW; closed below, open above."""

CLEAR_MAJORITY = 0.8
"""Share of neighbouring old numbers that must grow the same way to speak of a direction."""

_VI = {
    "N": "Bắc", "NE": "Đông Bắc", "E": "Đông", "SE": "Đông Nam",
    "S": "Nam", "SW": "Tây Nam", "W": "Tây", "NW": "Tây Bắc",
}  # fmt: skip


def compass_gives_one_lawful_heading(azimuth_deg: float) -> Run:
    """N to S, E to W, NE to SW, SE to NW: exactly one of the two ways along a chord is lawful.

    `azimuth_deg` is from the first to the last point as drawn, clockwise from north.
    """
    return Run.FORWARD if LAWFUL_FROM_DEG <= azimuth_deg % 360 < LAWFUL_TO_DEG else Run.BACKWARD


def sector(azimuth_deg: float) -> str:
    """The eighth of the compass rose that an azimuth lies in: 337.5 up to 22.5 is N, and so on."""
    return SECTORS[int((azimuth_deg % 360 + 22.5) // 45) % 8]


def heading_of(street: Street, run: Run) -> str | None:
    """The sector towards which the numbers grow; None for a ring.

    Taken from the lawful heading and its exact opposite, so that a line drawn backwards can never
    fall into another pair of sectors by rounding.
    """
    if street.azimuth_deg is None or street.is_ring:
        return None
    azimuth = street.azimuth_deg % 360
    lawful = compass_gives_one_lawful_heading(azimuth)
    towards = SECTORS.index(sector(azimuth if lawful is Run.FORWARD else azimuth - 180))
    return SECTORS[towards if run is lawful else (towards + 4) % 8]


def compass_words(street: Street, run: Run) -> str | None:
    """`N->S`, `SE->NW` ...; None for a ring."""
    towards = heading_of(street, run)
    return None if towards is None else f"{SECTORS[SECTORS.index(towards) - 4]}->{towards}"


def decide_direction(
    street: Street,
    frontages: Sequence[Frontage],
    policy: Policy,
    inquiry: Inquiry,
    on: date,
) -> Direction | None:
    """Numbers in use first, then a decision, then the compass; None while a question is open.

    In alleys the compass is no rule: they are numbered from their mouth.
    """
    numbered = a_numbered_street_keeps_its_direction(street, frontages, inquiry)
    if numbered is None:
        return None
    if isinstance(numbered, Direction):
        return _decision_agrees(street, numbered, inquiry, on)
    if street.decision is not None:
        return a_decision_sets_the_direction(street, on)
    if street.alley is not None:
        return alley_direction(street.alley, policy, inquiry, compass=_lawful_run(street), runs=_runs_by_answer(street))
    special = who_sets_special_directions(on)
    if street.is_special:
        return _ask(
            street, inquiry, "special_street", special,
            "The compass does not fit this street; the competent committee has to set it.",
            "Đường có đặc thù, chiều đánh số do UBND có thẩm quyền quy định.",
        )  # fmt: skip
    if street.is_ring or street.azimuth_deg is None:
        return a_ring_has_no_direction(street, policy, inquiry)
    if street.chord_m < policy.min_chord_ratio * street.length_m:
        return _ask(
            street, inquiry, "street_bends_back", "A6.chord",
            "The ends are close together compared with its length; the chord says little.",
            "Hai đầu đường gần nhau so với chiều dài nên dây cung không thể hiện rõ hướng.",
        )  # fmt: skip
    if _from_border_deg(street.azimuth_deg) < policy.direction_margin_deg:
        return _ask(
            street, inquiry, "compass_border", "A6.chord",
            "The chord lies on the border between a permitted heading and its opposite.",
            "Hướng đường nằm sát ranh giới giữa hai chiều đánh số.",
        )  # fmt: skip
    run = compass_gives_one_lawful_heading(street.azimuth_deg)
    return Direction(run, ("A6.direction", "A6.chord"))


def a_decision_sets_the_direction(street: Street, on: date) -> Direction | None:
    """The competent committee's word goes before the compass."""
    if street.decision is None:
        return None
    decided_on = street.decision.decided_on or on
    return Direction(street.decision.run, (who_sets_special_directions(decided_on),))


def a_numbered_street_keeps_its_direction(
    street: Street, frontages: Sequence[Frontage], inquiry: Inquiry
) -> Direction | bool | None:
    """The direction of the numbers in use; False when there are none, None while it is unclear."""
    clauses = ("A6.numbered",) if street.numbered_before else ("A6.kept",)
    seen = direction_of_old_numbers(frontages)
    if street.existing_run is not None and seen in (None, street.existing_run):
        return Direction(street.existing_run, clauses)
    if isinstance(seen, Run) and street.existing_run is None:
        return Direction(seen, clauses)
    if seen is None and not street.numbered_before:
        return False
    return _ask(
        street, inquiry, "existing_order_unclear", "A6.former",
        "The street carries numbers, but they do not show one direction, or not the recorded one.",
        "Đường đã có số nhà nhưng không thể hiện một chiều rõ ràng, hoặc khác với hồ sơ.",
    )  # fmt: skip


def direction_of_old_numbers(frontages: Sequence[Frontage]) -> Run | str | None:
    """The way in which neighbouring numbers on each side grow; "unclear" when they disagree.

    None when no side has two different numbers: one number shows no direction.
    """
    growing = falling = 0
    numbered = [frontage for frontage in frontages if frontage.existing is not None]
    for side in Side:
        carried: dict[float, list[int]] = defaultdict(list)
        for frontage in numbered:
            if frontage.side is side and frontage.existing is not None:
                carried[round(frontage.chainage_m, 3)].append(frontage.existing.number)
        # doors at the same chainage count as one, with their mean: the same from both drawings
        means = [mean(carried[place]) for place in sorted(carried)]
        growing += sum(low < high for low, high in pairwise(means))
        falling += sum(high < low for low, high in pairwise(means))
    if not growing + falling:
        return None
    if max(growing, falling) < CLEAR_MAJORITY * (growing + falling):
        return "unclear"
    return Run.FORWARD if growing > falling else Run.BACKWARD


def a_ring_has_no_direction(street: Street, policy: Policy, inquiry: Inquiry) -> Direction | None:
    """No ends, no compass: ask whether it runs with the clock or against it, unless a local policy says."""
    return _ask(
        street, inquiry, "ring_without_direction", "A6.ring",
        "The street is a closed ring; the circular has no rule for it.",
        "Đường khép kín; thông tư không quy định chiều đánh số.",
        policy=("ring_direction", policy.ring_direction),
    )  # fmt: skip


def _decision_agrees(street: Street, numbered: Direction, inquiry: Inquiry, on: date) -> Direction | None:
    decided = a_decision_sets_the_direction(street, on)
    if decided is None:
        return numbered
    if decided.run is numbered.run:
        return Direction(numbered.run, numbered.clauses + decided.clauses)
    return _ask(
        street, inquiry, "decision_against_numbers", "A6.numbered",
        "The decision on record runs against the numbers that are in use.",
        "Quyết định về chiều đánh số ngược với số nhà đang dùng.",
    )  # fmt: skip


def _ask(
    street: Street, inquiry: Inquiry, kind: str, clause: str, why: str, why_vi: str,
    *, policy: tuple[str, str] | None = None,
) -> Direction | None:  # fmt: skip
    answers = _runs_by_answer(street)
    options = [Option(value, *_labels(value)) for value in answers]
    question = direction_unclear(kind, why, why_vi, clause, options)
    answer = inquiry.ask(question, policy=policy)
    return None if answer is None else Direction(answers[answer], (clause,))


def _lawful_run(street: Street) -> Run | None:
    """The one way that the compass permits; None where the ends give no chord."""
    if street.is_ring or street.azimuth_deg is None:
        return None
    return compass_gives_one_lawful_heading(street.azimuth_deg)


def _runs_by_answer(street: Street) -> dict[str, Run]:
    """Answers in words of the ground, never of the drawing: a redrawn line keeps its meaning."""
    if street.is_ring or street.azimuth_deg is None:
        with_clock = Run.BACKWARD if street.ring_drawn_clockwise is False else Run.FORWARD
        return {"clockwise": with_clock, "anticlockwise": with_clock.reversed}
    lawful = compass_gives_one_lawful_heading(street.azimuth_deg)
    return {f"towards_{heading_of(street, run)}": run for run in (lawful, lawful.reversed)}


def _labels(value: str) -> tuple[str, str]:
    if value == "clockwise":
        return "With the clock from the drawn start", "Theo chiều kim đồng hồ từ điểm đầu"
    if value == "anticlockwise":
        return "Against the clock from the drawn start", "Ngược chiều kim đồng hồ từ điểm đầu"
    towards = value.removeprefix("towards_")
    start = SECTORS[SECTORS.index(towards) - 4]
    return f"From {start} to {towards}", f"Từ {_VI[start]} sang {_VI[towards]}"


def _from_border_deg(azimuth_deg: float) -> float:
    """How far a chord is from the line between a permitted heading and its opposite, 0 to 90."""
    off = (azimuth_deg - LAWFUL_FROM_DEG) % 180
    return min(off, 180 - off)
