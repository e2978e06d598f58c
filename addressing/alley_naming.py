"""Names of unnamed alleys on record: taken from the house before their mouth, changed with its number.

An alley that has a name of its own keeps it. What the rule gives is a row of `alley_names`, dated and
with its decision; the layer of streets is left as its source drew it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from shapely import Point
from sqlalchemy import Connection, func, insert, select, text, update

from addressing import street_facts
from addressing.deciding import today
from addressing.errors import NotFound, UnusableStreet
from addressing.policies_on_record import policy_for_street
from addressing.position import StreetAxis, street_axis
from addressing.register import house_numbers
from addressing.register_tables import alley_names
from addressing.rules.alleys import (
    WORDS,
    Neighbour,
    alley_takes_the_number_before_its_mouth,
    the_house_before_the_mouth,
)
from addressing.rules.numbers import HouseNumber
from addressing.rules.policy import Policy
from addressing.rules.questions import Inquiry
from addressing.street_facts import LEVELS
from addressing.written_forms import AlleyStep, alley_step
from layers.streets import streets

CLAUSE = "A7.name"
_ALLEY_KINDS = tuple(LEVELS)


@dataclass(frozen=True, slots=True)
class AlleyName:
    """What an alley is called by the rule."""

    street_id: int
    name: str
    label: str
    named_after_id: int
    # the house number that it takes


@dataclass(frozen=True, slots=True)
class NameChange:
    """An alley whose name changes with the numbers of its street."""

    street_id: int
    old: str | None
    new: str | None
    # None where the rule gives none: before the first house, or no mouth on the street


@dataclass(frozen=True, slots=True)
class NumberHere:
    """A number of the outer street as the naming rule sees it."""

    id: int
    number: HouseNumber
    side: str
    chainage_m: float


def names_by_rule(
    conn: Connection, street_id: int, numbers: Sequence[NumberHere] | None = None, *, on: date | None = None
) -> dict[int, AlleyName | None]:
    """The name of every unnamed alley that opens on this street; None where the rule gives none.

    `numbers` are other numbers than those on record, to look ahead; the local policy is that of `on`, today if
    None. Writes nothing.
    """
    alleys, labels = _alleys_on(conn, street_id)
    if not alleys:
        return {}
    try:
        axis = street_axis(conn, street_id)
    except UnusableStreet:
        return dict.fromkeys((alley.id for alley in alleys), None)
    numbers = _numbers_here(conn, street_id) if numbers is None else numbers
    level = LEVELS.get(alleys[0].parent_kind, 0) + 1
    mouths = sorted((_mouth(axis, alley.wkb), alley.id) for alley in alleys)
    policy = policy_for_street(conn, street_id, on or today())
    found: dict[int, AlleyName | None] = {}
    taken = {HouseNumber.parse(label) for label in labels}
    for (along_m, side), alley_id in mouths:
        found[alley_id] = _name(alley_id, numbers, along_m, side, level, taken, policy)
        made = found[alley_id]
        if made is not None:
            taken.add(HouseNumber.parse(made.label))
    return found


def name_alleys(conn: Connection, street_id: int, *, decision_id: int | None, on: date) -> list[NameChange]:
    """Bring the names of the alleys on this street in line with its numbers; lists what changed."""
    wanted, present = names_by_rule(conn, street_id, on=on), _present_names(conn, street_id)
    changes: list[NameChange] = []
    ended: list[int] = []
    begun: list[dict[str, Any]] = []
    for alley_id, name in wanted.items():
        old = present.get(alley_id)
        if name is None or (old is not None and (old.name, old.named_after_id) == (name.name, name.named_after_id)):
            continue
        if old is not None:
            ended.append(old.id)
        begun.append({
            "street_id": alley_id, "name": name.name, "label": name.label, "named_after_id": name.named_after_id,
            "clause": CLAUSE, "decision_id": decision_id, "valid_from": on,
        })  # fmt: skip
        changes.append(NameChange(alley_id, None if old is None else old.name, name.name))
    if ended:
        conn.execute(
            update(alley_names)
            .where(alley_names.c.id.in_(ended))
            .values(valid_to=func.greatest(on, alley_names.c.valid_from), closed_by_decision_id=decision_id)
        )
    if begun:
        conn.execute(insert(alley_names), begun)
    return changes


def preview_names(conn: Connection, street_id: int, numbers: Sequence[NumberHere]) -> list[NameChange]:
    """What `name_alleys` would change if the street had these numbers. Writes nothing."""
    present = _present_names(conn, street_id)
    return [
        NameChange(alley_id, present[alley_id].name if alley_id in present else None, name.name if name else None)
        for alley_id, name in names_by_rule(conn, street_id, numbers).items()
        if (present[alley_id].name if alley_id in present else None) != (name.name if name else None)
    ]


def streets_below(conn: Connection, street_ids: Collection[int]) -> list[int]:
    """These streets and all alleys that open on them, at any depth."""
    rows = conn.execute(
        text("WITH RECURSIVE below AS (SELECT id FROM gis.streets WHERE id = ANY(:ids) UNION"
             " SELECT s.id FROM gis.streets s JOIN below b ON s.parent_street_id = b.id) SELECT id FROM below"),
        {"ids": list(street_ids)},
    )  # fmt: skip
    return sorted(rows.scalars())


def lock_with_alleys(conn: Connection, street_id: int) -> None:
    """Let nobody else number this street or an alley that hangs on it. Raises `NotFound`.

    Names and addresses in the alleys follow the street: whoever issued numbers in an alley at the same time
    would write them with the old name. All at once and by id, so that nobody waits in a circle.
    """
    if street_id not in street_facts.lock_many(conn, streets_below(conn, [street_id])):
        raise NotFound("street", "đường", street_id)


def _name(
    alley_id: int, numbers: Sequence[NumberHere], along_m: float, side: str, level: int,
    taken: Collection[HouseNumber], policy: Policy,
) -> AlleyName | None:  # fmt: skip
    on_side = [item for item in numbers if item.side == side]
    neighbours = [Neighbour(item.number, item.chainage_m) for item in on_side]
    name = alley_takes_the_number_before_its_mouth(
        neighbours, along_m, min(level, len(WORDS)), policy, Inquiry(), taken=taken, key=str(alley_id)
    )
    if name is None:
        return None
    named_after = the_house_before_the_mouth(neighbours, along_m) or _first(neighbours)
    holder = on_side[neighbours.index(named_after)]
    return AlleyName(alley_id, name, name.split(" ", 1)[1], holder.id)


def _first(neighbours: Sequence[Neighbour]) -> Neighbour:
    return min(neighbours, key=lambda one: (one.distance_m, one.number))


def _mouth(axis: StreetAxis, wkb: bytes) -> tuple[float, str]:
    """Where an alley leaves the street: metres from the low end, and the side it leads to."""
    alley = shapely.from_wkb(bytes(wkb))
    ends = [Point(end) for part in getattr(alley, "geoms", [alley]) for end in (part.coords[0], part.coords[-1])]
    mouth = min(ends, key=axis.line.distance)
    inner = alley.centroid
    return axis.chainage_m(mouth.x, mouth.y), axis.side(inner.x, inner.y).value


def _alleys_on(conn: Connection, street_id: int) -> tuple[list[Any], list[str]]:
    """The unnamed alleys of a street, and the numbers by which its other alleys are called already."""
    outer = streets.alias("outer")
    rows = conn.execute(
        select(
            streets.c.id, streets.c.name, streets.c.kind, func.ST_AsBinary(streets.c.geom).label("wkb"),
            outer.c.kind.label("parent_kind"), outer.c.name.label("parent_name"),
        )
        .join(outer, outer.c.id == streets.c.parent_street_id)
        .where(streets.c.parent_street_id == street_id, streets.c.kind.in_(_ALLEY_KINDS))
        .order_by(streets.c.id)
    )  # fmt: skip
    unnamed, labels = [], []
    for row in rows:
        step = alley_step(row.name, LEVELS[row.kind], row.parent_name)
        if step is None:
            unnamed.append(row)
        elif step.is_numbered:
            labels.append(step.label)
    return unnamed, labels


def _numbers_here(conn: Connection, street_id: int) -> list[NumberHere]:
    """In force and spare: a spare number keeps the name stable when the lot is built."""
    rows = conn.execute(
        select(
            house_numbers.c.id, house_numbers.c.number, house_numbers.c.suffix, house_numbers.c.side,
            house_numbers.c.chainage_m,
        ).where(house_numbers.c.street_id == street_id, house_numbers.c.valid_to.is_(None))
    )  # fmt: skip
    return [NumberHere(row.id, HouseNumber(row.number, row.suffix), row.side, row.chainage_m) for row in rows]


def _present_names(conn: Connection, street_id: int) -> dict[int, Any]:
    rows = conn.execute(
        select(alley_names)
        .join(streets, streets.c.id == alley_names.c.street_id)
        .where(streets.c.parent_street_id == street_id, alley_names.c.valid_to.is_(None))
    )
    return {row.street_id: row for row in rows}


@dataclass(frozen=True, slots=True)
class StreetChain:
    """A street or alley as the outer part of an address."""

    root_id: int
    root_name: str
    root_code: str
    steps: tuple[AlleyStep, ...]
    commune_code: str | None


def chains(conn: Connection, street_ids: Collection[int], on: date) -> Mapping[int, StreetChain | None]:
    """The way from the outermost street to each of these; None while an alley on it has no name."""
    rows = conn.execute(
        text("WITH RECURSIVE up AS (SELECT id AS of, id, 0 AS depth FROM gis.streets WHERE id = ANY(:ids) UNION ALL"
             " SELECT u.of, s.parent_street_id, u.depth + 1 FROM up u JOIN gis.streets s ON s.id = u.id"
             " WHERE s.parent_street_id IS NOT NULL AND s.kind = ANY(:alleys) AND u.depth < 8)"
             " SELECT u.of, s.id, s.name, s.code, s.kind, s.commune_code, n.name AS given FROM up u"
             " JOIN gis.streets s ON s.id = u.id LEFT JOIN gis.alley_names n ON n.street_id = s.id"
             " AND n.valid_from <= :on AND (n.valid_to IS NULL OR n.valid_to > :on)"
             " ORDER BY u.of, u.depth DESC"),
        {"ids": list(street_ids), "on": on, "alleys": list(_ALLEY_KINDS)},
    )  # fmt: skip
    ways: dict[int, list[Any]] = {}
    for row in rows:
        ways.setdefault(row.of, []).append(row)
    return {street_id: _chain(way) for street_id, way in ways.items()}


def _chain(way: Sequence[Any]) -> StreetChain | None:
    root, *inner = way
    if root.kind in LEVELS and alley_step(root.name, 1) is None:
        return None
    steps, outer_name = [], root.name
    for level, row in enumerate(inner, start=1):
        step = alley_step(row.name, level, outer_name) or (row.given and alley_step(row.given, level))
        if not step:
            return None
        steps.append(step)
        outer_name = row.name
    return StreetChain(root.id, root.name, root.code, tuple(steps), way[-1].commune_code)
