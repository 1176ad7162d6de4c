"""The outer layer: a whole set-up, with crises going on in it, while its processes are killed, frozen and starved.

People act as always: they read their mail and use the portal. When something fails they look again, and try again.
"""

import asyncio
import random
import shutil
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from prefect.client.orchestration import get_client
from prefect.exceptions import PrefectException

from crisis.actions import ActionState, NewAction
from crisis.decisions import DecisionKind, NewDecision
from crisis.errors import AlreadyActive
from crisis.life import Activation, Phase, Standing
from crisis.meetings import Direction, Meeting, Outcome
from crisis.meetings import Stage as Held
from crisis.structure import Body
from deployments.rehearsals.demo import PLAN, SCENARIO
from deployments.rehearsals.players import DoorClosed, NoMail, Players
from deployments.rehearsals.rehearsal import once_there
from deployments.rehearsals.scenario import read_scenario
from deployments.rehearsals.stage import Stage, standing
from integrations.plans import read_plan
from integrations.register import Deed, Register, RegisterTrouble, actions, alerts, audit, crises, plans
from integrations.register.alerts import Delivery
from tests.building import an_activation
from tests.soak.faults import Faults, a_small_disk
from tests.soak.invariants import ACTIVATE, RECORD, REPORT, VERIFY, Acknowledged, Invariants, Received
from tests.soak.tally import Finding, Tally, Wrong

AT_A_TIME = 3
"""Crises at once."""
BETWEEN = (0.5, 12.0)
"""Seconds from one fault to the next."""
END_WITHIN = 420.0
"""Seconds in which every crisis must have come to its end once nothing is broken any more."""
DELIVERED_WITHIN = 180.0
"""Seconds after that in which every alert must have been delivered: longer than a claim lasts."""
LOOK_EVERY = 0.5

_FAILED = (NoMail, DoorClosed, httpx.HTTPError, RegisterTrouble, PrefectException, TimeoutError)
"""What a person sees when something is broken: they look again."""


async def soak(seed: int, injections: int, say: Callable[[str], None], keep: Path | None = None) -> Tally:
    """A set-up of its own, and so many faults; its logs and its register are kept in this folder, where one is named."""
    scenario = read_scenario(SCENARIO)
    with a_small_disk() as disk:
        async with standing(read_plan(PLAN), scenario.starts_at, scenario.speed, on=disk) as stage:
            chance = random.Random(f"faults {seed}")
            try:
                return await break_things(stage, seed, injections, Faults(stage, chance, disk), say)
            finally:
                if keep:
                    await asyncio.to_thread(_keep, stage, keep)


async def break_things(
    stage: Stage, seed: int, injections: int, faults: Faults, say: Callable[[str], None], at_a_time: int = AT_A_TIME
) -> Tally:
    """So many faults on this stage while crises go on, so many at a time; then all must end well."""
    tally, began = Tally("outer", left_out=faults.left_out), time.monotonic()
    chance = random.Random(f"moments {seed}")
    async with httpx.AsyncClient(trust_env=False, timeout=20, limits=httpx.Limits(max_keepalive_connections=0)) as client:
        stories = _Stories(stage, client, seed, tally)
        playing = asyncio.create_task(stories.play(at_a_time))
        try:
            while tally.injections < injections and not playing.done():
                await asyncio.sleep(chance.uniform(*BETWEEN))
                if hit := await faults.strike():
                    tally.kinds[hit] += 1
                    say(f"outer {tally.injections}: {hit}; {stories.how_far()}")
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
    tally.seconds = time.monotonic() - began
    return tally


def _keep(stage: Stage, folder: Path) -> None:
    """For who looks into a finding."""
    shutil.copytree(stage.state_dir / "logs", folder / "logs", dirs_exist_ok=True)
    for file in stage.state_dir.glob("register.db*"):
        shutil.copy2(file, folder)


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


class _Stories:
    def __init__(self, stage: Stage, client: httpx.AsyncClient, seed: int, tally: Tally) -> None:
        self.is_last = False
        self.going: dict[str, str] = {}
        """Crises that have not ended, and what was last tried there."""
        self._stage = stage
        self._players = _Mailbox(client, stage)
        self._register: Register = stage.register()
        self._chance = random.Random(f"stories {seed}")
        self._tally = tally
        self._seed = seed
        self._acknowledged: list[Acknowledged] = []
        self._ended = 0

    async def play(self, at_a_time: int) -> None:
        """Crisis after crisis, a few at a time, until told that no other must begin."""
        async with asyncio.TaskGroup() as group:
            for lane in range(at_a_time):
                group.create_task(self._lane(lane))

    async def _lane(self, lane: int) -> None:
        number = 0
        while not self.is_last:
            number += 1
            await self._live(f"soak-{self._seed}-{lane}-{number}")

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
        activation = an_activation(slug, levels=frozenset({Body.IAO}) if self._chance.random() < 0.8 else frozenset(Body))
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
            for meeting in now_standing.meetings:
                if meeting.stage is Held.INVITED:
                    await self._record(meeting, now_standing)
            for item in actions.of_crisis(self._register, slug):
                key = f"{slug}/A{item.number}"
                if item.state is ActionState.OPEN:
                    await self._try(slug, REPORT, key, self._players.report(key, "Gedaan."))
                elif item.state is ActionState.REPORTED:
                    await self._try(slug, VERIFY, key, self._players.verify(key))
        except RegisterTrouble:
            pass
        return False

    async def _record(self, meeting: Meeting, now_standing: Standing) -> None:
        outcome = self._outcome(meeting, now_standing, self._register.now())
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

    def _outcome(self, meeting: Meeting, now_standing: Standing, now: datetime) -> Outcome:
        """Upwards now and then, and down as soon as that may be: a crisis here is short."""
        levels = now_standing.crisis.levels
        is_highest = all(body.rank <= meeting.body.rank for body in levels)
        goes_up = is_highest and meeting.body.higher and meeting.number == 1 and self._chance.random() < 0.4
        direction = Direction.UP if goes_up else Direction.DOWN if is_highest else Direction.HOLD
        decided, promised = self._chance.randint(0, 3), self._chance.choice((0, 1, 2))
        # Not sooner: a lower body that sits all the time keeps the next one waiting, by rule.
        again = max(now, meeting.planned_at) + timedelta(minutes=self._chance.randint(45, 90))
        return Outcome(
            direction=direction,
            summary=f"soak {decided} {promised} {self._chance.getrandbits(32)}",
            decisions=tuple(
                NewDecision(kind=DecisionKind.DECISION if meeting.body.may_decide else DecisionKind.ADVICE, text=f"Punt {n}.")
                for n in range(decided)
            ),
            actions=tuple(
                NewAction(title=f"Taak {n}", owner="liaison-coa", due_at=again + timedelta(hours=n)) for n in range(promised)
            ),
            next_meeting_at=None if direction is Direction.DOWN else again.replace(second=0, microsecond=0),
        )

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
        self._tally.duplicates += len(received) - len(set(received))
        self._tally.counts["messages"] += len(received)
        self.note(invariants.broken(self._acknowledged))
        self.note(invariants.broken_at_the_end(received))
        if (first := audit.verify(self._register)[1]) is not None:
            self.note([Finding(Wrong.LOST, f"the audit trail does not hold from entry {first}")])
        self._register.close()

    def note(self, findings: list[Finding]) -> None:
        """Write down what is wrong, and say it at once."""
        for finding in self._tally.note(findings, f"seed {self._seed}, after {self._tally.injections} injections"):
            print(f"{finding.wrong}: {finding.what} (outer, seed {self._seed})", file=sys.stderr, flush=True)  # noqa: T201
