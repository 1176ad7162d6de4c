"""The outer layer: a whole set-up, with crises going on in it, while its processes are killed, frozen and starved.

People act as always: they read their mail and use the portal. When something fails they look again, and try again.
"""

import asyncio
import random
import shutil
import sys
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from prefect.client.orchestration import get_client
from prefect.exceptions import PrefectException

from crisis.actions import ActionState
from crisis.decisions import CommunicationAdvice, NewDecision
from crisis.errors import AlreadyActive
from crisis.life import Activation, Phase, Standing
from crisis.meetings import Direction, Meeting
from crisis.meetings import Stage as Held
from crisis.requests import Answered
from crisis.structure import Body
from deployments.rehearsals.demo import PLAN, SCENARIO
from deployments.rehearsals.players import DoorClosed, NoMail, Players
from deployments.rehearsals.rehearsal import once_there
from deployments.rehearsals.scenario import read_scenario
from deployments.rehearsals.stage import Stage, standing
from integrations.plans import read_plan
from integrations.register import Deed, Register, RegisterTrouble, actions, alerts, audit, crises, plans, requests
from integrations.register.alerts import Delivery
from tests.building import an_activation
from tests.databases import BOTH, emptied_again_and_again, has_a_server
from tests.soak.concluding import Before, Cast, Concluding
from tests.soak.faults import Faults, a_small_disk
from tests.soak.invariants import Acknowledged, Invariants, Received
from tests.soak.rows import ACTIVATE, ADVISE, ANSWER, CLOSE, CONFIRM, PROPOSE_CLOSING, RECORD, REPORT, VERIFY
from tests.soak.tally import Finding, Tally, Wrong

AT_A_TIME = 3
"""Crises at once."""
RHYTHM = (45, 90)
"""Minutes (business time) to a body's next meeting: a crisis here is short."""
BETWEEN = (0.5, 12.0)
"""Seconds from one fault to the next."""
LONGEST_BETWEEN = 60.0
"""The same on average, at most: after that the soak goes on with fewer faults than were asked."""
END_WITHIN = 900.0
"""Seconds in which every crisis must have come to its end once nothing is broken any more."""
DELIVERED_WITHIN = 60.0
"""Seconds after that in which every alert must have been delivered: longer than a claim lasts."""
LOOK_EVERY = 0.5
SENT_BACK = 0.15
"""How often a second person sends back what another did."""

_FAILED = (NoMail, DoorClosed, httpx.HTTPError, RegisterTrouble, PrefectException, TimeoutError)
"""What a person sees when something is broken: they look again."""


async def soak(
    seed: int, injections: int, say: Callable[[str], None], keep: Path | None = None, registers: Sequence[str] = BOTH
) -> Tally:
    """On each of these registers a set-up of its own, and a share of so many faults.

    The logs (and the register, where it is a file) are kept in a folder, where one is named.
    """
    tally, began, done = Tally("outer"), time.monotonic(), 0
    for left, register in zip(range(len(registers), 0, -1), registers, strict=True):
        share = (injections - done) // left
        done += share
        if register == "postgresql" and not has_a_server():
            tally.left_out += ("postgresql: there is no server",)
            continue
        with a_small_disk() as disk, _address(register) as address:
            await _on_a_stage(seed, share, tally, say, disk, address, keep and keep / register)
    tally.seconds = time.monotonic() - began
    return tally


async def _on_a_stage(
    seed: int, injections: int, tally: Tally, say: Callable[[str], None], disk: Path | None, address: str, keep: Path | None
) -> None:
    scenario = read_scenario(SCENARIO)
    async with standing(read_plan(PLAN), scenario.starts_at, scenario.speed, disk, address) as stage:
        try:
            faults = Faults(stage, random.Random(f"faults {seed}"), disk)
            await break_things(stage, seed, injections, faults, tally, say)
        finally:
            if keep:
                await asyncio.to_thread(_keep, stage, keep)


@contextmanager
def _address(register: str) -> Iterator[str]:
    """Where the register of a set-up is; its own file for SQLite."""
    if register == "sqlite":
        yield ""
    else:
        with emptied_again_and_again() as emptied:
            yield emptied()


