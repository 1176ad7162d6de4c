"""The NKC's advice on what is intended: asked for with the decision itself, and recorded (R14)."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select, update

from crisis.alerts import Event
from crisis.decisions import AdviceGiven, CommunicationAdvice, Decision, Status, status_of
from crisis.errors import AlreadyAnswered, NotIntended
from crisis.life import Phase
from crisis.passes import Act, Grant
from integrations.register import decisions, passes
from integrations.register.standing import Brief, bump, check_open, plan_of, row_of
from integrations.register.tables import CommunicationRow, CrisisRow, DecisionRow
from integrations.register.telling import readable, stamp, tell_about_decision
from integrations.register.trouble import repeatable

if TYPE_CHECKING:
    from integrations.register.engine import Deed, Register, Write


def ask_in(writing: "Write", decision: Decision, crisis: Brief) -> None:
    """Ask the NKC for advice on what is only intended, where it is active (R13).

    And set when to ask again, where a body must come back to it: to intended advice none does.
    """
    if decision.is_intended and crisis.nkc:
        if decision.kind.decides:
            again = writing.now + plan_of(writing.session, crisis).action_items.remind_every
            _ask_again_at(writing.session, decision.crisis, decision.number, again)
        tell_about_decision(writing, Event.NKC_ADVICE_ASKED, decision, crisis)


def ask_no_more_in(writing: "Write", decision: Decision) -> None:
    """On an intention that this makes final, replaces or withdraws, the NKC is not asked any more."""
    for number in filter(None, (decision.replaces, decision.withdraws)):
        earlier = decisions.find_in(writing.session, decision.crisis, number)
        if status_of(earlier, (decision,)) is not Status.INTENDED:
            _ask_again_at(writing.session, decision.crisis, number, None)


def _ask_again_at(session: Session, slug: str, number: int, moment: datetime | None) -> None:
    one = (col(DecisionRow.crisis) == slug, col(DecisionRow.number) == number)
    session.execute(update(DecisionRow).where(*one).values(next_reminder_at=moment))


@repeatable
def advise(register: "Register", grant: Grant, advice: CommunicationAdvice, deed: "Deed", now: datetime) -> AdviceGiven:
    """Record what the NKC advises on a decision that is intended (R14); the body hears of it, and may close the item.

    The same sent twice with the same pass is one advice. Each of the NKC may advise once.

    Raises:
        Refused: the decision is not intended any more, this person advised before, or the pass does not hold.

    """
    with register.write(deed, "nkc.adviseren", grant.object, now) as writing:
        passes.check_act(grant, Act.ADVISE)
        slug, number = decisions.number_in(grant.object)
        crisis = row_of(writing.session, slug)
        decision = decisions.find_in(writing.session, slug, number)
        given = AdviceGiven(**dict(advice), crisis=slug, decision=number, at=now, by=grant.person)
        writing.payload = advice.model_dump(mode="json")
        used = passes.spent(writing.session, grant)
        if passes.is_same(used, writing):
            writing.is_repeat = True
            return given
        check_open(crisis)
        if status_of(decision, decisions.in_session(writing.session, slug)) is not Status.INTENDED:
            raise NotIntended(number=number)
        if earlier := writing.session.get(CommunicationRow, (slug, number, grant.person)):
            raise AlreadyAnswered(number=number, by=earlier.by, at=earlier.at)
        nkc = plan_of(writing.session, crisis).nkc
        passes.use(writing, grant, used, (Act.ADVISE, decision.key, grant.principal if grant.principal in nkc.people else ""))
        writing.session.add(CommunicationRow(**given.model_dump()))
        _ask_again_at(writing.session, slug, number, None)
        bump(writing.session, crisis)
        effects = readable(given.effects, decision.secrecy)
        tell_about_decision(writing, Event.NKC_ADVISED, decision, crisis, asking=grant.person, effects=effects)
        return given


@repeatable
def remind(register: "Register", slug: str, number: int, deed: "Deed", now: datetime) -> bool:
    """Ask the NKC again for its advice (R14); whether it was due, for somebody else may have done it."""
    with register.write(deed, "nkc.opvolgen", decisions.key_of(slug, number), now) as writing:
        session = writing.session
        row = session.get_one(DecisionRow, (slug, number))
        was_due = row.next_reminder_at
        if was_due is None or now < was_due:
            writing.is_repeat = True
            return False
        crisis = row_of(session, slug)
        row.next_reminder_at = now + plan_of(session, crisis).action_items.remind_every
        session.add(row)
        writing.payload = {"again_at": row.next_reminder_at}
        decision = decisions.decision_of(row)
        tell_about_decision(writing, Event.NKC_ADVICE_REMINDED, decision, crisis, asking=stamp(was_due))
        return True


def due(session: Session, now: datetime) -> tuple[tuple[str, int], ...]:
    """Crisis and number of the decisions on which the NKC must be asked again, where a body can still come back to them."""
    found = session.exec(
        select(DecisionRow.crisis, DecisionRow.number)
        .join(CrisisRow, col(CrisisRow.slug) == DecisionRow.crisis)
        .where(col(DecisionRow.next_reminder_at) <= now, col(CrisisRow.phase) == Phase.ACTIVE)
        .order_by(col(DecisionRow.next_reminder_at))
    )
    return tuple(found)


def of_crisis(register: "Register", slug: str) -> tuple[AdviceGiven, ...]:
    """All that the NKC advised, in order."""
    with register.read() as session:
        return in_session(session, slug)


def in_session(session: Session, slug: str) -> tuple[AdviceGiven, ...]:
    """The same within a transaction."""
    rows = session.exec(select(CommunicationRow).where(CommunicationRow.crisis == slug).order_by(CommunicationRow.at))  # type: ignore[arg-type]
    return tuple(AdviceGiven(**row.model_dump()) for row in rows)


def advised_in(session: Session, slug: str) -> frozenset[int]:
    """The decisions on which it advised."""
    return frozenset(session.exec(select(CommunicationRow.decision).where(CommunicationRow.crisis == slug)))
