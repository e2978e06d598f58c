"""Hands a message to the mail server and says what became of it, so that no message is handed over twice.

Up to the last byte of a message nothing is lost by trying again. After it only the server knows whether it has
the message; if it falls silent there, the outcome is `unclear`.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from typing import Literal
from urllib.parse import urlsplit

from gis_service.settings import Settings

# Not every server on the way takes eight bits; and a long address that is folded is encoded, and no address any more.
_WIRE = SMTP.clone(cte_type="7bit", max_line_length=998)
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message."""

    state: Literal["sent", "later", "refused", "unclear"]
    answer: str
    """Code of the server, or the name of what went wrong."""


def deliver(settings: Settings, message: EmailMessage, recipient: str) -> Outcome:
    """Hand one message over. Raises nothing that a server or a network can cause."""
    try:
        with _connected(settings) as server:
            return _handed_over(server, settings.mail_from, recipient, message.as_bytes(policy=_WIRE))
    except (OSError, smtplib.SMTPException) as error:  # a bad certificate is an OSError too
        return Outcome("later", _named(error))


def _connected(settings: Settings) -> smtplib.SMTP:
    here = urlsplit(settings.public_url).hostname or "localhost"
    where = (settings.smtp_host, settings.smtp_port)
    trust = ssl.create_default_context()
    if settings.smtp_tls == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(*where, here, timeout=settings.smtp_timeout_s, context=trust)
    else:
        server = smtplib.SMTP(*where, here, timeout=settings.smtp_timeout_s)
    try:
        if settings.smtp_tls == "starttls":
            server.starttls(context=trust)  # raises when the server does not offer it: nothing goes in the open
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_secret)
    except BaseException:
        server.close()
        raise
    return server


def _handed_over(server: smtplib.SMTP, sender: str, recipient: str, body: bytes) -> Outcome:
    server.ehlo_or_helo_if_needed()
    code, _ = server.mail(sender)
    if code != 250:
        return Outcome("later", str(code))  # it is ours to mend, whatever the code
    code, _ = server.rcpt(recipient)
    if code not in (250, 251):
        return _refused(code)
    code, _ = server.docmd("DATA")
    if code != 354:
        return _refused(code)
    ended = b"" if body.endswith(b"\r\n") else b"\r\n"
    server.send(_LEADING_DOT.sub(b"..", body) + ended + b".\r\n")
    try:
        code, _ = server.getreply()
    except smtplib.SMTPServerDisconnected as error:
        return Outcome("unclear", _named(error))
    return Outcome("sent", str(code)) if code == 250 else _refused(code)


def _refused(code: int) -> Outcome:
    return Outcome("refused" if 500 <= code < 600 else "later", str(code))


def _named(error: Exception) -> str:
    code = getattr(error, "smtp_code", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__
