"""What a secretary fills in about inquiries: to ask, to close, to give an answer back, to write down what was said."""

from datetime import date
from enum import StrEnum

from pydantic import Field, ValidationError

from crisis.errors import InvalidInput
from crisis.giving import EnteredFigures, FigureState, Means
from crisis.inquiries import Inquiry, NewInquiry
from crisis.partners import PartnerKind
from crisis.passes import Act
from crisis.plan import Plan
from crisis.record import AMSTERDAM, IndicatorKey, Line, Moment, PartnerKey, Record, Text
from integrations.portal.figures_form import values_in
from integrations.portal.holder import Holder
from integrations.register import form_answers, inquiries
from integrations.wording.dossier_parts import Fact
from integrations.wording.problems import problems_in
from integrations.wording.times import moment_text

MOST_SHOWN = 10
"""So many inquiries above a form, the newest first."""

HEADINGS = {
    Act.ASK_PARTNERS: "Partners iets vragen",
    Act.CLOSE_INQUIRY: "Een uitvraag sluiten",
    Act.JUDGE_FIGURES: "Een antwoord teruggeven of aannemen",
    Act.ENTER_FIGURES: "Bijschrijven wat een partner zei",
}


class Judgement(StrEnum):
    """What the secretariat says to an answer."""

    RETURN = "teruggeven"
    ACCEPT = "aannemen"


class Asking(Record):
    """What is filled in to ask partners something."""

    question: Text = Field(title="Vraag", description="Wat moet u weten, en waar is het voor?")
    indicators: frozenset[IndicatorKey] = Field(min_length=1, title="Indicatoren")
    kinds: frozenset[PartnerKind] = Field(
        frozenset(), title="Soorten partners", description="Alle partners van deze soorten die een van deze indicatoren geven."
    )
    partners: Text | None = Field(None, title="Partners", description="En deze, elk op een regel: hun code in het crisisplan.")
    reference_date: date | None = Field(None, title="Peildatum", description="Waar gaan de cijfers over? Leeg: vandaag.")
    due_at: Moment | None = Field(None, title="Uiterlijk", description="Leeg: zo lang als het crisisplan mensen geeft.")
    enough: float | None = Field(
        None,
        gt=0,
        lt=1,
        title="Genoeg bij dit deel",
        description="Van 0 tot 1, zoals 0.8: dan sluit de uitvraag zodra zoveel partners antwoordden.",
    )


class Closing(Record):
    """What is filled in to close an inquiry."""

    inquiry: int = Field(ge=1, title="Nummer van de uitvraag")


class Judging(Record):
    """What is filled in to give an answer back, or accept it."""

    inquiry: int = Field(ge=1, title="Nummer van de uitvraag")
    partner: PartnerKey = Field(title="Partner")
    judgement: Judgement = Field(title="Oordeel over het antwoord")
    remark: Text | None = Field(
        None,
        title="Vraag",
        description="Alleen als u het teruggeeft: wat wilt u weten? Tot er antwoord is, tellen deze cijfers niet mee.",
    )


class Entering(Record):
    """What is filled in to write down what a partner said by telephone or mail."""

    inquiry: int = Field(ge=1, title="Nummer van de uitvraag")
    partner: PartnerKey = Field(title="Partner")
    values: Text = Field(
        title="Cijfers", description="Elk op een regel: indicator, soort en getal, zoals cno-plaatsen gerealiseerd 150."
    )
    state: FigureState = Field(title="Voorlopig of definitief")
    means: Means = Field(title="Hoe")
    said_by: Line = Field(title="Van wie")
    said_at: Moment = Field(
        title="Wanneer", description="Wanneer het is gezegd. Wat de partner later zelf opgaf, blijft gelden."
    )
    remarks: Text | None = Field(None, title="Opmerkingen", description="Wat de cijfers niet zeggen. Geen persoonsgegevens.")


def ask(holder: Holder, filled: Asking) -> None:
    """Ask it. The very same sent twice is asked once."""
    named = [line.strip() for line in (filled.partners or "").splitlines() if line.strip()]
    chosen = addressed(holder.plan, filled.indicators, filled.kinds, named)
    if not chosen:
        raise InvalidInput(problems=[("kinds", "too_short")])
    now = holder.desk.now()
    try:
        asked = NewInquiry(
            question=filled.question,
            indicators=tuple(one.id for one in holder.plan.indicators if one.id in filled.indicators),
            partners=chosen,
            reference_date=filled.reference_date or now.astimezone(AMSTERDAM).date(),
            due_at=filled.due_at,
            enough=filled.enough,
        )
    except ValidationError as wrong:
        raise InvalidInput(problems=problems_in(wrong)) from wrong
    inquiries.ask(holder.desk.register, holder.grant, asked, holder.deed, now)


def close(holder: Holder, filled: Closing) -> None:
    """Close it. Closed twice, it is closed once."""
    inquiries.close(holder.desk.register, holder.grant, filled.inquiry, holder.deed, holder.desk.now())


def judge(holder: Holder, filled: Judging) -> None:
    """Give it back, or accept it. Judged the same twice, it is judged once."""
    about, accepted = (filled.inquiry, filled.partner), filled.judgement is Judgement.ACCEPT
    register, now = holder.desk.register, holder.desk.now()
    form_answers.judge(register, holder.grant, about, accepted, filled.remark or "", holder.deed, now)


def enter(holder: Holder, filled: Entering) -> None:
    """Write it down. The same sent twice is written once."""
    entered = EnteredFigures(**dict(filled) | {"values": values_in(filled.values, holder.plan)})
    form_answers.enter(holder.desk.register, holder.grant, entered, holder.deed, holder.desk.now())


def addressed(plan: Plan, indicators: frozenset[str], kinds: frozenset[PartnerKind], named: list[str]) -> tuple[str, ...]:
    """Who is asked: those that are named, and all of these kinds that give one of these indicators; each once."""
    of_kinds = [one.id for one in plan.partners if one.kind in kinds and indicators & set(one.indicators)]
    return tuple(dict.fromkeys((*of_kinds, *named)))


def facts(holder: Holder) -> list[Fact]:
    """The inquiries so far, and how far they came."""
    newest = inquiries.of_crisis(holder.desk.register, holder.crisis.slug)[::-1][:MOST_SHOWN]
    return [_stand(holder, one) for one in newest]


def _stand(holder: Holder, inquiry: Inquiry) -> Fact:
    say, stand = holder.voice.say, inquiries.score_of(holder.desk.register, inquiry)
    due = moment_text(inquiry.due_at, holder.person.language)
    what = f"{inquiry.body} {inquiry.meeting}" if inquiry.meeting is not None else inquiry.question
    told = say(
        "{what}, uiterlijk {due}: {answered} van {asked}", what=what, due=due, answered=stand.answered, asked=stand.asked
    )
    term, tag = say("Uitvraag {number}", number=inquiry.number), "" if inquiry.is_open else say("gesloten")
    return Fact(term, told, tag=tag, is_typed=inquiry.meeting is None)
