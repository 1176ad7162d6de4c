"""Mail, through a plugin of our own on apprise's: the same letters, with what apprise leaves out.

What is kept of apprise (2.0.1) is how a letter is made. What is ours is how it is handed over: one connection per
server that stays open, TLS or nothing, an answer that says whether trying again helps, and a Message-ID made from the
alert's key, so that a letter sent twice can be seen to be one.
"""

import email
import email.errors
import hashlib
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from copy import copy
from functools import cached_property
from typing import Any, Self

from apprise import AppriseAsset, NotifyFormat
from apprise.plugins.email.base import NotifyEmail

from integrations.alerts.errors import Busy, NotProtected, Rejected, SendingFailed, Unreachable, without_secrets
from integrations.alerts.wire import WHOLE, Breaker, Deadline, Line, Pool, connect, trouble
from integrations.settings import MailSecurity, Settings

AUTH_PAUSE = 300.0
"""Seconds in which a refused password is not offered again: a queue of alerts must not lock the account."""

_UNPROTECTED = "zonder TLS gaat mail alleen naar deze machine zelf"


class AlertMail(NotifyEmail):  # type: ignore[no-untyped-call]  # apprise is typed in part
    """One alert to one person, as plain text."""

    request_rate_per_sec = 0

    def __init__(self, server: "MailServer", sender: str) -> None:
        super().__init__(  # type: ignore[no-untyped-call]
            host=sender.partition("@")[2],
            smtp_host=server.host,
            port=server.port,
            secure_mode="insecure",  # of apprise's own connection, which is never made: see `MailServer`
            from_addr=f"Opschaling <{sender}>",
            asset=AppriseAsset(app_id="Opschaling", secure_logging=True),
        )
        self._server = server
        self._sender = sender
        self._stay_near: str | None = None
        self._message_id = ""
        self._receipt = ""

    def deliver(self, key: str, to: str, subject: str, text: str, *, stay_near: str | None) -> str:
        """Hand the letter to the mail server; the receipt is its Message-ID and what the server said.

        Raises:
            SendingFailed: it was not taken; the type says whether to try again.

        """
        letter = self._addressed(key, to, stay_near)
        if not letter.notify(body=text, title=subject, body_format=NotifyFormat.TEXT):
            raise Rejected("apprise kan van dit bericht geen mail maken")
        return f"{letter._message_id} {letter._receipt}"

    def send(self, body: str, title: str = "", *_: Any, **more: Any) -> bool:
        """What apprise calls with the text it has prepared."""
        with _translated(self._server.host):
            prepared = NotifyEmail.prepare_emails(
                subject=title,
                body=body,
                notify_format=self.resolve_format(more.get("body_format")),
                from_addr=self.from_addr,
                to=self.targets,
                smtp_host=self.smtp_host,
                headers={"X-Application": self.app_id, **self.headers},
                names=self.names,
                tzinfo=self.tzinfo,
            )
            for message in prepared:
                letter = self._with_own_id(message.body)
                self._receipt = self._server.submit(self._sender, message.recipient, letter, stay_near=self._stay_near)
        return True

    def _addressed(self, key: str, to: str, stay_near: str | None) -> Self:
        """The same plugin, for one alert: building it anew takes apprise 20 ms."""
        letter = copy(self)
        letter.targets = [(False, to)]
        letter.headers = {"X-Opschaling-Alert": key, "Auto-Submitted": "auto-generated"}
        letter._message_id = message_id(key, self._sender)
        letter._stay_near = stay_near
        return letter

    def _with_own_id(self, prepared: str) -> str:
        letter = email.message_from_string(prepared)
        letter.replace_header("Message-ID", self._message_id)
        return letter.as_string()


