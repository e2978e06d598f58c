"""Staff write on record only: what the audit row does, what stays, and what nobody rewrites."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy.exc
from sqlalchemy import Connection, text

from gis_service import audit
from gis_service.database import Database
from tests.conftest import NewDatabase
from tests.integration.role_queries import DENIED, refused
from tests.integration.test_rights import fill_with_marks

A_DECISION = (
    "INSERT INTO gis.decisions (number, decided_on, issuing_body, subject, recorded_by)"
    " VALUES ('1/QĐ', '2026-01-01', 'UBND', 'x', 'an')"
)


def test_with_an_audit_row_staff_write(staff_conn: Connection) -> None:
    audit.record(staff_conn, actor="an", operation="test")
    made = staff_conn.execute(text(f"{A_DECISION} RETURNING id")).scalar_one()
    assert made > 0


@pytest.fixture
def own_database(new_database: NewDatabase) -> Iterator[Database]:
    """For what commits."""
    database = Database(new_database())
    yield database
    database.dispose()


def test_the_audit_row_of_another_transaction_does_not_count(own_database: Database) -> None:
    database = own_database
    with database.staff.begin() as conn:
        audit.record(conn, actor="an", operation="test")
    with database.staff.connect() as conn:
        assert refused(conn, "DELETE FROM gis.decisions WHERE false") == DENIED


def test_an_audit_row_cannot_be_made_out_for_later_or_before(staff_conn: Connection) -> None:
    for column, value in (("transaction_id", "txid_current() + 1"), ("at", "now() - interval '1 day'"), ("id", "1")):
        insert = f"INSERT INTO gis.audit_log (actor, operation, {column}) VALUES ('a', 'b', {value})"
        assert refused(staff_conn, insert) == DENIED, column


def test_an_old_row_of_the_same_transaction_number_does_not_count(own_database: Database) -> None:
    """After a restore into a new cluster the numbers of transactions begin again."""
    database = own_database
    with database.staff.connect() as conn:
        number = conn.execute(text("SELECT txid_current()")).scalar_one()
        with database.owner.begin() as owner:
            owner.execute(
                text("INSERT INTO gis.audit_log (actor, operation, at, transaction_id)"
                     " VALUES ('old', 'restored', now() - interval '1 year', :number)"), {"number": number},
            )  # fmt: skip
        assert refused(conn, "DELETE FROM gis.decisions WHERE false") == DENIED
        audit.record(conn, actor="an", operation="test")  # and it does not stand in the way
        conn.execute(text("UPDATE gis.accounts SET is_active = true WHERE false"))
        conn.rollback()


def test_an_operation_is_recorded_once(staff_conn: Connection) -> None:
    audit.record(staff_conn, actor="an", operation="test")
    with pytest.raises(sqlalchemy.exc.IntegrityError):
        audit.record(staff_conn, actor="an", operation="test")


def test_what_is_recorded_stays(staff_conn: Connection, conn: Connection) -> None:
    audit.record(staff_conn, actor="an", operation="test")
    for statement in ("UPDATE gis.audit_log SET actor = 'x'", "DELETE FROM gis.audit_log", "TRUNCATE gis.audit_log"):
        assert refused(staff_conn, statement) == DENIED
    audit.record(conn, actor="owner", operation="test")
    for statement in ("UPDATE gis.audit_log SET actor = 'x'", "DELETE FROM gis.audit_log"):
        assert refused(conn, statement) == "IntegrityConstraintViolation"  # not even the owner, by accident


def test_a_failed_write_leaves_neither_data_nor_record(database: Database) -> None:
    def count() -> tuple[int, int]:
        with database.owner.connect() as conn:
            counts = "SELECT (SELECT count(*) FROM gis.audit_log), (SELECT count(*) FROM gis.decisions)"
            row = conn.execute(text(counts)).one()
        return row[0], row[1]

    before = count()

    def record_the_same_decision_twice() -> None:
        with database.staff.begin() as conn:
            audit.record(conn, actor="an", operation="test")
            conn.execute(text(A_DECISION))
            conn.execute(text(A_DECISION))

    with pytest.raises(sqlalchemy.exc.IntegrityError):
        record_the_same_decision_twice()
    assert count() == before


@pytest.mark.parametrize(
    "table", ["house_numbers", "places", "proposals", "decisions", "accounts", "jobs", "import_reports"]
)
def test_staff_delete_nothing_that_must_stay(staff_conn: Connection, table: str) -> None:
    audit.record(staff_conn, actor="an", operation="test")
    assert refused(staff_conn, f"DELETE FROM gis.{table}") == DENIED


@pytest.mark.parametrize(
    "table",
    ["deployment", "layer_versions", "layer_touches", "tile_layers", "tile_marks", "tile_touches", "tile_rounds"],
)
def test_staff_do_not_touch_what_the_service_keeps_itself(staff_conn: Connection, table: str) -> None:
    audit.record(staff_conn, actor="an", operation="test")
    for statement in (f"DELETE FROM gis.{table}", f"INSERT INTO gis.{table} DEFAULT VALUES"):
        assert refused(staff_conn, statement) == DENIED


def test_a_house_number_is_closed_and_never_rewritten(conn: Connection) -> None:
    fill_with_marks(conn)
    conn.execute(text(
        "INSERT INTO gis.house_numbers (street_id, place_id, number, plate_text, side, chainage_m, status, origin,"
        " valid_from) SELECT id, '000001', 15, '15', 'left', 1, 'in_force', 'existing', '2026-01-01' FROM gis.streets"
    ))  # fmt: skip
    audit.record(conn, actor="an", operation="test")
    conn.execute(text("SET LOCAL ROLE gis_staff"))
    which = "WHERE number = 15"
    for change in (
        "number = 17", "suffix = 'A'", "plate_text = '17'", "valid_from = '2025-01-01'", "place_id = NULL",
        "origin = 'issued'", "street_id = street_id + 1",
    ):  # fmt: skip
        assert refused(conn, f"UPDATE gis.house_numbers SET {change} {which}") in (
            "IntegrityConstraintViolation", "ForeignKeyViolation",
        ), change  # fmt: skip
    assert refused(conn, f"DELETE FROM gis.house_numbers {which}") == DENIED
    conn.execute(text(f"UPDATE gis.house_numbers SET status = 'retired', valid_to = '2026-06-01' {which}"))
    for change in ("valid_to = NULL", "valid_to = '2027-01-01'", "status = 'in_force'"):
        assert refused(conn, f"UPDATE gis.house_numbers SET {change} {which}") == "IntegrityConstraintViolation", change
    conn.execute(text("RESET ROLE"))
    assert refused(conn, f"DELETE FROM gis.house_numbers {which}") == "IntegrityConstraintViolation"  # nor the owner


def test_an_author_never_approves_in_the_database_either(conn: Connection) -> None:
    fill_with_marks(conn)
    insert = (
        "INSERT INTO gis.proposals (street_id, status, rule_set_version, policy, input_hash, content, author, approver)"
        " SELECT id, 'approved', '1', '{}', 'x', '{}', 'an', :approver FROM gis.streets"
    )
    assert refused(conn, insert, approver="an") == "CheckViolation"
    assert refused(conn, insert, approver=None) == "CheckViolation"
    conn.execute(text(insert), {"approver": "binh"})


def test_requests_that_only_read_cannot_write(new_database: NewDatabase) -> None:
    """What `reading` opens: even staff, even on record."""
    database = Database(new_database())
    with database.staff.connect() as conn:
        reader = conn.execution_options(postgresql_readonly=True)
        with pytest.raises(sqlalchemy.exc.InternalError, match="read-only"), reader.begin():
            audit.record(reader, actor="an", operation="test")
    database.dispose()
