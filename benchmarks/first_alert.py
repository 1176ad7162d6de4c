"""From the decision to activate to the first Slack message at the receiver, against a bare HTTP POST to the same one.

An official gets the alert in a second: an activation through the shell or the portal writes the register, and the
delivery sends at once.
"""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

import httpx

from benchmarks.measuring import say
from crisis.plan import Plan
from deployments.rehearsals.catcher import Catcher
from integrations.alerts.delivery import Delivery
from integrations.register import crises
from integrations.settings import MailSecurity, Reach, Settings
from tests.building import SOMEONE, a_plan, a_register, an_activation

TIMES = 15
LONGEST_WAIT = 20.0


def measure() -> None:
    """The median of 15, the bare form interleaved."""
    ours, bare = (statistics.median(times) for times in asyncio.run(_measure()))
    say("activation-to-slack", ours * 1000, "ms", ours / bare, "a bare POST to the same receiver", "< 500 ms")


async def _measure() -> tuple[list[float], list[float]]:
    ours, bare = [], []
    async with Catcher().open() as catcher, httpx.AsyncClient(trust_env=False) as client:
        with tempfile.TemporaryDirectory() as folder:
            plan = a_plan()
            register = a_register(Path(folder), plan)
            delivery = Delivery(register, _settings(catcher, plan, folder))
            stop = asyncio.Event()
            running = asyncio.create_task(delivery.run(stop))
            for number in range(TIMES):
                bare.append(await _bare(catcher, client))
                before, began = len(catcher.posts), time.perf_counter()
                crises.activate(register, an_activation(f"crisis-{number}"), plan, SOMEONE, register.now())
                while len(catcher.posts) == before:
                    assert time.perf_counter() - began < LONGEST_WAIT, "the alert did not come"
                    await asyncio.sleep(0.001)
                ours.append(time.perf_counter() - began)
                await asyncio.sleep(0.5)
            stop.set()
            await running
            register.close()
    return ours, bare


async def _bare(catcher: Catcher, client: httpx.AsyncClient) -> float:
    began = time.perf_counter()
    (await client.post(f"{catcher.url}/services/T0/B0/bare", json={"text": "geactiveerd"})).raise_for_status()
    return time.perf_counter() - began


def _settings(catcher: Catcher, plan: Plan, folder: str) -> Settings:
    return Settings(
        _of_this_shell=False,
        state_dir=Path(folder),
        reach=Reach.LOOPBACK,
        smtp_port=catcher.smtp_port,
        smtp_security=MailSecurity.NONE,
        slack_base_url=catcher.url,
        slack_webhooks={name: f"T0/B0/{name}" for name in plan.slack_names()},
    )
