"""Antenna, budget, fading and the kernel: against tables of the standards and against one another."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from layers.coverage import antennas, link_budget, pathloss, received_power, shadowing

Z90, Z95 = shadowing.needed_z(0.90), shadowing.needed_z(0.95)


def test_the_element_of_table_7_3_1():
    azimuth, zenith = [0, 32.5, 65, 120, 0, -32.5, 328], [90, 90, 90, 90, 122.5, 90, 90]
    assert antennas.gain_dbi(azimuth, zenith) == pytest.approx([8, 5, -4, -22, 5, 5, 8 - 12 * (32 / 65) ** 2])


def test_nothing_is_ever_more_than_30_db_down():
    assert antennas.gain_dbi(180, 0) == -22
    assert antennas.loss_db(30, 30) == 30


def test_an_antenna_that_radiates_all_around_loses_nothing_beside():
    assert antennas.horizontal_loss_db([0, 90, 180], np.nan).tolist() == [0, 0, 0]


def test_off_axis_counts_from_the_azimuth():
    assert antennas.off_axis_deg([0, 100, -100, 0], [100, 0, 0, -100], 90) == pytest.approx([-90, 0, -180, 90])


@pytest.mark.parametrize(
    ("sigma_db", "at_90", "at_95"), [(6, 7.69, 9.87), (7.82, 10.0, 12.9), (8, 10.25, 13.16), (4, 5.13, 6.58)]
)
def test_edge_margins(sigma_db, at_90, at_95):
    assert shadowing.edge_margin_db(sigma_db, 0.90) == pytest.approx(at_90, abs=0.03)
    assert shadowing.edge_margin_db(sigma_db, 0.95) == pytest.approx(at_95, abs=0.04)


def test_fading_is_a_probability():
    assert shadowing.probability([-110, -102.3107, -117.6893], -110, 6) == pytest.approx([0.5, 0.9, 0.1], abs=1e-5)
    assert shadowing.phi([-np.inf, np.inf]).tolist() == [0, 1]


@pytest.mark.parametrize(("edge", "area"), [(0.75, 0.899), (0.90, 0.966), (0.95, 0.984)])
def test_area_reliability_of_jakes(edge, area):
    assert shadowing.area_reliability(shadowing.edge_margin_db(8, edge), 8, 3.5) == pytest.approx(area, abs=1e-3)


RADII = [
    # band, EIRP of a resource element, height, radii (m) of the table of design: -110, -100, -90 at 90 / 95 %
    ("2100", "uma_nlos", 38.0, 25, (1183, 1041, 656, 577, 363, 319)),
    ("2600", "uma_nlos", 41.8, 25, (1361, 1196, 754, 664, 418, 368)),
    ("3700", "uma_nlos", 41.8, 25, (1117, 982, 619, 545, 343, 302)),
    ("3700", "rma_nlos", 41.8, 35, (1877, 1579, 1034, 869, 569, 478)),
    ("700", "rma_nlos", 38.5, 35, (3514, 2956, 1939, 1628, 1067, 896)),
    ("26000", "umi_nlos", 25.0, 10, (112, 93, 58, 48, 29, 24)),
]


@pytest.mark.parametrize(("band_id", "model", "eirp", "mast_m", "radii"), RADII)
def test_radii_of_the_bands(band_id, model, eirp, mast_m, radii):
    band = next(one for one in link_budget.BANDS if one.id == band_id)
    blocks = link_budget.resource_blocks("5G", band.frequency_ghz, band.bandwidth_mhz)
    level = link_budget.reference_eirp_dbm(band.eirp_dbm, blocks)
    assert level == pytest.approx(eirp, abs=0.06)
    sigma = pathloss.MODELS[model].sigma_db
    for (tier, z), radius in zip(itertools.product(link_budget.TIERS_DBM, (Z90, Z95)), radii, strict=True):
        near, far = link_budget.rsrp_dbm(
            model, level, band.frequency_ghz, [radius * 0.997 - 1, radius * 1.003 + 1], mast_m, vertical_beam_deg=np.nan
        )
        assert far < tier + sigma * z < near  # the table gives whole metres


def test_resource_blocks_of_the_carriers_in_use():
    blocks = link_budget.resource_blocks
    assert [blocks("5G", 0.763, 10), blocks("5G", 2.14, 20), blocks("5G", 3.75, 100), blocks("5G", 26, 400)] == [
        52, 106, 273, 264]  # fmt: skip
    assert [blocks("4G", 1.8, 20), blocks("4G", 1.8, 15), blocks("4G", 1.8, 17), blocks("5G", 3.7, 1)] == [
        100, 75, 75, 24]  # fmt: skip


def test_each_band_has_its_model_and_small_sites_stand_in_streets():
    assert [link_budget.model_of(f, "macro") for f in (0.763, 2.14, 3.75, 26)] == [
        "rma_nlos", "uma_nlos", "uma_nlos", "umi_nlos"]  # fmt: skip
    assert link_budget.model_of(3.75, "micro") == "umi_nlos"
    assert link_budget.model_of(3.75, None) == "uma_nlos"


def test_walls():
    # 3.75 GHz by hand: glass 2.75 dB, concrete 20 dB, coated glass 24.125 dB.
    low = 5 - 10 * np.log10(0.3 * 10**-0.275 + 0.7 * 10**-2.0)
    high = 5 - 10 * np.log10(0.7 * 10**-2.4125 + 0.3 * 10**-2.0)
    assert link_budget.entry_loss_db(3.75, "low") == pytest.approx(low)
    assert link_budget.entry_loss_db(3.75, "high") == pytest.approx(high)
    assert (float(low), float(high)) == pytest.approx((12.81, 27.43), abs=0.05)
    assert link_budget.entry_loss_db(3.75, "none") == 0


@pytest.mark.parametrize("model", list(pathloss.MODELS))
@pytest.mark.parametrize("frequency_ghz", [0.763, 2.14, 3.75, 26.0])
def test_the_coefficients_are_the_formulas(model, frequency_ghz):
    mast_m = {"uma": 25.0, "umi": 10.0, "rma": 35.0}[model[:3]]
    distance = np.geomspace(1, 9_000, 500)
    table = received_power.coefficients(np.full(500, model), np.full(500, frequency_ghz), np.full(500, mast_m))
    expected = pathloss.MODELS[model].loss_db(frequency_ghz, distance, mast_m)
    assert received_power.loss_db(table, distance, mast_m) == pytest.approx(expected, abs=1e-9)


def transmitters(rng, count, operators=3):
    model = rng.choice(list(pathloss.MODELS), count)
    f = rng.choice([0.763, 2.14, 3.75, 26.0], count)
    height = rng.uniform(9, 48, count)
    azimuth = np.deg2rad(rng.uniform(0, 360, count))
    sigma = np.array([pathloss.MODELS[name].sigma_db for name in model])
    table = received_power.coefficients(model, f, height)
    level = rng.uniform(25, 42, count)
    reach, _ = received_power.reach_m(table, level, height, sigma, model, -110.0, Z90)
    return received_power.Transmitters(
        *rng.uniform(0, 4000, (2, count)), np.sin(azimuth), np.cos(azimuth),
        rng.choice([65.0, 90.0, np.nan], count), rng.uniform(0, 10, count), rng.choice([65.0, np.nan], count),
        height, level, f, sigma, model, rng.integers(0, operators, count), reach, table,
    )  # fmt: skip


def test_the_kernel_is_the_budget_tried_cell_by_cell():
    rng = np.random.default_rng(20250701)
    cells = transmitters(rng, 60)
    px, py = rng.uniform(-500, 4500, (2, 1500))
    levels = received_power.best_levels(px, py, cells, 3, link_budget.TIERS_DBM)
    for tier, dbm in enumerate(link_budget.TIERS_DBM):
        best = np.full((len(px), 3), -np.inf)
        for i in range(len(cells)):
            east, north = px - cells.x[i], py - cells.y[i]
            distance = np.hypot(east, north)
            azimuth = np.degrees(np.arctan2(cells.east[i], cells.north[i]))
            median = link_budget.rsrp_dbm(
                str(cells.model[i]), cells.level_dbm[i], cells.frequency_ghz[i], distance, cells.height_m[i],
                antennas.off_axis_deg(east, north, azimuth), cells.beam_deg[i], cells.tilt_deg[i],
                cells.vertical_beam_deg[i],
            )  # fmt: skip
            z = np.where(distance <= cells.reach_m[i], (median - dbm) / cells.sigma_db[i], -np.inf)
            best[:, cells.operator[i]] = np.maximum(best[:, cells.operator[i]], z)
        heard = np.isfinite(best)
        assert heard.any()
        assert (levels[:, tier][~heard] == received_power.UNHEARD).all()
        assert levels[:, tier][heard] == pytest.approx(best[heard], abs=2e-5)


def test_reach_never_cuts_what_would_count():
    rng = np.random.default_rng(5)
    cells = transmitters(rng, 60)
    px, py = rng.uniform(-3000, 7000, (2, 4000))
    wide = cells.__class__(**{name: getattr(cells, name) for name in cells.__slots__} | {"reach_m": np.full(60, 2e4)})
    near = received_power.best_levels(px, py, cells, 3, (-110.0,))
    far = received_power.best_levels(px, py, wide, 3, (-110.0,))
    capped = np.array([pathloss.MODELS[str(m)].distance_m[1] for m in cells.model]) <= cells.reach_m
    assert not capped.all()
    only = ~np.isin(cells.operator, cells.operator[capped])
    operators = np.unique(cells.operator[only])
    for o in operators:
        assert ((near[:, 0, o] >= Z90) == (far[:, 0, o] >= Z90)).all()


def test_masks_have_a_bit_for_each_operator_that_is_strong_enough():
    levels = np.array([[[2.0, 1.0, -1e9]], [[1.2, 1.3, 1.4]]], np.float32)
    assert received_power.masks_at(levels, 0, Z90).tolist() == [1, 6]


def test_the_same_levels_on_any_number_of_threads():
    rng = np.random.default_rng(11)
    cells = transmitters(rng, 20)
    px, py = rng.uniform(0, 4000, (2, 600_000))
    one = received_power.best_levels(px, py, cells, 3, (-110.0,))
    assert one.tobytes() == received_power.best_levels(px, py, cells, 3, (-110.0,), threads=3).tobytes()
