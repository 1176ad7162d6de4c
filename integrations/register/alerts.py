"""Alerts in the register: queued with the fact, claimed before sending, stamped after success.

Delivery is at least once: a claim that its worker did not live to stamp runs out and is taken up again.
Times here are real time: they are about connections, not about the crisis.
"""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CursorResult, and_, func, or_, update
from sqlmodel import Session, col, select

from crisis.alerts import Alert, Channel, Event, Notice, Urgency, alerts_for
from crisis.passes import Grant
from crisis.plan import Plan
from crisis.record import Moment, Record
from integrations.register import audit
from integrations.register.tables import AlertRow

if TYPE_CHECKING:
    from integrations.register.engine import Register


class Delivery(StrEnum):
    """How far an alert has come."""

    QUEUED = "wacht"
    SENDING = "onderweg"
    DELIVERED = "bezorgd"
    DEAD = "onbestelbaar"
    HELD = "vastgehouden"
    """It came with a restored back-up and may have been sent since: it never goes out by itself."""


class Claimed(Record):
    """An alert that one worker holds for a while."""

    id: int
    alert: Alert
    crisis: str | None
    created_at: Moment
    attempts: int
    """This one included: counted before sending, so that a message that kills its sender cannot loop."""


class Trace(Record):
    """What became of an alert."""

    key: str
    channel: Channel
    to: str
    event: Event
    state: Delivery
    attempts: int
    sent_at: Moment | None
    receipt: str | None
    last_error: str | None


def queue(session: Session, notice: Notice, plan: Plan, crisis: str | None, now: datetime) -> None:
    """Write the alerts that follow from a notice; a key that is there already is not written again.

    Each carries the head of the audit trail, the fact's own entry included: so it is known outside.
    """
    facts = notice.facts | {"head": str(audit.head_in(session))}
    alerts = alerts_for(notice.model_copy(update={"facts": facts}), plan)
    known = set(session.exec(select(AlertRow.key).where(col(AlertRow.key).in_([alert.key for alert in alerts]))))
    session.add_all(_row(alert, crisis, now) for alert in alerts if alert.key not in known)


def is_known(session: Session, key_begins: str) -> bool:
    """Whether an alert whose key begins like this was queued before."""
    known = select(AlertRow.id).where(col(AlertRow.key).startswith(key_begins, autoescape=True)).limit(1)
    return session.exec(known).first() is not None


def claim(register: "Register", worker: str, limit: int, lease: timedelta) -> tuple[Claimed, ...]:
    """Take up to `limit` alerts that are due, the urgent first, for the length of the lease."""
    real = datetime.now(UTC)
    due = or_(
        and_(col(AlertRow.state) == Delivery.QUEUED, col(AlertRow.next_at) <= real),
        and_(col(AlertRow.state) == Delivery.SENDING, col(AlertRow.claimed_until) <= real),
    )
    with register.read() as session:
        if session.exec(select(AlertRow.id).where(due).limit(1)).first() is None:
            return ()
    with register.bookkeeping() as session:
        order = (col(AlertRow.urgency) != Urgency.HIGH, col(AlertRow.id))
        ids = session.exec(select(AlertRow.id).where(due).order_by(*order).limit(limit)).all()
        rows = session.scalars(
            update(AlertRow)
            .where(col(AlertRow.id).in_(ids), due)
            .values(
                state=Delivery.SENDING,
                claimed_by=worker,
                claimed_until=real + lease,
                attempts=col(AlertRow.attempts) + 1,
            )
            .returning(AlertRow)
        ).all()
        return tuple(sorted((_claimed(row) for row in rows), key=lambda c: (c.alert.urgency != Urgency.HIGH, c.id)))


def stamp_delivered(register: "Register", worker: str, claimed: Claimed, receipt: str) -> None:
    """Sent means sent: after success, and only by the worker that holds it."""
    _release(register, worker, claimed, state=Delivery.DELIVERED, sent_at=datetime.now(UTC), receipt=receipt[:500])


def put_back(register: "Register", worker: str, claimed: Claimed, wait: timedelta, why: str) -> None:
    """Try again after this long."""
    _release(register, worker, claimed, state=Delivery.QUEUED, next_at=datetime.now(UTC) + wait, last_error=why[:500])


