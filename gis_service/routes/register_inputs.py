"""Shapes that the routes of the register share: keys, bodies, versions."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Header, Path
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from addressing.deciding import SignedDecision
from addressing.errors import InvalidIdentifier
from addressing.identifiers import PlaceId


def _place_id(typed: str) -> str:
    try:
        return str(PlaceId.parse(typed))
    except InvalidIdentifier as error:
        raise ValueError(str(error)) from error


Key = Annotated[int, Path(ge=1, le=2**62)]
Number = Annotated[int, Field(ge=1, le=2**62)]
PlaceKey = Annotated[str, Path(max_length=20)]
PlaceIn = Annotated[str, StringConstraints(max_length=20), AfterValidator(_place_id)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Paragraph = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Version = Annotated[int, Field(ge=1, description="The version that you read; 409 shows both when it moved on.")]

IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", pattern=r'^(W/)?"?[0-9]{1,9}"?$', description="The version that you read, such as \"3\"."),
]  # fmt: skip


def version_in(if_match: str | None) -> int | None:
    """The version that the header If-Match names; None without one."""
    return None if if_match is None else int(if_match.removeprefix("W/").strip('"'))


def place_key(typed: str) -> str:
    """A place id from a path, as people type it. Raises `InvalidIdentifier`."""
    return str(PlaceId.parse(typed))


class Body(BaseModel):
    """Fields that are not named are refused, not ignored."""

    model_config = ConfigDict(extra="forbid")


class Versioned(Body):
    """A write that says which version its author read."""

    version: Version


class Reasoned(Versioned):
    """A step that needs a reason."""

    reason: Paragraph


class Signed(Body):
    """A signed paper."""

    decision_number: Line
    decision_date: date
    issuing_body: Line

    @property
    def paper(self) -> SignedDecision:
        """The same for the register."""
        return SignedDecision(self.decision_number, self.decision_date, self.issuing_body)
