"""The pages on which a second person confirms what another recorded, or sends it back (four eyes)."""

from collections.abc import Iterator
from enum import StrEnum

from pydantic import Field

from crisis.decisions import NewDecision
from crisis.life import Phase
from crisis.meetings import Outcome, Stage
from crisis.record import Record, Text
from crisis.remarks import checked_remark
from integrations.portal.decision_pages import RESTS_ON
from integrations.portal.form_pages import Fact, Form
from integrations.portal.holder import Holder
from integrations.portal.outcome_page import meeting_of
from integrations.register import closing, outcomes
from integrations.wording.dossier_parts import Wording
from integrations.wording.problems import field_name
from integrations.wording.times import moment_text


class Second(StrEnum):
    """What the second person says."""

    CONFIRM = "bevestigen"
    RETURN = "terugsturen"


class Confirmation(Record):
    """What the second person fills in."""

    remark: Text | None = Field(None, title="Opmerking", description="Alleen als u het terugstuurt: wat moet er anders?")
    second: Second = Field(title="Oordeel")


class Closing(Record):
    """Nothing to fill in: the button says it."""


def _verdict(filled: Confirmation) -> tuple[bool, str]:
    accepted = filled.second is Second.CONFIRM
    return accepted, checked_remark(accepted, filled.remark or "")


def _confirm(holder: Holder, filled: Confirmation) -> None:
    """Confirm the outcome, or send it back. The same sent twice is done once."""
    outcomes.confirm(holder.desk.register, holder.grant, *_verdict(filled), holder.deed, holder.desk.now())


def _is_confirmed(holder: Holder) -> str | None:
    meeting, say, language = meeting_of(holder), holder.voice.say, holder.person.language
    if meeting.stage is Stage.RECORDED and meeting.recorded_at:
        at = moment_text(meeting.recorded_at, language)
        return say("De uitkomst van {meeting} is bevestigd op {at}.", meeting=meeting.label, at=at)
    if meeting.stage is not Stage.PROPOSED:
        return say("De uitkomst van {meeting} is teruggestuurd naar de secretaris.", meeting=meeting.label)
    return None


def _outcome_facts(holder: Holder) -> list[Fact]:
    meeting, say = meeting_of(holder), holder.voice.say
    outcome, secretary = outcomes.proposed(holder.desk.register, meeting), holder.plan.bodies[meeting.body].secretary
    known = [
        Fact(say("Crisis"), holder.crisis.title),
        Fact(say("Bijeenkomst"), f"{meeting.label}, {moment_text(meeting.planned_at, holder.person.language)}"),
        Fact(
            say("Vastgelegd door"), holder.named(meeting.proposed_by, secretary) if meeting.proposed_by else say("nog niemand")
        ),
    ]
    return known + _told(holder, outcome) if outcome else known


def _told(holder: Holder, outcome: Outcome) -> list[Fact]:
    """Everything that follows once it is confirmed."""
    say, language, names = holder.voice.say, holder.person.language, holder.names
    known = [Fact(field_name("direction", language), say(outcome.direction))]
    known.append(Fact(field_name("summary", language), outcome.summary, is_typed=True))
    if outcome.chair:
        known.append(Fact(field_name("chair", language), names.get(outcome.chair, outcome.chair)))
    if outcome.present:
        there = ", ".join(f"{names.get(one.name, one.name)} ({say(one.capacity)})" for one in outcome.present)
        known.append(Fact(field_name("present", language), there))
    for number, decision in enumerate(outcome.decisions, start=1):
        known += _decision_facts(holder, number, decision)
    for number, action in enumerate(outcome.actions, start=1):
        told = f"{action.title}\n{names.get(action.owner, action.owner)}, {moment_text(action.due_at, language)}"
        told += f"\n{field_name('to', language)}: {action.to}" if action.to else ""
        known.append(Fact(f"{say(action.kind).capitalize()} {number}", told, is_typed=True))
    if outcome.scale_down:
        known.append(Fact(field_name("successor", language), outcome.scale_down.successor))
        if outcome.scale_down.ends_by:
            known.append(Fact(field_name("ends_by", language), str(outcome.scale_down.ends_by)))
        owners = [f"{number}: {names.get(owner, owner)}" for number, owner in sorted(outcome.scale_down.handover.items())]
        known += [Fact(field_name("handover", language), "\n".join(owners), is_typed=True)] if owners else []
    if outcome.next_meeting_at:
        known.append(Fact(field_name("next_meeting_at", language), moment_text(outcome.next_meeting_at, language)))
    return known


