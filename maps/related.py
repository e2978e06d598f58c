"""What belongs to a feature besides its own facts: units old and new, coverage at its place, who is there, decisions,
history. Asked for after the card is open, because it reads several tables.

Statements name tables without a schema, so the role of the connection decides what is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, text

from maps import i18n
from maps.facts import Answer
from maps.pages import write_day, write_number, write_percent

MOST_ROWS = 12
"""Of one section; a note says how many more there are."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: words, and where they lead."""

    text: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under one heading."""

    name: str
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """The feature, and for whom and in which words it is told about."""

    conn: Connection
    answer: Answer
    lang: str
    zone_ratios: Mapping[int, float]
    """Zone id -> declared 5G ratio today; read for zones only."""

    def t(self, key: str, **facts: object) -> str:
        return i18n.translate(self.lang, f"related.{key}", **facts)

    def rows(self, statement: str, **values: Any) -> Sequence[RowMapping]:
        given = {"id": self.answer.id, "lon": self.answer.lon, "lat": self.answer.lat, **values}
        return self.conn.execute(text(statement), given).mappings().all()


def read(conn: Connection, answer: Answer, lang: str, *, zone_ratios: Mapping[int, float]) -> list[Section]:
    """Sections about the feature of `answer` in the order of the card; those with nothing to say are left out."""
    asked = Asked(conn, answer, lang, zone_ratios)
    made = []
    for name, lines in _SECTIONS.items():
        found = [line for of in lines if of.layers is None or answer.layer in of.layers for line in of.read(asked)]
        if found:
            shown = found[:MOST_ROWS]
            if len(found) > MOST_ROWS:
                shown.append(Line(asked.t("more", n=write_number(lang, len(found) - MOST_ROWS))))
            made.append(Section(name, asked.t(name), tuple(shown)))
    return made


_HERE = "ST_Transform(ST_SetSRID(ST_MakePoint(:lon, :lat), 4326), 3857)"


def _units_here(asked: Asked) -> list[Line]:
    """The units of today that hold the feature, and those of before that the commune was made of."""
    rows = asked.rows(f"""
        SELECT u.id, u.level, u.code, u.full_name, u.valid_from FROM administrative_units u
        WHERE ST_Covers(u.geom_3857, {_HERE}) AND u.valid_from <= current_date
          AND (u.valid_to IS NULL OR u.valid_to > current_date)
        ORDER BY u.level = 'province', u.level""")  # noqa: S608 - a constant
    lines = [Line(row["full_name"], f"/#sel=administrative_units:{row['id']}") for row in rows]
    commune = next((row for row in rows if row["level"] == "commune"), None)
    return lines + ([] if commune is None else _made_of(asked, commune["level"], commune["code"]))


def _changes_of_unit(asked: Asked) -> list[Line]:
    row = asked.rows("SELECT level, code, valid_from FROM administrative_units WHERE id = :id")[0]
    went = asked.rows(
        "SELECT new_name, part, changed_on FROM unit_changes WHERE level = :level AND old_code = :code"
        " AND changed_on > :since ORDER BY changed_on, new_name",
        level=row["level"], code=row["code"], since=row["valid_from"],
    )  # fmt: skip
    return [
        *_made_of(asked, row["level"], row["code"]),
        *(_change(asked, "became", one, one["new_name"]) for one in went),
    ]


def _made_of(asked: Asked, level: str, code: str) -> list[Line]:
    rows = asked.rows(
        "SELECT old_name, part, changed_on FROM unit_changes WHERE level = :level AND new_code = :code"
        " ORDER BY changed_on DESC, old_name",
        level=level, code=code,
    )  # fmt: skip
    return [_change(asked, "made_of", row, row["old_name"]) for row in rows]


def _change(asked: Asked, key: str, row: RowMapping, name: str) -> Line:
    return Line(asked.t(f"{key}.{row['part']}", name=name, day=write_day(asked.lang, row["changed_on"])))


def _coverage_here(asked: Asked) -> list[Line]:
    """Who declares to reach the place; a zone also has the share of its area."""
    ratio = asked.zone_ratios.get(asked.answer.id) if asked.answer.layer == "zones" else None
    lines = [] if ratio is None else [Line(asked.t("zone_ratio", share=write_percent(asked.lang, ratio)))]
    rows = asked.rows(f"""
        SELECT c.technology, string_agg(DISTINCT s.operator, ', ' ORDER BY s.operator) AS operators
        FROM cells c JOIN sites s ON s.id = c.site_id
        WHERE c.state = 'on_air' AND c.coverage_class = 'outdoor' AND c.technology IN ('4G', '5G')
          AND c.geom_3857 && {_HERE} AND ST_Covers(c.geom_3857, {_HERE})
        GROUP BY 1 ORDER BY 1 DESC""")  # noqa: S608 - a constant
    lines += [Line(asked.t("reach", technology=row["technology"], operators=row["operators"])) for row in rows]
    return lines or [Line(asked.t("no_reach"))]


def _plots_of_zone(asked: Asked) -> list[Line]:
    rows = asked.rows("""
        SELECT p.status, count(*) AS n, sum(p.area_m2) AS area_m2, z.code FROM plots p JOIN zones z ON z.id = p.zone_id
        WHERE z.id = :id GROUP BY p.status, z.code ORDER BY n DESC""")
    return [
        Line(
            asked.t(
                "plots", status=i18n.translate(asked.lang, f"value.plots.status.{row['status']}"),
                n=write_number(asked.lang, row["n"]), area=write_number(asked.lang, row["area_m2"] / 10_000, 1),
            ),
            f"/plots?zone={row['code']}" if row["status"] == "available" else None,
        )
        for row in rows
    ]  # fmt: skip


def _firms(asked: Asked) -> list[Line]:
    column = "zone_id" if asked.answer.layer == "zones" else "plot_id"
    rows = asked.rows(
        f"SELECT id, name, industry_code FROM enterprises WHERE {column} = :id AND status <> 'closed'"  # noqa: S608
        " ORDER BY (status = 'operating') DESC, name, id"
    )
    return [
        Line(
            row["name"] + (f" (VSIC {row['industry_code']})" if row["industry_code"] else ""),
            f"/#sel=enterprises:{row['id']}",
        )
        for row in rows
    ]


def _plot_of_firm(asked: Asked) -> list[Line]:
    rows = asked.rows("""
        SELECT p.id, p.code FROM plots p JOIN enterprises e ON e.plot_id = p.id WHERE e.id = :id""")
    return [Line(asked.t("on_plot", code=row["code"]), f"/#sel=plots:{row['id']}") for row in rows]


def _addresses(asked: Asked) -> list[Line]:
    """House numbers of the place itself."""
    column = {"plots": "p.plot_id", "enterprises": "p.enterprise_id", "entrances": "p.entrance_id"}[asked.answer.layer]
    rows = asked.rows(f"""
        SELECT h.plate_text, s.name, p.id FROM places p JOIN house_numbers h ON h.place_id = p.id
        JOIN streets s ON s.id = h.street_id
        WHERE {column} = :id AND h.status = 'in_force' ORDER BY h.plate_text""")  # noqa: S608 - one of three names
    return [Line(f"{row['plate_text']} {row['name']}", f"/p/{row['id']}") for row in rows]


def _place_of_number(asked: Asked) -> list[Line]:
    rows = asked.rows("SELECT place_id FROM house_numbers WHERE id = :id AND place_id IS NOT NULL")
    return [Line(asked.t("place", id=row["place_id"]), f"/p/{row['place_id']}") for row in rows]


def _decisions_of_zone(asked: Asked) -> list[Line]:
    row = asked.rows("SELECT established_on, established_note FROM zones WHERE id = :id")[0]
    parts = [row["established_note"], write_day(asked.lang, row["established_on"]) if row["established_on"] else None]
    found = " · ".join(part for part in parts if part)
    return [Line(found)] if found else []


def _decisions_of_street(asked: Asked) -> list[Line]:
    rows = asked.rows("""
        SELECT DISTINCT d.number, d.decided_on, d.subject FROM decisions d JOIN house_numbers h ON h.decision_id = d.id
        WHERE h.street_id = :id ORDER BY d.decided_on DESC, d.number""")
    return [_decision(asked, row) for row in rows]


def _decisions_of_number(asked: Asked) -> list[Line]:
    rows = asked.rows("""
        SELECT d.number, d.decided_on, d.subject FROM decisions d JOIN house_numbers h ON h.decision_id = d.id
        WHERE h.id = :id""")
    return [_decision(asked, row) for row in rows]


def _decision(asked: Asked, row: RowMapping) -> Line:
    return Line(
        " · ".join(part for part in (row["number"], write_day(asked.lang, row["decided_on"]), row["subject"]) if part)
    )


def _earlier_numbers(asked: Asked) -> list[Line]:
    rows = asked.rows("""
        SELECT o.plate_text, s.name, o.valid_from, o.valid_to FROM house_numbers h
        JOIN house_numbers o ON o.place_id = h.place_id AND o.id <> h.id AND o.valid_to IS NOT NULL
        JOIN streets s ON s.id = o.street_id WHERE h.id = :id ORDER BY o.valid_to DESC""")
    return [
        Line(
            asked.t(
                "earlier_number", number=f"{row['plate_text']} {row['name']}",
                first=write_day(asked.lang, row["valid_from"]), last=write_day(asked.lang, row["valid_to"]),
            )
        )
        for row in rows
    ]  # fmt: skip


def _former_names(asked: Asked) -> list[Line]:
    rows = asked.rows("SELECT unnest(former_names) AS name FROM zones WHERE id = :id")
    return [Line(asked.t("former_name", name=row["name"])) for row in rows]


def _last_change(asked: Asked) -> list[Line]:
    table = _TABLES[asked.answer.layer]
    rows = asked.rows(f"SELECT version, updated_at FROM {table} WHERE id = :id")  # noqa: S608 - one of our tables
    return [
        Line(
            asked.t("changed", n=write_number(asked.lang, row["version"]), day=write_day(asked.lang, row["updated_at"]))
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class _Part:
    """A source of lines, and the layers that it speaks of; None for all."""

    read: Callable[[Asked], list[Line]]
    layers: tuple[str, ...] | None = None


_TABLES = {
    "administrative_units": "administrative_units", "zones": "zones", "plots": "plots", "enterprises": "enterprises",
    "streets": "streets", "entrances": "entrances", "house_numbers": "house_numbers", "sites": "sites",
    "coverage": "cells",
}  # fmt: skip
_GROUND = ("zones", "plots", "enterprises", "streets", "entrances", "house_numbers", "sites")

_SECTIONS: dict[str, tuple[_Part, ...]] = {
    "here": (
        _Part(_plots_of_zone, ("zones",)), _Part(_plot_of_firm, ("enterprises",)),
        _Part(_place_of_number, ("house_numbers",)), _Part(_addresses, ("plots", "enterprises", "entrances")),
    ),
    "firms": (_Part(_firms, ("zones", "plots")),),
    "units": (_Part(_units_here, _GROUND), _Part(_changes_of_unit, ("administrative_units",))),
    "coverage": (_Part(_coverage_here, (*_GROUND[:3], "entrances", "house_numbers")),),
    "decisions": (
        _Part(_decisions_of_zone, ("zones",)), _Part(_decisions_of_street, ("streets",)),
        _Part(_decisions_of_number, ("house_numbers",)),
    ),
    "history": (
        _Part(_earlier_numbers, ("house_numbers",)), _Part(_former_names, ("zones",)), _Part(_last_change),
    ),
}  # fmt: skip
