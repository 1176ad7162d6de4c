"""Plays partner systems that mean harm, each on a port of its own, and some that are well among them.

`python -m benchmarks.hostile_systems NUMBER WELL` prints their ports as one line of JSON, the well ones last.
"""

import asyncio
import gzip
import itertools
import json
import resource
import sys
from collections.abc import Awaitable, Callable

from benchmarks.partner_systems import report_of

JSON = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
BOMB = gzip.compress(b" " * 100_000_000)
DEEP = b"[" * 200_000
MOST = 1_999_000
QUOTES = b'"' + b'\\"' * (MOST // 2)
LONG = b'"' + b"x" * MOST + b'"'
MANY = b"[" + b'{"a":"b","c":"d"},' * 49_000 + b"{}]"

Conduct = Callable[[asyncio.StreamWriter], Awaitable[None]]


async def bomb(writer: asyncio.StreamWriter) -> None:
    """A hundred kilobytes that would be a hundred megabytes."""
    writer.write(JSON + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(BOMB) + BOMB)
    await writer.drain()


async def slowloris(writer: asyncio.StreamWriter) -> None:
    """Drop by drop, for ever."""
    writer.write(JSON + b"Content-Length: 1000000\r\n\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.5)


async def endless(writer: asyncio.StreamWriter) -> None:
    """A body without an end."""
    writer.write(JSON + b"\r\n")
    while True:
        writer.write(b" " * 65_536)
        await writer.drain()


async def headers(writer: asyncio.StreamWriter) -> None:
    """A head without an end, drop by drop."""
    writer.write(JSON)
    for number in itertools.count():
        writer.write(b"X-%d: x\r\n" % number)
        await writer.drain()
        await asyncio.sleep(0.5)


async def large_drops(writer: asyncio.StreamWriter) -> None:
    """As large as to need a place among the large ones, and then drop by drop."""
    writer.write(JSON + b"Content-Length: 1000000\r\n\r\n" + b" " * 70_000)
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.5)


def whole(body: bytes) -> Conduct:
    """All of this at once."""

    async def serve(writer: asyncio.StreamWriter) -> None:
        writer.write(JSON + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()

    return serve


def well(number: int) -> Conduct:
    """A report as it should be."""
    return whole(report_of(f"P{number}"))


HOSTILE = (bomb, slowloris, endless, whole(DEEP), headers, whole(QUOTES), whole(LONG), whole(MANY), large_drops)
"""Packed, slow, endless, nested; a head that is slow; an open quote, one long text, many small parts; large and slow."""


async def main(number: int, healthy: int) -> None:
    """Serve so many, of which so many are well."""
    ports = []
    for each in range(number):
        conduct = well(each) if each >= number - healthy else HOSTILE[each % len(HOSTILE)]
        server = await asyncio.start_server(_serving(conduct), "127.0.0.1", 0)
        ports.append(server.sockets[0].getsockname()[1])
    print(json.dumps(ports), flush=True)
    await asyncio.Event().wait()


def _serving(conduct: Conduct) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            await conduct(writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    return serve


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
