"""Who must hear what, how urgently, through what chain (alarmering).

These rules say which alerts follow from an event. The register stores them with the fact itself;
an engine of its own delivers them.
"""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from crisis.passes import Act, Grant
from crisis.seats import may_ask_invitation
from crisis.structure import Body

if TYPE_CHECKING:
    from crisis.plan import Group, Plan


class Event(StrEnum):
    """What happened that people must hear of."""

    ACTIVATION_LINK_ASKED = "activation-link-asked"
    ACTIVATION_ASKED = "activation-asked"
    ACTIVATION_REFUSED = "activation-refused"
    ACTIVATED = "activated"
    CONVENED = "convened"
    INVITED = "invited"
    PAPER_ADDED = "paper-added"
    OUTCOME_ASKED = "outcome-asked"
    OUTCOME_OVERDUE = "outcome-overdue"
    CONFIRMATION_ASKED = "confirmation-asked"
    OUTCOME_RETURNED = "outcome-returned"
    OUTCOME_RECORDED = "outcome-recorded"
    NKC_ADVICE_ASKED = "nkc-advice-asked"
    NKC_ADVICE_REMINDED = "nkc-advice-reminded"
    NKC_ADVISED = "nkc-advised"
    REQUEST_PUT = "request-put"
    REQUEST_REMINDED = "request-reminded"
    REQUEST_ANSWERED = "request-answered"
    REQUEST_WITHDRAWN = "request-withdrawn"
    LINK_ASKED = "link-asked"
    HANDED_ON = "handed-on"
    DOSSIER_LINK_ASKED = "dossier-link-asked"
    OWN_LINK_ASKED = "own-link-asked"
    ACTION_OPENED = "action-opened"
    ACTION_REMINDED = "action-reminded"
    ACTION_OVERDUE = "action-overdue"
    ACTION_REPORTED = "action-reported"
    ACTION_RETURNED = "action-returned"
    ACTION_CLOSED = "action-closed"
    ACTION_TRANSFERRED = "action-transferred"
    SCALED_DOWN = "scaled-down"
    CLOSING_ASKED = "closing-asked"
    CLOSING_CONFIRMATION_ASKED = "closing-confirmation-asked"
    DESIGNATED = "designated"
    RELEASED = "released"
    INVITATION_ASKED = "invitation-asked"
    INVITATION_REMINDED = "invitation-reminded"
    INVITATION_REFUSED = "invitation-refused"
    FIGURES_ASKED = "figures-asked"
    FIGURES_REMINDED = "figures-reminded"
    FIGURES_MISSING = "figures-missing"
    FIGURES_RETURNED = "figures-returned"
    INQUIRY_CLOSED = "inquiry-closed"
    CRISIS_CLOSED = "crisis-closed"
    UNDELIVERABLE = "undeliverable"
    STUCK = "stuck"
    TEST = "test"


class Channel(StrEnum):
    """The way an alert goes out. There is none for NL-Alert, and there will be none (R23; rijksoverheid.nl, 2024).

    Nationally the minister of JenV decides on it and the NCC sends it, after asking "really?"; what this product may do is
    prepare its words.
    """

    MAIL = "mail"
    SLACK = "slack"


class Urgency(StrEnum):
    """What goes first when there is much to send."""

    HIGH = "high"
    NORMAL = "normal"


