"""What the circular leaves open, as the competent body set it for an area and a time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Connection, and_, cast, func, insert, not_, or_, select, update

from addressing import areas
from addressing.errors import OutsideArea, PolicyRefused
from addressing.register_tables import local_policies
from addressing.rules.policy import Policy, PolicyRecord, UnknownPolicy, policy_on
from addressing.versions import require_version
from layers.streets import streets


@dataclass(frozen=True, slots=True)
class LocalPolicy:
    """One value on record."""

    id: int
    name: str
    value: Any
    area: str
    decision_number: str
    set_by: str
    valid_from: date
    valid_to: date | None
    version: int
    series_version: int
    # how often the values of this name and area were written: named by whoever sets the next one


def policy_for_street(conn: Connection, street_id: int, on: date) -> Policy:
    """The policy that holds on a street on a day: zone before commune before everywhere before our defaults.

    Raises `NotFound`.
    """
    return _policy_in(conn, areas.of_street(conn, street_id).areas, on)


def policy_for_area(conn: Connection, area: str, on: date) -> Policy:
    """The policy that holds in an area in words on a day. Raises `InvalidArea`."""
    return _policy_in(conn, frozenset([areas.check_area(conn, area)]), on)


def _policy_in(conn: Connection, held_in: frozenset[str], on: date) -> Policy:
    held = [*sorted(held_in), areas.EVERYWHERE]
    rows = conn.execute(
        select(local_policies)
        .where(
            local_policies.c.area.in_(held), local_policies.c.valid_from <= on,
            or_(local_policies.c.valid_to.is_(None), local_policies.c.valid_to > on),
        )
    ).mappings()  # fmt: skip
    nearest: dict[str, Any] = {}
    for row in sorted(rows, key=lambda row: _nearness(row["area"])):
        nearest[row["name"]] = row
    return policy_on(on, [_as_record(row) for row in nearest.values()])


def policies_for_streets(conn: Connection, street_ids: Collection[int], on: date) -> list[tuple[Policy, list[int]]]:
    """Streets grouped by the policy that holds on them, each group in the order of ids.

    Streets that do not exist are in no group.
    """
    held: dict[int, frozenset[str]] = {
        row.id: areas.Whereabouts(row.commune_code, row.zone_id).areas
        for row in conn.execute(
            select(streets.c.id, streets.c.commune_code, streets.c.zone_id)
            .where(streets.c.id == func.any(cast(list(street_ids), ARRAY(BigInteger))))
            .order_by(streets.c.id)
        )
    }
    set_for = frozenset(policy.area for policy in list_policies(conn, on)) - {areas.EVERYWHERE}
    groups: dict[frozenset[str], list[int]] = {}
    for street_id, found in held.items():
        groups.setdefault(found & set_for, []).append(street_id)
    return [(policy_for_street(conn, ids[0], on), ids) for _, ids in sorted(groups.items(), key=lambda item: item[1])]


def set_policy(
    conn: Connection, name: str, value: Any, area: str, *, decision_number: str, valid_from: date, by: str,
    valid_to: date | None = None, version: int | None = None,
) -> LocalPolicy:  # fmt: skip
    """Set a value from a day on; the one that held before ends on that day.

    `version` is the `series_version` that the setter read, 0 where no value was set there before; None skips
    the check. Raises `VersionConflict`, which shows the latest value; `PolicyRefused` for a name that no rule
    reads, a value it cannot have, a missing decision or a period that runs into a later value; `InvalidArea`,
    `OutsideArea`.
    """
    areas.check_area(conn, area)
    _require_in_area(conn, area, by)
    if not decision_number.strip():
        raise PolicyRefused(
            "A local policy needs the number of its decision.", "Phải ghi số quyết định của địa phương."
        )
    try:
        policy_on(valid_from, [PolicyRecord(name, value, valid_from, by)])
    except UnknownPolicy as error:
        raise PolicyRefused(str(error), f"Không nhận giá trị này cho '{name}'.") from error
    if valid_to is not None and valid_to <= valid_from:
        raise PolicyRefused(
            f"A value that holds from {valid_from} cannot end on {valid_to}.",
            f"Giá trị có hiệu lực từ {valid_from:%d/%m/%Y} không thể kết thúc ngày {valid_to:%d/%m/%Y}.",
        )
    # Whoever sets the same value at the same time waits here.
    conn.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"local_policies/{name}/{area}", 0))))
    same = (local_policies.c.name == name, local_policies.c.area == area)
    present = _latest(conn, name, area)
    require_version(
        "policy", "chính sách", f"{name} {area}", version, present.series_version if present else 0, present
    )  # fmt: skip
    ends_now = and_(local_policies.c.valid_from <= valid_from, local_policies.c.valid_to.is_(None))
    later = conn.execute(
        select(local_policies.c.valid_from).where(
            *same,
            not_(ends_now),
            func.daterange(local_policies.c.valid_from, local_policies.c.valid_to).op("&&")(
                func.daterange(valid_from, valid_to)
            ),
        )
    ).first()
    if later is not None:
        raise PolicyRefused(
            f"Another value of '{name}' holds there from {later.valid_from}; end this one before.",
            f"Từ {later.valid_from:%d/%m/%Y} đã có giá trị khác của '{name}'; hãy đặt ngày kết thúc trước đó.",
        )
    conn.execute(update(local_policies).where(*same, ends_now).values(valid_to=valid_from))
    made = conn.execute(
        insert(local_policies)
        .values(
            name=name, value=value, area=area, decision_number=decision_number.strip(), set_by=by,
            valid_from=valid_from, valid_to=valid_to,
        )
        .returning(local_policies.c.id)
    ).scalar_one()  # fmt: skip
    return _policy(conn.execute(_POLICIES.where(local_policies.c.id == made)).mappings().one())


def list_policies(conn: Connection, on: date | None = None) -> list[LocalPolicy]:
    """Every value on record, or those of one day, by name, area and day."""
    query = _POLICIES
    if on is not None:
        query = query.where(
            local_policies.c.valid_from <= on, or_(local_policies.c.valid_to.is_(None), local_policies.c.valid_to > on)
        )
    rows = conn.execute(
        query.order_by(local_policies.c.name, local_policies.c.area, local_policies.c.valid_from)
    ).mappings()
    return [_policy(row) for row in rows]


def _require_in_area(conn: Connection, area: str, by: str) -> None:
    """Whoever works in one ward sets nothing for another or for everywhere."""
    allowed = areas.areas_of(conn, by)
    if allowed and area not in allowed:
        raise OutsideArea(sorted(allowed), [area])


def _as_record(row: Any) -> PolicyRecord:
    ends = row["valid_to"]
    # An area's value goes before a wider one however old it is; policy_on takes what it is given.
    return PolicyRecord(row["name"], row["value"], row["valid_from"], row["decision_number"], ends)


def _nearness(area: str) -> int:
    return {"*": 0, "commune": 1, "zone": 2}[area.partition(":")[0]]


def _policy(row: Any) -> LocalPolicy:
    return LocalPolicy(**{name: row[name] for name in LocalPolicy.__slots__})


def _latest(conn: Connection, name: str, area: str) -> LocalPolicy | None:
    """The value of this name and area that begins last."""
    row = conn.execute(
        _POLICIES.where(local_policies.c.name == name, local_policies.c.area == area)
        .order_by(local_policies.c.valid_from.desc(), local_policies.c.id.desc())
        .limit(1)
    ).mappings().first()  # fmt: skip
    return _policy(row) if row else None


_SERIES = local_policies.alias("series")
_POLICIES = select(
    local_policies,
    select(cast(func.sum(_SERIES.c.version), BigInteger))
    .where(_SERIES.c.name == local_policies.c.name, _SERIES.c.area == local_policies.c.area)
    .scalar_subquery()
    .label("series_version"),
)
