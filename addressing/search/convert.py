"""What a unit is on another day: a set of answers with shares and reasons, never a silent pick.

Old to new and new to old walk the dated changes of the gazetteer, as many reforms as lie between. A split is settled by
the hamlet, then by the position; where neither is known, it stays open, and the answers are ordered by the people who
went there. Pure: positions come in as the communes that contain them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from addressing.search import convert_reasons as reasons
from addressing.search.elements import Reason
from addressing.search.units import Change, Gazetteer, People, Unit, name_key

Standing = Literal["same", "one", "settled", "likely", "ambiguous", "unknown"]
# same: the form exists on that day too; one: there is one answer; settled: hamlet or position decides between several;
# likely: all inhabitants went to one, only land to the others; ambiguous: several, nothing decides; unknown: none known


@dataclass(frozen=True, slots=True)
class Answer:
    """One unit that the asked one became, or was made of."""

    unit: Unit
    above: tuple[Unit, ...]  # its district, where there was one, and its province
    way: tuple[Change, ...]  # the changes in between, the oldest first; empty for the same form
    part: Literal["full", "partial"]  # of the older unit: the whole of it, or a part
    people: People | None  # of the inhabitants of the older unit; None: no source says
    population_ratio: float | None  # share of those inhabitants, 0-1; None: not known
    area_ratio: float | None
    usual: bool  # what the package takes by default among several; a habit, not evidence
    decided_by: Literal["hamlet", "position"] | None = None

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """What happened, change by change; first what decided, if several were open."""
        happened = reasons.of_way(self.way)
        return (reasons.deciding(self.decided_by), *happened) if self.decided_by else happened

    @property
    def hamlets(self) -> tuple[str, ...]:
        """Hamlets of the older unit that belong to this answer, as far as the changes name them."""
        return tuple(dict.fromkeys(hamlet for change in self.way for hamlet in change.hamlets))

    @property
    def full_name(self) -> str:
        """The name with what is above it: ``Phường Tứ Minh, Thành phố Hải Phòng``."""
        return ", ".join(unit.full_name for unit in (self.unit, *self.above))


@dataclass(frozen=True, slots=True)
class Conversion:
    """What was asked, and every answer, the likeliest first."""

    unit: Unit
    on: date
    standing: Standing
    answers: tuple[Answer, ...]
    reasons: tuple[Reason, ...] = ()

    @property
    def chosen(self) -> Answer | None:
        """The answer, if there is only one or evidence settles which; otherwise None: a person must choose."""
        return self.answers[0] if self.standing in ("same", "one", "settled") else None

    @property
    def is_ambiguous(self) -> bool:
        """Whether several answers are open, even if one is likely."""
        return self.standing in ("likely", "ambiguous")


def convert(
    gazetteer: Gazetteer,
    unit: Unit,
    on: date,
    *,
    hamlets: Iterable[str] = (),
    inside: Collection[str] | None = None,
) -> Conversion:
    """What `unit` (of the gazetteer) is on a day, forwards or backwards in time.

    `hamlets` are names of thôn, tổ dân phố or khu that the address gives; `inside` are the codes of the communes that
    contain its position on that day, None where there is no position. Both only ever narrow the set.
    """
    if unit.valid_on(on):
        return Conversion(unit, on, "same", (_answer(gazetteer, unit, ()),))
    found = _merged(_walk(gazetteer, unit, on))
    if not found:
        return Conversion(unit, on, "unknown", (), (reasons.not_followed(unit, on),))
    standing, answers = _settle(found, tuple(hamlets), inside)
    notes = [*_namesakes(gazetteer, unit, answers, on)]
    if inside is not None and not any(a.unit.code in inside for a in answers):
        notes.append(reasons.position_elsewhere())
    return Conversion(unit, on, standing, answers, tuple(notes))


def _walk(gazetteer: Gazetteer, unit: Unit, on: date) -> Iterator[Answer]:
    """Every way along the changes to a form that exists on the day."""
    forwards = unit.valid_to is not None and unit.valid_to <= on
    step: Callable[[Unit], tuple[Change, ...]] = gazetteer.successors if forwards else gazetteer.predecessors
    open_ways: list[tuple[Unit, tuple[Change, ...]]] = [(unit, ())]
    while open_ways:
        end, way = open_ways.pop()
        if way and end.valid_on(on):
            yield _answer(gazetteer, end, way if forwards else way[::-1])
            continue
        changes = [c for c in step(end) if (c.changed_on <= on if forwards else c.changed_on > on)]
        if not changes and end.level == "district":
            open_ways += [(child, way) for child in gazetteer.children(end)]
        open_ways += [(c.new if forwards else c.old, (*way, c)) for c in changes]


def _answer(gazetteer: Gazetteer, unit: Unit, way: tuple[Change, ...]) -> Answer:
    people: People | None = "all"
    population: float | None = 1.0
    area: float | None = 1.0
    for change in way:
        people = _along(people, change.people)
        population = _times(population, change.population_ratio, change.part)
        area = _times(area, change.area_ratio, change.part)
    full = all(change.part == "full" for change in way)
    return Answer(
        unit, gazetteer.parents(unit), way, "full" if full else "partial", people, population, area,
        all(change.usual or change.part == "full" for change in way),
    )  # fmt: skip


def _along(one: People | None, other: People | None) -> People | None:
    if "none" in (one, other):
        return "none"
    if one == other == "all":
        return "all"
    return None if one is None or other is None else "part"


def _times(ratio: float | None, other: float | None, part: str) -> float | None:
    if other is None:
        other = 1.0 if part == "full" else None
    return None if ratio is None or other is None else ratio * other


def _merged(answers: Iterable[Answer]) -> list[Answer]:
    """One answer a unit: a commune reached by two ways gets the shares of both."""
    by_unit: dict[int, Answer] = {}
    for answer in answers:
        known = by_unit.get(id(answer.unit))
        by_unit[id(answer.unit)] = answer if known is None else _both(known, answer)
    return list(by_unit.values())


def _both(one: Answer, other: Answer) -> Answer:
    return replace(
        one,
        way=tuple(dict.fromkeys((*one.way, *other.way))),
        people=one.people if one.people == other.people else "part",
        population_ratio=_plus(one.population_ratio, other.population_ratio),
        area_ratio=_plus(one.area_ratio, other.area_ratio),
        usual=one.usual or other.usual,
    )


def _plus(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else min(1.0, one + other)


def _settle(
    answers: list[Answer], hamlets: tuple[str, ...], inside: Collection[str] | None
) -> tuple[Standing, tuple[Answer, ...]]:
    """The standing, and the answers in their order: settled first, then by people, then as the package does."""
    ordered = sorted(answers, key=_weight)
    if len(ordered) == 1:
        return "one", tuple(ordered)
    asked = {name_key(hamlet) for hamlet in hamlets} - {""}
    named = [a for a in ordered if asked & {name_key(hamlet) for hamlet in a.hamlets}]
    if len(named) == 1:
        return "settled", _first(ordered, named[0], "hamlet")
    within = [a for a in ordered if inside is not None and a.unit.code in inside]
    if len(within) == 1:
        return "settled", _first(ordered, within[0], "position")
    if ordered[0].people == "all" and all(a.people == "none" for a in ordered[1:]):
        return "likely", tuple(ordered)
    return "ambiguous", tuple(ordered)


def _weight(answer: Answer) -> tuple[object, ...]:
    rank = {"all": 0, "part": 1, None: 2, "none": 3}[answer.people]
    return (rank, -(answer.population_ratio or 0.0), not answer.usual, -(answer.area_ratio or 0.0), answer.unit.code)


def _first(answers: list[Answer], one: Answer, by: Literal["hamlet", "position"]) -> tuple[Answer, ...]:
    return (replace(one, decided_by=by), *(a for a in answers if a is not one))


def _namesakes(gazetteer: Gazetteer, unit: Unit, answers: Iterable[Answer], on: date) -> Iterator[Reason]:
    """Says so if the asked name is, on that day and in the same province, the name of another place."""
    answered = {id(answer.unit) for answer in answers}
    provinces = {answer.unit.province_code for answer in answers}
    for other in gazetteer.find(name_key(unit.name), level=unit.level, on=on):
        if other.province_code in provinces and id(other) not in answered and other.name == unit.name:
            yield reasons.namesake(other)
