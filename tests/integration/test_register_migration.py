"""A database of the revision before the register comes over with everything it holds."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from alembic import command
from sqlalchemy import text

from addressing.history import states_of
from gis_service import cluster, migrating
from gis_service.database import Database
from gis_service.settings import Settings
from layers.schema import SCHEMA
from tests.conftest import settings_for

NAME = "test_register_migration"
LINE = "ST_Multi(ST_SetSRID(ST_GeomFromText('LINESTRING(557000 2312000, 557100 2312000)'), gis.storage_srid()))"


@pytest.fixture
def before(postgres: cluster.Cluster) -> Iterator[Settings]:
    """An empty database of its own, brought to revision 0002."""
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {NAME}")
        settings = settings_for(postgres, NAME, {})
        database = Database(settings)
        with database.owner.begin() as conn:
            conn.execute(text(f"CREATE SCHEMA {SCHEMA}"))
            command.upgrade(migrating._config(conn, settings), "0002")
        database.dispose()
        yield settings
        admin.execute(f"DROP DATABASE {NAME} WITH (FORCE)")


def test_numbers_codes_and_proposals_get_their_first_state(before: Settings) -> None:
    database = Database(before)
    with database.owner.begin() as conn:
        conn.execute(
            text(
                f"INSERT INTO gis.streets (code, name, kind, source, geom) VALUES ('S', 'Đường S', 'road', 't', {LINE})"
            )
        )
        conn.execute(
            text(
                "INSERT INTO gis.places (id, geom)"
                " SELECT 'K00000001', ST_PointN(ST_GeometryN(geom, 1), 1) FROM gis.streets"
            )
        )
        number_id = conn.execute(text(
            "INSERT INTO gis.house_numbers (street_id, place_id, number, plate_text, side, chainage_m, status, origin,"
            " valid_from) SELECT id, 'K00000001', 7, '7', 'left', 1, 'in_force', 'existing', '2026-01-01'"
            " FROM gis.streets RETURNING id"
        )).scalar_one()  # fmt: skip
        for place_code in ("04123", "04124"):
            conn.execute(
                text("INSERT INTO gis.official_codes (place_id, kind, code, issuer)"
                     " VALUES ('K00000001', 'postcode', :code, 'bưu chính')"), {"code": place_code},
            )  # fmt: skip
        conn.execute(text(
            "INSERT INTO gis.proposals (street_id, rule_set_version, policy, input_hash, content, author)"
            " SELECT id, 'x', '{}', 'x', '{}', 'an' FROM gis.streets"
        ))  # fmt: skip
    with database.owner.begin() as conn:
        assert migrating.migrate(conn, before)
    with database.owner.begin() as conn:
        [state] = states_of(conn, "house_numbers", number_id)
        assert (state.content["plate_text"], state.actor, state.superseded_at) == ("7", "unknown", None)
        steps = conn.execute(text("SELECT status, actor FROM gis.proposal_steps")).all()
        assert steps == [("draft", "an")]
        conn.execute(text("UPDATE gis.house_numbers SET valid_to = '2026-02-01', status = 'retired'"))
        assert [item.content["status"] for item in states_of(conn, "house_numbers", number_id)] == [
            "in_force",
            "retired",
        ]
        assert conn.execute(text("SELECT count(*) FROM gis.official_codes")).scalar_one() == 2
    database.dispose()
