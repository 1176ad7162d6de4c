"""A meeting: convened, prepared, held, recorded (vergadering)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum

from crisis.actions import ActionItem, ActionKind, NewAction, Priority
from crisis.agenda import AgendaItem
from crisis.attendance import Present, problems_of_attendance
from crisis.decisions import (
    AdviceGiven,
    Decision,
    Known,
    NewDecision,
    Secrecy,
    problems_of,
    settled_by,
    still_intended,
    touched_twice,
)
from crisis.errors import (
    AlreadyProposed,
    AlreadyRecorded,
    HigherBodyActive,
    InvalidInput,
    NoHigherBody,
    NothingProposed,
    NotYetInvited,
    OnlyAdvice,
    OwnConfirmation,
    PreviousRound,
)
from crisis.plan import Plan
from crisis.record import Moment, Record, Text
from crisis.requests import Request
from crisis.scaling_down import LooseEnds, ScaleDown, problems_of_gate, undecided
from crisis.situation import Picture
from crisis.structure import Body, highest


class Stage(StrEnum):
    """How far a meeting has come."""

    CONVENED = "bijeengeroepen"
    INVITED = "uitgenodigd"
    PROPOSED = "ter bevestiging"
    """Recorded by the secretary, and not yet confirmed by the second person: nothing follows from it yet."""
    RECORDED = "vastgelegd"


class Direction(StrEnum):
    """What the body concludes about the level of the crisis."""

    UP = "opschalen"
    HOLD = "handhaven"
    DOWN = "afschalen"
    """This body leaves; those below stay."""
    END = "beëindigen"
    """All bodies leave at once, by decision of the highest: as on 22 September 2022 (R20)."""


class Outcome(Record):
    """What came of a meeting (uitkomst), as its secretary records it."""

    direction: Direction
    summary: Text
    decisions: tuple[NewDecision, ...] = ()
    actions: tuple[NewAction, ...] = ()
    next_meeting_at: Moment | None = None
    """The follow-up appointment (vervolgafspraak, R16); without one the plan's rhythm holds."""
    chair: str | None = None
    """Who led the meeting; the body's chair where nobody is named (R02)."""
    present: tuple[Present, ...] = ()
    scale_down: ScaleDown | None = None
    """What was settled, where the last body leaves the crisis (R20)."""


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
    proposed_at: Moment | None = None
    proposed_by: str | None = None
    """Who recorded what awaits confirmation."""
    recorded_at: Moment | None = None
    recorded_by: str | None = None
    confirmed_by: str | None = None
    """The second person, where two must look; never who recorded it."""
    chair: str | None = None
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
    def needs_second(self) -> bool:
        """Whether a second person confirms its outcome: for the MCCb two must look (four eyes)."""
        return self.body is Body.MCCB

    @property
    def secrecy(self) -> Secrecy:
        """That of its minutes: those of the MCCb are as secret as those of the Council of Ministers (R22)."""
        return Secrecy.SECRET if self.body is Body.MCCB else Secrecy.CONFIDENTIAL

    @property
    def is_open(self) -> bool:
        """Whether its outcome is still awaited."""
        return self.stage is not Stage.RECORDED

    def waited_for(self, now: datetime) -> timedelta:
        """How long its outcome has been waited for: since the hour of the meeting."""
        return now - self.planned_at

    def must_be_reminded(self, now: datetime) -> bool:
        """Its outcome stays out, and was not asked for again lately. A moment that passed unseen still counts."""
        return (
            self.stage in (Stage.INVITED, Stage.PROPOSED) and self.next_reminder_at is not None and now >= self.next_reminder_at
        )

    def reading_time(self) -> timedelta | None:
        """How long members had the papers before the hour of the meeting; None before the invitation."""
        return self.planned_at - self.invited_at if self.invited_at else None

    def has_short_reading_time(self, minutes: int) -> bool:
        """Whether members had the papers for less than these minutes, which the plan wants (E07: an hour, and no documents)."""
        read = self.reading_time()
        return read is not None and read < timedelta(minutes=minutes)

    def recorded(
        self, outcome: Outcome, by: str, at: datetime, next_meeting_at: datetime | None, confirmed_by: str | None = None
    ) -> "Meeting":
        """The same meeting, once its outcome is recorded."""
        return self.model_copy(
            update={
                "stage": Stage.RECORDED,
                "recorded_at": at,
                "recorded_by": by,
                "confirmed_by": confirmed_by,
                "proposed_at": None,
                "proposed_by": None,
                "chair": outcome.chair,
                "direction": outcome.direction,
                "summary": outcome.summary,
                "next_meeting_at": next_meeting_at,
                "next_reminder_at": None,
            }
        )


