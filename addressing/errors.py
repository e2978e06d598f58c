"""What can go wrong with addresses, each class a situation that a caller treats differently."""

from __future__ import annotations

from typing import Any


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


class NotTheAuthor(AddressingError):
    """Only who made a draft takes it back; others reject it."""

    code = "not_the_author"

    def __init__(self, proposal_id: int, author: str) -> None:
        self.proposal_id, self.author = proposal_id, author
        super().__init__(
            f"Proposal {proposal_id} was made by {author}; only they can withdraw it.",
            f"Đề xuất {proposal_id} do {author} lập; chỉ người lập mới rút được.",
        )


class DecisionRequired(AddressingError):
    """An answer that only a competent body may give, without the number of its decision."""

    code = "decision_required"

    def __init__(self, question_code: str) -> None:
        self.question_code = question_code
        super().__init__(
            f"'{question_code}' is for the competent committee to decide: give the number of its decision.",
            f"'{question_code}' thuộc thẩm quyền của UBND: phải ghi số quyết định.",
        )


class OutsideArea(AddressingError):
    """Work on something that lies outside the areas of this account."""

    code = "outside_area"

    def __init__(self, allowed: list[str], asked: list[str]) -> None:
        self.allowed, self.asked = allowed, asked
        super().__init__(
            f"This lies outside your area ({', '.join(allowed)}).",
            f"Nội dung này ngoài địa bàn được giao ({', '.join(allowed)}).",
        )


class InvalidArea(AddressingError):
    """An area that is not written as one, or names nothing that exists."""

    code = "invalid_area"

    def __init__(self, area: str, reason: str, reason_vi: str) -> None:
        self.area = area[:60]
        super().__init__(
            f"'{area[:60]}' is not an area: {reason}.", f"'{area[:60]}' không phải là địa bàn: {reason_vi}."
        )


class VersionConflict(AddressingError):
    """Somebody else changed the record after the asker read it."""

    code = "version_conflict"

    def __init__(
        self, noun: str, noun_vi: str, key: object, yours: int, current: int, present: dict[str, Any] | None = None
    ) -> None:
        self.noun, self.key = noun, key
        self.your_version, self.current_version = yours, current
        self.current = present
        # the record as it stands
        super().__init__(
            f"You changed version {yours} of {noun} '{key}', which is at version {current} now. Read it again.",
            f"Bạn sửa phiên bản {yours} của {noun_vi} '{key}', hiện đã là phiên bản {current}. Hãy tải lại.",
        )


class DuplicateNumber(AddressingError):
    """A number that somebody else on the street has, or a place that has one already."""

    code = "duplicate_number"

    def __init__(self, number: str, street: str, held_by: str | None, since: object) -> None:
        self.number, self.street, self.held_by = number, street, held_by
        holder = f"place {held_by}" if held_by else "land that is still empty"
        holder_vi = f"địa điểm {held_by}" if held_by else "đất trống (số dự phòng)"
        super().__init__(
            f"Number {number} on {street} belongs to {holder} since {since}.",
            f"Số {number} {street} đã thuộc về {holder_vi} từ {since}.",
        )


class NumberEnded(AddressingError):
    """A number that another place had, and that the local policy gives to nobody else."""

    code = "number_ended"

    def __init__(self, number: str, street: str, place_id: str | None, ended_on: object) -> None:
        self.number, self.street, self.place_id = number, street, place_id
        super().__init__(
            f"Number {number} on {street} was that of place {place_id} until {ended_on}; "
            "a local policy (ended_numbers) would have to let another place have it.",
            f"Số {number} {street} là số của địa điểm {place_id} đến {ended_on}; "
            "chỉ cấp cho nơi khác khi địa phương có quy định (ended_numbers).",
        )


class AlreadyNumbered(AddressingError):
    """A door that has a number already; a change goes by renumbering."""

    code = "already_numbered"

    def __init__(self, entrance_id: int, number: str) -> None:
        self.entrance_id, self.number = entrance_id, number
        super().__init__(
            f"Entrance {entrance_id} has number {number}; renumber it instead.",
            f"Cửa {entrance_id} đã có số {number}; hãy dùng chức năng đổi số.",
        )


class DuplicateCode(AddressingError):
    """An official code that another place has."""

    code = "duplicate_code"

    def __init__(self, kind: str, value: str, held_by: str) -> None:
        self.kind, self.value, self.held_by = kind, value, held_by
        super().__init__(
            f"The code {value} belongs to place {held_by} already.", f"Mã {value} đã thuộc về địa điểm {held_by}."
        )


class DuplicateAddress(AddressingError):
    """An address that the place has already in these words."""

    code = "duplicate_address"

    def __init__(self, written: str, place_id: str) -> None:
        self.written, self.place_id = written, place_id
        super().__init__(
            f"Place {place_id} has the address '{written}' already.",
            f"Địa điểm {place_id} đã có địa chỉ '{written}'.",
        )


class NotInForce(AddressingError):
    """A number that is closed or only spare, where one in force is needed."""

    code = "not_in_force"

    def __init__(self, number: str, status: str) -> None:
        self.number, self.number_status = number, status
        super().__init__(
            f"Number {number} is '{status}', not in force.", f"Số {number} ở trạng thái '{status}', không còn hiệu lực."
        )


class StepNotPossible(AddressingError):
    """A step that the state of a plate, case or certificate does not allow, or that lacks its proof."""

    code = "step_not_possible"

    def __init__(self, noun: str, noun_vi: str, key: object, step: str, reason: str, reason_vi: str) -> None:
        self.noun, self.key, self.step = noun, key, step
        super().__init__(
            f"'{step}' is not possible for {noun} '{key}': {reason}.",
            f"Không thể '{step}' đối với {noun_vi} '{key}': {reason_vi}.",
        )


class PlateSizeOpen(AddressingError):
    """A plate of which nobody has said how large it is: a question, not a guess."""

    code = "plate_size_open"

    def __init__(self, plates: list[str], kinds_vi: list[str], who_decides: str) -> None:
        self.plates, self.who_decides = plates, who_decides
        shown = ", ".join(plates[:5]) + (" …" if len(plates) > 5 else "")
        super().__init__(
            f"No text gives a size for {shown}. Set it as a policy by a decision of the {who_decides}, or ask for a"
            " draft.",
            f"Chưa có quy định kích thước cho {', '.join(kinds_vi)} ({shown}). Hãy đặt kích thước ở mục Quy định"
            " riêng theo quyết định của cơ quan có thẩm quyền, hoặc vẽ bản nháp.",
        )


class PlateWordsRefused(AddressingError):
    """Words that cannot stand on a plate of this kind: no group letter, no floor."""

    code = "plate_words_refused"


class PolicyRefused(AddressingError):
    """A policy value that no rule reads, that it cannot have, or that overlaps another."""

    code = "policy_refused"


class AttachmentRefused(AddressingError):
    """A file that is not a photo of a kind and size that we keep."""

    code = "attachment_refused"


class IdempotencyKeyReused(AddressingError):
    """A key of an earlier request came again with a different one."""

    code = "idempotency_key_reused"

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(
            "This Idempotency-Key was used for a different request.",
            "Idempotency-Key này đã dùng cho một yêu cầu khác.",
        )
