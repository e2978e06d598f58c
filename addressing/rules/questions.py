"""The questions that the rules may ask, worded once, and how an answer settles them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from addressing.rules.model import Choice, Note, OpenQuestion, Option

OFFICER = "address officer"
COMMUNE = "commune committee (UBND cấp xã)"

NUMBER_HERE = Option("number_here", "Number it on this street", "Đánh số theo đường này")
LEAVE_OUT = Option("leave_out", "Leave it without a number for now", "Tạm thời chưa đánh số")


@dataclass(slots=True)
class Inquiry:
    """Collects what one run asks, settles and remarks. Answers come from the officer's record."""

    answers: Mapping[str, str] = field(default_factory=dict)
    questions: list[OpenQuestion] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    places: dict[str, tuple[float, float]] = field(default_factory=dict)
    # x, y by subject, where the geometry knows it: each question is sent out with its spot on the map

    def ask(self, question: OpenQuestion, *, policy: tuple[str, str] | None = None) -> str | None:
        """The settled answer, or None while it is open.

        An officer's answer goes before `policy`, a pair (name of the policy value, its answer).
        An answer that the question does not offer counts as none: the facts have changed.
        """
        if question.where is None and question.subject in self.places:
            question = replace(question, where=self.places[question.subject])
        answer = self.answers.get(question.code)
        if answer is not None and question.accepts(answer):
            self.choices.append(Choice(question, answer, "answer"))
            return answer
        if policy is not None and question.accepts(policy[1]):
            self.choices.append(Choice(question, policy[1], policy[0]))
            return policy[1]
        self.questions.append(question)
        return None

    def remark(
        self, kind: str, subject: str, what: str, what_vi: str, clause: str,
        *, where: tuple[float, float] | None = None,
    ) -> None:  # fmt: skip
        """Note a fact that blocks nothing; `where` None is the place of its subject."""
        self.notes.append(Note(kind, subject, what, what_vi, clause, where or self.places.get(subject)))


def direction_unclear(kind: str, why: str, why_vi: str, clause: str, options: Sequence[Option]) -> OpenQuestion:
    """Which way the numbers run, when neither compass, decision nor old numbers tell."""
    return OpenQuestion(
        kind, "", "Which way do the numbers run?", "Đánh số theo chiều nào?",
        why, why_vi, clause, COMMUNE, tuple(options),
    )  # fmt: skip
