"""The business clock: an offset and a speed, read by every process from the register.

Rules, due times and rehearsals follow it. It can be moved only where the plan in force is not a real one.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlmodel import Session, func, select

from crisis.errors import InvalidInput, RealClock
from crisis.life import Phase
from crisis.plan import Plan
from integrations.register import rows
from integrations.register.tables import ClockRow, CrisisRow

if TYPE_CHECKING:
    from integrations.register.engine import Deed, Register


def real_time(session: Session) -> datetime:
    """The world's time by the clock of the database, which all processes share; SQLite's is that of this machine."""
    if rows.connection_of(session).dialect.name == "sqlite":
        return datetime.now(UTC)
    ((now,),) = rows.ask(session, _CLOCK, {})
    moment: datetime = now
    return moment.astimezone(UTC)


_CLOCK = select(func.clock_timestamp())


def now_in(session: Session) -> datetime:
    """The time on the business clock."""
    return _read(session)[0]


def ticking_in(session: Session) -> Callable[[], datetime]:
    """The business clock, read once and going on from there: for who asks it hundreds of times within a minute."""
    began, speed = _read(session)
    since = time.monotonic()
    return lambda: began + timedelta(seconds=time.monotonic() - since) * speed


def _read(session: Session) -> tuple[datetime, float]:
    """The time on it, and its speed."""
    row = session.exec(select(ClockRow)).first()
    real = real_time(session)
    return (real, 1.0) if row is None else (row.anchor_business + (real - row.anchor_real) * row.speed, row.speed)


def move(register: "Register", plan: Plan, to: datetime, deed: "Deed", speed: float = 1.0) -> None:
    """Set the business clock to this moment, from where it runs `speed` times as fast as the world's.

    Raises:
        RealClock: the plan is a real one, or a real crisis is open in this register.
        InvalidInput: time would run backwards, or stand still.

    """
    before = register.now()
    with register.write(deed, "klok.verzetten", plan.id, to) as writing:
        writing.payload = {"to": to, "speed": speed}
        if real := [plan.id] * plan.is_real or _real_crises(writing.session):
            raise RealClock(plan=real[0])
        row = writing.session.exec(select(ClockRow)).first()
        if speed <= 0 or (row is not None and to < before):
            raise InvalidInput(problems=[("clock", "backwards")])
        row = row or ClockRow(id=1, anchor_real=to, anchor_business=to, speed=speed)
        row.anchor_real, row.anchor_business, row.speed = real_time(writing.session), to, speed
        writing.session.add(row)


def _real_crises(session: Session) -> list[str]:
    still_open = session.exec(select(CrisisRow).where(CrisisRow.phase != Phase.CLOSED))
    return [row.slug for row in still_open if Plan.model_validate(row.plan).is_real]
