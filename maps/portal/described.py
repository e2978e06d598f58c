"""PURE: a filter in words, for who cannot see the form: in mails and on the page of a saved search."""

from __future__ import annotations

from typing import Any

from maps import i18n
from maps.pages import write_day, write_number, write_percent
from maps.portal.filters import PlotFilter

_UNITS = {"area_min": "m²", "area_max": "m²", "price_max": "USD/m²", "power": "kVA", "road": "m"}
_PER_DAY = ("water", "wastewater")


def in_words(asked: PlotFilter, lang: str) -> list[tuple[str, str]]:
    """Name and value of each field that leaves something out; the status always."""
    names = dict.fromkeys(("status", *asked.narrowed))
    return [(_name(name, lang), _value(name, getattr(asked, name), lang)) for name in names]


def _name(name: str, lang: str) -> str:
    written = i18n.translate(lang, f"plots.name.{name}")
    return written[:1].upper() + written[1:]


def _value(name: str, value: Any, lang: str) -> str:
    def t(key: str) -> str:
        return i18n.translate(lang, key)

    if name == "status":
        return ", ".join(t(f"value.plots.status.{one}") for one in value) or t("plots.any")
    if name == "kind":
        return ", ".join(t(f"value.zones.kind.{one}") for one in value)
    if name == "zone":
        return ", ".join(value)
    if name == "merge":
        return t("plot.yes")
    if name == "box":
        return ", ".join(f"{part:.3f}°" for part in value)
    if name == "ready_by":
        return write_day(lang, value)
    if name == "coverage":
        return f"≥ {write_percent(lang, value)}"
    if name in _PER_DAY:
        return f"≥ {write_number(lang, value)} m³/{t('plot.per_day')}"
    if name in _UNITS:
        sign = "≤" if name.endswith("_max") else "≥"
        return f"{sign} {write_number(lang, value, 1)} {_UNITS[name]}"
    return str(value)
