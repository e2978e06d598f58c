"""What can go wrong with addresses, each class a situation that a caller treats differently."""

from __future__ import annotations


class AddressingError(Exception):
    """Base of all errors of this package.

    `code` is stable and meant for programs, `str(error)` is English and `message_vi` Vietnamese.
    """

    code = "addressing_error"

    def __init__(self, message: str, message_vi: str) -> None:
        super().__init__(message)
        self.message_vi = message_vi

    @property
    def facts(self) -> dict[str, object]:
        """What the class knows about the situation, for the body of a problem."""
        return {name: value for name, value in vars(self).items() if name != "message_vi"}


class NotFound(AddressingError):
    """A street, proposal or place that does not exist, or that the asker may not see."""

    code = "not_found"

    def __init__(self, noun: str, noun_vi: str, key: object) -> None:
        self.noun, self.key = noun, key
        super().__init__(f"There is no {noun} '{key}'.", f"Không tìm thấy {noun_vi} '{key}'.")


class InvalidIdentifier(AddressingError):
    """A code whose form or check character is wrong."""

    code = "invalid_identifier"

    def __init__(self, kind: str, kind_vi: str, value: str, reason: str, reason_vi: str) -> None:
        self.kind, self.reason = kind, reason
        super().__init__(
            f"'{value[:60]}' is not a valid {kind}: {reason}.",
            f"'{value[:60]}' không phải là {kind_vi} hợp lệ: {reason_vi}.",
        )


class OfficialCodeRefused(AddressingError):
    """Somebody asked this service to make a code that only an authority may issue."""

    code = "official_code_refused"

    def __init__(self, kind: str, name: str, name_vi: str, issuer: str, issuer_vi: str) -> None:
        self.kind, self.issuer = kind, issuer
        super().__init__(
            f"This service does not make a {name}; it is issued by {issuer}.",
            f"Hệ thống không tự sinh {name_vi}; mã này do {issuer_vi} cấp.",
        )


class UnusableStreet(AddressingError):
    """A street that cannot be numbered at all: no length, no line, no entrance."""

    code = "unusable_street"


class UnknownQuestion(AddressingError):
    """An answer to a question that this proposal does not ask."""

    code = "unknown_question"

    def __init__(self, question_code: str) -> None:
        self.question_code = question_code
        super().__init__(
            f"The proposal asks no question '{question_code}'.",
            f"Đề xuất không có câu hỏi '{question_code}'.",
        )


class UnknownAnswer(AddressingError):
    """An answer that the question does not offer."""

    code = "unknown_answer"

    def __init__(self, question_code: str, answer: str, offered: list[str]) -> None:
        self.question_code, self.answer, self.offered = question_code, answer, offered
        choices = ", ".join(offered)
        super().__init__(
            f"'{answer}' does not answer '{question_code}'. Possible: {choices}.",
            f"'{answer}' không phải là câu trả lời cho '{question_code}'. Có thể chọn: {choices}.",
        )


class OpenQuestionsRemain(AddressingError):
    """A step that needs every question answered."""

    code = "open_questions_remain"

    def __init__(self, question_codes: list[str]) -> None:
        self.question_codes = question_codes
        shown = ", ".join(question_codes[:5]) + (" …" if len(question_codes) > 5 else "")
        super().__init__(
            f"{len(question_codes)} questions are still open: {shown}.",
            f"Còn {len(question_codes)} câu hỏi chưa được trả lời: {shown}.",
        )


class AuthorCannotApprove(AddressingError):
    """Two pairs of eyes: whoever proposed, or answered a question, does not approve."""

    code = "author_cannot_approve"

    def __init__(self, proposal_id: int) -> None:
        self.proposal_id = proposal_id
        super().__init__(
            f"Proposal {proposal_id} must be approved by somebody who did not write it.",
            f"Đề xuất {proposal_id} phải do người khác với người lập phê duyệt.",
        )


class WrongStatus(AddressingError):
    """A step that the proposal's status does not allow."""

    code = "wrong_status"

    def __init__(self, proposal_id: int, status: str, step: str) -> None:
        self.proposal_id, self.proposal_status, self.step = proposal_id, status, step
        super().__init__(
            f"Proposal {proposal_id} is '{status}'; '{step}' is not possible now.",
            f"Đề xuất {proposal_id} đang ở trạng thái '{status}'; không thể '{step}'.",
        )


class StaleProposal(AddressingError):
    """The street, its entrances or its numbers changed after the proposal was made."""

    code = "stale_proposal"

    def __init__(self, proposal_id: int) -> None:
        self.proposal_id = proposal_id
        super().__init__(
            f"The facts changed since proposal {proposal_id} was made; propose again.",
            f"Dữ liệu đã thay đổi kể từ khi lập đề xuất {proposal_id}; hãy lập lại.",
        )


class DecisionInvalid(AddressingError):
    """A decision that cannot be recorded: unsigned, of the future, or contradicting its record."""

    code = "decision_invalid"
