"""What partners are asked, by when, and what came of it (uitvraag).

One question, one definition (E01, E15); what is public is not asked (E17). Every partner's answer has two sides: how it was
submitted, and whether it was accepted. An answer that stays out holds up nobody: the picture says that it is missing.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from pydantic import Field

from crisis.attendance import may_lead
from crisis.errors import AskedBefore, InvalidInput, NotActive, NotForBody
from crisis.figures import Figure, FigureKind, KnownFigure, Via
from crisis.partners import IntakeTerms, Partner, PartnerKind
from crisis.record import Line, Moment, Record, Slug, Text
from crisis.structure import Body, Role
from crisis.totals import Completeness, people

if TYPE_CHECKING:
    from crisis.plan import Plan

SAME_DAY = timedelta(days=1)
"""Within this time the same is not asked of the same partners twice (E17)."""


class Submission(StrEnum):
    """How a partner's answer came in. Different things, and none of them is zero."""

    AWAITED = "gevraagd"
    ON_TIME = "op tijd"
    LATE = "te laat"
    SILENT = "stil"
    UNREACHABLE = "onbereikbaar"
    REFUSED = "geweigerd"
    UNREADABLE = "onleesbaar"

    @property
    def has_figures(self) -> bool:
        """Whether there is an answer to use."""
        return self in (Submission.ON_TIME, Submission.LATE)


class Answer(Record):
    """What came of asking one partner (antwoord)."""

    partner: str
    submission: Submission
    received_at: Moment
    figures: tuple[Figure, ...] = ()
    report_id: str | None = None
    stated_at: Moment | None = None
    """When the partner drew it up; when it came in, where it does not say."""
    via: Via = Via.SYSTEM
    digest: str = ""
    """SHA-256 of what came in, byte for byte."""
    remarks: str = ""
    detail: str = ""
    """Why there is no usable answer, in words for the secretariat."""
    seconds: float = 0.0
    """How long the exchange took."""
    asks_rest: float | None = None
    """Seconds for which its system asked to be left alone (Retry-After)."""
    returned: str | None = None
    """The question with which the secretariat gave it back: until it is answered its figures do not count."""

    @property
    def counts(self) -> bool:
        """Whether its figures are used: it came in, and was accepted."""
        return self.submission.has_figures and self.returned is None


class Ending(StrEnum):
    """What ends an inquiry, whichever comes first; what comes in later is taken in, and called late."""

    HOUR = "op het uur"
    ALL_ANSWERED = "iedereen heeft geantwoord"
    ENOUGH = "genoeg heeft geantwoord"
    BY_HAND = "door de secretaris"
    SCALED_DOWN = "het laatste gremium is vertrokken"
    """No body is left that asked: nobody is reminded any more."""
    CRISIS_CLOSED = "de crisis is afgesloten"


class NewInquiry(Record):
    """What a secretary fills in to ask partners something."""

    question: Text = Field(title="Vraag", description="Wat moet u weten, en waar is het voor?")
    indicators: tuple[Slug, ...] = Field(min_length=1)
    partners: tuple[str, ...] = Field(min_length=1)
    reference_date: date
    due_at: Moment | None = None
    """Until when; None: as long as the plan gives people to reply."""
    enough: float | None = Field(default=None, gt=0, lt=1)
    """The share of the partners with whose answers it ends; without it all must answer, or the hour strikes."""


class Inquiry(Record):
    """A question to partners, with one definition and one date (uitvraag)."""

    crisis: str
    number: int
    body: Body | None = None
    meeting: int | None = None
    """The meeting that it is for; None where it was asked on its own."""
    question: Text
    indicators: tuple[Slug, ...]
    partners: tuple[str, ...]
    reference_date: date
    opened_at: Moment
    opened_by: Line
    due_at: Moment
    enough: float | None = None
    closed_at: Moment | None = None
    closed_because: Ending | None = None

    @property
    def key(self) -> str:
        """Unlike any other: `asiel-2022/U3`."""
        return f"{self.crisis}/U{self.number}"

    @property
    def label(self) -> str:
        """As people call it."""
        return f"uitvraag {self.number}"

    @property
    def is_open(self) -> bool:
        """Whether answers are still awaited."""
        return self.closed_at is None

    def submission_at(self, now: Moment) -> Submission:
        """How an answer counts that comes in now."""
        return Submission.ON_TIME if now <= self.due_at and self.is_open else Submission.LATE

    def key_of(self, partner: str) -> str:
        """What a link to answer for this partner is about: `asiel-2022/U3/VR01`."""
        return f"{self.key}/{partner}"

    def ends_with(self, answered: Collection[str], now: Moment) -> Ending | None:
        """What ends it now, with the partners of whom there is a usable answer; None while it goes on."""
        given = len(set(answered) & set(self.partners))
        if given >= len(self.partners):
            return Ending.ALL_ANSWERED
        if self.enough is not None and given >= self.enough * len(self.partners):
            return Ending.ENOUGH
        return Ending.HOUR if now >= self.due_at else None

    def reminders(self, terms: IntakeTerms) -> Iterator[Moment]:
        """When who has not answered is asked again: at shares of the term (E03), and at its end the ones above are told."""
        term = max(self.due_at - self.opened_at, timedelta())
        yield from (self.opened_at + term * share for share in sorted(terms.remind_at))
        yield self.due_at

    def next_reminder(self, terms: IntakeTerms, now: Moment) -> Moment:
        """The first of these that is still to come; its end where none is. What was missed is one reminder."""
        return next((at for at in self.reminders(terms) if at > now), self.due_at)


