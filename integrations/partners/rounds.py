"""Asking the systems of an inquiry that was put outside a meeting, and taking in what they say."""

from typing import NamedTuple

import httpx

from crisis.inquiries import Answer, Inquiry
from crisis.plan import Plan
from integrations.partners.inquiry import ask_all
from integrations.register import Deed, Register, crises, inquiries, intake
from integrations.settings import Settings


class Asked(NamedTuple):
    """An inquiry of which the systems were asked, and what came of it."""

    inquiry: Inquiry
    plan: Plan
    answers: tuple[Answer, ...]


async def ask_systems(
    register: Register, settings: Settings, deed: Deed, transport: httpx.AsyncBaseTransport | None = None
) -> list[Asked]:
    """Ask every system that an open inquiry waits for, one inquiry after another; what was asked once is not asked again."""
    done = []
    for inquiry, names in inquiries.awaiting_systems(register):
        plan = crises.find(register, inquiry.crisis).plan
        partners = [partner for partner in plan.partners if partner.id in names]
        answers = await ask_all(partners, plan.intake, register.now(), settings, register.now, transport, access=plan.access)
        intake.take_in_for(register, inquiry.crisis, inquiry.number, answers, deed, register.now())
        done.append(Asked(inquiry, plan, answers))
    return done
