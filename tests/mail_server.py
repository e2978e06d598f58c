"""A mail server for tests: speaks SMTP on a port of this machine, keeps what it took, and fails when told to.

`answers` replaces the reply to a command (`RCPT`, `DATA`, `.` for the end of the letter, …); `hang_up` closes the line
in place of that reply; `silent` never replies to it.
"""

from __future__ import annotations

import socketserver
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path


@dataclass
class Taken:
    """A message that the server took."""

    sender: str
    recipient: str
    raw: bytes
    over_tls: bool

    @property
    def message(self) -> EmailMessage:
        """The message as a mail program reads it."""
        read = message_from_bytes(self.raw, policy=default)
        assert isinstance(read, EmailMessage)
        return read

    def body(self, subtype: str) -> str:
        """The words, or their HTML."""
        part = self.message.get_body((subtype,))
        assert part is not None
        return str(part.get_content())


@dataclass
class MailServer:
    """What the server does and what it has."""

    port: int = 0
    certificate: Path | None = None
    answers: dict[str, str] = field(default_factory=dict)
    hang_up: str = ""
    silent: str = ""
    taken: list[Taken] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)

    def to(self, recipient: str) -> list[Taken]:
        """Messages for one address, the oldest first."""
        return [one for one in self.taken if one.recipient == recipient]


class _Line(socketserver.StreamRequestHandler):
    server: _Listener

    def handle(self) -> None:
        self.over_tls, self.sender, self.recipient = False, "", ""
        self._reply("220 test")
        while line := self.rfile.readline().rstrip(b"\r\n").decode("ascii", "replace"):
            self.server.box.said.append(line)
            if not self._obey(line):
                return

    def finish(self) -> None:
        super().finish()
        if self.over_tls:
            self.request.close()  # the listener only knows the socket below it

    def _obey(self, line: str) -> bool:
        box, verb = self.server.box, line.split(" ", maxsplit=1)[0].upper()
        if verb == "STARTTLS" and box.certificate:
            self._reply("220 go on")
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(box.certificate)
            try:
                self.request = context.wrap_socket(self.request, server_side=True)
            except (ssl.SSLError, ConnectionError):
                return False  # the other side does not trust us
            self.setup()
            self.over_tls = True
            return True
        usual = {"EHLO": self._greeting(), "AUTH": "235 come in", "DATA": "354 go on", "QUIT": "221 bye"}
        if not self._command(verb, usual.get(verb, "250 ok")):
            return False
        if verb == "AUTH":
            box.logins.append(line)
        if verb == "MAIL":
            self.sender = line
        if verb == "RCPT":
            self.recipient = line.partition("<")[2].partition(">")[0]
        if verb == "DATA" and not box.answers.get("DATA"):
            return self._letter()
        return verb != "QUIT"

    def _letter(self) -> bool:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        box = self.server.box
        taken = Taken(self.sender, self.recipient, b"".join(lines), self.over_tls)
        refused = box.answers.get(".", "250").startswith(("4", "5"))
        if not refused:
            box.taken.append(taken)  # also when nobody hears that it was taken
        return self._command(".", "250 taken")

    def _command(self, verb: str, usual: str) -> bool:
        box = self.server.box
        if box.hang_up == verb:
            return False
        if box.silent == verb:
            time.sleep(3)
            return False
        self._reply(box.answers.get(verb, usual))
        return True

    def _greeting(self) -> str:
        offers = ["250-test", *(["250-STARTTLS"] if self.server.box.certificate and not self.over_tls else [])]
        return "\r\n".join([*offers, *(["250-AUTH PLAIN"] if self.over_tls else []), "250 HELP"])

    def _reply(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


class _Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    box: MailServer

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is what some tests do."""


@contextmanager
def running(certificate: Path | None = None) -> Iterator[MailServer]:
    """Start a server on a free port; stop it at the end."""
    with _Listener(("127.0.0.1", 0), _Line) as listener:
        listener.box = MailServer(port=listener.server_address[1], certificate=certificate)
        thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield listener.box
        listener.shutdown()
        thread.join()


def make_certificate(folder: Path) -> Path:
    """Key and certificate of `localhost`, signed by themselves, in one file."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
        check=True, capture_output=True,
    )  # fmt: skip
    both = folder / "both.pem"
    both.write_bytes(key.read_bytes() + certificate.read_bytes())
    return both
