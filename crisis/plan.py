"""The crisis plan: bodies, people, partners, indicators, thresholds, rhythm (crisisplan).

This is the model; `integrations.plans` reads the file. The plan in force is frozen into a crisis at activation.
"""

from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum
from functools import cache, cached_property
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from crisis.alerts import DEFAULT_CHAINS, Event
from crisis.areas import Area, Territory
from crisis.balance import BalanceTerms
from crisis.partners import Access, IntakeTerms, Partner
from crisis.record import Line, Record, Slug
from crisis.seats import seat_misfits
from crisis.structure import Body, Office, Role, RuleSet
from crisis.thresholds import Indicator


class PlanRefused(Exception):  # noqa: N818 - a statement
    """The plan cannot be used. `problems` are (where, why): table and key, and the reason as the wording has it."""

    def __init__(self, name: str, problems: list[tuple[str, str]]) -> None:
        self.name = name
        self.problems = problems
        super().__init__(f"{name}: " + "; ".join(f"{where}: {why}" for where, why in problems))


class PlanKind(StrEnum):
    """How real it is. Anything but a real one is marked on every paper and cannot reach a real person."""

    REAL = "echt"
    EXERCISE = "oefening"
    RECONSTRUCTION = "reconstructie"


def _mail_address(text: str) -> str:
    local, at, domain = text.partition("@")
    if not (local and at and domain) or "@" in domain or any(c in text for c in " <>,;\r\n\t\"'"):
        raise PydanticCustomError("mail_address", "is not a mail address")
    return text


MailAddress = Annotated[str, StringConstraints(max_length=254), AfterValidator(_mail_address)]
Language = Literal["nl", "en"]


class Person(Record):
    """Somebody who fulfils a function in the structure. Functions and work addresses only: no more than needed."""

    name: Line
    """The function, as it appears on papers: `secretaris IAO`."""
    organisation: Line
    mail: MailAddress
    language: Language = "nl"
    own_powers: bool = False
    """Speaks for a region, province or municipality: it has powers of its own, so it is asked, never ordered (R24)."""
    office: Office | None = None
    """The office by which a rule gives this person a place or a voice."""
    ministry: Line | None = None
    """The ministry for which this person sits in a body (R10)."""
    deputy: str | None = None
    """Who may act in the place of this person: another of the plan."""


class Group(Record):
    """People who hear the same, and the Slack channel they share."""

    name: Line
    people: tuple[str, ...] = ()
    slack: Slug | None = None
    """The name of the webhook in the settings (`OPSCHALING_SLACK_WEBHOOKS`); the address itself is a secret."""


class Rhythm(StrEnum):
    """How often a body meets while it is active. Configuration, not law (R18)."""

    ON_CALL = "op afroep"
    DAILY = "dagelijks"
    TWICE_A_WEEK = "tweemaal per week"
    WEEKLY = "wekelijks"

    @property
    def interval(self) -> timedelta | None:
        """Time from one meeting to the next; None when it meets only when called."""
        days = {Rhythm.DAILY: 1, Rhythm.TWICE_A_WEEK: 3.5, Rhythm.WEEKLY: 7}.get(self)
        return timedelta(days=days) if days else None


class Seat(Record):
    """How a body is composed in this plan."""

    chair: str
    secretary: str
    members: tuple[str, ...]
    advisory: tuple[str, ...] = ()
    """Who takes part with an advisory voice, as the chair has allowed (R04)."""
    notice_minutes: int = Field(default=60, ge=0, le=7 * 24 * 60)
    """Minutes between convening the body and its meeting."""
    rhythm: Rhythm = Rhythm.ON_CALL
    slack: Slug | None = None
    second: str | None = None
    """Who confirms what the secretary recorded, where two must look (four eyes); the chair where nobody is named."""
    reading_minutes: int = Field(default=30, ge=0, le=7 * 24 * 60)
    """How long before the meeting members must have the papers; a shorter time is marked (E07)."""

    @property
    def confirms(self) -> str:
        """Who confirms an outcome: never the secretary."""
        return self.second or self.chair

    @property
    def notice(self) -> timedelta:
        """Time between convening the body and its meeting."""
        return timedelta(minutes=self.notice_minutes)

    @property
    def everyone(self) -> tuple[str, ...]:
        """Chair, secretary, members and who advises, each once."""
        return tuple(dict.fromkeys((self.chair, self.secretary, *self.members, *self.advisory)))

    @property
    def table(self) -> tuple[str, ...]:
        """Who sits at the table: everyone but the secretary."""
        return tuple(dict.fromkeys((self.chair, *self.members, *self.advisory)))


