"""Asks the partners what they know, all at once, and says of each what came of it (uitvraag)."""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256

import httpx

from crisis.inquiries import Answer, Submission
from crisis.partners import IntakeTerms, Partner
from integrations.partners.address import address_of
from integrations.partners.client import fetch, new_client
from integrations.partners.contract import figures_of, read_report
from integrations.partners.errors import OutsideWorldFailed, Refused, Silent, Unintelligible, Unreachable
from integrations.settings import Settings

_HOW_IT_FAILED = {
    Silent: Submission.SILENT,
    Unreachable: Submission.UNREACHABLE,
    Refused: Submission.REFUSED,
    Unintelligible: Submission.UNREADABLE,
}


async def ask_all(
    partners: Sequence[Partner],
    terms: IntakeTerms,
    as_of: datetime,
    settings: Settings,
    clock: Callable[[], datetime],
    transport: httpx.AsyncBaseTransport | None = None,
    on_answer: Callable[[Answer], None] | None = None,
) -> tuple[Answer, ...]:
    """Ask every partner for the situation as of this moment; one answer each, in the order of the partners.

    Never takes longer than the patience of the terms, and never fails: what went wrong with one partner stands in its
    own answer. `on_answer` hears of each as it comes in. `clock` tells when an answer came in, by the business clock; terms
    are real seconds.
    """

    async def ask(client: httpx.AsyncClient, partner: Partner) -> Answer:
        answer = await _ask(client, partner, terms, as_of, settings, clock)
        if on_answer:
            on_answer(answer)
        return answer

    async with new_client(terms.patience_seconds, transport) as client:
        return tuple(await asyncio.gather(*(ask(client, partner) for partner in partners)))


async def _ask(
    client: httpx.AsyncClient,
    partner: Partner,
    terms: IntakeTerms,
    as_of: datetime,
    settings: Settings,
    clock: Callable[[], datetime],
) -> Answer:
    began = time.monotonic()
    try:
        body = await fetch(client, address_of(partner, settings), as_of, terms.patience_seconds)
        seconds, received_at = time.monotonic() - began, clock()
        report = read_report(body, partner)
    except OutsideWorldFailed as failure:
        return Answer(
            partner=partner.id,
            submission=_HOW_IT_FAILED[type(failure)],
            received_at=clock(),
            detail=failure.reason,
            seconds=time.monotonic() - began,
        )
    return Answer(
        partner=partner.id,
        submission=Submission.ON_TIME if seconds <= terms.term_seconds else Submission.LATE,
        received_at=received_at,
        figures=figures_of(report),
        digest=sha256(body).hexdigest(),
        stated_at=min(report.created_at, received_at),  # who claims the future must not be the latest for ever
        report_id=report.report_id,
        remarks=report.remarks or "",
        seconds=seconds,
    )
