"""PURE: cells as lists have them -> transmitters as the model wants them, each assumption counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from layers.coverage import link_budget, received_power, shadowing
from layers.coverage.footprints import grid_convergence_deg
from layers.coverage.pathloss import MODELS
from layers.coverage.received_power import Transmitters

ASSUMPTIONS: dict[str, tuple[str, str]] = {
    "all_around": ("không ghi hướng: coi như phát mọi hướng", "no azimuth: taken as radiating all around"),
    "no_beamwidth": ("không ghi độ rộng búp sóng: lấy 65°", "no beamwidth: 65° taken"),
    "no_height": ("không ghi chiều cao: 25 m (macro), 10 m (micro), 3 m (trong nhà)",
                  "no height: 25 m (macro), 10 m (micro), 3 m (indoor) taken"),
    "no_power": ("không ghi EIRP: lấy giá trị quy hoạch của băng tần", "no EIRP: planning value of the band taken"),
    "no_tilt": ("không ghi góc ngẩng: lấy 6°", "no tilt: 6° taken"),
    "no_frequency": ("không ghi tần số: lấy theo băng tần hoặc công nghệ",
                     "no frequency: that of the band, or of the technology, taken"),
    "no_bandwidth": ("không ghi băng thông: lấy giá trị của băng tần", "no bandwidth: that of the band taken"),
    "outside_frequency": ("tần số ngoài phạm vi của mô hình", "frequency outside the range of the model"),
    "outside_height": ("chiều cao ngoài phạm vi của mô hình", "height outside the range of the model"),
    "cut_at_model_range": ("chỉ tính đến 5 km, giới hạn của mô hình", "followed only to 5 km, the range of the model"),
}  # fmt: skip
"""What was assumed of a cell, or is doubtful about it -> words. Such a cell is used, counted and said."""

DEFAULT_TILT_DEG = 6.0

BY_TECHNOLOGY_GHZ = {"2G": 0.9425, "3G": 2.14, "4G": 1.8425, "5G": 3.75}


@dataclass(frozen=True, slots=True)
class Modelled:
    """Transmitters with what was assumed."""

    transmitters: Transmitters
    flags: tuple[frozenset[str], ...]
    # Of each, keys of ASSUMPTIONS.
    rows: tuple[int, ...]
    # Index into the rows given.

    def counts(self, chosen: Sequence[int] | None = None) -> dict[str, int]:
        """How many transmitters carry each flag, alphabetical; of all, or of some."""
        flags = self.flags if chosen is None else [self.flags[k] for k in chosen]
        return dict(sorted(Counter(name for one in flags for name in one).items()))


def model(
    rows: Sequence[dict[str, Any]], operators: tuple[str, ...], srid: int, *, tier_dbm: float, probability: float,
    walls: link_budget.Walls = "none",
) -> Modelled:  # fmt: skip
    """Transmitters of the cells that are not left out, in their order. Rows as `snapshots.CELL_COLUMNS`."""
    used = [k for k, row in enumerate(rows) if row["left_out"] is None]
    taken = [_assume(rows[k]) for k in used]

    def column(name: str) -> Any:
        return np.array([values[name] for values, _ in taken], float)

    x, y = (np.array([rows[k][axis] for k in used], float) for axis in ("x", "y"))
    frequency, height = column("frequency_ghz"), column("height_m")
    names = np.array([values["model"] for values, _ in taken], dtype="U10")
    azimuth = np.deg2rad(np.nan_to_num(column("azimuth_deg")) - grid_convergence_deg(srid, x, y))
    entry = link_budget.entry_loss_db(frequency, walls)
    level = column("eirp_dbm") - entry
    base_sigma = np.array([MODELS[name].sigma_db for name in names], float)
    sigma = np.hypot(base_sigma, link_budget.ENTRY_SIGMA_DB[walls])
    table = received_power.coefficients(names, frequency, height)
    lowest_z = shadowing.needed_z(probability)
    reach, cut = received_power.reach_m(table, level, height, sigma, names, tier_dbm, lowest_z)
    flags = tuple(frozenset({*flag, *(["cut_at_model_range"] if cut[i] else [])}) for i, (_, flag) in enumerate(taken))
    number = {name: k for k, name in enumerate(operators)}
    owner = np.array([number[rows[k]["operator"]] for k in used], np.int64)
    beam, tilt = column("beam_deg"), column("tilt_deg")
    return Modelled(
        Transmitters(
            x, y, np.sin(azimuth), np.cos(azimuth), beam, tilt, np.full(len(x), 65.0), height, level, frequency, sigma,
            names, owner, reach, table,
        ),
        flags,
        tuple(used),
    )  # fmt: skip


def _assume(row: dict[str, Any]) -> tuple[dict[str, Any], set[str]]:
    """The numbers of one cell with every gap filled by a stated default, and which gaps there were."""
    flags: set[str] = set()

    def known(name: str, flag: str, default: float) -> float:
        # A frequency, width or height of 0 is a blank that somebody filled in; an EIRP or tilt of 0 is not.
        if row[name] is not None and (row[name] > 0 or name in ("eirp_dbm", "tilt_deg")):
            return float(row[name])
        flags.add(flag)
        return default

    by_name = link_budget.BY_NAME_GHZ.get(row["band"] or "", BY_TECHNOLOGY_GHZ[row["technology"]])
    frequency = known("frequency_mhz", "no_frequency", by_name * 1000) / 1000
    band = link_budget.band_of(frequency)
    kind = row["kind"]
    name = link_budget.model_of(frequency, kind)
    default_height = link_budget.DEFAULT_HEIGHT_M.get(kind or "", link_budget.DEFAULT_MACRO_HEIGHT_M)
    # The formulas need a mast above the receiver.
    height = max(known("height_m", "no_height", default_height), link_budget.RECEIVER_HEIGHT_M + 0.5)
    bandwidth = known("bandwidth_mhz", "no_bandwidth", band.bandwidth_mhz)
    eirp = known("eirp_dbm", "no_power", band.eirp_dbm)
    beam = row["beamwidth_deg"]
    if row["azimuth_deg"] is None:
        if beam is None:
            flags.add("all_around")
        beam = np.nan
    elif beam is None:
        flags.add("no_beamwidth")
        beam = 65.0
    elif beam >= 360:
        beam = np.nan
    model_range = MODELS[name]
    if not model_range.frequency_ghz[0] <= frequency <= model_range.frequency_ghz[1]:
        flags.add("outside_frequency")
    if not model_range.mast_height_m[0] <= height <= model_range.mast_height_m[1]:
        flags.add("outside_height")
    blocks = link_budget.resource_blocks(row["technology"], frequency, bandwidth)
    return {
        "frequency_ghz": frequency, "height_m": height, "model": name, "beam_deg": beam,
        "azimuth_deg": row["azimuth_deg"] if row["azimuth_deg"] is not None else np.nan,
        "tilt_deg": known("tilt_deg", "no_tilt", DEFAULT_TILT_DEG),
        "eirp_dbm": float(link_budget.reference_eirp_dbm(eirp, blocks)),
    }, flags  # fmt: skip
