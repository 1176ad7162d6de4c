"""The catcher: takes mail and Slack messages for real, on this machine, and shows what came.

A mail server (aiosmtpd) and a web server that answers as Slack's incoming webhooks do. What it caught stands on a page
at `/`, and as JSON at `/mails` and `/slack`. It can be told to misbehave. Nothing is passed on, and nothing is kept
when it stops.
"""

import argparse
import asyncio
import contextlib
import json
import re
import socket
import ssl
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from weakref import WeakSet

import uvicorn
from aiosmtpd.smtp import SMTP, Envelope, Session
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, PlainTextResponse
from jinja2 import Environment, FileSystemLoader
from starlette.middleware.trustedhost import TrustedHostMiddleware

from crisis.record import Moment, Record
from integrations.wording.times import moment_text

HOST = "127.0.0.1"
LARGEST = 1_000_000
"""Bytes of one mail or one Slack message."""
SHOWN = 100
"""Messages on the page, of each sort; the JSON has them all."""
_WEBHOOK = re.compile(r"^[A-Z0-9]+/[A-Z0-9]+/[A-Z0-9]+$", re.IGNORECASE)
_SLACK_ESCAPES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


class Mail(Record):
    """A mail that came."""

    index: int
    received_at: Moment
    sender: str
    to: tuple[str, ...]
    subject: str
    text: str
    headers: dict[str, str]
    header_names: tuple[str, ...]
    """Every header as often as it stood there."""


class Post(Record):
    """A Slack message that came."""

    index: int
    received_at: Moment
    webhook: str
    """The path behind `/services/`: what names the channel."""
    title: str
    text: str
    """As people see it: with Slack's three escapes undone."""
    payload: dict[str, Any]


@dataclass
class Mood:
    """How the catcher misbehaves."""

    http_answers: list[tuple[int, dict[str, str], str]] = field(default_factory=list)
    """Answers (status, headers, body) to give first, one per Slack message; those messages are not taken."""
    revoked: set[str] = field(default_factory=set)
    """Webhooks that are no more: 404 `no_service`."""
    greylist: bool = False
    """Whether each mail is sent away once with 451."""
    refused: set[str] = field(default_factory=set)
    """Recipients that do not exist: 550."""
    _seen: set[tuple[str, str]] = field(default_factory=set)

    def puts_off(self, sender: str, recipient: str) -> bool:
        """Whether this pair is met for the first time, and greylisted."""
        is_new = (sender, recipient) not in self._seen
        self._seen.add((sender, recipient))
        return self.greylist and is_new


class Catcher:
    """The two servers, and what they caught."""

    def __init__(self, mood: Mood | None = None, tls: ssl.SSLContext | None = None) -> None:
        self.mood = mood or Mood()
        self.mails: list[Mail] = []
        self.posts: list[Post] = []
        self.mail_connections = 0
        self.smtp_port = 0
        self.http_port = 0
        self._tls = tls
        self._sessions: WeakSet[SMTP] = WeakSet()

    @property
    def url(self) -> str:
        """The address of the page, and the base address for Slack."""
        return f"http://{HOST}:{self.http_port}"

    @contextlib.asynccontextmanager
    async def open(self, smtp_port: int = 0, http_port: int = 0) -> AsyncIterator["Catcher"]:
        """Listen on these ports of this machine alone; port 0 takes a free one."""
        loop = asyncio.get_running_loop()
        mail = await loop.create_server(self._smtp, HOST, smtp_port)
        listener = _listener(http_port)
        self.smtp_port, self.http_port = mail.sockets[0].getsockname()[1], listener.getsockname()[1]
        web = _Web(
            uvicorn.Config(create_app(self), log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1)
        )
        serving = asyncio.create_task(web.serve(sockets=[listener]))
        try:
            yield self
        finally:
            web.should_exit = True
            mail.close()
            for session in self._sessions:
                if session.transport is not None:
                    session.transport.close()
            await serving

    def _smtp(self) -> SMTP:
        self.mail_connections += 1
        session = SMTP(_MailHandler(self), data_size_limit=LARGEST, hostname="catcher", tls_context=self._tls)
        self._sessions.add(session)
        return session


def _listener(port: int) -> socket.socket:
    """A socket that says it speaks TCP: asyncio sends without delay (TCP_NODELAY) only where that is said."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((HOST, port))
    return listener


class _Web(uvicorn.Server):
    """A web server that leaves signals to whoever runs it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _MailHandler:
    """What the mail server does with what it is told."""

    def __init__(self, catcher: Catcher) -> None:
        self._catcher = catcher

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self._catcher.mood.refused:
            return "550 5.1.1 no such mailbox"
        if self._catcher.mood.puts_off(envelope.mail_from or "", address):
            return "451 4.7.1 greylisted, try again later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        self._catcher.mails.append(_mail(len(self._catcher.mails), envelope, content))
        return f"250 2.0.0 OK: caught as {len(self._catcher.mails)}"


