"""Plays many partner systems at once, each on a port of its own: slow, now and then busy, mostly well.

`python -m benchmarks.partner_systems NUMBER SEED` prints their ports as one line of JSON, and serves until it is ended. It is
a process of its own, and answers from bytes made beforehand: what is measured is who asks.
"""

import asyncio
import json
import random
import sys
from datetime import UTC, datetime
from decimal import Decimal

from crisis.figures import FigureKind
from integrations.partners.contract import Contract, FigureStatus, ReportedFigure, SituationReport

QUICKEST, SLOWEST = 0.02, 0.2
"""Seconds before an answer."""
BUSY = 0.05
"""The share that says 503 first."""
AREA = "NL"
INDICATOR = "opvang"
BUSY_ANSWER = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n"


def report_of(partner: str) -> bytes:
    """A report with three figures, as a partner sends it."""
    day = datetime.now(UTC).date()
    figures = tuple(
        ReportedFigure(
            indicator=INDICATOR,
            area=AREA,
            kind=kind,
            value=Decimal(100),
            unit="plaatsen",
            reference_date=day,
            status=FigureStatus.FINAL,
            synthetic=True,
            source="benchmark",
        )
        for kind in (FigureKind.TARGET, FigureKind.REALISED, FigureKind.OCCUPIED)
    )
    return SituationReport(
        contract=Contract(),
        partner=partner,
        report_id=f"{partner}-0",
        created_at=datetime.now(UTC),
        reference_date=day,
        figures=figures,
    ).to_wire()


class PartnerSystem:
    """One of them."""

    def __init__(self, number: int, chance: random.Random) -> None:
        self._body = report_of(f"P{number}").replace(b'"reportId":"P%d-0"' % number, b'"reportId":"P%d-%%s"' % number)
        self._chance = chance
        self._asked: set[bytes] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer questions on one connection until it is closed. The report is another one for every moment asked about."""
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                moment = head.partition(b"asOf=")[2].partition(b" ")[0].replace(b"%3A", b"").replace(b":", b"")
                await asyncio.sleep(self._chance.uniform(QUICKEST, SLOWEST))
                if moment not in self._asked:
                    self._asked.add(moment)
                    if self._chance.random() < BUSY:
                        writer.write(BUSY_ANSWER)
                        continue
                body = self._body.replace(b"%s", moment)
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body
                )
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


async def main(number: int, seed: int) -> None:
    """Serve so many."""
    ports = []
    for each in range(number):
        system = PartnerSystem(each, random.Random(f"{seed}/{each}"))  # noqa: S311 - hides nothing
        server = await asyncio.start_server(system.serve, "127.0.0.1", 0)
        ports.append(server.sockets[0].getsockname()[1])
    print(json.dumps(ports), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    import resource

    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
