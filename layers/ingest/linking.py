"""Which street does an entrance open on? By name within reach, and only when there is no doubt."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import BigInteger, Column, Connection, text

from layers.ingest.staging import Stage

REACH_M = 200.0
"""How far an entrance may lie from a street of that name; deep plots and squares included."""

_SQL = (Path(__file__).parent / "link_streets.sql").read_text(encoding="utf-8")

_REASONS = {
    "street_not_found": (
        "No street of this name is on record within 200 m; the entrance is kept without a link.",
        "Không có đường tên này trong vòng 200 m; lối vào được giữ nhưng chưa gắn với đường.",
    ),
    "street_ambiguous": (
        "Several streets of this name lie within 200 m; the entrance is kept without a link.",
        "Có nhiều đường cùng tên trong vòng 200 m; lối vào được giữ nhưng chưa gắn với đường.",
    ),
}


def link_streets(conn: Connection, stage: Stage) -> None:
    """Fill `street_id` of the waiting entrances that name a street; remark on those left open.

    Names are compared exactly first (case apart), then without marks: two streets that differ only
    by a tone mark are never confused while both are on record.
    """
    if "street_name" not in stage.rows.columns or "geom" not in stage.table.c:
        return
    if "street_id" not in stage.table.c:
        conn.execute(text("ALTER TABLE pg_temp.incoming ADD COLUMN street_id bigint"))
        stage.table.append_column(Column("street_id", BigInteger))
    conn.execute(text(_SQL), {"reach_m": REACH_M})
    conn.execute(
        text(
            "UPDATE pg_temp.incoming i SET street_id = f.street_id FROM pg_temp.found_streets f"
            " WHERE f.row_no = i.row_no AND f.verdict = 'linked'"
        )
    )
    if "street_id" not in stage.data:
        stage.data.append("street_id")
    open_rows = conn.execute(
        text(
            "SELECT i.row_no, coalesce(f.verdict, 'street_not_found') FROM pg_temp.incoming i"
            " LEFT JOIN pg_temp.found_streets f USING (row_no)"
            " WHERE i.street_id IS NULL AND i.street_name IS NOT NULL ORDER BY i.row_no"
        )
    ).all()
    for row, verdict in open_rows:
        stage.rows.warn(row, "street_name", verdict, *_REASONS[verdict])
    conn.execute(text("DROP TABLE pg_temp.found_streets"))
