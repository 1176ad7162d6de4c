"""The door of the portal: what may come in, and what every answer carries.

Measured against `shared/faults.md`, rows 72 and 77 to 79: foreign origins, other hosts, other content types, long bodies.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from http import HTTPStatus
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from integrations.partners.sheets import MOST_BYTES
from integrations.portal.problem import BELOW, problem

LONGEST_BODY = 256 * 1024
"""Bytes of a form; an outcome of fifty rows stays well below."""
BODY_SECONDS = 20.0
"""How long the sending of a form may take."""
FORM = "application/x-www-form-urlencoded"
LONGEST_REPORT = 2_000_000
"""Bytes of a report that a system sends."""
REPORT = "application/json"
LONGEST_SHEET = MOST_BYTES + 64 * 1024
"""Bytes of a form with a sheet in it; that the sheet itself is too large is told on the page."""
SHEET = "multipart/form-data"
SHEET_PATH = "/sheet"
"""Below a personal link: the sheet of a partner, and where it is sent to."""

ALWAYS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}
"""What every answer carries."""


_SENTENCES = {
    HTTPStatus.BAD_REQUEST: "Het formulier kwam niet heel aan. Er is niets vastgelegd.\n",
    HTTPStatus.FORBIDDEN: "Dit formulier komt niet van het portaal. Er is niets vastgelegd.\n",
    HTTPStatus.REQUEST_TIMEOUT: "Het versturen duurde te lang. Er is niets vastgelegd; probeer het opnieuw.\n",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Het formulier is te groot. Er is niets vastgelegd.\n",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "Alleen formulieren van het portaal worden aangenomen.\n",
    HTTPStatus.MISDIRECTED_REQUEST: "Dit adres hoort niet bij het portaal.\n",
}


_OF_A_SHEET = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        f"Het bestand is groter dan {MOST_BYTES // 1_000_000} MB. Er is niets vastgelegd.\n"
        f"The file is larger than {MOST_BYTES // 1_000_000} MB. Nothing was recorded.\n"
    ),
}
"""Where a file is sent it says so, in both languages: who sends it is not known yet."""
_TO_SYSTEMS = {
    HTTPStatus.BAD_REQUEST: "Het rapport kwam niet heel aan. Er is niets vastgelegd.",
    HTTPStatus.REQUEST_TIMEOUT: "Het versturen duurde te lang. Er is niets vastgelegd; probeer het opnieuw.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Het rapport is groter dan 2 MB. Er is niets vastgelegd.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "Een rapport is application/json.",
    HTTPStatus.MISDIRECTED_REQUEST: "Dit adres hoort niet bij het portaal.",
}
"""The same, to the system of a partner."""


class Door:
    """Refuses what is not for this portal, and puts the headers of `ALWAYS` on every answer."""

    def __init__(self, app: ASGIApp, portal_url: str) -> None:
        self._app = app
        self._portal = urlsplit(portal_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request in, or not."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        guarded = _with_headers(send)
        headers = Headers(scope=scope)
        if refused := self._refusal(scope, headers):
            await _refuse(refused, scope, receive, guarded)
            return
        is_post = scope["method"] == "POST"
        try:
            body = await _body(receive, _taken(scope).longest) if is_post else b""
        except _Unread as trouble:
            await _refuse(trouble.status, scope, receive, guarded)
            return
        await self._app(scope, _once(body, receive), guarded)

    def _refusal(self, scope: Scope, headers: Headers) -> HTTPStatus | None:
        """Why it does not come in. A system shows a token, which no browser adds by itself: its origin says nothing."""
        if not self._is_ours(headers.get("host", "")):
            return HTTPStatus.MISDIRECTED_REQUEST
        if scope["method"] != "POST":
            return None
        is_system = _is_system(scope)
        if not (is_system or self._comes_from_here(headers)):
            return HTTPStatus.FORBIDDEN
        if headers.get("content-type", "").partition(";")[0].strip().lower() != _taken(scope).kind:
            return HTTPStatus.UNSUPPORTED_MEDIA_TYPE
        return None

    def _is_ours(self, host: str) -> bool:
        name = _name_of(f"//{host}")
        return name is not None and (name == self._portal.hostname or _is_loopback(name))

    def _comes_from_here(self, headers: Headers) -> bool:
        """Whether the page that sends this is one of ours, as far as the browser tells.

        Our pages send `Origin: null` themselves, because of `Referrer-Policy: no-referrer`.
        """
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return False
        origin = headers.get("origin", "null")
        ours = {
            f"{self._portal.scheme}://{self._portal.netloc}",
            f"http://{headers.get('host')}",
            f"https://{headers.get('host')}",
        }
        return origin == "null" or origin in ours


class _Unread(Exception):  # noqa: N818 - a statement
    """The body did not come in whole, or is longer than any form of ours."""

    def __init__(self, status: HTTPStatus) -> None:
        self.status = status


async def _body(receive: Receive, longest: int) -> bytes:
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return b"".join([part async for part in _parts(receive, longest)])
    except TimeoutError:
        raise _Unread(HTTPStatus.REQUEST_TIMEOUT) from None


async def _parts(receive: Receive, longest: int) -> AsyncIterator[bytes]:
    length, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Unread(HTTPStatus.BAD_REQUEST)
        part = message.get("body", b"")
        length += len(part)
        if length > longest:
            raise _Unread(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        yield part
        more = message.get("more_body", False)


def _once(body: bytes, receive: Receive) -> Receive:
    """The body as read, and after it whatever the connection has to say."""
    pending: Iterator[Message] = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def replay() -> Message:
        return next(pending, None) or await receive()

    return replay


def _with_headers(send: Send) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(ALWAYS)
        await send(message)

    return guarded


async def _refuse(status: HTTPStatus, scope: Scope, receive: Receive, send: Send) -> None:
    if _is_system(scope):
        said: Response = problem(status, _TO_SYSTEMS[status])
    else:
        said = PlainTextResponse((_OF_A_SHEET if _is_sheet(scope) else {}).get(status, _SENTENCES[status]), status)
    await said(scope, receive, send)


class _Taken(NamedTuple):
    """What is taken at an address: of which content type, and how many bytes."""

    kind: str
    longest: int


def _taken(scope: Scope) -> _Taken:
    if _is_system(scope):
        return _Taken(REPORT, LONGEST_REPORT)
    return _Taken(SHEET, LONGEST_SHEET) if _is_sheet(scope) else _Taken(FORM, LONGEST_BODY)


def _is_sheet(scope: Scope) -> bool:
    """Whether a partner sends its sheet, by its link."""
    path = str(scope["path"])
    return path.startswith("/p/") and path.endswith(SHEET_PATH)


def _is_system(scope: Scope) -> bool:
    """Whether it comes to the interface for systems."""
    return str(scope["path"]).startswith(BELOW)


def _name_of(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def _is_loopback(name: str) -> bool:
    if name == "localhost":
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
