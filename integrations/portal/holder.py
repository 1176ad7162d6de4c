"""Who holds a pass, and what it is about."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from crisis.errors import NoSuchPerson, Refused
from crisis.life import Crisis
from crisis.passes import BEFORE_A_CRISIS, Grant, read_pass
from crisis.plan import Person, Plan
from integrations.portal.desk import Desk
from integrations.portal.voice import Voice
from integrations.register import Deed, crises, passes, plans
from integrations.wording.dossier_parts import Wording
from integrations.wording.refusals import refusal_text

DOOR = "portal"
"""How the audit trail calls this door."""
ANYONE = Deed(actor="onbekend", origin=DOOR)
"""Who acts where nobody says who they are."""


@dataclass(frozen=True)
class Holder:
    """Somebody who came by a personal link."""

    desk: Desk
    token: str = field(repr=False)
    grant: Grant
    plan: Plan
    """The plan by which this is done: the crisis' own; before there is one, the plan in force."""
    about: Crisis | None

    @property
    def crisis(self) -> Crisis:
        """The crisis that it is about. Not for acts before there is one."""
        assert self.about is not None, self.grant.act
        return self.about

    @property
    def person(self) -> Person:
        """The person of the plan to whom the pass was sent."""
        return self.plan.people[self.grant.person]

    @property
    def voice(self) -> Voice:
        """The words of their language."""
        return Voice(self.person.language)

    @cached_property
    def used(self) -> passes.Spent | None:
        """What this link was used for; None: it was not."""
        return passes.used_for(self.desk.register, self.grant)

    @property
    def used_at(self) -> datetime | None:
        """When this link was used; None: it was not."""
        return self.used.used_at if self.used else None

    @property
    def deputy(self) -> str | None:
        """To whom it can still be handed on."""
        return None if self.used or self.grant.on_behalf_of else self.person.deputy

    @property
    def acting(self) -> str:
        """Who acts, in words: a deputy with the person for whom."""
        return self.named(self.grant.person, self.grant.principal)

    @property
    def words(self) -> Wording:
        """The words of papers in their language, with the names of the plan."""
        return Wording(self.plan, self.person.language)

    def named(self, person: str | None, principal: str | None) -> str:
        """Who did something, and on behalf of whom where that is another."""
        return self.words.acting(person, principal)

    @property
    def deed(self) -> Deed:
        """Who acts, and through which door."""
        return Deed(actor=self.grant.actor, origin=DOOR)

    @property
    def names(self) -> dict[str, str]:
        """Everybody's function by their key in the plan."""
        return {key: person.name for key, person in self.plan.people.items()}

    def told(self, refusal: Refused) -> str:
        """The refusal in the language of this person."""
        return refusal_text(refusal, self.person.language, self.names)

    def facts(self) -> dict[str, object]:
        """What every page for this person shows."""
        return {
            "token": self.token,
            "acting": self.acting,
            "deputy": self.names[self.deputy] if self.deputy else None,
            "crisis": self.about,
            "names": self.names,
        }


def holder_of(desk: Desk, token: str) -> Holder:
    """Who holds this pass.

    Raises:
        PassInvalid, PassExpired: it opens nothing.
        NoSuchCrisis, NoSuchPerson: it is about something that this register does not know.
        NoPlan: it is about a crisis to come, and no plan is in force.

    """
    grant = read_pass(token, desk.settings.signing_secret(), desk.now())
    comes_before = grant.act in BEFORE_A_CRISIS
    about = None if comes_before else crises.find(desk.register, grant.object.partition("/")[0])
    plan = about.plan if about else plans.in_force(desk.register)
    for person in (grant.person, grant.principal):
        if person not in plan.people:
            raise NoSuchPerson(person=person)
    return Holder(desk, token, grant, plan, about)
