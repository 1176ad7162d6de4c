"""The pages on which a ministry that was left out asks to be invited, and the secretary answers (R09)."""

from enum import StrEnum

from pydantic import Field

from crisis.invitations import InvitationRequest
from crisis.meetings import Meeting
from crisis.record import Record, Text
from crisis.remarks import checked_remark
from integrations.portal.form_pages import Form
from integrations.portal.holder import Holder
from integrations.register import invitations, meetings
from integrations.wording.dossier_parts import Fact
from integrations.wording.times import moment_text


class Verdict(StrEnum):
    """What the secretary writes down for the chair."""

    ACCEPT = "aannemen"
    REFUSE = "afwijzen"


class Asking(Record):
    """What a ministry that was left out fills in."""

    reason: Text = Field(
        title="Reden", description="Waarom moet uw ministerie erbij zijn? De secretaris legt het de voorzitter voor."
    )


class Answering(Record):
    """What the secretary fills in."""

    remark: Text | None = Field(
        None,
        title="Toelichting",
        description="Alleen als het verzoek wordt afgewezen: waarom? Het antwoord is dat van de voorzitter.",
    )
    verdict: Verdict = Field(title="Antwoord")


def _ask(holder: Holder, filled: Asking) -> None:
    """Ask to be invited. The same sent twice is one request."""
    invitations.ask(holder.desk.register, holder.grant, filled.reason, holder.deed, holder.desk.now())


def _answer(holder: Holder, filled: Answering) -> None:
    """Accept the request, or refuse it with a reason. Sent twice, it is answered once."""
    accepted = filled.verdict is Verdict.ACCEPT
    remark = checked_remark(accepted, filled.remark or "")
    invitations.answer(holder.desk.register, holder.grant, accepted, remark, holder.deed, holder.desk.now())


def _is_asked(holder: Holder) -> str | None:
    request, say = invitations.asked_by(holder.desk.register, holder.grant), holder.voice.say
    if request is None:
        body = _meeting(holder).body
        takes_part = holder.grant.person in holder.plan.bodies[body].everyone
        return say("U neemt al deel aan {body}. U hoeft niets te doen.", body=holder.voice.the(body)) if takes_part else None
    if request.reply is None:
        return say("Uw verzoek is verstuurd op {at}. U krijgt bericht van het antwoord.", at=_at(holder, request))
    return say("Uw verzoek is {answer} op {at}.", answer=say(request.reply), at=_at(holder, request))


def _is_answered(holder: Holder) -> str | None:
    request, say = _request(holder), holder.voice.say
    if request.reply is None:
        return None
    return say("Dit verzoek is {answer} op {at}.", answer=say(request.reply), at=_at(holder, request))


def _at(holder: Holder, request: InvitationRequest) -> str:
    return moment_text(request.answered_at or request.asked_at, holder.person.language)


def _facts_to_ask(holder: Holder) -> list[Fact]:
    request, say = invitations.asked_by(holder.desk.register, holder.grant), holder.voice.say
    meeting = _meeting(holder)
    known = [
        Fact(say("Crisis"), holder.crisis.title),
        Fact(say("Bijeenkomst"), meeting.label),
        Fact(say("Gepland"), moment_text(meeting.planned_at, holder.person.language)),
    ]
    return [*known, *(_said(holder, request) if request else ())]


def _facts_to_answer(holder: Holder) -> list[Fact]:
    request, say = _request(holder), holder.voice.say
    asking = holder.plan.people[request.person]
    return [
        Fact(say("Crisis"), holder.crisis.title),
        Fact(say("Bijeenkomst"), request.label),
        Fact(say("Wie vraagt"), f"{asking.name} ({asking.ministry or asking.organisation})"),
        Fact(say("Gevraagd"), moment_text(request.asked_at, holder.person.language)),
        *_said(holder, request),
    ]


def _said(holder: Holder, request: InvitationRequest) -> list[Fact]:
    """What was asked and answered, in the words of those who did."""
    said = [Fact(holder.voice.say("Reden"), request.reason, is_typed=True)]
    return said + ([Fact(holder.voice.say("Toelichting"), request.answer, is_typed=True)] if request.answer else [])


def _request(holder: Holder) -> InvitationRequest:
    """The request that the pass is about."""
    return invitations.find(holder.desk.register, holder.grant.object)


def _meeting(holder: Holder) -> Meeting:
    """The meeting that the pass is about."""
    return meetings.find(holder.desk.register, *meetings.parts(holder.grant.object))


ASK = Form(
    model=Asking,
    heading=lambda holder: holder.voice.say("Vraag om deelname aan {body}", body=holder.voice.the(_meeting(holder).body)),
    facts=_facts_to_ask,
    do=_ask,
    done=_is_asked,
    button="Vraag om deelname",
)
ANSWER = Form(
    model=Answering,
    heading=lambda holder: holder.voice.say("Verzoek om deelname aan {body}", body=holder.voice.the(_request(holder).body)),
    facts=_facts_to_answer,
    do=_answer,
    done=_is_answered,
    buttons="verdict",
)
