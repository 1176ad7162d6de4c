"""What somebody does of their own accord: they ask for a link, and act with it."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from crisis.alerts import Event, Notice
from crisis.initiative import check_may_ask
from crisis.passes import Act, Grant
from integrations.register import alerts, passes
from integrations.register.standing import check_open, plan_of, row_of
from integrations.register.telling import quarter
from integrations.register.trouble import repeatable

if TYPE_CHECKING:
    from integrations.register.engine import Deed, Register, Write

LINK_LIFETIME = timedelta(hours=12)
"""How long a link works that somebody asks for when they need it."""


def own(slug: str, act: Act, person: str) -> str:
    """What a pass is about that somebody asked for to act of their own accord."""
    return f"{slug}/{act}/{person}"


@repeatable
def ask_link(register: "Register", slug: str, act: Act, person: str, deed: "Deed", now: datetime) -> None:
    """Send somebody their link to do this: asked from a page that anyone may see, sent to that person alone.

    Raises:
        NoSuchCrisis, CrisisClosed: there is nothing to do.
        WrongRole: not for this person. Not entered in the audit trail, for nobody knows who asked.

    """
    asking = f"{own(slug, act, person)}/{quarter(now)}"
    with register.read() as session:
        crisis = row_of(session, slug)
        check_open(crisis)
        plan = plan_of(session, crisis)
        check_may_ask(act, person, plan)
        if alerts.is_known(session, f"{asking}/{Event.OWN_LINK_ASKED}/"):
            return
    with register.write(deed, "link.aanvragen", own(slug, act, person), now) as writing:
        writing.is_repeat = alerts.is_known(writing.session, f"{asking}/{Event.OWN_LINK_ASKED}/")
        theirs = Grant(person=person, act=act, object=own(slug, act, person), issued_at=now, expires_at=now + LINK_LIFETIME)
        notice = Notice(
            event=Event.OWN_LINK_ASKED,
            key=asking,
            facts={"crisis": slug, "title": crisis.title, "act": str(act), "at": now.isoformat()},
            owner=person,
            grant=theirs,
        )
        writing.tell(notice, plan, slug)


def use(writing: "Write", grant: Grant, used: passes.Spent | None) -> None:
    """Spend it on this write, for the one who asked for it. Raises as `passes.use`."""
    own_object = own(grant.object.partition("/")[0], grant.act, grant.principal)
    passes.use(writing, grant, used, (grant.act, own_object, grant.principal))