class Before(Record):
    """What was recorded before, and what is still open: all that an outcome is held against."""

    known: Known = Known()
    loose: LooseEnds = LooseEnds()
    activated: Body = Body.IAO
    """The highest body that was activated with the structure; asked for where one leaves."""


def levels_after(levels: frozenset[Body], body: Body, direction: Direction) -> frozenset[Body]:
    """The active levels once this body has concluded: the next one up joins, this one leaves, or all do."""
    match direction:
        case Direction.UP if body.higher:
            return levels | {body.higher}
        case Direction.DOWN:
            return levels - {body}
        case Direction.END:
            return frozenset()
        case _:
            return levels


def check_outcome(
    meeting: Meeting, outcome: Outcome, levels: frozenset[Body], plan: Plan, now: datetime, before: Before | None = None
) -> None:
    """Whether this outcome may be recorded for this meeting.

    Raises:
        AlreadyRecorded, AlreadyProposed: somebody was first.
        NotYetInvited: there are no papers to decide on.
        NoHigherBody: the MCCb cannot scale up.
        HigherBodyActive: only the highest active body scales down.
        OnlyAdvice: the IAO advises; it does not decide (R11).
        InvalidInput: a decision without what it must rest on (R08, R14, R17, R24), an action item without a person of the
            plan, of who has powers of their own and was not asked (R24), or due before it is recorded, a gate that is not
            passed (R20).

    """
    check_awaited(meeting)
    check_direction(meeting, outcome.direction, levels)
    if not meeting.body.may_decide and any(d.kind.decides for d in outcome.decisions):
        raise OnlyAdvice(body=meeting.body)
    if problems := list(_problems(meeting, outcome, levels, plan, now, before or Before())):
        raise InvalidInput(problems=problems)


def check_still_kept(outcome: Outcome, now: datetime) -> None:
    """Whether nothing of it was to be public by now: those to whom it goes hear of it only as it is confirmed (R15).

    Raises:
        InvalidInput: naming each decision of which that moment has passed.

    """
    problems = [
        (f"decisions.{place}.public_at", "r15_public")
        for place, decision in enumerate(outcome.decisions, start=1)
        if decision.public_at and decision.public_at < now
    ]
    if problems:
        raise InvalidInput(problems=problems)


def follow_of_itself(
    meeting: Meeting, outcome: Outcome, plan: Plan, now: datetime, activated_at: datetime | None = None
) -> tuple[NewAction, ...]:
    """The action items that nobody has to think of: the Council of Ministers (R07), and the letter to the House (R19).

    `activated_at`: of the crisis, where this is the first outcome in it; the House hears of the activation too. Items hang on
    a meeting, so that letter is on the list from then on, and is due as counted from the activation itself.
    """
    is_mccb = meeting.body is Body.MCCB
    if not is_mccb and activated_at is None:
        return ()
    final = [(n, d) for n, d in enumerate(outcome.decisions, start=1) if is_mccb and d.kind.decides and not d.is_intended]
    following = [_to_the_council(place, plan, now) for place, decision in final if decision.cannot_wait]
    subjects = ["de activering"] * (activated_at is not None) + [meeting.label] * bool(final)
    if subjects and plan.letters:
        following.append(_letter(" en ".join(subjects), plan.letters, _letter_due(activated_at or now, now)))
    return tuple(following)


