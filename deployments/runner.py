"""Serves the flows: takes what is scheduled from Prefect and runs each flow run in a process of its own.

Prefect's own `serve` cancels running flows for good when it is told to stop (measured: `shared/faults.md`, A5), and
while Prefect's server is away it asks ever more rarely, up to once in half a minute. This one just stops: a run that
dies with it is taken up again by the watch; and it asks as soon as the server answers again.
"""

import asyncio
import logging
import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from prefect.client.orchestration import get_client
from prefect.exceptions import ObjectNotFound, PrefectException
from prefect.runner import Runner
from prefect.schedules import Interval
from prefect.settings import PREFECT_API_URL

from deployments.catalogue import catalogue
from deployments.services import until_it_answers
from integrations.register import RegisterTrouble, open_register, signs
from integrations.settings import Settings

log = logging.getLogger("opschaling.runner")

POLL_SECONDS = 0.5
"""How often Prefect is asked for work: the largest part of the wait between a button and the first line."""
LONGEST_ASKING, LONGEST_PATIENCE = 10.0, 60.0
"""Seconds after which one question to Prefect is given up, and asked anew; longer each time that there is no answer."""

LOOK_SECONDS = 3.0
FORGOTTEN = 75
"""How often the runner looks whether Prefect still knows its deployments, and the exit code when it does not."""

AT_ONCE = 20
"""Flow runs at the same time; a suspended run counts for none."""


class StoppingRunner(Runner):
    """A runner that stops without cancelling what it runs, and outlives Prefect's server."""

    async def work(self, healthy: str) -> None:
        """Run what is scheduled, until told to stop; `healthy` answers 200 while Prefect can be asked."""
        signal.signal(signal.SIGTERM, _leave)
        patience = LONGEST_ASKING
        async with self:
            while True:
                await until_it_answers(healthy)
                try:
                    async with asyncio.timeout(patience):
                        await self._get_and_submit_flow_runs()  # type: ignore[no-untyped-call]  # Prefect does not say
                    patience = LONGEST_ASKING
                except TimeoutError:
                    log.warning("Prefect geeft geen antwoord binnen %.0f s", patience)
                    patience = min(patience * 2, LONGEST_PATIENCE)
                except (httpx.HTTPError, PrefectException) as trouble:
                    log.warning("Prefect: %s", type(trouble).__name__)
                await asyncio.sleep(POLL_SECONDS)


def _leave(*_: Any) -> None:
    """At once, and with it what it started: its supervisor may be gone, and the watch takes the runs up again."""
    for process in Path("/proc").glob("[0-9]*/stat"):  # Linux
        with suppress(OSError):
            parent = int(process.read_text().rpartition(")")[2].split()[1])
            if parent == os.getpid():
                os.kill(int(process.parent.name), signal.SIGKILL)
    os._exit(0)


async def serve(settings: Settings) -> None:
    """Register every deployment with Prefect and run what is scheduled, until told to stop."""
    healthy = f"{PREFECT_API_URL.value()}/health"
    await until_it_answers(healthy)
    await _say_when_it_began(settings)
    runner = StoppingRunner(name="opschaling", query_seconds=POLL_SECONDS, limit=AT_ONCE, pause_on_shutdown=False)
    deployments = catalogue(timedelta(seconds=settings.follow_up_seconds))
    names = [f"{deployment.name}/{deployment.name}" for deployment in deployments]
    for deployment in deployments:
        schedule = Interval(deployment.every) if deployment.every else None
        await runner.aadd_flow(deployment.flow, name=deployment.name, tags=list(deployment.tags), schedule=schedule)
    async with asyncio.TaskGroup() as group:
        group.create_task(runner.work(healthy))
        group.create_task(_leave_when_forgotten(names))


async def _say_when_it_began(settings: Settings) -> None:
    """Before any run is started; while the register takes nothing, nothing could be done anyway."""
    register = open_register(settings.register_url)
    while True:
        try:
            signs.beat(register, signs.RUNNER_BEGAN)
            break
        except RegisterTrouble as trouble:
            log.warning("register: %s", trouble)
            await asyncio.sleep(POLL_SECONDS)
    register.close()


async def _leave_when_forgotten(names: Sequence[str]) -> None:
    """Prefect's database may be deleted in mid-crisis: then it knows our deployments no more, and a new start makes them."""
    async with get_client() as client:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                async with asyncio.timeout(LONGEST_ASKING):
                    for name in names:
                        await client.read_deployment_by_name(name)
            except ObjectNotFound:
                os._exit(FORGOTTEN)
            except (httpx.HTTPError, OSError):
                continue  # away for a while: that is no reason to leave


if __name__ == "__main__":
    asyncio.run(serve(Settings()))