@cache
def _hours(number: float) -> timedelta:
    """Made once: an outcome asks for it with every action item."""
    return timedelta(hours=number)


class ActionTerms(Record):
    """When owners of action items are reminded."""

    remind_before_hours: float = Field(default=24, ge=0)
    remind_every_hours: float = Field(default=24, gt=0)

    @property
    def remind_before(self) -> timedelta:
        """How long before the due time the first reminder goes out."""
        return _hours(self.remind_before_hours)

    @property
    def remind_every(self) -> timedelta:
        """How long until the next one."""
        return _hours(self.remind_every_hours)


class OutcomeTerms(Record):
    """How long an outcome may stay out, counted from the hour of the meeting."""

    remind_after_hours: float = Field(default=4, gt=0)
    """Then its secretary is asked again, and the chair of the body hears of it."""
    remind_every_hours: float = Field(default=4, gt=0)
    next_body_waits_hours: float = Field(default=12, gt=0)
    """So long an active body above, that has not met yet, waits for it; then it meets without."""

    @property
    def remind_after(self) -> timedelta:
        """How long after the hour of the meeting the secretary is asked again."""
        return _hours(self.remind_after_hours)

    @property
    def remind_every(self) -> timedelta:
        """How long until the next time."""
        return _hours(self.remind_every_hours)

    @property
    def next_body_waits(self) -> timedelta:
        """How long the body above waits."""
        return _hours(self.next_body_waits_hours)


class Plan(Record):
    """A crisis plan: who meets, who is asked, what is counted, who hears what."""

    id: Slug
    title: Line
    kind: PlanKind
    ruleset: RuleSet
    language: Language = "nl"
    duty: str
    """The group that is on duty day and night (piket), and hears what nobody else could be told."""
    confirm_activation: bool | None = None
    """Whether an activation from the Prefect UI waits for who is on duty; where nothing is said: for a real plan only."""
    ministries: str | None = None
    """The group of all other ministries: they hear of the convening of the IAO at the same moment (R09)."""
    regions: str | None = None
    """The group of the safety regions."""
    people: dict[Slug, Person]
    groups: dict[Slug, Group]
    roles: dict[Role, tuple[str, ...]] = Field(default_factory=dict)
    bodies: dict[Body, Seat]
    indicators: tuple[Indicator, ...] = ()
    partners: tuple[Partner, ...] = ()
    access: dict[Slug, Access] = Field(default_factory=dict)
    areas: tuple[Area, ...] = ()
    """The municipalities as they were imported when the plan was loaded: by these, figures roll up."""
    intake: IntakeTerms = IntakeTerms()
    balance: BalanceTerms | None = None
    """What the outlook is made of; without it there is none."""
    action_items: ActionTerms = ActionTerms()
    outcomes: OutcomeTerms = OutcomeTerms()
    chains: dict[Event, tuple[str, ...]] = Field(default_factory=dict)
    letters: str | None = None
    """Who writes the letters to the House (R19); nobody: then none is put on the list by itself."""

    def __hash__(self) -> int:
        """Of this very object: comparing two plans in full takes longer than working out again what follows from one."""
        return id(self)

    @property
    def is_real(self) -> bool:
        """Whether real people are meant to be reached."""
        return self.kind is PlanKind.REAL

    @property
    def marking(self) -> str:
        """What stands on every paper and before every alert; nothing for the real thing."""
        return "" if self.kind is PlanKind.REAL else str(self.kind)

    @property
    def is_confirmed_first(self) -> bool:
        """Whether an activation from the Prefect UI, which knows no users, is only a request."""
        return self.is_real if self.confirm_activation is None else self.confirm_activation

    def chain(self, event: Event) -> tuple[str, ...]:
        """Who hears of this: the plan's choice, or the product's."""
        return self.chains.get(event, DEFAULT_CHAINS[event])

    @property
    def nkc(self) -> Group:
        """The communication team."""
        return self.groups["nkc"]

    def is_outside(self, person: str) -> bool:
        """Whether this person speaks for who has powers of its own, and so gets requests (R24)."""
        return person in self.people and self.people[person].own_powers

    def partner(self, partner_id: str) -> Partner:
        """The partner with this id. Raises KeyError where there is none."""
        return next(p for p in self.partners if p.id == partner_id)

    @cached_property
    def territory(self) -> Territory:
        """Which area lies in which."""
        return Territory(self.areas)

    def areas_that_give(self, indicator: str) -> frozenset[str]:
        """The areas of the partners that are asked for this indicator: the denominator of its total.

        Open data that gives many areas adds none: it says of whatever area it knows.
        """
        return frozenset(p.area for p in self.partners if indicator in p.indicators and not p.gives_many_areas(indicator))

    def slack_names(self) -> frozenset[str]:
        """The webhooks that the settings must hold for this plan."""
        named = [seat.slack for seat in self.bodies.values()] + [group.slack for group in self.groups.values()]
        return frozenset(name for name in named if name)

    @model_validator(mode="after")
    def _names_fit(self) -> Self:
        if problems := list(_misfits(self)):
            described = "; ".join(f"{where}: {why}" for where, why in problems)
            raise PydanticCustomError("plan_misfit", "{described}", {"described": described, "problems": problems})
        return self


