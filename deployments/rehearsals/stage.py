"""Where a rehearsal is played: a set-up of its own on free ports, that reaches nothing but this machine.

It is the set-up of `opschaling up`, with a simulator for the partners and a catcher for mail and Slack; told apart
from real use only by its plan and its settings.
"""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, PREFECT_LOGGING_LEVEL, temporary_settings

from crisis.plan import Plan
from deployments.services import Service, Services, free_ports
from deployments.up import Ports, environment, prepare, remember, standard_services
from integrations.register import Deed, Register, clock, open_register
from integrations.settings import MailSecurity, Reach, Settings

DIRECTOR = Deed("draaiboek", "rehearsal")
"""Who moves the clock of a rehearsal."""

SEED = 2022
READY_WITHIN = 120.0
"""Seconds; Prefect's server makes its database first."""


@dataclass(frozen=True)
class Stage:
    """A set-up for one plan."""

    plan: Plan
    state_dir: Path
    ports: Ports
    simulator: int
    smtp: int
    catcher: int
    database_url: str

    @classmethod
    def somewhere(cls, plan: Plan, on: Path | None = None, database_url: str = "") -> "Stage":
        """On free ports of this machine, in a folder of its own, on this disk and with this database where one is named."""
        portal, prefect, simulator, smtp, catcher = free_ports(5)
        folder = Path(tempfile.mkdtemp(prefix="opschaling-", dir=on))
        database_url = database_url or f"sqlite:///{folder / 'register.db'}"
        return cls(plan, folder, Ports(portal=portal, prefect=prefect), simulator, smtp, catcher, database_url)

    @property
    def prefect_url(self) -> str:
        """Where the runs can be watched."""
        return f"http://127.0.0.1:{self.ports.prefect}"

    @property
    def portal_url(self) -> str:
        """Where outcomes are recorded."""
        return f"http://127.0.0.1:{self.ports.portal}"

    @property
    def catcher_url(self) -> str:
        """Where mail and Slack arrive."""
        return f"http://127.0.0.1:{self.catcher}"

    @property
    def simulator_url(self) -> str:
        """Where the partners are."""
        return f"http://127.0.0.1:{self.simulator}"

    @property
    def password(self) -> str:
        """What Prefect's API is locked with: user and password, as its sign-in page asks for it."""
        return self.environment["PREFECT_API_AUTH_STRING"]

    @property
    def environment(self) -> dict[str, str]:
        """What every process of the set-up finds in its environment."""
        names = sorted(self.plan.slack_names())
        hooks = {name: f"T0DEMO/B{number:04}/{name.replace('-', '')}" for number, name in enumerate(names)}
        given = {
            "OPSCHALING_DATABASE_URL": self.database_url,
            "OPSCHALING_REACH": Reach.LOOPBACK,
            "OPSCHALING_PARTNER_GATEWAY": self.simulator_url,
            "OPSCHALING_SMTP_HOST": "127.0.0.1",
            "OPSCHALING_SMTP_PORT": str(self.smtp),
            "OPSCHALING_SMTP_SECURITY": MailSecurity.NONE,
            "OPSCHALING_MAIL_FROM": "opschaling@ncc.voorbeeld.test",
            "OPSCHALING_SLACK_BASE_URL": self.catcher_url,
            "OPSCHALING_SLACK_WEBHOOKS": ",".join(f"{name}={path}" for name, path in hooks.items()),
            "OPSCHALING_FOLLOW_UP_SECONDS": "30",
            "OPSCHALING_FOLLOW_UP_GRACE_SECONDS": "2",
        }
        return environment(self.state_dir, self.ports, _without_set_ups(os.environ) | given)

    @property
    def settings(self) -> Settings:
        """The same, as this process reads it."""
        prefix = "OPSCHALING_"
        ours = {name.removeprefix(prefix).lower(): v for name, v in self.environment.items() if name.startswith(prefix)}
        return Settings(_of_this_shell=False, **ours)

    def register(self) -> Register:
        """The register of this set-up."""
        return open_register(self.settings.register_url)

    def services(self) -> tuple[Service, ...]:
        """The standard set-up, and the two that stand in for the outside world."""
        catcher = ("--smtp-port", str(self.smtp), "--http-port", str(self.catcher))
        simulator = ("--port", str(self.simulator), "--seed", str(SEED))
        return (
            Service("catcher", "deployments.rehearsals.catcher", catcher, f"{self.catcher_url}/"),
            Service("simulator", "deployments.rehearsals.simulator", simulator, f"{self.simulator_url}/"),
            *standard_services(self.ports),
        )


@asynccontextmanager
async def standing(
    plan: Plan, starts_at: datetime, speed: float, on: Path | None = None, database_url: str = ""
) -> AsyncIterator[Stage]:
    """A stage with everything running and its clock at this moment; afterwards nothing is left, running or on disk."""
    stage = Stage.somewhere(plan, on, database_url)
    services = Services(stage.state_dir, stage.environment)
    try:
        prepare(stage.settings, plan)
        remember(stage.state_dir, stage.environment)
        register = stage.register()
        clock.move(register, plan, starts_at, DIRECTOR, speed)
        register.close()
        services.start(stage.services())
        await services.ready(stage.services(), READY_WITHIN)
        with temporary_settings(client_settings(stage.environment)):
            yield stage
    finally:
        await services.stop()
        shutil.rmtree(stage.state_dir, ignore_errors=True)


def _without_set_ups(around: Mapping[str, str]) -> dict[str, str]:
    """Nothing of another set-up: a rehearsal in a shell that serves a real crisis must not touch its register."""
    return {name: value for name, value in around.items() if not name.startswith(("OPSCHALING_", "PREFECT_"))}


def client_settings(around: Mapping[str, str]) -> dict[Any, Any]:
    """What this process must know to speak with Prefect's server of a set-up."""
    return {
        PREFECT_API_URL: around["PREFECT_API_URL"],
        PREFECT_API_AUTH_STRING: around["PREFECT_API_AUTH_STRING"],
        PREFECT_LOGGING_LEVEL: "WARNING",
    }
