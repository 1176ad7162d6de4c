"""Processes that keep each other going: started again, ended with all they started, and patient while Prefect is away."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Self, cast
from uuid import uuid4

import pytest
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import FlowRun, State, StateType

from deployments import runner, watch
from deployments.runner import StoppingRunner
from deployments.services import Service, Services
from integrations.register import runs
from tests.building import a_crisis, a_register

STARTER = """
import pathlib, subprocess, sys, time
started = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
pathlib.Path(sys.argv[1], f"{time.time_ns()}").write_text(str(started.pid))
time.sleep(600)
"""


@asynccontextmanager
async def a_starter(folder: Path) -> AsyncIterator[Services]:
    """A service that starts a process of its own, and writes down which."""
    (folder / "starter.py").write_text(STARTER)
    (folder / "started").mkdir()
    services = Services(folder, os.environ | {"PYTHONPATH": os.pathsep.join((str(Path(__file__).parents[1]), str(folder)))})
    services.start([Service("starter", "starter", (str(folder / "started"),))])
    try:
        yield services
    finally:
        await services.stop()


async def started(folder: Path, number: int) -> int:
    """The process that was started at that time, the first being 0."""
    async with asyncio.timeout(60):
        while True:
            with suppress(IndexError, ValueError):
                return int(sorted((folder / "started").iterdir())[number].read_text())
            await asyncio.sleep(0.05)


async def gone(pid: int) -> None:
    async with asyncio.timeout(10):
        while is_there(pid):  # noqa: ASYNC110  # it is no child of ours
            await asyncio.sleep(0.05)


def is_there(pid: int) -> bool:
    """Whether this process lives; one that nobody has buried yet does not."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


async def test_what_a_process_had_started_ends_with_it_and_it_is_started_again(tmp_path: Path) -> None:
    async with a_starter(tmp_path) as services:
        first = await started(tmp_path, 0)
        os.kill(services._processes["starter"].pid, signal.SIGKILL)
        await gone(first)
        second = await started(tmp_path, 1)
    await gone(second)


LEAVING = """
import signal, subprocess, sys
from deployments.runner import _leave
signal.signal(signal.SIGTERM, _leave)
print(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]).pid, flush=True)
signal.pause()
"""


async def test_a_runner_that_is_told_to_stop_leaves_no_run_behind() -> None:
    """Also when its supervisor was killed: then nobody else would end them."""
    runs_something = await asyncio.create_subprocess_exec(sys.executable, "-c", LEAVING, stdout=asyncio.subprocess.PIPE)
    assert runs_something.stdout
    run = int(await runs_something.stdout.readline())
    runs_something.send_signal(signal.SIGTERM)
    assert await runs_something.wait() == 0
    await gone(run)


@asynccontextmanager
async def a_healthy_server() -> AsyncIterator[str]:
    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


class Asking(StoppingRunner):
    """A runner whose first question gets no answer."""

    asked = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    async def _get_and_submit_flow_runs(self) -> None:
        self.asked += 1
        if self.asked == 1:
            await asyncio.sleep(3600)


async def test_the_runner_gives_a_question_up_and_asks_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "LONGEST_ASKING", 0.05)
    monkeypatch.setattr(runner, "POLL_SECONDS", 0.01)
    before, asking = signal.getsignal(signal.SIGTERM), Asking()
    async with a_healthy_server() as healthy:
        working = asyncio.create_task(asking.work(healthy))
        async with asyncio.timeout(10):
            while asking.asked < 3:  # noqa: ASYNC110  # it tells nobody
                await asyncio.sleep(0.01)
        working.cancel()
    signal.signal(signal.SIGTERM, before)


class Silent:
    """A Prefect whose client tries again and again."""

    async def read_flow_run(self, *_: Any) -> None:
        await asyncio.sleep(3600)


class SilentAboutOne:
    """A Prefect that gives no answer about one of its runs; the others lie still."""

    def __init__(self, silent: str) -> None:
        self.silent, self.asked = silent, list[str]()

    async def read_flow_run(self, number: Any) -> FlowRun:
        self.asked.append(str(number))
        if str(number) == self.silent:
            await asyncio.sleep(3600)
        return FlowRun(flow_id=uuid4(), state=State(type=StateType.PAUSED))

    async def resume_flow_run(self, _: Any) -> None:
        pass


async def test_a_run_about_which_prefect_gives_no_answer_holds_up_no_other(tmp_path: Path) -> None:
    register = a_register(tmp_path)
    numbers = {slug: str(uuid4()) for slug in ("aardbeving-2021", "brand-2022", "cyber-2023")}
    for slug, number in numbers.items():
        a_crisis(register, slug=slug)
        runs.begun(register, runs.Run(crisis=slug), number)
    prefect = SilentAboutOne(numbers["brand-2022"])
    with pytest.raises(TimeoutError, match="brand-2022"):
        await watch.conduct(register, cast(PrefectClient, prefect), patience=0.5)
    assert prefect.asked == list(numbers.values())
    register.close()


async def test_the_watch_gives_a_question_up_and_asks_anew(tmp_path: Path) -> None:
    register = a_register(tmp_path)
    a_crisis(register)
    runs.begun(register, runs.Run(crisis="asiel-2022"), str(uuid4()))
    with pytest.raises(TimeoutError):  # what `watch` takes as: later once more, over a new connection
        await watch.conduct(register, cast(PrefectClient, Silent()), patience=0.05)
    register.close()
