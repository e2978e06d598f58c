"""What each published number means: numerator, denominator, predicate, evidence and source.

"Coverage" is at least five different numbers in the Vietnamese targets. A definition is never
edited once a number has been published under it: a changed meaning gets a new version beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Evidence = Literal["declared", "modelled", "measured"]
"""declared: by the operator; modelled: computed from a path-loss model; measured: drive tests."""


@dataclass(frozen=True, slots=True)
class Definition:
    """One meaning of one number."""

    id: str
    version: int
    title_vi: str
    title_en: str
    numerator: str
    denominator: str
    predicate: str
    # The condition that decides what is counted, as it is evaluated.
    evidence: Evidence
    source: str

    @property
    def label(self) -> str:
        """Id and version in one word, as it is printed beside a number: `zone_has_5g@1`."""
        return f"{self.id}@{self.version}"


@dataclass(frozen=True, slots=True)
class Target:
    """A value that a number must reach by a day, and who set it."""

    definition_id: str
    # The number that the text speaks of; a target is never compared with another number.
    ratio: float
    due_on: date
    title_vi: str
    title_en: str
    source: str


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of the station counting rule; a cell that fails it is reported under `reason`."""

    reason: str
    sql: str
    # Over `c` (cells) and `s` (sites), with :as_of the day. NULL counts as "not fulfilled".
    text_vi: str
    text_en: str


COUNTED_ANTENNAS = ("4T4R", "8T8R", "16T16R", "32T32R", "64T64R")

STATION_RULE: tuple[Condition, ...] = (
    Condition(
        "indoor",
        "c.coverage_class = 'outdoor' AND s.kind IS DISTINCT FROM 'indoor'",
        "lắp đặt ngoài trời",
        "installed outdoors",
    ),
    Condition(
        "antenna_too_small",
        "c.antenna IN ({})".format(", ".join(f"'{antenna}'" for antenna in COUNTED_ANTENNAS)),
        "anten từ 4T4R đến 64T64R",
        "antenna from 4T4R to 64T64R",
    ),
    Condition(
        "not_on_air",
        "c.state = 'on_air' AND coalesce(c.on_air_on <= :as_of, true)",
        "đang phát sóng vào ngày tính",
        "on air on the day counted",
    ),
    Condition(
        "not_accepted",
        "c.accepted_on <= :as_of",
        "đã nghiệm thu, đưa vào sử dụng",
        "accepted into use",
    ),
)
"""The counting rule of Nghị định 88/2025/NĐ-CP in the order in which it is tried.

The decree's window (accepted between 19/02 and 31/12/2025) limits a subsidy, not what a station is,
and is therefore not part of the rule."""

OUTDOOR_ON_AIR = "c.state = 'on_air' AND c.coverage_class = 'outdoor' AND coalesce(c.on_air_on <= :as_of, true)"
"""A cell that radiates outdoors on the day counted. A cell without a first day counts by its state."""

AREA_RATIO = Definition(
    id="area_ratio/declared",
    version=1,
    title_vi="Tỷ lệ diện tích khu được phủ sóng (theo khai báo của nhà mạng)",
    title_en="Share of the zone's area inside declared footprints",
    numerator="Area (m²) of the zone inside the footprints of cells of at least min_operators operators.",
    denominator="Area (m²) of the zone.",
    predicate=OUTDOOR_ON_AIR,
    evidence="declared",
    source="Our own definition; area share and not 'touched', as FCC Form 477 'actual area' and Ofcom.",
)

STATION_RATIO = Definition(
    id="station_ratio/nd88-2025",
    version=1,
    title_vi="Số trạm 5G trên số trạm 4G",
    title_en="5G stations per 4G station",
    numerator="Operator × site pairs with a 5G cell that passes the counting rule; bands merged.",
    denominator="Operator × site pairs with a 4G cell on air; bands merged.",
    predicate=" AND ".join(f"({condition.sql})" for condition in STATION_RULE),
    evidence="declared",
    source="Nghị định 88/2025/NĐ-CP (counting rule); Bộ KH&CN 2025 (ratio to 4G stations).",
)

ZONE_HAS_5G = Definition(
    id="zone_has_5g",
    version=1,
    title_vi="Khu có ít nhất một trạm 5G đang phát sóng",
    title_en="The zone has at least one 5G station on air",
    numerator="Zones with an outdoor 5G cell on air whose site stands inside the zone.",
    denominator="All zones.",
    predicate=OUTDOOR_ON_AIR,
    evidence="declared",
    source="Quyết định 1132/QĐ-TTg (09/10/2024): industrial parks have 5G; Hà Nội KH 310/KH-UBND: ≥ 1 station.",
)

MODELLED = "best cell of an operator: P(SS-RSRP ≥ tier_dbm) ≥ probability, Φ((μ − T)/σ); model chosen per band"
"""Predicate of modelled coverage at a point, from at least min_operators operators."""


def _modelled_and_declared(
    stem: str, title_vi: str, title_en: str, numerator: str, denominator: str, source: str
) -> tuple[Definition, ...]:
    """The same count under both kinds of evidence: two definitions, never merged."""
    words = {
        "declared": ("theo khai báo", "declared", OUTDOOR_ON_AIR),
        "modelled": ("theo mô hình", "modelled", MODELLED),
    }
    return tuple(
        Definition(
            f"{stem}/{evidence}", 1, f"{title_vi} ({vi})", f"{title_en} ({en})", numerator, denominator, predicate,
            "declared" if evidence == "declared" else "modelled", source,
        )
        for evidence, (vi, en, predicate) in words.items()
    )  # fmt: skip


