"""A meeting of one body: a run of its own."""

import asyncio

from prefect import flow, tags

from crisis.structure import Body
from tasks.charge import take_charge
from tasks.papers import draw_picture, invite
from tasks.partners import ask_partners, open_inquiry
from tasks.runs import MEETING


@flow(name=MEETING, flow_run_name="{crisis}: {body} {number} bijeen")
async def meeting(crisis: str, body: Body, number: int) -> None:
    """Brengt een gremium bijeen: vraag de partners uit, maak het beeld, bevries de stukken, nodig uit."""
    await take_charge(crisis, body, number)
    with tags(crisis, body):  # a subflow does not take over those of the meeting
        await intake(crisis, body, number)
    picture = await draw_picture(crisis, body, number)
    await invite(crisis, body, number, picture)


@flow(name="uitvraag", flow_run_name="{crisis}: uitvraag voor {body} {number}")
async def intake(crisis: str, body: Body, number: int) -> None:
    """Vraagt alle partners tegelijk wat zij weten. Wie niet antwoordt, houdt niemand op."""
    kinds = await open_inquiry(crisis, body, number)
    await asyncio.gather(*(ask_partners(crisis, body, number, kind) for kind in kinds))
