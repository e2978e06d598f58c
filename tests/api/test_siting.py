"""What-if and siting at the door: a square zone of 1 km, circles, and numbers from a pencil."""

from __future__ import annotations

import hashlib
import itertools
import math
import secrets

import pytest
import shapely
from fastapi.testclient import TestClient
from sqlalchemy import func, insert, select, text
from typer.testing import CliRunner

from gis_service.app import create_app
from gis_service.cli import coverage as coverage_commands
from gis_service.cli import siting as commands
from gis_service.database import Database
from gis_service.identity import sessions
from layers.coverage import ratios, siting_whatif
from layers.coverage.siting_whatif import Move, Place, SwitchOff
from layers.crs import transformer
from layers.stations import cells, sites
from layers.zones import zones

X, Y = 600_000.0, 2_310_000.0
DISC = math.pi * 0.09
"""Share of a square kilometre in a circle of 300 m."""


@pytest.fixture(scope="module")
def world(new_database):
    """Zones A and B two kilometres apart; in A Viettel with 5G of 300 m, VNPT with 4G only; nothing in B but 4G."""
    settings = new_database()
    database = Database(settings)
    ids = {}

    def add(conn, table, **row):
        return conn.execute(insert(table).values(source="test", **row).returning(table.c.id)).scalar_one()

    with database.owner.begin() as conn:
        for code, east in (("A", 0), ("B", 3000)):
            square = shapely.box(X + east, Y, X + east + 1000, Y + 1000)
            shape = f"SRID=9210;{shapely.MultiPolygon([square]).wkt}"
            ids[code] = add(conn, zones, code=code, name=f"KCN {code}", kind="KCN", status="operating", geom=shape)
        for operator, code, east, technology, radius_m in (
            ("Viettel", "5", 500, "5G", 300), ("VNPT", "4", 250, "4G", 800), ("VNPT", "4B", 3500, "4G", 800),
            ("Viettel", "out", 2000, "5G", 300), ("VNPT", "5 indoor", 700, "5G", 300),
        ):  # fmt: skip
            ids[code] = add(conn, sites, operator=operator, code=code, geom=f"SRID=9210;POINT({X + east} {Y + 500})")
            kind = "indoor" if "indoor" in code else "outdoor"
            ids[f"cell {code}"] = add(conn, cells, site_id=ids[code], code="1", technology=technology, state="on_air",
                                      radius_m=radius_m, coverage_class=kind)  # fmt: skip
    database.dispose()
    return settings, ids


@pytest.fixture(scope="module")
def conn(world):
    database = Database(world[0])
    with database.staff.connect() as connection:
        yield connection
    database.dispose()


@pytest.fixture(scope="module")
def ids(world):
    return world[1]


@pytest.fixture(scope="module")
def api(world):
    """A client signed in as an analyst, and one that is nobody."""
    settings, _ = world
    token = secrets.token_urlsafe(32)
    with TestClient(create_app(settings), base_url="http://localhost") as visitor:
        database = Database(settings)
        with database.owner.begin() as conn:
            account = conn.execute(
                text("INSERT INTO gis.accounts (login, display_name) VALUES ('an', 'An') RETURNING id")
            ).scalar_one()
            conn.execute(
                text("INSERT INTO gis.account_roles (account_id, role, granted_by) VALUES (:id, 'analyst', 'test')"),
                {"id": account},
            )
            conn.execute(
                text("INSERT INTO gis.sessions (token_hash, account_id, csrf_token, expires_at)"
                     " VALUES (:hash, :id, 'csrf', now() + interval '1 hour')"),
                {"id": account, "hash": hashlib.sha256(token.encode()).hexdigest()},
            )  # fmt: skip
        database.dispose()
        analyst = TestClient(visitor.app, base_url="http://localhost", headers={"X-CSRF-Token": "csrf"})
        analyst.cookies.set(sessions.COOKIE, token)
        yield analyst, visitor


