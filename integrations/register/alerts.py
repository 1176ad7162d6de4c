"""Alerts in the register: queued with the fact, claimed before sending, stamped after success.

Delivery is at least once: a claim that its worker did not live to stamp runs out and is taken up again.
Times here are real time by the clock of the database: they are about connections, not about the crisis.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
from pydantic import TypeAdapter
from pydantic_core import to_jsonable_python
from sqlalchemy import ColumnElement, Row, String, Update, and_, bindparam, func, literal_column, null, or_, update
from sqlmodel import Session, col, select

from crisis.alerts import Alert, Channel, Event, Facts, Hearer, Notice, Urgency, granted, hearers
from crisis.audit import Head
from crisis.errors import NoSuchAlert
from crisis.passes import Grant
from crisis.plan import Plan
from crisis.record import Moment, Record
from integrations.register import audit, rows
from integrations.register.clock import real_time
from integrations.register.columns import utc_text
from integrations.register.tables import AlertRow
from integrations.register.trouble import repeatable

if TYPE_CHECKING:
    from integrations.register.engine import Deed, Register


class Delivery(StrEnum):
    """How far an alert has come."""

    QUEUED = "wacht"
    SENDING = "onderweg"
    DELIVERED = "bezorgd"
    DEAD = "onbestelbaar"
    HELD = "vastgehouden"
    """It came with a restored back-up and may have been sent since: it never goes out by itself."""


class Claimed(NamedTuple):
    """An alert that one worker holds for a while."""

    id: int
    alert: Alert
    crisis: str | None
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


def queue(session: Session, told: Sequence[tuple[Notice, Plan, str | None]], now: datetime, head: Head, real: datetime) -> None:
    """Write the alerts that follow from notices; a key that is there already is not written again.

    Each carries the head of the audit trail, the fact's own entry included: so it is known outside.
    """
    if not told:
        return
    mark, always = str(head), (utc_text(now), str(Delivery.QUEUED), 0, utc_text(real))
    queued = []
    for notice, plan, crisis in told:
        facts = _plain_json(notice.facts | {"marking": plan.marking, "head": mark})  # all of them tell the same
        for hearer in hearers(notice, plan):
            authority = granted(notice, hearer)
            grant = _plain_json(authority) if authority else None
            queued.append((notice.key + hearer.ending, *hearer[1:7], crisis, facts, grant, *always))
    rows.add_as_they_are(session, AlertRow, _QUEUED, queued, unless="key")


def is_known(session: Session, key_begins: str) -> bool:
    """Whether an alert whose key begins like this was queued before."""
    known = select(AlertRow.id).where(col(AlertRow.key).startswith(key_begins, autoescape=True)).limit(1)
    return session.exec(known).first() is not None


def grants_sent(session: Session, key_begins: str) -> tuple[Grant, ...]:
    """The links that went out, or will, with alerts whose key begins like this."""
    found = select(AlertRow.grant).where(
        col(AlertRow.key).startswith(key_begins, autoescape=True), col(AlertRow.grant).is_not(None)
    )
    return tuple(_GRANT.validate_python(grant) for grant in session.exec(found))


@repeatable
def claim(register: "Register", worker: str, limit: int, lease: timedelta) -> tuple[Claimed, ...]:
    """Take up to `limit` alerts that are due, the urgent first, for the length of the lease.

    Two workers share the work: on PostgreSQL each passes over what the other is just taking.
    """
    with register.bookkeeping() as session:
        real = real_time(session)
        asked = {"real": real, "a_worker": worker, "until": real + lease, "at_most": limit}
        rows = session.connection().execute(_CLAIM, asked).all()
    return tuple(sorted(map(_claimed, rows), key=lambda c: (c.alert.urgency is not Urgency.HIGH, c.id)))


@repeatable
def extend(register: "Register", worker: str, held: Sequence[Claimed], lease: timedelta) -> frozenset[int]:
    """Hold these for longer; returns the ids of those that this worker does hold still."""
    with register.bookkeeping() as session:
        until = real_time(session) + lease
        numbers = {claimed.id: claimed.attempts for claimed in held}
        rows = session.execute(
            update(_ALERT)
            .where(
                _ALERT.c.id.in_(numbers),
                _ALERT.c.claimed_by == worker,
                _ALERT.c.state == Delivery.SENDING,
            )
            .values(claimed_until=until)
            .returning(_ALERT.c.id, _ALERT.c.attempts)
        )
        return frozenset(row.id for row in rows if row.attempts == numbers[row.id])


@repeatable
def stamp_delivered(register: "Register", worker: str, sent: Sequence[tuple[Claimed, str]]) -> None:
    """Sent means sent: after success, with the receipt, and only by the worker that holds it. All at once."""
    with register.bookkeeping() as session:
        now = real_time(session)
        stamps = [_held(worker, claimed) | {"at": now, "receipt_of": receipt[:500]} for claimed, receipt in sent]
        rows.run(session, _STAMP, stamps)


@repeatable
def put_back(register: "Register", worker: str, claimed: Claimed, wait: timedelta, why: str) -> None:
    """Try again after this long."""
    with register.bookkeeping() as session:
        again = {"again_at": real_time(session) + wait, "why": why[:500]}
        rows.run(session, _PUT_BACK, [_held(worker, claimed) | again])


@repeatable
def mark_dead(register: "Register", worker: str, claimed: Claimed, plan: Plan, why: str, now: datetime) -> None:
    """It cannot be delivered: it stays visible, and those on duty hear of it, by mail and by Slack."""
    with register.bookkeeping() as session:
        is_held = rows.run(session, _BURY, [_held(worker, claimed) | {"why": why[:500]}]) == 1
        if is_held and claimed.alert.event is not Event.UNDELIVERABLE:
            facts = {"to": claimed.alert.to, "channel": claimed.alert.channel, "event": claimed.alert.event, "why": why[:200]}
            notice = Notice(event=Event.UNDELIVERABLE, key=claimed.alert.key, facts=claimed.alert.facts | facts)
            queue(session, [(notice, plan, claimed.crisis)], now, audit.head_in(session), real_time(session))


def hold_all(session: Session, why: str) -> tuple[Trace, ...]:
    """Let nothing that waits go out, but keep it in sight with the reason; returns what is held because of this."""
    waiting = col(AlertRow.state).in_([Delivery.QUEUED, Delivery.SENDING])
    changes = {"state": Delivery.HELD, "claimed_by": None, "claimed_until": None, "last_error": why[:500]}
    held = session.scalars(update(AlertRow).where(waiting).values(changes).returning(AlertRow)).all()
    return tuple(_trace(row) for row in sorted(held, key=lambda row: row.id or 0))


def held(register: "Register") -> tuple[Trace, ...]:
    """What came with a back-up and waits for somebody to release it."""
    with register.read() as session:
        found = session.exec(select(AlertRow).where(AlertRow.state == Delivery.HELD).order_by(col(AlertRow.id)))
        return tuple(_trace(row) for row in found)


@repeatable
def release(register: "Register", key: str, deed: "Deed", now: datetime) -> Trace:
    """Let one alert that is held go out after all; what is not held stays as it is.

    Raises:
        NoSuchAlert: there is none with this key.

    """
    with register.write(deed, "alert.vrijgeven", key, now) as writing:
        row = writing.session.exec(select(AlertRow).where(AlertRow.key == key)).first()
        if row is None:
            raise NoSuchAlert(key=key)
        writing.is_repeat = row.state != Delivery.HELD
        if not writing.is_repeat:
            row.state, row.attempts, row.next_at = Delivery.QUEUED, 0, real_time(writing.session)
            writing.session.add(row)
        return _trace(row)


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
                col(AlertRow.state).in_([Delivery.QUEUED, Delivery.SENDING]), col(AlertRow.next_at) <= real_time(session)
            )
        ).one()


_GRANT = TypeAdapter(Grant)
_EVENTS = {event.value: event for event in Event}
_CHANNELS = {channel.value: channel for channel in Channel}
_URGENCIES = {urgency.value: urgency for urgency in Urgency}

_ALERT = rows.table_of(AlertRow)
_FIELDS = (
    *("id", "crisis", "attempts"),
    *("grant", "key", "to", "address", "language", "facts", "event", "channel", "urgency"),
)
_CLAIMED = [_ALERT.c[name] for name in _FIELDS]


def _word(state: StrEnum) -> ColumnElement[str]:
    """As part of the statement itself: a value that never changes need not be given each time."""
    return literal_column(f"'{state}'", String)


_DUE = or_(
    and_(_ALERT.c.state == _word(Delivery.QUEUED), _ALERT.c.next_at <= bindparam("real")),
    and_(_ALERT.c.state == _word(Delivery.SENDING), _ALERT.c.claimed_until <= bindparam("real")),
)
"""Waiting for its moment that has come, or held by a worker that did not live to say what came of it."""

_TAKEN = (
    select(_ALERT.c.id)
    .where(_DUE)
    .order_by(_ALERT.c.urgency != _word(Urgency.HIGH), _ALERT.c.id)
    .limit(bindparam("at_most"))
    .with_for_update(skip_locked=True)
    .cte("taken")
)
_CLAIM = (
    update(_ALERT)
    .where(_ALERT.c.id.in_(select(_TAKEN.c.id)))
    .values(
        state=_word(Delivery.SENDING),
        claimed_by=bindparam("a_worker"),
        claimed_until=bindparam("until"),
        attempts=_ALERT.c.attempts + literal_column("1"),
    )
    .returning(*_CLAIMED)
)


def _release(state: Delivery, **changes: object) -> Update:
    """Change the row if this worker holds it; a late worker changes nothing."""
    return (
        update(_ALERT)
        .where(
            _ALERT.c.id == bindparam("an_id"),
            _ALERT.c.claimed_by == bindparam("a_worker"),
            _ALERT.c.state == _word(Delivery.SENDING),
        )
        .values(state=_word(state), claimed_by=null(), claimed_until=null(), **changes)
    )


_THIS_CLAIM = _ALERT.c.attempts == bindparam("an_attempt")
_STAMP = _release(Delivery.DELIVERED, sent_at=bindparam("at"), receipt=bindparam("receipt_of"))
"""Also where the same worker has claimed it anew meanwhile: it was sent."""
_PUT_BACK = _release(Delivery.QUEUED, next_at=bindparam("again_at"), last_error=bindparam("why")).where(_THIS_CLAIM)
_BURY = _release(Delivery.DEAD, last_error=bindparam("why")).where(_THIS_CLAIM)


def _held(worker: str, claimed: Claimed) -> dict[str, object]:
    return {"an_id": claimed.id, "a_worker": worker, "an_attempt": claimed.attempts}


def _plain_json(facts: Facts) -> str:
    """Of what is made in numbers: texts, moments and small numbers of ours, in a third of the time of `json_text`."""
    return orjson.dumps(facts, to_jsonable_python).decode()


_QUEUED = ("key", *Hearer._fields[1:7], "crisis", "facts", "grant", "created_at", "state", "attempts", "next_at")


def _claimed(row: Row[Any]) -> Claimed:
    """As it was queued, and not looked through once more: that would cost more than the claim."""
    id_, crisis, attempts, grant, key, to, address, language, facts, event, channel, urgency = tuple(row)
    alert = Alert(
        key=key,
        event=_EVENTS[event],
        channel=_CHANNELS[channel],
        to=to,
        address=address,
        language=language,
        urgency=_URGENCIES[urgency],
        facts=facts,
        grant=_GRANT.validate_python(grant) if grant else None,
    )
    return Claimed(id=id_, alert=alert, crisis=crisis, attempts=attempts)


def _trace(row: AlertRow) -> Trace:
    return Trace.model_validate(row.model_dump(include=set(Trace.model_fields)))
