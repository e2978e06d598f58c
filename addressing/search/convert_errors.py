"""What can go wrong when somebody asks for a conversion or for what lies at a point."""

from __future__ import annotations

from addressing.errors import AddressingError, NotFound


class UnknownUnit(NotFound):
    """A code that no administrative unit has, or had on that day."""

    code = "unknown_unit"

    def __init__(self, key: object) -> None:
        super().__init__("administrative unit", "đơn vị hành chính", key)


class PositionRefused(AddressingError):
    """A position that is half given, given twice, or not of this earth."""

    code = "position_refused"
