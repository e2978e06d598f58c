"""What can be asked wrongly about coverage; each class a situation that the asker can mend."""

from __future__ import annotations

from layers.errors import LayersError, NotFound


class UnknownTechnology(LayersError):
    """A radio technology that no cell can have."""

    code = "unknown_technology"

    def __init__(self, technology: str, known: tuple[str, ...]) -> None:
        self.facts: dict[str, object] = {"technology": technology[:40], "known": list(known)}
        names = ", ".join(known)
        super().__init__(
            f"There is no technology '{technology[:40]}'. Technologies: {names}.",
            f"Không có công nghệ '{technology[:40]}'. Các công nghệ: {names}.",
        )


class UnknownOperator(LayersError):
    """An operator without a single site in this database."""

    code = "unknown_operator"

    def __init__(self, operator: str, known: tuple[str, ...]) -> None:
        self.facts: dict[str, object] = {"operator": operator[:40], "known": list(known[:50])}
        names = ", ".join(known[:50]) or "–"
        super().__init__(
            f"No site belongs to operator '{operator[:40]}'. Operators: {names}.",
            f"Không có trạm nào của nhà mạng '{operator[:40]}'. Các nhà mạng: {names}.",
        )


class UnknownZone(NotFound):
    """A zone that does not exist, or that the asker may not see."""

    code = "unknown_zone"

    def __init__(self, zone: str) -> None:
        super().__init__("zone", "khu", zone[:60])
        self.facts: dict[str, object] = {"zone": zone[:60]}


class TooFewOperators(LayersError):
    """More operators are demanded at every point than are counted."""

    code = "too_few_operators"

    def __init__(self, min_operators: int, operators: int) -> None:
        self.facts: dict[str, object] = {"min_operators": min_operators, "operators": operators}
        super().__init__(
            f"min_operators must be from 1 to {operators}, the operators counted; it is {min_operators}.",
            f"min_operators phải từ 1 đến {operators} (số nhà mạng được tính); giá trị nhận được: {min_operators}.",
        )


class BadBuffer(LayersError):
    """A buffer round the zones that is negative, absurd or not a number."""

    code = "bad_buffer"

    def __init__(self, buffer_m: float, largest_m: float) -> None:
        self.facts: dict[str, object] = {"largest_m": largest_m}
        super().__init__(
            f"buffer_m must be from 0 to {largest_m:g} metres; it is {buffer_m:g}.",
            f"buffer_m phải từ 0 đến {largest_m:g} mét; giá trị nhận được: {buffer_m:g}.",
        )


class BadSiting(LayersError):
    """A number of a siting question that makes no sense."""

    code = "bad_siting"

    def __init__(self, name: str, value: float, why: str) -> None:
        self.facts: dict[str, object] = {"name": name}
        super().__init__(
            f"{name} {why}; it is {value:g}.",
            f"{name} không hợp lệ ({why}); giá trị nhận được: {value:g}.",
        )


class UnknownSite(NotFound):
    """A site that does not exist."""

    code = "unknown_site"

    def __init__(self, site_id: int) -> None:
        super().__init__("site", "trạm", site_id)
        self.facts: dict[str, object] = {"site_id": site_id}


class UnknownCell(NotFound):
    """A cell that does not belong to the site named."""

    code = "unknown_cell"

    def __init__(self, cell_id: int, site_id: int) -> None:
        super().__init__("cell", "cell", f"{cell_id} (site {site_id})")
        self.facts: dict[str, object] = {"cell_id": cell_id, "site_id": site_id}


class BadChange(LayersError):
    """A what-if change that cannot be tried."""

    code = "bad_change"

    def __init__(self, number: int, why: str, why_vi: str) -> None:
        self.facts: dict[str, object] = {"change": number}
        super().__init__(f"Change {number}: {why}.", f"Thay đổi {number}: {why_vi}.")


class BadQuestion(LayersError):
    """A part of a coverage question that makes no sense."""

    code = "bad_coverage_question"

    def __init__(self, part: str, wanted: str, wanted_vi: str) -> None:
        self.facts: dict[str, object] = {"part": part, "wanted": wanted}
        super().__init__(f"{part} must be {wanted}.", f"{part} phải là {wanted_vi}.")


class UnknownRun(NotFound):
    """A run that was never stored, or that the asker may not see."""

    code = "unknown_coverage_run"

    def __init__(self, run_id: int) -> None:
        super().__init__("coverage run", "lần tính phủ sóng", run_id)
        self.facts: dict[str, object] = {"run": run_id}
