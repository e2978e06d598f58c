"""What the worker tidies up: old answers go, codes of merged communes follow, and an idle round leaves no trace."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, insert, select, text

from gis_service import idempotency
from gis_service.database import Database
from gis_service.housekeeping import Housekeeping
from layers.streets import streets
from tests.conftest import NewDatabase
from tests.integration.numbering_ground import lay_street
from tests.integration.test_register_mergers import MERGED, change, lay_commune

NOW = datetime.now(UTC)


def answered(conn: Connection, key: str, age_days: float) -> None:
    conn.execute(insert(idempotency.idempotency_keys).values(
        actor="an", operation="numbers.enter", key=key, request_digest="x", answer={},
        created_at=NOW - timedelta(days=age_days),
    ))  # fmt: skip


def audited(conn: Connection) -> list[str]:
    rows = conn.execute(text("SELECT operation FROM gis.audit_log WHERE actor = 'housekeeping' ORDER BY id"))
    return list(rows.scalars())


def test_answers_are_forgotten_by_age_alone(conn: Connection) -> None:
    for key, age in (("young-key", 29.9), ("old-key-1", 30.1), ("old-key-2", 400)):
        answered(conn, key, age)
    assert idempotency.forget_old(conn, NOW) == 2
    assert conn.execute(select(idempotency.idempotency_keys.c.key)).scalars().all() == ["young-key"]
    assert idempotency.forget_old(conn, NOW) == 0


def test_a_round_of_the_worker_does_each_once_and_records_it(new_database: NewDatabase) -> None:
    database = Database(new_database())
    with database.owner.begin() as conn:
        answered(conn, "old-key-3", 31)
        lay_commune(conn, "10540", "Tứ Minh", until=MERGED)
        lay_commune(conn, "10546", "Thành Đông", since=MERGED)
        change(conn, "10540", "10546")
        street_id, _ = lay_street(conn, "A a\nB b", ["A", "B"], code="A", commune_code="10540")
    keeping = Housekeeping(database)
    assert keeping.round() == {"answers_forgotten": 1, "moved_streets": 1, "vocabularies_learned": 1}
    assert keeping.round() == {}
    assert Housekeeping(database).round() == {}, "another worker finds nothing to do"
    with database.owner.begin() as conn:
        assert conn.execute(select(streets.c.commune_code).where(streets.c.id == street_id)).scalar() == "10546"
        assert audited(conn) == ["idempotency.forget", "communes.follow"]
        lay_commune(conn, "10549", "Hải Tân", since=MERGED)
        conn.execute(text("UPDATE gis.administrative_units SET valid_to = '2025-08-01' WHERE code = '10546'"))
        change(conn, "10546", "10549", on=MERGED.replace(month=8))
    assert keeping.round() == {"moved_streets": 1, "vocabularies_learned": 1}, "a change recorded later is noticed"
    database.dispose()


def test_pages_for_clients_go_with_their_names_long_after_their_end(new_database: NewDatabase) -> None:
    database = Database(new_database())
    with database.owner.begin() as conn:
        for name, days in (("kept", 89), ("gone", 91)):
            conn.execute(
                text("INSERT INTO gis.client_pages (token_hash, client_name, expires_on, created_by)"
                     " VALUES (:name, :name, current_date - CAST(:days AS integer), 'an')"),
                {"name": name, "days": days},
            )  # fmt: skip
    keeping = Housekeeping(database)
    assert keeping.round()["client_pages_forgotten"] == 1
    assert "client_pages_forgotten" not in keeping.round()
    with database.owner.begin() as conn:
        assert conn.execute(text("SELECT client_name FROM gis.client_pages")).scalars().all() == ["kept"]
        assert audited(conn)[0] == "client_pages.forget"
    database.dispose()


def test_mail_that_is_over_goes_after_a_month_and_what_waits_stays(new_database: NewDatabase) -> None:
    database = Database(new_database())
    with database.owner.begin() as conn:
        for key, state, days in (
            ("young", "sent", 29),
            ("old", "sent", 31),
            ("lost", "unclear", 40),
            ("new", "queued", 3),
        ):
            conn.execute(
                text("INSERT INTO gis.mails (key, message_id, kind, recipient, language, state, created_at, changed_at)"
                     " SELECT :key, :key, 'receipt', 'a@example.vn', 'vi', :state, t, t"
                     " FROM (SELECT now() - CAST(:days AS integer) * interval '1 day' AS t) v"),
                {"key": key, "state": state, "days": days},
            )  # fmt: skip
    keeping = Housekeeping(database)
    assert keeping.round()["mails_forgotten"] == 2
    assert "mails_forgotten" not in keeping.round()
    with database.owner.begin() as conn:
        assert set(conn.execute(text("SELECT key FROM gis.mails")).scalars()) == {"young", "new"}
    database.dispose()


def test_tidying_up_needs_its_audit_row(new_database: NewDatabase) -> None:
    database = Database(new_database())
    with database.staff.begin() as conn, pytest.raises(Exception, match="audit"):
        idempotency.forget_old(conn, NOW)
    database.dispose()
