"""Who works in a zone: operating firms on public record, by industry and by country."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from layers.enterprises import enterprises


@dataclass(frozen=True, slots=True)
class Tenants:
    """Of one zone."""

    by_industry: tuple[tuple[str | None, int], ...]
    # (division of VSIC: two digits, or a section's letter; None where it is not known, firms): the most first
    by_country: tuple[tuple[str, int], ...]
    # (ISO 3166-1 alpha-2, firms): the most first
    newest: date | None
    # of their sources

    @property
    def total(self) -> int:
        """Firms counted."""
        return sum(firms for _, firms in self.by_industry)


def of_zone(conn: Connection, zone_id: int) -> Tenants:
    """Firms that operate in the zone, as the asker may see them."""
    here = (enterprises.c.zone_id == zone_id, enterprises.c.status == "operating")
    division = func.left(enterprises.c.industry_code, 2)
    count = func.count()
    industries = conn.execute(
        select(division, count).where(*here).group_by(division).order_by(count.desc(), division.asc().nulls_last())
    ).all()
    countries = conn.execute(
        select(enterprises.c.country, count).where(*here, enterprises.c.country.is_not(None))
        .group_by(enterprises.c.country).order_by(count.desc(), enterprises.c.country)
    ).all()  # fmt: skip
    newest = conn.execute(select(func.max(enterprises.c.source_date)).where(*here)).scalar()
    return Tenants(tuple((code, n) for code, n in industries), tuple((code, n) for code, n in countries), newest)
