"""SRID checks that PostGIS's view `geometry_columns` can be read beside.

The view takes what follows `srid(...) = ` in a check for a number. Ours is a function, so reading the view
failed, and with it every desktop GIS that asks it first. "Not unequal" says the same in words it passes over.

Revises: 0011
Created: 2026-11-23
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

REWRITE = r"""
DO $$
DECLARE
    old record;
BEGIN
    FOR old IN
        SELECT conrelid::regclass AS of_table, conname, pg_get_constraintdef(oid) AS definition
        FROM pg_constraint
        WHERE contype = 'c' AND connamespace = 'gis'::regnamespace
          AND pg_get_constraintdef(oid) ~* 'st_srid\(\w+\) = gis\.storage_srid\(\)'
    LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I, ADD CONSTRAINT %I %s', old.of_table, old.conname, old.conname,
            regexp_replace(old.definition, '((?:public\.)?st_srid\(\w+\)) = gis\.storage_srid\(\)',
                           '(NOT \1 <> gis.storage_srid())', 'gi'));
    END LOOP;
END $$
"""


def upgrade() -> None:
    op.execute(sa.text(REWRITE.replace(":", r"\:")))
