"""Steps are claimed: whatever acts for a crisis holds a lease here, and writes only while it holds it.

Prefect fences nothing: a process that was frozen, declared dead and replaced goes on where it was when it thaws
(measured: `shared/faults.md`, A6). Here its lease has run out, and its writes are refused.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlmodel import Session

from crisis.record import Record
from integrations.register.clock import real_time
from integrations.register.tables import LeaseRow
from integrations.register.trouble import RegisterTrouble, repeatable
from integrations.register.turns import take_turn

if TYPE_CHECKING:
    from integrations.register.engine import Register

LENGTH = timedelta(seconds=12)
"""How long a lease lasts unless it is extended (by the clock of the database)."""


BEAT_SECONDS = 3.0
"""How often it is extended while somebody is at work (real time)."""


class Lease(Record):
    """The right to act for one crisis (`escalation`), one meeting (`IAO/1`) or one inquiry (`U3`), held by one process."""

    crisis: str
    what: str
    owner: str


class LeaseLost(Exception):  # noqa: N818 - a statement
    """This process was away too long, or another was put in its place: it writes nothing."""


@repeatable
def take(register: "Register", lease: Lease) -> bool:
    """Take the lease, or keep it; False while another process holds it."""
    with register.bookkeeping() as session:
        take_turn(session, lease.crisis)
        row = session.get(LeaseRow, (lease.crisis, lease.what))
        now = real_time(session)
        if row and row.owner != lease.owner and _is_running(row, now):
            return False
        row = row or LeaseRow(crisis=lease.crisis, what=lease.what, owner=lease.owner, until=now)
        row.owner, row.until = lease.owner, now + LENGTH
        session.add(row)
        return True


@repeatable
def extend(register: "Register", lease: Lease) -> bool:
    """Hold it for longer; False when it has run out or is another's: it does not come back by itself."""
    with register.bookkeeping() as session:
        row = session.get(LeaseRow, (lease.crisis, lease.what), with_for_update=True)
        if not _is_held(session, row, lease):
            return False
        assert row is not None
        row.until = real_time(session) + LENGTH
        session.add(row)
        return True


@repeatable
def release(register: "Register", lease: Lease) -> None:
    """Let it go: another may act at once."""
    with register.bookkeeping() as session:
        row = session.get(LeaseRow, (lease.crisis, lease.what), with_for_update=True)
        if row and row.owner == lease.owner:
            session.delete(row)


@contextmanager
def held(register: "Register", lease: Lease, beat: float = BEAT_SECONDS) -> Iterator[bool]:
    """Hold it while this is done, if nobody else does; whether it is held. A thread extends it, and dies with the process."""
    if not take(register, lease):
        yield False
        return
    over = threading.Event()
    keeper = keep(register, lease, over, beat)
    try:
        yield True
    finally:
        over.set()
        keeper.join()
        release(register, lease)


def keep(register: "Register", lease: Lease, over: threading.Event, beat: float = BEAT_SECONDS) -> threading.Thread:
    """Extend it until this is over, in a thread that dies with the process: a frozen process must not look alive."""
    keeper = threading.Thread(target=_keep, args=(register, lease, beat, over), daemon=True)
    keeper.start()
    return keeper


def _keep(register: "Register", lease: Lease, beat: float, over: threading.Event) -> None:
    while not over.wait(beat):
        with suppress(RegisterTrouble):  # it may be back before the lease runs out
            if not extend(register, lease):
                return


def revoke(session: Session, crisis: str, what: str) -> None:
    """Take it from a process that is known to be dead, or is treated as if it were."""
    if row := session.get(LeaseRow, (crisis, what)):
        session.delete(row)


def is_held_by_anyone(register: "Register", crisis: str, what: str) -> bool:
    """Whether some process acts for it now."""
    with register.read() as session:
        row = session.get(LeaseRow, (crisis, what))
        return row is not None and _is_running(row, real_time(session))


def check_held(session: Session, lease: Lease) -> None:
    """Within the write that it allows. Raises LeaseLost."""
    row = session.get(LeaseRow, (lease.crisis, lease.what), with_for_update=True)
    if not _is_held(session, row, lease):
        raise LeaseLost(f"{lease.crisis}/{lease.what}")


def _is_held(session: Session, row: LeaseRow | None, lease: Lease) -> bool:
    return row is not None and row.owner == lease.owner and row.until > real_time(session)


def _is_running(row: LeaseRow, now: datetime) -> bool:
    """For others than its owner. One that lasts longer than any was taken before the clock was set back: it says nothing."""
    return now < row.until <= now + 2 * LENGTH
