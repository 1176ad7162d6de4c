"""The players of a rehearsal: secretaries, owners and verifiers, scripted, through the real doors.

They read their mail at the catcher, open the personal link that is in it, and send the form of the portal.
They know nothing that a person would not know.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import urlencode

import httpx

from crisis.alerts import Event
from crisis.decisions import CommunicationAdvice
from crisis.meetings import Outcome
from deployments.rehearsals.stage import Stage
from integrations.portal.outcome_form import fields_of
from integrations.register import closing

MAIL_WITHIN = 120.0
"""Seconds of real time in which a mail must have come."""

_ASKING_FOR_OUTCOME = (Event.OUTCOME_ASKED, Event.LINK_ASKED, Event.OUTCOME_RETURNED, Event.OUTCOME_OVERDUE)
_ASKING_FOR_REPORT = (
    *(Event.ACTION_OPENED, Event.ACTION_REMINDED, Event.ACTION_OVERDUE, Event.ACTION_RETURNED),
    Event.ACTION_TRANSFERRED,
)
_A_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
"""As a browser says it, also of a form that has nothing but a button."""


class NoMail(Exception):  # noqa: N818 - a statement
    """The mail that a player waited for did not come."""


class DoorClosed(Exception):  # noqa: N818 - a statement
    """The portal did not take what a player sent."""


@asynccontextmanager
async def players_at(stage: Stage) -> AsyncIterator["Players"]:
    """The players of this stage, each page fetched afresh as a person on a phone would."""
    afresh = httpx.Limits(max_keepalive_connections=0)
    async with httpx.AsyncClient(trust_env=False, timeout=20, limits=afresh) as client:
        yield Players(client, stage.catcher_url, stage.portal_url)


class Players:
    """All players, at one mailbox and one portal."""

    def __init__(self, client: httpx.AsyncClient, mailbox_url: str, portal_url: str) -> None:
        self._client = client
        self._mailbox_url = mailbox_url
        self._portal_url = portal_url
        self._link = re.compile(re.escape(portal_url) + r"/p/\S+")

    async def hear_of(self, crisis: str) -> None:
        """Wait until the first mail about this crisis has come."""
        await self._mail(lambda mail: crisis in mail["subject"], crisis, MAIL_WITHIN)

    async def back_at_the_portal(self) -> None:
        """Wait until the portal answers: it may be starting again."""
        async with asyncio.timeout(MAIL_WITHIN):
            while True:
                with suppress(httpx.TransportError):
                    await self._client.get(self._portal_url)
                    return
                await asyncio.sleep(0.2)

    async def record(self, meeting_key: str, outcome: Outcome) -> None:
        """The secretary opens the link in the mail about this meeting, and sends the form."""
        await self._send(await self.outcome_link(meeting_key), fields_of(outcome))

    async def expect_meeting(self, meeting_key: str) -> None:
        """Wait until the secretary has been asked for the outcome of this meeting."""
        await self.outcome_link(meeting_key)

    async def outcome_link(self, meeting_key: str) -> str:
        """The personal link that the secretary got for this meeting."""
        return await self._link_in(meeting_key, _ASKING_FOR_OUTCOME)

    async def confirm(self, meeting_key: str, remark: str = "") -> None:
        """Another opens the link in the mail about what was recorded, and confirms it; with a remark it is sent back."""
        await self._send(await self._link_in(meeting_key, (Event.CONFIRMATION_ASKED,)), _second(remark))

    async def close(self, crisis: str) -> None:
        """A secretary opens the link in the mail that says nothing is open any more, and closes the crisis."""
        await self._send(await self._link_in(closing.key_of(crisis), (Event.CLOSING_ASKED,)), {})

    async def confirm_closing(self, crisis: str, remark: str = "") -> None:
        """Another opens the link in the mail about that, and confirms it; with a remark it is sent back."""
        await self._send(await self._link_in(closing.key_of(crisis), (Event.CLOSING_CONFIRMATION_ASKED,)), _second(remark))

    async def advise(self, decision_key: str, by: str, advice: CommunicationAdvice) -> None:
        """One of the NKC opens their link about what is intended, and gives the advice."""
        link = await self._link_in(decision_key, (Event.NKC_ADVICE_ASKED,), f"/{by}/")
        await self._send(link, {"strategy": advice.strategy, "effects": advice.effects})

    async def answer(self, request_key: str, answer: Mapping[str, str]) -> None:
        """An addressee opens the latest link about this request, and answers."""
        await self._send(await self._link_in(request_key, (Event.REQUEST_PUT, Event.REQUEST_REMINDED)), answer)

    async def report(self, action_key: str, evidence: str) -> None:
        """The owner opens the latest link about this action item, and reports it done."""
        await self._send(await self._link_in(action_key, _ASKING_FOR_REPORT), {"evidence": evidence})

    async def verify(self, action_key: str) -> None:
        """Another closes it."""
        await self._send(await self._link_in(action_key, (Event.ACTION_REPORTED,)), {"verdict": "afsluiten", "remark": ""})

    async def mailed(self, key_part: str, event: Event, within: float = MAIL_WITHIN) -> None:
        """Wait until a mail about this has come.

        Raises:
            NoMail: it did not, in time.

        """
        await self._latest(key_part, (event,), within)

    async def _link_in(self, key: str, events: tuple[Event, ...], to: str = "") -> str:
        mail = await self._latest(key, events, MAIL_WITHIN, to)
        found = self._link.search(mail["text"])
        if found is None:
            raise NoMail(f"no personal link in the mail about {key}")
        return found.group()

    async def _latest(self, key: str, events: tuple[Event, ...], within: float, to: str = "") -> dict[str, Any]:
        def is_it(mail: dict[str, Any]) -> object:
            return _is_about(mail, key, events, to) and self._link.search(mail["text"])

        return await self._mail(is_it, f"{key}: {', '.join(events)}", within)

    async def _mail(self, is_it: Callable[[dict[str, Any]], object], wanted: str, within: float) -> dict[str, Any]:
        until = time.monotonic() + within
        while time.monotonic() < until:
            mails: list[dict[str, Any]] = (await self._client.get(f"{self._mailbox_url}/mails")).json()
            if found := [mail for mail in mails if is_it(mail)]:
                return found[-1]
            await asyncio.sleep(0.2)
        raise NoMail(wanted)

    async def _send(self, link: str, fields: Mapping[str, str]) -> None:
        page = await self._client.get(link)
        answer = await self._client.post(link, content=urlencode(fields), headers=_A_FORM, follow_redirects=True)
        if page.status_code != 200 or answer.status_code != 200:
            told = re.sub(r"<[^>]+>|\s+", " ", answer.text)[:600]
            raise DoorClosed(f"{page.status_code}, {answer.status_code}: {told}")


def _second(remark: str) -> dict[str, str]:
    """What the second person fills in."""
    return {"second": "terugsturen" if remark else "bevestigen", "remark": remark}


def _is_about(mail: Mapping[str, Any], key: str, events: tuple[Event, ...], to: str = "") -> bool:
    alert_key = next((value for name, value in mail["headers"].items() if name.lower() == "x-opschaling-alert"), "")
    return alert_key.startswith(f"{key}/") and any(f"/{event}/" in alert_key for event in events) and to in alert_key
