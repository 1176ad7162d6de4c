"""Asking 385 partners through Prefect, beside a bare gather of the same requests; and how it grows.

All ask the same systems, and check and store the same rows. The bare form is asyncio's `gather` and one transaction through
SQLite's own driver; once over httpx's own transport, as ours, and once over aiohttp. Ours is the flow `uitvraag`, measured from
its first line, with the register, its audit trail and what people see. Variants are interleaved, medians compared.
"""

import asyncio
import itertools
import json
import os
import resource
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from aiohttp import ClientSession, TCPConnector
from httpx_aiohttp import AiohttpTransport
from prefect import flow, task
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey
from prefect.client.schemas.sorting import ArtifactSort
from prefect.settings import temporary_settings

from benchmarks.measuring import say
from benchmarks.partner_systems import AREA, INDICATOR
from crisis.inquiries import Answer
from crisis.partners import Partner, PartnerKind
from crisis.plan import Plan
from crisis.structure import Body
from deployments.rehearsals.stage import client_settings
from deployments.services import Services, free_ports
from deployments.up import Ports, environment, standard_services
from integrations.partners import inquiry
from integrations.partners.client import new_client
from integrations.register import Register, intake, leases, meetings
from integrations.settings import Reach, Settings
from tests.building import NOW, SOMEONE, a_crisis, a_plan, a_register

PARTNERS, MANY = 385, 5000
ROUNDS = 7
CRISIS = "meting"
VISIBLE_WITHIN = 10.0


@dataclass
class Ground:
    """What both forms ask, and where they store."""

    plan: Plan
    settings: Settings
    register: Register
    bare: sqlite3.Connection
    moments: "itertools.count[int]"

    def partners(self) -> tuple[Partner, ...]:
        """All of them."""
        return self.plan.partners

    def moment(self) -> datetime:
        """Another one each time, so that every round gets reports of its own."""
        return datetime.fromtimestamp(1_655_450_000 + next(self.moments), UTC)


def measure() -> None:
    """385 partners: stored, and visible through Prefect's API; beside it two other forms."""
    asyncio.run(_measure(PARTNERS))


def measure_many() -> None:
    """5,000 partners, asked and stored, against 385: how it grows. Each in its own process: Prefect keeps to one server."""
    seconds = {number: _in_a_process(number) for number in (PARTNERS, MANY)}
    ratio = seconds[MANY] / (seconds[PARTNERS] * MANY / PARTNERS)
    say("intake-5000", seconds[MANY], "s", ratio, f"13 times what 385 take: {seconds[PARTNERS]:.2f} s", "<= 1")


def _in_a_process(number: int) -> float:
    command = (sys.executable, "-m", "benchmarks.intake", str(number))
    return float(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout.split()[-1])  # noqa: S603 - ours


async def _measure(number: int) -> None:
    async with _ground(number) as ground:
        forms: dict[str, Callable[[Ground], Any]] = {"ours": _ours, "bare": _bare, "task-each": _task_each, "aiohttp": _aiohttp}
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name in forms}
        for _ in range(ROUNDS + 1):
            for name, form in forms.items():
                if name == "task-each" and len(taken[name]) > 3:
                    continue
                taken[name].append(await form(ground))
    stored = {name: statistics.median(first for first, _ in times[1:]) for name, times in taken.items()}
    visible = statistics.median(seen for _, seen in taken["ours"][1:])
    against = f"a bare gather over the same transport: {stored['bare'] * 1000:.0f} ms"
    say("intake-385-stored", stored["ours"] * 1000, "ms", stored["ours"] / stored["bare"], against, "<= 1.15")
    say("intake-385-visible", visible * 1000, "ms", None, "from the moment that all was stored", "<= 1500 ms")
    say("intake-385-aiohttp", stored["aiohttp"] * 1000, "ms", stored["aiohttp"] / stored["bare"], against, "none")
    say("intake-385-task-each", stored["task-each"] * 1000, "ms", stored["task-each"] / stored["bare"], against, "none")


