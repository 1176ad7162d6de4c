"""A meeting: convened, prepared, held, recorded (vergadering)."""

from datetime import datetime, timedelta
from enum import StrEnum

from crisis.actions import ActionItem, NewAction
from crisis.decisions import Decision, DecisionKind, NewDecision
from crisis.errors import (
    AlreadyRecorded,
    HigherBodyActive,
    InvalidInput,
    NoHigherBody,
    NotYetInvited,
    OnlyAdvice,
)
from crisis.plan import Plan
from crisis.record import Moment, Record, Text
from crisis.situation import Picture
from crisis.structure import Body


class Stage(StrEnum):
    """How far a meeting has come."""

    CONVENED = "bijeengeroepen"
    INVITED = "uitgenodigd"
    RECORDED = "vastgelegd"


class Direction(StrEnum):
    """What the body concludes about the level of the crisis."""

    UP = "opschalen"
    HOLD = "handhaven"
    DOWN = "afschalen"


class Outcome(Record):
    """What came of a meeting (uitkomst), as its secretary records it."""

    direction: Direction
    summary: Text
    decisions: tuple[NewDecision, ...] = ()
    actions: tuple[NewAction, ...] = ()
    next_meeting_at: Moment | None = None
    """The follow-up appointment (vervolgafspraak, R16); without one the plan's rhythm holds."""


class Meeting(Record):
    """One meeting of one body."""

    crisis: str
    body: Body
    number: int
    stage: Stage
    convened_at: Moment
    planned_at: Moment
    invited_at: Moment | None = None
    next_reminder_at: Moment | None = None
    """When its outcome is asked for again; none before the invitation, and none once it is recorded."""
    recorded_at: Moment | None = None
    recorded_by: str | None = None
    direction: Direction | None = None
    summary: str | None = None
    next_meeting_at: Moment | None = None
    initiative: str | None = None
    """By whose initiative it was called together (R05, R09)."""
    consulted: str | None = None
    """Who was consulted before."""

    @property
    def key(self) -> str:
        """What makes it this meeting: `asiel-2022/IAO/1`."""
        return f"{self.crisis}/{self.body}/{self.number}"

    @property
    def label(self) -> str:
        """What people call it: `IAO 1`."""
        return f"{self.body} {self.number}"

    @property
    def is_open(self) -> bool:
        """Whether its outcome is still awaited."""
        return self.stage is not Stage.RECORDED

    def waited_for(self, now: datetime) -> timedelta:
        """How long its outcome has been waited for: since the hour of the meeting."""
        return now - self.planned_at

    def must_be_reminded(self, now: datetime) -> bool:
        """Its outcome stays out, and was not asked for again lately. A moment that passed unseen still counts."""
        return self.stage is Stage.INVITED and self.next_reminder_at is not None and now >= self.next_reminder_at

    def recorded(self, outcome: Outcome, by: str, at: datetime, next_meeting_at: datetime | None) -> "Meeting":
        """The same meeting, once its outcome is recorded."""
        return self.model_copy(
            update={
                "stage": Stage.RECORDED,
                "recorded_at": at,
                "recorded_by": by,
                "direction": outcome.direction,
                "summary": outcome.summary,
                "next_meeting_at": next_meeting_at,
                "next_reminder_at": None,
            }
        )


def check_outcome(meeting: Meeting, outcome: Outcome, levels: frozenset[Body], plan: Plan, now: datetime) -> None:
    """Whether this outcome may be recorded for this meeting.

    Raises:
        AlreadyRecorded: somebody was first.
        NotYetInvited: there are no papers to decide on.
        NoHigherBody: the MCCb cannot scale up.
        HigherBodyActive: only the highest active body scales down.
        OnlyAdvice: the IAO advises; it does not decide (R11).
        InvalidInput: an action item without a person of the plan, or due before it is recorded.

    """
    if meeting.stage is Stage.RECORDED:
        raise AlreadyRecorded(meeting=meeting.label, by=meeting.recorded_by, at=meeting.recorded_at)
    if meeting.stage is Stage.CONVENED:
        raise NotYetInvited(meeting=meeting.label)
    if outcome.direction is Direction.UP and meeting.body.higher is None:
        raise NoHigherBody(body=meeting.body)
    highest = max(levels | {meeting.body}, key=lambda body: body.rank)
    if outcome.direction is Direction.DOWN and highest is not meeting.body:
        raise HigherBodyActive(body=meeting.body, higher=highest)
    if not meeting.body.may_decide and any(d.kind is DecisionKind.DECISION for d in outcome.decisions):
        raise OnlyAdvice(body=meeting.body)
    if problems := list(_problems(meeting, outcome, plan, now)):
        raise InvalidInput(problems=problems)


def _problems(meeting: Meeting, outcome: Outcome, plan: Plan, now: datetime) -> list[tuple[str, str]]:
    problems = []
    for index, action in enumerate(outcome.actions, start=1):
        if action.owner not in plan.people:
            problems.append((f"actions.{index}.owner", "not_in_plan"))
        if action.due_at <= now:
            problems.append((f"actions.{index}.due_at", "in_the_past"))
    if outcome.next_meeting_at and outcome.next_meeting_at <= meeting.planned_at:
        problems.append(("next_meeting_at", "in_the_past"))
    return problems


class Papers(Record):
    """What a body has before it when it meets, frozen at the invitation (vergaderstukken)."""

    picture: Picture
    decisions: tuple[Decision, ...]
    actions: tuple[ActionItem, ...]
    """What is still open or reported, and not yet closed."""
    frozen_at: Moment
