"""What can go wrong on a map, each class a situation that a caller treats differently."""

from __future__ import annotations


class MapsError(Exception):
    """Base of all errors of this package.

    `code` is stable and meant for programs, `str(error)` is English and `message_vi` Vietnamese.
    """

    code = "maps_error"

    def __init__(self, message: str, message_vi: str, **facts: object) -> None:
        super().__init__(message)
        self.message_vi = message_vi
        self.facts = facts


class TileOutOfRange(MapsError):
    """A tile address that is not made of plain digits or lies outside the tile matrix set."""

    code = "tile_out_of_range"

    def __init__(self, z: str, x: str, y: str) -> None:
        asked = f"{z[:12]}/{x[:12]}/{y[:12]}"
        super().__init__(
            f"There is no tile {asked}: z is 0 to 22, x and y are 0 to 2^z - 1, in plain digits.",
            f"Không có ô bản đồ {asked}: z từ 0 đến 22, x và y từ 0 đến 2^z - 1, chỉ gồm chữ số.",
        )


class TileOutOfLimits(MapsError):
    """A tile of the matrix where a tile set says that it has none."""

    code = "tile_out_of_limits"

    def __init__(self, z: int, x: int, y: int) -> None:
        super().__init__(
            f"This tile set has no tile in matrix {z}, row {y}, column {x}; see its tileMatrixSetLimits.",
            f"Bộ ô này không có ô ở ma trận {z}, hàng {y}, cột {x}; xem tileMatrixSetLimits của nó.",
        )


class TooManyLayers(MapsError):
    """One request that asks for more layers, or for one layer more often, than is sensible."""

    code = "too_many_layers"

    def __init__(self, asked: int, most: int) -> None:
        super().__init__(
            f"{asked} layers in one tile; at most {most}, each once.",
            f"Một ô bản đồ có {asked} lớp; tối đa {most} lớp, mỗi lớp một lần.",
            asked=asked,
            most=most,
        )


class UnknownMatrixSet(MapsError):
    """A name that is none of the tile matrix sets of this deployment."""

    code = "unknown_tile_matrix_set"

    def __init__(self, name: str, known: list[str]) -> None:
        listed = ", ".join(known)
        super().__init__(
            f"There is no tile matrix set {name!r}. Known here: {listed}.",
            f"Không có bộ lưới ô {name!r}. Ở đây có: {listed}.",
            known=known,
        )


class ArchiveRefused(MapsError):
    """An archive of tiles that cannot be written as asked."""

    code = "archive_refused"
