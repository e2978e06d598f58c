"""Streets that come in pieces, from the file to the doors that are linked to them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from shapely import LineString, Point
from sqlalchemy import Connection, text

from tests.integration.import_files import X, Y, frame, take

#   Phố Một   0 ——— 100 (20) 120 ——— 200          one street: the gap is a crossing
#   Phố Một   0 ——— 100      600 m further north  another street of that name
PIECES: list[tuple[str, float, LineString]] = [
    ("Phố Một", 9.0, LineString([(X, Y), (X + 100, Y)])),
    ("phố  một", 12.5, LineString([(X + 120, Y), (X + 200, Y)])),
    ("Phố Một", 7.0, LineString([(X, Y + 600), (X + 100, Y + 600)])),
    ("Phố Hai", 5.0, LineString([(X, Y + 20), (X + 100, Y + 20)])),
]


def _write(path: Path, pieces: list[tuple[str, float, LineString]], **more: list[Any]) -> Path:
    rows = [{"ten": name, "mat_cat": width} for name, width, _ in pieces]
    for heading, values in more.items():
        for row, value in zip(rows, values, strict=True):
            row[heading] = value
    frame(rows, [line for *_, line in pieces]).to_file(path)
    return path


def _streets(conn: Connection) -> list[Any]:
    query = (
        "SELECT code, name, cross_section_m, ST_NumGeometries(geom), version FROM gis.streets ORDER BY ST_YMin(geom)"
    )
    return [tuple(row) for row in conn.execute(text(query))]


def test_pieces_become_one_street_and_the_second_run_changes_nothing(conn: Connection, tmp_path: Path) -> None:
    file = _write(tmp_path / "d.gpkg", PIECES)
    first = take(conn, "streets", file)
    assert (first.read, first.added, first.merged, first.rejected) == (4, 3, 1, 0)
    stored = _streets(conn)
    assert [row[1:] for row in stored] == [("Phố Một", 12.5, 2, 1), ("Phố Hai", 5.0, 1, 1), ("Phố Một", 7.0, 1, 1)]
    again = take(conn, "streets", file)
    assert (again.added, again.changed, again.unchanged, again.merged) == (0, 0, 3, 1)
    turned = take(conn, "streets", _write(tmp_path / "turned.gpkg", PIECES[::-1]))
    assert (turned.added, turned.changed, turned.unchanged, turned.merged) == (0, 0, 3, 1)
    assert _streets(conn) == stored


def test_a_street_that_grows_keeps_its_osm_key(conn: Connection, tmp_path: Path) -> None:
    take(conn, "streets", _write(tmp_path / "a.gpkg", PIECES[:1], osm_id=["700"]))
    grown = take(conn, "streets", _write(tmp_path / "b.gpkg", PIECES[:2], osm_id=["700", "1200"]))
    assert (grown.added, grown.changed, grown.merged) == (0, 1, 1)
    assert [row[:1] + row[2:] for row in _streets(conn)] == [("osm-700", 12.5, 2, 2)]


def test_doors_open_on_the_whole_street(conn: Connection, tmp_path: Path) -> None:
    take(conn, "streets", _write(tmp_path / "d.gpkg", PIECES))
    doors = [("1", Point(X + 5, Y + 8)), ("19", Point(X + 195, Y + 8)), ("1", Point(X + 5, Y + 608))]
    rows = [{"street": "Phố Một", "housenumber": number} for number, _ in doors]
    frame(rows, [place for _, place in doors]).to_file(tmp_path / "nha.gpkg")
    report = take(conn, "entrances", tmp_path / "nha.gpkg")
    assert (report.added, report.warning_count) == (3, 0)
    linked = (
        "SELECT array_agg(existing_number ORDER BY existing_number) FROM gis.entrances GROUP BY street_id ORDER BY 1"
    )
    assert conn.execute(text(linked)).scalars().all() == [["1"], ["1", "19"]]


def test_the_gap_is_a_parameter(conn: Connection, tmp_path: Path) -> None:
    file = _write(tmp_path / "d.gpkg", PIECES)
    assert take(conn, "streets", file, dry_run=True, piece_gap_m=19.0).merged == 0
    assert take(conn, "streets", file, dry_run=True, piece_gap_m=700.0).merged == 2


@pytest.mark.parametrize(("asked", "more"), [({"keep_pieces": True}, {}), ({}, {"ma": ["A", "B", "C", "D"]})])
def test_pieces_stay_when_asked_and_when_the_file_has_codes(
    conn: Connection, tmp_path: Path, asked: dict[str, Any], more: dict[str, list[Any]]
) -> None:
    report = take(conn, "streets", _write(tmp_path / "d.gpkg", PIECES, **more), **asked)
    assert (report.added, report.merged) == (4, 0)
    assert "pieces_merged" not in {note.code for note in report.notes}


def test_the_pieces_of_a_refused_street_are_refused_with_it(conn: Connection, tmp_path: Path) -> None:
    file = _write(tmp_path / "d.gpkg", PIECES, ma_khu=["KCN-X", "KCN-X", None, None])
    report = take(conn, "streets", file)
    assert (report.added, report.merged, report.reasons) == (2, 0, {"unknown_reference": 2})
    assert [one.row for one in report.rejections] == [1, 2]
    assert "pieces_merged" not in {note.code for note in report.notes}
