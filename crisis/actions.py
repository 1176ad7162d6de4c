"""Action items: opened, reminded, escalated, reported, verified, closed (actiepunten)."""

from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from pydantic import Field

from crisis.decisions import Secrecy
from crisis.errors import AlreadyHandled, NotReported, OwnWork
from crisis.plan import Plan
from crisis.record import Line, Moment, Record, Text
from crisis.structure import Body


class Priority(StrEnum):
    """How soon it matters."""

    LOW = "laag"
    NORMAL = "normaal"
    HIGH = "hoog"


class ActionKind(StrEnum):
    """What sort of promise it is; all are followed in the same way until they are closed."""

    ACTION = "actiepunt"
    COMMITMENT = "toezegging van het Rijk"
    """To a region, municipality or partner: what the Rijk promised is tracked as what it asked (E12)."""
    PROMISE = "toezegging aan de Kamer"
    AFTERCARE = "nazorg"
    """On the list for aftercare when the structure scales down (R20)."""
    EVALUATION = "evaluatie"
    """The evaluation that the handbook prescribes (R20; NHC 2016, VIII)."""

    @property
    def is_after(self) -> bool:
        """Whether it is for after the crisis: what regions and members are told when the structure scales down."""
        return self in (ActionKind.AFTERCARE, ActionKind.EVALUATION)

    @property
    def is_to_somebody(self) -> bool:
        """Whether it must say to whom it was promised."""
        return self is ActionKind.COMMITMENT


class ActionState(StrEnum):
    """Where an action item stands."""

    OPEN = "open"
    REPORTED = "gereed gemeld"
    CLOSED = "afgesloten"


class NewAction(Record):
    """An action item as the secretary writes it down."""

    title: Line
    owner: str
    """The person in the plan who promises it: one, and accountable (E08)."""
    due_at: Moment
    priority: Priority = Priority.NORMAL
    kind: ActionKind = ActionKind.ACTION
    to: Line | None = None
    """To whom it was promised: the partner, or the House."""
    decision: int | None = Field(default=None, ge=1)
    """The decision from which it follows, counted from one in the same outcome (opdracht; R17)."""


class Place(NamedTuple):
    """Where an action item stands: its number in the crisis, and the meeting that it comes from."""

    number: int
    body: Body
    meeting: int


class ActionItem(NewAction):
    """Something that one owner promised to do (actiepunt)."""

    crisis: str
    number: int
    body: Body
    meeting: int
    decision: int | None = None
    """The number in the crisis of the decision from which it follows."""
    secrecy: Secrecy = Secrecy.CONFIDENTIAL
    """That of its decision (R22)."""
    opened_at: Moment
    state: ActionState = ActionState.OPEN
    next_reminder_at: Moment
    escalated_at: Moment | None = None
    evidence: Text | None = None
    reported_at: Moment | None = None
    reported_by: str | None = None
    """Who really did: the owner, or a deputy."""
    closed_at: Moment | None = None
    closed_by: str | None = None

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place(self.number, self.body, self.meeting)

    @property
    def is_open(self) -> bool:
        """Whether its owner still has it in hand."""
        return self.state is ActionState.OPEN

    def must_be_reminded(self, now: datetime) -> bool:
        """Open, and left alone for at least the plan's interval. A moment that passed unseen still counts."""
        return self.is_open and now >= self.next_reminder_at

    def must_be_escalated(self, now: datetime) -> bool:
        """Open, overdue, and not yet put before the body's chair."""
        return self.is_open and now >= self.due_at and self.escalated_at is None


def first_reminder(opened_at: datetime, due_at: datetime, plan: Plan) -> datetime:
    """The plan's lead before the due time; halfway where the term is shorter than that."""
    return due_at - min(plan.action_items.remind_before, (due_at - opened_at) / 2)


def next_reminder(item: ActionItem, now: datetime, plan: Plan) -> datetime:
    """When to ask again: after the plan's interval, and in any case once it is due."""
    again = now + plan.action_items.remind_every
    return item.due_at if now < item.due_at < again else again


@lru_cache(1024)
def verifier(owner: str, body: Body, plan: Plan, reporter: str | None = None) -> str:
    """Who closes an item of this owner: the secretary of the body; else its chair, else the first member.

    Never its owner, nor who reported it: who has it may be another than who did it, once it was handed over.
    """
    seat = plan.bodies[body]
    others = (person for person in (seat.secretary, seat.chair, *seat.members) if person not in (owner, reporter))
    return next(others, seat.chair)


def check_report(item: ActionItem) -> None:
    """Whether it may be reported done.

    Raises:
        AlreadyHandled: it was reported or closed before.

    """
    if not item.is_open:
        raise _already_handled(item)


def check_verification(item: ActionItem, person: str) -> None:
    """Whether this person may close it, or send it back.

    Raises:
        AlreadyHandled: it was closed before.
        NotReported: its owner has not reported it done.
        OwnWork: its owner cannot verify it, nor can a deputy who reported it.

    """
    if item.state is ActionState.CLOSED:
        raise _already_handled(item)
    if item.state is not ActionState.REPORTED:
        raise NotReported(number=item.number)
    if person in (item.owner, item.reported_by):
        raise OwnWork(person=person, number=item.number)


def _already_handled(item: ActionItem) -> AlreadyHandled:
    by, at = (item.closed_by, item.closed_at) if item.closed_at else (item.owner, item.reported_at)
    return AlreadyHandled(number=item.number, state=item.state, by=by, at=at)


PASS_LIFETIME_AFTER_DUE = timedelta(days=30)
"""How long after its due time an action item's links keep working: overdue work must still be reported."""
