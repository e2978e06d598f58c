"""Lists of addresses: how they are read, and how their rows are taken."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from addressing.search.batch import Counts, convert_rows
from addressing.search.unit_tables import national_gazetteer
from layers.ingest.address_lists import LIMITS, read_list
from layers.ingest.errors import FileTooLarge, ImportRefused, UnknownFormat, WrongColumns

TODAY = date(2026, 11, 23)


def listed(folder: Path, text: str, name: str = "ds.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_columns_for_units_are_added_where_the_address_does_not_hold_them(tmp_path: Path) -> None:
    asked = read_list(
        listed(tmp_path, 'Địa chỉ,Xã phường,Tỉnh\n"12 Lê Lợi, P. Tân Bình",Tân Bình,Hải Dương\n,Xã Cẩm Phúc,\n,,\n')
    )
    assert asked.rows == 3
    assert [asked.address(row) for row in range(3)] == ["12 Lê Lợi, P. Tân Bình, Hải Dương", "Xã Cẩm Phúc", ""]
    assert asked.fields == {"address": "Địa chỉ", "commune": "Xã phường", "province": "Tỉnh"}


def test_what_is_stated_wins_over_what_is_guessed(tmp_path: Path) -> None:
    asked = read_list(listed(tmp_path, "Địa chỉ,Nơi mới\nmột,hai\n"), column_map={"Nơi mới": "address"})
    assert asked.address(0) == "hai"
    with pytest.raises(WrongColumns):
        read_list(listed(tmp_path, "Địa chỉ\nmột\n"), column_map={"Không có": "address"})


def test_a_list_that_is_too_large_is_refused(tmp_path: Path) -> None:
    path = listed(tmp_path, "dia_chi\n" + "x\n" * 50)
    with pytest.raises(FileTooLarge):
        read_list(path, limits=replace(LIMITS, rows=49))
    with pytest.raises(FileTooLarge):
        read_list(path, limits=replace(LIMITS, file_bytes=20))
    assert read_list(path, limits=replace(LIMITS, rows=50)).rows == 50


def test_only_tables_are_lists(tmp_path: Path) -> None:
    with pytest.raises(UnknownFormat):
        read_list(listed(tmp_path, '{"type": "FeatureCollection", "features": []}', "ds.geojson"))
    with pytest.raises(ImportRefused):
        read_list(listed(tmp_path, "dia_chi,dia_chi\na,b\n"))


def test_rows_are_told_as_they_are_taken_and_may_be_stopped() -> None:
    told: list[tuple[int, int | None]] = []
    counts = Counts(TODAY)
    asked = ["P. Tân Bình, TP Hải Dương, Hải Dương"] * 450
    rows = list(convert_rows(asked, national_gazetteer(), TODAY, counts, today=TODAY,
                             progress=lambda done, total: told.append((done, total))))  # fmt: skip
    assert told == [(200, 450), (400, 450), (450, 450)]
    assert [rows[0].row, rows[-1].row, counts.certain] == [1, 450, 450]
    assert rows[0].result is rows[-1].result  # read once

    class Stop(Exception):
        """The job was cancelled."""

    def stop(done: int, total: int | None) -> None:
        raise Stop

    with pytest.raises(Stop):
        list(convert_rows(asked, national_gazetteer(), TODAY, Counts(TODAY), today=TODAY, progress=stop))
