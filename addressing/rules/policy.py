"""What the text leaves open, as dated values that an authorised person may set for an area.

A value without a local decision is our default and says so. `policy_on` picks what held on a day,
so an old proposal can always be explained.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Any

from addressing.rules.model import CIRCULAR_IN_FORCE
from addressing.rules.numbers import LETTERS_IN_ORDER
from addressing.rules.policy_choices import (
    AddedBetween,
    AxesLetters,
    AxesOrder,
    BlockName,
    BuildingForm,
    BuildingOrder,
    CrossedSides,
    Division,
    EndedNumbers,
    EqualAlley,
    EqualWidth,
    EstateGrowth,
    FirstAlley,
    GroundFloor,
    HighExtension,
    Infill,
    LeftSeenFrom,
    LowExtension,
    MergerFreed,
    MergerNumber,
    PlateWay,
    PlateWords,
    RingDirection,
    SpareFirst,
    StairNumbers,
)
from addressing.rules.policy_clauses import CLAUSE_OF

LETTERS_WITH_D_STROKE = "ABCDĐEGHIKLMNOPQRSTUVXY"
LETTERS_WITHOUT_D_STROKE = "ABCDEGHIKLMNOPQRSTUVXY"
ASK = "ask"
REGULATION_2006 = "regulation_2006"
OWN_DEFAULT = "default of this service, no local decision"


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

    left_seen_from: LeftSeenFrom = LeftSeenFrom.LOW_END
    ring_direction: RingDirection = RingDirection.ASK
    crossed_sides: CrossedSides = CrossedSides.ASK
    equal_width: EqualWidth = EqualWidth.MAIN_DOOR
    width_tolerance_m: float = 1.0
    # cross-sections that differ by no more than this are alike
    empty_land_module_m: float = 20.0
    # frontage per spare number where no plan lots are known
    reserve_other_lots: bool = True
    # a house on three lots keeps the other two numbers spare
    spare_first: SpareFirst = SpareFirst.TAKE
    infill: Infill = Infill.LETTER
    suffix_letters: str = LETTERS_WITH_D_STROKE
    high_extension: HighExtension = HighExtension.GOES_ON
    low_extension: LowExtension = LowExtension.ASK
    ended_numbers: EndedNumbers = EndedNumbers.NEVER
    ended_wait_months: float = 12.0
    # after which a number that ended may be another place's, where that is the policy
    division: Division = Division.ONE_KEEPS
    merger_number: MergerNumber = MergerNumber.SMALLEST
    merger_freed: MergerFreed = MergerFreed.SPARE
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
    equal_alley: EqualAlley = EqualAlley.ASK
    first_alley: FirstAlley = FirstAlley.ASK
    axes_order: AxesOrder = AxesOrder.ASK
    axes_letters: AxesLetters = AxesLetters.AXIS_BY_AXIS
    building_form: BuildingForm = BuildingForm.ASK
    building_order: BuildingOrder = BuildingOrder.FROM_ENTRANCE
    added_between: AddedBetween = AddedBetween.ASK
    estate_growth: EstateGrowth = EstateGrowth.GOES_ON
    block_name: BlockName = BlockName.HOUSE_NUMBER
    ground_floor: GroundFloor = GroundFloor.ONE
    basement_prefix: str = "B"
    stair_numbers: StairNumbers = StairNumbers.ASK
    plate_size_street: str = REGULATION_2006
    # of street plates up to four characters: the table of 2006, "ask", or a size
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
    plate_place_group: str = REGULATION_2006
    plate_place_building: str = REGULATION_2006
    plate_place_floor: str = REGULATION_2006
    plate_place_stair: str = REGULATION_2006
    # where it hangs: by the regulation of 2006, "ask", or in the words of a local decision
    plate_way: PlateWay = PlateWay.INSIDE_OUT
    plate_words: PlateWords = PlateWords.SHOWN
    records: tuple[PolicyRecord, ...] = field(default=(), repr=False)
    # who set what; values without a record are defaults

    def __post_init__(self) -> None:
        _require_numbers(self)
        if not suffix_letters(self.suffix_letters):
            raise UnknownPolicy("suffix_letters must be different capitals in alphabetical order.")
        if not re.fullmatch("[A-ZĐ]{1,2}", self.basement_prefix):
            raise UnknownPolicy("basement_prefix must be one or two capitals.")
        _require_plates(self)

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
MAX_PLACE_WORDS = 200
_NO_SIZE = ((ASK,), (ASK, REGULATION_2006))

_MUST_BE_POSITIVE = ("empty_land_module_m", "reach_m", "min_chord_ratio")

PLATE_SIZES = tuple(name for name in CLAUSE_OF if name.startswith("plate_size_"))
PLATE_PLACES = tuple(name for name in CLAUSE_OF if name.startswith("plate_place_"))

_KINDS: dict[str, type[StrEnum]] = {
    item.name: type(item.default) for item in fields(Policy) if isinstance(item.default, StrEnum)
}


def _require_numbers(policy: Policy) -> None:
    for item in fields(Policy):
        value = getattr(policy, item.name)
        if not isinstance(value, float):
            continue
        if not math.isfinite(value) or value < 0:
            raise UnknownPolicy(f"{item.name} must not be negative or endless.")
        if value == 0 and item.name in _MUST_BE_POSITIVE:
            raise UnknownPolicy(f"{item.name} must be above zero, not {value}.")


def _require_plates(policy: Policy) -> None:
    for name in PLATE_SIZES:
        if getattr(policy, name) not in _NO_SIZE[name == "plate_size_street"]:
            plate_size_in_words(getattr(policy, name))
    for name in PLATE_PLACES:
        if not 0 < len(getattr(policy, name).strip()) <= MAX_PLACE_WORDS:
            raise UnknownPolicy(f"{name} must be a place in up to {MAX_PLACE_WORDS} characters.")


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
    default = next(item.default for item in fields(Policy) if item.name == name)
    kind: type[Any] = _KINDS.get(name, type(default))
    try:
        if kind is bool and not isinstance(value, bool):
            raise ValueError(value)
        return kind(value)
    except (TypeError, ValueError) as error:
        raise UnknownPolicy(f"'{value}' is not a value for the policy '{name}'.") from error


def choices_of(name: str) -> tuple[str, ...]:
    """The answers between which a policy value chooses; empty for numbers and free words. Raises `UnknownPolicy`."""
    if name not in CLAUSE_OF:
        raise UnknownPolicy(f"No rule reads a policy value named '{name}'.")
    kind = _KINDS.get(name)
    return tuple(kind) if kind is not None else ()


def policy_from_data(data: dict[str, dict[str, Any]]) -> Policy:
    """Read back what `Policy.as_data` wrote."""
    records = [
        PolicyRecord(name, entry["value"], date.fromisoformat(entry["valid_from"]), entry["set_by"])
        for name, entry in data.items()
    ]
    return policy_on(date.max, records)
