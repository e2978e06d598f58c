"""What the worker does about mail: send what is due, and tell the owners of saved searches what is new."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, time
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Connection, insert, select
from sqlalchemy.dialects.postgresql import distinct_on

from gis_service import alerts
from gis_service.alerts import Subscription, alert_ledger, alert_subscriptions
from gis_service.database import Database
from gis_service.mail import delivery, letters, outbox
from gis_service.mail.outbox import Mail, mails
from layers.schema import layer_versions
from maps.portal import covered, found, watched
from maps.portal.watched import Change, Told

log = structlog.get_logger("gis.mail")

MOST_AT_ONCE = 500
"""Mails of one round; the rest waits for the next."""
MOST_LISTED = 40
"""Plots that one mail lists; of the others it gives the number."""
NOT_BEFORE = time(7)
"""Daily mails leave from this hour on, by the clock of the deployment."""
_WATCHED_LAYERS = ("plots", "zones", "sites", "cells")


def send_due(database: Database, now: datetime | None = None) -> dict[str, int]:
    """Send the mails that are due, each once; gives how many came to which state."""
    done: dict[str, int] = {}
    if not database.settings.sends_mail:
        return done
    for _ in range(MOST_AT_ONCE):
        with database.staff.begin() as conn:
            mail = outbox.take(conn)
        if mail is None:
            break
        state = _send(database, mail, now or datetime.now(UTC))
        done[state] = done.get(state, 0) + 1
    if done:
        log.info("mail", **done)
    return done


def _send(database: Database, mail: Mail, now: datetime) -> str:
    with database.staff.begin() as conn:  # the link works before the mail can arrive
        sub = alerts.get(conn, mail.subscription_id) if mail.subscription_id is not None else None
        token = alerts.new_link(conn, sub.id) if sub is not None else None
    message = letters.compose(database.settings, mail, token, sub, now.astimezone(_zone(database)))
    outcome = delivery.deliver(database.settings, message, mail.recipient)
    with database.staff.begin() as conn:
        if outcome.state == "later":
            state = outbox.put_back(conn, mail, outcome.answer)
        else:
            state = outcome.state
            outbox.close(conn, mail, state, outcome.answer)
    if state != "sent":
        log.warning("mail_not_sent", mail_id=mail.id, kind=mail.kind, state=state, answer=outcome.answer)
    return state


@dataclass(slots=True)
class Watch:
    """Looks at every saved search again when plots have changed."""

    database: Database
    _looked: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    # subscription -> versions of the layers at which nothing was left to tell

    def round(self, now: datetime | None = None) -> int:
        """Queue a mail for each saved search with something to tell; gives how many."""
        if not self.database.settings.sends_mail:
            return 0
        here = (now or datetime.now(UTC)).astimezone(_zone(self.database))
        with self.database.staff.begin() as conn:
            subs, stamp = alerts.in_force(conn), _stamp(conn)
        queued = 0
        for sub in subs:
            if self._looked.get(sub.id) == stamp or not _may_hear(self.database, sub, here):
                continue
            queued += tell(self.database, sub)
            self._looked[sub.id] = stamp
        self._looked = {sub.id: self._looked[sub.id] for sub in subs if sub.id in self._looked}
        return queued


def begin(database: Database, conn: Connection, sub: Subscription) -> None:
    """Note which plots fit a saved search as it begins, so that only what comes later is told."""
    fitting = fitting_now(database, sub.search)
    with database.public.connect() as public:
        seen = watched.states(public, fitting)
    if seen:
        conn.execute(insert(alert_ledger), [_row(sub.id, "known", one, None) for one in seen.values()])


def tell(database: Database, sub: Subscription) -> bool:
    """Queue a mail about what is new for one saved search, if anything is.

    What the public sees counts; the ledger and the mail are one transaction, under a lock of the search.
    """
    with database.staff.begin() as conn:
        held = select(alert_subscriptions.c.id).where(alert_subscriptions.c.id == sub.id)
        if conn.execute(held.with_for_update()).first() is None:
            return False  # ended meanwhile
        told = _told(conn, sub.id)
        fitting = fitting_now(database, sub.search)
        with database.public.connect() as public:
            seen = watched.states(public, fitting | told.keys())
        changes = watched.changes(fitting, seen, told)
        if not changes:
            return False
        mail_id = outbox.put(
            conn, "alert", _key(sub.id, changes), sub.email, sub.language,
            {"total": len(changes), "changes": [_fact(one) for one in changes[:MOST_LISTED]]}, subscription_id=sub.id,
        )  # fmt: skip
        conn.execute(insert(alert_ledger), [_row(sub.id, one.what, one.now, mail_id) for one in changes])
    return mail_id is not None


def fitting_now(database: Database, search: str) -> set[int]:
    """Ids of the plots that fit a search for the public, at most one more than may be watched."""
    asked = letters.read_search(search)
    with database.public.connect() as public:
        zones = covered.zones_covered(public, asked, "public", station_target=database.settings.station_ratio_target)
        return found.ids_of(public, asked, watched.MOST_WATCHED + 1, covered=zones)


def _may_hear(database: Database, sub: Subscription, here: datetime) -> bool:
    if sub.frequency == "immediate":
        return True
    if here.time() < NOT_BEFORE:
        return False
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
    with database.staff.begin() as conn:
        today = select(mails.c.id).where(
            mails.c.subscription_id == sub.id, mails.c.kind == "alert", mails.c.created_at >= midnight
        )
        return conn.execute(today.limit(1)).first() is None


def _told(conn: Connection, subscription_id: int) -> dict[int, Told]:
    last = (
        select(alert_ledger).where(alert_ledger.c.subscription_id == subscription_id)
        .ext(distinct_on(alert_ledger.c.plot_id))
        .order_by(alert_ledger.c.plot_id, alert_ledger.c.plot_version.desc())
    )  # fmt: skip
    return {
        row.plot_id: Told(row.plot_version, row.what, row.status, row.price_usd_m2_term) for row in conn.execute(last)
    }


def _row(subscription_id: int, what: str, one: watched.PlotState, mail_id: int | None) -> dict[str, Any]:
    return {
        "subscription_id": subscription_id, "plot_id": one.plot_id, "plot_version": one.version, "what": what,
        "status": one.status, "price_usd_m2_term": one.price_usd_m2_term, "mail_id": mail_id,
    }  # fmt: skip


def _fact(one: Change) -> dict[str, Any]:
    now = asdict(one.now)
    names = ("code", "zone_code", "zone_name", "zone_name_en", "area_m2", "status")
    return {name: now[name] for name in names} | {
        "what": one.what,
        "price": one.now.price_usd_m2_term,
        "was_status": one.before.status if one.before else None,
        "was_price": one.before.price_usd_m2_term if one.before else None,
    }


def _key(subscription_id: int, changes: list[Change]) -> str:
    told = ",".join(sorted(f"{one.now.plot_id}.{one.now.version}" for one in changes))
    return f"alert {subscription_id} {sha256(told.encode()).hexdigest()}"


def _stamp(conn: Connection) -> tuple[Any, ...]:
    rows = conn.execute(
        select(layer_versions.c.layer, layer_versions.c.version)
        .where(layer_versions.c.layer.in_(_WATCHED_LAYERS)).order_by(layer_versions.c.layer)
    )  # fmt: skip
    return tuple(map(tuple, rows))


def _zone(database: Database) -> ZoneInfo:
    return ZoneInfo(database.settings.time_zone)
