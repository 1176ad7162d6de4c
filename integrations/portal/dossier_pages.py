"""Where an auditor asks for their link and reads every dossier, and where members read those of their own body."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import HTMLResponse, Response

from crisis.decisions import status_of
from crisis.dossier import auditors
from crisis.errors import InvalidInput, Refused
from crisis.life import Crisis
from crisis.passes import Act
from crisis.record import Slug
from integrations.portal import desk as at_desk
from integrations.portal.desk import AskedLanguage, AtDesk, Fields, page
from integrations.portal.form_fields import FormField, Kind, Option
from integrations.portal.form_pages import problems_of
from integrations.portal.holder import DOOR, Holder, holder_of
from integrations.portal.voice import Voice
from integrations.register import Deed, crises, dossier
from integrations.wording.dossier import LATER, THEN, DossierText
from integrations.wording.refusals import refusal_text

asking = APIRouter(prefix="/crises/{slug}/dossier")
reading = APIRouter(prefix="/p/{token}/decisions")

ANYONE = Deed(actor="onbekend", origin=DOOR)
"""Who asks for a link: nobody says who they are."""
Number = Annotated[int, Path(ge=1, le=99999)]


@asking.get("")
def ask(slug: Slug, desk: AtDesk, language: AskedLanguage) -> Response:
    """An auditor chooses their function."""
    return _asking_page(crises.find(desk.register, slug), language)


@asking.post("")
def send_link(slug: Slug, fields: Fields, desk: AtDesk, language: AskedLanguage) -> Response:
    """Have the link sent to that person; it is not shown here."""
    crisis, person = crises.find(desk.register, slug), fields.get("person", "")
    try:
        if not person:
            raise InvalidInput(problems=[("person", "missing")])
        dossier.ask_link(desk.register, slug, person, ANYONE, desk.now())
    except Refused as refusal:
        return _asking_page(crisis, language, person, refusal)
    return _asking_page(crisis, language, person)


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


def _asking_page(crisis: Crisis, language: str, person: str = "", refusal: Refused | None = None) -> Response:
    plan, say = crisis.plan, Voice(language).say
    field = FormField(
        name="person",
        kind=Kind.LIST,
        title=say("Uw functie"),
        hint=say("Alleen wie in het crisisplan auditor is, staat in de lijst."),
        may_be_empty=False,
        value=person,
        options=tuple(Option(key, plan.people[key].name) for key in auditors(plan)),
    )
    facts = {
        "crisis": crisis,
        "field": field,
        "sent_to": plan.people[person].name if person and not refusal else None,
        "refusal": refusal_text(refusal, language) if refusal else None,
        "problems": problems_of(refusal, language),
        "titles": {field.name: field.title},
        "field_of_refusal": field.name,
        "path": f"/crises/{crisis.slug}/dossier",
    }
    status = at_desk.status_of(refusal) if refusal else HTTPStatus.OK
    return page("dossier_link.html.j2", language, plan.marking, facts, status)
