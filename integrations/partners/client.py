"""Fetches what a partner has and trusts nothing of it: one size, one form, no detours."""

import asyncio
import random
import socket
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from functools import cache
from http import HTTPStatus
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path

import httpx

from integrations.partners.approach import Approach
from integrations.partners.errors import Refused, Silent, Unintelligible, Unreachable, foreign_errors_translated

MOST_BYTES = 2_000_000
"""More than the largest report that the contract allows would need in practice."""
PAUSES = (0.2, 0.4)
"""Seconds before the second and third try, when the partner names none."""
LONGEST_PAUSE = 2.0
"""Seconds. A partner that asks for more is not asked again in this round."""

FIRST_CONNECTION = 1.0
"""Seconds after which the next address of the same name is tried."""

LARGE = 16_000
"""Bytes from which an answer is large: so many of those may be held at once, or hundreds would fill the memory."""
LARGE_AT_ONCE = 8
LONGEST_LARGE = 2.0
"""Seconds that a large answer may keep the others waiting."""

_SOCKET = [(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)]
"""What waits unread in the kernel comes in at once: that would be a quarter of a megabyte for each of hundreds of systems."""
_HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "opschaling"}


class Room:
    """What one round may hold of large answers at the same time."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(LARGE_AT_ONCE)

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """A place for one large answer. Raises Unintelligible for one that keeps it too long."""
        async with self._places:
            try:
                async with asyncio.timeout(LONGEST_LARGE):
                    yield
            except TimeoutError as error:
                raise Unintelligible(f"Het antwoord is groot en kwam niet binnen {LONGEST_LARGE:g} seconden.") from error


class PoolPerAddress(httpx.AsyncBaseTransport):
    """A connection pool for each address, and one TLS context for all.

    httpcore looks through every connection of a pool for every request that waits in it (encode/httpcore#1035): with
    hundreds of partners in one pool, behind one gateway too, the healthy ones would miss their deadline.
    """

    def __init__(self) -> None:
        self._pools: dict[tuple[httpx.URL, Path | None], httpx.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request through the pool of its address, to none but the addresses that were checked.

        The name stays what the certificate is held against, and what the partner reads in `Host`.
        """
        approach: Approach | None = request.extensions.get("approach")
        key = request.url.copy_with(query=None), approach.certificate if approach else None
        pool = self._pools.get(key)
        if pool is None:
            pool = self._pools[key] = httpx.AsyncHTTPTransport(verify=_tls(key[1]), trust_env=False, socket_options=_SOCKET)
        return await (_in_turn(pool, request, approach.addresses) if approach else pool.handle_async_request(request))

    async def aclose(self) -> None:
        """Close every connection."""
        for pool in self._pools.values():
            await pool.aclose()


async def _in_turn(pool: httpx.AsyncHTTPTransport, request: httpx.Request, addresses: Sequence[str]) -> httpx.Response:
    """Ask at the first address that gives a connection. A name may stand for one of IPv6 that leads nowhere here."""
    url, terms = request.url, request.extensions.get("timeout", {})
    for address in addresses[:-1]:
        with suppress(httpx.ConnectError, httpx.ConnectTimeout):
            return await pool.handle_async_request(_at(request, url, address, {**terms, "connect": FIRST_CONNECTION}))
    return await pool.handle_async_request(_at(request, url, addresses[-1], terms))


def _at(request: httpx.Request, url: httpx.URL, address: str, terms: Mapping[str, float | None]) -> httpx.Request:
    request.extensions = {**request.extensions, "sni_hostname": url.host, "timeout": terms}
    request.url = url.copy_with(host=address)
    return request


def new_client(patience_seconds: float, transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """A client that follows no redirect, keeps no cookie, and reads no proxy or password from the environment."""
    return httpx.AsyncClient(
        transport=transport or PoolPerAddress(),
        headers=_HEADERS,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        timeout=patience_seconds,
        follow_redirects=False,
        trust_env=False,
    )


async def persistently(
    client: httpx.AsyncClient, url: httpx.URL, until: float, approach: Approach | None = None, room: Room | None = None
) -> bytes:
    """The body of an answer, asked for three times at most. The deadline itself is the caller's; `until` is when it strikes."""
    for pause in PAUSES:
        try:
            return await _exchange(client, url, approach, room)
        except Silent:
            raise
        except Unreachable as failure:
            wait = pause * random.uniform(1, 1.5) if failure.retry_after is None else failure.retry_after  # noqa: S311 - spreads, hides nothing
            if wait > min(LONGEST_PAUSE, until - asyncio.get_running_loop().time()):
                raise
        await asyncio.sleep(wait)
    return await _exchange(client, url, approach, room)


async def _exchange(client: httpx.AsyncClient, url: httpx.URL, approach: Approach | None, room: Room | None) -> bytes:
    headers, extensions = (approach.headers, {"approach": approach}) if approach else ({}, {})
    with foreign_errors_translated():
        async with client.stream("GET", url, headers=headers, extensions=extensions) as response:
            _refuse_unless_ok(response)
            return await plain_body(response, room)


def _refuse_unless_ok(response: httpx.Response) -> None:
    status = response.status_code
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise Unreachable(f"Kan nu niet antwoorden (HTTP-status {status}).", _retry_after(response))
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        raise Refused(f"Gaf ons geen toegang (HTTP-status {status}).")
    if status >= HTTPStatus.BAD_REQUEST:
        raise Refused(f"Weigerde de vraag (HTTP-status {status}).")
    if status >= HTTPStatus.MULTIPLE_CHOICES:
        raise Refused(f"Verwijst door naar een ander adres (HTTP-status {status}); dat wordt niet gevolgd.")
    if status != HTTPStatus.OK:
        raise Unintelligible(f"Gaf geen rapport (HTTP-status {status}).")


async def plain_body(response: httpx.Response, room: Room | None = None) -> bytes:
    """The body, as far as it is JSON by its own account, not packed, and not too large. Raises Unintelligible."""
    _refuse_unless_plain_json(response)
    return await _body(response, room or Room())


def _refuse_unless_plain_json(response: httpx.Response) -> None:
    packing = response.headers.get("Content-Encoding", "identity").strip().lower()
    if packing not in ("", "identity"):
        raise Unintelligible("Het antwoord is samengeperst; daar is niet om gevraagd.")
    media = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if media != "application/json":
        kind = "een webpagina" if media == "text/html" else "iets anders"
        raise Unintelligible(f"Stuurde {kind} in plaats van JSON.")


async def _body(response: httpx.Response, room: Room) -> bytes:
    """All of it, as it came: whatever was packed has been refused by now, so that nothing is unpacked here."""
    parts = response.aiter_bytes()
    body = await _read(parts, bytearray(), LARGE)
    if len(body) <= LARGE:
        return bytes(body)
    async with room.taken():
        body = await _read(parts, body, MOST_BYTES)
        if len(body) > MOST_BYTES:
            raise Unintelligible(f"Het antwoord is groter dan {MOST_BYTES // 1_000_000} MB.")
        return bytes(body)


async def _read(parts: AsyncIterator[bytes], body: bytearray, most: int) -> bytearray:
    """Read on until there is no more, or more than that."""
    async for part in parts:
        body += part
        if len(body) > most:
            break
    return body


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds; None for a date or nonsense."""
    asked = response.headers.get("Retry-After", "").strip()
    return float(asked) if asked.isascii() and asked.isdigit() else None


@cache
def _tls(certificate: Path | None = None) -> ssl.SSLContext:
    """What certificates are held against: the public roots, and those that this machine's administrator trusts.

    Reading them takes some 40 ms, so it is done once, and once for every certificate that we show.

    Raises:
        Refused: the certificate that we must show cannot be read.

    """
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    if certificate:
        try:
            context.load_cert_chain(certificate)
        except (OSError, ssl.SSLError) as error:
            raise Refused("Het certificaat dat wij moeten tonen is niet te lezen.") from error
    return context
