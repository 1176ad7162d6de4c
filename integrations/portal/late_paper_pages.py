"""The page on which a secretary adds a paper after the invitation, with the link that records the outcome.

The link is not spent by it: see `integrations.register.late_papers`.
"""

from http import HTTPStatus

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from crisis.errors import PassInvalid, Refused
from crisis.late_papers import NewPaper
from crisis.passes import Act
from integrations.portal import form_pages
from integrations.portal.desk import AtDesk, Fields
from integrations.portal.form_pages import Form
from integrations.portal.holder import Holder, holder_of
from integrations.portal.outcome_page import meeting_of
from integrations.register import late_papers
from integrations.wording.dossier_parts import Fact
from integrations.wording.times import lead_text, moment_text

UNDER = "/papers"

router = APIRouter(prefix="/p/{token}" + UNDER)


@router.get("")
def show(token: str, desk: AtDesk) -> Response:
    """What was added so far, and the form."""
    return form_pages.show(ADD_PAPER, _secretary(desk, token))


@router.post("")
def add(token: str, fields: Fields, desk: AtDesk) -> Response:
    """Add it, and go back to see that it is there."""
    holder = _secretary(desk, token)
    try:
        form_pages.do(ADD_PAPER, holder, fields)
    except Refused as refusal:
        return form_pages.show_refusal(ADD_PAPER, holder, fields, refusal)
    return RedirectResponse(f"/p/{token}{UNDER}", HTTPStatus.SEE_OTHER)


def _secretary(desk: AtDesk, token: str) -> Holder:
    holder = holder_of(desk, token)
    if holder.grant.act is not Act.RECORD_OUTCOME:
        raise PassInvalid
    return holder


def _add(holder: Holder, filled: NewPaper) -> None:
    """The same sent twice is one paper."""
    late_papers.add(holder.desk.register, holder.grant, filled, holder.deed, holder.desk.now())


def _facts(holder: Holder) -> list[Fact]:
    meeting, say, language = meeting_of(holder), holder.voice.say, holder.person.language
    known = [Fact(say("Gepland"), moment_text(meeting.planned_at, language))]
    if meeting.invited_at:
        known.append(Fact(say("Uitgenodigd"), moment_text(meeting.invited_at, language)))
    for paper in late_papers.of_meeting(holder.desk.register, meeting.crisis, meeting.body, meeting.number):
        tag = lead_text(paper.before(meeting.planned_at), language)
        known.append(Fact(say("Stuk {number}", number=paper.number), paper.title, is_typed=True, tag=tag))
    return [*known, Fact(say("Nagezonden"), say("De leden krijgen bericht van ieder nagezonden stuk."))]


def _is_over(holder: Holder) -> str | None:
    is_open = meeting_of(holder).is_open and holder.used_at is None
    return None if is_open else holder.voice.say("De uitkomst is vastgelegd: er worden geen stukken meer nagezonden.")


ADD_PAPER = Form(
    model=NewPaper,
    heading=lambda holder: holder.voice.say("Stuk nazenden voor {meeting}", meeting=meeting_of(holder).label),
    facts=_facts,
    do=_add,
    done=_is_over,
    button="Zend na",
    under=UNDER,
)
