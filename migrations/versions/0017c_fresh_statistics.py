"""The planner hears of a large import at once, not when autovacuum comes round.

Revises: 0017b
Created: 2026-11-23
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017c"
down_revision = "0017b"
branch_labels = None
depends_on = None

# ANALYZE is for owners, and only trigger functions lend their owner's rights: so one asks by a row, which is not kept.
TRIGGER = """
CREATE FUNCTION gis.count_anew() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = gis, public AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_class
                   WHERE relnamespace = 'gis'\\:\\:regnamespace AND relname = NEW.table_name AND relkind = 'r') THEN
        RAISE EXCEPTION 'there is no table gis.%', NEW.table_name USING ERRCODE = 'undefined_table';
    END IF;
    EXECUTE format('ANALYZE gis.%I', NEW.table_name);
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "statistics_asked",
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("table_name", name=op.f("pk_statistics_asked")),
        schema="gis",
        comment="Asks for fresh statistics of a table; always empty.",
    )
    op.execute(sa.text(TRIGGER))
    op.execute(
        sa.text(
            "CREATE TRIGGER count_anew BEFORE INSERT ON gis.statistics_asked"
            " FOR EACH ROW EXECUTE FUNCTION gis.count_anew()"
        )
    )
    op.execute(sa.text("GRANT INSERT ON gis.statistics_asked TO gis_staff"))
