"""Where this process finds the register and its settings. Opened at first use, never at import."""

from functools import cache

from prefect.context import get_run_context
from prefect.exceptions import MissingContextError

from crisis.life import Crisis
from integrations.crash import crash_at
from integrations.register import Deed, Register, crises, open_register
from integrations.register.engine import SYSTEM
from integrations.settings import Settings


@cache
def settings() -> Settings:
    """The settings of this set-up."""
    return Settings()


@cache
def register() -> Register:
    """The register of this set-up, opened once per process."""
    crash_at(settings().crash_at)
    return open_register(settings().register_url)


def crisis_of(slug: str) -> Crisis:
    """The crisis of this name, with the plan that was frozen into it."""
    return crises.find(register(), slug)


def by_this_run() -> Deed:
    """The system acts, through the run that this is: so the audit entry leads back to it."""
    try:
        context = get_run_context()
    except MissingContextError:
        return Deed(actor=SYSTEM, origin="proces")
    run = getattr(context, "task_run", None) or getattr(context, "flow_run", None)
    return Deed(actor=SYSTEM, origin=f"prefect:{run.name if run else 'run'}")