def _decision_facts(holder: Holder, number: int, decision: NewDecision) -> list[Fact]:
    say, language = holder.voice.say, holder.person.language
    known = [Fact(f"{say(decision.kind).capitalize()} {number}", decision.text, is_typed=True, tag=_tag(holder, decision))]
    said = [(name, getattr(decision, name)) for name in RESTS_ON]
    known += [Fact(field_name(name, language), text, is_typed=True) for name, text in said if text]
    return known + [Fact(field_name(name, language), text) for name, text in _consequences(holder, decision) if text]


def _consequences(holder: Holder, decision: NewDecision) -> Iterator[tuple[str, str]]:
    """What is not in its words: whom it binds, what it takes the place of, when it holds, who may read it."""
    say, language, names = holder.voice.say, holder.person.language, holder.names
    yield "addressees", ", ".join(names.get(person, person) for person in decision.addressees)
    yield "against", ", ".join(names.get(person, person) for person in decision.against)
    yield "rests_on", ", ".join(map(str, decision.rests_on))
    for name in ("replaces", "withdraws"):
        yield name, str(getattr(decision, name) or "")
    for name in ("effective_at", "review_at", "public_at"):
        moment = getattr(decision, name)
        yield name, moment_text(moment, language) if moment else ""
    yield "cannot_wait", say("ja") if decision.cannot_wait else ""
    yield "secrecy", say(decision.secrecy)
    if decision.measure:
        yield "measure", Wording(holder.plan, language).measure(decision.measure)


def _tag(holder: Holder, decision: NewDecision) -> str:
    return holder.voice.say(decision.stage) if decision.is_intended else ""


def _close(holder: Holder, _: Closing) -> None:
    """Propose to close the crisis. Twice is once."""
    closing.propose(holder.desk.register, holder.grant, holder.deed, holder.desk.now())


def _is_proposed(holder: Holder) -> str | None:
    say = holder.voice.say
    if holder.crisis.phase is Phase.CLOSED:
        return _is_closed(holder)
    if holder.crisis.closing_by:
        return say("De afsluiting wacht op bevestiging door een ander.")
    return None


def _confirm_closing(holder: Holder, filled: Confirmation) -> None:
    """Close the crisis, or send it back. The same sent twice is done once."""
    closing.confirm(holder.desk.register, holder.grant, *_verdict(filled), holder.deed, holder.desk.now())


def _is_closed(holder: Holder) -> str | None:
    crisis, say = holder.crisis, holder.voice.say
    if crisis.closed_at:
        return say("De crisis is afgesloten op {at}.", at=moment_text(crisis.closed_at, holder.person.language))
    return None if crisis.closing_by else say("Er wacht geen afsluiting op bevestiging.")


def _closing_facts(holder: Holder) -> list[Fact]:
    crisis, say, language = holder.crisis, holder.voice.say, holder.person.language
    known = [
        Fact(say("Crisis"), crisis.title),
        Fact(say("Geactiveerd"), moment_text(crisis.activated_at, language)),
        Fact(say("Fase"), say(crisis.phase)),
    ]
    if crisis.successor:
        known.append(Fact(field_name("successor", language), crisis.successor))
    if crisis.closing_by:
        known.append(Fact(say("Voorgesteld door"), holder.names.get(crisis.closing_by, crisis.closing_by)))
    return known


CONFIRM = Form(
    model=Confirmation,
    heading=lambda holder: holder.voice.say("Uitkomst van {meeting} bevestigen", meeting=meeting_of(holder).label),
    facts=_outcome_facts,
    do=_confirm,
    done=_is_confirmed,
    buttons="second",
)
CLOSE = Form(
    model=Closing,
    heading=lambda holder: holder.voice.say("De crisis afsluiten"),
    facts=_closing_facts,
    do=_close,
    done=_is_proposed,
    button="Sluit de crisis af",
)
CONFIRM_CLOSING = Form(
    model=Confirmation,
    heading=lambda holder: holder.voice.say("De afsluiting bevestigen"),
    facts=_closing_facts,
    do=_confirm_closing,
    done=_is_closed,
    buttons="second",
)