def create_app(catcher: Catcher) -> FastAPI:
    """The web server: Slack's webhooks, the page, and the JSON."""
    app = FastAPI(title="Vangnet", docs_url=None, redoc_url=None, openapi_url=None)
    # Mails hold personal links: no page of another site may read them by pointing its own name at this machine.
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"])

    @app.post("/services/{webhook:path}")
    async def receive(webhook: str, request: Request) -> PlainTextResponse:
        return _receive(catcher, webhook, await _content(request))

    @app.get("/", response_class=HTMLResponse)
    async def page() -> HTMLResponse:
        return HTMLResponse(
            _page(catcher), headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
        )

    @app.get("/mails")
    async def mails(since: int = 0) -> list[Mail]:
        return catcher.mails[max(since, 0) :]

    @app.get("/slack")
    async def posts(since: int = 0) -> list[Post]:
        return catcher.posts[max(since, 0) :]

    return app


def main(arguments: Sequence[str] | None = None) -> None:
    """Start it alone, until interrupted."""
    options = _parser().parse_args(arguments)
    mood = Mood(greylist=options.greylist, refused=set(options.refuse))
    for status, times in options.fail_http:
        mood.http_answers += [(status, {"Retry-After": "1"}, "not now")] * times
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_run(Catcher(mood), options.smtp_port, options.http_port))


async def _run(catcher: Catcher, smtp_port: int, http_port: int) -> None:
    async with catcher.open(smtp_port, http_port):
        await asyncio.Event().wait()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="catcher", description="Vangt mail en Slackberichten op deze machine op.")
    parser.add_argument("--smtp-port", type=int, default=2525)
    parser.add_argument("--http-port", type=int, default=8480)
    parser.add_argument("--greylist", action="store_true", help="stuur iedere mail eerst een keer weg met 451")
    parser.add_argument("--refuse", action="append", default=[], metavar="ADRES", help="deze ontvanger bestaat niet (550)")
    parser.add_argument(
        "--fail-http",
        action="append",
        default=[],
        type=_status_and_times,
        metavar="STATUS:KEER",
        help="beantwoord de eerste Slackberichten zo: 503:3",
    )
    return parser


def _status_and_times(text: str) -> tuple[int, int]:
    status, _, times = text.partition(":")
    return int(status), int(times or 1)


async def _content(request: Request) -> bytes:
    content = b""
    async for piece in request.stream():
        content += piece
        if len(content) > LARGEST:
            return b""
    return content


def _receive(catcher: Catcher, webhook: str, content: bytes) -> PlainTextResponse:
    """What Slack answers to a message."""
    if catcher.mood.http_answers:
        status, headers, body = catcher.mood.http_answers.pop(0)
        return PlainTextResponse(body, status, headers)
    if not _WEBHOOK.match(webhook) or webhook in catcher.mood.revoked:
        return PlainTextResponse("no_service", 404)
    try:
        payload = json.loads(content)
    except (ValueError, RecursionError):
        return PlainTextResponse("invalid_payload", 400)
    if not isinstance(payload, dict):
        return PlainTextResponse("invalid_payload", 400)
    title, text = _seen_by_people(payload)
    if not (title or text):
        return PlainTextResponse("no_text", 400)
    catcher.posts.append(
        Post(
            index=len(catcher.posts),
            received_at=datetime.now(UTC),
            webhook=webhook,
            title=title,
            text=text,
            payload=payload,
        )
    )
    return PlainTextResponse("ok")


def _seen_by_people(payload: dict[str, Any]) -> tuple[str, str]:
    """Title and text of a Slack message."""
    listed = payload.get("attachments")
    attachments = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    titles = [str(one["title"]) for one in attachments if one.get("title")]
    texts = [str(one["text"]) for one in (payload, *attachments) if one.get("text")]
    return _unescaped("\n".join(titles)), _unescaped("\n".join(texts))


def _unescaped(text: str) -> str:
    for escape, character in _SLACK_ESCAPES:
        text = text.replace(escape, character)
    return text


def _mail(index: int, envelope: Envelope, content: bytes) -> Mail:
    letter = message_from_bytes(content, policy=policy.default)
    body = letter.get_body(("plain", "html"))
    return Mail(
        index=index,
        received_at=datetime.now(UTC),
        sender=envelope.mail_from or "",
        to=tuple(envelope.rcpt_tos),
        subject=str(letter["Subject"] or ""),
        text=str(body.get_content()).replace("\r\n", "\n") if body else "",
        headers={name: str(value) for name, value in letter.items()},
        header_names=tuple(letter.keys()),
    )


def _page(catcher: Catcher) -> str:
    channels: dict[str, list[Post]] = {}
    for post in catcher.posts[-SHOWN:]:
        channels.setdefault(post.webhook, []).append(post)
    parts = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)
    parts.filters["moment"] = lambda moment: moment_text(moment, "nl")
    return parts.get_template("catcher.html.j2").render(
        mails=catcher.mails[-SHOWN:][::-1], channels=channels, counted=(len(catcher.mails), len(catcher.posts))
    )


if __name__ == "__main__":
    main()
