"""Does a row lie in the commune it names? The check that catches a wrong meridian.

A zone 26 km off still falls inside the province for three rows of four; inside its own commune it
never does.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from layers.ingest.errors import WrongCommune
from layers.ingest.reference import CANDIDATES
from layers.ingest.staging import Stage

_ENOUGH = 5
_TESTABLE = """
    FROM pg_temp.incoming i
    JOIN gis.administrative_units u ON u.level = 'commune' AND u.code = i.commune_code
     AND u.valid_to IS NULL AND u.geom IS NOT NULL AND u.border_quality <> 'approximate'
"""
_INSIDE = (
    "ST_Intersects(u.geom, ST_Transform(ST_SetSRID(ST_Transform(ST_PointOnSurface(i.geom), :srid), :other), :storage))"
)


def check_communes(conn: Connection, stage: Stage, srid: int, storage_srid: int) -> None:
    """Compare with the borders on record. Raises `WrongCommune` when another meridian fits instead.

    Rows outside their commune are kept with a remark: a border may be wrong, too. Approximate
    borders are not compared with.
    """
    if "commune_code" not in stage.table.c or "geom" not in stage.table.c:
        return
    rows = conn.execute(
        text(f"SELECT i.row_no, i.commune_code, ST_Intersects(u.geom, i.geom) {_TESTABLE} ORDER BY i.row_no")
    ).all()
    inside = sum(row[2] for row in rows)
    if len(rows) >= _ENOUGH and inside < len(rows) / 2:
        _look_for_better(conn, srid, storage_srid, len(rows), inside)
    for row, code, is_inside in rows:
        if not is_inside:
            stage.rows.warn(
                row,
                "commune_code",
                "outside_own_commune",
                f"The place is not in commune {code} that the row names.",
                f"Vị trí không nằm trong xã {code} mà dòng này ghi.",
            )


def _look_for_better(conn: Connection, srid: int, storage_srid: int, total: int, inside: int) -> None:
    shares: dict[int, float] = {}
    for other in dict.fromkeys((*CANDIDATES, storage_srid)):
        if other != srid:
            fits = conn.execute(
                text(f"SELECT count(*) FILTER (WHERE {_INSIDE}) {_TESTABLE}"),
                {"srid": srid, "other": other, "storage": storage_srid},
            ).scalar_one()
            shares[other] = fits / total
    best = max(shares, key=lambda one: shares[one])
    if shares[best] < 0.5:
        return
    raise WrongCommune(
        f"Read as EPSG:{srid}, {inside} of {total} rows lie in the commune they name;"
        f" read as EPSG:{best}, {shares[best]:.0%} do. The meridian is wrong: use --crs {best}.",
        f"Đọc theo EPSG:{srid} thì {inside}/{total} dòng nằm đúng xã đã ghi; đọc theo EPSG:{best}"
        f" thì {shares[best]:.0%}. Sai kinh tuyến trục: hãy dùng --crs {best}.",
        srid=srid,
        proposed_srid=best,
        inside_ratio=round(shares[best], 3),
    )
