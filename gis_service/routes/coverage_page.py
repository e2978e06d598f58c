"""The coverage page, and its tables as files. The words are in maps/, the numbers in layers/coverage."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Literal, NoReturn

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from gis_service import address_faults, csv_text
from gis_service.access import Access, reading
from gis_service.identity import policy
from gis_service.pages_context import language_of, page
from gis_service.routes.tiles import territory
from layers.coverage import gaps, ratios, table_files, tables
from layers.coverage.cells import LEFT_OUT_REASONS
from layers.coverage.errors import UnknownOperator, UnknownTechnology
from layers.coverage.forecast import DOUBTS
from layers.coverage.tables import Table
from layers.errors import LayersError
from maps import archipelagos, coverage_chart, coverage_colors, coverage_page, i18n

router = APIRouter(tags=["pages"])

Technology = Annotated[str, Query(max_length=10)]
Operators = Annotated[list[str] | None, Query(max_length=50)]
Depth = Annotated[int, Query(ge=1, le=50)]

_TEXTS = (
    "map_title", "no_map", "zoom_in", "zoom_out", "reset_north", "attribution", "chosen", "ratio_of", "failed", "tried",
    "nothing_touched", "placed", "moved", "off", "remove", "switch_off", "move", "no_sites", "point", "better", "worse",
    "same", "new_site", "no_cells", "arrows", "click_map", "is_off", "back", "loading", "choose_first",
    "plan", "plan_short", "upgraded", "built",
)  # fmt: skip
_FILES: dict[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}


@router.get("/coverage", response_model=None, response_class=HTMLResponse)
def show(
    request: Request,
    access: Annotated[Access, reading("coverage.read")],
    technology: Technology = "5G",
    operator: Operators = None,
    min_operators: Depth = 1,
    sort: Annotated[str, Query(max_length=20)] = "ratio",
    order: Annotated[str, Query(max_length=4)] = "asc",
    zone: Annotated[str, Query(max_length=60)] = "",
) -> Response:
    """Key figures, zones in table and map, gaps, history. All state is in the address."""
    try:
        found = _overview(access, technology, operator, min_operators)
    except (UnknownTechnology, UnknownOperator) as error:
        _fall_back(request, "technology" if isinstance(error, UnknownTechnology) else "operator", error)
    lang = language_of(request, access.settings)
    descending = order == "desc"
    chosen_sort = sort if sort in coverage_page.SORTS else "ratio"
    row = coverage_page.find_row(found, zone)
    missing = [one for one in found.gaps.gaps if row is None or one.zone_code == row.zone_code]
    bounds = _bounds(found) or territory(access.connection)
    state = _state(found, chosen_sort, descending, row.zone_code if row else "")
    can_try = policy.may(access.identity, "coverage.whatif")
    growth = found.growth.points
    return page(
        request,
        access,
        "coverage/page.html",
        found=found,
        zones=coverage_page.sort_zones(found.zones, chosen_sort, descending=descending),
        technologies=coverage_page.technologies(access.connection, found.question.technology),
        sort=chosen_sort,
        descending=descending,
        row=row,
        at=partial(coverage_page.address, state),
        file=partial(coverage_page.file_address, state),
        missing=missing,
        gaps_shown=coverage_page.GAPS_SHOWN,
        chart=coverage_chart.draw([one.day for one in growth], [one.ratio for one in growth]),
        classes=coverage_colors.ranges(),
        fill_of=coverage_colors.fill_of,
        reasons=LEFT_OUT_REASONS,
        doubts=DOUBTS,
        can_try=can_try,
        archipelagos=archipelagos,
        spot=archipelagos.inset_xy((bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2),
        data={
            "lang": lang,
            "bounds": list(bounds),
            "zones": found.outlines,
            "boxes": {str(zone_id): list(box) for zone_id, box in found.boxes.items()},
            "classes": [[low, colour] for colour, low, _ in coverage_colors.ranges()],
            "chosen": row.zone_id if row else None,
            "question": {
                "technology": found.question.technology,
                "operators": list(found.question.operators),
                "min_operators": found.question.min_operators,
            },
            "counted": list(found.basis.operators),
            "can_try": can_try,
            "texts": {key: i18n.translate(lang, f"cov.js.{key}") for key in _TEXTS},
        },
    )


@router.get("/coverage/tables/{what}.{ending}", response_model=None)
def export_table(
    access: Annotated[Access, reading("coverage.read")],
    what: Literal["zones", "gaps", "history"],
    ending: Literal["csv", "xlsx", "parquet"],
    technology: Technology = "5G",
    operator: Operators = None,
    min_operators: Depth = 1,
) -> Response:
    """A table of the page as CSV, XLSX or Parquet; zones and gaps as GeoParquet in the storage CRS."""
    found = _overview(access, technology, operator, min_operators)
    table = _table(found, what)
    name = f"coverage-{what}-{found.question.technology}-{found.basis.as_of}.{ending}"
    return Response(
        _written(access, found, table, what, ending),
        media_type=_FILES[ending],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _fall_back(request: Request, name: str, error: LayersError) -> NoReturn:
    """People get the page without what it does not know, and a notice; programs get the fault."""
    if "text/html" in request.headers.get("accept", ""):
        raise address_faults.NotUnderstood([name]) from error
    raise error


def _overview(
    access: Access, technology: str, operator: list[str] | None, min_operators: int
) -> coverage_page.Overview:
    conn = access.connection
    question = coverage_page.ask(conn, technology, [one for one in operator or () if one], min_operators)
    target = access.settings.station_ratio_target
    return coverage_page.overview(conn, question, access.audience, station_target=target)


def _table(found: coverage_page.Overview, what: str) -> Table:
    if what == "zones":
        return tables.of_zones(ratios.Run(found.basis, found.zones))
    if what == "gaps":
        return table_files.of_gaps(found.gaps, found.basis)
    return table_files.of_growth(found.growth, found.basis)


def _written(access: Access, found: coverage_page.Overview, table: Table, what: str, ending: str) -> bytes:
    if ending == "csv":
        return csv_text.write(table.columns, table.rows).encode()
    if ending == "xlsx":
        return table_files.as_xlsx(table, what)
    if what == "history":
        return table_files.as_parquet(table)
    if what == "gaps":
        return table_files.as_parquet(table, gaps.points(found.gaps), found.basis.storage_srid)
    shapes = ratios.read_zones(access.connection, [one.zone_id for one in found.zones])
    return table_files.as_parquet(table, shapes.geoms, found.basis.storage_srid)


def _bounds(found: coverage_page.Overview) -> tuple[float, float, float, float] | None:
    if not found.boxes:
        return None
    west, south, east, north = zip(*found.boxes.values(), strict=True)
    return min(west), min(south), max(east), max(north)


def _state(found: coverage_page.Overview, sort: str, descending: bool, zone: str) -> dict[str, Any]:
    """The address of the page as it is shown, without what is usual."""
    question = found.question
    kept = {
        "technology": question.technology if question.technology != "5G" else None,
        "operator": list(question.operators) or None,
        "min_operators": question.min_operators if question.min_operators != 1 else None,
        "sort": sort if sort != "ratio" else None,
        "order": "desc" if descending else None,
        "zone": zone or None,
    }
    return {key: value for key, value in kept.items() if value is not None}
