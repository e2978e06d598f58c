"""One file into one layer: read, check, stage, merge, report."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from pyproj import Transformer
from sqlalchemy import Connection, insert, text

from layers import crs as crs_of
from layers.ingest import cell_lists, checks, sandbox, street_pieces
from layers.ingest.archives import check_sizes, unpack_shapefile
from layers.ingest.checks import Rows
from layers.ingest.communes import check_communes
from layers.ingest.derive import DERIVE, street_kinds
from layers.ingest.errors import BrokenFile, FileTooLarge, WrongColumns
from layers.ingest.fields import Layout
from layers.ingest.formats import SHAPEFILE, XLSX, Format, recognise
from layers.ingest.layouts import get_layout
from layers.ingest.limits import DEFAULT, MB, Limits
from layers.ingest.linking import link_streets
from layers.ingest.mapping import Mapping, match, require
from layers.ingest.masts import merge_sites
from layers.ingest.merging import merge
from layers.ingest.report import Counts, ImportReport, Note
from layers.ingest.staging import TARGETS, fill
from layers.schema import statistics_asked

Progress = Callable[[int, int | None], None]

_DERIVED = {
    "administrative_units": {"level", "full_name", "valid_from", "kind"},
    "zones": {"code"},
}
_LOCK = 0x696D706F7274  # "import": one import into a table at a time


LARGE = 500
"""From so many changed rows on what the planner knows of the table is brought up to date, in some 0.1 s."""


def import_file(
    conn: Connection,
    layer: str,
    path: Path,
    *,
    crs: str | int | None = None,
    dry_run: bool = False,
    source: str | None = None,
    source_date: date | None = None,
    column_map: dict[str, str] | None = None,
    requested_by: str,
    progress: Progress | None = None,
    file_name: str | None = None,
    layer_name: str | None = None,
    encoding: str | None = None,
    swap_axes: bool = False,
    keep_pieces: bool = False,
    piece_gap_m: float = street_pieces.PIECE_GAP_M,
    limits: Limits = DEFAULT,
) -> ImportReport:
    """Import a file into a layer inside the caller's transaction and tell what became of each row.

    `crs` is what the asker states; it wins over what the file says. `column_map` is file column ->
    field. `file_name` is the name under which the file was sent, `layer_name` a table of a GeoPackage
    or a sheet. `source` is who says so, by default the name of the file. `progress(done, total)` is
    told as rows are read. Rows of streets without codes that are pieces of one street are merged over
    gaps of `piece_gap_m` metres, unless `keep_pieces`. With `dry_run` everything is done and undone
    again, so the counts are exact.

    A bad row is a value in the report. Raises `UnknownLayer`, `UnknownCrs` or an `ImportRefused` when
    the file as a whole cannot be taken; then nothing of it is stored.
    """
    layout = get_layout(layer)
    clock = _Clock()
    shown = Path(file_name or path.name).name
    kind = recognise(path, shown)
    if path.stat().st_size > limits.file_bytes:
        raise FileTooLarge(
            f"The file is larger than {limits.file_bytes // MB} MB.", f"Tệp lớn hơn {limits.file_bytes // MB} MB."
        )
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    report = ImportReport(layer, shown, digest, kind.name, dry_run, requested_by, source or shown)
    report.storage_srid = crs_of.storage_srid(conn)
    with clock.stage(report, "reading"):
        found = _read(
            conn,
            layout,
            path,
            kind,
            limits,
            report,
            progress,
            table=layer_name,
            encoding=encoding,
            crs=None if crs is None else str(crs),
            swap_axes=swap_axes,
            column_map=column_map,
        )
    with clock.stage(report, "checking"):
        gap_m = None if keep_pieces else piece_gap_m
        rows = _check(layout, found, column_map, report, source_date, gap_m, limits)
    savepoint = conn.begin_nested()
    try:
        _store(conn, rows, found, report, source_date, clock)
    except BaseException:
        savepoint.rollback()
        raise
    if dry_run:
        savepoint.rollback()
    else:
        savepoint.commit()
        _tell_planner(conn, layout, report)
    report.reject([rows.signed(refusal) for _, refusal in sorted(rows.refused.items())])
    report.warn([rows.signed(remark) for remark in sorted(rows.warnings, key=lambda remark: remark.row)])
    report.seconds["total"] = clock.total()
    return report


def _tell_planner(conn: Connection, layout: Layout, report: ImportReport) -> None:
    """Count anew after a large import: to the planner a table that was emptied before is still empty."""
    if report.added + report.changed >= LARGE:
        conn.execute(insert(statistics_asked).values(table_name=TARGETS[layout.layer].name))


class _Clock:
    """Seconds of each stage."""

    def __init__(self) -> None:
        self._began = time.perf_counter()

    @contextmanager
    def stage(self, report: ImportReport, name: str) -> Any:
        began = time.perf_counter()
        yield
        report.seconds[name] = round(time.perf_counter() - began, 3)

    def total(self) -> float:
        return round(time.perf_counter() - self._began, 3)


def envelope(conn: Connection, storage_srid: int) -> tuple[float, float, float, float]:
    """The plausible area in metres, as the migration computed it for the constraints."""
    west, south, east, north = conn.execute(
        text("SELECT envelope_west_deg, envelope_south_deg, envelope_east_deg, envelope_north_deg FROM gis.deployment")
    ).one()
    to_storage = Transformer.from_crs(4326, storage_srid, always_xy=True)
    x_min, y_min, x_max, y_max = to_storage.transform_bounds(west, south, east, north, densify_pts=21)
    return x_min, y_min, x_max, y_max


def _read(
    conn: Connection,
    layout: Layout,
    path: Path,
    kind: Format,
    limits: Limits,
    report: ImportReport,
    progress: Progress | None,
    **asked: Any,
) -> sandbox.Found:
    """Hand the file to the reading process; a zip archive is opened here first, by our own code."""
    import tempfile

    assert report.storage_srid is not None
    with tempfile.TemporaryDirectory(prefix="gis-import-") as folder:
        if kind is SHAPEFILE:
            opened = unpack_shapefile(path, Path(folder), limits)
        else:
            opened = path.resolve()
            if kind is XLSX:
                check_sizes(path, limits)
        order = sandbox.Order(
            path=str(opened),
            format=kind.name,
            driver=kind.driver,
            layer=layout.layer,
            storage_srid=report.storage_srid,
            bounds=envelope(conn, report.storage_srid),
            limits=limits,
            **asked,
        )
        found = sandbox.read(order, kind, (lambda done: progress(done, None)) if progress else None)
    report.read, report.encodings = found.rows, found.encodings
    if found.reference is not None:
        _tell_reference(report, found.reference)
    return found


_REMARKS = {
    "crs_overridden": (
        "The file states another CRS; the one you stated was used.",
        "Tệp ghi hệ tọa độ khác; đã dùng hệ do bạn khai báo.",
    ),
    "lonlat_columns": ("Columns lon and lat were read as WGS 84.", "Các cột kinh độ, vĩ độ được đọc theo WGS 84."),
    "utm_or_vn2000": (
        "The file says UTM on WGS 84; Vietnamese files often mean VN-2000 (EPSG:3405, 3406), 224 m apart. Check it.",
        "Tệp ghi UTM trên WGS 84; nhiều tệp thực ra là VN-2000 (EPSG:3405, 3406), lệch 224 m. Hãy kiểm tra.",
    ),
}


def _tell_reference(report: ImportReport, reference: dict[str, Any]) -> None:
    report.crs, report.srid = str(reference["crs"]), int(reference["srid"])
    remark = reference["remark"]
    if remark in _REMARKS:
        report.notes.append(Note(remark, *_REMARKS[remark]))
    if reference["flattened"]:
        report.notes.append(
            Note(
                "heights_dropped",
                "Heights of the shapes were dropped.",
                "Đã bỏ cao độ của hình.",
                int(reference["flattened"]),
            )
        )


def _check(
    layout: Layout,
    found: sandbox.Found,
    column_map: dict[str, str] | None,
    report: ImportReport,
    source_date: date | None,
    piece_gap_m: float | None,
    limits: Limits,
) -> Rows:
    """Clean values and reasons; nothing of the database is asked yet. No gap: streets stay in pieces."""
    raw, mapping = _fields(layout, found, column_map, report)
    rows = Rows(layout, found.rows, headings={field: column for column, field in mapping.fields.items()})
    if layout.completes is not None and found.reference is None:
        raise WrongColumns("The file has no shapes, and they are all it is for.", "Tệp không có hình nào để nhập.")
    if found.reference is not None:
        rows.shapes, rows.marks = found.shapes, found.marks
    # A row is refused for its first reason: the shape's, which is the hardest to repair.
    checks.take_shapes(rows, found.faults, required=layout.geometry_required)
    checks.read_fields(rows, raw)
    checks.require_values(rows)
    checks.check_lists(rows)
    if layout.layer == "streets":
        street_kinds(rows, report.notes)
        if piece_gap_m is not None:
            street_pieces.merge_pieces(rows, gap_m=piece_gap_m, max_vertices=limits.vertices)
    derive = DERIVE.get(layout.layer)
    if derive is not None:
        derive(rows, report.notes, source_date)
    if layout.layer == "enterprises":
        checks.refuse_doubles(rows, ("tax_code",))
    names = {r.column: r.field for r in layout.references}
    checks.refuse_doubles(rows, _file_key(layout, names))
    return rows


def _file_key(layout: Layout, names: dict[str, str]) -> tuple[str, ...]:
    """The key in the words of a file: codes in place of ids."""
    key = [names.get(name, name) for name in layout.key]
    within = [r.within for r in layout.references if r.column in layout.key and r.within]
    return (*within, *key)


def _fields(
    layout: Layout, found: sandbox.Found, column_map: dict[str, str] | None, report: ImportReport
) -> tuple[dict[str, list[Any]], Mapping]:
    """Field -> raw values, and how they were matched. OpenCelliD lists are translated first."""
    if found.opencellid:
        columns = cell_lists.translate(found.columns).columns
        report.notes.append(
            Note(
                "opencellid",
                "Read as an OpenCelliD list: positions and reach are estimates from phones, not masts; LTE and NR cells"
                " of one base station share a site, others have one of their own; states count as on air.",
                "Đọc theo danh sách OpenCelliD: vị trí và tầm phủ là ước lượng từ điện thoại, không phải cột thật; cell"
                " LTE, NR cùng trạm gốc chung một vị trí, các cell khác mỗi cell một vị trí; coi như đang phát sóng.",
            )
        )
        mapping = match(list(columns), layout, None)
        report.ignored_columns = [c for c in found.columns if c.lower() not in cell_lists.USED]
    else:
        columns = found.columns
        # the child has taken the coordinate columns out; a mapping of them was obeyed there
        stated = {c: f for c, f in (column_map or {}).items() if layout.field(f) is not None}
        mapping = match(list(columns), layout, stated)
        report.ignored_columns = mapping.ignored
    require(mapping, layout, derived=_DERIVED.get(layout.layer, set()))
    report.mapping = dict(mapping.fields)
    return {field: columns[column] for column, field in mapping.fields.items()}, mapping


def _store(
    conn: Connection, rows: Rows, found: sandbox.Found, report: ImportReport, source_date: date | None, clock: _Clock
) -> None:
    """Stage and merge inside the caller's savepoint."""
    target = TARGETS[report.layer]
    provenance = {"source": report.source, "source_srid": report.srid, "source_date": source_date}
    conn.execute(
        text("SELECT pg_advisory_xact_lock(:lock, hashtext(:layer))").bindparams(
            lock=_LOCK & 0x7FFFFFFF, layer=target.name
        )
    )
    with clock.stage(report, "staging"):
        stage = fill(conn, rows, target, provenance)
        if report.layer == "cells" and rows.shapes is not None:
            report.also["sites"] = merge_sites(conn, provenance, estimated=found.opencellid)
            stage = fill(conn, rows, target, provenance)
        if report.srid is not None and report.storage_srid is not None:
            check_communes(conn, stage, report.srid, report.storage_srid)
        if report.layer == "entrances":
            link_streets(conn, stage)
    with clock.stage(report, "merging"):
        counts: Counts = merge(conn, stage)
    report.added, report.changed, report.unchanged = counts.added, counts.changed, counts.unchanged
    rows.refuse_with_their_street()
    report.merged = len(rows.merged.keys() - rows.refused.keys())
    if (joined := street_pieces.tell(rows)) is not None:
        report.notes.append(joined)
    if report.added + report.changed + report.unchanged + len(rows.refused) + report.merged != report.read:
        raise BrokenFile(
            "The rows of the file do not add up; nothing was stored.", "Số dòng không khớp nên không lưu gì."
        )
    conn.execute(text("DROP TABLE IF EXISTS pg_temp.incoming"))
