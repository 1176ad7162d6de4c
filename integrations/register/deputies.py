"""A personal link that is handed on to the deputy: spent, and another one sent to the deputy alone."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlmodel import Session

from crisis.alerts import Event, Notice
from crisis.deputies import deputy_for, handed_on
from crisis.passes import BEFORE_A_CRISIS, Grant
from crisis.plan import Plan
from integrations.register import passes, plans
from integrations.register.standing import check_open, plan_of, row_of
from integrations.register.trouble import repeatable

if TYPE_CHECKING:
    from integrations.register.engine import Deed, Register, Write


@repeatable
def hand_on(register: "Register", grant: Grant, deed: "Deed", now: datetime) -> str:
    """Hand a pass on to the deputy of the person who holds it, and return who that is; done twice, it is done once.

    Raises:
        NoDeputy, HandedOnBefore: there is nobody to hand it on to.
        PassUsed: it was used for what it is for.
        CrisisClosed: there is nothing left to do.

    """
    with register.write(deed, "link.overdragen", grant.object, now) as writing:
        used = passes.spent(writing.session, grant)
        if used and used.handed_to:
            writing.is_repeat = True
            return used.handed_to
        plan, about = _plan_for(writing.session, grant)
        deputy = deputy_for(grant, plan)
        writing.payload = {"act": grant.act, "from": grant.person, "to": deputy}
        passes.use(writing, grant, used, (grant.act, grant.object, grant.person), handed_to=deputy)
        _tell(writing, handed_on(grant, deputy, now), plan, about)
        return deputy


def _plan_for(session: Session, grant: Grant) -> tuple[Plan, dict[str, str]]:
    """The plan by which it is done, and the crisis that it is about."""
    if grant.act in BEFORE_A_CRISIS:
        return plans.in_force_in(session), {}
    row = row_of(session, grant.object.partition("/")[0])
    check_open(row)
    return plan_of(session, row), {"crisis": row.slug, "title": row.title}


def _tell(writing: "Write", theirs: Grant, plan: Plan, about: dict[str, str]) -> None:
    principal = plan.people[theirs.principal].name
    facts = about | {"act": str(theirs.act), "object": theirs.object, "principal": principal, "at": writing.now.isoformat()}
    notice = Notice(
        event=Event.HANDED_ON,
        key=f"{theirs.object}/{theirs.act}/{theirs.principal}/{writing.now:%Y%m%dT%H%M%S%f}",
        facts=facts,
        owner=theirs.person,
        grant=theirs,
    )
    writing.tell(notice, plan, about.get("crisis"))
