"""What the text leaves open, as dated values that an authorised person may set for an area.

A value without a local decision is our default and says so. `policy_on` picks what held on a day,
so an old proposal can always be explained.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Any

from addressing.rules.model import CIRCULAR_IN_FORCE
from addressing.rules.numbers import LETTERS_IN_ORDER

LETTERS_WITH_D_STROKE = "ABCDĐEGHIKLMNOPQRSTUVXY"
LETTERS_WITHOUT_D_STROKE = "ABCDEGHIKLMNOPQRSTUVXY"
ASK = "ask"
OWN_DEFAULT = "default of this service, no local decision"


class EqualWidth(StrEnum):
    """Where a house goes whose two streets are equally wide. Both answers are lawful."""

    MAIN_DOOR = "main_door"
    NUMBERED_STREET = "numbered_street"
    ASK = "ask"


class Infill(StrEnum):
    """What a house gets between two numbers with none free."""

    LETTER = "letter"
    ASK = "ask"


class BuildingForm(StrEnum):
    """Which of the two permitted forms the buildings of an area bear."""

    LETTER = "letter"
    # A10
    STREET = "street"
    # BL.A-10
    ASK = "ask"


class BuildingOrder(StrEnum):
    """From where the buildings of a group count."""

    FROM_ENTRANCE = "from_entrance"
    FROM_FAR_END = "from_far_end"


class AddedBetween(StrEnum):
    """What a group, building, stair or flat gets that is added between named ones."""

    NEXT = "next"
    # the next name after the last
    ASK = "ask"


class GroundFloor(StrEnum):
    """What the floor at the level of the ground is called."""

    ONE = "one"
    TRET = "tret"
    # TRỆT, and 1 above it
    ASK = "ask"


class StairNumbers(StrEnum):
    """Whether stairs bear numbers."""

    COUNT = "count"
    LEAVE_OUT = "leave_out"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class PolicyRecord:
    """One value set by somebody for a time."""

    name: str
    value: Any
    valid_from: date
    set_by: str
    # the local decision, or OWN_DEFAULT
    valid_to: date | None = None
    # first day on which it no longer holds

    def holds_on(self, day: date) -> bool:
        """Half-open: the last day is the one before `valid_to`."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class UnknownPolicy(ValueError):
    """A policy name that no rule reads, or a value that it cannot have."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The values in force for one numbering."""

    equal_width: EqualWidth = EqualWidth.MAIN_DOOR
    width_tolerance_m: float = 1.0
    # cross-sections that differ by no more than this are alike
    empty_land_module_m: float = 20.0
    # frontage per spare number where no plan lots are known
    reserve_other_lots: bool = True
    # a house on three lots keeps the other two numbers spare
    infill: Infill = Infill.LETTER
    suffix_letters: str = LETTERS_WITH_D_STROKE
    min_chord_ratio: float = 0.25
    # a street whose ends are closer than this share of its length has no clear compass direction
    direction_margin_deg: float = 0.0
    # ask when the chord is nearer than this to the border between a heading and its opposite
    reach_m: float = 60.0
    # a door farther than this from its street is put to the officer
    other_street_margin_m: float = 5.0
    # a door nearer to another street by more than this is put to the officer
    piece_gap_m: float = 30.0
    # drawn pieces of one street no farther apart are one: two carriageways, or a gap at a crossing
    building_form: BuildingForm = BuildingForm.ASK
    building_order: BuildingOrder = BuildingOrder.FROM_ENTRANCE
    added_between: AddedBetween = AddedBetween.ASK
    ground_floor: GroundFloor = GroundFloor.ONE
    basement_prefix: str = "B"
    stair_numbers: StairNumbers = StairNumbers.ASK
    plate_size_long: str = ASK
    # width x height in mm, such as 290x150, of street plates of more than four characters; "ask" while nobody set it
    plate_size_alley_house: str = ASK
    plate_size_alley_sign: str = ASK
    plate_size_group: str = ASK
    plate_size_building: str = ASK
    plate_size_floor: str = ASK
    plate_size_stair: str = ASK
    plate_size_flat: str = ASK
    # the same for the other kinds of plates
    records: tuple[PolicyRecord, ...] = field(default=(), repr=False)
    # who set what; values without a record are defaults

    def __post_init__(self) -> None:
        for name in _MUST_BE_POSITIVE:
            if not getattr(self, name) > 0:
                raise UnknownPolicy(f"{name} must be above zero, not {getattr(self, name)}.")
        for name in ("width_tolerance_m", "direction_margin_deg", "other_street_margin_m", "piece_gap_m"):
            if not getattr(self, name) >= 0:
                raise UnknownPolicy(f"{name} must not be negative.")
        if not suffix_letters(self.suffix_letters):
            raise UnknownPolicy("suffix_letters must be different capitals in alphabetical order.")
        if not re.fullmatch("[A-ZĐ]{1,2}", self.basement_prefix):
            raise UnknownPolicy("basement_prefix must be one or two capitals.")
        for name in PLATE_SIZES:
            if getattr(self, name) != ASK:
                plate_size_in_words(getattr(self, name))

    def origin(self, name: str) -> PolicyRecord:
        """Who set a value and since when."""
        for record in self.records:
            if record.name == name:
                return record
        return PolicyRecord(name, getattr(self, name), CIRCULAR_IN_FORCE, OWN_DEFAULT)

    def as_data(self) -> dict[str, dict[str, Any]]:
        """Every value with its clause and origin, ready for JSON: stored with each proposal."""
        return {
            name: {
                "value": getattr(self, name),
                "clause": CLAUSE_OF[name],
                "valid_from": self.origin(name).valid_from.isoformat(),
                "set_by": self.origin(name).set_by,
            }
            for name in CLAUSE_OF
        }


