"""Slack, through a plugin of our own on apprise's: the same messages, with what apprise leaves out.

What is kept of apprise (2.0.1) is how a message is made, in plain text with `&`, `<` and `>` escaped, so that nothing a
person typed becomes a link or pings a channel. What is ours is how it is posted: one connection per server that stays
open, to a server that can be chosen, no redirects, and an answer that says whether trying again helps. Proxies of the
environment are not used. Nothing here writes to a log: the address of a webhook is its password.
"""

import http.client
import json
import re
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from apprise import AppriseAsset, NotifyFormat
from apprise.plugins.slack import NotifySlack
from pydantic import SecretStr

from integrations.alerts.errors import (
    Busy,
    Misunderstood,
    NoSuchChannel,
    Rejected,
    SendingFailed,
    Unreachable,
    without_secrets,
)
from integrations.alerts.wire import WHOLE, Breaker, Deadline, Line, Pool, connect, trouble

LONGEST_PAUSE = 300.0
"""Seconds: a server that asks for more is asked again after this."""
_WEBHOOK = re.compile(r"([A-Za-z0-9]+)/([A-Za-z0-9]+)/([A-Za-z0-9]+)")
_NOT_NOW = frozenset({408, 425, 429})
_LARGEST_ANSWER = 10_000
_UNPROTECTED = "zonder TLS gaat een Slackbericht alleen naar deze machine zelf"


def is_webhook(path: SecretStr) -> bool:
    """Whether it has the form of a webhook's path, `T000/B000/xxxx`."""
    return _WEBHOOK.fullmatch(path.get_secret_value()) is not None


class AlertSlack(NotifySlack):  # type: ignore[no-untyped-call]  # apprise is typed in part
    """Alerts to one Slack channel, through its webhook."""

    request_rate_per_sec = 0

    def __init__(self, server: "WebServer", name: str, path: SecretStr) -> None:
        if not (parts := _WEBHOOK.fullmatch(path.get_secret_value())):
            raise NoSuchChannel(f"de webhook ‘{name}’ in de instellingen heeft niet de vorm T…/B…/…")
        super().__init__(  # type: ignore[no-untyped-call]
            token_a=parts[1],
            token_b=parts[2],
            token_c=parts[3],
            include_image=False,  # it would be fetched from the internet, by everyone who reads the message
            include_footer=False,
            asset=AppriseAsset(app_id="Opschaling", secure_logging=True),
        )
        self.webhook_url = f"{server.base}/services"
        self._server = server
        self._name = name
        self._stay_near: str | None = None
        self._quiet_until = 0.0

    def deliver(self, subject: str, text: str, *, stay_near: str | None) -> str:
        """Post the message; the receipt is what the server said.

        Raises:
            SendingFailed: it was not taken; the type says whether to try again.

        """
        if (left := self._quiet_until - time.monotonic()) > 0:
            raise Busy(f"Slack vroeg om rust in ‘{self._name}’", retry_after=left)
        post = copy(self)
        post._stay_near = stay_near
        try:
            if not post.notify(body=text, title=subject, body_format=NotifyFormat.TEXT):
                raise Rejected("apprise kan van dit bericht geen Slackbericht maken")
        except Busy as busy:
            self._quiet_until = time.monotonic() + (busy.retry_after or 0.0)
            raise
        return "200 ok"

    def _send(self, url: str, payload: dict[str, Any], *_: Any, **__: Any) -> dict[str, Any]:
        """What apprise calls with the message it has made."""
        content = json.dumps(payload).encode()
        answer = self._server.post(urlsplit(url).path, content, stay_near=self._stay_near)
        _check(answer, self._name)
        return {"ok": True}


class Answer(NamedTuple):
    """What a web server answered."""

    status: int
    retry_after: str | None
    said: bytes


