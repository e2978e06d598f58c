"""What an address says, element by element: the values that parsing returns. Pure.

Names keep the marks they were written with, or those of the gazetteer for units. The way inward
(`alleys`) runs from the street to the house, whichever way it was written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["commune", "district", "province"]
Era = Literal["old", "new", "mixed"]
"""Units until 30 June 2025, units since, or both in one address."""


@dataclass(frozen=True, slots=True)
class Alley:
    """One alley on the way from the street to the house."""

    word: str
    # ngõ, ngách, hẻm, kiệt; "" where only a slash says it: 12/5/3
    label: str
    # 12, 12A, or a proper name


@dataclass(frozen=True, slots=True)
class Zone:
    """An industrial park, a cluster, an economic zone, a new town or a residential area."""

    kind: str
    # KCN, CCN, KCX, KKT, KCNC, KĐT, KDC
    name: str


@dataclass(frozen=True, slots=True)
class Street:
    """A street, or a numbered road: (quốc lộ, 5A)."""

    kind: str
    # đường, phố, đại lộ, quốc lộ, đường tỉnh, đường huyện, cao tốc ...; "" where none is written
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}".strip()


@dataclass(frozen=True, slots=True)
class Kilometre:
    """A point on a road: Km 52+300 is (52, 300)."""

    km: int
    metres: int = 0

    def __str__(self) -> str:
        return f"{self.km}+{self.metres:03d}" if self.metres else str(self.km)


@dataclass(frozen=True, slots=True)
class Hamlet:
    """A hamlet or residential group inside a commune."""

    kind: str
    # thôn, xóm, đội, tổ dân phố, tổ, khu, khu phố, khối, ấp, bản, buôn ...
    name: str


@dataclass(frozen=True, slots=True)
class UnitName:
    """An administrative unit that the text names."""

    level: Level
    kind: str
    # phường, xã, thị trấn, đặc khu, quận, huyện, thị xã, thành phố, tỉnh; "" where neither text nor gazetteer says
    name: str
    # without its kind: Tứ Minh; for numbered wards and districts the number: 4
    code: str | None = None
    # of the gazetteer; None: the name is unknown there, or fits several units equally well
    era: Era | None = None
    # "mixed" where old and new unit share name and kind
    written: str = ""
    # as it stands in the text

    @property
    def full_name(self) -> str:
        """Kind and name: phường Tứ Minh."""
        return f"{self.kind} {self.name}".strip()


@dataclass(frozen=True, slots=True)
class Coordinates:
    """A position that the text gives."""

    x: float
    # easting in metres, or longitude in degrees
    y: float
    # northing in metres, or latitude in degrees
    srid: int | None
    # EPSG; 4326 for degrees; None: VN-2000 metres of a zone that the text does not name


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a reading is what it is, or what speaks against it."""

    code: str
    message: str
    message_vi: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read an address. Parsing returns several, the likeliest first."""

    number: str | None = None
    # digits without leading zeros: 45
    suffix: str = ""
    # A, B2, bis
    range_end: str | None = None
    # of 46-48: 48; with its own suffix: 48B
    former_number: str | None = None
    # that the text gives beside the present one: 15 of 27 (15 cũ)
    alleys: tuple[Alley, ...] = ()
    # outermost first
    lots: tuple[str, ...] = ()
    # CN3.1; several where the text joins them
    parcel: str | None = None
    # of thửa đất số 368: 368
    map_sheet: str | None = None
    # of tờ bản đồ số 12: 12
    zone: Zone | None = None
    km: Kilometre | None = None
    building: str | None = None
    # block, tower or building: A2, Hapaco
    floor: str | None = None
    flat: str | None = None
    street: Street | None = None
    hamlets: tuple[Hamlet, ...] = ()
    # outermost first: (thôn Đồng Xá Bắc, xóm 3)
    commune: UnitName | None = None
    district: UnitName | None = None
    province: UnitName | None = None
    former: tuple[UnitName, ...] = ()
    # units said to be of the past: (phường Tứ Minh cũ)
    postcode: str | None = None
    plus_code: str | None = None
    coordinates: Coordinates | None = None
    place_id: str | None = None
    name: str | None = None
    # of the firm or building in front of the address
    landmark: str | None = None
    # of "gần KCN Đại An", "đối diện chợ": near the place, not the place
    leftovers: tuple[str, ...] = ()
    # what no element took, in the order of the text
    era: Era | None = None
    confidence: float = 0.0
    # 0 to 1: the share of readings with this value that are right
    reasons: tuple[Reason, ...] = ()

    @property
    def house(self) -> str | None:
        """Number, suffix and range in one: 45, 15A, 12bis, 46-48."""
        if self.number is None:
            return None
        return f"{self.number}{self.suffix}" + (f"-{self.range_end}" if self.range_end else "")

    @property
    def path(self) -> tuple[str, ...]:
        """The way inward with the house: 12, 5, 3 for 12/5/3."""
        return (*(alley.label for alley in self.alleys), *((self.house,) if self.house else ()))
