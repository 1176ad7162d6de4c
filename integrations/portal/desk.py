"""What every page of the portal needs: the register, the settings, and a way to make a page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request
from starlette.responses import HTMLResponse

from crisis.errors import (
    AlreadyDone,
    InvalidInput,
    NoPlan,
    NotAuthorised,
    NotConvened,
    OnlyAdvice,
    OutOfOrder,
    Refused,
    UnknownTo,
    WrongSeat,
)
from integrations.portal.voice import Voice, environment
from integrations.register import Register, plans
from integrations.settings import Settings

_STATUS = {
    InvalidInput: HTTPStatus.UNPROCESSABLE_ENTITY,
    OnlyAdvice: HTTPStatus.UNPROCESSABLE_ENTITY,
    WrongSeat: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotConvened: HTTPStatus.UNPROCESSABLE_ENTITY,
    UnknownTo: HTTPStatus.NOT_FOUND,
    AlreadyDone: HTTPStatus.CONFLICT,
    OutOfOrder: HTTPStatus.CONFLICT,
    NotAuthorised: HTTPStatus.FORBIDDEN,
}


@dataclass(frozen=True)
class Desk:
    """The register and the settings of the set-up that this portal serves."""

    register: Register
    settings: Settings

    def now(self) -> datetime:
        """The time on the business clock."""
        return self.register.now()

    def marking(self) -> str:
        """The marking of the plan in force, for pages that are about no crisis in particular."""
        try:
            return plans.in_force(self.register).marking
        except NoPlan:
            return ""


def _desk(request: Request) -> Desk:
    desk = request.app.state.desk
    assert isinstance(desk, Desk)
    return desk


def _language(request: Request) -> str:
    return "en" if request.query_params.get("taal") == "en" else "nl"


async def _fields(request: Request) -> dict[str, str]:
    """The fields of a form that the door let in."""
    try:
        return dict(parse_qsl((await request.body()).decode(), keep_blank_values=True, errors="strict", max_num_fields=1000))
    except ValueError as trouble:
        raise InvalidInput(problems=[("formulier", "character:UTF-8")]) from trouble


async def _raw(request: Request) -> bytes:
    return await request.body()


AtDesk = Annotated[Desk, Depends(_desk)]
RawBody = Annotated[bytes, Depends(_raw)]
AskedLanguage = Annotated[str, Depends(_language)]
Fields = Annotated[dict[str, str], Depends(_fields)]


def status_of(refusal: Refused) -> HTTPStatus:
    """How a refusal is told to programs."""
    found = (status for kind, status in _STATUS.items() if isinstance(refusal, kind))
    return next(found, HTTPStatus.BAD_REQUEST)


def page(
    template: str, language: str, marking: str, facts: Mapping[str, object], status: HTTPStatus = HTTPStatus.OK
) -> HTMLResponse:
    """A page in one language; what people typed is shown as text."""
    voice = Voice(language)
    text = environment().get_template(template).render(**voice.words(), marking=marking, **facts)
    return HTMLResponse(text, status)
