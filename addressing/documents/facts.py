"""What the papers need to know, gathered by whoever asks for one. Plain records, no database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from addressing.rules.model import Side
from addressing.rules.plates import PlateKind, SizeFound, Wording

SIDES = {Side.LEFT: "trái", Side.RIGHT: "phải"}
HEADINGS = {"N": "Bắc", "S": "Nam", "E": "Đông", "W": "Tây",
            "NE": "Đông Bắc", "NW": "Tây Bắc", "SE": "Đông Nam", "SW": "Tây Nam"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Area:
    """Where the street lies, in the words of its unit on the day of the paper."""

    commune: str
    # "Phường Tứ Minh"; "" where it is not on record
    province: str
    zone: str = ""

    @property
    def words(self) -> str:
        """Commune and province, what is known of them."""
        return ", ".join(part for part in (self.zone, self.commune, self.province) if part)


@dataclass(frozen=True, slots=True)
class Paper:
    """The signed paper behind numbers; `number` None while it is a draft."""

    number: str | None
    decided_on: date | None
    body: str


@dataclass(frozen=True, slots=True)
class NumberLine:
    """One door of a street: what hung there, what it gets."""

    key: str
    number: str
    side: Side
    # seen from the low end
    distance_m: float
    # from the low end
    clauses: tuple[str, ...] = ()
    before: str = ""
    # number in use until now, as written
    is_new: bool = True
    place_id: str | None = None
    household: str = ""
    # plot by which the door is known on the ground
    firm: str = ""
    # for working papers only: not every firm is published
    written: str = ""
    # address without its units, by the one writer; "" while its alley has no name


@dataclass(frozen=True, slots=True)
class StreetNumbering:
    """A street with its numbers, for the lists and the decision."""

    street_name: str
    area: Area
    compass: str | None
    # such as N->S
    lines: tuple[NumberLine, ...]
    rule_set: str
    made_on: date
    is_demo: bool
    spare: tuple[NumberLine, ...] = ()
    # never in a public paper
    answered: tuple[tuple[str, str, str], ...] = ()
    # question, answer, by whom and why
    open_questions: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def new(self) -> tuple[NumberLine, ...]:
        """Doors that get a number by this."""
        return tuple(line for line in self.lines if line.is_new)

    @property
    def kept(self) -> tuple[NumberLine, ...]:
        """Doors whose number was there before and stays."""
        return tuple(line for line in self.lines if not line.is_new)


@dataclass(frozen=True, slots=True)
class NumberedPlace:
    """A place with its number in force, as certificate and plate show it."""

    place_id: str
    number: str
    street_name: str
    area: Area
    paper: Paper
    valid_from: date
    x: float | None
    y: float | None
    # metres in the storage CRS, east and north
    srid: int
    link: str
    # address of its public page
    is_demo: bool
    official_codes: tuple[tuple[str, str], ...] = ()
    # name of the code, code
    serial: str | None = None
    # number of the certificate in its register; None while none was issued
    certified_on: date | None = None
    written: str = ""
    # the whole address: as certified, else as it stands
    way: tuple[str, ...] = ()
    # from the house to the street: Ngách 12, Ngõ 99, Đường A; empty for the street alone
    kind: PlateKind = PlateKind.STREET_HOUSE
    plate_size: SizeFound | None = None
    # None while nobody has said
    words: Wording | None = None
    # what stands on its plate; None: its number and way
    hangs: str = ""
    # where its plate does, in Vietnamese; "" by its kind
    plate_code: str | None = None
    # of its plate in the register, unless that was withdrawn

    @property
    def is_part(self) -> bool:
        """Whether it is a part of an estate, and no house."""
        return self.kind not in (PlateKind.STREET_HOUSE, PlateKind.ALLEY_HOUSE)

    @property
    def outward(self) -> tuple[str, ...]:
        """The way from the house to the street, the street alone where nothing lies between."""
        return self.way or (self.street_name,)


def direction_words(compass: str | None) -> str:
    """The heading in Vietnamese words; says so when there is none."""
    if compass is None or "->" not in compass:
        return "theo thực tế của tuyến đường"
    start, _, end = compass.partition("->")
    return f"từ {HEADINGS[start]} đến {HEADINGS[end]}"


def bare_name(unit: str) -> str:
    """The name of a unit as it stands before a date: without "Thành phố", "Tỉnh", "Phường", "Xã"."""
    for word in ("Thành phố ", "Tỉnh ", "Phường ", "Xã "):
        if unit.startswith(word):
            return unit.removeprefix(word)
    return unit
