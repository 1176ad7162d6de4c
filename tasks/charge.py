"""Being in charge: a run acts for a crisis or a meeting only while its process holds the lease.

A process has one token; a flow run has a process of its own. A thread extends the lease while the process lives:
Prefect's own heartbeat cannot go below half a minute, and a frozen process must not look alive.
"""

import asyncio
import secrets
import threading
import time
from functools import cache

from prefect import task
from prefect.logging import get_run_logger

from crisis.structure import Body
from integrations.register import Deed, Lease, crises, leases, meetings
from integrations.register.runs import Run
from tasks.surroundings import by_this_run, register

PATIENCE_SECONDS = 20.0
"""How long to wait for a lease that another holds: longer than it lasts when its process is dead."""


class AnotherIsInCharge(Exception):  # noqa: N818 - a statement
    """Another run acts for this crisis or meeting; this one is not needed."""


@cache
def _token() -> str:
    return secrets.token_hex(8)


def lease_on(crisis: str, body: Body | None = None, number: int | None = None) -> Lease:
    """The lease of this process on a crisis, or on one of its meetings."""
    return Lease(crisis=crisis, what=Run(crisis=crisis, body=body, number=number).what, owner=_token())


def in_charge(crisis: str, body: Body | None = None, number: int | None = None) -> Deed:
    """The system acts, through this run, and only while it holds the lease."""
    deed = by_this_run()
    return Deed(deed.actor, deed.origin, lease_on(crisis, body, number))


@task(task_run_name="neem de leiding over {crisis}")
async def take_charge(crisis: str, body: Body | None = None, number: int | None = None) -> None:
    """Neem de leiding: er handelt er één tegelijk. Wie de leiding had en wegbleef, schrijft niets meer.

    Raises:
        NoSuchCrisis, NoSuchMeeting: somebody started this run by hand, for what does not exist.
        AnotherIsInCharge: another holds the lease, and lives.

    """
    crises.find(register(), crisis)
    if body and number:
        meetings.find(register(), crisis, body, number)
    lease = lease_on(crisis, body, number)
    until = time.monotonic() + PATIENCE_SECONDS
    while not leases.take(register(), lease):
        if time.monotonic() > until:
            raise AnotherIsInCharge(f"{lease.crisis}/{lease.what}")
        get_run_logger().info("%s/%s: een andere run heeft nog de leiding", lease.crisis, lease.what)
        await asyncio.sleep(1)
    leases.keep(register(), lease, threading.Event())


def hand_over(crisis: str) -> None:
    """Let the lease on a crisis go before the run lies still, so that whoever wakes acts at once."""
    leases.release(register(), lease_on(crisis))
