"""Plays the partners over real HTTP: COA, IND, KCIO, the safety regions, provinces and municipalities, and CBS, in 2022.

It misbehaves on purpose: which partner does what in which round follows from the seed alone. A round is a moment asked
about (`asOf`): asking again about the same moment is the same round. The three organisations, and CBS, always behave.

    python -m deployments.rehearsals.simulator --port 8500 --seed 2022
"""

import argparse
import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from html import escape
from http import HTTPStatus
from pathlib import Path
from typing import Annotated

import uvicorn
from fastapi import FastAPI, HTTPException, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import AwareDatetime
from starlette.exceptions import HTTPException as AnyHTTPException

from crisis.areas import Area
from crisis.record import Record, utc
from deployments.rehearsals.june_2022 import ORGANISATIONS, PARTNERS, report_of
from deployments.rehearsals.municipalities import Municipalities, made_up
from deployments.rehearsals.statline import Statline
from integrations.partners.areas import read_csv
from integrations.partners.contract import REPORT_PATH, SituationReport

DEFAULT_SEED = 2022
BEGINNING = utc(2022, 6, 17)
"""The day of the activation: what CBS takes for now to begin with."""
HEADERS = {"API-Version": "1.0.0", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class Conduct(StrEnum):
    """How a partner behaves in one round."""

    WELL = "antwoordt"
    LATE = "antwoordt te laat"
    BUSY = "zegt eerst 503, dan antwoordt"
    LOGIN_PAGE = "stuurt een inlogpagina"
    CUT_OFF = "stuurt een half antwoord"
    SILENT = "zwijgt"


TROUBLE = (
    *(Conduct.LATE, Conduct.LATE),
    *(Conduct.BUSY, Conduct.BUSY),
    *(Conduct.LOGIN_PAGE, Conduct.CUT_OFF),
    *(Conduct.SILENT, Conduct.SILENT),
)
"""Equal chances of late, busy, unreadable and silent."""


class Manners(Record):
    """How much trouble the partners give, and how slow they are."""

    seed: int = DEFAULT_SEED
    trouble: float = 0.25
    """The share of partners that misbehave in a round, on average; the three organisations never do."""
    late_seconds: float = 2.5
    silent_seconds: float = 30.0

    def conduct(self, partner: str, round_: int) -> Conduct:
        """How this partner behaves in that round, counted from 1."""
        draw = random.Random(f"{self.seed}/{partner}/{round_}")  # noqa: S311 - a rehearsal, not a secret
        if partner in ORGANISATIONS or draw.random() >= self.trouble:
            return Conduct.WELL
        return draw.choice(TROUBLE)


class Stage:
    """The partners as they are played: keeps count of the rounds, per partner."""

    def __init__(self, manners: Manners, areas: tuple[Area, ...], as_of: datetime) -> None:
        self.manners = manners
        self.statline = Statline(areas, as_of)
        self._municipalities = Municipalities(areas, manners.seed)
        self._asked: dict[str, Counter[datetime]] = defaultdict(Counter)

    async def latest(self, partner: str, as_of: Annotated[AwareDatetime, Query(alias="asOf")]) -> Response:
        """The latest report of this partner as it stood at that moment, or what it makes of it."""
        if partner not in PARTNERS and partner not in self._municipalities:
            raise HTTPException(HTTPStatus.NOT_FOUND, f"{partner} wordt hier niet gespeeld.")
        self.statline.hears_of(as_of)
        asked = self._asked[partner]
        asked[as_of] += 1
        conduct = self.manners.conduct(partner, round_=list(asked).index(as_of) + 1)
        report = self._report(partner, as_of.astimezone(UTC)).to_wire()
        return await self._played(conduct, report, first_time=asked[as_of] == 1)

    def _report(self, partner: str, as_of: datetime) -> SituationReport:
        if partner in self._municipalities:
            return self._municipalities.report_of(partner, as_of)
        return report_of(partner, as_of, self.manners.seed)

    async def _played(self, conduct: Conduct, report: bytes, *, first_time: bool) -> Response:
        if conduct is Conduct.LOGIN_PAGE:
            return HTMLResponse("<!doctype html><title>Inloggen</title><h1>Uw sessie is verlopen</h1>", headers=HEADERS)
        if conduct is Conduct.BUSY and first_time:
            return _problem(HTTPStatus.SERVICE_UNAVAILABLE, "Even te druk; vraag het zo nog eens.")
        if conduct is Conduct.LATE:
            await asyncio.sleep(self.manners.late_seconds)
        if conduct is Conduct.SILENT:
            await asyncio.sleep(self.manners.silent_seconds)
        content = report[: len(report) // 2] if conduct is Conduct.CUT_OFF else report
        return Response(content, media_type="application/json", headers=HEADERS)

    def index(self) -> HTMLResponse:
        """What is played here."""
        rows = "\n".join(
            f"<tr><td><code>/{partner}{REPORT_PATH}</code><td>{escape(name)}<td>{self.manners.conduct(partner, 1)}"
            for partner, name in PARTNERS.items()
        )
        return HTMLResponse(_PAGE.format(seed=self.manners.seed, share=self.manners.trouble, rows=rows), headers=HEADERS)


_PAGE = """<!doctype html><html lang="nl"><meta charset="utf-8"><title>Partnersimulator</title>
<h1>Partnersimulator: juni 2022</h1>
<p>Dit zijn geen echte partners. Openbare cijfers noemen hun bron; al het andere is verzonnen en gemerkt als
<code>synthetic</code>. Voor 17 juni en na 27 juli 2022 gelden de dichtstbijzijnde cijfers.</p>
<p>Zaad {seed}; aandeel dat zich misdraagt {share:.0%}. Het contract: <a href="/openapi.json">openapi.json</a>.</p>
<table><caption>Wie er wordt gespeeld</caption>
<tr><th>Adres, met <code>?asOf=2022-06-17T18:00:00Z</code><th>Partner<th>In de eerste ronde
{rows}</table></html>"""


def create_app(
    *,
    seed: int = DEFAULT_SEED,
    trouble: float = 0.25,
    late_seconds: float = 2.5,
    silent_seconds: float = 30.0,
    areas: tuple[Area, ...] = (),
    as_of: datetime = BEGINNING,
) -> FastAPI:
    """The simulator, ready to be served. Nothing is shared between two of them.

    `areas` are the municipalities, made up unless they are given. `as_of` is what CBS takes for now until a partner is asked
    about a later moment.
    """
    manners = Manners(seed=seed, trouble=trouble, late_seconds=late_seconds, silent_seconds=silent_seconds)
    stage = Stage(manners, areas or made_up(seed), as_of)
    app = FastAPI(title="Partnersimulator juni 2022", version="1.0.0", docs_url=None, redoc_url=None)
    app.add_api_route("/", stage.index, include_in_schema=False, response_class=HTMLResponse)
    app.include_router(stage.statline.routes())
    app.add_api_route("/{partner}" + REPORT_PATH, stage.latest, responses={200: {"model": SituationReport}})
    app.add_exception_handler(RequestValidationError, _bad_request)
    app.add_exception_handler(AnyHTTPException, _http_problem)
    return app


async def _bad_request(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    wrong = ", ".join(sorted({str(problem["loc"][-1]) for problem in error.errors()}))
    return _problem(HTTPStatus.BAD_REQUEST, f"Niet goed of niet ingevuld: {wrong}.")


async def _http_problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, AnyHTTPException)
    return _problem(HTTPStatus(error.status_code), str(error.detail))


def _problem(status: HTTPStatus, detail: str) -> JSONResponse:
    content = {"status": status, "title": status.phrase, "detail": detail}
    return JSONResponse(content, status, HEADERS, media_type="application/problem+json")


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve the simulator until it is stopped."""
    parser = argparse.ArgumentParser(prog="deployments.rehearsals.simulator", description="Speelt de partners van juni 2022.")
    parser.add_argument("--host", default="127.0.0.1", help="waar hij luistert (standaard alleen deze machine)")
    parser.add_argument("--port", type=int, default=8500)
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="bepaalt de verdeling en het wangedrag")
    parser.add_argument("--trouble", type=float, default=0.25, help="aandeel partners dat zich misdraagt, 0 tot 1")
    parser.add_argument("--late-seconds", type=float, default=2.5)
    parser.add_argument("--silent-seconds", type=float, default=30.0)
    parser.add_argument("--as-of", type=_moment, default=BEGINNING, help="het nu waarmee CBS begint: 2022-06-17T08:00:00Z")
    parser.add_argument("--areas", type=Path, help="een CSV met gemeenten, in plaats van 344 verzonnen gemeenten")
    given = vars(parser.parse_args(arguments))
    host, port, file = given.pop("host"), given.pop("port"), given.pop("areas")
    if file:
        given["areas"] = read_csv(file.read_bytes(), date(2022, 6, 1), file.name)
    uvicorn.run(create_app(**given), host=host, port=port, timeout_graceful_shutdown=1)


if __name__ == "__main__":
    main()