def _to_the_council(decision: int, plan: Plan, now: datetime) -> NewAction:
    """What cannot wait goes to the Council of Ministers for information as soon as possible (R07; Stcrt. 2012, 9310, 4.2)."""
    return NewAction(
        title="Ter kennisneming naar de ministerraad: een besluit dat niet kon wachten (R07)",
        owner=plan.bodies[Body.MCCB].secretary,
        due_at=now + COUNCIL_WITHIN,
        priority=Priority.HIGH,
        decision=decision,
    )


def _letter(subject: str, writer: str, due_at: datetime) -> NewAction:
    """After the activation, and after a significant MCCb, the House gets a letter (R19)."""
    return NewAction(
        title=f"Brief aan de Tweede Kamer over {subject} (R19)",
        owner=writer,
        due_at=due_at,
        priority=Priority.HIGH,
        kind=ActionKind.PROMISE,
        to="Tweede Kamer",
    )


def _letter_due(since: datetime, now: datetime) -> datetime:
    """In 2022 within four days; where those have passed before anything was recorded, a day from now (R19)."""
    due_at = since + LETTER_WITHIN
    return due_at if due_at > now else now + LATE_LETTER_WITHIN


COUNCIL_WITHIN = timedelta(days=1)
LETTER_WITHIN = timedelta(days=4)
"""The longest that was seen in June 2022: 17 and 20 June the same day, 24 June the same day (domain notes, R19)."""
LATE_LETTER_WITHIN = timedelta(days=1)


def check_awaited(meeting: Meeting) -> None:
    """Whether an outcome is awaited. Raises AlreadyRecorded, AlreadyProposed, NotYetInvited."""
    if meeting.stage is Stage.RECORDED:
        raise AlreadyRecorded(meeting=meeting.label, by=meeting.recorded_by, at=meeting.recorded_at)
    if meeting.stage is Stage.PROPOSED:
        raise AlreadyProposed(meeting=meeting.label, by=meeting.proposed_by, at=meeting.proposed_at)
    if meeting.stage is Stage.CONVENED:
        raise NotYetInvited(meeting=meeting.label)


def check_direction(meeting: Meeting, direction: Direction, levels: frozenset[Body]) -> None:
    """Whether this body may conclude this. Raises NoHigherBody, HigherBodyActive."""
    if direction is Direction.UP and meeting.body.higher is None:
        raise NoHigherBody(body=meeting.body)
    leading = highest(levels | {meeting.body})
    if direction in (Direction.DOWN, Direction.END) and leading is not meeting.body:
        raise HigherBodyActive(body=meeting.body, higher=leading)


def check_confirmation(meeting: Meeting, person: str, secretary: str, asked_at: datetime) -> None:
    """Whether this person may confirm what was recorded, or send it back (four eyes). `asked_at`: when they got their link.

    Neither who recorded it may, nor the secretary on whose behalf a deputy did.

    Raises:
        AlreadyRecorded: it was confirmed before.
        NothingProposed: there is nothing to confirm.
        OwnConfirmation: nobody confirms what they recorded themselves.
        PreviousRound: the link is of what was recorded before, and sent back.

    """
    if meeting.stage is Stage.RECORDED:
        raise AlreadyRecorded(meeting=meeting.label, by=meeting.confirmed_by or meeting.recorded_by, at=meeting.recorded_at)
    if meeting.stage is not Stage.PROPOSED:
        raise NothingProposed(meeting=meeting.label)
    if person in (meeting.proposed_by, secretary):
        raise OwnConfirmation(person=person, what=meeting.label)
    if meeting.proposed_at is not None and asked_at < meeting.proposed_at:
        raise PreviousRound(at=meeting.proposed_at)


