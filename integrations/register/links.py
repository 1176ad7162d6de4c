"""A link that is asked for on a page that anyone may open: it goes to its holder alone, and once in a quarter of an hour."""

from typing import TYPE_CHECKING

from crisis.alerts import Event, Facts, Notice
from crisis.passes import Grant
from crisis.plan import Plan
from integrations.register import alerts
from integrations.register.telling import quarter
from integrations.register.trouble import repeatable

if TYPE_CHECKING:
    from integrations.register.engine import Deed, Register


@repeatable
def send_once(
    register: "Register", event: Event, grant: Grant, plan: Plan, slug: str | None, facts: Facts, deed: "Deed"
) -> None:
    """Send somebody this link, and enter that it was asked for; asked again in the same quarter of an hour, nothing happens."""
    whose = grant.object if grant.object.endswith(f"/{grant.person}") else f"{grant.object}/{grant.person}"
    asking = f"{whose}/{quarter(grant.issued_at)}"
    with register.read() as session:
        if alerts.is_known(session, f"{asking}/{event}/"):
            return
    with register.write(deed, "link.aanvragen", grant.object, grant.issued_at) as writing:
        writing.is_repeat = alerts.is_known(writing.session, f"{asking}/{event}/")
        writing.payload = {"to": grant.person}
        told = facts | {"at": writing.at}
        writing.tell(Notice(event=event, key=asking, facts=told, owner=grant.person, grant=grant), plan, slug)
