"""The sites that a list of cells brings along."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, text

from layers.ingest.checks import Rows
from layers.ingest.fields import Field, Layout
from layers.ingest.merging import merge
from layers.ingest.report import Counts
from layers.ingest.staging import TARGETS, fill

_SITES = Layout(
    "sites",
    (Field("operator", required=True), Field("code", "code", required=True), Field("accuracy_m", "number")),
    key=("operator", "code"),
    geometry_type="Point",
)
_COLLECT = """
    SELECT i.operator, i.site_code, ST_AsHEXEWKB(ST_Centroid(ST_Collect(i.geom ORDER BY i.row_no)), 'NDR'),
           coalesce(max(i.radius_m), 1000)
    FROM pg_temp.incoming i WHERE i.geom IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2
"""


def merge_sites(conn: Connection, provenance: dict[str, Any], *, estimated: bool) -> Counts:
    """Make a site of each operator and site code among the waiting cells; call before they merge.

    A surveyed site on record is never moved by a list of cells. With `estimated` (OpenCelliD) the
    site is the middle of its cells and moves when the estimate does; its accuracy is the reach.
    The cells' stage is replaced, so they must be staged again afterwards.
    """
    radius = "" if _has_column(conn, "radius_m") else "1000"
    found = conn.execute(
        text(_COLLECT.replace("coalesce(max(i.radius_m), 1000)", radius) if radius else _COLLECT)
    ).all()
    if not estimated:
        known = {(row[0], row[1]) for row in conn.execute(text("SELECT operator, code FROM gis.sites"))}
        found = [row for row in found if (row[0], row[1]) not in known]
    if not found:
        return Counts()
    operators, codes, shapes, reach = (list(column) for column in zip(*found, strict=True))
    columns: dict[str, list[Any]] = {"operator": operators, "code": codes}
    if estimated:
        columns["accuracy_m"] = reach
    rows = Rows(_SITES, len(found), columns, shapes=shapes)
    return merge(conn, fill(conn, rows, TARGETS["sites"], provenance))


def _has_column(conn: Connection, name: str) -> bool:
    query = text("SELECT true FROM pg_attribute WHERE attrelid = 'pg_temp.incoming'::regclass AND attname = :name")
    return conn.execute(query, {"name": name}).first() is not None