def _problems(
    meeting: Meeting, outcome: Outcome, levels: frozenset[Body], plan: Plan, now: datetime, before: Before
) -> Iterator[tuple[str, str]]:
    for place, decision in enumerate(outcome.decisions, start=1):
        for field, reason in problems_of(decision, meeting.body, before.known, plan, now):
            yield f"decisions.{place}.{field}", reason
    yield from ((f"decisions.{place}.{field}", reason) for place, field, reason in touched_twice(outcome.decisions))
    yield from _problems_of_actions(outcome, plan, now)
    if outcome.next_meeting_at and outcome.next_meeting_at <= meeting.planned_at:
        yield "next_meeting_at", "in_the_past"
    yield from problems_of_attendance(meeting.body, outcome.chair, outcome.present, outcome.decisions, plan)
    if not levels_after(levels, meeting.body, outcome.direction):
        yield from problems_of_gate(outcome.scale_down, outcome.actions, outcome.decisions, before.loose, plan)
    elif outcome.direction is Direction.DOWN:
        yield from _left_behind(meeting, outcome, before)
    if outcome.direction in (Direction.DOWN, Direction.END):
        staying = levels_after(levels, meeting.body, outcome.direction)
        yield from undecided(outcome.scale_down, outcome.decisions, meeting.body, staying, before.known, before.activated)


def _left_behind(meeting: Meeting, outcome: Outcome, before: Before) -> Iterator[tuple[str, str]]:
    """What a body that leaves must settle first: nobody decides in its name, nor comes back to what it intended (R20)."""
    own = [label for label in before.loose.meetings if label.startswith(f"{meeting.body} ")]
    yield from (("direction", f"r20_meeting:{label}") for label in own)
    settled = settled_by(outcome.decisions)
    intended = [d.number for d in still_intended(before.known.decisions) if d.body is meeting.body]
    yield from (("direction", f"r20_intended:{number}") for number in intended if number not in settled)
    for place, decision in enumerate(outcome.decisions, start=1):
        if decision.is_intended and decision.kind.decides:
            yield f"decisions.{place}.stage", "r20_no_body"


def _problems_of_actions(outcome: Outcome, plan: Plan, now: datetime) -> Iterator[tuple[str, str]]:
    for place, action in enumerate(outcome.actions, start=1):
        if action.owner not in plan.people:
            yield f"actions.{place}.owner", "not_in_plan"
        elif plan.is_outside(action.owner) and not _is_asked_of_its_owner(action, outcome):
            yield f"actions.{place}.owner", "r24_owner"
        if action.due_at <= now:
            yield f"actions.{place}.due_at", "in_the_past"
        if action.kind.is_to_somebody and not action.to:
            yield f"actions.{place}.to", "missing"
        if action.decision and action.decision > len(outcome.decisions):
            yield f"actions.{place}.decision", f"no_decision:{action.decision}"


def _is_asked_of_its_owner(action: NewAction, outcome: Outcome) -> bool:
    """Whether it follows from a request or agreement that is put to its owner with it: else it is an order (R24)."""
    if not action.decision or action.decision > len(outcome.decisions):
        return False
    asked = outcome.decisions[action.decision - 1]
    return asked.is_put and action.owner in asked.addressees


class Papers(Record):
    """What a body has before it when it meets, frozen at the invitation (vergaderstukken)."""

    picture: Picture
    decisions: tuple[Decision, ...]
    actions: tuple[ActionItem, ...]
    """What is still open or reported, and not yet closed."""
    agenda: tuple[AgendaItem, ...] = ()
    requests: tuple[Request, ...] = ()
    """What was asked of others, with what they answered so far (R24)."""
    communication: tuple[AdviceGiven, ...] = ()
    """What the NKC advised by then (R14)."""
    frozen_at: Moment
