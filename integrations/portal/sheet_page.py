"""The sheet of a partner, by the link of its form: fetched with what is asked in it, sent back, looked at, and then given.

Nothing is recorded when a file comes in: what was read is shown, and goes with the page, sealed, to the one click that gives
it.
"""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from http import HTTPStatus
from typing import NamedTuple

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from crisis.errors import CrisisClosed, PassInvalid, PassUsed, Refused
from crisis.figures import Figure
from crisis.giving import name_of
from crisis.inquiries import Wanted
from crisis.passes import Act
from crisis.thresholds import Indicator
from integrations.partners.sheet_form import Begun, read_figures, template
from integrations.portal import figures_page
from integrations.portal.desk import AtDesk, Desk, RawBody, page
from integrations.portal.door import SHEET_PATH
from integrations.portal.figures_form import title_of
from integrations.portal.holder import Holder, holder_of
from integrations.portal.throttle import TooOften, throttles_of
from integrations.portal.uploads import ReadSheet, check_name, file_in, refused, seal
from integrations.register import form_answers
from integrations.register.form_answers import Sheet
from integrations.wording.times import date_text

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

router = APIRouter(prefix="/p/{token}" + SHEET_PATH)

_ONE_AT_A_TIME = threading.Lock()
"""At worst a file of strangers takes seconds: one is read and few wait, so that the portal has threads left for all else."""


class Line(NamedTuple):
    """A figure of the sheet, as the page shows it."""

    title: str
    value: str
    before: str
    """What was given last; nothing where there is none."""
    day: str
    is_other_day: bool
    """Whether it is about another date than was asked."""
    state: str
    source: str
    is_made_up: bool


@router.get("")
def fetch(token: str, desk: AtDesk) -> Response:
    """The sheet with what is asked in it, and what was given before."""
    holder, sheet = _opened(desk, token)
    begun = [_begun(sheet, wanted, holder) for wanted in sheet.asked]
    if not begun or holder.used or holder.crisis.closed_at:
        return _to_form(token)
    name = f"{sheet.partner.id}-{sheet.inquiry.crisis}-U{sheet.inquiry.number}.xlsx"
    content = template(sheet.partner, _indicators(holder), begun)
    return Response(content, media_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@router.post("")
def look(token: str, request: Request, body: RawBody, desk: AtDesk) -> Response:
    """Read the file, and show what is in it; or the form once more, with what is wrong in which cell."""
    holder, sheet = _opened(desk, token)
    throttles = throttles_of(request)
    try:
        throttles.sheets.let_in(holder.grant.key)
        with _in_turn(throttles.sheet_places):
            read = _read(holder, sheet, body, request.headers.get("content-type", ""))
        sealed = seal(read, holder.grant, desk.settings.signing_secret())
    except TooOften as trouble:
        return _too_often(holder, trouble.seconds)
    except Refused as refusal:
        return figures_page.show_refusal(holder, None, refusal)
    return page("sheet.html.j2", holder.person.language, holder.plan.marking, _facts(holder, sheet, read, sealed))


def _opened(desk: Desk, token: str) -> tuple[Holder, Sheet]:
    holder = holder_of(desk, token)
    if holder.grant.act is not Act.GIVE_FIGURES:
        raise PassInvalid
    return holder, form_answers.sheet(desk.register, holder.grant.object, desk.now())


def _read(holder: Holder, sheet: Sheet, body: bytes, content_type: str) -> ReadSheet:
    """What is in the file. Raises Refused."""
    if holder.used_at:
        raise PassUsed(used_at=holder.used_at)
    if holder.crisis.closed_at:
        raise CrisisClosed(crisis=holder.crisis.slug)
    upload = file_in(body, content_type)
    check_name(upload)
    asked = tuple(one for one in sheet.partner.indicators if one in sheet.inquiry.indicators)
    figures = read_figures(upload.content, sheet.partner.model_copy(update={"indicators": asked}), _indicators(holder))
    if not figures:
        raise refused("nothing_in_sheet")
    return ReadSheet(digest=sha256(upload.content).hexdigest(), figures=figures)


@contextmanager
def _in_turn(places: threading.Semaphore) -> Iterator[None]:
    """One after another. Raises InvalidInput where too many wait already."""
    if not places.acquire(blocking=False):
        raise refused("busy")
    try:
        with _ONE_AT_A_TIME:
            yield
    finally:
        places.release()


def _facts(holder: Holder, sheet: Sheet, read: ReadSheet, sealed: str) -> Mapping[str, object]:
    given = {(figure.indicator, figure.kind) for figure in read.figures}
    indicators = _indicators(holder)
    return holder.facts() | {
        "inquiry": sheet.inquiry,
        "partner": sheet.partner,
        "reference_date": date_text(sheet.inquiry.reference_date, holder.person.language),
        "lines": [_line(figure, holder, sheet, indicators) for figure in read.figures],
        "left_out": [title_of(indicators[one], kind, holder.voice) for one, kind in sheet.asked if (one, kind) not in given],
        "sealed": sealed,
    }


def _line(figure: Figure, holder: Holder, sheet: Sheet, indicators: Mapping[str, Indicator]) -> Line:
    voice, before = holder.voice, sheet.earlier.get(name_of((figure.indicator, figure.kind)))
    return Line(
        title=title_of(indicators[figure.indicator], figure.kind, voice),
        value=f"{voice.number(figure.value)} {figure.unit}",
        before=f"{voice.number(before.value)} ({voice.day(before.reference_date)})" if before else "",
        day=voice.day(figure.reference_date),
        is_other_day=figure.reference_date != sheet.inquiry.reference_date,
        state=voice.say("voorlopig" if figure.provisional else "definitief"),
        source=figure.source,
        is_made_up=figure.synthetic,
    )


def _begun(sheet: Sheet, wanted: Wanted, holder: Holder) -> Begun:
    before = sheet.earlier.get(name_of(wanted))
    return Begun(*wanted, sheet.inquiry.reference_date, before.value if before else None, not holder.plan.is_real)


def _indicators(holder: Holder) -> dict[str, Indicator]:
    return {indicator.id: indicator for indicator in holder.plan.indicators}


def _to_form(token: str) -> Response:
    return RedirectResponse(f"/p/{token}", HTTPStatus.SEE_OTHER)


def _too_often(holder: Holder, seconds: int) -> Response:
    answer = figures_page.show_refusal(holder, None, refused(f"too_often:{seconds}"))
    answer.status_code = HTTPStatus.TOO_MANY_REQUESTS
    answer.headers["Retry-After"] = str(seconds)
    return answer
