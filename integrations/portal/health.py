"""Whether alerts go out: for whatever watches this set-up from outside."""

from datetime import UTC, datetime
from http import HTTPStatus

from fastapi import APIRouter
from starlette.responses import JSONResponse

from integrations.portal.desk import AtDesk
from integrations.register import RegisterTrouble, alerts, signs
from integrations.register.invariants import LONGEST_SILENCE

router = APIRouter()


@router.get("/health")
def health(desk: AtDesk) -> JSONResponse:
    """Seconds since delivery and watch gave a sign of life, and for which the oldest due alert has been waiting."""
    try:
        delivery = _seconds_since(signs.last(desk.register, signs.DELIVERY))
        watch = _seconds_since(signs.last(desk.register, signs.WATCH))
        waiting = _seconds_since(alerts.oldest_waiting(desk.register))
    except RegisterTrouble:
        nothing = {"status": "failing", "register": "unreadable", "delivery": None, "watch": None, "waiting": None}
        return JSONResponse(nothing, HTTPStatus.SERVICE_UNAVAILABLE)
    is_well = delivery is not None and delivery < LONGEST_SILENCE.total_seconds()
    found = {"status": "ok" if is_well else "failing", "register": "ok"}
    times = {"delivery": delivery, "watch": watch, "waiting": waiting}
    return JSONResponse(found | times, HTTPStatus.OK if is_well else HTTPStatus.SERVICE_UNAVAILABLE)


def _seconds_since(moment: datetime | None) -> float | None:
    return round((datetime.now(UTC) - moment).total_seconds(), 1) if moment else None
