"""The demonstration, from the moment that everything runs to its end."""

import asyncio
import time

from benchmarks.measuring import say
from deployments.rehearsals.demo import PLAN, SCENARIO
from deployments.rehearsals.rehearsal import Rehearsal
from deployments.rehearsals.scenario import read_scenario
from deployments.rehearsals.stage import standing
from integrations.plans import read_plan


def measure() -> None:
    """Once: it takes a minute and a half."""
    say("week", asyncio.run(_play()), "s", None, None, "<= 120 s, set-up aside")


async def _play() -> float:
    scenario = read_scenario(SCENARIO)
    async with standing(read_plan(PLAN), scenario.starts_at, scenario.speed) as stage:
        began = time.monotonic()
        rehearsal = Rehearsal(scenario, stage, lambda _: None)
        await rehearsal.play()
        await rehearsal.all_delivered()
        return time.monotonic() - began
