"""385 hostile partners at once: the round ends at its deadline, memory stays flat, and the well ones among them are heard."""

import asyncio
import json
import resource
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

from benchmarks.measuring import say
from crisis.inquiries import Answer
from crisis.partners import IntakeTerms, Partner, PartnerKind
from integrations.partners.inquiry import ask_all
from integrations.settings import Reach, Settings

PARTNERS, WELL = 385, 40
PATIENCE = 5.0
"""Seconds that the round has."""


def measure() -> None:
    """All of them hostile; and with forty that are well among them: in a process each, or the second would reuse memory."""
    for healthy in (0, WELL):
        with ProcessPoolExecutor(1, get_context("spawn")) as process:
            heard, seconds, grown = process.submit(_measured, healthy).result()
        name = "intake-hostile" if healthy == 0 else "intake-hostile-mixed"
        told = f"its deadline of {PATIENCE:g} s; {heard} of {healthy} that were well answered"
        say(name, seconds, "s", seconds / PATIENCE, told, f"<= {PATIENCE + 1:g} s")
        say(f"{name}-memory", grown, "MB", None, None, "< 100 MB")


def _measured(healthy: int) -> tuple[int, float, float]:
    answers, seconds, grown = asyncio.run(hostile_round(PARTNERS, healthy, PATIENCE))
    return sum(answer.submission.has_figures for answer in answers), seconds, grown


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
        _forget_the_highest()
        before, began = _memory("VmRSS"), time.monotonic()
        answers = await ask_all(partners, terms, datetime.now(UTC), settings, lambda: datetime.now(UTC))
        return answers, time.monotonic() - began, _memory("VmHWM") - before
    finally:
        systems.kill()
        await systems.wait()


def _forget_the_highest() -> None:
    """What this process held at its highest is counted from here (Linux)."""
    Path("/proc/self/clear_refs").write_text("5")


def _memory(which: str) -> float:
    """What this process holds now (`VmRSS`) or held at its highest (`VmHWM`), in megabytes (Linux)."""
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(which)]
    return int(line.split()[1]) / 1024


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