DEFAULT_CHAINS: dict[Event, tuple[str, ...]] = {
    Event.ACTIVATION_LINK_ASKED: ("owner",),
    Event.ACTIVATION_ASKED: ("duty",),
    Event.ACTIVATION_REFUSED: ("duty",),
    Event.ACTIVATED: ("nkc", "members", "channel", "duty"),
    Event.CONVENED: ("nkc", "channel", "ministries"),
    Event.INVITED: ("members", "channel", "nkc"),
    Event.PAPER_ADDED: ("members",),
    Event.OUTCOME_ASKED: ("secretary", "channel"),
    Event.OUTCOME_OVERDUE: ("secretary", "chair", "channel"),
    Event.CONFIRMATION_ASKED: ("second", "channel"),
    Event.OUTCOME_RETURNED: ("secretary",),
    Event.OUTCOME_RECORDED: ("nkc", "members", "channel"),
    Event.NKC_ADVICE_ASKED: ("nkc",),
    Event.NKC_ADVICE_REMINDED: ("nkc",),
    Event.NKC_ADVISED: ("secretary", "chair"),
    Event.REQUEST_PUT: ("owner",),
    Event.REQUEST_REMINDED: ("owner",),
    Event.REQUEST_ANSWERED: ("secretary", "chair", "nkc", "channel"),
    Event.REQUEST_WITHDRAWN: ("owner",),
    Event.LINK_ASKED: ("secretary",),
    Event.HANDED_ON: ("owner",),
    Event.DOSSIER_LINK_ASKED: ("owner",),
    Event.OWN_LINK_ASKED: ("owner",),
    Event.ACTION_OPENED: ("owner",),
    Event.ACTION_REMINDED: ("owner",),
    Event.ACTION_OVERDUE: ("chair", "secretary", "owner", "channel"),
    Event.ACTION_REPORTED: ("verifier",),
    Event.ACTION_RETURNED: ("owner",),
    Event.ACTION_CLOSED: ("owner", "nkc"),
    Event.ACTION_TRANSFERRED: ("owner",),
    Event.SCALED_DOWN: ("nkc", "members", "channel", "duty", "regions"),
    Event.CLOSING_ASKED: ("secretary",),
    Event.CLOSING_CONFIRMATION_ASKED: ("second",),
    Event.DESIGNATED: ("owner", "secretary"),
    Event.RELEASED: ("owner", "secretary"),
    Event.INVITATION_ASKED: ("secretary",),
    Event.INVITATION_REMINDED: ("secretary",),
    Event.INVITATION_REFUSED: ("owner",),
    Event.FIGURES_ASKED: ("owner",),
    Event.FIGURES_REMINDED: ("owner",),
    Event.FIGURES_MISSING: ("owner",),
    Event.FIGURES_RETURNED: ("owner",),
    Event.INQUIRY_CLOSED: ("secretary",),
    Event.CRISIS_CLOSED: ("nkc", "members", "channel", "duty"),
    Event.UNDELIVERABLE: ("duty",),
    Event.STUCK: ("duty",),
    Event.TEST: (),
}
"""Audience per event. `members` are all who sit in the bodies concerned, `channel` those bodies' Slack channels,
`owner` whom it is about, `verifier` who closes an action item, `ministries` all other ministries, of the convening of the IAO
(R09), `regions` the safety regions; `nkc` and `duty` are groups of the plan, and so may any other name be."""

NKC_GROUP = "nkc"

URGENT = frozenset(
    {
        *(Event.ACTIVATED, Event.INVITED, Event.OUTCOME_ASKED, Event.OUTCOME_OVERDUE, Event.LINK_ASKED),
        *(Event.HANDED_ON, Event.OWN_LINK_ASKED),
        *(Event.CONFIRMATION_ASKED, Event.OUTCOME_RETURNED, Event.NKC_ADVICE_ASKED, Event.REQUEST_PUT),
        Event.REQUEST_WITHDRAWN,
        *(Event.DESIGNATED, Event.INVITATION_ASKED, Event.PAPER_ADDED),
        *(Event.ACTIVATION_LINK_ASKED, Event.ACTIVATION_ASKED, Event.UNDELIVERABLE, Event.STUCK),
        *(Event.FIGURES_ASKED, Event.FIGURES_RETURNED),
    }
)

