"""Why a filter is refused."""

from __future__ import annotations

from layers.errors import LayersError


class FilterRefused(LayersError):
    """A filter that cannot be read, names what is not there, or costs more than a request may.

    `code` is bad_filter, unknown_property, wrong_type, bad_geometry or filter_too_large.
    """

    code = "bad_filter"

    def __init__(self, code: str, message: str, message_vi: str, **facts: object) -> None:
        super().__init__(message, message_vi)
        self.code = code
        self.facts = facts


def unreadable(what: str, what_vi: str, position: int | None = None) -> FilterRefused:
    """The filter is not CQL2; `position` counts characters from 1."""
    at = "" if position is None else f" (character {position})"
    at_vi = "" if position is None else f" (ký tự {position})"
    return FilterRefused(
        "bad_filter", f"The filter cannot be read: {what}{at}.", f"Không đọc được bộ lọc: {what_vi}{at_vi}."
    )


def wrong_type(what: str, what_vi: str) -> FilterRefused:
    """Values of kinds that cannot be compared."""
    return FilterRefused(
        "wrong_type", f"The filter compares what does not fit: {what}.", f"Bộ lọc so sánh sai kiểu: {what_vi}."
    )


def too_large(what: str, what_vi: str) -> FilterRefused:
    """More than a request may cost."""
    return FilterRefused("filter_too_large", f"The filter is too large: {what}.", f"Bộ lọc quá lớn: {what_vi}.")
