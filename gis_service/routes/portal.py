"""The investor portal: free plots to search, one plot, several side by side, and sheets to take away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from gis_service import address_faults
from gis_service.access import Access, reading
from gis_service.pages_context import authority_name, base_url, is_demo, language_of, page
from layers import land_files
from layers.errors import NotFound
from maps import first_picture, legends, listings
from maps.portal import covered, distances, eligibility, filters, found, plot_sheet, province, scores, ways
from maps.portal.money import ExchangeRate
from maps.portal.papers import money_note, plot_pdf, plots_xlsx
from maps.reports import qr

router = APIRouter(tags=["plots"], default_response_class=HTMLResponse)
# The code of a plot may hold a slash, as plans write "A1/2": it takes the rest of the path, so its page comes last.

MOST_COMPARED = 5
MOST_IN_TABLE = 5_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Plots = Annotated[list[str], Query(alias="p", max_length=20, description="ZONE/PLOT, up to five.")]
After = Annotated[str | None, Query(max_length=400)]


@router.get("/invest", response_model=None)
def landing(request: Request, access: Annotated[Access, reading("plots.read")]) -> Response:
    """The case for the province, from what the service holds."""
    zones = listings.list_zones(access.connection)
    free = found.totals(access.connection)
    return page(request, access, "portal/invest.html", zones=zones, free=free, province=province.facts(),
                changed=found.last_changed(access.connection),
                filter=filters.PlotFilter(), data={"lang": language_of(request, access.settings)})  # fmt: skip


@router.get("/plots", response_model=None)
def search_plots(request: Request, access: Annotated[Access, reading("plots.read")], after: After = None) -> Response:
    """Plots that fit the filter in the address, a page at a time; JSON for programs.

    A script that has the page already sends `HX-Request` and gets the list alone.
    What in the address makes no sense is left out and named in a notice.
    """
    asked, bad = _asked(request)
    listed = found.page_of(access.connection, asked, after, covered=_covered(access, asked))
    if "text/html" not in request.headers.get("accept", ""):
        return JSONResponse(_as_json(asked, bad, listed), headers={"Vary": "Accept"})
    address_faults.require(request, {"after": not after or found.is_place(after)})
    shown: dict[str, Any] = {
        "filter": asked, "bad": bad, "found": listed, "after": after, "marks": legends.marks("plots")
    }  # fmt: skip
    if request.headers.get("hx-request"):
        answer = page(request, access, "portal/parts/found.html", **shown)
    else:
        answer = page(
            request, access, "portal/plots.html", **shown, zones=listings.list_zones(access.connection),
            statuses=found.STATUSES_SHOWN, sorts=filters.SORTS, zone_marks=legends.marks("zones"),
            data=_map_data(access, language_of(request, access.settings)), picture=_picture(access),
        )  # fmt: skip
    answer.headers["Vary"] = "Accept, Accept-Language, Cookie, HX-Request"
    return answer


@router.get("/plots/points", response_class=JSONResponse)
def plot_points(request: Request, access: Annotated[Access, reading("plots.read")]) -> dict[str, Any]:
    """The same set as the list, all pages at once: points, or counted squares when there are very many."""
    asked, _ = _asked(request)
    points = found.points_of(access.connection, asked, covered=_covered(access, asked))
    return {"points": points.points, "squares": points.squares, "total": points.total}


@router.get("/plots/table.xlsx", response_class=Response)
def plots_table(request: Request, access: Annotated[Access, reading("plots.read")]) -> Response:
    """The filtered list as a spreadsheet, at most 5,000 rows, in the language of the page."""
    asked, _ = _asked(request)
    rows = found.rows_of(access.connection, asked, MOST_IN_TABLE, covered=_covered(access, asked))
    lang = language_of(request, access.settings)
    body = plots_xlsx([dict(row) for row in rows], lang, is_demo=is_demo(access.connection), rate=_rate(access))
    return _file(body, XLSX, "lo-dat.xlsx")


@router.get("/plots/compare", response_model=None)
def compare(request: Request, access: Annotated[Access, reading("plots.read")], p: Plots = []) -> Response:  # noqa: B006
    """Two to five plots side by side, differences marked, with a weighted score whose formula is shown."""
    lang = language_of(request, access.settings)
    sheets, missing = _sheets(access, p)
    rows = [sheet.values() for sheet in sheets]
    given = {f"w_{name}": request.query_params.get(f"w_{name}") for name in scores.CRITERIA}
    address_faults.require(request, {name: _is_weight(text) for name, text in given.items()})
    weights = {name: _weight(request.query_params.get(f"w_{name}")) for name in scores.CRITERIA}
    return page(
        request, access, "portal/compare.html", sheets=sheets, rows=rows, missing=missing, weights=weights,
        scores=scores.scores(rows, weights) if rows else [], fields=COMPARED, criteria=list(scores.CRITERIA),
        best=_best(rows), rate=_rate(access), money_note=money_note(_rate(access), lang), marks=legends.marks("plots"),
    )  # fmt: skip


@router.get("/plots/{zone_code}/{plot_code:path}/sheet.pdf", response_class=Response)
def plot_paper(
    request: Request, access: Annotated[Access, reading("plots.read")], zone_code: str, plot_code: str
) -> Response:
    """The plot on paper: A4, with an outline, a QR code and dated sources."""
    lang = language_of(request, access.settings)
    sheet = plot_sheet.read(access.connection, zone_code, plot_code)
    link = base_url(request, access.settings) + sheet.address
    body = plot_pdf(sheet, lang, authority_name(access.settings, lang), link, _rate(access))
    return _file(body, "application/pdf", f"{zone_code}-{plot_code}.pdf")


@router.get("/plots/{zone_code}/{plot_code:path}/sheet.xlsx", response_class=Response)
def plot_spreadsheet(
    request: Request, access: Annotated[Access, reading("plots.read")], zone_code: str, plot_code: str
) -> Response:
    """The plot as one row of a spreadsheet."""
    sheet = plot_sheet.read(access.connection, zone_code, plot_code)
    lang = language_of(request, access.settings)
    body = plots_xlsx([sheet.values()], lang, is_demo=sheet.plot["is_demo"], rate=_rate(access))
    return _file(body, XLSX, f"{zone_code}-{plot_code}.xlsx")


@router.get("/plots/{zone_code}/{plot_code:path}/qr.svg", response_class=Response)
def plot_qr(
    request: Request, access: Annotated[Access, reading("plots.read")], zone_code: str, plot_code: str
) -> Response:
    """The QR code of the plot's page."""
    sheet = plot_sheet.read(access.connection, zone_code, plot_code)
    return Response(qr.svg(base_url(request, access.settings) + sheet.address), media_type="image/svg+xml")


