"""Number plates as things: ordered, made, issued, fixed on site or not, withdrawn.

At most one plate of a number is valid at a time and at most one is in the making; the database holds it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from addressing import areas, policies_on_record
from addressing.attachments import get_attachment
from addressing.counters import next_number, next_numbers
from addressing.deciding import today
from addressing.errors import NotFound, NotInForce, OutsideArea, StepNotPossible
from addressing.estate_tables import PART_KINDS, estates, part_names
from addressing.receipts import receipt_code
from addressing.register import house_numbers, places
from addressing.register_tables import plates
from addressing.rules.plates import PlateKind, SizeFound, a_plate_without_a_size_is_asked_about
from addressing.rules.questions import Inquiry
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


def order(conn: Connection, house_number_id: int, request: str, by: str, *, case_id: int | None = None) -> Plate:
    """Order a plate: `new` where none hangs, `change` or `reissue` where one does.

    It has no size while neither the table nor a local decision gives one; the production list asks for it.

    Raises `NotFound`, `NotInForce`, `StepNotPossible`, `OutsideArea`.
    """
    number = conn.execute(select(house_numbers).where(house_numbers.c.id == house_number_id).with_for_update()).first()
    if number is None:
        raise NotFound("house number", "số nhà", house_number_id)
    areas.require_street(conn, by, number.street_id)
    if number.status != "in_force" or number.valid_to is not None:
        raise NotInForce(number.plate_text, number.status)
    policy = policies_on_record.policy_for_street(conn, number.street_id, today())
    found = a_plate_without_a_size_is_asked_about(
        plate_kind(conn, number.street_id), number.plate_text, policy, Inquiry()
    )  # fmt: skip
    return _order(
        conn, plates.c.house_number_id == house_number_id, number.plate_text, request, found,
        {"house_number_id": house_number_id, "place_id": number.place_id, "case_id": case_id},
    )  # fmt: skip


def order_for_part(conn: Connection, part_name_id: int, request: str, by: str, *, case_id: int | None = None) -> Plate:
    """The same for a group, building, stair, floor or flat, by its name in force. Raises as `order` does."""
    named = conn.execute(select(part_names).where(part_names.c.id == part_name_id).with_for_update()).first()
    if named is None:
        raise NotFound("name of a part", "tên phần khu nhà", part_name_id)
    street_id = conn.execute(select(estates.c.street_id).where(estates.c.id == named.estate_id)).scalar_one()
    areas.require_street(conn, by, street_id)
    if named.valid_to is not None:
        raise NotInForce(named.name, named.status)
    policy = policies_on_record.policy_for_street(conn, street_id, today())
    found = a_plate_without_a_size_is_asked_about(PlateKind(named.kind), named.name, policy, Inquiry())
    return _order(
        conn, plates.c.part_name_id == part_name_id, named.name, request, found,
        {"part_name_id": part_name_id, "place_id": named.place_id, "case_id": case_id},
    )  # fmt: skip


def kinds_lacking(conn: Connection, estate_id: int) -> dict[str, int]:
    """How many names in force of each kind have neither a plate nor one in the making."""
    rows = conn.execute(select(part_names.c.kind, func.count()).where(*_lacking(estate_id)).group_by(part_names.c.kind))
    counts = {row[0]: row[1] for row in rows}
    return {kind: counts[kind] for kind in PART_KINDS if kind in counts}


def order_lacking(conn: Connection, estate_id: int, kind: str, by: str) -> list[Plate]:
    """Order new plates for every name of a kind that has none. Raises `NotFound`, `OutsideArea`."""
    street_id = conn.execute(select(estates.c.street_id).where(estates.c.id == estate_id)).scalar()
    if street_id is None:
        raise NotFound("estate", "khu nhà", estate_id)
    areas.require_street(conn, by, street_id)
    lacking = select(part_names).where(*_lacking(estate_id), part_names.c.kind == str(kind))
    names = conn.execute(lacking.order_by(part_names.c.id).with_for_update(of=part_names)).all()
    if not names:
        return []
    policy, ordered_on = policies_on_record.policy_for_street(conn, street_id, today()), today()
    numbers = next_numbers(conn, "plate", ordered_on.year, len(names))
    rows = []
    for named, number in zip(names, numbers, strict=True):
        found = a_plate_without_a_size_is_asked_about(PlateKind(named.kind), named.name, policy, Inquiry())
        of = {"part_name_id": named.id, "place_id": named.place_id}
        rows.append(_new(of, named.name, "new", found, ordered_on, number))
    made = conn.execute(insert(plates).returning(plates.c.id, sort_by_parameter_order=True), rows).scalars().all()
    found_rows = conn.execute(_PLATES.where(plates.c.id.in_(made)).order_by(plates.c.id))
    return [Plate(*row) for row in found_rows]


def _new(
    of: dict[str, Any], shown: str, request: str, found: SizeFound | None, ordered_on: date, number: int
) -> dict[str, Any]:  # fmt: skip
    """The row of an ordered plate."""
    size = found.size if found else None
    return {
        **of, "code": receipt_code(SERIES, ordered_on.year, number), "request": request, "plate_text": shown,
        "width_mm": size.width_mm if size else None, "height_mm": size.height_mm if size else None,
        "status": "ordered", "ordered_on": ordered_on,
    }  # fmt: skip


def _lacking(estate_id: int) -> tuple[ColumnElement[bool], ...]:
    has_one = select(plates.c.id).where(plates.c.part_name_id == part_names.c.id, plates.c.status != "withdrawn")
    return part_names.c.estate_id == estate_id, part_names.c.valid_to.is_(None), ~has_one.exists()


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


def _order(
    conn: Connection, same: ColumnElement[bool], shown: str, request: str, found: SizeFound | None,
    of: dict[str, Any],
) -> Plate:  # fmt: skip
    present = conn.execute(
        select(plates.c.id, plates.c.code, plates.c.status).where(same, plates.c.status != "withdrawn")
    ).all()
    hanging = _plate_to_replace(shown, request, present)
    ordered_on = today()
    row = _new(of, shown, request, found, ordered_on, next_number(conn, "plate", ordered_on.year))
    made = conn.execute(insert(plates).values(row | {"replaces_id": hanging}).returning(plates.c.id)).scalar_one()
    return get_plate(conn, made)


def plate_kind(conn: Connection, street_id: int) -> PlateKind:
    """Which kind of plate the houses of this street have. Raises `NotFound`."""
    kind = conn.execute(select(streets.c.kind).where(streets.c.id == street_id)).scalar()
    if kind is None:
        raise NotFound("street", "đường", street_id)
    return _kind_on(kind)


def _kind_on(street_kind: str) -> PlateKind:
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
    row = conn.execute(_PLATES.where(plates.c.id == plate_id)).first()
    if row is None:
        raise NotFound("plate", "biển số", plate_id)
    return Plate(*row)


def require_photo(conn: Connection, login: str, photo_id: int) -> None:
    """A photo is seen by who uploaded it and by whoever works where it hangs. Raises `OutsideArea`, `NotFound`."""
    photo = get_attachment(conn, photo_id)
    allowed = areas.areas_of(conn, login)
    if not allowed or photo.uploaded_by == login:
        return
    rows = conn.execute(_PLATES.where(plates.c.photo_id == photo_id))
    held = [areas.of_street(conn, street_of(conn, Plate(*row))) for row in rows]
    shown_in = frozenset[str]().union(*(place.areas for place in held))
    if allowed.isdisjoint(shown_in):
        raise OutsideArea(sorted(allowed), sorted(shown_in))


def plates_of_place(conn: Connection, place_id: str) -> list[Plate]:
    """All plates that a place ever had, the newest first."""
    rows = conn.execute(_PLATES.where(plates.c.place_id == place_id).order_by(plates.c.id.desc()))
    return [Plate(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class ProductionLine:
    """One line of the list that goes to the workshop."""

    id: int
    code: str
    kind: str
    # street_house, alley_house, group, building, stair, floor or flat
    plate_text: str
    street_id: int
    street_name: str
    # of a part of an estate with the name of the estate before it
    width_mm: int | None
    height_mm: int | None
    request: str
    ordered_on: date
    place_id: str
    part_name_id: int | None
    # of a part of an estate
    qr: str
    # the web address that its QR code holds
    version: int


def production_list(conn: Connection, public_url: str, by: str, *, status: str = "ordered") -> list[ProductionLine]:
    """Plates to make, by street and number, within the areas of the asker; those of estates by their names."""
    shared = (
        plates.c.id, plates.c.code, plates.c.plate_text, streets.c.id.label("street_id"), plates.c.width_mm,
        plates.c.height_mm, plates.c.request, plates.c.ordered_on, plates.c.place_id, plates.c.part_name_id,
        plates.c.version,
    )  # fmt: skip
    of_houses = (
        select(*shared, streets.c.name.label("street_name"), streets.c.kind.label("street_kind"))
        .join(house_numbers, house_numbers.c.id == plates.c.house_number_id)
        .join(streets, streets.c.id == house_numbers.c.street_id)
        .order_by(streets.c.name, house_numbers.c.number, house_numbers.c.suffix)
    )
    of_parts = (
        select(*shared, (estates.c.name + ", " + streets.c.name).label("street_name"), part_names.c.kind)
        .join(part_names, part_names.c.id == plates.c.part_name_id)
        .join(estates, estates.c.id == part_names.c.estate_id)
        .join(streets, streets.c.id == estates.c.street_id)
        .order_by(estates.c.name, plates.c.id)
    )
    found: list[ProductionLine] = []
    for query in (of_houses, of_parts):
        query = query.where(plates.c.status == status)
        query = areas.limit(conn, by, query, commune_code=streets.c.commune_code, zone_id=streets.c.zone_id)
        for row in conn.execute(query).mappings():
            values = {name: row[name] for name in ProductionLine.__slots__ if name in row}
            kind = row["kind"] if "kind" in row else _kind_on(row["street_kind"]).value
            found.append(ProductionLine(**{**values, "kind": kind, "qr": place_link(public_url, row["place_id"])}))
    return found


def place_link(public_url: str, place_id: str) -> str:
    """The web address of a place, as its QR code holds it."""
    return f"{public_url.rstrip('/')}/p/{place_id}"


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


def _plate_to_replace(plate_text: str, request: str, present: Any) -> int | None:
    hanging = [row for row in present if row.status in VALID]
    if len(hanging) < len(present):
        making = next(row for row in present if row.status not in VALID)
        raise StepNotPossible(
            "number", "số nhà", plate_text, "order", f"plate {making.code} is in the making",
            f"biển {making.code} đang được làm",
        )  # fmt: skip
    if request == "new" and hanging:
        raise StepNotPossible(
            "number", "số nhà", plate_text, "order", f"plate {hanging[0].code} is valid; order a change or a reissue",
            f"biển {hanging[0].code} còn hiệu lực; hãy chọn đổi hoặc cấp lại",
        )  # fmt: skip
    if request != "new" and not hanging:
        raise StepNotPossible(
            "number", "số nhà", plate_text, "order", "there is no plate to replace; order a new one",
            "chưa có biển để đổi; hãy chọn cấp mới",
        )  # fmt: skip
    return hanging[0].id if hanging else None


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


_PLATES = select(*(plates.c[name] for name in Plate.__slots__))
