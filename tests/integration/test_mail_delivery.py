"""Messages on their way to a real mail server: taken, put off, refused, or nobody knows."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from gis_service.mail import delivery
from gis_service.settings import Settings
from tests import mail_server
from tests.mail_server import MailServer


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server.running() as running:
        yield running


def settings(server: MailServer, **changed: Any) -> Settings:
    return Settings(_env_file=None, **{
        "smtp_host": "localhost", "smtp_port": server.port, "smtp_tls": "none", "smtp_timeout_s": 1.0,
        "mail_from": "no-reply@example.vn", "public_url": "https://map.example.vn", **changed,
    })  # fmt: skip


def letter(text: str = "Chào bạn\n.một dấu chấm\n..hai dấu\n" + "dài " * 400) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "no-reply@example.vn", "a@example.jp", "Lô đất mới – 土地"
    message.set_content(text)
    message.add_alternative(f"<p>{text}</p>", subtype="html")
    return message


def test_a_message_arrives_as_it_was_written(server: MailServer) -> None:
    assert delivery.deliver(settings(server), letter(), "a@example.jp") == delivery.Outcome("sent", "250")
    taken = server.to("a@example.jp")[0]
    assert taken.message["Subject"] == "Lô đất mới – 土地"
    assert taken.body("plain").splitlines() == letter().get_body(("plain",)).get_content().splitlines()  # type: ignore[union-attr]
    assert "Chào bạn" in taken.body("html")
    assert max(len(line) for line in taken.raw.splitlines()) <= 998, "RFC 5322"
    assert taken.raw.isascii(), "for servers that take seven bits only"
    assert server.said[0] == "ehlo map.example.vn"


@pytest.mark.parametrize(
    ("command", "answer", "state"),
    [
        ("RCPT", "450 mailbox busy", "later"), ("RCPT", "550 no such user", "refused"), ("MAIL", "452 full", "later"),
        ("MAIL", "530 log in first", "later"), ("DATA", "451 not now", "later"), ("DATA", "554 no", "refused"),
        (".", "451 try again", "later"), (".", "552 too large", "refused"),
    ],
)  # fmt: skip
def test_what_the_server_says_decides(server: MailServer, command: str, answer: str, state: str) -> None:
    server.answers[command] = answer
    outcome = delivery.deliver(settings(server), letter(), "a@example.jp")
    assert outcome == delivery.Outcome(state, answer[:3])  # type: ignore[arg-type]
    assert server.taken == []


@pytest.mark.parametrize("how", ["hang_up", "silent"])
@pytest.mark.parametrize(
    ("command", "state"), [("EHLO", "later"), ("RCPT", "later"), ("DATA", "later"), (".", "unclear")]
)
def test_a_dead_line_is_tried_again_only_while_nothing_can_have_been_taken(
    server: MailServer, how: str, command: str, state: str
) -> None:
    setattr(server, how, command)
    assert delivery.deliver(settings(server), letter(), "a@example.jp").state == state


def test_nobody_listening_is_tried_again(server: MailServer) -> None:
    outcome = delivery.deliver(settings(server, smtp_port=1), letter(), "a@example.jp")
    assert outcome == delivery.Outcome("later", "ConnectionRefusedError")


def test_a_password_goes_over_tls_to_a_server_that_proves_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, secret = mail_server.make_certificate(tmp_path), tmp_path / "secret"
    secret.write_text("mat-khau\n", encoding="utf-8")
    with mail_server.running(certificate) as server:
        own = {"smtp_tls": "starttls", "smtp_user": "map", "smtp_password_file": secret}
        stranger = delivery.deliver(settings(server, **own), letter(), "a@example.jp")
        assert stranger == delivery.Outcome("later", "SSLCertVerificationError")
        assert (server.taken, server.logins) == ([], [])
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
        assert delivery.deliver(settings(server, **own), letter(), "a@example.jp").state == "sent"
        assert server.taken[0].over_tls
        assert len(server.logins) == 1


def test_nothing_goes_in_the_open_when_tls_is_wanted_and_not_offered(server: MailServer) -> None:
    outcome = delivery.deliver(settings(server, smtp_tls="starttls"), letter(), "a@example.jp")
    assert outcome == delivery.Outcome("later", "SMTPNotSupportedError")
    assert server.taken == []
    assert not [line for line in server.said if line.startswith("mail")]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"mail_from": ""}, "GIS_MAIL_FROM"), ({"public_url": ""}, "GIS_PUBLIC_URL"),
        ({"smtp_user": "map", "smtp_password": "x"}, "never sent in the open"),
        ({"smtp_user": "map", "smtp_tls": "tls"}, "GIS_SMTP_PASSWORD"),
    ],
)  # fmt: skip
def test_half_a_mail_server_stops_the_start(server: MailServer, changed: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        settings(server, **changed)
