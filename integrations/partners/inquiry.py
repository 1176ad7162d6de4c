"""Asks the partners what they know, all at once, and says of each what came of it (uitvraag)."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime

import httpx

from crisis.figures import Via
from crisis.inquiries import Answer, Submission
from crisis.partners import Access, IntakeTerms, Partner, WireForm
from integrations.partners.address import address_of
from integrations.partners.approach import Approach, approach_of
from integrations.partners.bearer import Tokens
from integrations.partners.client import Room, new_client
from integrations.partners.contract import read_situation_report
from integrations.partners.errors import OutsideWorldFailed, Refused, Silent, Unintelligible, Unreachable
from integrations.partners.exchange import Exchange
from integrations.partners.findings import Findings, to_come
from integrations.partners.odata_v3 import read_odata_v3
from integrations.partners.odata_v4 import read_odata_v4
from integrations.settings import Settings

Reader = Callable[[Exchange, Partner, datetime], Awaitable[Findings]]
"""Asks one partner in its own form, and reads what comes."""

READERS: Mapping[WireForm, Reader] = {
    WireForm.REPORT: read_situation_report,
    WireForm.ODATA_V3: read_odata_v3,
    WireForm.ODATA_V4: read_odata_v4,
}

_HOW_IT_FAILED = {
    Silent: Submission.SILENT,
    Unreachable: Submission.UNREACHABLE,
    Refused: Submission.REFUSED,
    Unintelligible: Submission.UNREADABLE,
}


class Round:
    """One question to many partners: what is the same for all of them."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        terms: IntakeTerms,
        as_of: datetime,
        settings: Settings,
        clock: Callable[[], datetime],
        access: Mapping[str, Access] | None = None,
        *,
        connects: bool = True,
    ) -> None:
        self.client = client
        self.terms = terms
        self.as_of = as_of
        self.settings = settings
        self.clock = clock
        self.access = access or {}
        self.tokens = Tokens(client, settings)
        self.room = Room()
        self.connects = connects
        """Whether connections are made: a transport that was given makes its own, and no name is looked up for it."""

    async def approach(self, partner: Partner, url: httpx.URL) -> Approach | None:
        """How this partner is approached. Raises Refused, Unreachable."""
        if not self.connects:
            return None
        access = self.access.get(partner.access or "")
        approach = await approach_of(partner, url, access, self.settings)
        return replace(approach, headers=approach.headers | await self.tokens.header(access)) if access else approach


async def ask_all(
    partners: Sequence[Partner],
    terms: IntakeTerms,
    as_of: datetime,
    settings: Settings,
    clock: Callable[[], datetime],
    transport: httpx.AsyncBaseTransport | None = None,
    on_answer: Callable[[Answer], None] | None = None,
    access: Mapping[str, Access] | None = None,
) -> tuple[Answer, ...]:
    """Ask every partner for the situation as of this moment; one answer each, in the order of the partners.

    Never takes longer than the patience of the terms, and never fails: what went wrong with one partner stands in its
    own answer. `clock` tells when an answer came in, by the business clock; terms are real seconds. `on_answer` hears of
    each answer as soon as it is there; `access` is the plan's.
    """

    async def asked(partner: Partner) -> Answer:
        answer = await _ask(around, partner)
        if on_answer:
            on_answer(answer)
        return answer

    async with new_client(terms.patience_seconds, transport) as client:
        around = Round(client, terms, as_of, settings, clock, access, connects=transport is None)
        async with aclosing(around.tokens):
            return tuple(await asyncio.gather(*(asked(partner) for partner in partners)))


async def _ask(around: Round, partner: Partner) -> Answer:
    began = time.monotonic()
    try:
        exchange, findings = await _within_patience(around, partner)
    except OutsideWorldFailed as failure:
        return Answer(
            partner=partner.id,
            submission=_HOW_IT_FAILED[type(failure)],
            received_at=around.clock(),
            detail=failure.reason,
            seconds=time.monotonic() - began,
            asks_rest=failure.retry_after if isinstance(failure, Unreachable) else None,
        )
    seconds, received_at = time.monotonic() - began, around.clock()
    return Answer(
        partner=partner.id,
        submission=Submission.ON_TIME if seconds <= around.terms.term_seconds else Submission.LATE,
        received_at=received_at,
        digest=exchange.digest,
        seconds=seconds,
        figures=findings.figures,
        report_id=findings.report_id or exchange.digest[:24],  # open data have no reports: the same content is the same
        stated_at=min(findings.stated_at, received_at) if findings.stated_at else None,  # nobody is the latest for ever
        via=Via.OPEN_DATA if partner.form.is_open_data else Via.SYSTEM,
        remarks=findings.remarks,
        detail=to_come(findings.stated_at, received_at),
    )


async def _within_patience(around: Round, partner: Partner) -> tuple[Exchange, Findings]:
    reader = READERS.get(partner.form)
    if reader is None:
        raise Refused(f"Wordt niet door een systeem beantwoord, maar per {partner.form}.")
    until, url = _now() + around.terms.patience_seconds, address_of(partner, around.settings)
    try:
        async with asyncio.timeout_at(until):
            exchange = Exchange(around.client, url, until, await around.approach(partner, url), around.room)
            return exchange, await reader(exchange, partner, around.as_of)
    except TimeoutError as error:
        told = f"{around.terms.patience_seconds:g}".replace(".", ",")
        raise Silent(f"Gaf geen volledig antwoord binnen {told} seconden.") from error


def _now() -> float:
    return asyncio.get_running_loop().time()
