"""The pages for who has no link: how the structure stands, and where a secretary asks for their link.

No papers, decisions or action items: only that there are any.
"""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from crisis.decisions import contradictions, in_force, still_intended
from crisis.life import Standing, coming
from crisis.meetings import Meeting, Stage
from crisis.record import Slug
from crisis.regions import in_force as grips_in_force
from crisis.structure import Body, in_order
from integrations.portal.desk import AskedLanguage, AtDesk, Desk, page
from integrations.portal.holder import ANYONE
from integrations.portal.own_pages import HEADINGS
from integrations.register import crises, decisions, grips, meetings

router = APIRouter()

Number = Annotated[int, Path(ge=1, le=9999)]


@router.get("/")
def all_crises(desk: AtDesk, language: AskedLanguage) -> Response:
    """The crises: title, phase, active bodies, next meeting."""
    standings = [crises.standing(desk.register, crisis.slug) for crisis in crises.all_of_them(desk.register)]
    facts = {
        "standings": [(standing, in_order(standing.crisis.levels), next_meeting(standing)) for standing in standings],
        "path": "/",
    }
    return page("crises.html.j2", language, desk.marking(), facts)


@router.get("/crises/{slug}")
def one_crisis(slug: Slug, desk: AtDesk, language: AskedLanguage) -> Response:
    """How one crisis stands."""
    standing = crises.standing(desk.register, slug)
    taken = decisions.of_crisis(desk.register, slug)
    facts = {
        "crisis": standing.crisis,
        "levels": in_order(standing.crisis.levels),
        "meetings": sorted(standing.meetings, key=lambda m: (m.planned_at, m.body.rank)),
        "next": next_meeting(standing),
        "decisions": len(taken),
        "in_force": len(in_force(taken)),
        "intended": len(still_intended(taken)),
        "against": len(contradictions(taken)),
        "open_actions": standing.open_actions,
        "grips": grips_in_force(grips.of_crisis(desk.register, slug)),
        "headings": HEADINGS,
        "path": f"/crises/{slug}",
    }
    return page("crisis.html.j2", language, standing.crisis.plan.marking, facts)


@router.get("/crises/{slug}/meetings/{body}/{number}")
def one_meeting(slug: Slug, body: Body, number: Number, desk: AtDesk, language: AskedLanguage) -> Response:
    """What a meeting is and how far it has come; where its outcome or its confirmation is awaited, a button for the link."""
    return _meeting_page(desk, meetings.find(desk.register, slug, body, number), language, is_link_sent=False)


@router.post("/crises/{slug}/meetings/{body}/{number}/link")
def send_link(slug: Slug, body: Body, number: Number, desk: AtDesk, language: AskedLanguage) -> Response:
    """Have the link sent to the secretary, or to who must confirm; it is not shown here."""
    meetings.ask_link(desk.register, slug, body, number, ANYONE, desk.now())
    return _meeting_page(desk, meetings.find(desk.register, slug, body, number), language, is_link_sent=True)


def next_meeting(standing: Standing) -> datetime | None:
    """The hour of the first meeting to come: one that is convened, or else the first follow-up appointment."""
    return next((at for _, at in coming(standing)), None)


def _meeting_page(desk: Desk, meeting: Meeting, language: str, *, is_link_sent: bool) -> Response:
    crisis = crises.find(desk.register, meeting.crisis)
    people, seat = crisis.plan.people, crisis.plan.bodies[meeting.body]
    facts = {
        "crisis": crisis,
        "meeting": meeting,
        "secretary": people[seat.secretary],
        "second": people[seat.confirms],
        "is_awaited": meeting.stage is Stage.INVITED,
        "is_proposed": meeting.stage is Stage.PROPOSED,
        "is_link_sent": is_link_sent,
        "path": f"/crises/{crisis.slug}/meetings/{meeting.body}/{meeting.number}",
    }
    return page("meeting.html.j2", language, crisis.plan.marking, facts)
