"""An estate in the words of the rules: groups of houses on ways without names, buildings, stairs, floors, flats.

A tree without coordinates. Whatever is not known is None, and asked about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from addressing.rules.model import RULE_SET_VERSION, Choice, Note, OpenQuestion, Side


class PartKind(StrEnum):
    """What a part of an estate is, from the outside in."""

    GROUP = "group"
    BUILDING = "building"
    STAIR = "stair"
    FLOOR = "floor"
    FLAT = "flat"


INSIDE = {
    PartKind.GROUP: (None,),
    PartKind.BUILDING: (PartKind.GROUP, None),
    PartKind.STAIR: (PartKind.BUILDING,),
    PartKind.FLOOR: (PartKind.BUILDING,),
    PartKind.FLAT: (PartKind.FLOOR,),
}
"""Kind -> in what it may lie; None is the estate itself: a building there is a block outside a group."""


@dataclass(frozen=True, slots=True)
class Part:
    """One group, building, stair, floor or flat as it stands on the ground."""

    key: str
    kind: PartKind
    parent: str | None
    # key of what it lies in
    label: str
    # what people call it until it has a name
    axis: str = ""
    # of a group: the internal road on which it lies; "" where there is one only
    side: Side | None = None
    # of a group: seen from the entrance inward
    distance_m: float | None = None
    # of a group along its axis from the entrance, of a building from the entrance side of its group, of a stair from
    # the main entrance of its building
    storeys: int | None = None
    # of a building, without basements
    avoided: tuple[int, ...] = ()
    # of a building: numbers that its floors leave out
    level: int | None = None
    # of a floor: 1 at the ground, 2 above it, -1 the upper basement
    azimuth_deg: float | None = None
    # of a flat: its door seen from the middle of the floor, clockwise from north
    is_first: bool = False
    # of a flat: the first on the left of the main way, lift or stair
    place: int = 0
    # among its like as they were entered; flats are entered with the clock
    has_position: bool = True
    name: str | None = None
    # in force
    found: str | None = None
    # written on it when it was entered


@dataclass(frozen=True, slots=True)
class Estate:
    """The facts about an estate that the rules may look at."""

    key: str
    name: str
    street_name: str
    parts: tuple[Part, ...]
    is_block: bool = False
    # one apartment building outside a group
    house_number: str | None = None
    # of a block, on its street
    initials: str | None = None
    # of its street, where somebody wrote them down: BL
    gone: frozenset[tuple[str, PartKind, str]] = frozenset()
    # names that were withdrawn: "" or the key of their building, kind, name
    inside: Mapping[tuple[str | None, PartKind], list[Part]] = field(init=False, repr=False, compare=False)
    # the same parts by what they lie in and by kind

    def __post_init__(self) -> None:
        inside: dict[tuple[str | None, PartKind], list[Part]] = {}
        for part in sorted(self.parts, key=lambda part: (part.place, part.key)):
            inside.setdefault((part.parent, part.kind), []).append(part)
        object.__setattr__(self, "inside", inside)

    def children(self, parent: str | None, kind: PartKind) -> Sequence[Part]:
        """The parts of a kind that lie in this one, in the order in which they were entered."""
        return self.inside.get((parent, kind), ())

    def gone_from(self, scope: str, kind: PartKind) -> set[str]:
        """Names of a kind that were withdrawn and are never given again."""
        return {name for where, what, name in self.gone if where == scope and what is kind}


@dataclass(frozen=True, slots=True)
class Named:
    """This part bears this name, because of these clauses."""

    key: str
    kind: PartKind
    name: str
    clauses: tuple[str, ...]
    is_existing: bool = False
    # it had the name before


@dataclass(frozen=True, slots=True)
class EstateResult:
    """Everything the rules say about one estate, from the outside in."""

    estate_key: str
    named: tuple[Named, ...]
    questions: tuple[OpenQuestion, ...]
    choices: tuple[Choice, ...]
    notes: tuple[Note, ...] = ()
    rule_set: str = RULE_SET_VERSION

    @property
    def new(self) -> tuple[Named, ...]:
        """The names that this result would add."""
        return tuple(one for one in self.named if not one.is_existing)


@dataclass(slots=True)
class NameBook:
    """What one run hands out; a name that stands or stood in the same scope is never given twice."""

    gone: Mapping[tuple[str, PartKind], set[str]]
    named: dict[str, Named] = field(default_factory=dict)
    used: set[tuple[str, PartKind, str]] = field(default_factory=set)

    def keep(self, part: Part, scope: str, name: str, clause: str) -> None:
        """A name that is in force or was found stays."""
        self._write(Named(part.key, part.kind, name, (clause,), is_existing=True), scope)

    def give(self, part: Part, scope: str, name: str, clauses: Iterable[str]) -> bool:
        """Give a new name; False where the scope knows it already."""
        if not self.is_free(scope, part.kind, name):
            return False
        self._write(Named(part.key, part.kind, name, tuple(clauses)), scope)
        return True

    def is_free(self, scope: str, kind: PartKind, name: str) -> bool:
        """Whether nobody has or had this name there."""
        return (scope, kind, name) not in self.used and name not in self.gone.get((scope, kind), ())

    def name_of(self, key: str | None) -> str | None:
        """The name of a part, while it has one."""
        return self.named[key].name if key in self.named else None

    def in_order(self, parts: Iterable[Part]) -> Iterator[Named]:
        """What was handed out, in the order of the parts."""
        return (self.named[part.key] for part in parts if part.key in self.named)

    def _write(self, named: Named, scope: str) -> None:
        self.named[named.key] = named
        self.used.add((scope, named.kind, named.name))
