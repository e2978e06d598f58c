"""The numbers of the coverage page: computed once for all who ask at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

from gis_service.database import Database
from gis_service.settings import Settings
from maps import coverage_page


def test_readers_who_come_together_get_one_computation(demo_settings: Settings) -> None:
    database = Database(demo_settings)

    def read(day: date) -> coverage_page.Overview:
        with database.public.connect() as conn:
            question = coverage_page.ask(conn, "5G", [], 1)
            return coverage_page.overview(conn, question, "public", station_target=0.5, today=day)

    with ThreadPoolExecutor(4) as readers:
        first, *others = readers.map(read, [date(2025, 3, 3)] * 4)
    assert all(one is first for one in others)
    assert first.zones
    assert read(date(2025, 3, 4)) is not first
    database.dispose()


def test_a_database_without_cells_has_nothing_to_warm(settings: Settings) -> None:
    database = Database(settings)
    with database.public.connect() as conn:
        coverage_page.warm(conn, station_target=0.5)
    database.dispose()


def test_what_was_warmed_is_what_the_first_reader_gets(demo_settings: Settings) -> None:
    database = Database(demo_settings)
    with database.public.connect() as conn:
        coverage_page.warm(conn, station_target=0.25)
        question = coverage_page.ask(conn, "5G", [], 1)
        kept = coverage_page.overview(conn, question, "public", station_target=0.25)
        assert coverage_page.overview(conn, question, "public", station_target=0.25) is kept
        assert kept.question == coverage_page.Question("5G", (), 1)
    database.dispose()
