"""Where an auditor asks for their link and reads every dossier, and where members read those of their own body."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import HTMLResponse, Response

from crisis.decisions import status_of
from crisis.dossier import auditors
from crisis.passes import Act
from crisis.record import Slug
from integrations.portal.desk import AtDesk, page
from integrations.portal.holder import ANYONE, Holder, holder_of
from integrations.portal.link_page import LinkPage, served_at
from integrations.register import crises, dossier
from integrations.wording.dossier import LATER, THEN, DossierText

reading = APIRouter(prefix="/p/{token}/decisions")

Number = Annotated[int, Path(ge=1, le=99999)]


def _asking(slug: Slug, desk: AtDesk) -> LinkPage:
    crisis = crises.find(desk.register, slug)
    return LinkPage(
        template="dossier_link.html.j2",
        path=f"/crises/{slug}/dossier",
        plan=crisis.plan,
        people=auditors(crisis.plan),
        hint="Alleen wie in het crisisplan auditor is, staat in de lijst.",
        ask=lambda person: dossier.ask_link(desk.register, slug, person, ANYONE, desk.now()),
        about={"crisis": crisis},
    )


asking = served_at("/crises/{slug}/dossier", _asking)


@reading.get("/{number}")
def show(token: str, number: Number, desk: AtDesk) -> Response:
    """One decision: what was known when it was taken, and what came later."""
    holder = holder_of(desk, token)
    found = dossier.read(desk.register, holder.grant, number, holder.deed, desk.now())
    facts = holder.facts() | {
        "text": DossierText(found, holder.plan, holder.person.language),
        "sections": (("then", THEN), ("later", LATER)),
        "is_auditor": holder.grant.act is Act.READ_DOSSIER,
    }
    return page("dossier.html.j2", holder.person.language, holder.plan.marking, facts)


def show_list(holder: Holder) -> HTMLResponse:
    """Every decision of the crisis, for an auditor."""
    found = dossier.all_of(holder.desk.register, holder.grant)
    facts = holder.facts() | {"decisions": found, "statuses": {d.number: status_of(d, found) for d in found}}
    return page("dossiers.html.j2", holder.person.language, holder.plan.marking, facts)
