"""Name what is inside a building: stairs, floors and flats (Article 13)."""

from __future__ import annotations

from collections.abc import Sequence

from addressing.rules.apartments import (
    a_flat_is_floor_dash_flat,
    basements_count_downwards,
    flats_run_clockwise,
    floors_count_from_one_above_ground,
    the_ground_floor_may_be_called_tret,
)
from addressing.rules.estate_model import Estate, NameBook, Part, PartKind
from addressing.rules.model import OpenQuestion, Option
from addressing.rules.policy import Policy
from addressing.rules.policy_choices import GroundFloor, StairNumbers
from addressing.rules.questions import COMMUNE, OFFICER, Inquiry
from addressing.rules.series import WAIT, name_is_taken, nearest_first, the_series_goes_on

INVESTOR = "investor (chủ đầu tư)"
KEPT = "A6.kept"


def name_inside(estate: Estate, building: Part, policy: Policy, book: NameBook, inquiry: Inquiry) -> None:
    """Stairs, floors and flats of a building that has a name."""
    stairs_are_asked_about(estate, building, policy, book, inquiry)
    _name_floors(estate, building, policy, book, inquiry)
    for floor in estate.children(building.key, PartKind.FLOOR):
        if floor.key in book.named:
            _name_flats(estate, building, floor, policy, book, inquiry)


def stairs_are_asked_about(
    estate: Estate, building: Part, policy: Policy, book: NameBook, inquiry: Inquiry
) -> None:  # fmt: skip
    """No text was found on how stairs are numbered: whoever decides says whether they count from the entrance."""
    stairs = estate.children(building.key, PartKind.STAIR)
    _keep(stairs, building, book)
    if all(stair.key in book.named for stair in stairs):
        return
    answer = inquiry.ask(
        OpenQuestion(
            "stair_numbers", building.key,
            f"Do the stairs of '{building.label}' bear numbers?", f"Cầu thang của '{building.label}' có đánh số không?",
            "They had plates in 2006; no rule was found on how they are numbered.",
            "Năm 2006 có biển số cầu thang; chưa tìm thấy cách đánh số.", "P.stairs", INVESTOR,
            (Option(StairNumbers.COUNT, "Yes: 1, 2, 3 from the main entrance", "Có: 1, 2, 3 từ cửa chính"),
             Option(StairNumbers.LEAVE_OUT, "No", "Không")),
        ),
        policy=("stair_numbers", policy.stair_numbers),
    )  # fmt: skip
    if answer != StairNumbers.COUNT:
        return
    ordered = nearest_first(stairs, "P.stairs", inquiry)
    kept = {stair.key: _number(book.named[stair.key].name) for stair in ordered if stair.key in book.named}
    past = [_number(name) for name in estate.gone_from(building.key, PartKind.STAIR)]
    given = the_series_goes_on(ordered, kept, max([*kept.values(), *past], default=0), policy, inquiry)
    for stair in ordered:
        if stair.key in given:
            ordinal, reasons = given[stair.key]
            book.give(stair, building.key, str(ordinal), ("P.stairs", *reasons))


def _name_floors(estate: Estate, building: Part, policy: Policy, book: NameBook, inquiry: Inquiry) -> None:
    floors = estate.children(building.key, PartKind.FLOOR)
    _keep(floors, building, book)
    above = max((floor.level or 0 for floor in floors), default=0)
    storeys = building.storeys
    if storeys is None or storeys < above:
        _ask_storeys(building, above, inquiry)
        return
    ground = _ground_floor(building, policy, inquiry) if above else GroundFloor.ONE.value
    below = max((-(floor.level or 0) for floor in floors), default=0)
    cellars = basements_count_downwards(max(below, 0), policy.basement_prefix)
    names = _names_above(storeys, building.avoided, ground) if above else []
    below_ground: tuple[str, ...] = ("A13.basements",)
    for floor in floors:
        if floor.key in book.named or floor.level is None or (floor.level > 0 and not names):
            continue
        if floor.level < 0:
            name, clauses = cellars[-floor.level - 1], below_ground
        else:
            name = names[floor.level - 1]
            clauses = ("R6.ground", "A13.floors") if ground == GroundFloor.TRET else ("A13.floors",)
        if not book.give(floor, building.key, name, clauses):
            name_is_taken(floor, name, clauses[0], inquiry)


def _names_above(storeys: int, avoided: Sequence[int], ground: str | None) -> list[str]:
    if ground is None:
        return []
    rule = the_ground_floor_may_be_called_tret if ground == GroundFloor.TRET else floors_count_from_one_above_ground
    return rule(storeys, [number for number in avoided if number > 1])


def _ask_storeys(building: Part, above: int, inquiry: Inquiry) -> None:
    known = "not on record" if building.storeys is None else f"{building.storeys}, and a floor lies at {above}"
    known_vi = "chưa có" if building.storeys is None else f"{building.storeys}, nhưng có tầng ở mức {above}"
    inquiry.ask(OpenQuestion(
        "storeys", building.key,
        f"How many storeys has '{building.label}'?", f"'{building.label}' có bao nhiêu tầng?",
        f"The number of storeys is {known}. Enter it with the building.",
        f"Số tầng: {known_vi}. Hãy nhập ở thông tin ngôi nhà.", "A13.floors", OFFICER,
        (Option("wait", "Name the building only for now", "Tạm thời chỉ đặt tên ngôi nhà"),),
    ))  # fmt: skip


