"""The pages on which a ministry that was left out asks to be invited, and the secretary answers (R09)."""

from collections.abc import Mapping
from enum import StrEnum
from http import HTTPStatus

from starlette.responses import HTMLResponse

from crisis.errors import InvalidInput, Refused
from crisis.invitations import InvitationRequest
from crisis.meetings import Meeting
from crisis.structure import Body
from integrations.portal.desk import page, status_of
from integrations.portal.holder import Holder
from integrations.register import invitations, meetings
from integrations.wording.refusals import reason_text


class Verdict(StrEnum):
    """What the secretary writes down for the chair."""

    ACCEPT = "aannemen"
    REFUSE = "afwijzen"


def show_asking(holder: Holder) -> HTMLResponse:
    """The meeting of which the ministry heard, with the form; once it was sent, what was asked and what came of it."""
    return _asking(holder, {})


def show_asking_refusal(holder: Holder, fields: Mapping[str, str], refusal: Refused) -> HTMLResponse:
    """The form once more with what was typed, and above it why it was refused."""
    return _asking(holder, fields, refusal)


def ask(holder: Holder, fields: Mapping[str, str]) -> None:
    """Ask to be invited. The same sent twice is one request.

    Raises:
        Refused: by the form or the procedure; nothing was changed.

    """
    reason = fields.get("invitation_reason", "")
    invitations.ask(holder.desk.register, holder.grant, reason, holder.deed, holder.desk.now())


def show_answering(holder: Holder) -> HTMLResponse:
    """The request, with the form; once it was answered, the answer."""
    return _answering(holder, {})


def show_answering_refusal(holder: Holder, fields: Mapping[str, str], refusal: Refused) -> HTMLResponse:
    """The form once more with what was typed, and above it why it was refused."""
    return _answering(holder, fields, refusal)


def answer(holder: Holder, fields: Mapping[str, str]) -> None:
    """Accept the request, or refuse it with a reason. Sent twice, it is answered once.

    Raises:
        Refused: by the form or the procedure; nothing was changed.

    """
    try:
        accepted = Verdict(fields.get("verdict", "")) is Verdict.ACCEPT
    except ValueError:
        raise InvalidInput(problems=[("verdict", "enum" if fields.get("verdict") else "missing")]) from None
    remark = fields.get("invitation_answer", "").strip()
    invitations.answer(holder.desk.register, holder.grant, accepted, remark, holder.deed, holder.desk.now())


def _asking(holder: Holder, fields: Mapping[str, str], refusal: Refused | None = None) -> HTMLResponse:
    request = invitations.asked_by(holder.desk.register, holder.grant)
    meeting = _meeting_of(holder, holder.grant.object)
    seat = holder.crisis.plan.bodies[meeting.body]
    takes_part = request is None and holder.grant.person in seat.everyone
    facts: dict[str, object] = {"meeting": meeting, "request": request, "takes_part": takes_part}
    return _page("ask_invitation.html.j2", holder, facts, fields, refusal)


def _answering(holder: Holder, fields: Mapping[str, str], refusal: Refused | None = None) -> HTMLResponse:
    request = invitations.find(holder.desk.register, holder.grant.object)
    meeting = _meeting_of(holder, f"{request.crisis}/{request.body}/{request.meeting}")
    facts: dict[str, object] = {"meeting": meeting, "request": request, "asking": _asks(holder, request)}
    return _page("answer_invitation.html.j2", holder, facts, fields, refusal)


def _asks(holder: Holder, request: InvitationRequest) -> str:
    person = holder.crisis.plan.people[request.person]
    return f"{person.name} ({person.ministry or person.organisation})"


def _meeting_of(holder: Holder, key: str) -> Meeting:
    slug, body, number = key.split("/")
    return meetings.find(holder.desk.register, slug, Body(body), int(number))


def _page(
    template: str, holder: Holder, own: dict[str, object], fields: Mapping[str, str], refusal: Refused | None
) -> HTMLResponse:
    language = holder.person.language
    problems = refusal.details["problems"] if isinstance(refusal, InvalidInput) else []
    assert isinstance(problems, list)
    facts = {
        "typed": fields,
        "refusal": holder.told(refusal) if refusal else None,
        "problems": {field: reason_text(reason, language) for field, reason in problems},
        "field_of_refusal": None,
    }
    status = status_of(refusal) if refusal else HTTPStatus.OK
    return page(template, language, holder.crisis.plan.marking, holder.facts() | own | facts, status)
