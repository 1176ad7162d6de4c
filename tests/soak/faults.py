"""What is done to the processes of a whole set-up, and to what they stand on."""

import asyncio
import json
import os
import random
import signal
import sqlite3
import subprocess
import tempfile
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import URL, make_url

from deployments.rehearsals.stage import Stage
from tests.troubling import flow_processes

SERVICES = ("prefect", "runner", "watch", "portal")
FLOW_RUN = "flow run"
TARGETS = (*SERVICES, FLOW_RUN, FLOW_RUN)
_PROCESSES = {"kill -9": 40, "SIGTERM": 15, "SIGSTOP": 20}
KINDS = {
    "sqlite": _PROCESSES | {"database locked": 13, "disk full": 12},
    "postgresql": _PROCESSES | {"database locked": 10, "database cut": 15},
}
"""How often each, in a hundred."""
LONGEST_STOP = 20.0
LONGEST_LOCK = 15.0
LONGEST_FULL = 8.0
DISK_SIZE = "512m"


class Faults:
    """Hits the processes of one stage, seeded."""

    def __init__(self, stage: Stage, chance: random.Random, disk: Path | None, targets: Sequence[str] = TARGETS) -> None:
        self._stage = stage
        self._chance = chance
        self._disk = disk
        self._targets = targets
        self._address = make_url(stage.database_url)
        self.register = self._address.get_backend_name()
        self._under_way: set[asyncio.Task[None]] = set()
        self._known: dict[str, int] = {}

    @property
    def left_out(self) -> tuple[str, ...]:
        """The kinds that cannot be had here."""
        if self._disk or "disk full" not in KINDS[self.register]:
            return ()
        return ("disk full: no disk of limited size could be mounted",)

    async def strike(self) -> str | None:
        """One fault, of a kind and on a target by chance; which it was, or None when the target was not there.

        Chance is asked the same questions whatever is there: so a seed gives the same faults in the same order.
        """
        kinds = {kind: weight for kind, weight in KINDS[self.register].items() if self._disk or kind != "disk full"}
        (kind,) = self._chance.choices(list(kinds), list(kinds.values()))
        target, share, which = self._chance.choice(self._targets), self._chance.random(), self._chance.random()
        match kind:
            case "database locked":
                self._begin(self._lock(share * LONGEST_LOCK))
                return kind
            case "database cut":
                await asyncio.to_thread(_cut, self._address)
                return kind
            case "disk full":
                self._begin(self._fill(share * LONGEST_FULL))
                return kind
            case _:
                return self._hit(kind, self._pid_of(target, which), target, share)

    async def over(self) -> None:
        """Wait until what still lasts is over."""
        await asyncio.gather(*self._under_way, return_exceptions=True)

    def _hit(self, kind: str, pid: int | None, target: str, share: float) -> str | None:
        if pid is None or not self._is_ours(pid):
            return None
        with suppress(ProcessLookupError):
            if kind == "SIGSTOP":
                os.kill(pid, signal.SIGSTOP)
                self._begin(_thaw(pid, share * LONGEST_STOP))
            elif kind == "SIGTERM":
                os.kill(pid, signal.SIGTERM)
            elif share < 0.5 and target != FLOW_RUN:
                os.killpg(pid, signal.SIGKILL)  # and all that it started
            else:
                os.kill(pid, signal.SIGKILL)
            return f"{kind} {target}"
        return None

    def _is_ours(self, pid: int) -> bool:
        """Whether it is a process of this stage: the number of one that ended may be another's by now."""
        with suppress(OSError):
            around = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
            return f"OPSCHALING_STATE_DIR={self._stage.state_dir}".encode() in around
        return False

    def _pid_of(self, target: str, which: float) -> int | None:
        with suppress(OSError, ValueError):  # it is being written just now, or the disk is full
            self._known = json.loads((self._stage.state_dir / "services.json").read_text())
        if target != FLOW_RUN:
            return self._known.get(target)
        with suppress(OSError, ValueError):
            found = sorted(flow_processes(self._stage))
            return found[int(which * len(found))] if found else None
        return None

    def _begin(self, fault: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(fault)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _lock(self, seconds: float) -> None:
        holder = await asyncio.to_thread(_locked, self._address)
        try:
            await asyncio.sleep(seconds)
        finally:
            holder.close()

    async def _fill(self, seconds: float) -> None:
        assert self._disk is not None
        ballast = self._disk / f"ballast-{seconds}"
        try:
            await asyncio.to_thread(_write_until_full, ballast)
            await asyncio.sleep(seconds)
        finally:
            ballast.unlink()


@contextmanager
def a_small_disk() -> Iterator[Path | None]:
    """A disk that can be filled without harm to anything else; None where this user cannot mount one."""
    folder = tempfile.mkdtemp(prefix="opschaling-disk-")
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_SIZE}", "tmpfs", folder]
    mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603
    try:
        yield Path(folder) if mounted else None
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", folder], check=True)  # noqa: S603, S607
        Path(folder).rmdir()


async def _thaw(pid: int, seconds: float) -> None:
    try:
        await asyncio.sleep(seconds)
    finally:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


def _locked(address: URL) -> sqlite3.Connection | psycopg.Connection[Any]:
    """A session that lets nobody write for as long as it is open."""
    if address.get_backend_name() == "sqlite":
        connection = sqlite3.connect(str(address.database), timeout=60, isolation_level=None, check_same_thread=False)
        connection.execute("BEGIN EXCLUSIVE")
        return connection
    session = psycopg.connect(_for_psycopg(address), options="-c lock_timeout=60s", connect_timeout=5)
    tables = session.execute("SELECT format('%I', tablename) FROM pg_tables WHERE schemaname = 'public'").fetchall()
    session.execute(f"LOCK TABLE {', '.join(name for (name,) in tables)} IN EXCLUSIVE MODE".encode())
    return session


def _cut(address: URL) -> None:
    """End every connection with this database, whatever is being written over it."""
    with psycopg.connect(_for_psycopg(address), autocommit=True, connect_timeout=5) as session:
        session.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def _for_psycopg(address: URL) -> str:
    return address.set(drivername="postgresql").render_as_string(hide_password=False)


def _write_until_full(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(1_000_000)):
            pass
