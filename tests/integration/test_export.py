"""What is written can be read back, by others and by our own import."""

from __future__ import annotations

from pathlib import Path

import geopandas
import pytest
from sqlalchemy import Connection

from layers.errors import UnknownLayer
from layers.export import UnknownExportFormat, export_layer
from layers.ingest import import_file


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".fgb", ".parquet"])
def test_what_was_exported_is_known_again_when_imported(demo_conn: Connection, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"plots{suffix}"
    done = export_layer(demo_conn, "plots", path)
    assert done.rows > 100
    assert done.is_demo, "made-up rows must say so"
    read = geopandas.read_parquet(path) if suffix == ".parquet" else geopandas.read_file(path)
    assert len(read) == done.rows
    assert read.crs.to_epsg() == (4326 if suffix == ".geojson" else 9210)
    assert read["is_demo"].all()
    report = import_file(demo_conn, "plots", path, requested_by="an")
    assert (report.read, report.added, report.rejected) == (done.rows, 0, 0)


@pytest.mark.parametrize("name", ["plots; DROP TABLE gis.plots", "accounts"])
def test_only_layers_are_exported(demo_conn: Connection, tmp_path: Path, name: str) -> None:
    with pytest.raises(UnknownLayer):
        export_layer(demo_conn, name, tmp_path / "x.gpkg")


def test_an_unknown_ending_is_refused_and_nothing_is_written(demo_conn: Connection, tmp_path: Path) -> None:
    with pytest.raises(UnknownExportFormat, match="gpkg"):
        export_layer(demo_conn, "plots", tmp_path / "plots.dwg")
    assert list(tmp_path.iterdir()) == []
