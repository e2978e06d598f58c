"""Makes the generalised shapes of what has changed.

A refresh is a rebuild that leaves out what it need not do: groups of shapes whose digest says that
they were made from the same shapes by the same rules. So there is one way to a shape, and it does
not matter how often, when or after what a refresh ran. All of it is one transaction: readers see
the state before it or the state after it.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection, text

from maps import catalog
from maps.catalog import Counts, Layer, Shapes
from maps.catalog.recipes import pixel_m
from maps.overviews.counting import recount
from maps.overviews.generalising import days, generalise, groups

_LOCK = 0x6769735F6F76  # "gis_ov": one refresh at a time
_FOR_EVER = date.max.toordinal()


@dataclass(frozen=True, slots=True)
class Report:
    """What a refresh did."""

    changed: int
    """Features that were named as changed."""
    made: int
    """Shapes made, one for each feature and zoom."""
    dropped: int
    """Shapes of features that are gone or too small to be seen."""

    def as_dict(self) -> dict[str, int]:
        """For the report of a job."""
        return asdict(self)


def is_due(conn: Connection) -> bool:
    """Whether anything has changed since the last refresh."""
    return bool(conn.execute(text("SELECT EXISTS (SELECT FROM gis.overview_changes)")).scalar_one())


def refresh(conn: Connection) -> Report:
    """Bring the overviews up to date; the caller commits. Cheap when nothing has changed."""
    conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    changed = made = dropped = 0
    for layer in catalog.LAYERS:
        if not isinstance(layer.overview, Shapes):
            continue
        # Read before any shape is read: what changes later stays named, and is drawn in full until the next time.
        named = conn.execute(
            text("SELECT id, feature_id FROM gis.overview_changes WHERE layer = :layer"), {"layer": layer.name}
        ).all()
        if not named:
            continue
        features = {row.feature_id for row in named}
        work = _polygons if layer.overview.keep_edges else _lines
        new, gone = work(conn, layer, layer.overview, features)
        conn.execute(text("DELETE FROM gis.overview_changes WHERE id = ANY(:ids)"), {"ids": [row.id for row in named]})
        changed, made, dropped = changed + len(features), made + new, dropped + gone
    return Report(changed, made, dropped)


def rebuild(conn: Connection) -> Report:
    """Count everything anew, forget all generalised shapes and make them from nothing."""
    conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    for layer in catalog.LAYERS:
        if isinstance(layer.overview, Counts):
            recount(conn, layer)
        elif isinstance(layer.overview, Shapes):
            features = f"SELECT id FROM gis.{layer.overview.table} WHERE geom_3857 IS NOT NULL"  # noqa: S608 - our table
            held = "SELECT feature_id FROM gis.overview_shapes WHERE layer = :layer"
            conn.execute(
                text("INSERT INTO gis.overview_changes (layer, feature_id) SELECT :layer, f.id"  # noqa: S608 - as above
                     f" FROM ({features} UNION {held}) AS f (id)"),
                {"layer": layer.name},
            )  # fmt: skip
            conn.execute(text("DELETE FROM gis.overview_shapes WHERE layer = :layer"), {"layer": layer.name})
    return refresh(conn)


def _polygons(conn: Connection, layer: Layer, recipe: Shapes, changed: set[int]) -> tuple[int, int]:
    ids, shapes, batches = _read(conn, recipe)
    held = _digests(conn, layer.name)
    rules = repr((recipe, shapely.geos_version))
    rows: list[dict[str, Any]] = []
    for first, taken, among in batches:
        wanted = np.isin(among, taken)
        for group in groups(shapes[among]):
            members = among[group]
            digest = _digest(rules, ids[members], shapes[members])
            mine = members[wanted[group]]
            out_of_date = [at for at in mine if held.get(int(ids[at])) != digest or int(ids[at]) in changed]
            if out_of_date:
                rows += _shapes_of(layer.name, recipe, ids, shapes, members, out_of_date, (first, digest))
    gone = sorted(set(held) - {int(one) for one in ids})
    return _write(conn, rows), _drop(conn, layer.name, gone)


def _digests(conn: Connection, layer: str) -> dict[int, str]:
    query = text("SELECT DISTINCT feature_id, made_from FROM gis.overview_shapes WHERE layer = :layer")
    return {row.feature_id: row.made_from for row in conn.execute(query, {"layer": layer})}


def _read(conn: Connection, recipe: Shapes) -> tuple[Any, Any, list[tuple[int, Any, Any]]]:
    """Ids, shapes, and batches: (first zoom, positions whose shape is made, positions of all neighbours)."""
    period = "r.valid_from, r.valid_to" if recipe.dated else "NULL::date, NULL::date"
    found = conn.execute(
        text(f"SELECT r.id, ST_AsBinary(r.geom_3857), {recipe.together}, {period} FROM gis.{recipe.table} r"  # noqa: S608
             " WHERE r.geom_3857 IS NOT NULL ORDER BY r.id")
    ).all()  # fmt: skip
    ids = np.array([row[0] for row in found], dtype=np.int64)
    shapes = np.array(shapely.from_wkb([bytes(row[1]) for row in found]), dtype=object)
    batches = []
    for kind in sorted({row[2] for row in found}):
        of_kind = np.array([at for at, row in enumerate(found) if row[2] == kind], dtype=np.intp)
        since = np.array([found[at][3].toordinal() if found[at][3] else 0 for at in of_kind])
        until = np.array([found[at][4].toordinal() if found[at][4] else _FOR_EVER for at in of_kind])
        for day, taken in days(list(zip(since, until, strict=True))):
            batches.append((recipe.first_zoom(kind), of_kind[taken], of_kind[(since <= day) & (day < until)]))
    return ids, shapes, batches


def _digest(rules: str, ids: Any, shapes: Any) -> str:
    digest = hashlib.blake2b(rules.encode(), digest_size=12)
    digest.update(ids.tobytes())
    for one in shapely.to_wkb(shapes):
        digest.update(one)
    return digest.hexdigest()


def _shapes_of(
    layer: str, recipe: Shapes, ids: Any, shapes: Any, members: Any, out_of_date: list[int], made: tuple[int, str]
) -> list[dict[str, Any]]:  # fmt: skip
    """Rows of one group, for each zoom from the first one; `made` says that zoom and the digest."""
    rows = []
    first, digest = made
    where = np.isin(members, out_of_date)
    for zoom in range(first, recipe.zooms[1] + 1):
        simpler = generalise(shapes[members], pixel_m(zoom) / 2)
        rows += [
            {"layer": layer, "zoom": zoom, "feature_id": int(one), "made_from": digest, "shape": shapely.to_wkb(shape)}
            for one, shape in zip(ids[members[where]], simpler[where], strict=True)
        ]
    return rows


def _write(conn: Connection, rows: list[dict[str, Any]]) -> int:
    """Put the rows in the place of the old ones; in portions, so that no array becomes too large."""
    put = text(
        "INSERT INTO gis.overview_shapes (layer, zoom, feature_id, made_from, geom_3857)"
        " SELECT layer, zoom, feature_id, made_from, ST_GeomFromWKB(shape, 3857)"
        " FROM unnest(CAST(:layer AS text[]), CAST(:zoom AS smallint[]), CAST(:feature_id AS bigint[]),"
        "             CAST(:made_from AS text[]), CAST(:shape AS bytea[]))"
        "      AS new (layer, zoom, feature_id, made_from, shape)"
        " ON CONFLICT (layer, zoom, feature_id) DO UPDATE"
        " SET made_from = excluded.made_from, geom_3857 = excluded.geom_3857"
    )
    for first in range(0, len(rows), 2000):
        part = rows[first : first + 2000]
        conn.execute(put, {name: [row[name] for row in part] for name in part[0]})
    return len(rows)


def _drop(conn: Connection, layer: str, features: list[int]) -> int:
    gone = conn.execute(
        text("DELETE FROM gis.overview_shapes WHERE layer = :layer AND feature_id = ANY(:ids)"),
        {"layer": layer, "ids": features},
    )
    return gone.rowcount


def _lines(conn: Connection, layer: Layer, recipe: Shapes, changed: set[int]) -> tuple[int, int]:
    """Lines stand alone: each is generalised for itself, its ends stay where they are."""
    values = {"layer": layer.name, "ids": sorted(changed), "rules": repr(recipe)}
    first, last = recipe.zooms
    source = (
        f"gis.{recipe.table} r, generate_series({first}, {last}) zoom"
        f" WHERE r.id = ANY(:ids) AND r.geom_3857 IS NOT NULL AND {recipe.kept_at('zoom')}"
    )
    gone = conn.execute(
        text("DELETE FROM gis.overview_shapes o WHERE layer = :layer AND feature_id = ANY(:ids)"  # noqa: S608
             f" AND NOT EXISTS (SELECT FROM {source} AND r.id = o.feature_id AND zoom = o.zoom)"),
        values,
    ).rowcount  # fmt: skip
    half_pixel = f"{pixel_m(0) / 2!r} / (1 << zoom)"
    made = conn.execute(
        text("INSERT INTO gis.overview_shapes (layer, zoom, feature_id, made_from, geom_3857)"  # noqa: S608
             f" SELECT :layer, zoom, r.id, md5(:rules || ST_AsEWKB(r.geom_3857)::text),"
             f" ST_Simplify(r.geom_3857, {half_pixel}, true) FROM {source}"
             " ON CONFLICT (layer, zoom, feature_id) DO UPDATE"
             " SET made_from = excluded.made_from, geom_3857 = excluded.geom_3857"),
        values,
    ).rowcount  # fmt: skip
    return made, gone
