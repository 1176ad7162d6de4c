"""The interface to which systems of partners send their reports, by the contract `situation-report` 1.0.

A bearer token says which partner it is; it reports on itself alone. What it may send, and what is said to it, stands in
`docs/partners.md`.
"""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from crisis.errors import ForAnotherPartner, NothingAsked, Refused, ReportedOtherwise, TokenInvalid
from crisis.figures import Via
from crisis.inquiries import Answer, Submission
from integrations.partners.contract import PUSH_PATH, SituationReport, claimed_partner, figures_of, read_report
from integrations.partners.errors import Unintelligible
from integrations.partners.findings import to_come
from integrations.partners.openapi import published
from integrations.partners.strict_json import strict_json
from integrations.partners.tokens import read_token
from integrations.portal.desk import AtDesk, Desk, RawBody
from integrations.portal.problem import VERSIONED, problem
from integrations.portal.throttle import TooOften, throttles_of
from integrations.register import Deed, partner_tokens, pushes
from integrations.wording.refusals import refusal_text

DOOR = "koppelvlak"
"""How the audit trail calls this door."""
_STATUS = {
    TokenInvalid: HTTPStatus.UNAUTHORIZED,
    ForAnotherPartner: HTTPStatus.FORBIDDEN,
    ReportedOtherwise: HTTPStatus.CONFLICT,
    NothingAsked: HTTPStatus.CONFLICT,
}

router = APIRouter()


@router.post(PUSH_PATH)
def send_report(request: Request, body: RawBody, desk: AtDesk) -> Response:
    """Take in what a partner's system sends."""
    try:
        return _taken(desk, _partner(request, desk), body)
    except TooOften as trouble:
        again = {"Retry-After": str(trouble.seconds)}
        return problem(HTTPStatus.TOO_MANY_REQUESTS, f"Te vaak: probeer het over {trouble.seconds} seconden opnieuw.", again)
    except Unintelligible as trouble:
        return problem(HTTPStatus.BAD_REQUEST, trouble.reason)
    except Refused as refusal:
        status = next((status for kind, status in _STATUS.items() if isinstance(refusal, kind)), HTTPStatus.BAD_REQUEST)
        asks = {"WWW-Authenticate": "Bearer"} if status is HTTPStatus.UNAUTHORIZED else None
        return problem(status, refusal_text(refusal, "nl"), asks)


@router.get("/v1/openapi.json")
def openapi() -> Response:
    """What this interface is, for programs."""
    return Response(published(), headers={**VERSIONED, "Access-Control-Allow-Origin": "*"}, media_type="application/json")


def _partner(request: Request, desk: Desk) -> str:
    """Who sends this, by its token. Raises TokenInvalid, TooOften."""
    throttles = throttles_of(request)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    try:
        if scheme.lower() != "bearer":
            raise TokenInvalid
        partner, serial = read_token(token.strip(), desk.settings.signing_secret())
        partner_tokens.check_holds(desk.register, partner, serial)
    except TokenInvalid:
        throttles.strangers.let_in(request.client.host if request.client else "")
        raise
    throttles.partners.let_in(partner)
    return partner


def _taken(desk: Desk, partner: str, body: bytes) -> Response:
    said = strict_json(body)
    now, deed = desk.now(), Deed(actor=f"systeem van {partner}", origin=DOOR)
    claimed = claimed_partner(said)
    if claimed is not None and claimed != partner:
        pushes.refuse(desk.register, partner, claimed, deed, now)
    report = read_report(body, pushes.partner_of(desk.register, partner))
    receipt = pushes.take(desk.register, _answer(report, body, now), deed, now)
    return JSONResponse(_told(report, receipt), HTTPStatus.CREATED if receipt.is_new else HTTPStatus.OK, VERSIONED)


def _answer(report: SituationReport, body: bytes, now: datetime) -> Answer:
    """The report as an answer; who claims the future is not the latest for ever."""
    return Answer(
        partner=report.partner,
        submission=Submission.ON_TIME,
        received_at=now,
        figures=figures_of(report),
        report_id=report.report_id,
        stated_at=min(report.created_at, now),
        via=Via.SYSTEM,
        digest=sha256(body).hexdigest(),
        remarks=report.remarks or "",
        detail=to_come(report.created_at, now),
    )


def _told(report: SituationReport, receipt: pushes.Receipt) -> Mapping[str, Any]:
    return {
        "partner": report.partner,
        "reportId": report.report_id,
        "receivedAt": _wire(receipt.received_at),
        "figures": len(report.figures),
        "crises": list(receipt.crises),
    }


def _wire(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
