"""What can go wrong with a written address."""

from __future__ import annotations

from addressing.errors import AddressingError


class AddressNotReadable(AddressingError):
    """A text in which there is nothing to read: no letter and no digit."""

    code = "address_not_readable"

    def __init__(self) -> None:
        super().__init__(
            "There is no letter or digit in this address.", "Địa chỉ không có chữ cái hay chữ số nào để đọc."
        )


class AddressTooLong(AddressingError):
    """A text that is longer than any address."""

    code = "address_too_long"

    def __init__(self, length: int, limit: int) -> None:
        self.length, self.limit = length, limit
        super().__init__(
            f"An address has at most {limit} characters; this text has {length}.",
            f"Địa chỉ dài tối đa {limit} ký tự; văn bản này có {length} ký tự.",
        )
