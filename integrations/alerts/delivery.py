"""The engine that delivers: claims what is due, finds the words, sends, and writes down what came of it.

At least once, and every alert ends as delivered or as a dead letter that those on duty hear of. Times here are real
time. The words and the pass are made at the moment of sending, so that no queue and no log holds them.
"""

import asyncio
import logging
import random
import secrets
import time
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from crisis.alerts import Channel, Urgency
from crisis.errors import Refused
from crisis.passes import make_pass
from crisis.plan import Plan
from integrations.alerts.channels import ChannelResult, Channels, missing_channels, test_channels, why_near
from integrations.alerts.errors import Permanent, Temporary
from integrations.crash import crash_point
from integrations.register import Register, RegisterTrouble, alerts, crises, plans, signs
from integrations.register.alerts import Claimed
from integrations.settings import Settings
from integrations.wording.alerts import Message, render

__all__ = ["Backoff", "ChannelResult", "Delivery", "missing_channels", "test_channels"]

LOG = logging.getLogger(__name__)

POLL = 0.25
"""Seconds between two looks at what is due."""
BEAT = 5.0
"""Seconds between two signs of life."""
TROUBLE_PAUSE = 1.0
"""Seconds to wait when the register cannot be read or written."""
HAND = 200
"""Alerts that are held at once."""
LEASE = timedelta(seconds=15)
"""How long a claim holds unless it is extended, three times as often: what a dead engine held goes on this soon."""
WIDTH = 8
"""Alerts under way at once, per channel."""
KEPT_FOR_URGENT = 2
"""Of those, as many that only urgent alerts may take."""

T = TypeVar("T")


@dataclass(frozen=True)
class Backoff:
    """How long to wait before trying again, and when to stop."""

    first: timedelta = timedelta(seconds=5)
    longest: timedelta = timedelta(seconds=300)
    horizon: timedelta = timedelta(hours=6)

    def wait(self, attempts: int, retry_after: float | None) -> timedelta:
        """After so many attempts: each time twice as long, with jitter, and never less than the server asked."""
        jittered = self._step(attempts) * random.uniform(0.8, 1.2)  # noqa: S311  # spreads load, guards nothing
        asked = timedelta(seconds=retry_after or 0.0)
        return min(max(jittered, self.first, asked), self.longest)

    def is_exhausted(self, attempts: int) -> bool:
        """Whether so many attempts, with their waits, fill the horizon.

        Counted, and not read from a clock: an alert's own time is that of the crisis, which may be moved.
        """
        waited, attempt = timedelta(), 0
        while waited < self.horizon and attempt < attempts:
            attempt += 1
            waited += self._step(attempt)
        return waited >= self.horizon

    def _step(self, attempts: int) -> timedelta:
        doublings = min(attempts - 1, 30)
        return min(self.first * 2.0**doublings, self.longest)


