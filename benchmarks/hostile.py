"""385 hostile partners at once: the round ends at its deadline, memory stays flat, and the well ones among them are heard."""

import asyncio
import json
import resource
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measuring import say
from crisis.inquiries import Answer
from crisis.partners import IntakeTerms, Partner, PartnerKind
from integrations.partners.inquiry import ask_all
from integrations.settings import Reach, Settings

PARTNERS, WELL = 385, 40
PATIENCE = 5.0
"""Seconds that the round has."""
MEGABYTE = 1024 * 1024


def measure() -> None:
    """All of them hostile; and with forty that are well among them."""
    for healthy in (0, WELL):
        answers, seconds, grown = asyncio.run(hostile_round(PARTNERS, healthy, PATIENCE))
        heard = sum(answer.submission.has_figures for answer in answers)
        name = "intake-hostile" if healthy == 0 else "intake-hostile-mixed"
        told = f"its deadline of {PATIENCE:g} s; {heard} of {healthy} that were well answered"
        say(name, seconds, "s", seconds / PATIENCE, told, f"<= {PATIENCE + 1:g} s")
        say(f"{name}-memory", grown, "MB", None, None, "< 100 MB")


async def hostile_round(number: int, healthy: int, patience: float) -> tuple[tuple[Answer, ...], float, float]:
    """One round: the answers, how many seconds it took, and by how many megabytes this process grew at its highest."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    systems = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.hostile_systems", str(number), str(healthy)), stdout=asyncio.subprocess.PIPE
    )
    try:
        assert systems.stdout
        partners = _partners(json.loads(await systems.stdout.readline()))
        terms = IntakeTerms(term_seconds=patience, patience_seconds=patience)
        settings = Settings(_of_this_shell=False, reach=Reach.LOOPBACK)
        watching = asyncio.create_task(_highest())
        await asyncio.sleep(0.1)
        before, began = _memory(), time.monotonic()
        answers = await ask_all(partners, terms, datetime.now(UTC), settings, lambda: datetime.now(UTC))
        seconds = time.monotonic() - began
        watching.cancel()
        highest = max(_seen, default=before)
        return answers, seconds, (max(highest, _memory()) - before) / MEGABYTE
    finally:
        systems.kill()
        await systems.wait()


_seen: list[int] = []


async def _highest() -> None:
    _seen.clear()
    while True:
        _seen.append(_memory())
        await asyncio.sleep(0.05)


def _memory() -> int:
    """What this process holds now, in bytes (Linux)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def _partners(ports: Sequence[int]) -> list[Partner]:
    return [
        Partner(
            id=f"P{number}",
            name=f"Partner {number}",
            kind=PartnerKind.MUNICIPALITY,
            address=f"http://127.0.0.1:{port}",
            indicators=("opvang",),
        )
        for number, port in enumerate(ports)
    ]
