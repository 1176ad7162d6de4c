"""The watch (waker): a small process beside Prefect that works with Prefect gone.

It delivers alerts; starts, nudges and replaces runs, so that every open crisis is conducted; does due work, and has systems
asked, when the `follow_up` flow is late; and shows that it lives.
"""

import asyncio
import logging
import signal
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from enum import Enum, auto

import httpx
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.exceptions import PrefectException

from integrations.alerts.delivery import Delivery
from integrations.crash import crash_at
from integrations.partners.address import is_loopback
from integrations.register import Deed, Register, RegisterTrouble, inquiries, leases, open_register, runs, signs, soundness
from integrations.register.due import anything_due, follow_up
from integrations.register.engine import SYSTEM
from integrations.register.heads import Anchor
from integrations.register.invariants import broken
from integrations.register.runs import Run
from integrations.settings import Reach, Settings
from tasks.confirmations import tell_who_asked
from tasks.runs import nudge, replace, seen_by_prefect, start_with

log = logging.getLogger("opschaling.watch")

CONDUCT_EVERY = 0.5
BEAT_EVERY = 5.0
AUDIT_EVERY = 30.0
ANCHOR_EVERY = 60.0
ROUNDS_EVERY = 5.0
"""Seconds of real time."""

SLOW_START = timedelta(seconds=120)
"""How long a run may be pending before another is started: on a busy machine its process takes long to start."""
LEFT_BEHIND = timedelta(seconds=5)
"""The same for one whose runner has been started anew since: it died with it, and Prefect leaves it pending for ever."""
LONGEST_LINE = timedelta(seconds=300)
"""How long a run may be scheduled: while there is no runner, or it is full, another one would only stand behind it."""
LONGEST_ASKING, LONGEST_PATIENCE = 10.0, 60.0
"""Seconds of real time after which questions to Prefect about one run are given up, and asked anew; longer each time
that there is no answer, for it may be the machine that is slow."""
SILENCES = 3
"""So many runs without an answer, and the rest is asked about later, over a new connection."""
SLOW_TO_TAKE_CHARGE = timedelta(seconds=15)
"""How long a run may be at work without the lease; a live one takes it within a second or two."""
LONGEST_PAUSE = timedelta(seconds=60)
"""The most time between two attempts at the same thing."""


LONGEST_ROUND = 900.0
"""Seconds of real time after which a round of questions is given up: the inquiries that it did not reach come next time.

Longer than any plan is patient (600), or the first would be asked again and again, and its answers never written down.
"""


class Verdict(Enum):
    """What must be done about a run."""

    START = auto()
    NUDGE = auto()
    REPLACE = auto()
    LEAVE = auto()


def verdict(run: Run, seen: FlowRun | None, is_alive: bool, real: datetime, runner_began: datetime | None = None) -> Verdict:
    """What must be done about a run.

    Given what Prefect knows of it, whether its process holds the lease, and since when there is this runner.
    """
    if run.flow_run_id is None:
        waited = abs(real - run.begun_at) if run.begun_at else LONGEST_PAUSE
        return Verdict.START if waited >= pause_before(run.attempt) else Verdict.LEAVE
    if seen is None or seen.state is None or seen.state.is_final():
        return Verdict.REPLACE
    since = abs(real - seen.state.timestamp)  # a clock that was set back must not make anybody wait for it
    match seen.state.type:
        case StateType.PAUSED:
            return Verdict.NUDGE if run.has_news else Verdict.LEAVE
        case StateType.RUNNING:
            return Verdict.REPLACE if not is_alive and since > SLOW_TO_TAKE_CHARGE else Verdict.LEAVE
        case StateType.PENDING:
            is_left_behind = runner_began is not None and seen.state.timestamp < runner_began
            return Verdict.REPLACE if since > (LEFT_BEHIND if is_left_behind else SLOW_START) else Verdict.LEAVE
        case _:
            return Verdict.REPLACE if since > LONGEST_LINE else Verdict.LEAVE


def pause_before(attempt: int) -> timedelta:
    """How long to wait before this attempt: nothing for the first two, then ever longer, up to a minute."""
    return min(timedelta(seconds=2.0 ** min(attempt - 2, 10)), LONGEST_PAUSE) if attempt > 2 else timedelta()


async def conduct(register: Register, client: PrefectClient, patience: float = LONGEST_ASKING) -> None:
    """See to it that Prefect conducts everything that the register says must be conducted.

    Raises:
        TimeoutError: it gave no answer about one of them within these seconds.

    """
    runner_began, silent = signs.last(register, signs.RUNNER_BEGAN), []
    for run in runs.wanted(register):
        try:
            async with asyncio.timeout(patience):  # Prefect's client asks ever more rarely while its server is away
                await _conduct_one(register, client, run, runner_began)
        except httpx.HTTPStatusError as trouble:  # Prefect is there, and cannot do it now: the others must not wait for it
            log.warning("%s: %s, tried again", run.key, trouble.response.status_code)
        except TimeoutError:
            silent.append(run.key)
            if len(silent) == SILENCES:
                break  # it is Prefect itself
    if silent:
        raise TimeoutError(f"no answer about {', '.join(silent)}")


async def _conduct_one(register: Register, client: PrefectClient, run: Run, runner_began: datetime | None) -> None:
    seen = await seen_by_prefect(client, run)
    is_alive = leases.is_held_by_anyone(register, run.crisis, run.what)
    match verdict(run, seen, is_alive, datetime.now(UTC), runner_began):
        case Verdict.START:
            log.info("start %s", run.key)
            await start_with(client, run)
        case Verdict.NUDGE if seen:
            log.info("nudge %s", run.key)
            await nudge(client, seen)
        case Verdict.REPLACE if runs.still_wanted(register, run):  # it may have ended well since we looked
            log.warning("replace %s (%s)", run.key, seen.state_name if seen else "gone")
            await replace(client, run, seen)
        case _:
            pass


