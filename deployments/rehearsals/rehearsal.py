"""A scenario, played on a stage: the clock is moved, the players act, and at the end it is counted what came of it."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.responses import DeploymentResponse
from prefect.exceptions import ObjectNotFound

from crisis.actions import ActionState
from crisis.alerts import Event
from crisis.inquiries import Submission
from crisis.plan import Plan
from deployments.rehearsals.players import Players, players_at
from deployments.rehearsals.scenario import (
    Advise,
    AnswerRequest,
    ConfirmOutcome,
    Happening,
    RecordOutcome,
    ReportAction,
    Scenario,
    VerifyAction,
)
from deployments.rehearsals.stage import DIRECTOR, Stage
from integrations.register import actions, alerts, audit, clock, intake, meetings
from integrations.register.alerts import Delivery
from integrations.wording.times import moment_text


class Rehearsal:
    """A scenario, played on a stage."""

    def __init__(self, scenario: Scenario, stage: Stage, say: Callable[[str], None]) -> None:
        self.scenario = scenario
        self.stage = stage
        self.plan: Plan = stage.plan
        self.register = stage.register()
        self._say = say

    async def play(self) -> None:
        """From activation to the last moment."""
        async with players_at(self.stage) as players:
            await self.activate()
            await players.hear_of(self.scenario.crisis)
            for moment in self.scenario.moments:
                await self.play_moment(players, moment)

    async def activate(self) -> None:
        """Activate the structure as the form in the Prefect UI does it."""
        self._say(f"{self._time()}  de activering wordt in Prefect gestart")
        async with get_client() as client:
            deployment = await once_there(client, "activering/activering")
            activation = self.scenario.activation.model_dump(mode="json")
            await client.create_flow_run_from_deployment(deployment.id, parameters={"activering": activation})

    async def play_moment(self, players: Players, moment: Happening) -> None:
        """One moment: the clock is moved there, and the one whose turn it is acts."""
        crisis = self.scenario.crisis
        match moment:
            case RecordOutcome():
                if moment.convened_by:
                    self._until(moment.convened_by)
                await players.expect_meeting(f"{crisis}/{moment.meeting}")
                self._until(moment.at)
                await players.record(f"{crisis}/{moment.meeting}", moment.outcome)
                self._say(f"{self._time()}  {moment.meeting.replace('/', ' ')}: {moment.outcome.direction}")
            case ConfirmOutcome():
                self._until(moment.at)
                await players.confirm(f"{crisis}/{moment.meeting}")
                self._say(f"{self._time()}  {moment.meeting.replace('/', ' ')}: bevestigd")
            case Advise():
                self._until(moment.at)
                await players.advise(f"{crisis}/B{moment.decision}", moment.by, moment)
                self._say(f"{self._time()}  het NKC adviseert over {moment.decision}")
            case AnswerRequest():
                self._until(moment.at)
                answer = {"answer": moment.answer, "condition": moment.condition, "reason": moment.reason}
                await players.answer(f"{crisis}/B{moment.decision}/{moment.by}", answer)
                self._say(f"{self._time()}  antwoord op {moment.decision}: {moment.answer}")
            case ReportAction():
                self._until(moment.at)
                await self._due_work_done(players, moment.action)
                await players.report(f"{crisis}/A{moment.action}", moment.evidence)
                self._say(f"{self._time()}  actiepunt {moment.action} gereed gemeld")
            case VerifyAction():
                self._until(moment.at)
                await players.verify(f"{crisis}/A{moment.action}")
                self._say(f"{self._time()}  actiepunt {moment.action} afgesloten")

    async def _due_work_done(self, players: Players, number: int) -> None:
        """Owners wait to be asked: reminded, or, once it is overdue, with the chair informed."""
        item = actions.find(self.register, self.scenario.crisis, number)
        now = self.register.now()
        if item.must_be_reminded(now):
            await players.mailed(f"{self.scenario.crisis}/A{number}", Event.ACTION_REMINDED)
        if item.must_be_escalated(now):
            await players.mailed(f"{self.scenario.crisis}/A{number}", Event.ACTION_OVERDUE)

    def _until(self, moment: datetime) -> None:
        """Let the business clock stand at this moment, unless it is past it already."""
        if self.register.now() < moment:
            clock.move(self.register, self.plan, moment, DIRECTOR, self.scenario.speed)

    def _time(self) -> str:
        return moment_text(self.register.now(), "nl")

    async def all_delivered(self, within: float = 30.0) -> None:
        """Wait until no alert is waiting."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            counts = alerts.counted(self.register).values()
            if not any(count[Delivery.QUEUED] + count[Delivery.SENDING] for count in counts):
                return
            await asyncio.sleep(0.2)

    def summary(self, seconds: float) -> dict[str, Any]:
        """What came of it, read from the register."""
        crisis = self.scenario.crisis
        held = meetings.of_crisis(self.register, crisis)
        answers = [answer for m in held for answer in intake.answers(self.register, crisis, m.body, m.number)]
        submissions = Counter(answer.submission for answer in answers)
        items = actions.of_crisis(self.register, crisis)
        return {
            "crisis": crisis,
            "marking": self.plan.marking,
            "levels": {str(m.body): m.convened_at.isoformat() for m in held if m.number == 1},
            "meetings": [m.label for m in held if not m.is_open],
            "partners": {
                "rounds": len(held),
                "asked": len(answers),
                "answered": submissions[Submission.ON_TIME] + submissions[Submission.LATE],
                "late": submissions[Submission.LATE],
                "unreadable": submissions[Submission.UNREADABLE],
                "silent": submissions[Submission.SILENT],
                "refused": submissions[Submission.REFUSED],
                "unreachable": submissions[Submission.UNREACHABLE],
            },
            "alerts": {
                str(channel): {
                    "queued": count[Delivery.QUEUED] + count[Delivery.SENDING],
                    "delivered": count[Delivery.DELIVERED],
                    "dead": count[Delivery.DEAD],
                }
                for channel, count in alerts.counted(self.register).items()
            },
            "actions": {"opened": len(items), "closed": sum(item.state is ActionState.CLOSED for item in items)},
            "audit_verified": audit.verify(self.register)[1] is None,
            "seconds": round(seconds, 1),
        }


async def once_there(client: PrefectClient, name: str) -> DeploymentResponse:
    """The deployment, as soon as the runner has registered it."""
    async with asyncio.timeout(60):
        while True:
            with suppress(ObjectNotFound):
                return await client.read_deployment_by_name(name)
            await asyncio.sleep(0.2)