async def break_things(
    stage: Stage,
    seed: int,
    injections: int,
    faults: Faults,
    tally: Tally,
    say: Callable[[str], None],
    at_a_time: int = AT_A_TIME,
    *,
    is_short: bool = False,
) -> None:
    """So many faults on this stage while crises go on, so many at a time; then all must end well.

    In a short soak every crisis is one meeting of the IAO.
    """
    tally.left_out += faults.left_out
    wanted = tally.injections + injections
    chance = random.Random(f"moments {seed}")
    async with httpx.AsyncClient(trust_env=False, timeout=20, limits=httpx.Limits(max_keepalive_connections=0)) as client:
        stories = _Stories(stage, client, f"{faults.register}, seed {seed}", tally, is_short=is_short)
        playing = asyncio.create_task(stories.play(f"soak-{seed}", at_a_time))
        try:
            until = time.monotonic() + LONGEST_BETWEEN * injections
            while tally.injections < wanted and not playing.done() and time.monotonic() < until:
                await asyncio.sleep(chance.uniform(*BETWEEN))
                if hit := await faults.strike():
                    tally.inject(hit, faults.register)
                    stories.hits.append((datetime.now(UTC), hit))
                    say(f"outer {tally.injections} ({faults.register}): {hit}; {stories.how_far()}")
            await faults.over()
            stories.is_last = True
            await asyncio.wait_for(playing, END_WITHIN)
        except TimeoutError:
            stories.note([Finding(Wrong.STALLED, f"{slug} has not ended: {stories.where(slug)}") for slug in stories.going])
        finally:
            playing.cancel()
            await faults.over()
        await stories.all_delivered()
        await stories.ask_everything(client)


def _keep(stage: Stage, folder: Path) -> None:
    """For who looks into a finding."""
    shutil.copytree(stage.state_dir / "logs", folder / "logs", dirs_exist_ok=True)
    for file in stage.state_dir.glob("register.db*"):
        shutil.copy2(file, folder)


def _most_at_once(arrivals: Iterable[tuple[Received, datetime]], hits: Sequence[tuple[datetime, str]]) -> int:
    """The most messages that came again between one blow to the watch and the next: it is the watch that sends."""
    blows = [at for at, hit in hits if hit.partition(" ")[2].endswith("watch")]
    seen, doubled = set[Received](), Counter[int]()
    for received, at in sorted(arrivals, key=lambda one: one[1]):
        if received in seen:
            doubled[bisect_right(blows, at)] += 1
        seen.add(received)
    return max(doubled.values(), default=0)


class _Mailbox(Players):
    """The players, who share one look at the mailbox: it holds thousands of mails by the end."""

    def __init__(self, client: httpx.AsyncClient, stage: Stage) -> None:
        super().__init__(client, stage.catcher_url, stage.portal_url)
        self._mails: list[dict[str, Any]] = []

    async def _mail(self, is_it: Callable[[dict[str, Any]], object], wanted: str, within: float) -> dict[str, Any]:  # noqa: ARG002
        since = len(self._mails)
        new: list[dict[str, Any]] = (await self._client.get(f"{self._mailbox_url}/mails", params={"since": since})).json()
        self._mails[since:] = new
        if found := [mail for mail in self._mails if is_it(mail)]:
            return found[-1]
        raise NoMail(wanted)


class _Shortly(Concluding):
    """What a body concludes in a crisis that is short: upwards now and then, and down as soon as that may be."""

    def _direction(self) -> Direction:
        body, leaving = self._meeting.body, self._leaving()
        is_first, goes_up = self._meeting.number == 1 and not self._is_ending, self._chance.random() < 0.4
        if is_first and leaving and body.higher and goes_up:
            return Direction.UP
        if is_first and body.may_decide and self._chance.random() < 0.6:
            return Direction.HOLD  # so that something can be asked or intended
        way = self._chance.choice(leaving or [Direction.HOLD])
        return Direction.HOLD if self._is_refused(way) else way

    def _new(self, direction: Direction) -> Iterator[NewDecision]:
        return super()._new(direction) if self._meeting.number == 1 else iter(())


