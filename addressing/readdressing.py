"""After a merger or split of communes: what was addressed in the old one gets its address in the new."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, select

from addressing import areas, estate_addresses, mergers
from addressing.addresses import Followed, follow
from addressing.deciding import today
from addressing.register_tables import addresses


def follow_unit_change(
    conn: Connection, old_code: str, *, on: date, by: str, decision_id: int | None = None, reason: str | None = None
) -> Followed:
    """After a merger or split: houses and flats of that commune get the address of the one they lie in from this day.

    The commune codes of streets, areas and open cases follow too. The old addresses stay findable and the
    places keep their ids. Raises `OutsideArea`.
    """
    if on <= today():
        mergers.follow(conn, on)
    areas.require(conn, by, areas.Whereabouts(mergers.successor_of(conn, old_code, on) or old_code, None))
    found = conn.execute(
        select(addresses.c.street_id)
        .where(addresses.c.unit_code == old_code, addresses.c.valid_to.is_(None), addresses.c.street_id.is_not(None))
        .distinct()
    )
    street_ids, estate_ids = list(found.scalars()), estate_addresses.estates_with_unit(conn, old_code)
    done = follow(conn, street_ids, on=on, decision_id=decision_id, reason=reason)
    inside = estate_addresses.follow(conn, estate_ids, on=on, decision_id=decision_id, reason=reason)
    return Followed(done.opened + inside.opened, done.closed + inside.closed, done.without_name)
