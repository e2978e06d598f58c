"""What a worker tidies up once in a while: old answers and contacts, links that ended long ago,
codes of merged communes, words that search has not met.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import structlog
from sqlalchemy import Connection

from addressing import mergers
from addressing.deciding import today
from addressing.search import index
from gis_service import alerts, audit, client_pages, error_reports, idempotency, map_views
from gis_service.database import Database
from gis_service.mail import outbox

log = structlog.get_logger("gis.housekeeping")

EVERY_S = 3600.0
ACTOR = "housekeeping"


@dataclass(slots=True)
class Housekeeping:
    """What was done so far, so that a round with nothing new leaves no trace."""

    database: Database
    followed: tuple[date, int] | None = None
    # the day of the last round, and how many changes of communes were in force then

    def round(self) -> dict[str, int]:
        """One round, each part in a transaction of its own; gives what it did, by word. Nothing done is not audited."""
        done = {}
        with self.database.staff.begin() as conn:
            _recorded(conn, "idempotency.forget")
            forgotten = idempotency.forget_old(conn, datetime.now(UTC))
            if forgotten:
                done["answers_forgotten"] = forgotten
            else:
                _take_back(conn)
        with self.database.staff.begin() as conn:
            _recorded(conn, "client_pages.forget")
            ended = client_pages.forget_old(conn)
            if ended:
                done["client_pages_forgotten"] = ended
            else:
                _take_back(conn)
        with self.database.staff.begin() as conn:
            _recorded(conn, "alerts.forget")
            over = alerts.forget_old(conn)
            if over:
                done["alerts_forgotten"] = over
            else:
                _take_back(conn)
        with self.database.staff.begin() as conn:  # no audit row: the outbox is not on record
            now = datetime.now(UTC)
            unclear, forgotten = outbox.close_abandoned(conn, now), outbox.forget_old(conn, now)
            done |= {word: n for word, n in (("mails_unclear", unclear), ("mails_forgotten", forgotten)) if n}
        with self.database.staff.begin() as conn:
            seen = (today(), mergers.communes_changed(conn, today()))
            if seen != self.followed:
                done |= self._follow(conn)
        self.followed = seen
        with self.database.staff.begin() as conn:
            done |= self._forget(conn)
        with self.database.staff.begin() as conn:
            if index.learn_when_stale(conn):
                done["vocabularies_learned"] = 1
        if done:
            log.info("housekeeping", **done)
        return done

    def _forget(self, conn: Connection) -> dict[str, int]:
        _recorded(conn, "reports.forget")
        forgotten = error_reports.forget(conn, self.database.settings.report_contact_days)
        shares = map_views.forget_old_shares(conn)
        if shares:
            forgotten["links_deleted"] = shares
        if not forgotten:
            _take_back(conn)
        return forgotten

    def _follow(self, conn: Connection) -> dict[str, int]:
        _recorded(conn, "communes.follow")
        moved = mergers.follow(conn, today())
        if moved.unclear:
            log.warning("communes_unclear", records=moved.unclear[:50], total=len(moved.unclear))
        if moved.is_empty:
            _take_back(conn)
        return {f"moved_{table}": count for table, count in moved.counts.items() if count}


def _recorded(conn: Connection, operation: str) -> None:
    audit.record(conn, actor=ACTOR, operation=operation)


def _take_back(conn: Connection) -> None:
    transaction = conn.get_transaction()
    if transaction is not None:
        transaction.rollback()
