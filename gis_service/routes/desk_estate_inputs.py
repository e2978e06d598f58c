"""What people type about estates and their parts at the desk, and which facts belong to which kind."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Path, Query
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from addressing import estate_entry
from addressing.rules.estate_model import PartKind
from gis_service.access import Access
from gis_service.identity import policy

RecordId = Annotated[int, Path(ge=1, le=2**62)]
Seen = Annotated[int, Form(ge=0, le=2**31)]
"""Version of the part that the form was made from."""
Text = Annotated[str, Form(max_length=1000)]
Done = Annotated[str, Query(max_length=20)]
DONE = ("entered", "added", "changed", "removed", "ended", "ordered", "withdrawn", "rejected", "certified")
_Empty = BeforeValidator(lambda typed: None if isinstance(typed, str) and not typed.strip() else typed)
Whole = Annotated[Annotated[int, Field(ge=0, le=200)] | None, _Empty]
Level = Annotated[Annotated[int, Field(ge=-20, le=200)] | None, _Empty]
Degrees = Annotated[Annotated[float, Field(ge=0, lt=360, allow_inf_nan=False)] | None, _Empty]
Metres = Annotated[Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)] | None, _Empty]
Coordinate = Annotated[Annotated[float, Field(ge=-1e8, le=1e8, allow_inf_nan=False)] | None, _Empty]
Words = Annotated[str, Field(max_length=200)]


class Typed(BaseModel):
    """What stands in a form of a part or building. Empty is not known."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)
    label: Words = ""
    axis: Words = ""
    side: Annotated[str, Field(pattern="^(|left|right)$")] = ""
    found_name: Words = ""
    avoided: Annotated[str, Field(max_length=200, pattern=r"^[0-9,; ]*$")] = ""
    stairs: Annotated[str, Field(max_length=200, pattern=r"^[0-9.,;? ]*$")] = ""
    is_first: Annotated[str, Field(max_length=3)] = ""
    distance_m: Metres = None
    azimuth_deg: Degrees = None
    storeys: Whole = None
    basements: Whole = None
    flats: Whole = None
    first_flat: Whole = None
    level: Level = None
    x: Coordinate = None
    y: Coordinate = None
    # as maps of the country have them: x north, y east

    @property
    def leaves_out(self) -> tuple[int, ...]:
        """Numbers of floors, as typed: 4, 13."""
        return tuple(int(one) for one in self.avoided.replace(";", ",").replace(",", " ").split())

    @property
    def stairs_m(self) -> tuple[float | None, ...]:
        """Distances of stairs, as typed: 3; 20; a question mark where it is not known."""
        words = self.stairs.replace(";", " ").split()
        return tuple(None if "?" in one else float(one.replace(",", ".")) for one in words)

    @property
    def position(self) -> tuple[float, float] | None:
        """East and north in metres, as geometry has them."""
        return None if self.x is None or self.y is None else (self.y, self.x)


FACTS: dict[PartKind, tuple[str, ...]] = {
    PartKind.GROUP: ("label", "axis", "side", "distance_m", "found_name"),
    PartKind.BUILDING: ("label", "distance_m", "storeys", "avoided", "found_name"),
    PartKind.STAIR: ("label", "distance_m", "found_name"),
    PartKind.FLOOR: ("label", "level", "found_name"),
    PartKind.FLAT: ("label", "azimuth_deg", "is_first", "found_name"),
}
"""Kind -> the facts that its form has."""
INNER = {PartKind.BUILDING: (PartKind.FLOOR, PartKind.STAIR), PartKind.FLOOR: (PartKind.FLAT,)}
"""Kind -> what can be added in it one by one."""


def new_part(kind: PartKind, typed: Typed, parent_id: int | None) -> estate_entry.NewPart:
    """What the form of a part says; a floor is called by its level where nothing else is typed."""
    x, y = typed.position or (None, None)
    return estate_entry.NewPart(
        kind, typed.label or (str(typed.level) if kind is PartKind.FLOOR else ""), parent_id,
        axis=typed.axis, side=typed.side or None, distance_m=typed.distance_m,
        storeys=typed.storeys, avoided=typed.leaves_out, level=typed.level,
        azimuth_deg=typed.azimuth_deg, is_first=bool(typed.is_first), found_name=typed.found_name or None,
        x=x, y=y,
    )  # fmt: skip


def estate_rights(access: Access) -> dict[str, bool]:
    """What the asker may do with estates, by the words of the templates."""
    return {
        "enter": policy.may(access.identity, "estates.enter"), "end": policy.may(access.identity, "estates.end"),
        "order": policy.may(access.identity, "plates.order"), "papers": policy.may(access.identity, "documents.read"),
        "certify": policy.may(access.identity, "certificates.issue"),
    }  # fmt: skip
