"""Thematic maps: which class each feature of a layer is in, how many there are, by which definition.

A theme names features by their id, so the tiles stay as lean as they are and any map that draws the
layer can be coloured. Statements name tables without a schema: the role of the connection decides
what is counted, and a theme never tells more than the layer itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, RowMapping, text

from layers.errors import NotFound
from maps import i18n, industry_groups
from maps.catalog import GREY, Mark
from maps.pages import write_day
from maps.theme_classes import CLASSES, COVERAGE, FIFTHS, names


@dataclass(frozen=True, slots=True)
class ThemeClass:
    """One colour of a theme."""

    mark: Mark
    label: str
    count: int
    ids: tuple[int, ...] = ()
    """Features; empty for the usual theme of a layer, whose tiles carry the class."""


@dataclass(frozen=True, slots=True)
class Theme:
    """A layer in colours that mean one thing."""

    layer: str
    name: str
    usual: bool
    """Whether it is how the layer is drawn anyway."""
    is_ratio: bool
    title: str
    definition: str
    dated: str
    classes: tuple[ThemeClass, ...]
    rest: ThemeClass | None
    """What is in no class; None when nothing is."""


def check(layer: str, name: str) -> None:
    """Raises `NotFound` for a theme that does not exist."""
    if (layer, name) not in CLASSES:
        raise NotFound("theme", "chuyên đề", f"{layer}:{name}"[:60])


def read(
    conn: Connection, layer: str, name: str, lang: str, *, day: date, ratios: Mapping[int, float] | None = None
) -> Theme:
    """The theme with all its features as the role of `conn` may see them.

    `ratios`: zone id -> declared 5G ratio on `day`, which only `zones:coverage` needs. Raises `NotFound`.
    """
    check(layer, name)
    usual = names(layer)[0] == name
    marks = CLASSES[layer, name]
    rows = conn.execute(text(_SQL[layer, name])).mappings().all()
    found: dict[str, list[int]] = {}
    for row in rows:
        found.setdefault(_class_of(name, row, ratios or {}), []).append(row["id"])
    classes = tuple(_made(layer, name, mark, found.pop(mark.value, []), lang, usual=usual) for mark in marks)
    left = [one for ids in found.values() for one in ids]
    rest = (
        None if not left else ThemeClass(Mark("", GREY), i18n.translate(lang, f"theme.{layer}.{name}.rest"), len(left))
    )
    return Theme(
        layer, name, usual, name in ("occupancy", "coverage"),
        i18n.translate(lang, f"theme.{name}"), i18n.translate(lang, f"theme.{layer}.{name}.definition"),
        _dated(lang, day if name == "coverage" else None, rows), classes, rest,
    )  # fmt: skip


def _made(layer: str, name: str, mark: Mark, ids: list[int], lang: str, *, usual: bool) -> ThemeClass:
    return ThemeClass(mark, _label(layer, name, mark.value, lang), len(ids), () if usual else tuple(ids))


def _label(layer: str, name: str, value: str, lang: str) -> str:
    if name in ("occupancy", "coverage"):
        low, high = value.split("-")
        return f"{low}–{high} %"
    if name == "industry":
        return i18n.translate(lang, f"industry.{value}")
    return i18n.translate(lang, f"value.{layer}.{name}.{value}")


def _class_of(name: str, row: RowMapping, ratios: Mapping[int, float]) -> str:
    """Value of the mark that the feature is in; "" for none."""
    if name == "industry":
        return industry_groups.of(row["value"], row["version"])
    if name == "occupancy":
        return _range_of(row["value"], FIFTHS)
    if name == "coverage":
        return _range_of(ratios.get(row["id"]), COVERAGE)
    return str(row["value"])


def _range_of(ratio: float | None, marks: tuple[Mark, ...]) -> str:
    """The class from its lower bound on; the highest includes its upper one."""
    if ratio is None:
        return ""
    return [mark.value for mark in marks if ratio * 100 >= float(mark.value.split("-")[0])][-1]


def _dated(lang: str, computed: date | None, rows: object) -> str:
    if computed is not None:
        return i18n.translate(lang, "theme.computed", day=write_day(lang, computed))
    days = sorted({row["source_date"] for row in rows if row["source_date"] is not None})  # type: ignore[attr-defined]
    if not days:
        return i18n.translate(lang, "theme.undated")
    if days[0] == days[-1]:
        return i18n.translate(lang, "theme.dated", day=write_day(lang, days[0]))
    return i18n.translate(lang, "theme.dated_between", first=write_day(lang, days[0]), last=write_day(lang, days[-1]))


_PLAIN = "SELECT id, {value} AS value, source_date FROM {table}"
_SQL: dict[tuple[str, str], str] = {
    ("zones", "kind"): _PLAIN.format(value="kind", table="zones"),
    ("zones", "status"): _PLAIN.format(value="status", table="zones"),
    ("zones", "occupancy"): _PLAIN.format(value="occupancy_ratio", table="zones"),
    ("zones", "coverage"): _PLAIN.format(value="NULL", table="zones"),
    # The division with most enterprises; among equals the first of the list.
    ("zones", "industry"): """
        SELECT z.id, most.value, most.version, z.source_date
        FROM zones z LEFT JOIN LATERAL (
            SELECT left(e.industry_code, 2) AS value, min(e.vsic_version) AS version FROM enterprises e
            WHERE e.zone_id = z.id AND e.status <> 'closed' AND e.industry_code IS NOT NULL
            GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1) most ON true""",
    ("plots", "status"): _PLAIN.format(value="status", table="plots"),
    # A lookup for each plot would have no index to use.
    ("plots", "industry"): """
        SELECT p.id, e.value, e.version, coalesce(e.source_date, p.source_date) AS source_date
        FROM plots p LEFT JOIN (
            SELECT DISTINCT ON (plot_id) plot_id, industry_code AS value, vsic_version AS version, source_date
            FROM enterprises WHERE plot_id IS NOT NULL AND status <> 'closed'
            ORDER BY plot_id, (status = 'operating') DESC, id) e ON e.plot_id = p.id""",
    ("enterprises", "status"): _PLAIN.format(value="status", table="enterprises"),
    ("enterprises", "industry"): """
        SELECT id, industry_code AS value, vsic_version AS version, source_date FROM enterprises""",
}
