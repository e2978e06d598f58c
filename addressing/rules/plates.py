"""Plates: what stands on each kind, how large it is, and where it hangs.

No size or colour of 2024 was found. Street plates follow the table of the repealed regulation of 2006;
where that is silent too the rule asks, and a local decision may set the size as a policy value.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from addressing.rules.apartments import a_flat_is_floor_dash_flat
from addressing.rules.groups import DEPARTMENT, GROUP_LETTERS, a_building_bears_group_and_ordinal
from addressing.rules.model import OpenQuestion, Option
from addressing.rules.numbers import HouseNumber
from addressing.rules.policy import ASK, REGULATION_2006, Policy, plate_size_in_words
from addressing.rules.policy_choices import PlateWay, PlateWords
from addressing.rules.questions import COMMUNE, Inquiry

HEIGHT_MM = 150
WIDTH_MM = {1: 200, 2: 200, 3: 230, 4: 260}
"""Characters on the plate -> width. A suffix letter counts as a character: our reading."""

NO_LOCAL_POLICY = Policy()
TABLE_2006 = "R13.plates"
UNKNOWN_SIZE = "R13.unknown"
HIGH_GABLE_M, ON_HIGH_GABLE_M = 17.0, 9.0


class PlateKind(StrEnum):
    """What a plate is of. The alley sign is no plate of the circular; some provinces have one."""

    STREET_HOUSE = "street_house"
    ALLEY_HOUSE = "alley_house"
    ALLEY_SIGN = "alley_sign"
    GROUP = "group"
    BUILDING = "building"
    STAIR = "stair"
    FLOOR = "floor"
    FLAT = "flat"


POLICY_OF = {
    PlateKind.STREET_HOUSE: "plate_size_long",
    PlateKind.ALLEY_HOUSE: "plate_size_alley_house",
    PlateKind.ALLEY_SIGN: "plate_size_alley_sign",
    PlateKind.GROUP: "plate_size_group",
    PlateKind.BUILDING: "plate_size_building",
    PlateKind.STAIR: "plate_size_stair",
    PlateKind.FLOOR: "plate_size_floor",
    PlateKind.FLAT: "plate_size_flat",
}
"""The policy value that gives the size where no text does; of street plates that of more than four characters."""

LIKE_STREET = "like_street"
KIND_VI = {
    PlateKind.STREET_HOUSE: "biển số nhà mặt đường", PlateKind.ALLEY_HOUSE: "biển số nhà trong ngõ, ngách",
    PlateKind.ALLEY_SIGN: "biển tên ngõ, ngách", PlateKind.GROUP: "biển tên nhóm nhà",
    PlateKind.BUILDING: "biển tên ngôi nhà", PlateKind.STAIR: "biển số cầu thang",
    PlateKind.FLOOR: "biển số tầng", PlateKind.FLAT: "biển số căn hộ",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlateSize:
    """Width and height of a plate."""

    width_mm: int
    height_mm: int


@dataclass(frozen=True, slots=True)
class SizeFound:
    """A size and what it rests on."""

    size: PlateSize
    clause: str
    set_by: str
    # the local decision; "" the table; "answer" an officer took the street plate for a draft; "order" as ordered


@dataclass(frozen=True, slots=True)
class Wording:
    """What stands on a plate: large, above it and below it."""

    main: str
    above: str = ""
    below: tuple[str, ...] = ()


def a_street_plate_widens_with_its_characters(number: HouseNumber) -> PlateSize | None:
    """200, 230 or 260 mm for up to two, three or four characters; None beyond what is written."""
    return _by_characters(str(number))


def a_plate_without_a_size_is_asked_about(
    kind: PlateKind, main: str, policy: Policy, inquiry: Inquiry
) -> SizeFound | None:
    """The size of any plate: the table for houses on streets, else the value of a local decision.

    None while nobody has said, with the question in the inquiry. It may be answered with `like_street`
    for a draft: the street plate of as many characters, the longest where there are more.
    """
    listed = _by_characters(main) if kind is PlateKind.STREET_HOUSE else None
    name, clause = POLICY_OF[kind], UNKNOWN_SIZE
    if listed is not None:
        name, clause = "plate_size_street", TABLE_2006
    value = getattr(policy, name)
    if listed is not None and value == REGULATION_2006:
        return SizeFound(listed, TABLE_2006, "")
    if value != ASK:
        return SizeFound(PlateSize(*plate_size_in_words(value)), clause, policy.origin(name).set_by)
    who = DEPARTMENT if kind in (PlateKind.GROUP, PlateKind.BUILDING) else COMMUNE
    answer = inquiry.ask(OpenQuestion(
        "plate_size", kind.value,
        f"How large is a plate of the kind '{kind.value}'?", f"Kích thước {KIND_VI[kind]} là bao nhiêu?",
        "No size was found in the circular or in the regulation of 2006.",
        "Chưa tìm thấy kích thước trong Thông tư 08/2024/TT-BXD và Quy chế năm 2006.",
        clause, who,
        (Option(LIKE_STREET, "Draw it like a street plate, as a draft", "Vẽ như biển nhà mặt đường, làm bản nháp"),
         Option("wait", "Wait for a decision", "Chờ quyết định")),
    ))  # fmt: skip
    if answer != LIKE_STREET:
        return None
    return SizeFound(_by_characters(main) or PlateSize(WIDTH_MM[4], HEIGHT_MM), clause, "answer")


def a_house_plate_bears_number_and_way(
    number: HouseNumber, way: tuple[str, ...], commune: str = "", policy: Policy = NO_LOCAL_POLICY
) -> Wording:
    """The number, and below it the way to it from the inside out: Ngách 12, Ngõ 99, Đường A.

    By a local policy the way runs from the outside in, or nothing stands below the number.
    """
    if policy.plate_way is PlateWay.LEAVE_OUT:
        return Wording(str(number))
    shown = way if policy.plate_way is PlateWay.INSIDE_OUT else way[::-1]
    return Wording(str(number), below=(", ".join(shown), commune))


def an_alley_sign_names_the_alley_and_its_street(alley: str, outer: str) -> Wording:
    """`NGÕ 99` above `PHỐ NGUYỄN DU`, in capitals: the example of Circular 36/2006/TT-BVHTT."""
    return Wording(alley.upper(), below=(outer.upper(),))


def a_group_plate_bears_its_letter(letter: str, policy: Policy = NO_LOCAL_POLICY) -> Wording:
    """The one capital of the group. Raises `ValueError` for what is no letter of the list.

    The words above it are ours; a local policy may leave them out, on plates of floors and stairs too.
    """
    if len(letter) != 1 or letter not in GROUP_LETTERS:
        raise ValueError(f"'{letter}' is not a group letter.")
    return Wording(letter, above=_above("NHÓM NHÀ", policy))


def a_building_plate_bears_its_name(group: str, ordinal: int, street: str | None = None) -> Wording:
    """`A10` or `BL.A-10`. Raises `ValueError` as the rule of the name does."""
    return Wording(a_building_bears_group_and_ordinal(group, ordinal, street))


def a_floor_plate_bears_its_floor(floor: str, policy: Policy = NO_LOCAL_POLICY) -> Wording:
    """The name of the floor below the word TẦNG; the word is ours. Raises `ValueError` for a blank one."""
    return Wording(_floor(floor), above=_above("TẦNG", policy))


def a_stair_plate_bears_its_number(number: str, policy: Policy = NO_LOCAL_POLICY) -> Wording:
    """The number of the stair below the words CẦU THANG; the words are ours. Raises `ValueError` for a blank one."""
    if not number.strip():
        raise ValueError("A stair has a number.")
    return Wording(number.strip().upper(), above=_above("CẦU THANG", policy))


def a_flat_plate_bears_block_floor_and_flat(block: str, floor: str, flat: int) -> Wording:
    """Block symbol, floor and flat: `25-06` below `A2`. What parts block and floor was not found, so two lines do.

    Raises `ValueError` for a flat below 1 or a blank floor.
    """
    return Wording(a_flat_is_floor_dash_flat(_floor(floor), flat), above=block.strip())


def the_plate_hangs_at_the_main_door(fence_is_near_the_road: bool) -> tuple[str, str]:
    """Where the plate is fixed, in English and Vietnamese."""
    if fence_is_near_the_road:
        return "on the main gate pillar, the left one seen from outside", "trụ cổng chính, bên trái nhìn từ ngoài vào"
    return "left of or above the middle of the main door", "bên trái hoặc phía trên giữa cửa chính"


def a_building_plate_hangs_at(storeys: int, gable_height_m: float) -> tuple[int, float]:
    """The storey of the front and the height in metres on both gables, by the regulation of 2006.

    Storey 1 of a single-storey building, else 2; two thirds of a gable up to 17 m high, 9 m on a higher one.
    """
    high = gable_height_m > HIGH_GABLE_M
    return (1 if storeys == 1 else 2), ON_HIGH_GABLE_M if high else round(2 * gable_height_m / 3, 1)


def other_plates_hang(kind: PlateKind, policy: Policy = NO_LOCAL_POLICY) -> tuple[str, str] | None:
    """Where plates of the parts of an estate hang, in English and Vietnamese; None where it is to be asked.

    The words of a local decision stand as they are in both.
    """
    decided = getattr(policy, f"plate_place_{kind.value}", REGULATION_2006)
    if decided != REGULATION_2006:
        return None if decided == ASK else (decided, decided)
    return {
        PlateKind.BUILDING: ("on the front at storey 2 (or the only one), on both gables at 2/3, up to 9 m",
                             "mặt đứng tầng 2 (nhà một tầng: tầng 1) và hai đầu hồi, ở 2/3 chiều cao, tối đa 9 m"),
        PlateKind.GROUP: ("at a corner of the group, on the pavement of its largest street",
                          "góc nhóm nhà, trên vỉa hè của đường lớn nhất"),
        PlateKind.STAIR: ("above the middle of the entrance of the stair", "phía trên, giữa lối vào cầu thang"),
        PlateKind.FLOOR: ("in the middle of the wall of the stair, 2 m above the floor",
                          "giữa tường cầu thang, cách sàn 2 m"),
        PlateKind.FLAT: ("at a visible place of the flat's door", "vị trí dễ thấy tại cửa căn hộ"),
    }.get(kind)  # fmt: skip


def _above(words: str, policy: Policy) -> str:
    return words if policy.plate_words is PlateWords.SHOWN else ""


def _by_characters(main: str) -> PlateSize | None:
    width_mm = WIDTH_MM.get(len(main))
    return None if width_mm is None else PlateSize(width_mm, HEIGHT_MM)


def _floor(floor: str) -> str:
    if not floor.strip():
        raise ValueError("A floor has a name, such as 3A or B1.")
    return floor.strip().upper()
