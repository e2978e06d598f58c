"""PURE: may this industry come to this plot? Every answer has its reasons; what is not known is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Verdict = Literal["yes", "no", "ask"]
Grade = Literal["good", "bad", "unknown"]


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for or against it."""

    code: str
    # key of eligibility.<code> in the texts
    grade: Grade
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Eligibility:
    """The answer: yes when all is good, no when anything is bad, else ask the Authority."""

    verdict: Verdict
    reasons: tuple[Reason, ...]


def check(plot: Mapping[str, Any], zone: Mapping[str, Any], industry: str, needs: Mapping[str, float]) -> Eligibility:
    """Compare an industry (VSIC) and its needs with a plot.

    `plot` and `zone` have the columns of their tables; `needs` may name area_m2, power_kva, water_m3_day,
    wastewater_m3_day. The plot's own list of industries goes before its zone's.
    """
    reasons = [*_industry(plot, zone, industry), _status(plot), *_capacities(plot, needs)]
    if any(reason.grade == "bad" for reason in reasons):
        return Eligibility("no", tuple(reasons))
    return Eligibility("ask" if any(reason.grade == "unknown" for reason in reasons) else "yes", tuple(reasons))


def covers(listed: str, industry: str) -> bool:
    """Whether an entry of a list speaks of the industry: division 26 covers class 2610. A section is only itself."""
    return industry == listed or (listed.isdigit() and industry.isdigit() and industry.startswith(listed))


def _industry(plot: Mapping[str, Any], zone: Mapping[str, Any], industry: str) -> list[Reason]:
    excluded = next((code for code in zone["industries_excluded"] if covers(code, industry)), None)
    if excluded is not None:
        return [Reason("industry_excluded", "bad", {"code": industry, "entry": excluded})]
    for where, listed in (("plot", plot["industries_allowed"]), ("zone", zone["industries_allowed"])):
        if listed:
            return [_on_list(where, listed, industry)]
    return [Reason("industry_no_list", "unknown", {"code": industry})]


def _on_list(where: str, listed: Sequence[str], industry: str) -> Reason:
    entry = next((code for code in listed if covers(code, industry)), None)
    if entry is not None:
        return Reason(f"industry_allowed_{where}", "good", {"code": industry, "entry": entry})
    narrower = [code for code in listed if covers(industry, code)]
    if narrower:
        return Reason("industry_partly", "unknown", {"code": industry, "entries": ", ".join(narrower)})
    return Reason(f"industry_not_listed_{where}", "bad", {"code": industry, "entries": ", ".join(listed)})


def _status(plot: Mapping[str, Any]) -> Reason:
    grades: dict[str, Grade] = {"available": "good", "planned": "unknown", "reserved": "unknown"}
    return Reason(f"status_{plot['status']}", grades.get(plot["status"], "bad"), {})


def _capacities(plot: Mapping[str, Any], needs: Mapping[str, float]) -> list[Reason]:
    made = []
    for name, need in needs.items():
        there = plot[name]
        if there is None:
            made.append(Reason(f"{name}_unknown", "unknown", {"need": need}))
        else:
            made.append(Reason(f"{name}_{'enough' if there >= need else 'short'}", "good" if there >= need else "bad",
                               {"need": need, "there": there}))  # fmt: skip
    return made
