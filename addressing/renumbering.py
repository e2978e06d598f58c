"""Change or end numbers of a street by a decision: first everything that depends on them is listed.

An officer asks, somebody else carries it out by the signed decision. The old row is closed and a new
one opened; the old address stays an alias, the place keeps its id.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from addressing import areas, joining
from addressing.alley_naming import NameChange, NumberHere, lock_with_alleys, preview_names, streets_below
from addressing.deciding import SignedDecision, record_decision, today
from addressing.entering import parse_number
from addressing.errors import (
    AuthorCannotApprove,
    DuplicateNumber,
    NotFound,
    NotInForce,
    NotTheAuthor,
    StepNotPossible,
)
from addressing.issuing import numbers_changed
from addressing.register import house_numbers
from addressing.register_tables import addresses, cases, number_certificates, number_changes, plates
from addressing.retiring import close_numbers
from addressing.rules.numbers import HouseNumber
from addressing.versions import require_version
from layers.streets import streets

Changes = Mapping[int, str | None]
"""Id of a house number -> what it becomes; None ends it."""
Reasons = Mapping[int, str]
"""Id of a house number -> why this one changes."""


@dataclass(frozen=True, slots=True)
class NumberChange:
    """One number that changes or ends."""

    number_id: int
    old: str
    new: str | None
    place_id: str | None
    stays_spare: bool = False
    # of a joined house: kept for its door


@dataclass(frozen=True, slots=True)
class Plan:
    """What a change would do, before anybody does it."""

    street_id: int
    numbers: tuple[NumberChange, ...]
    alleys: tuple[NameChange, ...]
    # unnamed alleys whose name follows the numbers
    addresses: tuple[str, ...]
    # written addresses that end, those in the alleys included
    plates: tuple[str, ...]
    # codes of plates to withdraw
    certificates: tuple[str, ...]
    # codes of certificates to withdraw
    cases: tuple[str, ...]
    # receipts of open cases about these places
    joined_to: str | None = None
    # the number of the house that the others become one with


def plan(conn: Connection, street_id: int, changes: Changes, joined_to: int | None = None) -> Plan:
    """Everything that depends on these numbers. Writes nothing.

    With `joined_to`, the id of a number in force, the houses of the ended numbers become one with that house.
    Raises `NotFound`, `NotInForce`, `DuplicateNumber`, `InvalidIdentifier`, `StepNotPossible` for no change.
    """
    street_name = conn.execute(select(streets.c.name).where(streets.c.id == street_id)).scalar()
    if street_name is None:
        raise NotFound("street", "đường", street_id)
    present = {row.id: row for row in _open_numbers(conn, street_id)}
    wanted = _wanted(changes, present, street_id)
    spare = _spare_by_joining(conn, street_id, wanted, joined_to)
    after = {number_id: HouseNumber(row.number, row.suffix) for number_id, row in present.items()}
    for number_id, new in wanted.items():
        if new is None and number_id not in spare:
            del after[number_id]
        elif new is not None:
            after[number_id] = new
    _require_no_double(after, present, wanted, street_name)
    numbers = [
        NumberHere(number_id, number, present[number_id].side, present[number_id].chainage_m)
        for number_id, number in after.items()
    ]
    renamed = tuple(preview_names(conn, street_id, numbers))
    return Plan(
        street_id,
        tuple(_change(present[number_id], new, number_id in spare) for number_id, new in sorted(wanted.items())),
        renamed,
        *_dependents(conn, list(wanted), [present[number_id].place_id for number_id in wanted], renamed),
        joined_to=None if joined_to is None else present[joined_to].plate_text,
    )  # fmt: skip


def carry_out(
    conn: Connection, street_id: int, changes: Changes, signed: SignedDecision, reason: str, by: str,
    reasons: Reasons | None = None, joined_to: int | None = None,
) -> Plan:  # fmt: skip
    """Do it, from the day of the decision; gives the plan that was carried out.

    `reasons` are those of single numbers and go before `reason`. Raises what `plan` raises, `DecisionInvalid`,
    `OutsideArea`.
    """
    areas.require_street(conn, by, street_id)
    lock_with_alleys(conn, street_id)
    done = plan(conn, street_id, changes, joined_to)
    decision_id = record_decision(conn, signed, f"Đổi số nhà: {reason}"[:200], by)
    rows = [row for row in _open_numbers(conn, street_id) if row.id in changes]
    close_numbers(conn, rows, signed, decision_id, reason, reasons)
    new_rows = []
    for row in rows:
        written = changes[row.id]
        if written is not None:
            number = parse_number(written)
            new_rows.append({
                "street_id": street_id, "place_id": row.place_id, "entrance_id": row.entrance_id,
                "number": number.number, "suffix": number.suffix, "plate_text": str(number), "side": row.side,
                "chainage_m": row.chainage_m, "status": row.status, "origin": "issued", "clauses": [],
                "decision_id": decision_id, "valid_from": signed.decided_on,
            })  # fmt: skip
    if new_rows:
        conn.execute(insert(house_numbers), new_rows)
    if joined_to is not None:
        joining.join(conn, joined_to, rows, signed, decision_id)
    numbers_changed(
        conn, street_id, on=signed.decided_on, decision_id=decision_id, reason=reason, reasons=reasons
    )  # fmt: skip
    if joined_to is not None:
        joining.keep_findable(conn, joined_to, list(changes), signed.decided_on, decision_id, reason)
    return done


@dataclass(frozen=True, slots=True)
class Asked:
    """A change that an officer asked for."""

    id: int
    street_id: int
    changes: dict[int, str | None]
    reason: str
    # of every number that has none of its own
    reasons: dict[int, str]
    # of single numbers, by their ids
    status: str
    author: str
    approver: str | None
    rejected_reason: str | None
    decision_id: int | None
    joined_to_id: int | None
    # id of the number that those of the ended numbers become one house with
    version: int


@dataclass(frozen=True, slots=True)
class WaitingChange:
    """A change that waits for a decision, as a list has it."""

    id: int
    street_name: str
    reason: str
    author: str


def ask(
    conn: Connection, street_id: int, changes: Changes, reason: str, by: str, *, reasons: Reasons | None = None,
    joined_to: int | None = None,
) -> Asked:  # fmt: skip
    """An officer asks for a change; nothing happens yet. Each number may have a reason of its own in `reasons`.

    Where `reason` is empty every number needs one. Raises `StepNotPossible` otherwise, what `plan` raises,
    `OutsideArea`.
    """
    areas.require_street(conn, by, street_id)
    plan(conn, street_id, changes, joined_to)
    own = {key: why.strip() for key, why in (reasons or {}).items() if key in changes and why.strip()}
    if not reason.strip() and len(own) < len(changes):
        raise StepNotPossible(
            "street", "đường", street_id, "renumber", "a number has no reason", "có số chưa ghi lý do"
        )  # fmt: skip
    made = conn.execute(
        insert(number_changes)
        .values(
            street_id=street_id,
            changes={str(key): None if new is None else str(parse_number(new)) for key, new in changes.items()},
            reason=reason.strip() or "; ".join(dict.fromkeys(own.values())),
            reasons={str(key): why for key, why in own.items()}, author=by, joined_to_id=joined_to,
        )
        .returning(number_changes.c.id)
    ).scalar_one()  # fmt: skip
    return get_asked(conn, made)


def approve(conn: Connection, change_id: int, signed: SignedDecision, by: str, *, version: int | None = None) -> Plan:
    """Somebody else carries out what was asked, by the signed decision.

    Raises `AuthorCannotApprove`, `StepNotPossible` when it is done or rejected, and what `carry_out` raises.
    """
    asked = _lock_asked(conn, change_id, "approve", version)
    if asked.author == by:
        raise AuthorCannotApprove(change_id)
    done = carry_out(conn, asked.street_id, asked.changes, signed, asked.reason, by, asked.reasons, asked.joined_to_id)
    decision_id = record_decision(conn, signed, "", by)
    conn.execute(
        update(number_changes)
        .where(number_changes.c.id == change_id)
        .values(status="done", approver=by, decision_id=decision_id)
    )
    return done


def reject(
    conn: Connection,
    change_id: int,
    reason: str,
    by: str,
    *,
    version: int | None = None,
    may_reject_others: bool = True,
) -> Asked:
    """End what was asked without doing it; its author takes it back in the same way.

    Raises `NotTheAuthor` for somebody else's when only one's own may be taken back, `StepNotPossible`,
    `OutsideArea`, `VersionConflict`.
    """
    asked = _lock_asked(conn, change_id, "reject", version)
    areas.require_street(conn, by, asked.street_id)
    if by != asked.author and not may_reject_others:
        raise NotTheAuthor(change_id, asked.author)
    conn.execute(
        update(number_changes)
        .where(number_changes.c.id == change_id)
        .values(status="rejected", approver=None if by == asked.author else by, rejected_reason=reason)
    )
    return get_asked(conn, change_id)


def get_asked(conn: Connection, change_id: int) -> Asked:
    """One change as it stands. Raises `NotFound`."""
    row = conn.execute(select(number_changes).where(number_changes.c.id == change_id)).mappings().first()
    if row is None:
        raise NotFound("change of numbers", "yêu cầu đổi số", change_id)
    values = {name: row[name] for name in Asked.__slots__}
    by_id = {name: {int(key): value for key, value in row[name].items()} for name in ("changes", "reasons")}
    return Asked(**{**values, **by_id})


def list_asked(conn: Connection, by: str) -> list[WaitingChange]:
    """Changes that wait for a decision within the areas of the asker, the oldest first."""
    query = (
        select(number_changes.c.id, streets.c.name, number_changes.c.reason, number_changes.c.author)
        .join(streets, streets.c.id == number_changes.c.street_id)
        .where(number_changes.c.status == "submitted")
        .order_by(number_changes.c.id)
    )
    query = areas.limit(conn, by, query, commune_code=streets.c.commune_code, zone_id=streets.c.zone_id)
    return [WaitingChange(*row) for row in conn.execute(query)]


def open_numbers(conn: Connection, street_id: int) -> dict[int, str]:
    """Id -> plate text of every number of a street that is in force or spare, in natural order."""
    rows = sorted(_open_numbers(conn, street_id), key=lambda row: HouseNumber(row.number, row.suffix))
    return {row.id: row.plate_text for row in rows}


@dataclass(frozen=True, slots=True)
class OpenNumber:
    """A number of a street that may be changed or ended."""

    id: int
    number: HouseNumber
    side: str
    # seen from the low end
    is_spare: bool
    place_id: str | None


def list_numbers(conn: Connection, street_id: int) -> list[OpenNumber]:
    """Every number of a street that is in force or spare, in natural order."""
    rows = [
        OpenNumber(row.id, HouseNumber(row.number, row.suffix), row.side, row.status == "reserved", row.place_id)
        for row in _open_numbers(conn, street_id)
    ]
    return sorted(rows, key=lambda row: row.number)


def shifted(numbers: Sequence[OpenNumber], first: HouseNumber, by: int) -> dict[int, str]:
    """Id -> number for all of the same side series from `first` on, moved by an even step; suffixes stay.

    What would fall below 1 is left out, so that the form shows it empty instead of guessing.
    """
    return {
        one.id: str(HouseNumber(one.number.number + by, one.number.suffix))
        for one in numbers
        if one.number >= first and one.number.is_odd == first.is_odd and one.number.number + by >= 1
    }


def _lock_asked(conn: Connection, change_id: int, step: str, version: int | None) -> Asked:
    conn.execute(select(number_changes.c.id).where(number_changes.c.id == change_id).with_for_update())
    asked = get_asked(conn, change_id)
    require_version("change of numbers", "yêu cầu đổi số", change_id, version, asked.version, asked)
    if asked.status != "submitted":
        raise StepNotPossible(
            "change of numbers", "yêu cầu đổi số", change_id, step, f"it is '{asked.status}'", f"đã '{asked.status}'"
        )
    return asked


def _open_numbers(conn: Connection, street_id: int) -> list[Any]:
    rows = conn.execute(
        select(house_numbers).where(house_numbers.c.street_id == street_id, house_numbers.c.valid_to.is_(None))
    )
    return list(rows)


def _wanted(changes: Changes, present: Mapping[int, Any], street_id: int) -> dict[int, HouseNumber | None]:
    wanted: dict[int, HouseNumber | None] = {}
    for number_id, written in changes.items():
        if number_id not in present:
            raise NotInForce(str(number_id), "closed or of another street")
        new = None if written is None else parse_number(written)
        if new is None or str(new) != present[number_id].plate_text:
            wanted[number_id] = new
    if len(wanted) < len(changes) or not wanted:
        raise StepNotPossible(
            "street", "đường", street_id, "renumber", "a number is to become itself, or none is named",
            "có số không thay đổi hoặc chưa chọn số nào",
        )  # fmt: skip
    return wanted


def _change(row: Any, new: HouseNumber | None, stays_spare: bool) -> NumberChange:
    return NumberChange(row.id, row.plate_text, str(new) if new else None, row.place_id, stays_spare)


def _spare_by_joining(
    conn: Connection, street_id: int, wanted: Mapping[int, HouseNumber | None], joined_to: int | None
) -> set[int]:
    """Ids of the numbers that stay spare because their houses become one with another."""
    if joined_to is None:
        return set()
    if any(new is not None for new in wanted.values()):
        raise StepNotPossible(
            "street", "đường", street_id, "join houses", "a joined house gives its number up, it takes no other",
            "nhà được hợp nhất chỉ bỏ số, không nhận số mới",
        )  # fmt: skip
    chosen = joining.choose(conn, street_id, [*wanted, joined_to], today(), kept_id=joined_to)
    return set(chosen.freed_ids) if chosen.freed_stay_spare else set()


def _require_no_double(
    after: Mapping[int, HouseNumber], present: Mapping[int, Any], wanted: Mapping[int, Any], street_name: str
) -> None:
    holders: dict[HouseNumber, int] = {}
    for number_id, number in sorted(after.items(), key=lambda item: item[0] in wanted):
        first = holders.setdefault(number, number_id)
        if first != number_id:
            held = present[first]
            raise DuplicateNumber(str(number), street_name, held.place_id, held.valid_from)


def _dependents(
    conn: Connection, number_ids: list[int], place_ids: list[str | None], renamed: tuple[NameChange, ...]
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    below = streets_below(conn, [change.street_id for change in renamed]) if renamed else []
    of_numbers = addresses.c.house_number_id.in_(number_ids) | (
        addresses.c.street_id.in_(below) & addresses.c.house_number_id.is_not(None)
    )
    written = select(addresses.c.written).where(of_numbers, addresses.c.valid_to.is_(None)).order_by(addresses.c.id)
    hanging = select(plates.c.code).where(plates.c.house_number_id.in_(number_ids), plates.c.status != "withdrawn")
    papers = select(number_certificates.c.code).where(
        number_certificates.c.house_number_id.in_(number_ids), number_certificates.c.withdrawn_on.is_(None)
    )
    pending = select(cases.c.receipt).where(
        cases.c.place_id.in_([place_id for place_id in place_ids if place_id]),
        cases.c.state.in_(("received", "assigned", "in_progress")),
    )
    return (
        tuple(conn.execute(written).scalars()),
        tuple(conn.execute(hanging.order_by(plates.c.code)).scalars()),
        tuple(conn.execute(papers.order_by(number_certificates.c.code)).scalars()),
        tuple(conn.execute(pending.order_by(func.lower(cases.c.receipt))).scalars()),
    )
