"""House numbers: agreement with two real towns, a city of 1,000,000 entrances, 16 officers on one street.

Agreement: the real streets and address points of two towns go through our geometry; the real numbers are
looked at afterwards only. Speed: end to end from the database and back, in a database of its own in the
embedded cluster. How each figure is defined and why it is what it is: docs/howto/street-geometry.md.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from statistics import mean, median

from benchmarks import city_speed, made_city, parallel_officers, real_streets
from benchmarks.agreement import ENOUGH_HOUSES, Agreement
from benchmarks.harness import Row
from gis_service.database import Database, create_database, find_addresses
from gis_service.migrating import migrate
from gis_service.settings import Settings

OWN_DATABASE = {
    "database_url": None, "staff_database_url": None, "public_database_url": None,
    "database_name": "bench_addressing", "log_level": "ERROR", "staff_pool_size": parallel_officers.OFFICERS,
}  # fmt: skip
"""A database of its own in the embedded cluster, whatever the environment says: it is emptied and filled."""

REASONS = {
    "Paasivuorenkatu": "two arms round a park, 44 m apart: asked about, here the longest course was taken",
    "Simonkatu": "one address point, 20, lies among the lowest numbers",
    "Kaivokatu": "number 11 stands in the middle of the odd side's low end",
    "Kaisaniemenkatu": "7 and 9 are exchanged, 18 m apart",
    "Pieni Roobertinkatu": "1 and 3 are exchanged, 10 m apart",
    "Pohjoisesplanadi": "shops numbered 9 and 27 lie in other blocks of the street",
    "Uudenmaankatu": "8 and 10 are exchanged, 8 m apart",
    "Aleksanterinkatu": "one shop numbered 25 lies among the even numbers of another block",
}
"""What was found when the streets with the lowest agreement were looked into one by one."""

WORST_SHOWN = 5


def run(quick: bool) -> list[Row]:
    """Rows of agreement, then of speed."""
    return [*_agreement_rows(), *_speed_rows(1_000 if quick else 50_000)]


def _agreement_rows() -> list[Row]:
    if not real_streets.FOLDER.is_dir():
        note = f"not measured: {real_streets.FOLDER.name} is not beside this checkout"
        return [
            Row(f"{town}: {what}", 0.0, "", note=note)
            for town in real_streets.METRES
            for what in ("side agrees", "order agrees")
        ]
    return [row for town in real_streets.METRES for row in _town_rows(town)]


def _town_rows(town: str) -> list[Row]:
    ours, merged = real_streets.compare(town), real_streets.compare(town, join=real_streets.longest_merged)
    found, peers = _with_enough(ours.streets), _with_enough(merged.streets)
    sure = [street for street in found if not street.line_asked]
    rule = f"{len(found)} streets with {ENOUGH_HOUSES}+ numbers; {sum(street.addresses for street in found)} addresses"
    peer = "line_merge, longest piece"
    return [
        Row(f"{town}: share of addresses on the side of their parity", _parity(found), "of 1", _parity(peers), peer,
            "ours >= 0.95", rule),
        Row(f"{town}: order along the street, mean |tau-b|", _tau(found), "tau", _tau(peers), peer,
            "ours >= 0.98", f"median {median(_taus(found)):.3f}; lowest: {_worst(found)}"),
        Row(f"{town}: the same, streets with no question about their line", _tau(sure), "tau", None, "",
            "ours >= 0.98", f"{len(sure)} streets; side {_parity(sure):.3f}"),
        Row(f"{town}: share of addresses placed without a question", _placed(ours.streets), "of 1",
            _placed(merged.streets), peer, "", "the rest is out of reach, nearer to another street, or on a branch"),
    ]  # fmt: skip


def _with_enough(streets: Sequence[Agreement]) -> list[Agreement]:
    return [street for street in streets if street.houses >= ENOUGH_HOUSES]


def _parity(streets: Sequence[Agreement]) -> float:
    return sum(street.on_their_side for street in streets) / sum(street.addresses for street in streets)


def _placed(streets: Sequence[Agreement]) -> float:
    placed = sum(street.addresses for street in streets)
    return placed / (placed + sum(street.asked for street in streets))


def _taus(streets: Sequence[Agreement]) -> list[float]:
    return [street.tau for street in streets if street.tau is not None]


def _tau(streets: Sequence[Agreement]) -> float:
    return mean(_taus(streets))


def _worst(streets: Sequence[Agreement]) -> str:
    low = sorted((street.tau, street.name) for street in streets if street.tau is not None and street.tau < 0.98)
    shown = [f"{name} {tau:.2f} ({REASONS.get(name, 'not looked into')})" for tau, name in low[:WORST_SHOWN]]
    return "; ".join(shown) or "none below 0.98"


def _speed_rows(streets: int) -> list[Row]:
    settings = Settings(**OWN_DATABASE)  # type: ignore[arg-type]
    addresses = find_addresses(settings)
    create_database(addresses.owner, "bench_addressing")
    database = Database(settings, addresses)
    with database.owner.begin() as conn:
        migrate(conn, settings)
        street_ids = made_city.fill(conn, streets)
    rows = [*_city_rows(database, street_ids), *_officer_rows(database, street_ids[1])]
    database.dispose()
    return rows


def _city_rows(database: Database, street_ids: Sequence[int]) -> list[Row]:
    entrances = len(street_ids) * made_city.DOORS
    engines = (database.owner, database.staff)
    one_by_one = city_speed.number_one_by_one(*engines, street_ids[:300])
    small = city_speed.number_city(*engines, street_ids[:500], 1)
    alone = city_speed.number_city(*engines, street_ids, 1)
    city = city_speed.number_city(*engines, street_ids, city_speed.PROCESSES)
    load = os.getloadavg()[0]
    size = f"{len(street_ids):,} streets, {entrances:,} entrances"
    whole = entrances == 1_000_000
    return [
        Row(f"number {size}, {city_speed.PROCESSES} processes", city.wall_s, "s", None, "",
            "ours <= 60" if whole else "",
            f"wall clock, {os.cpu_count()} cores, load {load:.1f}; {city.numbers:,} numbers written"),
        Row("the same in CPU seconds of everybody", city.cpu_s, "s", None, "",
            "ours <= 120" if whole else "", "this process, its workers, the backend; 2 free cores have 120 in 60 s"),
        Row("CPU per entrance, one process", _per_entrance_us(alone), "µs", _per_entrance_us(one_by_one),
            "numbering.propose street by street", "ratio <= 1", "the peer on the first 300 streets"),
        Row(f"growth from {500 * made_city.DOORS:,} to {entrances:,} entrances", _per_entrance_us(alone), "µs",
            _per_entrance_us(small), f"ours on {500 * made_city.DOORS:,}", "ratio <= 1.2",
            "CPU per entrance; 1 is linear"),
    ]  # fmt: skip


def _per_entrance_us(taken: city_speed.Taken) -> float:
    return taken.cpu_s / (taken.streets * made_city.DOORS) * 1e6


def _officer_rows(database: Database, street_id: int) -> list[Row]:
    naive = parallel_officers.highest_plus_two(database.staff, database.owner, street_id)
    twice, without = parallel_officers.ours(database.staff, street_id)
    officers = parallel_officers.OFFICERS
    return [
        Row(f"{officers} officers add a door to one street: numbers given twice", twice, "numbers",
            naive, "SELECT max + 2, INSERT", "ours <= 0", f"of {officers} new doors without a number: {without}")
    ]  # fmt: skip