def at(east: float, north: float = 500) -> dict[str, float]:
    lon, lat = transformer(9210, 4326).transform(X + east, Y + north)
    return {"lon": lon, "lat": lat}


# --- the function -------------------------------------------------------------------------------


def test_switching_off_takes_the_disc_away_and_only_its_zone_is_computed(conn, ids):
    found = siting_whatif.what_if(conn, [SwitchOff(ids["5"])])
    [zone] = found.zones
    assert (zone.zone_code, zone.ratio_before, zone.ratio_after) == ("A", pytest.approx(DISC), 0.0)
    assert [(one.cells_gone, one.cells_come) for one in found.effects] == [(1, 0)]


def test_moving_into_the_other_zone_touches_both(conn, ids):
    found = siting_whatif.what_if(conn, [Move(ids["5"], X + 3500, Y + 500)])
    assert [(z.zone_code, round(z.ratio_before, 4), round(z.ratio_after, 4)) for z in found.zones] == [
        ("A", round(DISC, 4), 0.0), ("B", 0.0, round(DISC, 4)),
    ]  # fmt: skip


def test_placing_on_the_same_ground_adds_nothing_but_a_second_operator(conn):
    place = Place(X + 500, Y + 500, "VNPT", 300)
    [any_] = siting_whatif.what_if(conn, [place]).zones
    assert any_.ratio_before == pytest.approx(any_.ratio_after)
    [both] = siting_whatif.what_if(conn, [place], min_operators=2).zones
    assert (both.ratio_before, both.ratio_after) == (0.0, pytest.approx(DISC))


def test_sectors_are_placed_by_their_azimuths(conn):
    [zone] = siting_whatif.what_if(
        conn, [Place(X + 3500, Y + 500, "VNPT", 300, (0.0, 120.0, 240.0), beamwidth_deg=60)]
    ).zones
    assert zone.ratio_after == pytest.approx(DISC / 2)


def test_before_is_the_published_number_and_nothing_is_written(conn, ids):
    before = conn.execute(select(func.count()).select_from(cells)).scalar_one()
    published = {one.zone_id: one.ratio for one in ratios.by_zone(conn, technology="5G")}
    for zone in siting_whatif.what_if(conn, [Move(ids["5"], X + 3200, Y + 500)]).zones:
        assert zone.ratio_before == published[zone.zone_id]
    assert conn.execute(select(func.count()).select_from(cells)).scalar_one() == before


def test_after_is_what_the_records_would_give(world, ids):
    database = Database(world[0])
    with database.owner.connect() as conn:
        expected = {
            zone.zone_id: zone.ratio_after
            for zone in siting_whatif.what_if(
                conn, [Move(ids["5"], X + 3200, Y + 300), Place(X + 300, Y + 300, "VNPT", 450)]
            ).zones
        }
        conn.execute(text("UPDATE gis.sites SET geom = ST_SetSRID(ST_MakePoint(:x, :y), 9210) WHERE id = :id"),
                     {"x": X + 3200, "y": Y + 300, "id": ids["5"]})  # fmt: skip
        geom = f"SRID=9210;POINT({X + 300} {Y + 300})"
        new = insert(sites).values(source="t", operator="VNPT", code="new", geom=geom).returning(sites.c.id)
        site = conn.execute(new).scalar_one()
        conn.execute(insert(cells).values(source="t", site_id=site, code="1", technology="5G", state="on_air",
                                          radius_m=450))  # fmt: skip
        real = {one.zone_id: one.ratio for one in ratios.by_zone(conn, technology="5G")}
        conn.rollback()
    database.dispose()
    assert expected == pytest.approx(real)


# --- the door ------------------------------------------------------------------------------------


