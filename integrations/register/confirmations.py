"""An activation that is asked for in Prefect, and confirmed or refused by who is on duty.

Nothing is active until then. The first on duty who answers, answers; the crisis is activated in that same transaction.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlmodel import Session, col, func, select

from crisis.activation import ActivationRequest, Confirmation, RequestState, Verdict, check_activation, check_confirmation
from crisis.alerts import Event, Notice
from crisis.errors import AlreadyActive, AlreadyAsked, NoSuchActivationRequest
from crisis.life import Activation
from crisis.passes import Act, Grant
from crisis.plan import Plan
from integrations.register import crises, passes, plans
from integrations.register.tables import ActivationRequestRow, CrisisRow
from integrations.register.telling import stamp
from integrations.register.trouble import repeatable

if TYPE_CHECKING:
    from integrations.register.engine import Deed, Register, Write

LINK_LIFETIME = timedelta(days=2)
"""How long the links to confirm work; a request that nobody answers is asked about again, with new links."""
ASK_AGAIN_AFTER = timedelta(minutes=15)
"""How long a request may lie before those on duty are asked again, and again after as long."""


@repeatable
def ask(
    register: "Register", activation: Activation, flow_run_id: str | None, deed: "Deed", now: datetime
) -> ActivationRequest:
    """Ask those on duty to confirm an activation. The same asked again while it waits is the same request.

    Raises:
        AlreadyActive: a crisis of this name is active already.
        AlreadyAsked: another activation of this name waits for its answer.
        InvalidInput: by `check_activation`.

    """
    plan = plans.in_force(register)
    with register.write(deed, "activering.aanvragen", activation.crisis, now) as writing:
        writing.payload = crises.document_of(activation)
        if active := writing.session.get(CrisisRow, activation.crisis):
            raise AlreadyActive(crisis=active.slug, by=active.activated_by, at=active.activated_at)
        if waiting := _waiting(writing.session, activation.crisis):
            if waiting.document != writing.payload:
                raise AlreadyAsked(crisis=waiting.slug, by=waiting.requested_by, at=waiting.requested_at)
            writing.is_repeat = True
            return request_of(waiting)
        check_activation(activation, plan.ruleset)
        row = ActivationRequestRow(
            slug=activation.crisis,
            number=_last_number(writing.session, activation.crisis) + 1,
            document=writing.payload,
            requested_at=now,
            requested_by=deed.actor,
            flow_run_id=flow_run_id,
            state=RequestState.ASKED,
            next_reminder_at=now + ASK_AGAIN_AFTER,
        )
        writing.session.add(row)
        _tell_those_on_duty(writing, request_of(row), plan)
        return request_of(row)


@repeatable
def decide(register: "Register", grant: Grant, answer: Confirmation, deed: "Deed", now: datetime) -> ActivationRequest:
    """Confirm a request, by which the crisis is activated by the plan in force, or refuse it with the reason (R05).

    Raises:
        AlreadyDecided: another on duty was first, and is named.
        Refused: by `check_confirmation` or `check_activation`, or because the pass does not hold.

    """
    plan = plans.in_force(register)
    action = "activering.bevestigen" if answer.verdict is Verdict.CONFIRM else "activering.afwijzen"
    with register.write(deed, action, grant.object, now) as writing:
        passes.check_act(grant, Act.CONFIRM_ACTIVATION)
        row = _row(writing.session, grant.object)
        writing.payload = answer.model_dump(mode="json")
        used = passes.spent(writing.session, grant)
        if passes.is_same(used, writing):
            writing.is_repeat = True
            return request_of(row)
        check_confirmation(request_of(row), answer, grant.principal, plan)
        passes.use(writing, grant, used, (Act.CONFIRM_ACTIVATION, grant.object, grant.principal))
        row.state = RequestState.CONFIRMED if answer.verdict is Verdict.CONFIRM else RequestState.REFUSED
        row.decided_at, row.decided_by, row.reason = now, grant.person, answer.reason
        row.next_reminder_at = None
        writing.session.add(row)
        decided = request_of(row)
        if decided.state is RequestState.CONFIRMED:
            crises.activate_in(writing, decided.activation, plan, grant.person)
        else:
            _tell(writing, Event.ACTIVATION_REFUSED, decided, plan, decided.key)
        return decided


@repeatable
def ask_again(register: "Register", key: str, deed: "Deed", now: datetime) -> bool:
    """Ask those on duty once more; whether it was due, for somebody else may have done it."""
    plan = plans.in_force(register)
    with register.write(deed, "activering.navragen", key, now) as writing:
        row = _row(writing.session, key)
        if row.next_reminder_at is None or now < row.next_reminder_at:
            writing.is_repeat = True
            return False
        row.next_reminder_at = now + ASK_AGAIN_AFTER
        writing.session.add(row)
        writing.payload = {"again_at": row.next_reminder_at}
        _tell_those_on_duty(writing, request_of(row), plan, f"{key}/{stamp(now)}")
        return True


def due(session: Session, now: datetime) -> tuple[str, ...]:
    """The requests about which those on duty must be asked again."""
    wanted = select(ActivationRequestRow).where(col(ActivationRequestRow.next_reminder_at) <= now)
    return tuple(request_of(row).key for row in session.exec(wanted))


def find(register: "Register", key: str) -> ActivationRequest:
    """One request. Raises NoSuchActivationRequest."""
    with register.read() as session:
        return request_of(_row(session, key))


def untold(register: "Register") -> tuple[ActivationRequest, ...]:
    """Those that were answered, and of which the run in Prefect does not say so yet."""
    decided = col(ActivationRequestRow.decided_at).is_not(None)
    has_run = col(ActivationRequestRow.flow_run_id).is_not(None)
    with register.read() as session:
        rows = session.exec(select(ActivationRequestRow).where(decided, has_run, ActivationRequestRow.is_told == False))  # noqa: E712
        return tuple(request_of(row) for row in rows)


@repeatable
def told(register: "Register", key: str) -> None:
    """The run in Prefect says it now."""
    with register.bookkeeping() as session:
        row = _row(session, key)
        row.is_told = True
        session.add(row)


def request_of(row: ActivationRequestRow) -> ActivationRequest:
    """The request that a row stands for."""
    fields = row.model_dump(exclude={"document", "state", "next_reminder_at", "is_told"})
    activation = Activation.model_validate(row.document)
    return ActivationRequest(**fields, activation=activation, state=RequestState(row.state))


def _waiting(session: Session, slug: str) -> ActivationRequestRow | None:
    wanted = select(ActivationRequestRow).where(
        ActivationRequestRow.slug == slug, ActivationRequestRow.state == RequestState.ASKED
    )
    return session.exec(wanted).first()


def _last_number(session: Session, slug: str) -> int:
    return session.exec(select(func.max(ActivationRequestRow.number)).where(ActivationRequestRow.slug == slug)).one() or 0


def _row(session: Session, key: str) -> ActivationRequestRow:
    slug, _, number = key.partition("/aanvraag/")
    row = session.get(ActivationRequestRow, (slug, int(number))) if number.isdecimal() else None
    if row is None:
        raise NoSuchActivationRequest(crisis=slug)
    return row


def _tell_those_on_duty(writing: "Write", request: ActivationRequest, plan: Plan, asking: str = "") -> None:
    _tell(writing, Event.ACTIVATION_ASKED, request, plan, asking or request.key)


def _tell(writing: "Write", event: Event, request: ActivationRequest, plan: Plan, key: str) -> None:
    by = plan.people.get(request.decided_by or "")
    facts = crises.facts_of(request.activation) | {
        "asked_by": request.requested_by,
        "asked_at": request.requested_at.isoformat(),
        "answered_by": by.name if by else None,
        "answer": request.reason,
        "at": writing.now.isoformat(),
    }
    notice = Notice(
        event=event,
        key=key,
        facts=facts,
        pass_object=request.key,
        pass_issued_at=writing.now,
        pass_expires_at=writing.now + LINK_LIFETIME,
    )
    writing.tell(notice, plan, None)
