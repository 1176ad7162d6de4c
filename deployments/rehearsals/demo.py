"""The demonstration: `opschaling up`, plus the partner simulator, the catcher and scripted players.

Told apart from real use only by its plan and its settings: it reaches nothing but this machine.
"""

import asyncio
import json
import logging
import shutil
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.responses import DeploymentResponse
from prefect.exceptions import ObjectNotFound
from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, PREFECT_LOGGING_LEVEL, temporary_settings

from crisis.actions import ActionState
from crisis.alerts import Event
from crisis.plan import Plan
from crisis.situation import Submission
from deployments.rehearsals.players import Players
from deployments.rehearsals.scenario import RecordOutcome, ReportAction, Scenario, VerifyAction, read_scenario
from deployments.services import Service, Services, free_ports
from deployments.up import Ports, environment, prepare, remember, standard_services
from integrations.plans import read_plan
from integrations.register import Deed, Register, actions, alerts, audit, clock, intake, meetings, open_register
from integrations.register.alerts import Delivery
from integrations.settings import MailSecurity, Reach, Settings
from integrations.wording.times import moment_text

HERE = Path(__file__).parent
PLAN = HERE.parent / "plans" / "asiel-2022.toml"
SCENARIO = HERE / "asiel-2022.toml"
PLAYERS = Deed("draaiboek", "demonstratie")
SEED = 2022


@dataclass(frozen=True)
class Stage:
    """Where a rehearsal is played: its own state directory, ports and environment."""

    state_dir: Path
    ports: Ports
    simulator: int
    smtp: int
    catcher: int

    @classmethod
    def somewhere(cls) -> "Stage":
        """On free ports of this machine, in a folder of its own."""
        portal, prefect, simulator, smtp, catcher = free_ports(5)
        folder = Path(tempfile.mkdtemp(prefix="opschaling-demo-"))
        return cls(folder, Ports(portal=portal, prefect=prefect), simulator, smtp, catcher)

    @property
    def catcher_url(self) -> str:
        """Where what arrived can be seen."""
        return f"http://127.0.0.1:{self.catcher}"

    @property
    def portal_url(self) -> str:
        """Where outcomes are recorded."""
        return f"http://127.0.0.1:{self.ports.portal}"

    def environment(self, plan: Plan) -> dict[str, str]:
        """What every process of the rehearsal finds: nothing but this machine."""
        hooks = {name: f"T0DEMO/B{number:04}/{name.replace('-', '')}" for number, name in enumerate(sorted(plan.slack_names()))}
        given = {
            "OPSCHALING_REACH": Reach.LOOPBACK,
            "OPSCHALING_PARTNER_GATEWAY": f"http://127.0.0.1:{self.simulator}",
            "OPSCHALING_SMTP_HOST": "127.0.0.1",
            "OPSCHALING_SMTP_PORT": str(self.smtp),
            "OPSCHALING_SMTP_SECURITY": MailSecurity.NONE,
            "OPSCHALING_MAIL_FROM": "opschaling@ncc.voorbeeld.test",
            "OPSCHALING_SLACK_BASE_URL": self.catcher_url,
            "OPSCHALING_SLACK_WEBHOOKS": ",".join(f"{name}={path}" for name, path in hooks.items()),
            "OPSCHALING_FOLLOW_UP_SECONDS": "30",
            "OPSCHALING_FOLLOW_UP_GRACE_SECONDS": "2",
        }
        return environment(self.state_dir, self.ports, given)

    def services(self) -> tuple[Service, ...]:
        """The standard set-up, and the two that stand in for the outside world."""
        catcher = ("--smtp-port", str(self.smtp), "--http-port", str(self.catcher))
        simulator = ("--port", str(self.simulator), "--seed", str(SEED))
        return (
            Service("catcher", "deployments.rehearsals.catcher", catcher, f"{self.catcher_url}/"),
            Service("simulator", "deployments.rehearsals.simulator", simulator, f"http://127.0.0.1:{self.simulator}/"),
            *standard_services(self.ports),
        )


