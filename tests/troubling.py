"""Making trouble for a running set-up: its processes are found, killed, frozen; only those that it started itself."""

import asyncio
import json
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun, StateType

from crisis.life import Activation
from deployments.rehearsals.rehearsal import once_there
from deployments.rehearsals.stage import Stage
from integrations.register import Register
from tests.browsing import the_run_of


async def trigger_as_the_ui_does(activation: Activation) -> None:
    """Through Prefect's API, with the parameters of the form."""
    async with get_client() as client:
        deployment = await once_there(client, "activering/activering")
        parameters = {"activering": activation.model_dump(mode="json")}
        await client.create_flow_run_from_deployment(deployment.id, parameters=parameters)


async def until_at_work(register: Register, crisis: str, state: StateType = StateType.RUNNING) -> FlowRun:
    """Wait until the run of this crisis is in this state."""
    async with asyncio.timeout(60):
        while True:
            with suppress(LookupError):
                seen = await the_run_of(register, crisis)
                if seen.state is not None and seen.state.type is state:
                    return seen
            await asyncio.sleep(0.05)


def flow_processes(stage: Stage) -> list[int]:
    """Each flow run has a process of its own, spawned by the runner."""
    runner, found = pid_of(stage, "runner"), []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == runner and b"spawn_main" in (process / "cmdline").read_bytes():
                found.append(int(process.name))
    return found


def send(number: signal.Signals, *processes: int) -> None:
    """A signal to these processes, where they still are."""
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, number)


def kill_with_all_it_started(stage: Stage, *services: str) -> None:
    """With -9, whole process groups at once."""
    for service in services:
        os.killpg(pid_of(stage, service), signal.SIGKILL)


async def restarted(stage: Stage, service: str) -> None:
    """Told to stop, as every upgrade does it, and started again by its supervisor."""
    before = pid_of(stage, service)
    send(signal.SIGTERM, before)
    until = time.monotonic() + 60
    while pid_of(stage, service) == before:
        assert time.monotonic() < until, f"{service} was not started again"
        await asyncio.sleep(0.1)


async def how_busy() -> float:
    """How many times as long as on a machine that has nothing else to do a thing takes now, on all processors at once."""
    spin = "import time; began = time.perf_counter()\nwhile time.process_time() < 0.4: pass\nprint(time.perf_counter() - began)"
    spinning = [
        await asyncio.create_subprocess_exec(sys.executable, "-IS", "-c", spin, stdout=asyncio.subprocess.PIPE)
        for _ in range(os.cpu_count() or 1)
    ]
    took = [float((await one.communicate())[0]) for one in spinning]
    return max(1.0, sum(took) / len(took) / 0.4)


def pid_of(stage: Stage, service: str) -> int:
    """The process of a service, as the supervisor started it last."""
    services: dict[str, int] = json.loads((stage.state_dir / "services.json").read_text())
    return services[service]
