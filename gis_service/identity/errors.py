"""What can go wrong between a person and the door, each class a situation a caller treats differently."""

from __future__ import annotations

from collections.abc import Sequence


class IdentityError(Exception):
    """Base of these errors: `code` for programs, English in `str(error)`, Vietnamese in `message_vi`."""

    code = "identity_error"

    def __init__(self, message: str, message_vi: str) -> None:
        super().__init__(message)
        self.message_vi = message_vi


class NotSignedIn(IdentityError):
    """The operation is not for the public, and no valid session came with the request."""

    code = "not_signed_in"

    def __init__(self) -> None:
        super().__init__("Sign in to do this.", "Cần đăng nhập để thực hiện việc này.")


class NotAllowed(IdentityError):
    """None of the roles of this person is listed for the operation."""

    code = "not_allowed"

    def __init__(self, operation: str) -> None:
        self.operation = operation
        self.facts = {"operation": operation}
        super().__init__("You may not do this.", "Bạn không được làm việc này.")


class LoginRefused(IdentityError):
    """Wrong password, unknown name, locked or closed account: one answer, so that none can be told apart."""

    code = "login_refused"

    def __init__(self) -> None:
        super().__init__(
            "The name or the password is wrong, or the account is locked for a while.",
            "Tên đăng nhập hoặc mật khẩu không đúng, hoặc tài khoản đang tạm khóa.",
        )


class TooManyAttempts(IdentityError):
    """One network address failed too often; `retry_after_s` says how long to wait."""

    code = "too_many_attempts"

    def __init__(self, retry_after_s: int) -> None:
        self.retry_after_s = retry_after_s
        self.facts = {"retry_after_s": retry_after_s}
        super().__init__(
            "Too many failed sign-ins from this address. Try again later.",
            "Đăng nhập sai quá nhiều lần từ địa chỉ này. Hãy thử lại sau.",
        )


class CsrfRefused(IdentityError):
    """A change was asked for without proof that our own page asked for it."""

    code = "csrf_refused"

    def __init__(self) -> None:
        super().__init__(
            "This request did not come from a page of this service, or the page is too old. Reload it and try again.",
            "Yêu cầu không xuất phát từ trang của hệ thống này, hoặc trang đã quá cũ. Hãy tải lại trang rồi thử lại.",
        )


class WeakPassword(IdentityError):
    """A password that the policy does not allow; `reasons` are pairs of English and Vietnamese."""

    code = "weak_password"

    def __init__(self, reasons: Sequence[tuple[str, str]]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(
            "This password is not allowed: " + "; ".join(english for english, _ in reasons) + ".",
            "Mật khẩu không được chấp nhận: " + "; ".join(vietnamese for _, vietnamese in reasons) + ".",
        )


class PasswordsDiffer(IdentityError):
    """The password and its repetition are not the same."""

    code = "passwords_differ"

    def __init__(self) -> None:
        super().__init__("The two passwords are not the same.", "Hai mật khẩu không giống nhau.")


class BadAccountName(IdentityError):
    """A login or display name that cannot be used."""

    code = "bad_account_name"


class AccountExists(IdentityError):
    """The login is taken."""

    code = "account_exists"

    def __init__(self, login: str) -> None:
        self.login = login
        super().__init__(f"There is already an account '{login}'.", f"Đã có tài khoản '{login}'.")


class UnknownAccount(IdentityError):
    """No account has this login."""

    code = "unknown_account"

    def __init__(self, login: str) -> None:
        self.login = login
        super().__init__(f"There is no account '{login}'.", f"Không có tài khoản '{login}'.")


class UnknownRole(IdentityError):
    """A role that an account cannot be given."""

    code = "unknown_role"

    def __init__(self, role: str, known: Sequence[str]) -> None:
        self.role, self.known = role, tuple(known)
        listed = ", ".join(known)
        super().__init__(
            f"There is no role '{role}'. Roles: {listed}.",
            f"Không có vai trò '{role}'. Các vai trò: {listed}.",
        )


class LastRole(IdentityError):
    """Taking this role away would leave an account that may do nothing."""

    code = "last_role"

    def __init__(self, login: str) -> None:
        self.login = login
        super().__init__(
            f"'{login}' has no other role. Disable the account instead.",
            f"'{login}' không còn vai trò nào khác. Hãy vô hiệu hóa tài khoản.",
        )


class LastAdministrator(IdentityError):
    """The change would leave nobody who can administer accounts."""

    code = "last_administrator"

    def __init__(self) -> None:
        super().__init__(
            "This is the last active administrator. Make another one first.",
            "Đây là quản trị viên cuối cùng đang hoạt động. Hãy tạo quản trị viên khác trước.",
        )


class UnknownLink(IdentityError):
    """A one-time link that was never made here."""

    code = "unknown_link"

    def __init__(self) -> None:
        super().__init__("There is no such link.", "Không có liên kết này.")


class LinkUsedUp(IdentityError):
    """A one-time link that has been used, has run out, or was replaced."""

    code = "link_used_up"

    def __init__(self) -> None:
        super().__init__(
            "This link has been used or has run out. Ask an administrator for a new one.",
            "Liên kết này đã được sử dụng hoặc đã hết hạn. Hãy đề nghị quản trị viên cấp liên kết mới.",
        )


class TokenRefused(IdentityError):
    """A program sent an access token that is unknown, over, revoked or without a role that is left."""

    code = "token_refused"

    def __init__(self) -> None:
        super().__init__(
            "This access token is not known, has run out or was revoked.",
            "Mã truy cập này không tồn tại, đã hết hạn hoặc đã bị thu hồi.",
        )


class ReadOnlyToken(IdentityError):
    """A program asked for a change with an access token that may only read."""

    code = "read_only_token"

    def __init__(self) -> None:
        super().__init__("This access token may only read.", "Mã truy cập này chỉ được đọc.")


class TokenNotAllowed(IdentityError):
    """An access token with a name, roles or a time that a token cannot have."""

    code = "token_not_allowed"


class UnknownAccessToken(IdentityError):
    """The account has no access token of that number."""

    code = "unknown_token"

    def __init__(self) -> None:
        super().__init__("There is no such access token.", "Không có mã truy cập này.")
