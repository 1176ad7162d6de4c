"""A link that is asked for on a page that anyone may open: it goes to its holder alone, and floods nobody."""

from typing import TYPE_CHECKING

from sqlmodel import Session

from crisis.alerts import Event, Facts, Notice
from crisis.passes import Grant
from crisis.plan import Plan
from integrations.register import passes
from integrations.register.alerts import grants_sent
from integrations.register.telling import quarter
from integrations.register.trouble import repeatable

if TYPE_CHECKING:
    from integrations.register.engine import Deed, Register


@repeatable
def send_once(
    register: "Register", event: Event, grant: Grant, plan: Plan, slug: str | None, facts: Facts, deed: "Deed"
) -> None:
    """Send somebody this link, and enter that it was asked for.

    Asked again in the same quarter of an hour, nothing happens; unless the one before was used: then they need another.
    """
    whose = grant.object if grant.object.endswith(f"/{grant.person}") else f"{grant.object}/{grant.person}"
    with register.read() as session:
        if _place(session, whose, grant) is None:
            return
    with register.write(deed, "link.aanvragen", grant.object, grant.issued_at) as writing:
        place = _place(writing.session, whose, grant)
        writing.is_repeat = place is None
        writing.payload = {"to": grant.person}
        told = facts | {"at": writing.at}
        if place:
            writing.tell(Notice(event=event, key=place, facts=told, owner=grant.person, grant=grant), plan, slug)


def _place(session: Session, whose: str, grant: Grant) -> str | None:
    """The key under which it is sent; None where one was sent this quarter that still works."""
    asking = f"{whose}/{quarter(grant.issued_at)}"
    sent = grants_sent(session, f"{asking}/")
    if any(passes.spent(session, before) is None for before in sent):
        return None
    return f"{asking}/{len(sent)}" if sent else asking
