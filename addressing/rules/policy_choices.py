"""The answers between which a local policy may choose, rule by rule."""

from __future__ import annotations

from enum import StrEnum


class LeftSeenFrom(StrEnum):
    """From which end of a street left and right are told."""

    LOW_END = "low_end"
    HIGH_END = "high_end"


class RingDirection(StrEnum):
    """How a closed ring is numbered, from the point where its drawing begins."""

    CLOCKWISE = "clockwise"
    ANTICLOCKWISE = "anticlockwise"
    ASK = "ask"


class CrossedSides(StrEnum):
    """What new numbers follow where old ones stand on the other sides."""

    KEEP_FORMER = "keep_former"
    APPLY_CIRCULAR = "apply_circular"
    ASK = "ask"


class EqualWidth(StrEnum):
    """Where a house goes whose two streets are equally wide. Both answers are lawful."""

    MAIN_DOOR = "main_door"
    NUMBERED_STREET = "numbered_street"
    ASK = "ask"


class SpareFirst(StrEnum):
    """What a house does with the spare number of its land."""

    TAKE = "take"
    KEEP = "keep"
    # the number stays spare; the house is fitted in beside it
    ASK = "ask"


class Infill(StrEnum):
    """What a house gets between two numbers with none free."""

    LETTER = "letter"
    ASK = "ask"


class HighExtension(StrEnum):
    """What becomes of houses behind the last number in use."""

    GOES_ON = "goes_on"
    ASK = "ask"


class LowExtension(StrEnum):
    """What becomes of houses before the first number in use."""

    LETTER = "letter"
    # of that number: 1A
    ASK = "ask"


class EqualAlley(StrEnum):
    """Where an alley between two streets of like width begins."""

    COMPASS = "compass"
    ASK = "ask"


class FirstAlley(StrEnum):
    """What an alley is called whose mouth lies before the first house."""

    NEXT_HOUSE = "next_house"
    # by the first house behind its mouth
    ASK = "ask"


class EndedNumbers(StrEnum):
    """Whether a number that ended may ever be another place's."""

    NEVER = "never"
    AFTER_WAIT = "after_wait"


class Division(StrEnum):
    """What the parts of a divided house bear."""

    ONE_KEEPS = "one_keeps"
    # 15, 15A, 15B
    ALL_LETTERED = "all_lettered"
    # 15A, 15B, 15C; 15 ends
    ASK = "ask"


class MergerNumber(StrEnum):
    """Which of its numbers a joined house shows."""

    SMALLEST = "smallest"
    CHOOSE = "choose"
    # whoever asks for the merger says which


class MergerFreed(StrEnum):
    """What becomes of the other numbers of a joined house."""

    SPARE = "spare"
    # kept for its doors
    ENDED = "ended"


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


class EstateGrowth(StrEnum):
    """What is added behind the last named one gets."""

    GOES_ON = "goes_on"
    ASK = "ask"


class AxesOrder(StrEnum):
    """In which order several internal axes are lettered."""

    BY_NAME = "by_name"
    # N1, N2, N10
    ASK = "ask"


class AxesLetters(StrEnum):
    """How the letters are dealt where there are several axes."""

    AXIS_BY_AXIS = "axis_by_axis"
    BY_DISTANCE = "by_distance"
    # over all axes as if they were one


class BlockName(StrEnum):
    """What an apartment building outside a group is called."""

    HOUSE_NUMBER = "house_number"
    LABEL = "label"
    # what people call it: CT1


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


class PlateWay(StrEnum):
    """How the way to a house stands below its number."""

    INSIDE_OUT = "inside_out"
    # Ngách 12, Ngõ 99, Đường A
    OUTSIDE_IN = "outside_in"
    LEAVE_OUT = "leave_out"


class PlateWords(StrEnum):
    """Whether the kind stands above the name on plates of groups, floors and stairs."""

    SHOWN = "shown"
    LEAVE_OUT = "leave_out"
