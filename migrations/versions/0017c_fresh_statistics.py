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

# ANALYZE is for owners; the function lends it for our own tables and for nothing else.
FUNCTION = """
CREATE FUNCTION gis.analyze_table(of_table text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = gis, public AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_class
                   WHERE relnamespace = 'gis'::regnamespace AND relname = of_table AND relkind = 'r') THEN
        RAISE EXCEPTION 'there is no table gis.%', of_table USING ERRCODE = 'undefined_table';
    END IF;
    EXECUTE format('ANALYZE gis.%I', of_table);
END $$
"""


def upgrade() -> None:
    op.execute(sa.text(FUNCTION.replace("::", r"\:\:")))
    op.execute(sa.text("REVOKE EXECUTE ON FUNCTION gis.analyze_table(text) FROM PUBLIC"))
    op.execute(sa.text("GRANT EXECUTE ON FUNCTION gis.analyze_table(text) TO gis_staff"))
