"""Who is asking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Identity:
    """The person, or nobody in particular, behind a request or a command."""

    login: str
    """As audit rows and proposals carry it; "public" for an anonymous request."""
    display_name: str
    roles: frozenset[str]
    csrf_token: str | None = None
    """Expected in X-CSRF-Token or the form; None when no session stands behind the request."""
    token_id: int | None = None
    """Of the access token by which a program asks; None for people."""
    read_only: bool = False
    """Whether it may only read, whatever its roles."""

    @property
    def is_signed_in(self) -> bool:
        """Whether a person has proved who they are."""
        return self.roles != frozenset({"public"})

    @property
    def audience(self) -> Literal["public", "staff"]:
        """Which database role answers: investors see what the public sees."""
        return "staff" if self.roles - {"public", "investor"} else "public"


PUBLIC = Identity("public", "", frozenset({"public"}))