async def _median(number: int) -> float:
    """Seconds until so many were asked and stored."""
    async with _ground(number) as ground:
        return statistics.median([(await _ours(ground))[0] for _ in range(3 if number == MANY else ROUNDS)])


async def _ours(ground: Ground) -> tuple[float, float]:
    """Seconds until all was stored, and until it could be read from Prefect's API after that."""
    from flows.meeting import intake as the_flow
    from tasks import charge

    number = _a_meeting(ground)
    stored: list[float] = []
    real = intake.take_in

    def take_in(*given: Any) -> None:
        real(*given)
        stored.append(time.perf_counter())

    first_line = []

    @flow(name="meting")
    async def measured() -> None:
        first_line.append(time.perf_counter())
        await the_flow.fn(CRISIS, Body.IAO, number)

    intake.take_in = take_in  # type: ignore[assignment]  # the tasks reach it by its module
    try:
        with leases.held(ground.register, charge.lease_on(CRISIS, Body.IAO, number)):
            await measured()
    finally:
        intake.take_in = real
    await _all_visible(ground, number)
    seen = time.perf_counter()
    _check(ground, intake.answers(ground.register, CRISIS, Body.IAO, number))
    return stored[-1] - first_line[0], seen - stored[-1]


async def _all_visible(ground: Ground, number: int) -> None:
    """Until every partner stands in a table that Prefect's API gives."""
    wanted = {partner.name for partner in ground.partners()}
    keys = [f"{CRISIS}-uitvraag-{kind.replace(' ', '-')}" for kind in PartnerKind]
    async with get_client() as client, asyncio.timeout(VISIBLE_WITHIN):
        while True:
            mine = ArtifactFilter(key=ArtifactFilterKey(any_=keys))
            found = await client.read_artifacts(artifact_filter=mine, sort=ArtifactSort.CREATED_DESC, limit=len(keys))
            tables = [one for one in found if (one.description or "").startswith(f"IAO {number}:")]
            shown = {row["partner"] for one in tables for row in json.loads(str(one.data))}
            if shown >= wanted:
                return
            await asyncio.sleep(0.02)


async def _aiohttp(ground: Ground) -> tuple[float, float]:
    """The bare form with aiohttp under httpx: without our address guard, which goes through httpx's own transport."""
    return await _bare(ground, AiohttpTransport(client=lambda: ClientSession(connector=TCPConnector(limit=0))))


async def _bare(ground: Ground, transport: httpx.AsyncBaseTransport | None = None) -> tuple[float, float]:
    as_of = ground.moment()
    began = time.perf_counter()
    terms, settings = ground.plan.intake, ground.settings
    async with new_client(terms.patience_seconds, transport) as client:
        around = inquiry.Round(client, terms, as_of, settings, lambda: NOW, connects=transport is None)
        answers = await asyncio.gather(*(inquiry._ask(around, partner) for partner in ground.partners()))
    _store_bare(ground.bare, answers)
    taken = time.perf_counter() - began
    _check(ground, answers)
    return taken, 0.0


def _store_bare(bare: sqlite3.Connection, answers: Sequence[Answer]) -> None:
    bare.execute("BEGIN IMMEDIATE")
    bare.executemany(
        "INSERT INTO answer VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (a.partner, str(a.submission), a.received_at.isoformat(), a.report_id, a.remarks, a.detail, a.seconds)
            for a in answers
        ],
    )
    bare.executemany(
        "INSERT INTO figure VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                *(a.partner, a.report_id, f.indicator, f.area, str(f.kind), str(f.value), f.unit),
                *(f.reference_date.isoformat(), f.source, f.provisional, f.synthetic),
            )
            for a in answers
            for f in a.figures
        ],
    )
    bare.execute("COMMIT")