class DueWork:
    """Does what is due when the flow that should has let it lie for longer than the grace."""

    def __init__(self, register: Register, grace: timedelta) -> None:
        self._register = register
        self._grace = grace
        self._due_since: datetime | None = None

    async def look(self) -> None:
        """Look once."""
        real = datetime.now(UTC)
        if not anything_due(self._register, self._register.now()):
            self._due_since = None
            return
        self._due_since = self._due_since or real
        if real - self._due_since >= self._grace:
            done = follow_up(self._register, Deed(SYSTEM, "waker"), self._register.now())
            log.info("followed up: %s", done)
            self._due_since = None


class Rounds:
    """Has systems asked for inquiries outside meetings when the flow that should lets them wait for longer than the grace."""

    def __init__(self, register: Register, grace: timedelta, stop: asyncio.Event) -> None:
        self._register = register
        self._grace = grace
        self._stop = stop
        self._waiting_since: datetime | None = None

    async def look(self) -> None:
        """Look once; a round is waited for, and ended where it takes too long or the watch stops."""
        real = datetime.now(UTC)
        if not inquiries.awaiting_systems(self._register):
            self._waiting_since = None
            return
        self._waiting_since = self._waiting_since or real
        if real - self._waiting_since >= self._grace:
            log.info("systems are asked")
            await run_module("integrations.partners.rounds", self._stop)
            self._waiting_since = None


async def run_module(module: str, stop: asyncio.Event) -> None:
    """A module as a process that ends with this one."""
    child = await asyncio.create_subprocess_exec(sys.executable, "-m", "deployments.child", module)
    ends = [asyncio.ensure_future(child.wait()), asyncio.ensure_future(stop.wait())]
    await asyncio.wait(ends, timeout=LONGEST_ROUND, return_when=asyncio.FIRST_COMPLETED)
    if child.returncode is None:
        child.kill()
    ends[1].cancel()
    if await ends[0] != 0:
        log.warning("%s ended with %s", module, child.returncode)


class Auditor:
    """Checks what must always hold, and says to an outside address that all is well: silence there is the alarm."""

    def __init__(self, register: Register, settings: Settings) -> None:
        self._register = register
        self._settings = settings

    async def look(self) -> None:
        """Look once; what is broken goes to the log, and the outside hears nothing."""
        if found := broken(self._register):
            log.error("not in order: %s", "; ".join(found))
            return
        signs.beat(self._register, "all-well")
        if self._settings.dead_man_url:
            await self._say_all_is_well(self._settings.dead_man_url.get_secret_value())

    async def _say_all_is_well(self, url: str) -> None:
        if self._settings.reach is Reach.LOOPBACK and not is_loopback(httpx.URL(url).host):
            log.error("the dead-man address is not on this machine, and this set-up reaches no further")
            return
        async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
            answer = await client.post(url)
        if not answer.is_success:
            log.warning("the dead-man address answers %s", answer.status_code)


async def watch(settings: Settings, stop: asyncio.Event) -> None:
    """Keep watch until told to stop."""
    register = open_register(settings.register_url)
    soundness.check(register)
    anchored = Anchor(register, settings.state_dir)
    due_work = DueWork(register, timedelta(seconds=settings.follow_up_grace_seconds))
    rounds = Rounds(register, timedelta(seconds=settings.follow_up_seconds + settings.follow_up_grace_seconds), stop)

    patience = LONGEST_ASKING

    async def conduct_once() -> None:
        nonlocal patience
        async with get_client() as client:
            while not stop.is_set():
                try:
                    await conduct(register, client, patience)
                    await tell_who_asked(register, client)
                except TimeoutError:
                    patience = min(patience * 2, LONGEST_PATIENCE)
                    raise
                patience = LONGEST_ASKING
                await _pause(stop, CONDUCT_EVERY)

    async def beat() -> None:
        signs.beat(register, signs.WATCH)

    async def anchor() -> None:
        if head := anchored.look():
            log.info("head of the audit trail: %s", head)

    async with asyncio.TaskGroup() as group:
        group.create_task(Delivery(register, settings).run(stop))
        group.create_task(_again_and_again(conduct_once, CONDUCT_EVERY, stop))
        group.create_task(_again_and_again(due_work.look, 1.0, stop))
        group.create_task(_again_and_again(rounds.look, ROUNDS_EVERY, stop))
        group.create_task(_again_and_again(beat, BEAT_EVERY, stop))
        group.create_task(_again_and_again(Auditor(register, settings).look, AUDIT_EVERY, stop))
        group.create_task(_again_and_again(anchor, ANCHOR_EVERY, stop))
    register.close()


async def _again_and_again(work: Callable[[], Awaitable[None]], every: float, stop: asyncio.Event) -> None:
    """Do it until told to stop. Whatever goes wrong in one piece of work must not end the others, delivery least of all."""
    away = False
    while not stop.is_set():
        try:
            await work()
            away = False
        except (httpx.HTTPError, PrefectException, RegisterTrouble, OSError, RuntimeError) as trouble:  # away for a while
            if not away:
                log.warning("%s: %s", type(trouble).__name__, str(trouble).splitlines()[0] if str(trouble) else "")
            away = True
        except Exception:  # a fault of ours: in sight, and tried again
            log.exception("%s", getattr(work, "__qualname__", work))
        await _pause(stop, every)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return


async def main() -> None:
    """Run the watch as a process of its own; SIGTERM and SIGINT end it tidily."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    for chatty in ("httpx", "apprise"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    settings = Settings()
    crash_at(settings.crash_at)
    await watch(settings, stop)


if __name__ == "__main__":
    asyncio.run(main())
