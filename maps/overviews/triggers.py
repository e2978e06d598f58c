"""Brings the triggers of the database in step with the recipes of the catalogue.

Run by the owner after every migration: a recipe that is new or was changed gets its triggers and is
counted, or named as changed, from what the tables hold. A digest in the comment of each trigger
function says what is in place, so a second run does nothing.
"""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, text

from maps import catalog
from maps.catalog import Counts, Layer, Shapes
from maps.overviews.counting import lines_sql, recount


def install(conn: Connection) -> list[str]:
    """Names of the layers whose triggers were made or made anew; needs the owner's connection."""
    made = []
    for layer in catalog.LAYERS:
        if layer.overview is None:
            continue
        name = f"gis.overview_of_{layer.name}"
        body = _body(layer)
        digest = hashlib.blake2b(f"{body}{layer.overview!r}".encode(), digest_size=8).hexdigest()
        if _in_place(conn, name) == digest:
            continue
        _create(conn, name, layer.overview.table, layer.name, body, digest)
        _begin(conn, layer)
        made.append(layer.name)
    return made


def _in_place(conn: Connection, function: str) -> str | None:
    query = text("SELECT obj_description(to_regprocedure(:name || '()'), 'pg_proc')")
    digest: str | None = conn.execute(query, {"name": function}).scalar()
    return digest


def _body(layer: Layer) -> str:
    if isinstance(layer.overview, Counts):
        return _counting(layer.name, layer.overview)
    assert isinstance(layer.overview, Shapes)
    return _noting(layer.name, layer.overview)


def _counting(layer: str, recipe: Counts) -> str:
    return f"""
BEGIN
    CASE TG_OP
    WHEN 'INSERT' THEN {lines_sql(layer, recipe, ("new_rows", 1))};
    WHEN 'UPDATE' THEN {lines_sql(layer, recipe, ("old_rows", -1), ("new_rows", 1))};
    WHEN 'DELETE' THEN {lines_sql(layer, recipe, ("old_rows", -1))};
    ELSE DELETE FROM overview_counts WHERE layer = '{layer}';
    END CASE;
    RETURN NULL;
END"""  # noqa: S608 - constants of the catalogue


def _noting(layer: str, recipe: Shapes) -> str:
    watched = ["geom_3857", *recipe.watched]
    old, new = (", ".join(f"{row}.{column}" for column in watched) for row in ("o", "n"))
    insert = "INSERT INTO overview_changes (layer, feature_id)"
    return f"""
BEGIN
    CASE TG_OP
    WHEN 'INSERT' THEN {insert} SELECT '{layer}', id FROM new_rows WHERE geom_3857 IS NOT NULL;
    WHEN 'UPDATE' THEN {insert} SELECT '{layer}', n.id FROM new_rows n JOIN old_rows o ON o.id = n.id
                       WHERE ({new}) IS DISTINCT FROM ({old});
    WHEN 'DELETE' THEN {insert} SELECT '{layer}', id FROM old_rows;
    ELSE DELETE FROM overview_changes WHERE layer = '{layer}'; DELETE FROM overview_shapes WHERE layer = '{layer}';
    END CASE;
    RETURN NULL;
END"""  # noqa: S608 - as above


def _create(conn: Connection, function: str, table: str, layer: str, body: str, digest: str) -> None:
    conn.exec_driver_sql(
        f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger"
        f" LANGUAGE plpgsql SECURITY DEFINER SET search_path = gis, public AS $body${body}$body$"
    )
    for event, tables in (
        ("INSERT", "REFERENCING NEW TABLE AS new_rows"),
        ("UPDATE", "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows"),
        ("DELETE", "REFERENCING OLD TABLE AS old_rows"),
        ("TRUNCATE", ""),
    ):
        conn.exec_driver_sql(
            f"CREATE OR REPLACE TRIGGER overview_of_{layer}_{event.lower()} AFTER {event} ON gis.{table}"
            f" {tables} FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
        )
    conn.exec_driver_sql(f"COMMENT ON FUNCTION {function}() IS '{digest}'")


def _begin(conn: Connection, layer: Layer) -> None:
    """What the tables hold already; and no tile that was drawn by other rules is good any more."""
    conn.execute(text("SELECT gis.touch_layer(:layer)"), {"layer": layer.name})
    recipe = layer.overview
    if isinstance(recipe, Counts):
        recount(conn, layer)
    elif isinstance(recipe, Shapes):
        conn.execute(text("DELETE FROM gis.overview_changes WHERE layer = :layer"), {"layer": layer.name})
        conn.execute(
            text(f"INSERT INTO gis.overview_changes (layer, feature_id)"  # noqa: S608 - a table of ours
                 f" SELECT :layer, id FROM gis.{recipe.table} WHERE geom_3857 IS NOT NULL"),
            {"layer": layer.name},
        )  # fmt: skip