def mark_dead(register: "Register", worker: str, claimed: Claimed, plan: Plan, why: str, now: datetime) -> None:
    """It cannot be delivered: it stays visible, and those on duty hear of it, by mail and by Slack."""
    with register.bookkeeping() as session:
        if not _held(session, worker, claimed, state=Delivery.DEAD, last_error=why[:500]):
            return
        if claimed.alert.event is not Event.UNDELIVERABLE:
            facts = {"to": claimed.alert.to, "channel": claimed.alert.channel, "event": claimed.alert.event, "why": why[:200]}
            notice = Notice(event=Event.UNDELIVERABLE, key=claimed.alert.key, facts=claimed.alert.facts | facts)
            queue(session, notice, plan, claimed.crisis, now)


def hold_all(session: Session, why: str) -> tuple[Trace, ...]:
    """Let nothing that waits go out, but keep it in sight with the reason; returns what is held because of this."""
    waiting = col(AlertRow.state).in_([Delivery.QUEUED, Delivery.SENDING])
    changes = {"state": Delivery.HELD, "claimed_by": None, "claimed_until": None, "last_error": why[:500]}
    held = session.scalars(update(AlertRow).where(waiting).values(changes).returning(AlertRow)).all()
    return tuple(_trace(row) for row in sorted(held, key=lambda row: row.id or 0))


def traces(register: "Register", crisis: str | None = None) -> tuple[Trace, ...]:
    """What became of every alert, of one crisis or of all."""
    wanted = select(AlertRow).order_by(col(AlertRow.id))
    if crisis is not None:
        wanted = wanted.where(AlertRow.crisis == crisis)
    with register.read() as session:
        return tuple(_trace(row) for row in session.exec(wanted))


def counted(register: "Register") -> dict[Channel, dict[Delivery, int]]:
    """How many alerts per channel and state, every state named."""
    with register.read() as session:
        found = session.exec(
            select(AlertRow.channel, AlertRow.state, func.count()).group_by(AlertRow.channel, AlertRow.state)
        ).all()
    numbers = {(channel, state): number for channel, state, number in found}
    return {channel: {state: numbers.get((channel, state), 0) for state in Delivery} for channel in Channel}


def oldest_waiting(register: "Register") -> datetime | None:
    """Since when the alert that has been due longest has been waiting (real time); None when nothing is due."""
    with register.read() as session:
        return session.exec(
            select(func.min(AlertRow.next_at)).where(
                col(AlertRow.state).in_([Delivery.QUEUED, Delivery.SENDING]), col(AlertRow.next_at) <= datetime.now(UTC)
            )
        ).one()


def _release(register: "Register", worker: str, claimed: Claimed, **changes: object) -> None:
    with register.bookkeeping() as session:
        _held(session, worker, claimed, **changes)


def _held(session: Session, worker: str, claimed: Claimed, **changes: object) -> bool:
    """Change the row if this worker still holds this very claim; a late worker changes nothing."""
    result = session.execute(
        update(AlertRow)
        .where(
            col(AlertRow.id) == claimed.id,
            col(AlertRow.claimed_by) == worker,
            col(AlertRow.attempts) == claimed.attempts,
            col(AlertRow.state) == Delivery.SENDING,
        )
        .values(claimed_by=None, claimed_until=None, **changes)
    )
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


def _row(alert: Alert, crisis: str | None, now: datetime) -> AlertRow:
    return AlertRow(
        **alert.model_dump(mode="json"),
        crisis=crisis,
        created_at=now,
        state=Delivery.QUEUED,
        next_at=datetime.now(UTC),
    )


def _claimed(row: AlertRow) -> Claimed:
    assert row.id is not None
    alert = Alert(
        key=row.key,
        event=Event(row.event),
        channel=Channel(row.channel),
        to=row.to,
        address=row.address,
        language=row.language,
        urgency=Urgency(row.urgency),
        facts=row.facts,
        grant=Grant.model_validate(row.grant) if row.grant else None,
    )
    return Claimed(id=row.id, alert=alert, crisis=row.crisis, created_at=row.created_at, attempts=row.attempts)


def _trace(row: AlertRow) -> Trace:
    return Trace.model_validate(row.model_dump(include=set(Trace.model_fields)))
