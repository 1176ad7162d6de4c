"""Handing a personal link on to one's deputy (overdragen aan de plaatsvervanger).

Who acts then is the deputy, on behalf of the person: both names are in the record. Where two must look (four eyes), both
count: a deputy who recorded does not confirm, and neither does the secretary on whose behalf it was.
"""

from crisis.errors import HandedOnBefore, NoDeputy
from crisis.passes import Grant
from crisis.plan import Plan
from crisis.record import Moment


def deputy_for(grant: Grant, plan: Plan) -> str:
    """To whom this pass may be handed on: the deputy whom the plan names.

    Raises:
        NoDeputy: the plan names none.
        HandedOnBefore: whoever holds it is a deputy, and hands it on to nobody.

    """
    if grant.on_behalf_of:
        raise HandedOnBefore(person=grant.person)
    deputy = plan.people[grant.person].deputy
    if deputy is None:
        raise NoDeputy(person=grant.person)
    return deputy


def handed_on(grant: Grant, deputy: str, now: Moment) -> Grant:
    """The pass that the deputy gets: for the same act, and no longer."""
    return Grant(
        person=deputy,
        act=grant.act,
        object=grant.object,
        issued_at=now,
        expires_at=grant.expires_at,
        on_behalf_of=grant.person,
    )