def test_an_analyst_tries_and_sees(api, ids):
    analyst, _ = api
    answer = analyst.post("/coverage/what-if", json={"changes": [
        {"kind": "switch_off", "site_id": ids["5"]}, {"kind": "place", "operator": "VNPT", "radius_m": 300, **at(3500)},
    ]})  # fmt: skip
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert {zone["zone_code"]: round(zone["ratio_after"], 4) for zone in body["zones"]} == {
        "A": 0.0,
        "B": round(DISC, 4),
    }
    assert body["definition"] == "area_ratio/declared@1"
    assert body["effects"] == [{"cells_gone": 1, "cells_come": 0}, {"cells_gone": 0, "cells_come": 1}]
    [drawn] = body["footprints"]
    assert drawn["change"] == 2
    assert drawn["ring"][0][0][1] == pytest.approx(at(3500)["lat"], abs=0.005)


def test_a_cell_that_is_not_drawn_changes_nothing(api, ids):
    analyst, _ = api
    body = analyst.post(
        "/coverage/what-if", json={"changes": [{"kind": "switch_off", "site_id": ids["5 indoor"]}]}
    ).json()
    assert (body["zones"], body["effects"]) == ([], [{"cells_gone": 0, "cells_come": 0}])


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ([], 400, "bad_change"),
        ([{"kind": "switch_off", "site_id": 999_999}], 404, "unknown_site"),
        ([{"kind": "place", "operator": "Nobody", **at(0)}], 400, "unknown_operator"),
        ([{"kind": "place", "operator": "VNPT", "radius_m": -5, **at(0)}], 400, "bad_change"),
        ([{"kind": "place", "operator": "VNPT", "radius_m": 50_000, **at(0)}], 400, "bad_change"),
        ([{"kind": "place", "operator": "VNPT", "azimuths_deg": [400], **at(0)}], 400, "bad_change"),
        ([{"kind": "place", "operator": "VNPT", "azimuths_deg": [1], "beamwidth_deg": 0, **at(0)}], 400, "bad_change"),
        ([{"kind": "place", "operator": "VNPT", "lon": 0, "lat": 0}], 422, "invalid_request"),
        ([{"kind": "explode", "site_id": 1}], 422, "invalid_request"),
        ([{"kind": "place", "operator": "VNPT", **at(0)}] * 51, 400, "bad_change"),
    ],
)
def test_what_cannot_be_tried_says_why(api, changes, status, code):
    analyst, _ = api
    answer = analyst.post("/coverage/what-if", json={"changes": changes})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["detail_vi"]


def test_one_site_twice_and_a_cell_of_another_are_refused(api, ids):
    analyst, _ = api
    twice = [{"kind": "switch_off", "site_id": ids["5"]}, {"kind": "move", "site_id": ids["5"], **at(1)}]
    assert analyst.post("/coverage/what-if", json={"changes": twice}).json()["code"] == "bad_change"
    other = [{"kind": "switch_off", "site_id": ids["5"], "cell_ids": [ids["cell out"]]}]
    assert analyst.post("/coverage/what-if", json={"changes": other}).json()["code"] == "unknown_cell"


def test_the_public_may_not_try(api, ids):
    _, visitor = api
    body = {"changes": [{"kind": "switch_off", "site_id": ids["5"]}]}
    assert visitor.post("/coverage/what-if", json=body).status_code == 401
    assert visitor.get("/coverage/sites?zone=A").status_code == 401


def test_sites_that_reach_a_zone_are_listed(api, ids):
    analyst, _ = api
    body = analyst.get("/coverage/sites?zone=A").json()
    assert [(one["site_id"], one["operator"], one["cells"]) for one in body["sites"]] == [(ids["5"], "Viettel", 1)]
    assert body["sites"][0]["lon"] == pytest.approx(at(500)["lon"], abs=1e-6)
    assert analyst.get("/coverage/sites?zone=NOPE").json()["code"] == "unknown_zone"


def test_a_plan_upgrades_before_it_builds(api, ids):
    analyst, _ = api
    question = {"target": 0.5, "zones": ["B"], "radius_m": 450}
    answer = analyst.post("/coverage/siting", json=question)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["cost"], body["bound"], body["gap"], body["met"]) == (1.0, 1.0, 0.0, True)
    [site] = body["sites"]
    assert (site["kind"], site["site_id"], site["operator"]) == ("upgrade", ids["4B"], "VNPT")
    [zone] = body["zones"]
    assert (zone["before"], zone["after"]) == (0.0, pytest.approx(math.pi * 0.45**2, abs=0.02))


