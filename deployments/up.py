"""The embedded set-up: everything in one command, on one machine, in one state directory."""

import asyncio
import fcntl
import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from crisis.plan import Plan, PlanRefused
from deployments.services import Service, Services, check_files, check_free
from integrations.alerts.channels import missing_channels
from integrations.register import Deed, migrations, open_register, plans, soundness
from integrations.settings import Settings, kept_secret


class AlreadyUp(Exception):  # noqa: N818 - a statement
    """Another set-up runs in this state directory."""


BATCHES = 200
"""How many task runs and events Prefect's server writes at once; one at a time costs it four times the CPU (measured)."""


@dataclass(frozen=True)
class Ports:
    """Where the two web addresses of a set-up listen, on this machine only."""

    portal: int = 8400
    prefect: int = 4200


def prepare(settings: Settings, plan: Plan) -> None:
    """Make the register ready and put the plan in force.

    Raises:
        PlanRefused: the plan names a Slack channel that the settings do not know: it would silently hear nothing.
        DamagedRegister, NewerRegister: nothing must be built on it.

    """
    if missing := missing_channels(plan, settings):
        raise PlanRefused(plan.id, [("slack", f"no_webhook:{name}") for name in missing])
    settings.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    migrations.upgrade(settings.register_url)
    register = open_register(settings.register_url)
    soundness.check(register)
    plans.load(register, plan, Deed(os.environ.get("USER", "beheerder"), "opschaling up"), register.now())
    register.close()


def environment(state_dir: Path, ports: Ports, given: Mapping[str, str]) -> dict[str, str]:
    """What every process of this set-up finds in its environment: what was given, and what a set-up decides itself.

    Prefect's API is locked with a password of its own, answers no other web page, and sends nothing home.
    """
    password = kept_secret(state_dir / "prefect.password").decode()
    prefect = f"http://127.0.0.1:{ports.prefect}"
    prefect_ui = given.get("OPSCHALING_PREFECT_UI_URL", prefect)
    return {
        "OPSCHALING_PORTAL_URL": f"http://127.0.0.1:{ports.portal}",
        "OPSCHALING_PREFECT_UI_URL": prefect_ui,
        **given,
        "OPSCHALING_STATE_DIR": str(state_dir),
        "PREFECT_HOME": str(state_dir / "prefect"),
        "PREFECT_API_URL": f"{prefect}/api",
        "PREFECT_API_AUTH_STRING": f"opschaling:{password}",
        "PREFECT_SERVER_API_AUTH_STRING": f"opschaling:{password}",
        "PREFECT_SERVER_CSRF_PROTECTION_ENABLED": "true",
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": ",".join(dict.fromkeys((prefect, prefect_ui))),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_SERVER_SERVICES_SCHEDULER_MIN_RUNS": "1",
        "PREFECT_SERVER_SERVICES_SCHEDULER_MAX_RUNS": "2",  # not a hundred `opvolging` runs ahead in people's list of runs
        "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": str(BATCHES),
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": str(BATCHES),
        "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": str(BATCHES),
        "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_READ_BATCH_SIZE": str(BATCHES),
        "PREFECT_SERVER_SERVICES_TRIGGERS_READ_BATCH_SIZE": str(BATCHES),
    }


def standard_services(ports: Ports) -> tuple[Service, ...]:
    """Prefect's server, the runner, the watch and the portal."""
    prefect = ("server", "start", "--host", "127.0.0.1", "--port", str(ports.prefect))
    healthy = f"http://127.0.0.1:{ports.prefect}/api/health"
    return (
        Service("prefect", "prefect", prefect, healthy),
        Service("portal", "integrations.portal", ("--port", str(ports.portal)), f"http://127.0.0.1:{ports.portal}/"),
        Service("watch", "deployments.watch"),
        Service("runner", "deployments.runner"),
    )


async def up(plan: Plan, ports: Ports) -> None:
    """Start everything for this plan and keep it going until told to stop.

    Raises:
        PlanRefused, AlreadyUp, PortTaken, TooFewFiles, NotReady: nothing is left running.

    """
    check_files()
    settings = Settings()
    claim(settings.state_dir)
    check_free(ports.portal, ports.prefect)
    prepare(settings, plan)
    around = environment(settings.state_dir, ports, os.environ)
    remember(settings.state_dir, around)
    services = Services(settings.state_dir, around)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    try:
        services.start(standard_services(ports))
        await services.ready(standard_services(ports), within=90)
        print(where_to_look(settings.state_dir, ports), flush=True)  # noqa: T201 - what the command is for
        await stop.wait()
    finally:
        await services.stop()


def claim(state_dir: Path) -> None:
    """Be the only set-up in this state directory, for as long as this process lives. Raises AlreadyUp."""
    state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(state_dir / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as trouble:
        raise AlreadyUp(str(state_dir)) from trouble


def remember(state_dir: Path, around: Mapping[str, str]) -> None:
    """Keep what a second shell needs to find this set-up: addresses, no secrets."""
    kept = ("OPSCHALING_PORTAL_URL", "OPSCHALING_PREFECT_UI_URL")
    written = state_dir / "settings.env.new"  # a full disk must not leave half of it
    written.write_text("".join(f"{name}={around[name]}\n" for name in kept))
    written.replace(state_dir / "settings.env")


def where_to_look(state_dir: Path, ports: Ports) -> str:
    """The addresses for people."""
    return "\n".join(
        (
            f"Prefect UI   http://127.0.0.1:{ports.prefect}",
            f"             aanmelden met opschaling:<wachtwoord>; het wachtwoord staat in {state_dir}/prefect.password",
            f"Portaal      http://127.0.0.1:{ports.portal}",
            f"Logboeken    {state_dir}/logs",
        )
    )
