"""The point that docs/coverage.md works by hand: computed here, and read there."""

from __future__ import annotations

from pathlib import Path

from layers.coverage import antennas, link_budget, pathloss, shadowing

PAGE = (Path(__file__).parents[3] / "docs" / "coverage.md").read_text(encoding="utf-8")


def test_the_page_prints_what_the_program_computes():
    reference = float(link_budget.reference_eirp_dbm(77.0, link_budget.resource_blocks("5G", 3.75, 100)))
    loss = float(pathloss.uma_nlos(3.75, 500, 25))
    beside = float(antennas.horizontal_loss_db(30))
    level = float(link_budget.rsrp_dbm("uma_nlos", reference, 3.75, 500, 25, 30, 65, 6, 65))
    shares = [float(shadowing.probability(level, tier, 6)) for tier in link_budget.TIERS_DBM]
    for printed in (
        f"= {reference:.2f} dBm", f"= {loss:.2f} dB", f"= {beside:.2f} dB", f"= −{-level:.2f} dBm",
        *(f"= {share * 100:.1f} %" for share in shares), f"= {float(pathloss.slant_m(500, 25, 1.5)):.2f} m",
    ):  # fmt: skip
        assert printed in PAGE, printed
