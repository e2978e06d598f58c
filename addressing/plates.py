"""Number plates as things: ordered, made, issued, fixed on site or not, withdrawn.

At most one plate of a number is valid at a time and at most one is in the making; the database holds it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select, update

from addressing import areas
from addressing.attachments import get_attachment
from addressing.deciding import today
from addressing.errors import NotFound, OutsideArea, StepNotPossible
from addressing.estate_tables import estates, part_names
from addressing.register import house_numbers, places
from addressing.register_tables import plates
from addressing.rules.plates import PlateKind
from addressing.street_facts import LEVELS
from addressing.versions import require_version
from layers.streets import streets

SERIES = "BS"
FARTHEST_M = 500.0
"""A plate that was photographed farther than this from its place hangs somewhere else."""
VALID = ("issued", "fixed", "not_fixed")
STEPS: Mapping[str, tuple[str, ...]] = {
    "made": ("ordered",),
    "issued": ("made",),
    "fixed": ("issued", "not_fixed"),
    "not_fixed": ("issued", "not_fixed"),
    "withdrawn": ("ordered", "made", "issued", "fixed", "not_fixed"),
}
"""What a plate can become -> from what."""


@dataclass(frozen=True, slots=True)
class Plate:
    """One plate as it stands."""

    id: int
    code: str
    house_number_id: int | None
    # what it shows: a number, or else the name of a part of an estate
    part_name_id: int | None
    place_id: str
    request: str
    # new, change or reissue
    replaces_id: int | None
    case_id: int | None
    plate_text: str
    width_mm: int | None
    height_mm: int | None
    status: str
    ordered_on: date
    made_on: date | None
    issued_on: date | None
    fixed_on: date | None
    fixed_by: str | None
    fixed_x: float | None
    fixed_y: float | None
    # metres, storage CRS
    photo_id: int | None
    not_fixed_reason: str | None
    withdrawn_on: date | None
    withdrawn_reason: str | None
    version: int


@dataclass(frozen=True, slots=True)
class Fixing:
    """Proof that a plate hangs: photo, position in metres of the storage CRS, and who put it up."""

    photo_id: int
    x: float
    y: float
    fixed_by: str


def kind_of(conn: Connection, plate: Plate) -> PlateKind:
    """What a plate is of."""
    if plate.part_name_id is None:
        return plate_kind(conn, street_of(conn, plate))
    kind = conn.execute(select(part_names.c.kind).where(part_names.c.id == plate.part_name_id)).scalar_one()
    return PlateKind(kind)


def street_of(conn: Connection, plate: Plate) -> int:
    """The street on which a plate hangs; of a part the one on which its estate opens."""
    if plate.part_name_id is None:
        query = select(house_numbers.c.street_id).where(house_numbers.c.id == plate.house_number_id)
    else:
        query = select(estates.c.street_id).join(part_names).where(part_names.c.id == plate.part_name_id)
    return int(conn.execute(query).scalar_one())


def plate_kind(conn: Connection, street_id: int) -> PlateKind:
    """Which kind of plate the houses of this street have. Raises `NotFound`."""
    kind = conn.execute(select(streets.c.kind).where(streets.c.id == street_id)).scalar()
    if kind is None:
        raise NotFound("street", "đường", street_id)
    return kind_on(kind)


def kind_on(street_kind: str) -> PlateKind:
    """Which kind of plate the houses of such a street have."""
    return PlateKind.ALLEY_HOUSE if street_kind in LEVELS else PlateKind.STREET_HOUSE


def make(conn: Connection, plate_id: int, by: str, *, version: int) -> Plate:
    """The workshop has made it."""
    return _step(conn, plate_id, "made", by, version, made_on=today())


def issue(conn: Connection, plate_id: int, by: str, *, version: int) -> Plate:
    """It was handed over; the one that it replaces is withdrawn in the same moment."""
    plate = _lock(conn, plate_id, "issued", by, version)
    if plate.replaces_id is not None:
        conn.execute(
            update(plates)
            .where(plates.c.id == plate.replaces_id, plates.c.status != "withdrawn")
            .values(status="withdrawn", withdrawn_on=today(), withdrawn_reason=f"{plate.request}: {plate.code}")
        )
    return _change(conn, plate_id, status="issued", issued_on=today())


def fix(conn: Connection, plate_id: int, proof: Fixing, by: str, *, version: int) -> Plate:
    """It hangs on site, with proof. Raises `NotFound` for the photo too, `StepNotPossible` too far from its place."""
    get_attachment(conn, proof.photo_id)
    _require_near(conn, get_plate(conn, plate_id), proof)
    return _step(
        conn, plate_id, "fixed", by, version, fixed_on=today(), fixed_by=proof.fixed_by, fixed_x=proof.x,
        fixed_y=proof.y, photo_id=proof.photo_id, not_fixed_reason=None,
    )  # fmt: skip


def could_not_fix(conn: Connection, plate_id: int, reason: str, by: str, *, version: int) -> Plate:
    """It could not be put up, and why; it may be tried again."""
    return _step(conn, plate_id, "not_fixed", by, version, not_fixed_reason=reason)


def withdraw(conn: Connection, plate_id: int, reason: str, by: str, *, version: int) -> Plate:
    """It is valid no more."""
    return _step(conn, plate_id, "withdrawn", by, version, withdrawn_on=today(), withdrawn_reason=reason)


def get_plate(conn: Connection, plate_id: int) -> Plate:
    """One plate. Raises `NotFound`."""
    row = conn.execute(PLATES.where(plates.c.id == plate_id)).first()
    if row is None:
        raise NotFound("plate", "biển số", plate_id)
    return Plate(*row)


def require_photo(conn: Connection, login: str, photo_id: int) -> None:
    """A photo is seen by who uploaded it and by whoever works where it hangs. Raises `OutsideArea`, `NotFound`."""
    photo = get_attachment(conn, photo_id)
    allowed = areas.areas_of(conn, login)
    if not allowed or photo.uploaded_by == login:
        return
    rows = conn.execute(PLATES.where(plates.c.photo_id == photo_id))
    held = [areas.of_street(conn, street_of(conn, Plate(*row))) for row in rows]
    shown_in = frozenset[str]().union(*(place.areas for place in held))
    if allowed.isdisjoint(shown_in):
        raise OutsideArea(sorted(allowed), sorted(shown_in))


def plates_of_place(conn: Connection, place_id: str) -> list[Plate]:
    """All plates that a place ever had, the newest first."""
    rows = conn.execute(PLATES.where(plates.c.place_id == place_id).order_by(plates.c.id.desc()))
    return [Plate(*row) for row in rows]


def _require_near(conn: Connection, plate: Plate, proof: Fixing) -> None:
    here = func.ST_SetSRID(func.ST_MakePoint(proof.x, proof.y), func.gis.storage_srid())
    distance_m = conn.execute(
        select(func.ST_Distance(places.c.geom, here)).where(places.c.id == plate.place_id)
    ).scalar_one()
    if not distance_m <= FARTHEST_M:
        raise StepNotPossible(
            "plate", "biển số", plate.code, "fix", f"the photo was taken {distance_m:.0f} m from its place",
            f"ảnh chụp cách địa điểm {distance_m:.0f} m",
        )  # fmt: skip


def _lock(conn: Connection, plate_id: int, step: str, by: str, version: int) -> Plate:
    conn.execute(select(plates.c.id).where(plates.c.id == plate_id).with_for_update())
    plate = get_plate(conn, plate_id)
    areas.require_street(conn, by, street_of(conn, plate))
    require_version("plate", "biển số", plate_id, version, plate.version, plate)
    if plate.status not in STEPS[step]:
        raise StepNotPossible(
            "plate", "biển số", plate.code, step, f"it is '{plate.status}'", f"biển đang '{plate.status}'"
        )
    return plate


def _step(conn: Connection, plate_id: int, step: str, by: str, version: int, **values: Any) -> Plate:
    _lock(conn, plate_id, step, by, version)
    return _change(conn, plate_id, status=step, **values)


def _change(conn: Connection, plate_id: int, **values: Any) -> Plate:
    conn.execute(update(plates).where(plates.c.id == plate_id).values(**values))
    return get_plate(conn, plate_id)


PLATES = select(*(plates.c[name] for name in Plate.__slots__))
"""Rows that make a `Plate`."""