_ACT_OF = {
    Event.ACTIVATION_LINK_ASKED: Act.ACTIVATE,
    Event.CONVENED: Act.ASK_INVITATION,
    Event.INVITATION_ASKED: Act.ANSWER_INVITATION,
    Event.INVITATION_REMINDED: Act.ANSWER_INVITATION,
    Event.DESIGNATED: Act.READ_PAPERS,
    Event.ACTIVATION_ASKED: Act.CONFIRM_ACTIVATION,
    Event.INVITED: Act.READ_PAPERS,
    Event.PAPER_ADDED: Act.READ_PAPERS,
    Event.DOSSIER_LINK_ASKED: Act.READ_DOSSIER,
    Event.OUTCOME_RECORDED: Act.READ_PAPERS,
    Event.OUTCOME_ASKED: Act.RECORD_OUTCOME,
    Event.OUTCOME_OVERDUE: Act.RECORD_OUTCOME,
    Event.LINK_ASKED: Act.RECORD_OUTCOME,
    Event.OUTCOME_RETURNED: Act.RECORD_OUTCOME,
    Event.CONFIRMATION_ASKED: Act.CONFIRM_OUTCOME,
    Event.NKC_ADVICE_ASKED: Act.ADVISE,
    Event.NKC_ADVICE_REMINDED: Act.ADVISE,
    Event.REQUEST_PUT: Act.ANSWER_REQUEST,
    Event.REQUEST_REMINDED: Act.ANSWER_REQUEST,
    Event.ACTION_TRANSFERRED: Act.REPORT_ACTION,
    Event.CLOSING_ASKED: Act.CLOSE_CRISIS,
    Event.CLOSING_CONFIRMATION_ASKED: Act.CONFIRM_CLOSING,
    Event.ACTION_OPENED: Act.REPORT_ACTION,
    Event.ACTION_REMINDED: Act.REPORT_ACTION,
    Event.ACTION_OVERDUE: Act.REPORT_ACTION,
    Event.ACTION_RETURNED: Act.REPORT_ACTION,
    Event.ACTION_REPORTED: Act.VERIFY_ACTION,
    **dict.fromkeys((Event.FIGURES_ASKED, Event.FIGURES_REMINDED, Event.FIGURES_RETURNED), Act.GIVE_FIGURES),
}


Facts = dict[str, Any]
"""What the words are made of: whatever goes into JSON."""


class Notice(NamedTuple):
    """Something that happened, with all that the alerts about it need."""

    event: Event
    key: str
    """What it is about, unlike any other: `asiel-2022/IAO/1`. With event, recipient and channel it names one alert."""
    facts: Facts
    bodies: frozenset[Body] = frozenset()
    nkc: bool = True
    """Whether the NKC is active for this crisis; where it is not, it hears nothing."""
    owner: str | None = None
    verifier: str | None = None
    pass_object: str | None = None
    pass_issued_at: datetime | None = None
    pass_expires_at: datetime | None = None
    grant: Grant | None = None
    """A pass that is made already, for the one whom it names."""


class Alert(NamedTuple):
    """One message to one recipient through one channel. All of it is ours: it is made in numbers, and never looked through."""

    key: str
    event: Event
    channel: Channel
    to: str
    """A person of the plan, or the name of a Slack webhook in the settings."""
    address: str
    """A mail address, or the same name of a webhook: never the webhook itself, which is a secret."""
    language: str
    urgency: Urgency
    facts: Facts
    grant: Grant | None = None
    """The authority that the recipient gets with it, as a link made at the moment of sending."""


class Hearer(NamedTuple):
    """Somebody who hears of an event, or a channel in which it is told; in plain words, as the register keeps them."""

    ending: str
    """What comes behind the key of the notice in the key of this alert: `/activated/lid/mail`."""
    event: str
    channel: str
    to: str
    address: str
    language: str
    urgency: str
    act: str | None
    """What the alert gives them the authority for."""


def hearers(notice: Notice, plan: "Plan") -> tuple[Hearer, ...]:
    """Who hears of what happened: an alert follows for each recipient and channel, once."""
    return _hearers(plan, notice.event, notice.bodies, notice.nkc, notice.owner, notice.verifier)


