"""The portal as an application, and how it is served."""

import argparse
from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from crisis.errors import Refused
from integrations.crash import crash_at
from integrations.portal import (
    activation_pages,
    dossier_pages,
    figures_page,
    health,
    late_paper_pages,
    open_pages,
    own_pages,
    pass_pages,
    picture_pages,
    report_api,
    sheet_page,
)
from integrations.portal.desk import Desk, page, status_of
from integrations.portal.door import ALWAYS, Door
from integrations.portal.problem import BELOW, problem
from integrations.portal.throttle import Throttles
from integrations.register import OutcomeUnknown, Register, RegisterTrouble, open_register
from integrations.settings import Settings
from integrations.wording.refusals import refusal_text

_STYLE = Path(__file__).parent / "templates" / "portal.css"


def create_app(register: Register, settings: Settings) -> FastAPI:
    """The portal for this register."""
    app = FastAPI(title="Opschaling", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.state.desk = Desk(register, settings)
    app.state.throttles = Throttles()
    app.include_router(open_pages.router)
    app.include_router(activation_pages.router)
    app.include_router(own_pages.router)
    app.include_router(figures_page.router)
    app.include_router(pass_pages.router)
    app.include_router(sheet_page.router)
    app.include_router(late_paper_pages.router)
    app.include_router(picture_pages.router)
    app.include_router(dossier_pages.asking)
    app.include_router(dossier_pages.reading)
    app.include_router(health.router)
    app.include_router(report_api.router)
    app.add_api_route("/static/portal.css", _style)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(RegisterTrouble, _not_recorded)
    app.add_exception_handler(RequestValidationError, _not_found)
    app.add_exception_handler(HTTPException, _not_found)
    app.add_exception_handler(Exception, _broken)
    app.add_middleware(Door, portal_url=settings.portal_url)
    return app


def uvicorn_options() -> dict[str, Any]:
    """How the portal must be served: no access log, for the address of a page holds the pass."""
    return {"access_log": False, "server_header": False, "timeout_keep_alive": 10, "limit_concurrency": 200}


def serve(register: Register, settings: Settings, host: str, port: int) -> None:
    """Serve the portal until stopped."""
    uvicorn.run(create_app(register, settings), host=host, port=port, **uvicorn_options())


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve the portal of the settings, on this machine; people reach it by the address in the settings."""
    parser = argparse.ArgumentParser(prog="integrations.portal", description="Het portaal.")
    parser.add_argument("--port", type=int, default=8400, help="waar het op deze machine luistert")
    settings = Settings()
    crash_at(settings.crash_at)
    serve(open_register(settings.register_url), settings, "127.0.0.1", parser.parse_args(arguments).port)


def _style() -> Response:
    return Response(_STYLE.read_bytes(), media_type="text/css")


def _refused(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refused)
    return _says(request, {lang: refusal_text(refusal, lang) for lang in ("nl", "en")}, status_of(refusal))


def _not_recorded(request: Request, trouble: Exception) -> Response:
    told = {
        "nl": "De verbinding met het register viel weg. Kijk na of het is vastgelegd, en probeer het anders opnieuw.",
        "en": "The connection to the register was lost. See whether it was recorded, and try again if not.",
    }
    if not isinstance(trouble, OutcomeUnknown):
        told = {
            "nl": "Het register is even niet bereikbaar. Er is niets vastgelegd: probeer het zo opnieuw.",
            "en": "The register cannot be reached just now. Nothing was recorded: try again in a moment.",
        }
    return _says(request, told, HTTPStatus.SERVICE_UNAVAILABLE)


def _not_found(request: Request, why: Exception) -> Response:
    told = {"nl": "Deze pagina bestaat niet.", "en": "There is no such page."}
    return _says(request, told, HTTPStatus(why.status_code) if isinstance(why, HTTPException) else HTTPStatus.NOT_FOUND)


def _broken(request: Request, _: Exception) -> Response:
    """What a mistake of ours looks like; Starlette raises it again, so that it lands in the log."""
    told = {
        "nl": "Er ging iets mis in het portaal. Kijk na of uw invoer is vastgelegd, en probeer het anders opnieuw.",
        "en": "Something went wrong in the portal. See whether your input was recorded, and try again if not.",
    }
    answer = _says(request, told, HTTPStatus.INTERNAL_SERVER_ERROR)
    answer.headers.update(ALWAYS)
    return answer


def _says(request: Request, told: dict[str, str], status: HTTPStatus) -> Response:
    """A page with one message; in both languages where it is not known who reads it. To a system it is a problem."""
    if request.url.path.startswith(BELOW):
        return problem(status, told["nl"])
    asked = "en" if request.query_params.get("taal") == "en" else "nl"
    languages = ("nl", "en") if request.url.path.startswith("/p/") else (asked,)
    return page(
        "message.html.j2", languages[0], _marking(request), {"told": [(lang, told[lang]) for lang in languages]}, status
    )


def _marking(request: Request) -> str:
    try:
        return Desk.marking(request.app.state.desk)
    except RegisterTrouble:
        return ""
