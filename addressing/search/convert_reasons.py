"""Why a conversion says what it says, in both languages."""

from __future__ import annotations

from datetime import date
from typing import Literal

from addressing.search.elements import Reason
from addressing.search.units import Change, Unit


def of_way(way: tuple[Change, ...]) -> tuple[Reason, ...]:
    """One reason a change: what happened on which day, by which act."""
    return tuple(dict.fromkeys(_of_change(change) for change in way))


def _of_change(change: Change) -> Reason:
    day, day_vi = change.changed_on.isoformat(), f"{change.changed_on:%d/%m/%Y}"
    old, new = change.old.full_name, change.new.full_name
    if change.part == "full":
        text, text_vi = f"all of {old} went to {new}", f"toàn bộ {old} thuộc về {new}"
        if change.old.name == change.new.name:
            text, text_vi = f"{old} went on as {new}", f"{old} tiếp tục là {new}"
    else:
        what, what_vi = {
            "all": ("part of the land and all inhabitants", "một phần diện tích và toàn bộ dân số"),
            "part": ("part of the land and of the inhabitants", "một phần diện tích và dân số"),
            "none": ("part of the land, without inhabitants,", "một phần diện tích, không có dân cư,"),
            None: ("part", "một phần"),
        }[change.people]
        text, text_vi = f"{what} of {old} went to {new}", f"{what_vi} của {old} thuộc về {new}"
    return Reason("changed", f"On {day} {text} ({change.source}).", f"Ngày {day_vi}: {text_vi} ({change.source}).")


def not_followed(unit: Unit, on: date) -> Reason:
    """The records do not reach that day."""
    return Reason(
        "not_followed",
        f"What {unit.full_name} was on {on.isoformat()} is not on record.",
        f"Chưa có dữ liệu về {unit.full_name} vào ngày {on:%d/%m/%Y}.",
    )


def namesake(other: Unit) -> Reason:
    """The trap of the same name."""
    return Reason(
        "namesake_elsewhere",
        f"On that day {other.full_name} (code {other.code}) is the name of another place in the same province.",
        f"Vào ngày đó {other.full_name} (mã {other.code}) là tên của một nơi khác trong cùng tỉnh, thành phố.",
    )


def position_elsewhere() -> Reason:
    """Position and name contradict each other."""
    return Reason(
        "position_elsewhere",
        "The position given lies in none of these units.",
        "Vị trí đã cho không nằm trong đơn vị nào trong số này.",
    )


def deciding(by: Literal["hamlet", "position"]) -> Reason:
    """What settles which of several it is: the hamlet is the best evidence, the position the second best."""
    if by == "hamlet":
        return Reason("hamlet", "The hamlet belongs to this one.", "Thôn, tổ dân phố thuộc đơn vị này.")
    return Reason("position", "The position lies in this one.", "Vị trí nằm trong đơn vị này.")


def several_readings() -> Reason:
    """The address can be read in more than one way."""
    return Reason(
        "several_readings",
        "The address can be read in more than one way.",
        "Địa chỉ có thể được hiểu theo nhiều cách.",
    )


def no_commune() -> Reason:
    """Without a commune there is nothing to convert but the province."""
    return Reason(
        "no_commune",
        "No commune was recognised in the address.",
        "Không nhận ra xã, phường nào trong địa chỉ.",
    )


def namesake_before(other: Unit, above: tuple[Unit, ...]) -> Reason:
    """An address written before the reform may mean the other one."""
    where = ", ".join(unit.full_name for unit in (other, *above))
    return Reason(
        "namesake_before",
        f"Before 1 July 2025 this was also the name of another place: {where} (code {other.code}).",
        f"Trước 01/07/2025 đây còn là tên của một nơi khác: {where} (mã {other.code}).",
    )