class Rehearsal:
    """A scenario, played on a stage."""

    def __init__(self, scenario: Scenario, plan: Plan, stage: Stage, say: Callable[[str], None]) -> None:
        self.scenario = scenario
        self.plan = plan
        self.stage = stage
        self.register: Register = open_register(_settings(stage, plan).register_url)
        self._say = say

    async def play(self) -> None:
        """From activation to the last moment."""
        async with httpx.AsyncClient(trust_env=False, timeout=20) as client:
            players = Players(client, self.stage.catcher_url, self.stage.portal_url)
            await self._activate()
            await players_hear_activation(self.stage.catcher_url, client, self.scenario.crisis)
            for moment in self.scenario.moments:
                await self._play_moment(players, moment)

    async def _activate(self) -> None:
        """As the form in the Prefect UI does it."""
        self._say(f"{self._time()}  de activering wordt in Prefect gestart")
        async with get_client() as client:
            deployment = await _once_there(client, "activering/activering")
            activation = self.scenario.activation.model_dump(mode="json")
            await client.create_flow_run_from_deployment(deployment.id, parameters={"activering": activation})

    async def _play_moment(self, players: Players, moment: RecordOutcome | ReportAction | VerifyAction) -> None:
        crisis = self.scenario.crisis
        match moment:
            case RecordOutcome():
                if moment.convened_by:
                    self._until(moment.convened_by)
                await players.expect_meeting(f"{crisis}/{moment.meeting}")
                self._until(moment.at)
                await players.record(f"{crisis}/{moment.meeting}", moment.outcome)
                self._say(f"{self._time()}  {moment.meeting.replace('/', ' ')}: {moment.outcome.direction}")
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
            clock.move(self.register, self.plan, moment, PLAYERS, self.scenario.speed)

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


async def demo(once: bool) -> int:
    """Play the week of 17-24 June 2022; the exit code. Nothing is left running."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    stage = Stage.somewhere()
    plan, scenario = read_plan(PLAN), read_scenario(SCENARIO)
    services = Services(stage.state_dir, stage.environment(plan))
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    try:
        playing = asyncio.create_task(_play(scenario, plan, stage, services))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({playing, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not playing.done():
            playing.cancel()
            with suppress(asyncio.CancelledError):
                await playing
            return 130
        summary = playing.result()
        if not once:
            _print("\nDe week is gespeeld; alles blijft draaien tot Ctrl-C.\n")
            _print(json.dumps(summary))
            await stop.wait()
    finally:
        await services.stop()
        shutil.rmtree(stage.state_dir, ignore_errors=True)
    if once:
        _print(json.dumps(summary))
    return 0


async def _play(scenario: Scenario, plan: Plan, stage: Stage, services: Services) -> dict[str, Any]:
    began = time.monotonic()
    settings = _settings(stage, plan)
    prepare(settings, plan)
    remember(stage.state_dir, services.environment)
    register = open_register(settings.register_url)
    clock.move(register, plan, scenario.starts_at, PLAYERS, scenario.speed)
    register.close()
    services.start(stage.services())
    _print(f"{scenario.title} ({plan.marking}). Alles start op deze machine; dat duurt een halve minuut.\n")
    await services.ready(stage.services(), within=90)
    _print(where_to_look(stage))
    with temporary_settings(_prefect_client_settings(services.environment)):
        rehearsal = Rehearsal(scenario, plan, stage, _print)
        await rehearsal.play()
    await rehearsal.all_delivered()
    return rehearsal.summary(time.monotonic() - began)


def where_to_look(stage: Stage) -> str:
    """The addresses for who wants to watch."""
    password = (stage.state_dir / "prefect.password").read_text()
    return "\n".join(
        (
            f"Prefect UI           http://127.0.0.1:{stage.ports.prefect}   aanmelden met: opschaling:{password}",
            f"Portaal              {stage.portal_url}",
            f"Mail en Slack        {stage.catcher_url}",
            f"Partners (simulator) http://127.0.0.1:{stage.simulator}",
            "",
        )
    )


async def players_hear_activation(catcher_url: str, client: httpx.AsyncClient, crisis: str) -> None:
    """Wait until the first alert of this crisis has come."""
    async with asyncio.timeout(60):
        while not any(crisis in mail["subject"] for mail in (await client.get(f"{catcher_url}/mails")).json()):
            await asyncio.sleep(0.2)


async def _once_there(client: PrefectClient, name: str) -> DeploymentResponse:
    """The deployment, as soon as the runner has registered it."""
    async with asyncio.timeout(60):
        while True:
            with suppress(ObjectNotFound):
                return await client.read_deployment_by_name(name)
            await asyncio.sleep(0.2)


def _settings(stage: Stage, plan: Plan) -> Settings:
    prefix = "OPSCHALING_"
    around = stage.environment(plan)
    return Settings(**{name.removeprefix(prefix).lower(): value for name, value in around.items() if name.startswith(prefix)})


def _prefect_client_settings(around: Mapping[str, str]) -> dict[Any, Any]:
    return {
        PREFECT_API_URL: around["PREFECT_API_URL"],
        PREFECT_API_AUTH_STRING: around["PREFECT_API_AUTH_STRING"],
        PREFECT_LOGGING_LEVEL: "WARNING",
    }


def _print(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - what a demonstration is for
