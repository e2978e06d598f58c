"""Alembic's entry: runs on a connection handed over in `config.attributes`."""

from __future__ import annotations

from typing import Any

from alembic import context
from geoalchemy2 import alembic_helpers

from gis_service.all_tables import SCHEMA, metadata


def include_name(name: str | None, type_: str, parent_names: Any) -> bool:
    """Only our own schema is ours to compare; PostGIS and Procrastinate keep theirs."""
    return name == SCHEMA if type_ == "schema" else True


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    include_schemas=True,
    include_name=include_name,
    include_object=alembic_helpers.include_object,
    process_revision_directives=alembic_helpers.writer,
    render_item=alembic_helpers.render_item,
    version_table_schema=SCHEMA,
    compare_type=True,
    compare_server_default=False,
)
with context.begin_transaction():
    context.run_migrations()
