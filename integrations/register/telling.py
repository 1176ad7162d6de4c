"""What people are told about a meeting, a decision or an action item: the facts of the alerts, written with the fact itself.

What is secret is told by name only: who may read it does so with a personal link (R22).
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from crisis.actions import PASS_LIFETIME_AFTER_DUE, ActionItem, NewAction, Place, verifier
from crisis.alerts import Event, Notice
from crisis.decisions import HIDDEN, Decision, Secrecy
from crisis.meetings import Meeting
from crisis.structure import Body
from integrations.register.standing import Brief, plan_of
from integrations.register.tables import CrisisRow

if TYPE_CHECKING:
    from integrations.register.engine import Write

PASS_LIFETIME = timedelta(days=7)
"""How long the links to the papers and to record the outcome work after the hour of the meeting."""
ANSWER_LIFETIME = timedelta(days=30)
"""How long a link to answer a request or to advise on a decision works."""

ONE_PER = timedelta(minutes=15)
"""A page that anyone can open must flood neither a person nor the audit trail: one mail in this time."""


def stamp(moment: datetime) -> str:
    """As it stands in the key of an alert, where the same is told again."""
    return f"{moment:%Y%m%dT%H%M%S}"


def quarter(now: datetime) -> int:
    """Which `ONE_PER` it is, counted since 1970: in the key of what anyone may ask for, so that it is told once."""
    return int(now.timestamp() // ONE_PER.total_seconds())


def readable(text: str, secrecy: Secrecy) -> str:
    """The text as it may go by mail and Slack (R22)."""
    return HIDDEN if secrecy is Secrecy.SECRET else text


def tell_about_meeting(
    writing: "Write",
    event: Event,
    meeting: Meeting,
    crisis: CrisisRow | Brief,
    bodies: frozenset[Body] | None = None,
    /,
    asking: str | None = None,
    **more: object,
) -> None:
    """Queue the alerts about a meeting: to its members, its secretary, or whoever the chain names.

    `bodies`: those whom it concerns, where that are others than the one that met.
    """
    facts = {
        "crisis": meeting.crisis,
        "title": crisis.title,
        "meeting": meeting.label,
        "body": meeting.body,
        "number": meeting.number,
        "planned_at": meeting.planned_at,
        "at": writing.at,
    }
    notice = Notice(
        event=event,
        key=asking or meeting.key,
        facts=facts | more,
        bodies=bodies or frozenset({meeting.body}),
        nkc=crisis.nkc,
        pass_object=meeting.key,
        pass_issued_at=writing.now,
        pass_expires_at=max(meeting.planned_at, writing.now) + PASS_LIFETIME,
    )
    writing.tell(notice, plan_of(writing.session, crisis), meeting.crisis)


def tell_about_action(
    writing: "Write",
    event: Event,
    item: NewAction,
    place: Place,
    crisis: CrisisRow | Brief,
    secrecy: Secrecy = Secrecy.CONFIDENTIAL,
    asking: str = "",
    **more: str,
) -> None:
    """Queue the alerts about an action item: to its owner, its verifier, or whoever the chain names."""
    plan = plan_of(writing.session, crisis)
    key = f"{crisis.slug}/A{place.number}"
    facts = {
        "crisis": crisis.slug,
        "title": crisis.title,
        "number": place.number,
        "kind": str(item.kind),
        "action": readable(item.title, secrecy),
        "owner": plan.people[item.owner].name,
        "due_at": item.due_at,
        "priority": str(item.priority),
        "meeting": f"{place.body} {place.meeting}",
        "evidence": "",
        "at": writing.at,
    }
    for name, text in more.items():
        facts[name] = readable(text, secrecy)
    notice = Notice(
        event=event,
        key=f"{key}/{asking}" if asking else key,
        facts=facts,
        bodies=frozenset((place.body,)),
        nkc=crisis.nkc,
        owner=item.owner,
        verifier=verifier(item.owner, place.body, plan, item.reported_by if isinstance(item, ActionItem) else None),
        pass_object=key,
        pass_issued_at=writing.now,
        pass_expires_at=max(item.due_at, writing.now) + PASS_LIFETIME_AFTER_DUE,
    )
    writing.tell(notice, plan, crisis.slug)


def tell_about_decision(
    writing: "Write",
    event: Event,
    decision: Decision,
    crisis: CrisisRow | Brief,
    addressee: str | None = None,
    asking: str = "",
    **more: object,
) -> None:
    """Queue the alerts about a decision: to the NKC, or to one to whom it goes."""
    plan = plan_of(writing.session, crisis)
    object_ = f"{decision.key}/{addressee}" if addressee else decision.key
    facts = {
        "crisis": crisis.slug,
        "title": crisis.title,
        "number": decision.number,
        "kind": str(decision.kind),
        "stage": str(decision.stage),
        "text": readable(decision.text, decision.secrecy),
        "conditions": readable(decision.conditions or "", decision.secrecy) if decision.conditions else "",
        "meeting": f"{decision.body} {decision.meeting}",
        "addressee": plan.people[addressee].name if addressee else "",
        "at": writing.at,
    }
    notice = Notice(
        event=event,
        key=f"{object_}/{asking}" if asking else object_,
        facts=facts | more,
        bodies=frozenset({decision.body}),
        nkc=crisis.nkc,
        owner=addressee,
        pass_object=object_,
        pass_issued_at=writing.now,
        pass_expires_at=writing.now + ANSWER_LIFETIME,
    )
    writing.tell(notice, plan, crisis.slug)
