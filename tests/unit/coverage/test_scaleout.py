"""The tile function: the same bytes here, in processes and on a cluster, and only what changed is computed."""

from __future__ import annotations

import os
import signal
import warnings
from dataclasses import replace

import numpy as np
import pytest
import shapely

from layers.coverage import received_power, sampling, scaleout, shadowing

Z = shadowing.needed_z(0.9)


@pytest.fixture(scope="module")
def country():
    rng = np.random.default_rng(20250701)
    centres = rng.uniform(0, 35_000, (12, 2)) + np.array([500_000, 2_300_000])
    angle = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    places = np.empty(12, dtype=object)
    for k, centre in enumerate(centres):
        reach = rng.uniform(2000, 6000, 40)[:, None]
        places[k] = shapely.Polygon(centre + reach * np.column_stack([np.cos(angle), np.sin(angle)]))
    count = 400
    x, y = rng.uniform(0, 35_000, (2, count)) + np.array([[500_000], [2_300_000]])
    azimuth = rng.uniform(0, 2 * np.pi, count)
    f, height, sigma = np.full(count, 3.75), np.full(count, 25.0), np.full(count, 6.0)
    model, level = np.full(count, "uma_nlos"), rng.uniform(38, 44, count)
    table = received_power.coefficients(model, f, height)
    reach, _ = received_power.reach_m(table, level, height, sigma, model, -110.0, Z)
    cells = received_power.Transmitters(
        x, y, np.sin(azimuth), np.cos(azimuth), np.full(count, 65.0), np.full(count, 6.0), np.full(count, 65.0), height,
        level, f, sigma, model, rng.integers(0, 3, count), reach, table,
    )  # fmt: skip
    return places, cells


def work(country, **changes):
    places, cells = country
    return scaleout.tiles(places, replace(cells, **changes), 3, tier_dbm=-110.0, needed_z=Z, step_m=50.0)


def test_tiles_add_up_to_the_whole(country, tmp_path):
    places, cells = country
    found = scaleout.run(work(country), 12, 3, tmp_path)
    samples = sampling.grid(places, 50.0)
    masks = received_power.masks_at(received_power.best_levels(samples.x, samples.y, cells, 3, (-110.0,)), 0, Z)
    assert found.tiles > 12
    assert found.points.tolist() == np.diff(samples.start).tolist()
    whole = sampling.shares(samples, masks != 0)
    assert (found.error_bound() >= whole.error_bound * 0.98).all()  # its area is counted, and edges of tiles are added
    assert (found.error_bound() <= whole.error_bound * 1.5).all()
    for k in (1, 2, 3):
        whole = sampling.shares(samples, sampling.at_least(masks, k))
        assert found.covered[:, k - 1].tolist() == whole.covered.tolist()
        assert found.ratio(k) == pytest.approx(whole.ratio)


def test_processes_give_the_same_bytes(country, tmp_path):
    here = scaleout.run(work(country), 12, 3, tmp_path / "here")
    there = scaleout.run(work(country), 12, 3, tmp_path / "there", where="processes", workers=2)
    assert here.to_bytes() == there.to_bytes()


def test_a_cluster_gives_the_same_bytes(country, tmp_path):
    pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    here = scaleout.run(work(country), 12, 3, tmp_path / "here")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the library, about its own sockets when it ends
        there = scaleout.run(work(country), 12, 3, tmp_path / "there", where="cluster", workers=2)
    assert here.to_bytes() == there.to_bytes()
    assert sorted(one.name for one in (tmp_path / "here").iterdir()) == sorted(
        one.name for one in (tmp_path / "there").iterdir()
    )


def test_a_killed_worker_costs_no_tile(country, tmp_path):
    distributed = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    here = scaleout.run(work(country), 12, 3, tmp_path / "here")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the library, about the worker that is gone
        with distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
        ) as cluster:
            victim = next(iter(cluster.workers.values())).pid

            def kill(done, _):
                if done == 2:
                    os.kill(victim, signal.SIGKILL)

            there = scaleout.run(
                work(country), 12, 3, tmp_path / "there", where="cluster", scheduler=cluster.scheduler_address,
                progress=kill,
            )  # fmt: skip
    assert there.computed == here.tiles
    assert here.to_bytes() == there.to_bytes()


def test_a_run_goes_on_where_it_stopped_and_does_nothing_twice(country, tmp_path):
    whole = scaleout.run(work(country), 12, 3, tmp_path / "whole")

    class Stopped(Exception):
        pass

    def stop(done, _):
        if done == 5:
            raise Stopped

    with pytest.raises(Stopped):
        scaleout.run(work(country), 12, 3, tmp_path / "torn", progress=stop)
    on = scaleout.run(work(country), 12, 3, tmp_path / "torn")
    assert on.computed == whole.tiles - 5
    assert on.to_bytes() == whole.to_bytes()
    assert scaleout.run(work(country), 12, 3, tmp_path / "torn").computed == 0


def test_a_changed_station_recomputes_only_the_tiles_that_it_reaches(country, tmp_path):
    before = scaleout.run(work(country), 12, 3, tmp_path)
    level = country[1].level_dbm.copy()
    level[7] += 0.5
    after = scaleout.run(work(country, level_dbm=level), 12, 3, tmp_path)
    assert after.computed in range(1, 5)
    assert before.tiles > 4
