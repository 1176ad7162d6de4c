"""The NKC's advice on what is intended: asked for with the decision itself, and recorded (R14)."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlmodel import Session, select

from crisis.alerts import Event
from crisis.decisions import AdviceGiven, CommunicationAdvice, Decision, Status, status_of
from crisis.errors import AlreadyAnswered, NotIntended
from crisis.passes import Act, Grant
from integrations.register import decisions, passes
from integrations.register.standing import Brief, bump, check_open, plan_of, row_of
from integrations.register.tables import CommunicationRow
from integrations.register.telling import readable, tell_about_decision
from integrations.register.trouble import repeatable

if TYPE_CHECKING:
    from integrations.register.engine import Deed, Register, Write


def ask_in(writing: "Write", decision: Decision, crisis: Brief) -> None:
    """Ask the NKC for advice on what is only intended, where it is active (R13)."""
    if decision.is_intended and crisis.nkc:
        tell_about_decision(writing, Event.NKC_ADVICE_ASKED, decision, crisis)


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
        bump(writing.session, crisis)
        effects = readable(given.effects, decision.secrecy)
        tell_about_decision(writing, Event.NKC_ADVISED, decision, crisis, asking=grant.person, effects=effects)
        return given


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
