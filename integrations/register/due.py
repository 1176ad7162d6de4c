"""Work that falls due: remind, escalate, convene by rhythm.

One function, called by the `follow_up` flow for all to see, and by the watch whenever that is late.
Due means at or before now; what was missed is done as soon as somebody looks.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from sqlmodel import Session, col, or_, select

from crisis.actions import ActionState
from crisis.convening import BY_FLOW, BY_RHYTHM, Call
from crisis.errors import CrisisClosed, NotActive
from crisis.life import Phase, Standing, bodies_due_by_rhythm, bodies_kept_waiting
from crisis.meetings import Meeting
from crisis.record import Record
from crisis.structure import Body
from integrations.register import (
    actions,
    closing,
    communication,
    confirmations,
    decisions,
    inquiries,
    invitations,
    meetings,
    requests,
)
from integrations.register.standing import each, on_its_own, plan_of, row_of, standing_in
from integrations.register.tables import ActionRow, CrisisRow
from integrations.register.trouble import repeatable

if TYPE_CHECKING:
    from integrations.register.engine import Deed, Register


class FollowedUp(Record):
    """What was done about work that was due."""

    reminded: tuple[str, ...] = ()
    escalated: tuple[str, ...] = ()
    convened: tuple[str, ...] = ()
    asked_again: tuple[str, ...] = ()
    """Meetings whose outcome, or its confirmation, stays out; and closings."""
    requests: tuple[str, ...] = ()
    """Requests of which the addressee was asked again."""
    advice: tuple[str, ...] = ()
    """Intended decisions on which the NKC was asked again for its advice."""
    invitations: tuple[str, ...] = ()
    """Requests to be invited of which the secretary was asked again."""
    inquiries: tuple[str, ...] = ()
    """Inquiries of which partners were asked again, or that were closed because their hour struck."""
    asked_duty: tuple[str, ...] = ()
    """Activations that were asked for, and that nobody on duty has answered."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was due."""
        return not any(getattr(self, what) for what in FollowedUp.model_fields)


def anything_due(register: "Register", now: datetime) -> bool:
    """Whether there is something to follow up."""
    with register.read() as session:
        if session.exec(_due_actions(now).limit(1)).first() or any(_owed(register, session, now)):
            return True
        standings = each(session, _IS_ACTIVE, standing_in)
        return any(_bodies_due(standing, now) or _outcomes_due(standing, now) for standing in standings)


def follow_up(register: "Register", deed: "Deed", now: datetime) -> FollowedUp:
    """Do all that is due; each piece in a transaction of its own, so that none holds up another."""
    done: dict[str, list[str]] = {what: [] for what in FollowedUp.model_fields}
    with register.read() as session:
        due = [(row.crisis, row.number) for row in session.exec(_due_actions(now))]
        standings, owed = tuple(each(session, _IS_ACTIVE, standing_in)), tuple(_owed(register, session, now))
    for slug, number in due:
        with on_its_own(slug):
            if how := _follow_up_action(register, slug, number, deed, now):
                done[how].append(f"{slug}/A{number}")
    for answer in owed:
        with on_its_own(answer.key):
            if answer.ask_again(deed, now):
                done[answer.what].append(answer.key)
    for standing in standings:
        with on_its_own(standing.crisis.slug):
            done["convened"] += _convened(register, standing, deed, now)
            done["asked_again"] += _outcomes_asked_again(register, standing, deed, now)
    return FollowedUp.model_validate(done)


class _Owed(NamedTuple):
    """An answer that stays out."""

    what: str
    """The field of `FollowedUp` where it stands once it was asked for again."""
    key: str
    ask_again: "Callable[[Deed, datetime], bool]"


def _owed(register: "Register", session: Session, now: datetime) -> Iterator[_Owed]:
    """Whatever was asked of people, is not answered, and must be asked again."""
    for key in confirmations.due(session, now):
        yield _Owed("asked_duty", key, partial(confirmations.ask_again, register, key))
    for slug in closing.due(session, now):
        yield _Owed("asked_again", closing.key_of(slug), partial(closing.ask_again, register, slug))
    for request in requests.due(session, now):
        yield _Owed("requests", request.key, partial(requests.remind, register, request))
    for slug, number in communication.due(session, now):
        yield _Owed("advice", decisions.key_of(slug, number), partial(communication.remind, register, slug, number))
    for asking in invitations.due(session, now):
        yield _Owed("invitations", asking.key, partial(invitations.remind, register, asking.key))
    for inquiry in inquiries.due(session, now):
        yield _Owed("inquiries", inquiry.key, partial(inquiries.follow, register, inquiry.crisis, inquiry.number))


_IS_ACTIVE = col(CrisisRow.phase) == Phase.ACTIVE


def _convened(register: "Register", standing: Standing, deed: "Deed", now: datetime) -> Iterator[str]:
    for called, (body, number, planned_at) in _bodies_due(standing, now):
        with suppress(NotActive, CrisisClosed):  # it left since we looked: that is in the audit trail, and holds up nobody
            meetings.convene(register, standing.crisis.slug, body, number, planned_at, deed, now, called)
            yield f"{standing.crisis.slug}/{body}/{number}"


def _outcomes_asked_again(register: "Register", standing: Standing, deed: "Deed", now: datetime) -> Iterator[str]:
    for meeting in _outcomes_due(standing, now):
        if meetings.ask_again(register, standing.crisis.slug, meeting.body, meeting.number, deed, now):
            yield meeting.key


def _bodies_due(standing: Standing, now: datetime) -> list[tuple[Call, tuple[Body, int, datetime]]]:
    by_rhythm = [(BY_RHYTHM, due) for due in bodies_due_by_rhythm(standing, now)]
    return by_rhythm + [(BY_FLOW, due) for due in bodies_kept_waiting(standing, now)]


def _outcomes_due(standing: Standing, now: datetime) -> tuple[Meeting, ...]:
    return tuple(meeting for meeting in standing.meetings if meeting.must_be_reminded(now))


@repeatable
def _follow_up_action(register: "Register", slug: str, number: int, deed: "Deed", now: datetime) -> str | None:
    """What was done about it; None when somebody else has done it in the meantime."""
    with register.write(deed, "actiepunt.opvolgen", f"{slug}/A{number}", now) as writing:
        row = writing.session.get_one(ActionRow, (slug, number))
        crisis = row_of(writing.session, slug)
        item = actions.action_of(row)
        how = None
        if item.must_be_escalated(now):
            how = "escalated"
            actions.escalate_in(writing, row, crisis)
        elif item.must_be_reminded(now):
            how = "reminded"
            actions.remind_in(writing, row, crisis, plan_of(writing.session, crisis))
        writing.payload, writing.is_repeat = how, how is None
        return how


def _due_actions(now: datetime):  # type: ignore[no-untyped-def]  # SQLModel's own long name
    overdue = (col(ActionRow.due_at) <= now) & col(ActionRow.escalated_at).is_(None)
    due = select(ActionRow).where(ActionRow.state == ActionState.OPEN, or_(col(ActionRow.next_reminder_at) <= now, overdue))
    return due.order_by(col(ActionRow.next_reminder_at), ActionRow.crisis, col(ActionRow.number))
