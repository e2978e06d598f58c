"""What a second run does, what a change does, and what a dry run leaves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from shapely import LineString, Point
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from gis_service import audit
from layers.ingest import importing
from tests.integration.import_files import X, Y, frame, make_zone, square, take, three_plots


def _state(conn: Connection, table: str) -> list[Any]:
    return list(conn.execute(text(f"SELECT code, version, updated_at, xmin FROM gis.{table} ORDER BY code")))


def _touches(conn: Connection) -> int:
    return int(conn.execute(text("SELECT count(*) FROM gis.layer_touches WHERE layer = 'plots'")).scalar_one())


def test_the_second_run_of_a_file_changes_nothing(conn: Connection, tmp_path: Path) -> None:
    make_zone(conn)
    three_plots().to_file(tmp_path / "lo.gpkg")
    take(conn, "plots", tmp_path / "lo.gpkg")
    before = _state(conn, "plots")
    conn.execute(text("DELETE FROM gis.layer_touches"))
    again = take(conn, "plots", tmp_path / "lo.gpkg")
    assert (again.added, again.changed, again.unchanged) == (0, 0, 3)
    assert _state(conn, "plots") == before  # not even rewritten: xmin is the same
    assert _touches(conn) == 0  # no tile is stale


def test_a_changed_row_updates_and_the_others_stay(conn: Connection, tmp_path: Path) -> None:
    make_zone(conn)
    plots = three_plots()
    plots.to_file(tmp_path / "lo.gpkg")
    take(conn, "plots", tmp_path / "lo.gpkg")
    plots.loc[1, "Trạng thái"] = "còn trống"
    plots.loc[2, "geometry"] = square(300, side_m=101)
    plots.to_file(tmp_path / "lo2.gpkg")
    report = take(conn, "plots", tmp_path / "lo2.gpkg")
    assert (report.added, report.changed, report.unchanged) == (0, 2, 1)
    assert [row[1] for row in _state(conn, "plots")] == [1, 2, 2]
    assert conn.execute(text("SELECT status, source FROM gis.plots WHERE code = 'CN-02'")).one() == (
        "available",
        "lo2.gpkg",
    )


def test_columns_that_a_file_does_not_have_stay_as_they_are(conn: Connection, tmp_path: Path) -> None:
    make_zone(conn)
    three_plots().assign(gia_thue=95.0).to_file(tmp_path / "lo.gpkg")
    take(conn, "plots", tmp_path / "lo.gpkg")
    report = take(conn, "plots", _without_price(tmp_path))
    assert report.unchanged == 3
    assert conn.execute(text("SELECT DISTINCT price_usd_m2_term FROM gis.plots")).scalars().all() == [95.0]


def _without_price(folder: Path) -> Path:
    three_plots().to_file(folder / "khong-gia.gpkg")
    return folder / "khong-gia.gpkg"


def test_a_dry_run_counts_exactly_and_leaves_nothing(conn: Connection, tmp_path: Path) -> None:
    make_zone(conn)
    plots = three_plots()
    plots.iloc[:2].to_file(tmp_path / "hai.gpkg")
    plots.to_file(tmp_path / "ba.gpkg")
    take(conn, "plots", tmp_path / "hai.gpkg")
    before = _state(conn, "plots")
    trial = take(conn, "plots", tmp_path / "ba.gpkg", dry_run=True)
    assert (trial.dry_run, trial.added, trial.unchanged) == (True, 1, 2)
    assert _state(conn, "plots") == before
    assert take(conn, "plots", tmp_path / "ba.gpkg").added == 1


def test_a_list_without_shapes_changes_what_is_known_and_cannot_add(conn: Connection, tmp_path: Path) -> None:
    make_zone(conn)
    three_plots().to_file(tmp_path / "lo.gpkg")
    take(conn, "plots", tmp_path / "lo.gpkg")
    file = tmp_path / "tinh-trang.csv"
    file.write_text(
        "Mã khu,Lô,Trạng thái,Loại đất,Diện tích\nKCN-A,CN-01,đã cho thuê,SKK,10000\nKCN-A,CN-09,trống,SKK,5\n",
        encoding="utf-8",
    )
    report = take(conn, "plots", file)
    assert (report.changed, report.reasons) == (1, {"missing_geometry": 1})


def test_real_borders_replace_made_up_ones(conn: Connection, tmp_path: Path) -> None:
    conn.execute(
        text(
            "INSERT INTO gis.administrative_units (level, code, name, full_name, valid_from, source, is_demo,"
            " border_quality, geom) VALUES ('commune', '10891', 'Tứ Minh', 'Phường Tứ Minh', '2025-07-01', 'demo',"
            " true, 'approximate', ST_Multi(ST_MakeEnvelope(:x, :y, :x + 10, :y + 10, gis.storage_srid())))"
        ),
        {"x": X, "y": Y},
    )  # fmt: skip
    data = frame([{"code": "10891", "name": "Tứ Minh", "full_name": "Phường Tứ Minh"}], [square()])
    data.to_file(tmp_path / "xa.gpkg")
    report = take(conn, "administrative_units", tmp_path / "xa.gpkg", source="Sở Nội vụ")
    assert report.changed == 1
    kept = conn.execute(text("SELECT is_demo, source, kind, ST_Area(geom) FROM gis.administrative_units")).one()
    assert tuple(kept) == (False, "Sở Nội vụ", "phường", pytest.approx(10_000))


def test_zones_may_name_a_parent_of_the_same_file(conn: Connection, tmp_path: Path) -> None:
    rows = [
        {"ma": "P2", "ten": "KCN B giai đoạn 2", "loai": "KCN", "trang_thai": "quy hoạch", "khu_me": "P1"},
        {"ma": "P1", "ten": "KCN B giai đoạn 1", "loai": "khu công nghiệp", "trang_thai": "hoạt động", "khu_me": "P0"},
        {"ma": "P0", "ten": "KCN B", "loai": "KCN", "trang_thai": "hoạt động", "khu_me": None},
        {"ma": "P9", "ten": "KCN C", "loai": "KCN", "trang_thai": "hoạt động", "khu_me": "NGOAI"},
    ]
    frame(rows, [square(200 * n) for n in range(4)]).to_file(tmp_path / "khu.gpkg")
    report = take(conn, "zones", tmp_path / "khu.gpkg")
    assert (report.added, report.reasons) == (3, {"unknown_reference": 1})
    assert report.rejections[0].key == "P9"
    chain = conn.execute(
        text("SELECT c.code, p.code FROM gis.zones c JOIN gis.zones p ON p.id = c.parent_id ORDER BY 1")
    ).all()  # fmt: skip
    assert chain == [("P1", "P0"), ("P2", "P1")]
    assert take(conn, "zones", tmp_path / "khu.gpkg").unchanged == 3


def test_an_enterprise_finds_its_zone_and_plot(conn: Connection, tmp_path: Path) -> None:
    make_zone(conn)
    three_plots().to_file(tmp_path / "lo.gpkg")
    take(conn, "plots", tmp_path / "lo.gpkg")
    rows = [
        {"ten": "A", "mst": "0801040780", "tinh_trang": "hoạt động", "khu": "KCN-A", "lo": "CN-02", "vsic": "2610"},
        {"ten": "B", "mst": "0304189477", "tinh_trang": "hoạt động", "khu": "KCN-A", "lo": "CN-77", "vsic": "2610"},
    ]
    frame(rows, [Point(X, Y), Point(X, Y)]).to_file(tmp_path / "dn.gpkg")
    report = take(conn, "enterprises", tmp_path / "dn.gpkg")
    assert (report.added, report.reasons) == (1, {"unknown_reference": 1})
    assert conn.execute(
        text("SELECT p.code, z.code, e.tax_code_check FROM gis.enterprises e JOIN gis.plots p ON p.id = e.plot_id"
             " JOIN gis.zones z ON z.id = e.zone_id")
    ).all() == [("CN-02", "KCN-A", "passed")]  # fmt: skip


def test_a_list_of_cells_brings_its_sites_but_does_not_move_surveyed_ones(conn: Connection, tmp_path: Path) -> None:
    (tmp_path / "tram.csv").write_text("operator,code,x,y\nViettel,T1,560000,2316000\n", encoding="utf-8")
    take(conn, "sites", tmp_path / "tram.csv", crs=9210)
    (tmp_path / "cell.csv").write_text(
        "operator,site_code,code,technology,state,azimuth,ban_kinh,x,y\n"
        "Viettel,T1,T1-A,5G,đang phát sóng,0,500,560050,2316000\n"
        "Viettel,T2,T2-A,NR,hoạt động,120,500,561000,2316000\n"
        "Viettel,T2,T2-B,LTE,hoạt động,360,500,561000,2316000\n",
        encoding="utf-8",
    )
    report = take(conn, "cells", tmp_path / "cell.csv", crs=9210)
    assert (report.added, report.also["sites"].added, report.reasons) == (2, 1, {"out_of_range": 1})
    sites = conn.execute(text("SELECT code, round(ST_X(geom)) FROM gis.sites ORDER BY code")).all()
    assert sites == [("T1", 560_000), ("T2", 561_000)]
    assert take(conn, "cells", tmp_path / "cell.csv", crs=9210).unchanged == 2


def test_entrances_are_linked_to_the_street_of_their_name_only_without_doubt(conn: Connection, tmp_path: Path) -> None:
    #   Phố Một   ———————  ———————          (two pieces of one street)
    #   Phố Đôi   ——————— (here) and ——————— 150 m further north: two streets of one name
    streets = [
        ("Phố Một", LineString([(X, Y), (X + 100, Y)])), ("Phố Một", LineString([(X + 100, Y), (X + 200, Y)])),
        ("Phố Đôi", LineString([(X, Y + 300), (X + 100, Y + 300)])),
        ("Phố Đôi", LineString([(X, Y + 450), (X + 100, Y + 450)])),
        ("Phố Cẩm Giàng", LineString([(X, Y - 50), (X + 100, Y - 50)])),
    ]  # fmt: skip
    frame([{"ten": name} for name, _ in streets], [line for _, line in streets]).to_file(tmp_path / "duong.gpkg")
    assert take(conn, "streets", tmp_path / "duong.gpkg", keep_pieces=True).added == 5
    doors = [
        ("Phố Một", "12A", Point(X + 160, Y + 8)), ("phố một", "5-7", Point(X + 10, Y - 8)),
        ("Phố Đôi", "3", Point(X + 50, Y + 380)), ("Phố Xa", "1", Point(X, Y)), (None, "9", Point(X + 5, Y)),
        ("Pho Cam Giang", "169/8A", Point(X, Y - 45)),
    ]  # fmt: skip
    rows = [{"street": street, "housenumber": number} for street, number, _ in doors]
    frame(rows, [point for *_, point in doors]).to_file(tmp_path / "nha.gpkg")
    report = take(conn, "entrances", tmp_path / "nha.gpkg")
    assert report.added == 6
    assert [(w.row, w.code) for w in report.warnings] == [(3, "street_ambiguous"), (4, "street_not_found")]
    linked = conn.execute(
        text("SELECT e.existing_number, s.name, round(ST_XMin(s.geom))::int FROM gis.entrances e"
             " JOIN gis.streets s ON s.id = e.street_id ORDER BY 1")
    ).all()  # fmt: skip
    assert linked == [
        ("12A", "Phố Một", X + 100), ("169/8A", "Phố Cẩm Giàng", X), ("5-7", "Phố Một", X),
    ]  # fmt: skip
    assert take(conn, "entrances", tmp_path / "nha.gpkg").unchanged == 6


def test_staff_import_with_one_audit_row_and_not_without(staff_conn: Connection, tmp_path: Path) -> None:
    rows = [{"ma": "K1", "ten": "KCN K", "loai": "KCN", "trang_thai": "hoạt động"}]
    frame(rows, [square()]).to_file(tmp_path / "k.gpkg")
    with pytest.raises(DBAPIError, match="without an audit row"):
        take(staff_conn, "zones", tmp_path / "k.gpkg")
    audit.record(staff_conn, actor="an", operation="imports.run")
    assert take(staff_conn, "zones", tmp_path / "k.gpkg").added == 1
    assert take(staff_conn, "zones", tmp_path / "k.gpkg").unchanged == 1
    mine = text("SELECT count(*) FROM gis.audit_log WHERE transaction_id = txid_current()")
    assert staff_conn.execute(mine).scalar_one() == 1


def test_one_row_that_the_database_refuses_among_many(conn: Connection, tmp_path: Path) -> None:
    rows = [f"{10_000 + n},Xã {n},2025-07-01,{'2025-01-01' if n == 617 else ''}" for n in range(1_000)]
    (tmp_path / "xa.csv").write_text("MaXa,TenXa,TuNgay,DenNgay\n" + "\n".join(rows) + "\n", encoding="utf-8")
    report = take(conn, "administrative_units", tmp_path / "xa.csv")
    assert (report.added, report.reasons) == (999, {"refused_by_database": 1})
    assert (report.rejections[0].row, report.rejections[0].key) == (618, "10617")


def test_after_a_large_import_the_planner_knows_the_table(staff_conn: Connection, tmp_path: Path) -> None:
    """Emptied and filled again by staff, who may not ANALYZE themselves: the count of rows is right at once."""
    audit.record(staff_conn, actor="test", operation="imports.run")
    make_zone(staff_conn)
    rows = [
        {"Mã khu": "KCN-A", "Mã lô": f"CN-{n}", "Trạng thái": "còn trống", "Loại đất": "SKK", "Diện tích": 500.0}
        for n in range(importing.LARGE)
    ]
    shapes = [square(30.0 * (n % 25), 30.0 * (n // 25), 20.0) for n in range(importing.LARGE)]
    frame(rows, shapes).to_file(tmp_path / "plots.gpkg")
    assert take(staff_conn, "plots", tmp_path / "plots.gpkg").added == importing.LARGE
    known = staff_conn.execute(
        text("SELECT n_distinct FROM pg_stats WHERE schemaname = 'gis' AND tablename = 'plots' AND attname = 'code'")
    ).scalar_one()
    assert known == pytest.approx(-1.0)  # every row has a code of its own


def test_nobody_analyzes_what_is_no_table_of_ours(staff_conn: Connection) -> None:
    with pytest.raises(ProgrammingError, match="there is no table"):
        staff_conn.execute(text("INSERT INTO gis.statistics_asked VALUES ('pg_class')"))
