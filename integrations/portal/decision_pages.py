"""The pages on which the NKC advises on what is intended, and an addressee answers a request."""

from collections.abc import Sequence

from crisis.decisions import CommunicationAdvice, Decision, Secrecy, Status, status_of
from crisis.requests import Reply, Request
from integrations.portal.form_pages import Form
from integrations.portal.holder import Holder
from integrations.register import communication, decisions, requests
from integrations.wording.dossier_parts import Fact
from integrations.wording.problems import field_name
from integrations.wording.times import moment_text

FOR_THE_NKC = ("picture", "options", "advice", "ground", "feasibility", "communication", "conditions")
"""What a decision rests on, but for who disagreed: that is part of the minutes (R22)."""
FOR_ADDRESSEES = ("picture", "ground", "conditions")
"""What an addressee must know to answer; what was weighed in the body stays there."""


def facts_of(holder: Holder, decision: Decision, shown: Sequence[str]) -> list[Fact]:
    """A decision as it stands above a form; of what is secret the text alone, and not what it rests on (R22)."""
    say, language = holder.voice.say, holder.person.language
    known = [
        Fact(say("Crisis"), holder.crisis.title),
        Fact(say("Uit bijeenkomst"), f"{decision.body} {decision.meeting}, {moment_text(decision.at, language)}"),
        Fact(say(decision.kind).capitalize(), decision.text, is_typed=True),
    ]
    if decision.secrecy is not Secrecy.SECRET:
        said = [(name, getattr(decision, name)) for name in shown]
        known += [Fact(field_name(name, language), text, is_typed=True) for name, text in said if text]
    return known


def _advise(holder: Holder, filled: CommunicationAdvice) -> None:
    """Record the NKC's advice. The same sent twice is one."""
    communication.advise(holder.desk.register, holder.grant, filled, holder.deed, holder.desk.now())


def _is_advised(holder: Holder) -> str | None:
    decision, say = _decision(holder), holder.voice.say
    status = status_of(decision, decisions.of_crisis(holder.desk.register, decision.crisis))
    if status is not Status.INTENDED:
        return say("Dit is niet meer voorgenomen: het is {status}.", status=say(status))
    return say("Het advies is vastgelegd. Het gremium kan dit nu vaststellen.") if holder.used_at else None


def _answer(holder: Holder, filled: Reply) -> None:
    """Record the answer. The same sent twice is one."""
    requests.reply(holder.desk.register, holder.grant, filled, holder.deed, holder.desk.now())


def _is_answered(holder: Holder) -> str | None:
    request, say = _request(holder), holder.voice.say
    if request.withdrawn_at:
        return say("Dit verzoek is ingetrokken of vervangen. U hoeft niets te doen.")
    if request.latest and (request.latest.answer.settles or holder.used_at):
        at = moment_text(request.latest.at, holder.person.language)
        return say("Uw antwoord is vastgelegd op {at}: {answer}.", at=at, answer=say(request.latest.answer))
    return None


def _request_facts(holder: Holder) -> list[Fact]:
    request, say, language = _request(holder), holder.voice.say, holder.person.language
    known = facts_of(holder, _decision(holder), FOR_ADDRESSEES)
    for given in request.replies:
        told = ": ".join(filter(None, (say(given.answer), given.condition or given.reason)))
        known.append(Fact(say("Uw antwoord van {at}", at=moment_text(given.at, language)), told, is_typed=True))
    return known


def _decision(holder: Holder) -> Decision:
    return decisions.find(holder.desk.register, *decisions.number_in(holder.grant.object))


def _request(holder: Holder) -> Request:
    slug, number = decisions.number_in(holder.grant.object)
    return requests.find(holder.desk.register, slug, number, holder.grant.object.rpartition("/")[2])


def _heading(holder: Holder, dutch: str) -> str:
    decision = _decision(holder)
    return holder.voice.say(dutch, kind=holder.voice.say(decision.kind), number=decision.number)


ADVISE = Form(
    model=CommunicationAdvice,
    heading=lambda holder: _heading(holder, "Advies van het NKC over {kind} {number}"),
    facts=lambda holder: facts_of(holder, _decision(holder), FOR_THE_NKC),
    do=_advise,
    done=_is_advised,
    button="Leg het advies vast",
)
ANSWER = Form(
    model=Reply,
    heading=lambda holder: _heading(holder, "Antwoord op {kind} {number}"),
    facts=_request_facts,
    do=_answer,
    done=_is_answered,
    button="Leg het antwoord vast",
)