async def _task_each(ground: Ground) -> tuple[float, float]:
    """As Prefect's pages show it: a task per partner, gathered."""
    as_of, first_line = ground.moment(), []
    terms, settings = ground.plan.intake, ground.settings

    @flow(name="meting-per-partner")
    async def measured() -> float:
        first_line.append(time.perf_counter())
        async with new_client(terms.patience_seconds) as client:
            around = inquiry.Round(client, terms, as_of, settings, lambda: NOW)

            @task
            async def ask(partner: Partner) -> Answer:
                return await inquiry._ask(around, partner)

            answers = await asyncio.gather(*(ask(partner) for partner in ground.partners()))
        _store_bare(ground.bare, answers)
        return time.perf_counter()

    return await measured() - first_line[0], 0.0


def _check(ground: Ground, answers: Sequence[Answer]) -> None:
    usable = sum(answer.submission.has_figures for answer in answers)
    assert usable == len(ground.partners()), f"{usable} of {len(ground.partners())} answered"


def _a_meeting(ground: Ground) -> int:
    number = next(ground.moments)
    meetings.convene(ground.register, CRISIS, Body.IAO, number, NOW, SOMEONE, NOW)
    return number


@asynccontextmanager
async def _ground(number: int) -> AsyncIterator[Ground]:
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    with TemporaryDirectory() as folder:
        state = Path(folder)
        around = environment(state, Ports(*free_ports(2)), dict(os.environ) | {"OPSCHALING_REACH": Reach.LOOPBACK})
        services = Services(state, around)
        (prefect, *_) = standard_services(_ports(around))
        async with AsyncExitStack() as ending:
            ending.push_async_callback(services.stop)
            services.start([prefect])
            await services.ready([prefect], 120)  # before thousands of systems take ports
            systems = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "benchmarks.partner_systems", str(number), "2022"), stdout=asyncio.subprocess.PIPE
            )
            ending.push_async_callback(systems.wait)
            ending.callback(systems.terminate)
            assert systems.stdout
            plan = _plan(json.loads(await systems.stdout.readline()))
            register = a_register(state, plan)
            ending.callback(register.close)
            a_crisis(register, plan, CRISIS)
            os.environ |= {name: value for name, value in around.items() if name.startswith("OPSCHALING_")}
            with temporary_settings(client_settings(around)):
                settings = Settings(_of_this_shell=False, state_dir=state, reach=Reach.LOOPBACK)
                yield Ground(plan, settings, register, _bare_database(state), itertools.count(1))


def _ports(around: dict[str, str]) -> Ports:
    return Ports(prefect=int(around["PREFECT_API_URL"].rpartition(":")[2].partition("/")[0]))


def _plan(ports: Sequence[int]) -> Plan:
    """A third of the partners of each kind that is asked by the hundred, and some organisations."""
    kinds = (PartnerKind.SAFETY_REGION, PartnerKind.PROVINCE, PartnerKind.MUNICIPALITY, PartnerKind.ORGANISATION)
    counts = {PartnerKind.SAFETY_REGION: 25, PartnerKind.PROVINCE: 12, PartnerKind.ORGANISATION: 4}
    sort = [kind for kind in kinds for _ in range(counts.get(kind, len(ports) - sum(counts.values())))]
    partners = [
        {
            "id": f"P{number}",
            "name": f"Partner {number}",
            "kind": sort[number],
            "area": AREA,
            "address": f"http://127.0.0.1:{port}",
            "indicators": [INDICATOR],
        }
        for number, port in enumerate(ports)
    ]
    terms = {"term_seconds": 20, "patience_seconds": 30}
    return a_plan(partners=partners, intake=terms)


def _bare_database(folder: Path) -> sqlite3.Connection:
    bare = sqlite3.connect(folder / "bare.db", isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        bare.execute(f"PRAGMA {pragma}")
    bare.execute("CREATE TABLE answer (partner, submission, received_at, report_id, remarks, detail, seconds)")
    bare.execute(
        "CREATE TABLE figure (partner, report, indicator, area, kind, value, unit, day, source, provisional, synthetic)"
    )
    return bare


if __name__ == "__main__":
    print(asyncio.run(_median(int(sys.argv[1]))))
