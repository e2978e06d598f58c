"""Issue an approved proposal: the decision, places with their ids, and numbers in force.

Nothing issued is overwritten. A spare number that a house takes is closed and opened anew; a number
found on the ground enters the register as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, insert, select, update

from addressing import addresses, alley_naming, estate_addresses
from addressing.deciding import SignedDecision
from addressing.errors import DecisionInvalid
from addressing.identifiers import PlaceId
from addressing.numbering import NUMBERING, Proposal, get_proposal
from addressing.register import house_numbers, places
from addressing.rules.model import Assignment, NumberingResult, Reserved
from addressing.street_facts import house_of
from layers.streets import entrances

GIVEN = "given to the house that was built here"


@dataclass(frozen=True, slots=True)
class Issued:
    """What an issue did."""

    proposal: Proposal
    issued: int
    # new numbers in force
    registered: int
    # numbers found on the ground that entered the register
    reserved: int
    # spare numbers kept
    places: int
    # places that got an id
    not_registered: tuple[str, ...]
    # numbers on the ground that stand twice: only the first could be registered
    already_done: bool = False


def issue(
    conn: Connection,
    proposal_id: int,
    decision_number: str,
    decision_date: date,
    issuing_body: str,
    by: str,
    *,
    version: int | None = None,
) -> Issued:
    """Put an approved proposal in force from the day of the decision.

    A second issue by the same decision changes nothing and says so. Raises `WrongStatus` unless it
    is approved, `StaleProposal` when the facts changed since, `DecisionInvalid`, `OutsideArea`,
    `VersionConflict`.
    """
    signed = SignedDecision(decision_number.strip(), decision_date, issuing_body.strip())
    proposal, begun = NUMBERING.begin_issue(conn, proposal_id, signed, by, version)
    if begun is None:
        return Issued(proposal, 0, 0, 0, 0, (), already_done=True)
    _, decision_id = begun
    doors = _doors(conn, proposal.street_id)
    result = proposal.result
    on_register = _on_register(conn, proposal.street_id)
    new, found, twice = _to_enter(result, on_register)
    made = _give_places(conn, doors, [*new, *found])
    _close_spares(conn, new, on_register, decision_date, decision_id)
    shared = {"street_id": proposal.street_id, "proposal_id": proposal.id, "valid_from": decision_date}
    rows = [_number(item, doors, shared, status="in_force", origin="issued", decision_id=decision_id) for item in new]
    rows += [_number(item, doors, shared, status="in_force", origin="existing", decision_id=None) for item in found]
    spares = [item for item in result.reserved if _numeral(item) not in on_register]
    rows += [
        _number(item, doors, shared, status="reserved", origin="issued", decision_id=decision_id) for item in spares
    ]
    if rows:
        conn.execute(insert(house_numbers), rows)
    NUMBERING.end_issue(conn, proposal.id, decision_id)
    numbers_changed(conn, proposal.street_id, on=decision_date, decision_id=decision_id)
    return Issued(
        get_proposal(conn, proposal_id),
        len(new),
        len(found),
        len(spares),
        made,
        tuple(str(item.number) for item in twice),
    )


def numbers_changed(
    conn: Connection, street_id: int, *, on: date, decision_id: int | None, reason: str | None = None,
    reasons: Mapping[int, str] | None = None,
) -> None:  # fmt: skip
    """What follows from new, changed or ended numbers: names of alleys, from the street inward, and addresses.

    Those of flats in estates on these streets follow too. `reasons` are those of single numbers, by their ids.
    """
    below = alley_naming.streets_below(conn, [street_id])
    for outer in below:
        alley_naming.name_alleys(conn, outer, decision_id=decision_id, on=on)
    addresses.follow(conn, below, on=on, decision_id=decision_id, reason=reason, reasons=reasons)
    estate_ids = estate_addresses.estates_on(conn, below)
    estate_addresses.follow(conn, estate_ids, on=on, decision_id=decision_id, reason=reason)


def _doors(conn: Connection, street_id: int) -> dict[str, RowMapping]:
    rows = conn.execute(select(entrances).where(entrances.c.street_id == street_id)).mappings()
    return {str(row["id"]): row for row in rows}


def _on_register(conn: Connection, street_id: int) -> dict[tuple[int, str], RowMapping]:
    """Numbers of the street that are in force or spare today, by number and suffix."""
    rows = conn.execute(
        select(house_numbers).where(house_numbers.c.street_id == street_id, house_numbers.c.valid_to.is_(None))
    ).mappings()
    return {(row["number"], row["suffix"]): row for row in rows}


def _numeral(item: Assignment | Reserved) -> tuple[int, str]:
    return item.number.number, item.number.suffix


def _to_enter(
    result: NumberingResult, on_register: Mapping[tuple[int, str], RowMapping]
) -> tuple[list[Assignment], list[Assignment], list[Assignment]]:
    """New numbers, numbers found on the ground, and those on the ground that stand twice."""
    new: list[Assignment] = []
    found: list[Assignment] = []
    twice: list[Assignment] = []
    seen: set[tuple[int, str]] = set()
    for item in result.assignments:
        holder = on_register.get(_numeral(item))
        if not item.is_existing:
            new.append(item)
        elif holder is not None and str(holder["entrance_id"]) == item.key:
            continue
        elif holder is not None or _numeral(item) in seen:
            twice.append(item)
        else:
            found.append(item)
        seen.add(_numeral(item))
    return new, found, twice


def _close_spares(
    conn: Connection,
    new: Iterable[Assignment],
    on_register: Mapping[tuple[int, str], RowMapping],
    decided_on: date,
    decision_id: int,
) -> None:
    """End the reservation of spare numbers that a house takes now; it may have begun the same day."""
    taken = [(item, on_register[_numeral(item)]) for item in new if _numeral(item) in on_register]
    for item, spare in taken:
        if spare["valid_from"] > decided_on:
            raise DecisionInvalid(
                f"Number {item.number} is spare since {spare['valid_from']}; the decision that gives it "
                "must not be of an earlier day.",
                f"Số {item.number} dự phòng từ {spare['valid_from']:%d/%m/%Y}; quyết định không được trước ngày đó.",
            )
    if taken:
        conn.execute(
            update(house_numbers)
            .where(house_numbers.c.id.in_([spare["id"] for _, spare in taken]))
            .values(valid_to=decided_on, retired_reason=GIVEN, closed_by_decision_id=decision_id)
        )


def _give_places(conn: Connection, doors: dict[str, RowMapping], numbered: Sequence[Assignment]) -> int:
    """A place with our id for every numbered door that has none; all doors of its house point to it."""
    rows = conn.execute(
        select(places.c.entrance_id, places.c.id).where(places.c.entrance_id.in_([int(item.key) for item in numbered]))
    )
    known = dict(rows.all())
    lacking = [doors[item.key] for item in numbered if not doors[item.key]["place_code"] and int(item.key) not in known]
    _make_places(conn, doors, lacking, known)
    return len(lacking)


def _make_places(
    conn: Connection,
    doors: dict[str, RowMapping],
    lacking: Sequence[RowMapping],
    known: Mapping[int, str] | None = None,
) -> None:
    """New places at these doors; `doors`, those of the whole street, learn the ids too."""
    known = dict(known or {})
    ids = fresh_ids(conn, len(lacking))
    if lacking:
        conn.execute(
            insert(places),
            [
                {"id": place_id, "kind": "building", "entrance_id": door["id"], "plot_id": door["plot_id"],
                 "enterprise_id": door["enterprise_id"], "geom": door["geom"]}
                for door, place_id in zip(lacking, ids, strict=True)
            ],
        )  # fmt: skip
    given = known | {door["id"]: place_id for door, place_id in zip(lacking, ids, strict=True)}
    _point_doors(conn, doors, given)
    for key, door in doors.items():
        if door["id"] in given:
            doors[key] = {**door, "place_code": given[door["id"]]}  # type: ignore[assignment]


def give_place(conn: Connection, street_id: int, entrance_id: int) -> str:
    """The id of the place behind a door; a new place, to which all doors of its house point, if there is none."""
    doors = _doors(conn, street_id)
    door = doors[str(entrance_id)]
    if door["place_code"] is None:
        known = conn.execute(select(places.c.id).where(places.c.entrance_id == entrance_id)).scalar()
        if known is not None:
            return str(known)
        _make_places(conn, doors, [door])
    return str(doors[str(entrance_id)]["place_code"])


def _point_doors(conn: Connection, doors: Mapping[str, RowMapping], given: Mapping[int, str]) -> None:
    """Write the place id at its door, and at the other doors of the same house."""
    if not given:
        return
    own = [{"door": door_id, "place": place_id} for door_id, place_id in given.items()]
    conn.execute(
        update(entrances).where(entrances.c.id == bindparam("door")).values(place_code=bindparam("place")), own
    )
    _point_house(conn, doors, given, "house:", ("house_code",))
    _point_house(conn, doors, given, "plot:", ("plot_id", "enterprise_id"))


def _point_house(
    conn: Connection, doors: Mapping[str, RowMapping], given: Mapping[int, str], kind: str, names: tuple[str, ...]
) -> None:
    """The same for the other doors of the houses that are known by these columns."""
    houses = [
        {**{f"of_{name}": row[name] for name in names}, "place": given[row["id"]]}
        for row in doors.values()
        if row["id"] in given and (house_of(row) or "").startswith(kind)
    ]
    if houses:
        conn.execute(
            update(entrances)
            .where(
                *(entrances.c[name].is_not_distinct_from(bindparam(f"of_{name}")) for name in names),
                entrances.c.kind != "empty_land",
                entrances.c.place_code.is_(None),
            )
            .values(place_code=bindparam("place")),
            houses,
        )


def fresh_ids(conn: Connection, count: int) -> list[str]:
    """Ids that no place has or ever had: places are never deleted."""
    ids: set[str] = set()
    while len(ids) < count:
        minted = {str(PlaceId.mint()) for _ in range(count - len(ids))}
        used = set(conn.execute(select(places.c.id).where(places.c.id.in_(minted))).scalars())
        ids |= minted - used
    return sorted(ids)


def _number(
    item: Assignment | Reserved, doors: Mapping[str, RowMapping], shared: Mapping[str, Any], **values: Any
) -> dict[str, Any]:
    door = doors[item.key]
    return {
        **shared,
        **values,
        "entrance_id": door["id"],
        "place_id": door["place_code"] if isinstance(item, Assignment) else None,
        "number": item.number.number,
        "suffix": item.number.suffix,
        "plate_text": str(item.number),
        "side": item.side.value,
        "chainage_m": item.distance_m,
        "clauses": list(item.clauses),
    }