AUDIENCES = frozenset(
    {
        *("nkc", "members", "secretary", "chair", "second", "owner", "verifier"),
        *("channel", "duty", "ministries", "regions"),
    }
)
"""Whom a chain can name besides a group: see `crisis.alerts`."""


def _misfits(plan: Plan) -> Iterator[tuple[str, str]]:
    """Every name that stands for nothing: (where, why); what is behind the colon of the reason is the name."""
    yield from _missing_parts(plan)
    yield from _unknown_people(plan)
    yield from _lone_eyes(plan)
    yield from _partner_misfits(plan)
    yield from _balance_misfits(plan)
    yield from _chain_misfits(plan)
    yield from seat_misfits(plan)


def _missing_parts(plan: Plan) -> Iterator[tuple[str, str]]:
    yield from ((f"bodies.{body}", "missing") for body in Body if body not in plan.bodies)
    if "nkc" not in plan.groups:
        yield "groups.nkc", "missing"
    named = (("duty", plan.duty), ("ministries", plan.ministries), ("regions", plan.regions))
    yield from ((where, f"not_in_groups:{group}") for where, group in named if group and group not in plan.groups)


def _unknown_people(plan: Plan) -> Iterator[tuple[str, str]]:
    named = [(f"bodies.{body}.chair", seat.chair) for body, seat in plan.bodies.items()]
    named += [(f"bodies.{body}.secretary", seat.secretary) for body, seat in plan.bodies.items()]
    named += [(f"bodies.{body}.second", seat.second) for body, seat in plan.bodies.items() if seat.second]
    named += [("letters", plan.letters)] if plan.letters else []
    named += [(f"bodies.{body}.members", member) for body, seat in plan.bodies.items() for member in seat.members]
    named += [(f"bodies.{body}.advisory", person) for body, seat in plan.bodies.items() for person in seat.advisory]
    named += [(f"people.{name}.deputy", person.deputy) for name, person in plan.people.items() if person.deputy]
    named += [(f"roles.{role}", person) for role, people in plan.roles.items() for person in people]
    named += [(f"groups.{name}.people", person) for name, group in plan.groups.items() for person in group.people]
    yield from ((where, f"not_in_people:{person}") for where, person in named if person not in plan.people)


def _lone_eyes(plan: Plan) -> Iterator[tuple[str, str]]:
    """Where two must look, they must be two."""
    yield from (
        (f"bodies.{body}.second", "own_confirmation") for body, seat in plan.bodies.items() if seat.confirms == seat.secretary
    )


def _partner_misfits(plan: Plan) -> Iterator[tuple[str, str]]:
    indicators = {indicator.id for indicator in plan.indicators}
    seen: set[str] = set()
    for partner in plan.partners:
        if partner.id in seen:
            yield f"partners.{partner.id}", "twice"
        seen.add(partner.id)
        for indicator in sorted(set(partner.indicators) - indicators):
            yield f"partners.{partner.id}.indicators", f"not_in_indicators:{indicator}"
        if partner.contact and partner.contact not in plan.people:
            yield f"partners.{partner.id}.contact", f"not_in_people:{partner.contact}"
        if partner.access and partner.access not in plan.access:
            yield f"partners.{partner.id}.access", f"not_in_access:{partner.access}"


def _balance_misfits(plan: Plan) -> Iterator[tuple[str, str]]:
    indicators = {indicator.id for indicator in plan.indicators}
    for name in ("occupied", "capacity", "inflow", "outflow", "extra"):
        indicator = getattr(plan.balance, name, None)
        if indicator and indicator not in indicators:
            yield f"balance.{name}", f"not_in_indicators:{indicator}"


def _chain_misfits(plan: Plan) -> Iterator[tuple[str, str]]:
    known = AUDIENCES | plan.groups.keys()
    for event, audiences in plan.chains.items():
        if not audiences and event is not Event.TEST:
            yield f"chains.{event}", "nobody_hears"
        for audience in set(audiences) - known:
            yield f"chains.{event}", f"not_an_audience:{audience}"
