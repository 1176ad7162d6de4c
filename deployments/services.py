"""Runs a set of processes together: starts them, starts them again when they die, and ends them all.

Each has a session of its own, so that what it has started ends with it.
"""

import asyncio
import json
import logging
import os
import resource
import signal
import socket
import sys
import time
from asyncio.subprocess import Process
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

log = logging.getLogger("opschaling.up")

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 5.0
"""Seconds before a process that died is started again; doubled while it keeps dying young."""
YOUNG = 30.0
"""Who lived for fewer seconds died young."""
FILES = 1024
"""Files that each process may have open at once: the portal takes 200 visitors, each with a connection, and then some."""
GRACE = 8.0
"""Seconds that a process gets to end by itself."""


class PortTaken(Exception):  # noqa: N818 - a statement
    """Another program listens there."""

    def __init__(self, port: int) -> None:
        super().__init__(f"port {port} is taken")
        self.port = port


class TooFewFiles(Exception):  # noqa: N818 - a statement
    """This user may have too few files open at once: services would fail one by one, each in its own way."""

    def __init__(self, allowed: int) -> None:
        super().__init__(f"{allowed} open files")
        self.allowed = allowed


class NotReady(Exception):  # noqa: N818 - a statement
    """A service did not come up in time."""


@dataclass(frozen=True)
class Service:
    """A process that must be there."""

    name: str
    module: str
    arguments: tuple[str, ...] = ()
    ready_url: str | None = None
    """Answers 200 once the service can be used."""


@dataclass
class Services:
    """The processes of one set-up."""

    state_dir: Path
    environment: dict[str, str]
    """All that its processes find in theirs: nothing is added."""
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _processes: dict[str, Process] = field(default_factory=dict)

    def start(self, services: Sequence[Service]) -> None:
        """Start these, and keep them going."""
        (self.state_dir / "logs").mkdir(parents=True, exist_ok=True)
        self._tasks += [asyncio.create_task(self._keep_going(service)) for service in services]

    async def ready(self, services: Sequence[Service], within: float) -> None:
        """Wait until all of these can be used.

        Raises:
            NotReady: one could not, within these seconds; its log is named.

        """
        await asyncio.gather(*(self._ready(service, time.monotonic() + within) for service in services))

    async def stop(self) -> None:
        """End all of them, and everything they started; whoever does not listen is ended the hard way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for process in self._processes.values():
            _signal(process, signal.SIGTERM)
        waiting = [asyncio.create_task(process.wait()) for process in self._processes.values()]
        if waiting:
            await asyncio.wait(waiting, timeout=GRACE)
        for process in self._processes.values():
            _signal(process, signal.SIGKILL)
        await asyncio.gather(*waiting)

    async def _keep_going(self, service: Service) -> None:
        pause = FIRST_PAUSE
        while True:
            began = time.monotonic()
            why = await self._until_it_ends(service)
            pause = FIRST_PAUSE if time.monotonic() - began > YOUNG else min(pause * 2, LONGEST_PAUSE)
            log.warning("%s is gestopt (%s); opnieuw over %.1f s", service.name, why, pause)
            await asyncio.sleep(pause)

    async def _until_it_ends(self, service: Service) -> str:
        """Start it and wait until it is gone; returns its code, or why it could not be started just now.

        What it had started ends with it: nobody would hear how that ended.
        """
        try:
            process = await self._launch(service)
        except OSError as trouble:  # a full disk takes no log
            return str(trouble)
        self._processes[service.name] = process
        self._write_down()
        code = await process.wait()
        _signal(process, signal.SIGKILL)
        return str(code)

    async def _launch(self, service: Service) -> Process:
        command = (sys.executable, "-m", "deployments.child", service.module, *service.arguments)
        with (self.state_dir / "logs" / f"{service.name}.log").open("ab") as log_file:
            return await asyncio.create_subprocess_exec(
                *command,
                env=self.environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log_file,
                stderr=log_file,
                start_new_session=True,
            )

    def _write_down(self) -> None:
        """For who wants to know which process is which; a full disk holds up nothing."""
        pids = {name: known.pid for name, known in self._processes.items()}
        written = self.state_dir / "services.json.new"
        try:
            written.write_text(json.dumps(pids))
            written.replace(self.state_dir / "services.json")
        except OSError as trouble:
            log.warning("services.json: %s", trouble)

    async def _ready(self, service: Service, until: float) -> None:
        if service.ready_url and not await until_it_answers(service.ready_url, until):
            raise NotReady(f"{service.name}: {self.state_dir / 'logs' / (service.name + '.log')}")


async def until_it_answers(url: str, until: float = float("inf")) -> bool:
    """Wait for an address to answer 200; whether it did in time."""
    async with httpx.AsyncClient(trust_env=False, timeout=2) as client:
        while time.monotonic() < until:
            try:
                if (await client.get(url)).status_code == 200:
                    return True
            except httpx.HTTPError:
                pass  # not listening yet
            await asyncio.sleep(0.1)
    return False


def free_ports(number: int) -> list[int]:
    """Ports on this machine that nobody listens on now."""
    sockets = [socket.socket() for _ in range(number)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def check_files() -> None:
    """Raises TooFewFiles when a process here may not have as many files open as a portal in use needs."""
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most < FILES:
        raise TooFewFiles(most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(allowed, FILES), most))


def check_free(*ports: int) -> None:
    """Raises PortTaken when another program listens on one of these."""
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as trouble:
                raise PortTaken(port) from trouble


def _signal(process: Process, number: signal.Signals) -> None:
    """To the process and all that it started; those may outlive it."""
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return
