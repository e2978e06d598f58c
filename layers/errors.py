"""What can go wrong on the ground, each class a situation that a caller treats differently."""

from __future__ import annotations


class LayersError(Exception):
    """Base of all errors of this package.

    `code` is stable and meant for programs, `str(error)` is English and `message_vi` Vietnamese.
    """

    code = "layers_error"

    def __init__(self, message: str, message_vi: str) -> None:
        super().__init__(message)
        self.message_vi = message_vi


class UnknownLayer(LayersError):
    """A layer name that this service does not have."""

    code = "unknown_layer"

    def __init__(self, layer: str, known: list[str]) -> None:
        self.layer, self.known = layer, known
        names = ", ".join(known)
        super().__init__(
            f"There is no layer '{layer}'. Layers: {names}.",
            f"Không có lớp dữ liệu '{layer}'. Các lớp hiện có: {names}.",
        )


class NotFound(LayersError):
    """A record that does not exist, or that the asker may not see."""

    code = "not_found"

    def __init__(self, noun: str, noun_vi: str, key: object) -> None:
        self.noun, self.key = noun, key
        super().__init__(f"There is no {noun} '{key}'.", f"Không tìm thấy {noun_vi} '{key}'.")


class UnknownCrs(LayersError):
    """A coordinate reference system that is missing, not recognised, or refused."""

    code = "unknown_crs"


class OutsideEnvelope(LayersError):
    """Coordinates that are not on the territory of this deployment."""

    code = "outside_envelope"
