"""What must always hold in the register: asked every half minute, and said outside only when nothing is broken."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from crisis.actions import ActionState
from crisis.alerts import Event
from crisis.life import Phase
from crisis.meetings import Stage
from integrations.register import communication, confirmations, decisions, invitations, requests, signs
from integrations.register.alerts import Delivery
from integrations.register.tables import WITHOUT_PAPERS, ActionRow, AlertRow, CrisisRow, InquiryRow, MeetingRow, SignRow

if TYPE_CHECKING:
    from integrations.register.engine import Register

OVERDUE_ALERT = timedelta(minutes=5)
"""How long an alert may wait for its first attempt, or lie with a sender that is gone (real time)."""
OVERDUE_WORK = timedelta(hours=1)
"""How long past its moment due work may lie (business time)."""


LONGEST_SILENCE = timedelta(seconds=30)
"""Without a sign of life from delivery, after which it counts as dead (real time)."""


def broken(register: "Register") -> tuple[str, ...]:
    """What does not hold, in words for the log; nothing when all is well."""
    now, real = register.now(), datetime.now(UTC)
    with register.read() as session:
        return (
            *_facts_without_alerts(session),
            *_obligations_without_a_next_moment(session, now),
            *_questions_of_a_closed_crisis(session),
            *_overdue_alerts(session, real),
            *_silence(session, real),
        )


def _facts_without_alerts(session: Session) -> list[str]:
    """A fact and its alerts are one transaction; a fact without any means that somebody changed the database."""
    told = set(session.exec(select(AlertRow.key).where(col(AlertRow.event).in_([Event.ACTIVATED, Event.OUTCOME_RECORDED]))))
    begins = {key.split(f"/{event}/")[0] for key in told for event in (Event.ACTIVATED, Event.OUTCOME_RECORDED)}
    recorded = session.exec(select(MeetingRow).where(MeetingRow.stage == Stage.RECORDED))
    facts = [f"{row.crisis}/{row.body}/{row.number}" for row in recorded]
    facts += session.exec(select(CrisisRow.slug)).all()
    return [f"{fact}: nobody was told" for fact in facts if fact not in begins]


def _obligations_without_a_next_moment(session: Session, now: datetime) -> list[str]:
    left = now - OVERDUE_WORK
    lying = (col(ActionRow.next_reminder_at) < left) | ((col(ActionRow.due_at) < left) & col(ActionRow.escalated_at).is_(None))
    rows = session.exec(
        select(ActionRow)
        .join(CrisisRow, col(CrisisRow.slug) == ActionRow.crisis)
        .where(ActionRow.state == ActionState.OPEN, CrisisRow.phase != Phase.CLOSED, lying)
    )
    awaited = session.exec(
        select(MeetingRow)
        .join(CrisisRow, col(CrisisRow.slug) == MeetingRow.crisis)
        .where(col(MeetingRow.stage).in_([Stage.INVITED, Stage.PROPOSED]), CrisisRow.phase == Phase.ACTIVE)
        .where(col(MeetingRow.next_reminder_at).is_(None) | (col(MeetingRow.next_reminder_at) < left))
        .options(*WITHOUT_PAPERS)
    )
    unanswered = requests.due(session, left)
    return [
        *(f"{request.key}: no answer, and not asked for" for request in unanswered),
        *(f"{decisions.key_of(*one)}: no advice of the NKC, and not asked for" for one in communication.due(session, left)),
        *(f"{request.key}: not decided, and not asked for" for request in invitations.due(session, left)),
        *(f"{key}: not confirmed, and not asked for" for key in confirmations.due(session, left)),
        *(f"{row.crisis}/A{row.number}: due, and not followed up" for row in rows),
        *(f"{row.crisis}/{row.body}/{row.number}: its outcome stays out, and is not asked for" for row in awaited),
    ]


def _questions_of_a_closed_crisis(session: Session) -> list[str]:
    """Whoever asked is gone: nobody must go on answering."""
    lying = select(InquiryRow.crisis, InquiryRow.number).join(CrisisRow, col(CrisisRow.slug) == InquiryRow.crisis)
    lying = lying.where(CrisisRow.phase == Phase.CLOSED, col(InquiryRow.closed_at).is_(None))
    return [f"{crisis}/U{number}: still open, and its crisis is closed" for crisis, number in session.exec(lying)]


def _overdue_alerts(session: Session, real: datetime) -> list[str]:
    waiting = (col(AlertRow.state) == Delivery.QUEUED) & (col(AlertRow.next_at) < real - OVERDUE_ALERT)
    forgotten = (col(AlertRow.state) == Delivery.SENDING) & (col(AlertRow.claimed_until) < real - OVERDUE_ALERT)
    return [f"{key}: due, and not sent" for key in session.exec(select(AlertRow.key).where(waiting | forgotten).limit(20))]


def _silence(session: Session, real: datetime) -> list[str]:
    """A thread that hangs takes nothing else with it: nobody would notice until an alert is overdue."""
    sign = session.get(SignRow, signs.DELIVERY)
    return [f"{signs.DELIVERY}: no sign of life since {sign.at:%H:%M:%S}"] if sign and real - sign.at > LONGEST_SILENCE else []
