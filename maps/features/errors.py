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


class ReadOnlyCollection(MapsError):
    """A collection whose features change in another way than by a standard."""

    code = "read_only_collection"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Features of '{name}' are not written here: house numbers change by decision only, other lists by import.",
            f"Không sửa '{name}' ở đây: số nhà chỉ đổi theo quyết định, các danh mục khác đổi qua nhập dữ liệu.",
        )


class WrongContentType(MapsError):
    """A body of a kind that the resource does not take, or of no stated kind."""

    code = "unsupported_media_type"

    def __init__(self, stated: str, taken: list[str]) -> None:
        listed = ", ".join(taken)
        super().__init__(
            f"The content is '{stated[:60]}'; {listed} is taken here.",
            f"Nội dung thuộc loại '{stated[:60]}'; ở đây nhận {listed}.",
            taken=taken,
        )


class MissingContentType(MapsError):
    """A body without the header Content-Type."""

    code = "missing_content_type"

    def __init__(self, taken: list[str]) -> None:
        listed = ", ".join(taken)
        super().__init__(f"State Content-Type: {listed}.", f"Hãy ghi Content-Type: {listed}.", taken=taken)


class MissingIfMatch(MapsError):
    """A change that does not say which version it was made from."""

    code = "missing_if_match"

    def __init__(self) -> None:
        super().__init__(
            "Send If-Match with the ETag that you read, so that nobody's work is overwritten.",
            "Hãy gửi If-Match với ETag đã đọc, để không ghi đè việc của người khác.",
        )


class StaleFeature(MapsError):
    """A change made from a version that is no longer the newest."""

    code = "stale_feature"

    def __init__(self, version: int) -> None:
        super().__init__(
            f"The feature has changed since you read it; it is at version {version}. Read it again.",
            f"Đối tượng đã thay đổi sau khi bạn đọc; nay là phiên bản {version}. Hãy đọc lại.",
            version=version,
        )