@router.get("/plots/{zone_code}/{plot_code:path}", response_model=None)
def plot_page(
    request: Request,
    access: Annotated[Access, reading("plots.read")],
    zone_code: str,
    plot_code: str,
    industry: Annotated[str, Query(max_length=10)] = "",
) -> Response:
    """One plot with its fees, utilities, rules, distances and sources; asked for an industry, whether it may come."""
    lang = language_of(request, access.settings)
    sheet = plot_sheet.read(access.connection, zone_code, plot_code)
    asked, _ = filters.parse({"industry": [industry]})
    checked = eligibility.check(dict(sheet.plot), dict(sheet.zone), asked.industry, {}) if asked.industry else None
    link = base_url(request, access.settings) + sheet.address
    return page(
        request, access, "portal/plot.html", sheet=sheet, plot=sheet.plot, zone=sheet.zone, industry=industry,
        eligibility=checked, marks=legends.marks("plots"), link_out=link, distances_source=distances.source(),
        speed_kmh=ways.SPEED_KMH, rate=_rate(access), money_note=money_note(_rate(access), lang),
        files=land_files.listed(access.connection, plot_id=sheet.plot["id"]), files_of=f"{zone_code}/{plot_code}",
        data={**_map_data(access, language_of(request, access.settings)), "outline": sheet.outline,
              "center": [sheet.lon, sheet.lat]},
    )  # fmt: skip