class WebServer:
    """A Slack-compatible server, with the connections to it."""

    def __init__(self, base: str, patience: float = WHOLE) -> None:
        address = urlsplit(base)
        if address.scheme not in {"http", "https"} or not address.hostname:
            raise ValueError(f"slack_base_url is not an address: {base}")
        self._patience = patience
        self.base = base.rstrip("/")
        self._name, self._host = address.netloc.rpartition("@")[2], address.hostname
        self._is_tls = address.scheme == "https"
        self._port = address.port or (443 if self._is_tls else 80)
        self._posts = Pool(self._open)
        self._breaker = Breaker(self._host)

    def post(self, path: str, content: bytes, *, stay_near: str | None) -> Answer:
        """Post JSON. Without TLS, only to this machine itself, whatever the caller asks."""
        deadline = Deadline(self._patience)
        near = stay_near or (None if self._is_tls else _UNPROTECTED)
        with (
            self._breaker.asking(),
            _translated(self._host),
            self._posts.one(deadline, near) as connection,
        ):
            return connection.post(path, content)

    def close(self) -> None:
        """Hang up."""
        self._posts.close()

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context()

    def _open(self, deadline: Deadline, stay_near: str | None) -> "_Connection":
        connection = connect(self._host, self._port, deadline, stay_near)
        line = Line(connection)
        try:
            if self._is_tls:
                with line.until(deadline):
                    connection = self._tls.wrap_socket(connection, server_hostname=self._host)
        except BaseException:
            connection.close()
            line.close()
            raise
        return _Connection(connection, line, self._name)


class _Connection:
    """One connection to a web server, made by us."""

    def __init__(self, connection: socket.socket, line: Line, host: str) -> None:
        self.line = line
        self._host = host
        self._http = http.client.HTTPConnection("")
        self._http.sock = connection
        self._http.auto_open = 0

    def post(self, path: str, content: bytes) -> Answer:
        headers = {"Host": self._host, "Content-Type": "application/json; charset=utf-8", "User-Agent": "Opschaling"}
        self._http.request("POST", path, body=content, headers=headers)
        response = self._http.getresponse()
        said = response.read(_LARGEST_ANSWER)
        if response.length and len(said) < _LARGEST_ANSWER:
            raise http.client.IncompleteRead(said, response.length)
        self.line.is_spent = response.will_close or not response.isclosed()
        return Answer(response.status, response.headers.get("Retry-After"), said)

    def close(self) -> None:
        """Hang up."""
        self._http.close()
        self.line.close()


def _check(answer: Answer, name: str) -> None:
    """Whether Slack took the message. Raises what its answer means."""
    where = f"Slack (‘{name}’) antwoordt {answer.status}"
    text = f"{where}: {without_secrets(answer.said)}"
    if answer.status == 200 and answer.said == b"ok":
        return
    if answer.status in _NOT_NOW or answer.status >= 500:
        raise Busy(text, retry_after=seconds_to_wait(answer.retry_after))
    if answer.status < 300:
        raise Misunderstood(f"{where}, maar niet met ‘ok’")
    if answer.status < 400:
        raise Misunderstood(f"{where}: de server verwijst naar elders, en daar gaat een bericht niet heen")
    raise Rejected(text)


def seconds_to_wait(retry_after: str | None) -> float | None:
    """What a Retry-After header asks: seconds or a date, never less than nothing, nor more than five minutes."""
    if retry_after is None:
        return None
    try:
        seconds = float(retry_after)
    except ValueError:
        seconds = _seconds_until(retry_after)
    return min(max(seconds, 0.0), LONGEST_PAUSE) if seconds == seconds else None


def _seconds_until(date: str) -> float:
    try:
        return (parsedate_to_datetime(date) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):
        return 0.0


@contextmanager
def _translated(host: str) -> Iterator[None]:
    """Their errors to ours, without referring to theirs."""
    try:
        yield
    except SendingFailed:
        raise
    except (OSError, http.client.HTTPException) as failure:
        raise _ours(failure, host) from None


def _ours(failure: Exception, host: str) -> SendingFailed:
    """What a failure of http.client, ssl or the network means."""
    if isinstance(failure, OSError):
        return trouble(failure, host)
    if isinstance(failure, http.client.IncompleteRead):
        return Unreachable(f"{host} verbrak de verbinding")
    return Misunderstood(f"{host} antwoordt niet zoals een webserver ({type(failure).__name__})")