@lru_cache(1024)
def _hearers(
    plan: "Plan", event: Event, bodies: frozenset[Body], nkc: bool, owner: str | None, verifier: str | None
) -> tuple[Hearer, ...]:
    """Worked out once, for it follows from these alone.

    A grant goes by mail, to the one person whose act it is, and to nobody else (rule: nobody acts for another).
    """
    notice = Notice(event=event, key="", facts={}, bodies=bodies, nkc=nkc, owner=owner, verifier=verifier)
    people: dict[str, None] = {}
    channels: dict[str, None] = {}
    for audience in plan.chain(event):
        _add_audience(audience, notice, plan, people, channels)
    urgency = Urgency.HIGH if event in URGENT else Urgency.NORMAL

    def hearer(channel: Channel, to: str, address: str, language: str, act: Act | None) -> Hearer:
        ending, may = f"/{event}/{to}/{channel}", str(act) if act else None
        return Hearer(ending, str(event), str(channel), to, address, language, str(urgency), may)

    by_mail = [
        hearer(Channel.MAIL, name, plan.people[name].mail, plan.people[name].language, _act(name, notice, plan))
        for name in people
    ]
    by_slack = [hearer(Channel.SLACK, name, name, plan.language, None) for name in channels]
    return (*by_mail, *by_slack)


def _add_audience(audience: str, notice: Notice, plan: "Plan", people: dict[str, None], channels: dict[str, None]) -> None:
    """Who belongs to this audience, behind those that were named before."""
    match audience:
        case "owner":
            people |= {notice.owner: None} if notice.owner else {}
        case "verifier":
            people |= {notice.verifier: None} if notice.verifier else {}
        case "members" | "secretary" | "chair" | "second" | "channel":
            for body in sorted(notice.bodies):
                seat = plan.bodies[body]
                match audience:
                    case "members":
                        people |= dict.fromkeys(seat.everyone)
                    case "channel":
                        channels |= {seat.slack: None} if seat.slack else {}
                    case "second":
                        people[seat.confirms] = None
                    case _:
                        people[seat.secretary if audience == "secretary" else seat.chair] = None
        case _:
            for group in _groups(audience, notice, plan):
                people |= dict.fromkeys(group.people)
                channels |= {group.slack: None} if group.slack else {}


def _groups(audience: str, notice: Notice, plan: "Plan") -> Iterable["Group"]:
    if audience == NKC_GROUP and not notice.nkc:
        return []
    if audience == "ministries" and Body.IAO not in notice.bodies:
        return []
    name = {"duty": plan.duty, "ministries": plan.ministries, "regions": plan.regions}.get(audience, audience)
    return [plan.groups[name]] if name in plan.groups else []


def _act(person: str, notice: Notice, plan: "Plan") -> Act | None:
    act = _ACT_OF.get(notice.event)
    return act if act and _is_theirs(act, person, notice, plan) else None


def _is_theirs(act: Act, person: str, notice: Notice, plan: "Plan") -> bool:
    match act:
        case Act.READ_PAPERS:
            return any(person in plan.bodies[body].everyone for body in notice.bodies)
        case Act.CONFIRM_OUTCOME | Act.CONFIRM_CLOSING:
            return any(person == plan.bodies[body].confirms for body in notice.bodies)
        case Act.ADVISE:
            return person in plan.nkc.people
        case Act.ASK_INVITATION:
            return may_ask_invitation(person, plan) and Body.IAO in notice.bodies
        case Act.RECORD_OUTCOME | Act.CLOSE_CRISIS | Act.ANSWER_INVITATION:
            return any(person == plan.bodies[body].secretary for body in notice.bodies)
        case Act.REPORT_ACTION | Act.ANSWER_REQUEST | Act.ACTIVATE | Act.READ_DOSSIER | Act.GIVE_FIGURES:
            return person == notice.owner
        case Act.CONFIRM_ACTIVATION:
            return person in plan.groups[plan.duty].people
        case Act.VERIFY_ACTION:
            return person == notice.verifier
        case _:  # of one's own accord, asked for by who may: `crisis.initiative`
            return person == notice.owner


def granted(notice: Notice, hearer: Hearer) -> Facts | None:
    """The authority that goes with an alert: the fields of the `Grant`, as the register keeps them. Slack carries none."""
    if notice.grant:
        return asdict(notice.grant) if (hearer.channel, hearer.to) == (Channel.MAIL, notice.grant.person) else None
    if hearer.act is None or notice.pass_object is None:
        return None
    return {
        "person": hearer.to,
        "act": hearer.act,
        "object": notice.pass_object,
        "issued_at": notice.pass_issued_at,
        "expires_at": notice.pass_expires_at,
    }
