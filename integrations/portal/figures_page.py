"""The page on which a partner gives its figures: one click where nothing changed, and below it a number for each that is asked.

What open data or its own system gave for that date is not asked (E17). The link works once; another can be had on an open page.
"""

import re
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from crisis.errors import CrisisClosed, PassUsed, Refused
from crisis.giving import FigureState
from crisis.inquiries import Inquiry
from integrations.portal.desk import AtDesk, page, status_of
from integrations.portal.figures_form import UNCHANGED, given_in, number_fields, recorded_lines
from integrations.portal.form_pages import problems_of
from integrations.portal.holder import ANYONE, Holder
from integrations.portal.link_page import LinkPage, served_at
from integrations.portal.uploads import unseal
from integrations.register import crises, form_answers, inquiries
from integrations.register.form_answers import Sheet
from integrations.wording.times import date_text, moment_text

SHEET = "sheet"
"""The field in which what was read from a sheet comes back."""
MOST_CELLS = 40
"""So many cells of a sheet in which something is wrong are told at once."""
_CELL = re.compile(r"([A-Z]{1,3})([0-9]+)")


def show(holder: Holder) -> HTMLResponse:
    """What is asked; once the link was used, what became of it."""
    return _page(holder, None, None)


def give(holder: Holder, typed: Mapping[str, str]) -> None:
    """Take in what was filled in, or the sheet that was looked at. Raises Refused; nothing was changed then."""
    register, now = holder.desk.register, holder.desk.now()
    if SHEET in typed:
        read = unseal(typed[SHEET], holder.grant, holder.desk.settings.signing_secret())
        form_answers.give_sheet(register, holder.grant, read.figures, read.digest, holder.deed, now)
    else:
        form_answers.give(register, holder.grant, given_in(typed), holder.deed, now)


def show_refusal(holder: Holder, typed: Mapping[str, str] | None, refusal: Refused) -> HTMLResponse:
    """The form once more with all that was typed, if anything was, and above it why it was refused."""
    return _page(holder, typed, refusal)


def _page(holder: Holder, typed: Mapping[str, str] | None, refusal: Refused | None) -> HTMLResponse:
    sheet, language = form_answers.sheet(holder.desk.register, holder.grant.object, holder.desk.now()), holder.person.language
    days = {name: date_text(figure.reference_date, language) for name, figure in sheet.earlier.items()}
    if typed is not None and (UNCHANGED in typed or SHEET in typed):
        typed = None  # clicked, and not typed
    say = holder.voice.say
    numbers = number_fields(sheet, holder.plan, holder.voice, days, typed)
    problems = problems_of(refusal, language)
    cells = {place: _cell_title(place, holder) for place in problems if _CELL.fullmatch(place)}
    facts = holder.facts() | {
        "inquiry": sheet.inquiry,
        "meeting": _meeting(sheet.inquiry),
        "partner": sheet.partner,
        "reference_date": date_text(sheet.inquiry.reference_date, language),
        "is_late": holder.desk.now() > sheet.inquiry.due_at or not sheet.inquiry.is_open,
        "numbers": numbers,
        "states": list(FigureState),
        "state": FigureState.PROVISIONAL if typed is None else typed.get("state", ""),
        "remarks": (typed or {}).get("remarks", ""),
        "can_stay": bool(sheet.earlier),
        "returned": sheet.answer.returned if sheet.answer else None,
        "done": None if refusal else _done(holder, sheet),
        "recorded": recorded_lines(sheet, holder.plan, holder.voice) if holder.used_at else (),
        "link_page": f"/crises/{sheet.inquiry.crisis}/inquiries/{sheet.inquiry.number}/link",
        "refusal": holder.told(refusal) if refusal else None,
        "problems": {field: why for field, why in problems.items() if field not in list(cells)[MOST_CELLS:]},
        "cells": list(cells)[:MOST_CELLS],
        "more_cells": max(len(cells) - MOST_CELLS, 0),
        "is_typed": typed is not None,
        "titles": cells
        | {one.name: one.title for one in numbers}
        | {
            "state": say("Voorlopig of definitief"),
            "values": say("Cijfers"),
            "unchanged": say("Geen wijziging"),
            "file": say("Ingevuld blad"),
        },
        "field_of_refusal": None,
    }
    return page("figures.html.j2", language, holder.plan.marking, facts, status_of(refusal) if refusal else HTTPStatus.OK)


def _done(holder: Holder, sheet: Sheet) -> str | None:
    """Why there is nothing left to do here; None while there is."""
    say = holder.voice.say
    if holder.used_at is None and holder.crisis.closed_at:
        return holder.told(CrisisClosed(crisis=holder.crisis.slug))
    if holder.used_at is None:
        return (
            None
            if sheet.asked
            else say("Alles wat hier wordt gevraagd, is al bekend voor deze peildatum. U hoeft niets te doen.")
        )
    if sheet.answer is None:
        return holder.told(PassUsed(used_at=holder.used_at))
    at = moment_text(holder.used_at, holder.person.language)
    return say("Dank u. Uw opgave van {at} is vastgelegd: {how}.", at=at, how=say(sheet.answer.submission))


def _cell_title(place: str, holder: Holder) -> str:
    """Where it stands, in words: row 7, column D."""
    found = _CELL.fullmatch(place)
    assert found, place
    return holder.voice.say("Rij {row}, kolom {column}", row=found.group(2), column=found.group(1))


def _meeting(inquiry: Inquiry) -> str:
    return f"{inquiry.body} {inquiry.meeting}" if inquiry.meeting is not None else ""


def _asking(slug: str, number: int, desk: AtDesk) -> LinkPage:
    crisis, inquiry = crises.find(desk.register, slug), inquiries.find(desk.register, slug, number)
    return LinkPage(
        template="figures_link.html.j2",
        path=f"/crises/{slug}/inquiries/{number}/link",
        plan=crisis.plan,
        people=form_answers.contacts(inquiry, crisis.plan),
        hint="In de lijst staat wie voor een gevraagde partner antwoordt.",
        ask=lambda person: form_answers.ask_link(desk.register, slug, number, person, ANYONE, desk.now()),
        about={"crisis": crisis, "inquiry": inquiry},
    )


router: APIRouter = served_at("/crises/{slug}/inquiries/{number}/link", _asking)