def message_id(key: str, sender: str) -> str:
    """The Message-ID of an alert: the same each time it is sent."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{sender.partition('@')[2]}>"


class MailServer:
    """A mail server, with the connections to it."""

    def __init__(self, settings: Settings, patience: float = WHOLE) -> None:
        self.host, self.port = settings.smtp_host, settings.smtp_port
        self._patience = patience
        self._security = settings.smtp_security
        self._user, self._password = settings.smtp_user, settings.smtp_password
        self._sessions = Pool(self._open)
        self._breaker = Breaker(f"mailserver {self.host}")
        self._login = threading.Lock()
        self._refused_until = 0.0

    def submit(self, sender: str, to: str, letter: str, *, stay_near: str | None) -> str:
        """Hand over one letter to one person; returns what the server said.

        Without TLS, only to this machine itself, whatever the caller asks.
        """
        deadline = Deadline(self._patience)
        near = stay_near or (_UNPROTECTED if self._security is MailSecurity.NONE else None)
        with (
            self._breaker.asking(),
            _translated(self.host),
            self._sessions.one(deadline, near) as session,
        ):
            return session.hand_over(sender, to, letter)

    def close(self) -> None:
        """Hang up."""
        self._sessions.close()

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context()

    def _open(self, deadline: Deadline, stay_near: str | None) -> "_Session":
        self._check_login()
        connection = connect(self.host, self.port, deadline, stay_near)
        line = Line(connection)
        try:
            with line.until(deadline):
                return self._greet(connection, line)
        except BaseException:
            connection.close()
            line.close()
            raise

    def _greet(self, connection: socket.socket, line: Line) -> "_Session":
        if self._security is MailSecurity.TLS:
            connection = self._tls.wrap_socket(connection, server_hostname=self.host)
        session = _Session(connection, line, self.host)
        if self._security is MailSecurity.STARTTLS:
            session.starttls(context=self._tls)
        session.ehlo()
        if self._user:
            self._log_in(session)
        return session

    def _log_in(self, session: "_Session") -> None:
        with self._login:
            self._check_login()
            try:
                session.login(self._user, self._password.get_secret_value())
            except smtplib.SMTPAuthenticationError as failure:
                if failure.smtp_code >= 500:
                    self._refused_until = time.monotonic() + AUTH_PAUSE
                raise

    def _check_login(self) -> None:
        if time.monotonic() < self._refused_until:
            raise NotProtected("de mailserver weigert gebruikersnaam of wachtwoord")


class _Session(smtplib.SMTP):
    """An SMTP session over a connection that we made."""

    def __init__(self, connection: socket.socket, line: Line, host: str) -> None:
        self._connection = connection
        self.line = line
        # The name we greet with is our address: looking up our own name may take as long as the name server likes.
        super().__init__(host, 1, local_hostname=_literal(str(connection.getsockname()[0])), timeout=WHOLE)

    def _get_socket(self, *_: object) -> socket.socket:
        return self._connection

    def hand_over(self, sender: str, to: str, letter: str) -> str:
        """One letter to one person; returns what the server said."""
        _accepted(*self.mail(sender))
        _accepted(*self.rcpt(to))
        code, said = _accepted(*self.data(letter))
        return f"{code} {without_secrets(said)}"

    def close(self) -> None:
        """Hang up without ceremony."""
        with suppress(OSError):
            super().close()
        self.line.close()


def _literal(address: str) -> str:
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"


def _accepted(code: int, said: bytes) -> tuple[int, bytes]:
    if code >= 400:
        raise smtplib.SMTPResponseException(code, said)
    return code, said


@contextmanager
def _translated(host: str) -> Iterator[None]:
    """Their errors to ours. Their text may repeat what it was sent, so the errors do not refer to each other."""
    try:
        yield
    except SendingFailed:
        raise
    except (OSError, ValueError, email.errors.MessageError) as failure:
        raise _ours(failure, host) from None


def _ours(failure: Exception, host: str) -> SendingFailed:
    """What a failure of smtplib, the network or the letter itself means."""
    match failure:
        case smtplib.SMTPServerDisconnected():
            return Unreachable(f"mailserver {host} verbrak de verbinding")
        case smtplib.SMTPAuthenticationError() if failure.smtp_code >= 500:
            return NotProtected(f"mailserver {host} weigert gebruikersnaam of wachtwoord ({failure.smtp_code})")
        case smtplib.SMTPResponseException():
            return _answer(failure.smtp_code, failure.smtp_error, host)
        case smtplib.SMTPRecipientsRefused():
            return _answer(*next(iter(failure.recipients.values())), host)
        case smtplib.SMTPException():
            return NotProtected(f"mailserver {host} biedt geen STARTTLS, of geen manier van aanmelden die wij kennen")
        case OSError():
            return trouble(failure, f"mailserver {host}")
        case _:
            return Rejected("het mailadres of de brief bevat tekens die een mailserver niet kan lezen")


def _answer(code: int, said: bytes | str, host: str) -> SendingFailed:
    text = f"mailserver {host} zegt: {code} {without_secrets(said)}"
    return Rejected(text) if code >= 500 else Busy(text)
