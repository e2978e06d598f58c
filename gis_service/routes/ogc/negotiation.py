"""Which representation a client gets, and which query parameters it may use."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from starlette.requests import Request

from maps.features.errors import BadParameter, NotAcceptable

SHARED = frozenset({"f", "lang"})
"""Parameters that every resource knows."""


def require_known(request: Request, known: Collection[str] = ()) -> None:
    """Refuse a query parameter that the resource does not have, or one given twice. Raises `BadParameter`."""
    allowed = SHARED | set(known)
    for name in request.query_params:
        if name not in allowed:
            listed = ", ".join(sorted(allowed))
            raise BadParameter(name, f"unknown. Known here: {listed}.", f"không có. Ở đây có: {listed}.")
        if len(request.query_params.getlist(name)) > 1:
            raise BadParameter(name, "given more than once.", "xuất hiện nhiều lần.")
    lang = request.query_params.get("lang")
    if lang not in (None, "vi", "en"):
        raise BadParameter("lang", "vi or en.", "chỉ nhận vi hoặc en.")


def choose_format(request: Request, offered: Mapping[str, str], *, also: Mapping[str, str] | None = None) -> str:
    """The short name of the representation to answer with; `offered` is short name -> media type, best first.

    `also` is media type -> short name of further types under which a client may accept one. `f=` wins
    over Accept; a client that takes anything gets the first. Raises `BadParameter` for an unknown `f`,
    `NotAcceptable` when nothing offered is accepted.
    """
    wish = request.query_params.get("f")
    if wish is not None:
        if wish not in offered:
            listed = ", ".join(offered)
            raise BadParameter("f", f"one of {listed}.", f"một trong {listed}.")
        return wish
    accepted = request.headers.get("accept", "").strip()
    if not accepted:
        return next(iter(offered))
    ranked = {name: _weight(media_type, accepted) for name, media_type in offered.items()}
    for media_type, name in (also or {}).items():
        ranked[name] = max(ranked[name], _weight(media_type, accepted))
    best = max(ranked.values())
    if best <= 0:
        raise NotAcceptable(list(offered.values()))
    return next(name for name, weight in ranked.items() if weight == best)


def _weight(media_type: str, accepted: str) -> float:
    """The q value of the range that fits most closely (RFC 9110, 12.5.1); 0 when none does."""
    kind, _, detail = media_type.partition(";")
    best = (-1, 0.0)
    for part in accepted.split(","):
        named, *parameters = (piece.strip().lower() for piece in part.split(";"))
        q, others = 1.0, []
        for parameter in parameters:
            if parameter.startswith("q="):
                q = _q(parameter[2:])
            else:
                others.append(parameter.replace(" ", ""))
        if named == kind.strip():
            closeness = 3 if others and ";".join(others) == detail.strip() else 2
        elif named == kind.split("/")[0] + "/*":
            closeness = 1
        elif named == "*/*":
            closeness = 0
        else:
            continue
        best = max(best, (closeness, q))
    return best[1]


def _q(text: str) -> float:
    try:
        return min(1.0, max(0.0, float(text)))
    except ValueError:
        return 0.0