def test_a_target_out_of_reach_is_said_to_be(api):
    analyst, _ = api
    body = analyst.post("/coverage/siting", json={"target": 1.0, "zones": ["B"], "upgrades_only": True}).json()
    assert body["met"] is False
    assert body["zones"][0]["reachable"] == pytest.approx(math.pi * 0.45**2, abs=0.02)


def test_operators_that_do_not_share_pay_more(api):
    analyst, _ = api
    shared = analyst.post("/coverage/siting", json={"target": 0.5, "zones": ["B"]}).json()
    alone = analyst.post("/coverage/siting", json={"target": 0.5, "zones": ["B"], "sharing": False}).json()
    assert (shared["cost"], alone["cost"]) == (1.0, 5.0)  # Viettel has no site there: it needs a pole
    assert {(one["operator"], one["kind"]) for one in alone["sites"]} == {("VNPT", "upgrade"), ("Viettel", "pole")}
    assert {one["operator"] for one in alone["zones"]} == {"VNPT", "Viettel"}


def test_a_budget_and_the_frontier(api):
    analyst, _ = api
    spent = analyst.post("/coverage/siting", json={"budget": 1.0}).json()
    assert (spent["cost"], spent["upgrades"], spent["new_poles"]) == (1.0, 1, 0)
    assert spent["added_m2"] <= spent["bound_m2"]
    steps = analyst.post("/coverage/siting/frontier", json={}).json()["steps"]
    assert [one["site"]["kind"] for one in steps][:2] == ["upgrade", "upgrade"]
    assert all(b["ratio"] > a["ratio"] for a, b in itertools.pairwise(steps))


@pytest.mark.parametrize(
    ("question", "status", "code"),
    [
        ({"radius_m": -1}, 400, "bad_siting"),
        ({"pole_spacing_m": 0}, 400, "bad_siting"),
        ({"pole_cost": 0}, 400, "bad_siting"),
        ({"target": 2}, 422, "invalid_request"),
        ({"zones": ["NOPE"]}, 404, "unknown_zone"),
        ({"technology": "9G"}, 400, "unknown_technology"),
        ({"budget": -1}, 422, "invalid_request"),
    ],
)
def test_a_siting_question_without_sense(api, question, status, code):
    analyst, _ = api
    answer = analyst.post("/coverage/siting", json=question)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


# --- the same at a terminal ----------------------------------------------------------------------


@pytest.fixture
def terminal(world, monkeypatch):
    monkeypatch.setattr("gis_service.cli.session.Settings", lambda: world[0])
    monkeypatch.setattr(commands.console, "width", 200)
    runner = CliRunner()
    return lambda *words: runner.invoke(coverage_commands.app, ["siting", *words], catch_exceptions=False)


def test_gis_coverage_siting(terminal, tmp_path):
    file = tmp_path / "sites.csv"
    result = terminal("--zone", "B", "--target", "0.5", "--csv", str(file))
    assert result.exit_code == 0
    assert "1 nâng cấp / upgrades, 0 trạm mới / poles" in result.output
    assert "no plan costs less than 1 (gap 0.0%)" in result.output
    assert file.read_text(encoding="utf-8-sig").splitlines()[1].startswith("upgrade,VNPT,4B,1.0,")


def test_gis_coverage_siting_with_a_budget_and_without_sharing(terminal):
    spent = terminal("--zone", "B", "--budget", "1")
    assert "no plan adds more than" in spent.output
    alone = terminal("--zone", "B", "--target", "0.5", "--alone")
    assert "1 nâng cấp / upgrades, 1 trạm mới / poles" in alone.output
    assert "B Viettel" in alone.output
    far = terminal("--zone", "B", "--target", "1", "--upgrades-only", "--greedy")
    assert "cannot reach the target" in far.output
