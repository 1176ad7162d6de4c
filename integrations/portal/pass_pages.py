"""The pages that a personal link opens. Reading one changes nothing: mail scanners open links too."""

from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from crisis.errors import PassInvalid, Refused
from crisis.passes import READING, Act
from integrations.portal import (
    action_pages,
    activation_pages,
    decision_pages,
    dossier_pages,
    figures_page,
    form_pages,
    invitation_pages,
    outcome_page,
    own_pages,
    second_pages,
)
from integrations.portal.desk import AtDesk, Fields, page
from integrations.portal.form_pages import Form
from integrations.portal.holder import Holder, holder_of
from integrations.register import OutcomeUnknown, RegisterTrouble, deputies

router = APIRouter(prefix="/p/{token}")

FORMS: dict[Act, Form[Any]] = {
    Act.ACTIVATE: activation_pages.ACTIVATE,
    Act.CONFIRM_ACTIVATION: activation_pages.CONFIRM,
    Act.ADVISE: decision_pages.ADVISE,
    Act.ANSWER_REQUEST: decision_pages.ANSWER,
    Act.CLOSE_CRISIS: second_pages.CLOSE,
    Act.CONFIRM_CLOSING: second_pages.CONFIRM_CLOSING,
    Act.CONFIRM_OUTCOME: second_pages.CONFIRM,
    Act.REPORT_ACTION: action_pages.REPORT,
    Act.VERIFY_ACTION: action_pages.VERIFY,
    Act.ASK_INVITATION: invitation_pages.ASK,
    Act.ANSWER_INVITATION: invitation_pages.ANSWER,
    **own_pages.FORMS,
}
"""The acts that are one form: see `form_pages`."""

SHOW: dict[Act, Callable[[Holder], Response]] = {
    Act.READ_PAPERS: outcome_page.show_papers,
    Act.READ_DOSSIER: dossier_pages.show_list,
    Act.RECORD_OUTCOME: outcome_page.show,
    Act.GIVE_FIGURES: figures_page.show,
    **{act: partial(form_pages.show, form) for act, form in FORMS.items()},
}
DO: dict[Act, Callable[[Holder, Mapping[str, str]], None]] = {
    Act.RECORD_OUTCOME: outcome_page.record,
    Act.GIVE_FIGURES: figures_page.give,
    **{act: partial(form_pages.do, form) for act, form in FORMS.items()},
}
SHOW_REFUSAL: dict[Act, Callable[[Holder, Mapping[str, str], Refused], Response]] = {
    Act.RECORD_OUTCOME: outcome_page.show_refusal,
    Act.GIVE_FIGURES: figures_page.show_refusal,
    **{act: partial(form_pages.show_refusal, form) for act, form in FORMS.items()},
}


@router.get("")
def show(token: str, desk: AtDesk) -> Response:
    """What this pass is for; once it was used, what was done with it."""
    holder = holder_of(desk, token)
    if holder.used and holder.used.handed_to:
        return _handed_on(holder, holder.used.handed_to)
    return SHOW[holder.grant.act](holder)


@router.post("")
def do(token: str, fields: Fields, desk: AtDesk) -> Response:
    """Do what the pass allows, and go back to see what was done."""
    try:
        return _done(holder_of(desk, token), fields)
    except RegisterTrouble as trouble:
        facts = {"token": token, "fields": fields, "is_unknown": isinstance(trouble, OutcomeUnknown)}
        return page("try_again.html.j2", "nl", "", facts, HTTPStatus.SERVICE_UNAVAILABLE)


@router.post("/overdragen")
def hand_on(token: str, desk: AtDesk) -> Response:
    """Hand this link on to the deputy whom the plan names, who gets one of their own."""
    holder = holder_of(desk, token)
    deputies.hand_on(desk.register, holder.grant, holder.deed, desk.now())
    return RedirectResponse(f"/p/{token}", HTTPStatus.SEE_OTHER)


@router.post("/more")
def more_rows(token: str, fields: Fields, desk: AtDesk) -> Response:
    """The same form with more rows; nothing is recorded."""
    holder = holder_of(desk, token)
    if holder.grant.act is not Act.RECORD_OUTCOME:
        raise PassInvalid
    return outcome_page.show_more_rows(holder, fields)


def _handed_on(holder: Holder, deputy: str) -> Response:
    facts = holder.facts() | {"handed_to": holder.names[deputy], "handed_at": holder.used_at}
    return page("handed_on.html.j2", holder.person.language, holder.plan.marking, facts)


def _done(holder: Holder, fields: Mapping[str, str]) -> Response:
    if holder.grant.act in READING:
        raise PassInvalid
    try:
        DO[holder.grant.act](holder, fields)
    except Refused as refusal:
        return SHOW_REFUSAL[holder.grant.act](holder, fields, refusal)
    return RedirectResponse(f"/p/{holder.token}", HTTPStatus.SEE_OTHER)