OURS = "Our own definition"

AREA_RATIO_MODELLED = Definition(
    "area_ratio/modelled", 1,
    "Tỷ lệ diện tích khu được phủ sóng (theo mô hình truyền sóng)",
    "Share of the zone's area with enough modelled power",
    "Sample points of the zone with enough power from at least min_operators operators × step².",
    "Sample points of the zone × step²; the zone's exact area beside it.",
    MODELLED, "modelled",
    "3GPP TR 38.901; probability at the cell edge as FCC BDC (0.90), tiers as Ofcom; the tier is a parameter.",
)  # fmt: skip

COUNTED: tuple[Definition, ...] = (
    *_modelled_and_declared(
        "plot_ratio", "Tỷ lệ lô đất được phủ sóng", "Share of plots covered",
        "Published plots of the newest plan with a covered part of at least least_share (0.5), or whose representative"
        " point is covered.", "Published plots of the newest plan of the zone.", OURS,
    ),
    *_modelled_and_declared(
        "enterprise_ratio", "Tỷ lệ doanh nghiệp được phủ sóng", "Share of enterprises covered",
        "Published enterprises of the zone, not closed, whose point is covered.",
        "Published enterprises of the zone, not closed.", OURS,
    ),
    *_modelled_and_declared(
        "worker_ratio", "Tỷ lệ lao động tại nơi được phủ sóng", "Share of workers at covered enterprises",
        "Workers of the covered enterprises.", "Workers of the enterprises that say how many they have.", OURS,
    ),
    *_modelled_and_declared(
        "population_ratio", "Tỷ lệ dân số được phủ sóng", "Share of the population covered",
        "Σ population of each commune × covered share of its area: people taken as spread evenly over their commune.",
        "Σ population of the communes that have one and a border.",
        "SDG 9.c.1: of several operators the largest is reported, their union beside it.",
    ),
)  # fmt: skip

RELIABILITY = Definition(
    "reliability/measured", 1,
    "Độ tin cậy của vùng phủ khai báo (đo kiểm thực địa)",
    "Reliability of declared coverage in field tests",
    "Field tests of the operator inside its declared footprints in the zone that succeeded.",
    "Field tests of the operator inside its declared footprints in the zone.",
    "test lies in a declared footprint of its operator and technology, measured on or before the day counted",
    "measured",
    "As ARCEP, décision 2020-0376: at least 95 % for a zone of about 50 km².",
)  # fmt: skip

DEFINITIONS: tuple[Definition, ...] = (
    AREA_RATIO, AREA_RATIO_MODELLED, STATION_RATIO, ZONE_HAS_5G, *COUNTED, RELIABILITY,
)  # fmt: skip

TARGETS: tuple[Target, ...] = (
    Target(
        STATION_RATIO.id, 0.5, date(2025, 12, 31),
        "Số trạm 5G đạt ít nhất 50 % số trạm 4G",
        "5G stations reach 50 % of 4G stations",
        "Bộ KH&CN, yêu cầu năm 2025 với các nhà mạng (báo chí 17/7/2025). The 4G list behind it is not settled.",
    ),
    Target(
        ZONE_HAS_5G.id, 1.0, date(2025, 12, 31),
        "100 % khu công nghiệp có dịch vụ 5G",
        "Every industrial park has 5G",
        "Quyết định 1132/QĐ-TTg (09/10/2024)",
    ),
    Target(
        ZONE_HAS_5G.id, 1.0, date(2026, 12, 31),
        "100 % khu, cụm công nghiệp có ít nhất một trạm 5G",
        "Every park and cluster has at least one 5G station",
        "Hà Nội KH 310/KH-UBND (11/2025): nearest peer, binding in Hà Nội only",
    ),
    Target(
        AREA_RATIO.id, 1.0, date(2030, 12, 31),
        "Phủ sóng 5G toàn tỉnh",
        "5G everywhere in the province",
        "Aim of the authority for this service; the published texts for 2030 speak of population, not of area",
    ),
    Target(
        "population_ratio", 0.99, date(2030, 12, 31),
        "5G phủ 99 % dân số cả nước",
        "5G covers 99 % of the country's population",
        "Quyết định 1132/QĐ-TTg (09/10/2024), Quyết định 805/QĐ-TTg (07/8/2024)",
    ),
    Target(
        "population_ratio", 1.0, date(2030, 12, 31),
        "5G phủ 100 % dân số Hải Phòng",
        "5G covers 100 % of the population of Hải Phòng",
        "Hải Phòng KH 317 (12/2025)",
    ),
)  # fmt: skip


def targets_of(definition: Definition) -> tuple[Target, ...]:
    """The targets that speak of this very number, earliest first.

    A target for `population_ratio` does not say by which evidence, and is shown with each.
    """
    names = (
        definition.id,
        definition.id.partition("/")[0] if definition.id.startswith("population") else definition.id,
    )
    return tuple(sorted((t for t in TARGETS if t.definition_id in names), key=lambda t: t.due_on))
