"""One file per noun. Each holds a `router`; this list is the order in which they are tried."""

from __future__ import annotations

from importlib import import_module

from fastapi import APIRouter, FastAPI

from gis_service.assets import Assets
from gis_service.settings import CHECKOUT

ROUTERS = [
    "tiles",  # first: they are asked for most, and every route before them costs time
    "health",
    "metrics",
    "accounts",
    "access_tokens",
    "account_pages",
    "audit",
    "features",
    "themes",
    "ogc",
    "search",
    "portal",
    "sitemap",
    "alerts",
    "client_pages",  # before the desk, as are the next two: these are no numbers of streets
    "land_files",
    "enquiries",  # before the desk: its /desk/enquiries is not the number of a street
    "error_reports",  # likewise its /desk/reports
    "pages",
    "map_print",
    "map_embed",
    "plot_series",
    "map_views",
    "addressing",
    "public_cases",  # before cases: its /cases/new must not be read as the number of a case
    "public_places",  # before cases: its /cases/status must not be read as the number of a case
    "numbers",
    "estates",
    "places",
    "plates",
    "cases",
    "certification",
    "desk_cases",
    "desk_areas",
    "desk_places",
    "desk_plate_drawing",  # before desk_plates: its /desk/plates/draw must not be read as the number of a plate
    "desk_plates",
    "desk_policies",
    "desk_changes",
    "desk_renumbering",
    "desk_certification",
    "desk_estates",
    "desk_estate_parts",
    "desk_estate_proposals",
    "desk_proposals",
    "desk",
    "documents",
    "plate_papers",
    "jobs",
    "imports",
    "convert",
    "convert_files",
    "parse",
    "siting",
    "coverage_page",
    "coverage",
    "coverage_runs",
]


def all_routers() -> list[APIRouter]:
    """The routers in their order."""
    return [import_module(f"{__name__}.{name}").router for name in ROUTERS]


def mount_assets(app: FastAPI) -> None:
    """Serve scripts, styles and fonts from our own folder."""
    app.mount("/assets", Assets(directory=CHECKOUT / "maps" / "web"), name="assets")
