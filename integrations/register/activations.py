"""Activating from a page: who may report asks for a link, and activates with it."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlmodel import select

from crisis.activation import check_may_report
from crisis.alerts import Event
from crisis.life import Activation, Crisis
from crisis.passes import Act, Grant
from integrations.register import crises, links, passes, plans
from integrations.register.standing import crisis_of, row_of
from integrations.register.tables import CrisisRow
from integrations.register.trouble import repeatable

if TYPE_CHECKING:
    from integrations.register.engine import Deed, Register

LINK_LIFETIME = timedelta(hours=12)
"""How long a link to activate works: it is asked for when it is needed."""


def activating(person: str) -> str:
    """What a pass to activate is about: there is no crisis yet."""
    return f"activering/{person}"


def ask_link(register: "Register", person: str, deed: "Deed", now: datetime) -> None:
    """Send somebody who may report a link to activate.

    Raises:
        NoPlan: there is no plan yet.
        WrongRole: this person may not report. Not entered in the audit trail, for nobody knows who asked.

    """
    plan = plans.in_force(register)
    check_may_report(person, plan)
    theirs = Grant(person=person, act=Act.ACTIVATE, object=activating(person), issued_at=now, expires_at=now + LINK_LIFETIME)
    links.send_once(register, Event.ACTIVATION_LINK_ASKED, theirs, plan, None, {"plan": plan.title}, deed)


@repeatable
def activate(register: "Register", grant: Grant, activation: Activation, deed: "Deed", now: datetime) -> Crisis:
    """Activate the structure with a link, by the plan in force. The same sent twice with the same pass is one crisis.

    Raises:
        Refused: by `check_activation`, because it was activated before, or because the pass does not hold.

    """
    plan = plans.in_force(register)
    with register.write(deed, "crisis.activeren", activation.crisis, now) as writing:
        passes.check_act(grant, Act.ACTIVATE)
        writing.payload = crises.document_of(activation)
        used = passes.spent(writing.session, grant)
        if passes.is_same(used, writing):
            writing.is_repeat = True
            return crisis_of(writing.session, row_of(writing.session, activation.crisis))
        check_may_report(grant.principal, plan)
        passes.use(writing, grant, used, (Act.ACTIVATE, activating(grant.principal), grant.principal))
        return crises.activate_in(writing, activation, plan, grant.person)


def activated_with(register: "Register", grant: Grant) -> Crisis | None:
    """The crisis that was activated with this pass; None where it was not used."""
    with register.read() as session:
        used = passes.spent(session, grant)
        if used is None:
            return None
        wanted = select(CrisisRow).where(CrisisRow.activated_by == grant.person, CrisisRow.activated_at == used.used_at)
        row = session.exec(wanted).first()
        return crisis_of(session, row) if row else None
