"""Asking systems, and remembering which of them gave trouble: between rounds those are left alone for a while.

Systems of inquiries outside meetings are asked by the `follow_up` flow, for all to see. When that is late the watch has it done
by a process of its own, this module: what strangers send takes time and memory, and must not hold up delivery.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

import httpx

from crisis.breaker import Gate
from crisis.inquiries import Answer, Inquiry, Submission
from crisis.partners import Partner
from crisis.plan import Plan
from integrations.partners.address import system_of
from integrations.partners.inquiry import ask_all
from integrations.register import (
    Deed,
    Lease,
    Register,
    RegisterTrouble,
    crises,
    gates,
    inquiries,
    intake,
    leases,
    open_register,
)
from integrations.register.engine import SYSTEM
from integrations.settings import Settings

log = logging.getLogger("opschaling.rounds")


async def ask_round(
    partners: Sequence[Partner],
    plan: Plan,
    register: Register,
    settings: Settings,
    *,
    transport: httpx.AsyncBaseTransport | None = None,
    on_answer: Callable[[Answer], None] | None = None,
    insists: bool = False,
) -> tuple[Answer, ...]:
    """Ask these systems, all at once, but for those that rest; one answer each, in no particular order.

    `insists` asks those too: where a person put the question, it is asked. Two rounds at the same moment may both ask a
    system whose rest is just over.
    """
    known, real = gates.known(register)
    systems = {partner.id: system_of(partner, settings) for partner in partners}
    resting = {} if insists else {name: gate for name, gate in known.items() if gate.is_shut(real)}
    clock = register.clock()
    skipped = [_not_asked(one, resting[systems[one.id]], clock(), real) for one in partners if systems[one.id] in resting]
    if on_answer:
        for answer in skipped:
            on_answer(answer)
    asked = [partner for partner in partners if systems[partner.id] not in resting]
    answers = await ask_all(asked, plan.intake, clock(), settings, clock, transport, on_answer=on_answer, access=plan.access)
    try:
        gates.remember(register, [(systems[answer.partner], answer) for answer in answers])
    except RegisterTrouble as trouble:  # what was answered counts for more than who gave trouble
        log.warning("who gave trouble is not remembered: %s", trouble)
    return (*answers, *skipped)


def _not_asked(partner: Partner, gate: Gate, now: datetime, real: datetime) -> Answer:
    return Answer(partner=partner.id, submission=Submission.UNREACHABLE, received_at=now, detail=gate.told(real))


class Asked(NamedTuple):
    """An inquiry of which the systems were asked, and what came of it."""

    inquiry: Inquiry
    plan: Plan
    answers: tuple[Answer, ...]


async def ask_systems(
    register: Register, settings: Settings, deed: Deed, transport: httpx.AsyncBaseTransport | None = None
) -> list[Asked]:
    """Ask every system that an inquiry waits for, one inquiry after another; what was asked once is not asked again.

    A person put the question, so that systems that rest are asked too. Where another process asks for an inquiry, which a
    lease on it shows, it is left to that one.

    Raises:
        LeaseLost: this process was away too long; what it heard since is not written down.

    """
    done = []
    for inquiry, _ in inquiries.awaiting_systems(register):
        lease = Lease(crisis=inquiry.crisis, what=f"U{inquiry.number}", owner=secrets.token_hex(8))
        with leases.held(register, lease) as is_ours:
            names = inquiries.unasked(register, inquiry.crisis, inquiry.number) if is_ours else ()
            if names:
                done.append(await _ask(register, settings, replace(deed, lease=lease), inquiry, names, transport))
    return done


async def _ask(
    register: Register,
    settings: Settings,
    deed: Deed,
    inquiry: Inquiry,
    names: Sequence[str],
    transport: httpx.AsyncBaseTransport | None,
) -> Asked:
    plan = crises.find(register, inquiry.crisis).plan
    partners = [partner for partner in plan.partners if partner.id in names]
    answers = await ask_round(partners, plan, register, settings, transport=transport, insists=True)
    if not inquiry.is_open:
        answers = tuple(_late(answer) for answer in answers)
    intake.take_in_for(register, inquiry.crisis, inquiry.number, answers, deed, register.now())
    return Asked(inquiry, plan, answers)


def _late(answer: Answer) -> Answer:
    """The hour had struck before it was asked."""
    return answer.model_copy(update={"submission": Submission.LATE}) if answer.submission.has_figures else answer


async def main() -> None:
    """Ask once, as a process of its own."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    settings = Settings()
    register = open_register(settings.register_url)
    for inquiry, _, answers in await ask_systems(register, settings, Deed(SYSTEM, "waker")):
        log.info("%s: %d of %d usable", inquiry.key, sum(one.submission.has_figures for one in answers), len(answers))
    register.close()


if __name__ == "__main__":
    asyncio.run(main())
