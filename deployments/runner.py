"""Serves the flows: takes what is scheduled from Prefect and runs each flow run in a process of its own.

Prefect's own `serve` cancels running flows for good when it is told to stop (measured: `shared/faults.md`, A5).
This one just stops: a run that dies with it is taken up again by the watch.
"""

import asyncio
import os
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import httpx
from prefect.client.orchestration import get_client
from prefect.exceptions import ObjectNotFound
from prefect.runner import Runner
from prefect.schedules import Interval

from deployments.catalogue import catalogue
from integrations.settings import Settings

POLL_SECONDS = 0.5
"""How often Prefect is asked for work: the largest part of the wait between a button and the first line."""

LOOK_SECONDS = 5.0
FORGOTTEN = 75
"""How often the runner looks whether Prefect still knows its deployments, and the exit code when it does not."""

AT_ONCE = 20
"""Flow runs at the same time; a suspended run counts for none."""


class StoppingRunner(Runner):
    """A runner that stops without cancelling what it runs."""

    def handle_sigterm(self, *_: Any, **__: Any) -> None:
        """Leave at once; the supervisor ends what runs in this process group."""
        os._exit(0)


async def serve(settings: Settings) -> None:
    """Register every deployment with Prefect and run what is scheduled, until told to stop."""
    runner = StoppingRunner(name="opschaling", query_seconds=POLL_SECONDS, limit=AT_ONCE, pause_on_shutdown=False)
    deployments = catalogue(timedelta(seconds=settings.follow_up_seconds))
    names = [f"{deployment.name}/{deployment.name}" for deployment in deployments]
    for deployment in deployments:
        schedule = Interval(deployment.every) if deployment.every else None
        await runner.aadd_flow(deployment.flow, name=deployment.name, tags=list(deployment.tags), schedule=schedule)
    async with asyncio.TaskGroup() as group:
        group.create_task(runner.start())
        group.create_task(_leave_when_forgotten(names))


async def _leave_when_forgotten(names: Sequence[str]) -> None:
    """Prefect's database may be deleted in mid-crisis: then it knows our deployments no more, and a new start makes them."""
    async with get_client() as client:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                for name in names:
                    await client.read_deployment_by_name(name)
            except ObjectNotFound:
                os._exit(FORGOTTEN)
            except (httpx.HTTPError, OSError):
                continue  # away for a while: that is no reason to leave


if __name__ == "__main__":
    asyncio.run(serve(Settings()))