COMPARED = (
    "status", "area_m2", "price_usd_m2_term", "infrastructure_fee_usd_m2_year", "management_fee_usd_m2_month",
    "lease_ends_on", "ready_on", "power_kva", "water_m3_day", "wastewater_m3_day", "road_width_m", "max_coverage_ratio",
    "max_floor_area_ratio", "max_floors", "coverage_ratio", "port_km", "airport_km", "expressway_km", "city_km",
    "zone_occupancy",
)  # fmt: skip
_MORE_IS_BETTER = {"area_m2", "power_kva", "water_m3_day", "wastewater_m3_day", "road_width_m", "coverage_ratio",
                   "max_coverage_ratio", "max_floor_area_ratio", "max_floors"}  # fmt: skip
_LESS_IS_BETTER = {"price_usd_m2_term", "infrastructure_fee_usd_m2_year", "management_fee_usd_m2_month", "port_km",
                   "airport_km", "expressway_km", "city_km"}  # fmt: skip


def _best(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The best value of each number that has one, where the plots differ."""
    made: dict[str, Any] = {}
    for name in _MORE_IS_BETTER | _LESS_IS_BETTER:
        values = [row[name] for row in rows if row[name] is not None]
        if len(set(values)) > 1:
            made[name] = max(values) if name in _MORE_IS_BETTER else min(values)
    return made


def _is_weight(given: str | None) -> bool:
    return given is not None and given.isascii() and given.isdigit() and len(given) < 3


def _rate(access: Access) -> ExchangeRate | None:
    """The rate of the settings, which checked that it is whole."""
    given = access.settings
    if given.usd_rate_vnd is None or given.usd_rate_on is None:
        return None
    return ExchangeRate(given.usd_rate_vnd, given.usd_rate_on, given.usd_rate_source)


def _weight(given: str | None) -> int:
    return int(given) if given is not None and _is_weight(given) else scores.USUAL


def _asked(request: Request) -> tuple[filters.PlotFilter, tuple[str, ...]]:
    query = request.query_params
    return filters.parse({name: query.getlist(name) for name in query})


def _covered(access: Access, asked: filters.PlotFilter) -> list[str] | None:
    return covered.zones_covered(
        access.connection, asked, access.audience, station_target=access.settings.station_ratio_target
    )


def _sheets(access: Access, asked: Sequence[str]) -> tuple[list[plot_sheet.PlotSheet], list[str]]:
    sheets, missing = [], []
    for name in dict.fromkeys(asked[:MOST_COMPARED]):
        zone_code, _, plot_code = name.partition("/")
        try:
            sheets.append(plot_sheet.read(access.connection, zone_code, plot_code))
        except NotFound:
            missing.append(name[:60])
    return sheets, missing


def _picture(access: Access) -> first_picture.Picture | None:
    bounds = listings.zone_extent(access.connection)
    return first_picture.draw(access.connection, bounds) if bounds else None


def _map_data(access: Access, lang: str) -> dict[str, Any]:
    bounds = listings.zone_extent(access.connection)
    return {
        "lang": lang, "bounds": list(bounds) if bounds else None,
        "colors": {value: mark.color for value, mark in legends.marks("plots").items()},
    }  # fmt: skip


def _as_json(asked: filters.PlotFilter, bad: Sequence[str], listed: found.FoundPage) -> dict[str, Any]:
    def plain(row: Any) -> dict[str, Any]:
        return {
            key: value.isoformat() if hasattr(value, "isoformat") else value
            for key, value in row.items()
            if key != "place"
        }

    more = f"{asked.address()}{'&' if '?' in asked.address() else '?'}after={listed.more}" if listed.more else None
    return {
        "total": listed.total,
        "not_understood": list(bad),
        "plots": [plain(row) for row in listed.rows],
        "next": more,
    }


def _file(body: bytes, kind: str, name: str) -> Response:
    return Response(body, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