Wanted = tuple[str, FigureKind]
"""A number that is asked for: of which indicator, and what it says about it."""


class Score(Record):
    """How far an inquiry came (stand): so many of so many, and who is missing."""

    answered: int
    late: int
    asked: int
    missing: dict[str, Submission]
    """Partner to how its answer stays out, in the order of the inquiry."""
    returned: tuple[str, ...] = ()
    """Who was given its answer back, and has not answered the question."""
    inhabitants: Completeness | None = None
    """How many people live where the answers are from; None where no source says."""


def asked_of(inquiry: Inquiry, partner: Partner, plan: "Plan") -> tuple[Wanted, ...]:
    """What an inquiry asks of one partner, in the order of the plan."""
    asked = frozenset(inquiry.indicators) & frozenset(partner.indicators)
    return tuple((one.id, kind) for one in plan.indicators if one.id in asked for kind in one.kinds)


def still_to_ask(inquiry: Inquiry, partner: Partner, plan: "Plan", known: Iterable[KnownFigure]) -> tuple[Wanted, ...]:
    """What is left to ask of a partner: what neither open data nor itself has given for that very date (E17)."""
    given = {
        figure.subject
        for figure in known
        if figure.reference_date == inquiry.reference_date and (figure.via is Via.OPEN_DATA or figure.partner == partner.id)
    }
    return tuple(wanted for wanted in asked_of(inquiry, partner, plan) if (*wanted, partner.area) not in given)


def above(partner: Partner, plan: "Plan") -> tuple[str, ...]:
    """Who is asked to ask after a partner that stays out; asked, for nobody here gives orders to another (R24).

    For a municipality that is the contact of its safety region; for all others, and where its region has none, the liaisons.
    """
    if partner.form.is_open_data:
        return ()
    if partner.kind is PartnerKind.MUNICIPALITY:
        regions = (one for one in plan.partners if one.kind is PartnerKind.SAFETY_REGION and one.contact)
        around = [one.contact for one in regions if plan.territory.lies_in(partner.area, one.area)]
        if found := tuple(dict.fromkeys(filter(None, around))):
            return found
    return tuple(person for person in plan.roles.get(Role.LIAISON, ()) if person != partner.contact)


def score(inquiry: Inquiry, answers: Mapping[str, Submission], returned: Collection[str], plan: "Plan") -> Score:
    """How far it came. `answers` is what came of each partner so far; who is not in it has not been heard of."""
    stand = {partner: answers.get(partner, Submission.AWAITED) for partner in inquiry.partners}
    usable = [partner for partner, how in stand.items() if how.has_figures]
    area = {partner.id: partner.area for partner in plan.partners}
    return Score(
        answered=len(usable),
        late=sum(how is Submission.LATE for how in stand.values()),
        asked=len(stand),
        missing={partner: how for partner, how in stand.items() if not how.has_figures},
        returned=tuple(partner for partner in stand if partner in returned),
        inhabitants=people((area[one] for one in stand), (area[one] for one in usable), plan.territory),
    )


def asking_body(person: str, levels: Iterable[Body], plan: "Plan") -> Body:
    """The body for which this person asks: the highest active one that they lead, or are the secretary of.

    Raises:
        NotActive: no body is active.
        NotForBody: they speak for none of those that are.

    """
    active = sorted(levels, key=lambda body: body.rank, reverse=True)
    if not active:
        raise NotActive(body=Body.IAO)
    for body in active:
        if person == plan.bodies[body].secretary or may_lead(person, body, plan):
            return body
    raise NotForBody(person=person, body=active[-1])


def check_new(asked: NewInquiry, plan: "Plan", earlier: Iterable[Inquiry], now: Moment) -> None:
    """Whether this can be asked.

    Raises:
        InvalidInput: an indicator or a partner is not in the plan, nobody gives it, or the hour has passed.
        AskedBefore: the same was asked of the same partners within the day (E17).

    """
    if problems := list(_problems(asked, plan, now)):
        raise InvalidInput(problems=problems)
    for inquiry in earlier:
        if inquiry.meeting is None and now - inquiry.opened_at < SAME_DAY and _covers(inquiry, asked):
            raise AskedBefore(number=inquiry.number, at=inquiry.opened_at)


def _problems(asked: NewInquiry, plan: "Plan", now: Moment) -> Iterator[tuple[str, str]]:
    partners = {partner.id: partner for partner in plan.partners}
    indicators = {indicator.id for indicator in plan.indicators}
    named = [partners[one] for one in asked.partners if one in partners]
    yield from (("indicators", f"not_in_indicators:{one}") for one in asked.indicators if one not in indicators)
    yield from (("partners", f"not_in_partners:{one}") for one in asked.partners if one not in partners)
    for indicator in asked.indicators:
        if indicator in indicators and not any(indicator in partner.indicators for partner in named):
            yield "indicators", f"nobody_gives:{indicator}"
    yield from (("partners", f"gives_none:{one.id}") for one in named if not set(one.indicators) & set(asked.indicators))
    if asked.due_at is not None and asked.due_at <= now:
        yield "due_at", "in_the_past"


def _covers(inquiry: Inquiry, asked: NewInquiry) -> bool:
    """Whether it asked all of this, about the same date, of all of these."""
    is_same_date = inquiry.reference_date == asked.reference_date
    return is_same_date and set(asked.indicators) <= set(inquiry.indicators) and set(asked.partners) <= set(inquiry.partners)