class Delivery:
    """The engine, with its threads and connections. Two of them side by side share the work."""

    def __init__(
        self, register: Register, settings: Settings, backoff: Backoff | None = None, lease: timedelta = LEASE
    ) -> None:
        self._register = register
        self._settings = settings
        self._backoff = backoff or Backoff()
        self._lease = lease
        self._worker = f"delivery-{secrets.token_hex(4)}"
        self._channels = Channels(settings)
        self._gates = {channel: _Gate() for channel in Channel}
        self._threads = {channel: ThreadPoolExecutor(WIDTH, thread_name_prefix=channel) for channel in Channel}
        self._books = ThreadPoolExecutor(1, thread_name_prefix="books")
        self._held: dict[int, Claimed] = {}
        """Claimed, and neither sent nor given back yet."""
        self._send_before: dict[int, float] = {}
        """Of those, until when each may be sent (monotonic): later another engine may have it."""
        self._sent: dict[int, tuple[Claimed, str]] = {}
        """Sent, with its receipt, and not yet stamped: never sent again by this engine."""
        self._plans: dict[str, Plan] = {}

    async def deliver_due(self) -> int:
        """Deliver all that is due now, up to a handful, and wait for it; returns how many were tried.

        Raises:
            RegisterTrouble: the register could not be asked; nothing was sent.

        """
        claimed = await self._claim(HAND)
        async with self._holding():
            await asyncio.gather(*(self._deliver(one) for one in claimed))
        return len(claimed)

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver what becomes due until told to stop; what is under way then is finished."""
        async with self._holding():
            await asyncio.gather(*await self._until_told_to(stop))

    async def _until_told_to(self, stop: asyncio.Event) -> set[asyncio.Task[None]]:
        """Deliver; returns what is still under way."""
        under_way: set[asyncio.Task[None]] = set()
        beat_at = 0.0
        while not stop.is_set():
            pause = POLL
            try:
                if time.monotonic() >= beat_at:
                    await self._book(lambda: signs.beat(self._register, signs.DELIVERY))
                    beat_at = time.monotonic() + BEAT
                for claimed in await self._claim(HAND - len(under_way)):
                    task = asyncio.create_task(self._deliver(claimed))
                    under_way.add(task)
                    task.add_done_callback(under_way.discard)
            except RegisterTrouble as trouble:
                LOG.warning("Het register is nu niet te gebruiken, de bezorging wacht: %s", trouble)
                pause = TROUBLE_PAUSE
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause)
        return under_way

    def close(self) -> None:
        """Hang up, and let the threads go."""
        for threads in (*self._threads.values(), self._books):
            threads.shutdown(wait=False, cancel_futures=True)
        self._channels.close()

    async def _claim(self, limit: int) -> tuple[Claimed, ...]:
        if limit <= 0:
            return ()
        began = time.monotonic()
        claimed = await self._book(lambda: self._take(limit))
        new = tuple(one for one in claimed if one.id not in self._held)
        self._hold(claimed, began)
        return new

    def _take(self, limit: int) -> tuple[Claimed, ...]:
        """Claim what must be sent; what was sent before, and could not be stamped then, is stamped now."""
        claimed = alerts.claim(self._register, self._worker, limit, self._lease)
        if claimed:
            crash_point("delivery.after-claim")
        for again in claimed:
            if again.id in self._sent:
                self._sent[again.id] = (again, self._sent[again.id][1])
        unsent = tuple(one for one in claimed if one.id not in self._sent)
        try:
            self._stamp()
        except RegisterTrouble as trouble:
            LOG.warning("Wat verstuurd is, kan nog niet als bezorgd worden vastgelegd: %s", trouble)
        return unsent

    async def _deliver(self, claimed: Claimed) -> None:
        """One alert, to its end or to its next attempt. What cannot be written down now, its lease brings back."""
        try:
            await self._attempt(claimed, await self._book(lambda: self._plan_of(claimed)))
        except RegisterTrouble as trouble:
            LOG.warning("%s: niet bij te werken in het register, volgt later: %s", claimed.alert.key, trouble)
        except (Refused, ValueError) as failure:
            LOG.error("%s: geen leesbaar crisisplan, volgt later: %s", claimed.alert.key, type(failure).__name__)
        finally:
            self._held.pop(claimed.id, None)
            self._send_before.pop(claimed.id, None)

    async def _attempt(self, claimed: Claimed, plan: Plan) -> None:
        """Stamped before the next may go: what is sent and not stamped comes twice when this process is killed."""
        try:
            async with self._gates[claimed.alert.channel].passing(claimed.alert.urgency):
                if self._backoff.is_exhausted(claimed.attempts - 1):
                    raise Permanent(f"{claimed.attempts - 1} pogingen, en van geen ervan is bekend wat ervan kwam")
                if not await self._may_send(claimed.id):
                    LOG.warning("%s: niet meer in handen van deze bezorger, volgt later", claimed.alert.key)
                    return
                try:
                    receipt = await self._send(claimed, plan)
                except (Temporary, Permanent):
                    raise
                except Exception as failure:  # a fault in one alert must not hold up the others; it ends in sight
                    LOG.exception("%s: fout in het bericht zelf", claimed.alert.key)
                    raise Permanent(f"fout in het bericht zelf ({type(failure).__name__})") from failure
                self._sent[claimed.id] = (self._held[claimed.id], receipt)
                await self._book(self._stamp)
        except Temporary as failure:
            await self._put_back(claimed, plan, failure)
        except Permanent as failure:
            await self._bury(claimed, plan, str(failure))

    @asynccontextmanager
    async def _holding(self) -> AsyncIterator[None]:
        """Keep what is claimed: it is extended for as long as this process lives."""
        extending = asyncio.create_task(self._extend_again_and_again())
        try:
            yield
        finally:
            extending.cancel()

    async def _extend_again_and_again(self) -> None:
        while True:
            await asyncio.sleep(self._lease.total_seconds() / 3)
            try:
                await self._extend()
            except Exception as trouble:  # whatever it is: without this, nothing that is under way is kept any more
                LOG.warning("Wat onderweg is, kan nu niet worden vastgehouden: %s", trouble)

    async def _extend(self) -> None:
        began, held = time.monotonic(), tuple(self._held.values())
        if not held:
            return
        kept = await self._book(lambda: alerts.extend(self._register, self._worker, held, self._lease))
        self._hold((one for one in held if one.id in kept and one.id in self._held), began)
        for lost in (one for one in held if one.id not in kept and self._held.get(one.id) is one):
            self._send_before.pop(lost.id, None)

    def _hold(self, claimed: Iterable[Claimed], since: float) -> None:
        for one in claimed:
            self._held[one.id] = one
            self._send_before[one.id] = since + self._lease.total_seconds() / 2

    async def _may_send(self, number: int) -> bool:
        """Whether this engine has it for sure; where the register is away that cannot be known until the claim is over."""
        half = self._lease.total_seconds() / 2
        while (before := self._send_before.get(number)) is not None:
            late = time.monotonic() - before
            if late <= 0 or late > half:
                return late <= 0
            await asyncio.sleep(min(POLL, half))
        return False

    async def _send(self, claimed: Claimed, plan: Plan) -> str:
        message = self._words(claimed)
        near = why_near(plan, self._settings)
        threads = self._threads[claimed.alert.channel]
        loop = asyncio.get_running_loop()
        crash_point("delivery.before-send")
        receipt = await loop.run_in_executor(threads, lambda: self._channels.send(claimed.alert, message, stay_near=near))
        crash_point("delivery.after-send")
        return receipt

    def _words(self, claimed: Claimed) -> Message:
        """What the recipient reads. A pass goes by mail, to one person, and nowhere else."""
        settings, grant = self._settings, claimed.alert.grant
        link = None
        if grant is not None and claimed.alert.channel is Channel.MAIL:
            link = f"{settings.portal_url.rstrip('/')}/p/{make_pass(grant, settings.signing_secret())}"
        return render(claimed.alert, link, settings.portal_url, settings.prefect_ui_url)

    def _stamp(self) -> None:
        """Whatever was sent in the meantime, in one go: while one is written down, others arrive."""
        sent = dict(self._sent)
        if sent:
            crash_point("delivery.before-stamp")
            alerts.stamp_delivered(self._register, self._worker, list(sent.values()))
            crash_point("delivery.after-stamp")
        for stamped in sent:
            self._sent.pop(stamped)

    async def _put_back(self, claimed: Claimed, plan: Plan, failure: Temporary) -> None:
        claimed = self._held[claimed.id]
        if self._backoff.is_exhausted(claimed.attempts):
            await self._bury(claimed, plan, f"{failure} (na {claimed.attempts} pogingen)")
            return
        wait = self._backoff.wait(claimed.attempts, failure.retry_after)
        LOG.info("%s: opnieuw over %.0f s: %s", claimed.alert.key, wait.total_seconds(), failure)
        crash_point("delivery.before-put-back")
        await self._book(lambda: alerts.put_back(self._register, self._worker, claimed, wait, str(failure)))
        crash_point("delivery.after-put-back")

    async def _bury(self, claimed: Claimed, plan: Plan, why: str) -> None:
        claimed = self._held[claimed.id]
        LOG.error("%s: onbestelbaar: %s", claimed.alert.key, why)
        now = await self._book(self._register.now)
        crash_point("delivery.before-bury")
        await self._book(lambda: alerts.mark_dead(self._register, self._worker, claimed, plan, why, now))
        crash_point("delivery.after-bury")

    def _plan_of(self, claimed: Claimed) -> Plan:
        """The plan frozen into the crisis; for what belongs to none, the one in force."""
        if claimed.crisis is None:
            return plans.in_force(self._register)
        if claimed.crisis not in self._plans:
            self._plans[claimed.crisis] = crises.find(self._register, claimed.crisis).plan
        return self._plans[claimed.crisis]

    async def _book(self, entry: Callable[[], T]) -> T:
        """Read or write the register, one at a time: SQLite takes one writer, and waiting in line is faster."""
        return await asyncio.get_running_loop().run_in_executor(self._books, entry)


class _Gate:
    """How many alerts may be under way through one channel; some places are kept for what is urgent."""

    def __init__(self) -> None:
        self._all = asyncio.Semaphore(WIDTH)
        self._normal = asyncio.Semaphore(WIDTH - KEPT_FOR_URGENT)

    @asynccontextmanager
    async def passing(self, urgency: Urgency) -> AsyncIterator[None]:
        if urgency is Urgency.HIGH:
            async with self._all:
                yield
        else:
            async with self._normal, self._all:
                yield
