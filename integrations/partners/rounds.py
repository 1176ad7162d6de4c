"""Asking systems, and remembering which of them gave trouble: between rounds those are left alone for a while."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

import httpx

from crisis.breaker import Gate
from crisis.inquiries import Answer, Inquiry, Submission
from crisis.partners import Partner
from crisis.plan import Plan
from integrations.partners.address import system_of
from integrations.partners.inquiry import ask_all
from integrations.register import Deed, Register, crises, gates, inquiries, intake
from integrations.settings import Settings


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
    gates.remember(register, {systems[answer.partner]: answer for answer in answers})
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
    """Ask every system that an open inquiry waits for, one inquiry after another; what was asked once is not asked again.

    A person put the question, so that systems that rest are asked too.
    """
    done = []
    for inquiry, names in inquiries.awaiting_systems(register):
        plan = crises.find(register, inquiry.crisis).plan
        partners = [partner for partner in plan.partners if partner.id in names]
        answers = await ask_round(partners, plan, register, settings, transport=transport, insists=True)
        intake.take_in_for(register, inquiry.crisis, inquiry.number, answers, deed, register.now())
        done.append(Asked(inquiry, plan, answers))
    return done
