"""What somebody does of their own accord: they ask for a link, and act with it."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from crisis.alerts import Event
from crisis.initiative import check_may_ask
from crisis.passes import Act, Grant
from integrations.register import links, passes
from integrations.register.standing import check_open, plan_of, row_of

if TYPE_CHECKING:
    from integrations.register.engine import Deed, Register, Write

LINK_LIFETIME = timedelta(hours=12)
"""How long a link works that somebody asks for when they need it."""


def own(slug: str, act: Act, person: str) -> str:
    """What a pass is about that somebody asked for to act of their own accord."""
    return f"{slug}/{act}/{person}"


def ask_link(register: "Register", slug: str, act: Act, person: str, deed: "Deed", now: datetime) -> None:
    """Send somebody their link to do this.

    Raises:
        NoSuchCrisis, CrisisClosed: there is nothing to do.
        WrongRole: not for this person. Not entered in the audit trail, for nobody knows who asked.

    """
    with register.read() as session:
        crisis = row_of(session, slug)
        check_open(crisis)
        plan = plan_of(session, crisis)
    check_may_ask(act, person, plan)
    theirs = Grant(person=person, act=act, object=own(slug, act, person), issued_at=now, expires_at=now + LINK_LIFETIME)
    facts = {"crisis": slug, "title": crisis.title, "act": str(act)}
    links.send_once(register, Event.OWN_LINK_ASKED, theirs, plan, slug, facts, deed)


def again(writing: "Write", grant: Grant) -> None:
    """The same was done before, with this link or another: nothing more is written, and this link is spent as well."""
    writing.is_repeat = True
    if not passes.spent(writing.session, grant):
        use(writing, grant, None)


def use(writing: "Write", grant: Grant, used: passes.Spent | None) -> None:
    """Spend it on this write, for the one who asked for it. Raises as `passes.use`."""
    own_object = own(grant.object.partition("/")[0], grant.act, grant.principal)
    passes.use(writing, grant, used, (grant.act, own_object, grant.principal))
