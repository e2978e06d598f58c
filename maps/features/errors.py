"""What can go wrong between a client of the standards and this service, each class a situation."""

from __future__ import annotations

from maps.errors import MapsError


class BadParameter(MapsError):
    """A query parameter that is unknown, or whose value cannot be meant."""

    code = "bad_parameter"

    def __init__(self, name: str, message: str, message_vi: str) -> None:
        super().__init__(
            f"Parameter '{name[:60]}': {message}", f"Tham số '{name[:60]}': {message_vi}", parameter=name[:60]
        )


class UnknownCollection(MapsError):
    """A collection that this service does not have, or not for who asks."""

    code = "unknown_collection"

    def __init__(self, name: str, known: list[str]) -> None:
        listed = ", ".join(known)
        super().__init__(
            f"There is no collection '{name[:60]}'. Collections: {listed}.",
            f"Không có tập dữ liệu '{name[:60]}'. Các tập hiện có: {listed}.",
        )


class UnknownFeature(MapsError):
    """A feature that does not exist, or that who asks may not see."""

    code = "unknown_feature"

    def __init__(self, collection: str, key: object) -> None:
        super().__init__(
            f"There is no feature '{str(key)[:60]}' in '{collection}'.",
            f"Không có đối tượng '{str(key)[:60]}' trong '{collection}'.",
        )


class NotAcceptable(MapsError):
    """None of the representations that the client takes exists."""

    code = "not_acceptable"

    def __init__(self, offered: list[str]) -> None:
        listed = ", ".join(offered)
        super().__init__(
            f"This resource exists as {listed}; ask for one of them with Accept or f=.",
            f"Tài nguyên này có các dạng {listed}; hãy chọn bằng Accept hoặc f=.",
            offered=offered,
        )
