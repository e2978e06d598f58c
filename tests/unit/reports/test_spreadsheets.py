"""What a spreadsheet would run, and what it gets."""

from __future__ import annotations

import csv
import io
from datetime import date

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers import spreadsheets

RUNS = ("=1+1", "+1", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1+1", "=cmd|' /C calc'!A0")


@pytest.mark.parametrize("cell", RUNS)
def test_a_text_that_would_run_is_quoted_in_csv_and_stays_itself_in_xlsx(cell: str) -> None:
    assert spreadsheets.harmless(cell) == "'" + cell
    out = io.BytesIO()
    with spreadsheets.workbook(out) as book:
        spreadsheets.write_cell(book.add_worksheet(), 0, 0, cell)
    there = openpyxl.load_workbook(io.BytesIO(out.getvalue())).worksheets[0].cell(1, 1)
    assert there.data_type == "s"
    assert there.value.replace("_x000D_", "\r") == cell


@pytest.mark.parametrize("cell", [-2, -2.5, 0, None, "a=b", "", "Lô A-1", "1-2"])
def test_what_runs_nothing_is_left_alone(cell: str | float | None) -> None:
    assert spreadsheets.harmless(cell) == cell


@given(st.text())
def test_no_cell_of_csv_begins_a_formula(cell: str) -> None:
    made = spreadsheets.harmless(cell)
    assert isinstance(made, str)
    assert not made.lstrip(" ").startswith(spreadsheets.FORMULA_STARTS)


def test_tables_stand_below_each_other_with_harmless_headings() -> None:
    made = spreadsheets.csv_text([(("=a",), [(1,)]), (("b", "c"), [("x, y", None)])])
    assert made.startswith("\ufeff")
    assert list(csv.reader(io.StringIO(made[1:]))) == [["'=a"], ["1"], [], ["b", "c"], ["x, y", ""]]


def test_days_truths_and_numbers_keep_their_type() -> None:
    out = io.BytesIO()
    with spreadsheets.workbook(out) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "dd/mm/yyyy"})
        for at, value in enumerate([date(2026, 2, 3), True, 2.5, None, "x" * 40_000]):
            spreadsheets.write_cell(sheet, 0, at, value, day_look=day)
        spreadsheets.write_cell(sheet, 1, 0, date(2026, 2, 3))
    there = openpyxl.load_workbook(io.BytesIO(out.getvalue())).worksheets[0]
    assert there.cell(1, 1).value.date() == date(2026, 2, 3)
    assert (there.cell(1, 2).value, there.cell(1, 3).value, there.cell(1, 4).value) == (True, 2.5, None)
    assert len(there.cell(1, 5).value) == spreadsheets.LONGEST_TEXT
    assert there.cell(2, 1).value == "2026-02-03"
