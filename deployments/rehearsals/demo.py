"""The demonstration: the week of 17-24 June 2022, in one command."""

import asyncio
import json
import logging
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from deployments.rehearsals.rehearsal import Rehearsal
from deployments.rehearsals.scenario import read_scenario
from deployments.rehearsals.stage import Stage, standing
from integrations.plans import read_plan

HERE = Path(__file__).parent
PLAN = HERE.parent / "plans" / "asiel-2022.toml"
SCENARIO = HERE / "asiel-2022.toml"

INTERRUPTED = 130


async def demo(once: bool) -> int:
    """Play the week; then stay up, or end with a summary as the last line. The exit code; nothing is left running."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    playing = asyncio.create_task(_play(once))
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, playing.cancel)
    with suppress(asyncio.CancelledError):
        summary = await playing
        _print(json.dumps(summary))
        return 0
    return INTERRUPTED


async def _play(once: bool) -> dict[str, Any]:
    began = time.monotonic()
    plan, scenario = read_plan(PLAN), read_scenario(SCENARIO)
    _print(f"{scenario.title} ({plan.marking}). Alles start op deze machine; dat duurt een halve minuut.\n")
    async with standing(plan, scenario.starts_at, scenario.speed) as stage:
        _print(where_to_look(stage))
        rehearsal = Rehearsal(scenario, stage, _print)
        await rehearsal.play()
        await rehearsal.all_delivered()
        summary = rehearsal.summary(time.monotonic() - began)
        if not once:
            _print(json.dumps(summary))
            _print("\nDe week is gespeeld; alles blijft draaien tot Ctrl-C.\n")
            await asyncio.Event().wait()
    return summary


def where_to_look(stage: Stage) -> str:
    """The addresses for who wants to watch."""
    return "\n".join(
        (
            f"Prefect UI           {stage.prefect_url}   aanmelden met: {stage.password}",
            f"Portaal              {stage.portal_url}",
            f"Mail en Slack        {stage.catcher_url}",
            f"Partners (simulator) {stage.simulator_url}",
            "",
        )
    )


def _print(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - what a demonstration is for