class _Stories:
    def __init__(self, stage: Stage, client: httpx.AsyncClient, name: str, tally: Tally, *, is_short: bool) -> None:
        self.is_last = False
        self.hits: list[tuple[datetime, str]] = []
        """What was broken, and when."""
        self.going: dict[str, str] = {}
        """Crises that have not ended, and what was last tried there."""
        self._stage = stage
        self._players = _Mailbox(client, stage)
        self._register: Register = stage.register()
        self._chance = random.Random(f"stories, {name}")
        self._tally = tally
        self._name = name
        self._is_short = is_short
        self._acknowledged: list[Acknowledged] = []
        self._ended = 0

    async def play(self, name: str, at_a_time: int) -> None:
        """Crisis after crisis, a few at a time, until told that no other must begin."""
        async with asyncio.TaskGroup() as group:
            for lane in range(at_a_time):
                group.create_task(self._lane(f"{name}-{lane}"))

    async def _lane(self, name: str) -> None:
        number = 0
        while not self.is_last:
            number += 1
            try:
                await self._live(f"{name}-{number}")
            except Exception as failure:  # what stops a player is a finding, and not the end of the soak
                self.note([Finding(Wrong.STALLED, f"{name}-{number}: {type(failure).__name__}: {failure}")])
                return

    async def _live(self, slug: str) -> None:
        """One crisis, from activation to its end, by people who try again."""
        self.going[slug] = "activation"
        await self._activate(slug)
        while not await self._look(slug):  # noqa: ASYNC110
            await asyncio.sleep(LOOK_EVERY)
        del self.going[slug]
        self._ended += 1
        self._tally.counts["crises"] += 1

    async def _activate(self, slug: str) -> None:
        activation = an_activation(
            slug, levels=frozenset({Body.IAO} if self._chance.random() < 0.8 or self._is_short else Body)
        )
        while not await self._is_there(slug):
            with suppress(*_FAILED):
                if self._chance.random() < 0.5:
                    await self._activate_in_prefect(activation)
                else:
                    await asyncio.to_thread(self._activate_from_the_shell, activation)

    async def _is_there(self, slug: str) -> bool:
        with suppress(RegisterTrouble):
            return any(crisis.slug == slug for crisis in crises.open_ones(self._register))
        await asyncio.sleep(LOOK_EVERY)
        return False

    async def _activate_in_prefect(self, activation: Activation) -> None:
        async with asyncio.timeout(30), get_client() as client:
            deployment = await once_there(client, "activering/activering")
            form = {"activering": activation.model_dump(mode="json")}
            await client.create_flow_run_from_deployment(deployment.id, parameters=form)
            while not await self._is_there(activation.crisis):  # noqa: ASYNC110
                await asyncio.sleep(LOOK_EVERY)

    def _activate_from_the_shell(self, activation: Activation) -> None:
        with suppress(AlreadyActive):
            register = self._register
            crises.activate(register, activation, plans.in_force(register), Deed("iemand", "duurproef"), register.now())
            self._acknowledged.append(Acknowledged(ACTIVATE, activation.crisis, None))

    async def _look(self, slug: str) -> bool:
        """Do what people can do now; whether the crisis has come to its end."""
        try:
            now_standing = crises.standing(self._register, slug)
            if now_standing.crisis.phase is Phase.CLOSED:
                return True
            await self._second_persons(now_standing)
            for meeting in now_standing.meetings:
                if meeting.stage is Held.INVITED:
                    await self._record(meeting, now_standing)
            await self._advise_and_answer(slug)
            for item in actions.of_crisis(self._register, slug):
                key = f"{slug}/A{item.number}"
                if item.state is ActionState.OPEN:
                    await self._try(slug, REPORT, key, self._players.report(key, "Gedaan."))
                elif item.state is ActionState.REPORTED:
                    await self._try(slug, VERIFY, key, self._players.verify(key))
        except RegisterTrouble:
            pass
        return False

    async def _second_persons(self, now_standing: Standing) -> None:
        """Who confirms what another did, or closes the crisis for another to confirm."""
        crisis, remark = now_standing.crisis, "Dit is niet wat er is gezegd." if self._chance.random() < SENT_BACK else ""
        for meeting in now_standing.meetings:
            if meeting.stage is Held.PROPOSED:
                await self._try(crisis.slug, CONFIRM, meeting.key, self._players.confirm(meeting.key, remark))
        if crisis.closing_by:
            await self._try(crisis.slug, CLOSE, crisis.slug, self._players.confirm_closing(crisis.slug, remark))
        elif crisis.closing_asked_at:
            await self._try(crisis.slug, PROPOSE_CLOSING, crisis.slug, self._players.close(crisis.slug))

    async def _advise_and_answer(self, slug: str) -> None:
        before, (adviser, *_) = Before.of(self._register, slug), self._stage.plan.nkc.people
        for decision in before.intended:
            if decision.number not in before.advised:
                advice = CommunicationAdvice(strategy="Eerst de gemeenten.", effects="Er komen vragen.")
                await self._try(slug, ADVISE, decision.key, self._players.advise(decision.key, adviser, advice))
        for request in requests.of_crisis(self._register, slug):
            if request.is_open:
                answer = {
                    "answer": self._chance.choice(list(Answered)),
                    "condition": "Tot oktober.",
                    "reason": "Er is geen plaats.",
                }
                await self._try(slug, ANSWER, request.key, self._players.answer(request.key, answer))

    async def _record(self, meeting: Meeting, now_standing: Standing) -> None:
        before, now = Before.of(self._register, meeting.crisis), max(self._register.now(), meeting.planned_at)
        outcome = _Shortly(
            meeting, now_standing, before, self._cast(meeting.body), self._chance, now, ending=self._is_short
        ).outcome()
        again = (now + timedelta(minutes=self._chance.randint(*RHYTHM))).replace(second=0, microsecond=0)
        if outcome.direction in (Direction.UP, Direction.HOLD):
            outcome = outcome.model_copy(update={"next_meeting_at": again})
        recording = self._players.record(meeting.key, outcome)
        await self._try(meeting.crisis, RECORD, meeting.key, recording, outcome.summary)

    async def _try(self, slug: str, action: str, key: str, act: Awaitable[None], token: str | None = None) -> None:
        """What they were told is recorded must be in the register; where something failed, they do not know."""
        self.going[slug] = f"{action} {key}"
        try:
            await act
        except _FAILED as failure:
            self._tally.counts["failed attempts"] += not isinstance(failure, NoMail)
            self.going[slug] += f" ({type(failure).__name__}: {str(failure)[:200]})"
        else:
            self._acknowledged.append(Acknowledged(action, key, None, token))
            self._tally.counts["acts"] += 1

    def _cast(self, body: Body) -> Cast:
        plan = self._stage.plan
        outside = tuple(name for name in plan.people if plan.is_outside(name))
        return Cast(owners=("liaison-coa",), outside=outside[:3], present=plan.bodies[body].table[:2])

    def how_far(self) -> str:
        """For who follows the soak."""
        return f"{self._ended} crises ended, {len(self.going)} go on, {self._tally.counts['acts']} acts"

    def where(self, slug: str) -> str:
        """Where a crisis stands that does not go on."""
        with suppress(RegisterTrouble):
            held = crises.standing(self._register, slug).meetings
            return f"{self.going[slug]}; {', '.join(f'{meeting.label} {meeting.stage}' for meeting in held)}"
        return self.going[slug]

    async def all_delivered(self) -> None:
        """Give delivery the time that it has."""
        until = time.monotonic() + DELIVERED_WITHIN
        while time.monotonic() < until:
            with suppress(RegisterTrouble):
                counts = alerts.counted(self._register).values()
                if not any(count[Delivery.QUEUED] + count[Delivery.SENDING] for count in counts):
                    return
            await asyncio.sleep(LOOK_EVERY)

    async def ask_everything(self, client: httpx.AsyncClient) -> None:
        """All the invariants, once everything is still."""
        invariants = Invariants(self._register)
        mails = (await client.get(f"{self._stage.catcher_url}/mails")).json()
        posts = (await client.get(f"{self._stage.catcher_url}/slack")).json()
        received = Received.all_of(mails, posts)
        arrivals = zip(received, (datetime.fromisoformat(one["received_at"]) for one in (*mails, *posts)), strict=True)
        self._tally.most_at_once = max(self._tally.most_at_once, _most_at_once(arrivals, self.hits))
        self._tally.duplicates += len(received) - len(set(received))
        self._tally.counts["messages"] += len(received)
        self.note(invariants.broken(self._acknowledged))
        self.note(invariants.broken_at_the_end(received))
        if (first := audit.verify(self._register)[1]) is not None:
            self.note([Finding(Wrong.LOST, f"the audit trail does not hold from entry {first}")])
        self._register.close()

    def note(self, findings: list[Finding]) -> None:
        """Write down what is wrong, and say it at once."""
        where = f"outer, {self._name}, after {self._tally.injections} injections"
        for finding in self._tally.note(findings, where):
            print(f"{finding.wrong}: {finding.what} ({where})", file=sys.stderr, flush=True)  # noqa: T201