def _ground_floor(building: Part, policy: Policy, inquiry: Inquiry) -> str | None:
    if policy.ground_floor is not GroundFloor.ASK:
        return policy.ground_floor.value
    return inquiry.ask(OpenQuestion(
        "ground_floor", building.key,
        f"What is the floor at the ground of '{building.label}' called?",
        f"Tầng ở mặt đất của '{building.label}' gọi là gì?",
        "The sentence on it was cut off; in 2006 'trệt' was permitted.",
        "Phần quy định chưa đọc được; năm 2006 cho phép gọi 'trệt'.", "R6.ground", COMMUNE,
        (Option(GroundFloor.ONE, "Floor 1", "Tầng 1"),
         Option(GroundFloor.TRET, "Trệt, and 1 above it", "Trệt, trên là 1")),
    ))  # fmt: skip


def _name_flats(estate: Estate, building: Part, floor: Part, policy: Policy, book: NameBook, inquiry: Inquiry) -> None:
    flats = estate.children(floor.key, PartKind.FLAT)
    _keep(flats, building, book)
    if all(flat.key in book.named for flat in flats):
        return
    ordered = _with_the_clock(floor, flats, inquiry)
    if ordered is None:
        return
    label = book.named[floor.key].name
    kept = {flat.key: _flat_number(book.named[flat.key].name) for flat in ordered if flat.key in book.named}
    past = [
        _flat_number(name) for name in estate.gone_from(building.key, PartKind.FLAT) if name.rpartition("-")[0] == label
    ]
    given = the_series_goes_on(ordered, kept, max([*kept.values(), *past], default=0), policy, inquiry)
    for flat in ordered:
        if flat.key not in given:
            continue
        number, reasons = given[flat.key]
        name = a_flat_is_floor_dash_flat(label, number)
        if not book.give(flat, building.key, name, ("A13.flat", "A13.clockwise", *reasons)):
            name_is_taken(flat, name, "A13.flat", inquiry)


def _with_the_clock(floor: Part, flats: Sequence[Part], inquiry: Inquiry) -> list[Part] | None:
    """The flats of a floor in the order of their numbers; None while that is open."""
    first = _first_flat(floor, flats, inquiry)
    azimuths = {flat.key: flat.azimuth_deg for flat in flats if flat.azimuth_deg is not None}
    if len(azimuths) < len(flats) and len(flats) > 1:
        answer = inquiry.ask(OpenQuestion(
            "flats_order", floor.key,
            f"Were the flats of the floor '{floor.label}' entered with the clock?",
            f"Căn hộ tầng '{floor.label}' đã nhập theo chiều kim đồng hồ chưa?",
            "The direction of some doors is not on record.", "Chưa có hướng cửa của một số căn hộ.",
            "A13.clockwise", OFFICER,
            (Option("as_entered", "Yes, in the order shown", "Rồi, theo thứ tự đang ghi"), WAIT),
        ))  # fmt: skip
        if answer != "as_entered" or first is None:
            return None
        at = flats.index(first)
        return [*flats[at:], *flats[:at]]
    if first is None:
        return None
    if len(flats) == 1:
        return list(flats)
    numbers = flats_run_clockwise(azimuths, first.key)
    return sorted(flats, key=lambda flat: numbers[flat.key])


def _first_flat(floor: Part, flats: Sequence[Part], inquiry: Inquiry) -> Part | None:
    """The first on the left of the main way, lift or stair; with several ways the investor says which is the main."""
    marked = [flat for flat in flats if flat.is_first]
    if len(marked) == 1 or len(flats) == 1:
        return (marked or list(flats))[0]
    answer = inquiry.ask(OpenQuestion(
        "first_flat", floor.key,
        f"Which flat of the floor '{floor.label}' is the first on the left of the main way, lift or stair?",
        f"Căn hộ nào của tầng '{floor.label}' là căn đầu tiên bên trái lối đi chính, thang máy hoặc cầu thang?",
        "It is not on record; where there are several ways the investor says which is the main one.",
        "Chưa ghi; nếu có nhiều lối thì chủ đầu tư xác định lối chính.", "A13.clockwise", INVESTOR,
        tuple(Option(flat.label, flat.label, flat.label) for flat in flats),
    ))  # fmt: skip
    return next((flat for flat in flats if flat.label == answer), None)


def _keep(parts: Sequence[Part], building: Part, book: NameBook) -> None:
    """Names in force stay; those found on the ground too, each once."""
    for part in parts:
        if part.name is not None:
            book.keep(part, building.key, part.name, KEPT)
    for part in parts:
        if part.name is None and part.found and book.is_free(building.key, part.kind, part.found):
            book.keep(part, building.key, part.found, KEPT)


def _number(name: str) -> int:
    return int(name) if name.isascii() and name.isdigit() else 0


def _flat_number(name: str) -> int:
    return _number(name.rpartition("-")[2])
