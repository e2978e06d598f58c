"""Part 2: the CRS that a client names in a parameter or header."""

from __future__ import annotations

from starlette.requests import Request

from layers.named_crs import LON_LAT, NamedCrs, find, offered
from maps.features.errors import BadParameter
from maps.features.items import Ground

HEADER = "Content-Crs"


def of_parameter(request: Request, name: str, on: Ground) -> NamedCrs:
    """The CRS of a query parameter, CRS84 without one. Raises `BadParameter` when it is not offered."""
    stated = request.query_params.get(name)
    return LON_LAT if stated is None else known(name, stated, on)


def of_body(request: Request, on: Ground) -> NamedCrs:
    """The CRS of what the client sends, by the header Content-Crs. Raises `BadParameter`."""
    stated = request.headers.get(HEADER)
    return LON_LAT if stated is None else known(HEADER, stated.strip().removeprefix("<").removesuffix(">"), on)


def known(where: str, stated: str, on: Ground) -> NamedCrs:
    """The CRS of that name. Raises `BadParameter`."""
    found = find(stated, on.srid)
    if found is None:
        raise BadParameter(
            where,
            f"'{stated[:80]}' is not offered; the collection lists its CRSs under 'crs'.",
            f"không có hệ '{stated[:80]}'; các hệ tọa độ có sẵn nằm ở mục 'crs' của tập dữ liệu.",
        )
    return found


def header(crs: NamedCrs) -> dict[str, str]:
    """The header that tells in which CRS an answer is."""
    return {HEADER: f"<{crs.uri}>"}


def listed(on: Ground) -> list[str]:
    """URIs of every CRS offered, the default first."""
    return [crs.uri for crs in offered(on.srid)]
