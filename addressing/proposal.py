"""A proposal about a street or an estate, whatever the rules decided in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from addressing.answering import Answer
from addressing.rules.model import Choice, OpenQuestion

LIVE = ("draft", "submitted", "approved")
SUPERSEDED = "superseded by a new proposal"
WITHDRAWN = "withdrawn by its author"


class Decided(Protocol):
    """What the rules give, of whichever ground."""

    @property
    def rule_set(self) -> str:
        """Version of the rules."""

    @property
    def questions(self) -> tuple[OpenQuestion, ...]:
        """What must be answered first."""

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What was asked and is settled."""


class Facts(Protocol):
    """What is on record of a ground."""

    @property
    def fingerprint(self) -> str:
        """Of everything that the rules may look at."""


R = TypeVar("R", bound=Decided)


@dataclass(frozen=True, slots=True)
class Proposed(Generic[R]):
    """A proposal on its way from draft to issue."""

    id: int
    street_id: int
    # which it numbers, or on which its estate opens
    status: str
    version: int
    author: str
    approver: str | None
    result: R
    policy: dict[str, Any]
    # every policy value with its clause and origin
    answers: Mapping[str, Answer]
    fingerprint: str
    # of the facts it was made from
    rejected_reason: str | None
    decision_id: int | None
    decision_number: str | None
    created_at: datetime

    @property
    def open_questions(self) -> tuple[OpenQuestion, ...]:
        """What must be answered before it can be submitted."""
        return self.result.questions

    @property
    def hands(self) -> set[str]:
        """Who wrote or answered in it: none of them approves."""
        return {self.author, *(given.by for given in self.answers.values())}

    @property
    def ground_id(self) -> int:
        """The street or estate that it is about."""
        raise NotImplementedError
