"""Closing a crisis in the register: asked for when nothing is open any more, proposed by one person, confirmed by another."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from crisis.alerts import Event, Notice
from crisis.inquiries import Ending
from crisis.life import (
    AskClosing,
    Phase,
    Standing,
    check_closing,
    check_closing_confirmed,
    closing_is_due_again,
    next_step,
)
from crisis.passes import Act, Grant
from crisis.remarks import checked_remark
from crisis.structure import Body, highest
from integrations.register import inquiries, passes
from integrations.register.standing import bump, crisis_of, each, plan_of, row_of, standing_in
from integrations.register.tables import CrisisRow, LevelRow
from integrations.register.telling import ANSWER_LIFETIME, stamp
from integrations.register.trouble import repeatable

if TYPE_CHECKING:
    from integrations.register.engine import Deed, Register, Write


def key_of(slug: str) -> str:
    """What a pass to close this crisis is about."""
    return f"{slug}/afsluiting"


@repeatable
def ask(register: "Register", slug: str, deed: "Deed", now: datetime) -> None:
    """Nothing is open any more: ask the secretary of the highest body that was active to close; done twice, it is once."""
    with register.write(deed, "afsluiting.vragen", slug, now) as writing:
        row = row_of(writing.session, slug)
        if not isinstance(next_step(standing_in(writing.session, row)), AskClosing):
            writing.is_repeat = True
            return
        row.closing_asked_at = now
        bump(writing.session, row)
        _tell(writing, row, Event.CLOSING_ASKED, remark="")


@repeatable
def ask_again(register: "Register", slug: str, deed: "Deed", now: datetime) -> bool:
    """Ask again whoever's turn it is: to close, or to confirm it. Whether it was due: somebody else may have done it."""
    with register.write(deed, "afsluiting.navragen", slug, now) as writing:
        row = row_of(writing.session, slug)
        crisis = crisis_of(writing.session, row)
        if not closing_is_due_again(crisis, now):
            writing.is_repeat = True
            return False
        row.closing_asked_at = now
        writing.session.add(row)
        asking = stamp(now)
        if crisis.closing_by:
            name = crisis.plan.people[crisis.closing_by].name
            _tell(writing, row, Event.CLOSING_CONFIRMATION_ASKED, asking=asking, recorded_by=name)
        else:
            _tell(writing, row, Event.CLOSING_ASKED, asking=asking, remark="")
        return True


def due(session: Session, now: datetime) -> tuple[str, ...]:
    """The crises of which the closing must be asked for again."""
    asked = (col(CrisisRow.phase) == Phase.AFTERCARE) & col(CrisisRow.closing_asked_at).is_not(None)
    return tuple(crisis.slug for crisis in each(session, asked, crisis_of) if closing_is_due_again(crisis, now))


@repeatable
def propose(register: "Register", grant: Grant, deed: "Deed", now: datetime) -> Standing:
    """One person closes the crisis; nothing follows until another confirms.

    Raises:
        Refused: something is open, it was closed before, or the pass does not hold.

    """
    slug = grant.object.partition("/")[0]
    with register.write(deed, "afsluiting.voorstellen", slug, now) as writing:
        passes.check_act(grant, Act.CLOSE_CRISIS)
        row = row_of(writing.session, slug)
        current = standing_in(writing.session, row)
        writing.payload = {"phase": Phase.CLOSED}
        used = passes.spent(writing.session, grant)
        if passes.is_same(used, writing):
            writing.is_repeat = True
            return current
        check_closing(current)
        seat = current.crisis.plan.bodies[highest_ever(writing.session, slug)]
        passes.use(writing, grant, used, (Act.CLOSE_CRISIS, key_of(slug), seat.secretary))
        row.closing_by, row.closing_asked_at = grant.person, now
        bump(writing.session, row)
        name = current.crisis.plan.people[grant.person].name
        _tell(writing, row, Event.CLOSING_CONFIRMATION_ASKED, asking=stamp(now), recorded_by=name)
        return standing_in(writing.session, row)


@repeatable
def confirm(register: "Register", grant: Grant, accepted: bool, remark: str, deed: "Deed", now: datetime) -> Standing:
    """Another person confirms, and the crisis is closed; or sends it back with a remark.

    Raises:
        Refused: nobody proposed it, it is one's own proposal, something is open, or the pass does not hold.

    """
    slug = grant.object.partition("/")[0]
    with register.write(deed, "crisis.afsluiten", slug, now) as writing:
        passes.check_act(grant, Act.CONFIRM_CLOSING)
        row = row_of(writing.session, slug)
        current = standing_in(writing.session, row)
        remark = checked_remark(accepted, remark)
        writing.payload = {"accepted": accepted, "remark": remark}
        used = passes.spent(writing.session, grant)
        if passes.is_same(used, writing):
            writing.is_repeat = True
            return current
        seat = current.crisis.plan.bodies[highest_ever(writing.session, slug)]
        check_closing_confirmed(current, grant.person, seat.secretary)
        passes.use(writing, grant, used, (Act.CONFIRM_CLOSING, key_of(slug), seat.confirms))
        if accepted:
            _close(writing, row, grant.person)
        else:
            row.closing_by, row.closing_asked_at = None, now
            bump(writing.session, row)
            _tell(writing, row, Event.CLOSING_ASKED, asking=stamp(now), remark=remark)
        return standing_in(writing.session, row)


def _close(writing: "Write", row: CrisisRow, by: str) -> None:
    inquiries.close_all_in(writing, row.slug, Ending.CRISIS_CLOSED)
    row.phase, row.closed_at, row.closed_by = Phase.CLOSED, writing.now, by
    bump(writing.session, row)
    facts = {"crisis": row.slug, "title": row.title, "at": writing.now.isoformat()}
    notice = Notice(
        event=Event.CRISIS_CLOSED, key=row.slug, facts=facts, bodies=ever_active(writing.session, row.slug), nkc=row.nkc
    )
    writing.tell(notice, plan_of(writing.session, row), row.slug)


def ever_active(session: Session, slug: str) -> frozenset[Body]:
    """Every body that was active for this crisis at some time."""
    return frozenset(Body(level) for level in session.exec(select(LevelRow.body).where(LevelRow.crisis == slug)))


def highest_ever(session: Session, slug: str) -> Body:
    """The highest of them: its secretary closes, and its second person confirms."""
    return highest(ever_active(session, slug))


def _tell(writing: "Write", row: CrisisRow, event: Event, asking: str = "", **more: str) -> None:
    key = f"{key_of(row.slug)}/{asking}" if asking else key_of(row.slug)
    notice = Notice(
        event=event,
        key=key,
        facts={"crisis": row.slug, "title": row.title, "successor": row.successor or "", "at": writing.now.isoformat()} | more,
        bodies=frozenset({highest_ever(writing.session, row.slug)}),
        nkc=row.nkc,
        pass_object=key_of(row.slug),
        pass_issued_at=writing.now,
        pass_expires_at=writing.now + ANSWER_LIFETIME,
    )
    writing.tell(notice, plan_of(writing.session, row), row.slug)