MIN_PLATE_MM, MAX_PLATE_MM = 40, 2000

_MUST_BE_POSITIVE = ("empty_land_module_m", "reach_m", "min_chord_ratio")

CLAUSE_OF = {
    "equal_width": "A6.corner.equal",
    "width_tolerance_m": "A6.corner.tolerance",
    "empty_land_module_m": "A6.spare.module",
    "reserve_other_lots": "A6.spare.lots",
    "infill": "P.infill",
    "suffix_letters": "P.letters",
    "min_chord_ratio": "A6.chord",
    "direction_margin_deg": "A6.chord",
    "reach_m": "P.side",
    "other_street_margin_m": "P.side",
    "piece_gap_m": "P.line",
    "building_form": "A12.building",
    "building_order": "P.estate.order",
    "added_between": "P.estate.between",
    "ground_floor": "R6.ground",
    "basement_prefix": "A13.basements",
    "stair_numbers": "P.stairs",
    "plate_size_long": "R13.unknown",
    "plate_size_alley_house": "R13.unknown",
    "plate_size_alley_sign": "P.alley_sign",
    "plate_size_group": "R13.unknown",
    "plate_size_building": "R13.unknown",
    "plate_size_floor": "R13.unknown",
    "plate_size_stair": "R13.unknown",
    "plate_size_flat": "R13.unknown",
}
"""The clause that each policy value fills in."""

PLATE_SIZES = tuple(name for name in CLAUSE_OF if name.startswith("plate_size_"))

_KINDS: dict[str, type] = {
    "equal_width": EqualWidth, "infill": Infill, "building_form": BuildingForm, "building_order": BuildingOrder,
    "added_between": AddedBetween, "ground_floor": GroundFloor, "stair_numbers": StairNumbers,
}  # fmt: skip


def suffix_letters(letters: str) -> bool:
    """Whether these can serve as suffixes: capitals, each once, in the order of the alphabet."""
    places = [LETTERS_IN_ORDER.find(letter) for letter in letters]
    return bool(places) and places[0] >= 0 and all(low < high for low, high in pairwise(places))


def plate_size_in_words(words: str) -> tuple[int, int]:
    """`230x150` as width and height in millimetres. Raises `UnknownPolicy`."""
    match = re.fullmatch(r"([1-9]\d{1,3})\s*[xX×]\s*([1-9]\d{1,3})", words.strip(), re.ASCII)
    if match is None or not all(MIN_PLATE_MM <= int(side) <= MAX_PLATE_MM for side in match.groups()):
        raise UnknownPolicy(f"'{words}' is not a size such as 230x150 (mm, {MIN_PLATE_MM} to {MAX_PLATE_MM}).")
    return int(match[1]), int(match[2])


def policy_on(day: date, records: Iterable[PolicyRecord] = ()) -> Policy:
    """The policy that held on a day. Of several records for one name the latest start wins.

    Raises `UnknownPolicy` for a name that no rule reads: a misspelt setting must not be silent.
    """
    known = {item.name for item in fields(Policy)} - {"records"}
    chosen: dict[str, PolicyRecord] = {}
    for record in sorted(records, key=lambda record: record.valid_from):
        if record.name not in known:
            raise UnknownPolicy(f"No rule reads a policy value named '{record.name}'.")
        if record.holds_on(day):
            chosen[record.name] = record
    values = {name: _typed(name, record.value) for name, record in chosen.items()}
    return replace(Policy(records=tuple(chosen.values())), **values)


def _typed(name: str, value: Any) -> Any:
    default = getattr(Policy(), name)
    kind = _KINDS.get(name, type(default))
    try:
        if kind is bool and not isinstance(value, bool):
            raise ValueError(value)
        return kind(value)
    except (TypeError, ValueError) as error:
        raise UnknownPolicy(f"'{value}' is not a value for the policy '{name}'.") from error


def policy_from_data(data: dict[str, dict[str, Any]]) -> Policy:
    """Read back what `Policy.as_data` wrote."""
    records = [
        PolicyRecord(name, entry["value"], date.fromisoformat(entry["valid_from"]), entry["set_by"])
        for name, entry in data.items()
    ]
    return policy_on(date.max, records)
