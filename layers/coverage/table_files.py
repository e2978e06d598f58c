"""Coverage tables as files: XLSX for offices, Parquet and GeoParquet for analysts."""

from __future__ import annotations

import io
from datetime import date

import geopandas
import pandas as pd

from layers import spreadsheets
from layers.coverage.footprints import Geometries
from layers.coverage.gaps import Gaps
from layers.coverage.month_ends import Growth
from layers.coverage.provenance import Basis
from layers.coverage.tables import Table

WIDEST = 60
"""Characters; a longer text is cut on screen, not in the file."""


def of_gaps(found: Gaps, basis: Basis) -> Table:
    """One row a plot or firm without coverage."""
    columns = (
        "kind", "code", "name", "zone_code", "zone_name", "status", "operators_present", "technology",
        "operators_counted", "min_operators", "as_of", "x_m", "y_m", "storage_srid", "data_version", "is_demo",
    )  # fmt: skip
    shared = (basis.technology, "; ".join(basis.operators), basis.min_operators, basis.as_of.isoformat())
    rows = tuple(
        (one.kind, one.code, one.name, one.zone_code, one.zone_name, one.status, "; ".join(one.operators), *shared,
         round(one.x, 2), round(one.y, 2), basis.storage_srid, basis.data_version, int(basis.is_demo))
        for one in found.gaps
    )  # fmt: skip
    return Table(columns, rows)


def of_growth(found: Growth, basis: Basis) -> Table:
    """One row a month end."""
    columns = (
        "day", "ratio", "zones_covered", "cells_on_air", "technology", "operators_counted", "min_operators",
        "definition", "method", "data_version", "is_demo",
    )  # fmt: skip
    method = "Recomputed from the first day on air of today's cells; not what was published then."
    rows = tuple(
        (one.day.isoformat(), None if one.ratio is None else round(one.ratio, 6), one.zones_covered, one.cells,
         basis.technology, "; ".join(basis.operators), basis.min_operators, basis.definition.label, method,
         basis.data_version, int(basis.is_demo))
        for one in found.points
    )  # fmt: skip
    return Table(columns, rows)


def as_xlsx(table: Table, title: str) -> bytes:
    """One sheet with a frozen heading and filters. Texts stay texts: nothing becomes a formula or a link."""
    out = io.BytesIO()
    with spreadsheets.workbook(out) as book:
        sheet = book.add_worksheet(title[:31])
        bold = book.add_format({"bold": True, "bottom": 1})
        share = book.add_format({"num_format": "0.00%"})
        sheet.write_row(0, 0, table.columns, bold)
        for number, row in enumerate(table.rows, 1):
            for column, cell in enumerate(row):
                look = share if table.columns[column] == "ratio" else None
                spreadsheets.write_cell(sheet, number, column, cell, look)
        for column, name in enumerate(table.columns):
            longest = max([len(name), *(len(str(row[column])) for row in table.rows[:200])])
            sheet.set_column(column, column, min(longest + 2, WIDEST))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
        book.set_properties({"title": title, "created": date(2000, 1, 1)})  # the same table, the same bytes
    return out.getvalue()


def as_parquet(table: Table, geoms: Geometries | None = None, srid: int | None = None) -> bytes:
    """Parquet; GeoParquet when each row has a shape, in that CRS."""
    frame = pd.DataFrame(list(table.rows), columns=list(table.columns))
    out = io.BytesIO()
    if geoms is None:
        frame.to_parquet(out, index=False)
    else:
        geopandas.GeoDataFrame(frame, geometry=list(geoms), crs=srid).to_parquet(out, index=False)
    return out.getvalue()
