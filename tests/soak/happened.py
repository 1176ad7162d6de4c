"""All that people must have been told of, as it follows from the rows and the audit trail alone."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from crisis.actions import ActionState
from crisis.alerts import Event
from crisis.decisions import DecisionStage
from crisis.inquiries import Ending
from crisis.requests import Answered
from crisis.structure import Body
from tests.soak.rows import (
    ASK_AGAIN,
    ASK_CLOSING,
    ASK_CLOSING_AGAIN,
    ASK_LINK,
    CLOSE,
    CONFIRM,
    DESIGNATE,
    FOLLOW_INQUIRY,
    FOLLOW_UP,
    PROPOSE_CLOSING,
    RECORD,
    RELEASE,
    REMIND,
    REMIND_NKC,
    REMIND_SECRETARY,
    REPORT,
    VERIFY,
    Rows,
    needs_second,
)


class Happening(NamedTuple):
    """Something of which people must have been told: what, when, and in which bodies."""

    crisis: str
    event: Event
    key: str
    at: datetime
    bodies: frozenset[Body]
    owner: str | None = None
    reporter: str | None = None
    """Who reported the action item that it is about: another closes it."""


def happened(rows: Rows) -> Iterator[Happening]:
    """Everything."""
    yield from _of_crises(rows)
    yield from _of_meetings(rows)
    yield from _of_inquiries(rows)
    yield from _of_outcomes(rows)
    yield from _of_decisions(rows)
    yield from _of_actions(rows)
    yield from _of_members(rows)


def followed_up(rows: Rows) -> Iterator[tuple[Any, set[str]]]:
    """Each time that somebody was asked again for what they owe, with the alerts of that moment."""
    parts = {Event.ACTION_REMINDED: 2, Event.ACTION_OVERDUE: 2, Event.REQUEST_REMINDED: 3}
    parts |= {Event.NKC_ADVICE_REMINDED: 2, Event.INVITATION_REMINDED: 4, Event.FIGURES_MISSING: 2, Event.INQUIRY_CLOSED: 2}
    at = defaultdict[tuple[str, datetime], set[str]](set)
    for alert in rows.alerts.values():
        if alert.event in parts:
            object_ = "/".join(alert.key.split("/")[: parts[Event(alert.event)]])
            at[object_, alert.created_at].add(alert.key)
    for entry in rows.done(FOLLOW_UP, REMIND, REMIND_NKC, REMIND_SECRETARY, FOLLOW_INQUIRY):
        yield entry, at[entry.object, entry.at]


def moment(at: datetime) -> str:
    """As it stands in the key of an alert."""
    return at.strftime("%Y%m%dT%H%M%S")


def _of_crises(rows: Rows) -> Iterator[Happening]:
    for slug, crisis in rows.crises.items():
        levels = [level for level in rows.levels if level.crisis == slug]
        first = frozenset(Body(level.body) for level in levels if level.since == crisis.activated_at)
        yield Happening(slug, Event.ACTIVATED, slug, crisis.activated_at, first)
        if crisis.closed_at:
            yield Happening(slug, Event.CRISIS_CLOSED, slug, crisis.closed_at, rows.bodies_of(slug))
    yield from _of_closings(rows)


def _of_closings(rows: Rows) -> Iterator[Happening]:
    """What was asked of the two who close a crisis: whose turn it was follows from the order in the trail."""
    proposed = set[str]()
    for entry in rows.done(ASK_CLOSING, ASK_CLOSING_AGAIN, PROPOSE_CLOSING, CLOSE):
        slug, key = entry.object, f"{entry.object}/afsluiting"
        if entry.action == PROPOSE_CLOSING:
            proposed.add(slug)
        elif entry.action == CLOSE:
            proposed.discard(slug)
        if entry.action != CLOSE or rows.crises[slug].closed_at != entry.at:
            event = Event.CLOSING_CONFIRMATION_ASKED if slug in proposed else Event.CLOSING_ASKED
            key = key if entry.action == ASK_CLOSING else f"{key}/{moment(entry.at)}"
            yield Happening(slug, event, key, entry.at, _highest(rows, slug))


def _highest(rows: Rows, slug: str) -> frozenset[Body]:
    return frozenset({max(rows.bodies_of(slug), key=lambda body: body.rank)})


def _of_meetings(rows: Rows) -> Iterator[Happening]:
    for key, meeting in rows.meetings.items():
        slug, bodies = meeting.crisis, frozenset({Body(meeting.body)})
        yield Happening(slug, Event.CONVENED, key, rows.crises[slug].activated_at, bodies)
        if meeting.invited_at:
            yield Happening(slug, Event.INVITED, key, meeting.invited_at, bodies)
            yield Happening(slug, Event.OUTCOME_ASKED, key, meeting.invited_at, bodies)
        if meeting.recorded_at:
            yield Happening(slug, Event.OUTCOME_RECORDED, key, meeting.recorded_at, bodies)
            if meeting.recorded_at == rows.left_at(slug):
                yield Happening(slug, Event.SCALED_DOWN, key, meeting.recorded_at, rows.bodies_of(slug))
    for paper in rows.papers:
        key, bodies = f"{paper.crisis}/{paper.body}/{paper.meeting}/S{paper.number}", frozenset({Body(paper.body)})
        yield Happening(paper.crisis, Event.PAPER_ADDED, key, paper.sent_at, bodies)


def _of_inquiries(rows: Rows) -> Iterator[Happening]:
    """The ends that nobody chose: of all that was still open when the last body left. Somebody was missing, or it had ended."""
    for inquiry in rows.inquiries:
        if inquiry.closed_because in (Ending.SCALED_DOWN, Ending.CRISIS_CLOSED):
            key, bodies = f"{inquiry.crisis}/U{inquiry.number}", frozenset({Body(inquiry.body)})
            yield Happening(inquiry.crisis, Event.INQUIRY_CLOSED, key, inquiry.closed_at, bodies)


def _of_outcomes(rows: Rows) -> Iterator[Happening]:
    """What was asked of secretaries and second persons: whose turn it was follows from the order in the trail."""
    proposed, asked = set[str](), Counter[str]()
    for entry in rows.done(RECORD, CONFIRM, ASK_LINK, ASK_AGAIN):
        key, at = entry.object, f"{entry.object}/{moment(entry.at)}"
        if key not in rows.meetings:  # a link to act of one's own accord
            slug, _, person = key.split("/")
            before, asked[_quarter(entry)] = asked[_quarter(entry)], asked[_quarter(entry)] + 1
            place = f"{_quarter(entry)}/{before}" if before else _quarter(entry)
            yield Happening(slug, Event.OWN_LINK_ASKED, place, entry.at, frozenset(), person)
            continue
        meeting = rows.meetings[key]
        told: tuple[Event, str] | None = None
        if entry.action == RECORD and needs_second(meeting):
            proposed.add(key)
            told = Event.CONFIRMATION_ASKED, at
        elif entry.action == CONFIRM:
            proposed.discard(key)
            told = (Event.OUTCOME_RETURNED, at) if meeting.recorded_at != entry.at else None
        elif entry.action == ASK_LINK:
            told = (Event.CONFIRMATION_ASKED if key in proposed else Event.LINK_ASKED), _quarter(entry)
        elif entry.action == ASK_AGAIN:
            told = (Event.CONFIRMATION_ASKED if key in proposed else Event.OUTCOME_OVERDUE), at
        if told:
            yield Happening(meeting.crisis, *told, entry.at, frozenset({Body(meeting.body)}))


def _quarter(entry: Any) -> str:
    """What is asked for, and in which quarter of an hour: once in each."""
    return f"{entry.object}/{int(entry.at.timestamp()) // 900}"


def _of_decisions(rows: Rows) -> Iterator[Happening]:
    bodies = {(d.crisis, d.number): frozenset({Body(d.body)}) for d in rows.decisions}
    gone = rows.gone()
    for decision in rows.decisions:
        slug, number = decision.crisis, decision.number
        if decision.stage == DecisionStage.INTENDED:
            yield Happening(slug, Event.NKC_ADVICE_ASKED, f"{slug}/B{number}", decision.at, bodies[slug, number])
    for slug, number, addressee in rows.put():
        key, of = f"{slug}/B{number}/{addressee}", bodies[slug, number]
        yield Happening(slug, Event.REQUEST_PUT, key, rows.crises[slug].activated_at, of, addressee)
        if (slug, number) in gone:
            yield Happening(slug, Event.REQUEST_WITHDRAWN, key, rows.crises[slug].activated_at, of, addressee)
    for advice in rows.advice:
        slug, number = advice.crisis, advice.decision
        yield Happening(slug, Event.NKC_ADVISED, f"{slug}/B{number}/{advice.by}", advice.at, bodies[slug, number])
    for reply in rows.replies:
        slug, number, who = reply.crisis, reply.decision, reply.addressee
        key, of = f"{slug}/B{number}/{who}/{moment(reply.at)}", bodies[slug, number]
        yield Happening(slug, Event.REQUEST_ANSWERED, key, reply.at, of, who)
        if reply.answer == Answered.NOT_YET:
            yield Happening(slug, Event.REQUEST_PUT, key, reply.at, of, who)


def _of_actions(rows: Rows) -> Iterator[Happening]:
    for key, item in rows.actions.items():
        slug, bodies = item.crisis, frozenset({Body(item.body)})
        yield Happening(slug, Event.ACTION_OPENED, key, item.opened_at, bodies, rows.owner_at(item, item.opened_at))
        if at := item.escalated_at:
            yield Happening(slug, Event.ACTION_OVERDUE, key, at, bodies, rows.owner_at(item, at))
    for entry in rows.done(REPORT, VERIFY):
        if item := rows.actions.get(entry.object):
            event = Event.ACTION_REPORTED if entry.action == REPORT else _verdict(item, entry.at)
            owner, key = rows.owner_at(item, entry.at), f"{entry.object}/{moment(entry.at)}"
            yield Happening(item.crisis, event, key, entry.at, frozenset({Body(item.body)}), owner, owner)
    yield from _of_handovers(rows)


def _of_handovers(rows: Rows) -> Iterator[Happening]:
    """What was still open when the last body left: its new owner, and who closes it where it was reported already."""
    left_by = {m.crisis: f"{m.body}-{m.number}" for m in rows.meetings.values() if m.recorded_at == rows.left_at(m.crisis)}
    for key, item in rows.actions.items():
        left = rows.left_at(item.crisis)
        if left is None or not rows.was_handed_over(item):
            continue
        about = f"{key}/{left_by[item.crisis]}", left, frozenset({Body(item.body)}), item.owner
        yield Happening(item.crisis, Event.ACTION_TRANSFERRED, *about)
        before = [entry for entry in rows.done(REPORT, VERIFY) if entry.object == key and entry.at < left]
        if before and before[-1].action == REPORT:
            yield Happening(item.crisis, Event.ACTION_REPORTED, *about, rows.owner_at(item, before[-1].at))


def _verdict(item: Any, at: datetime) -> Event:
    return Event.ACTION_CLOSED if item.state == ActionState.CLOSED and item.closed_at == at else Event.ACTION_RETURNED


def _of_members(rows: Rows) -> Iterator[Happening]:
    changes = Counter[str]()
    for entry in rows.done(DESIGNATE, RELEASE):
        slug, body, person = entry.object.split("/")
        changes[slug] += 1
        event = Event.DESIGNATED if entry.action == DESIGNATE else Event.RELEASED
        yield Happening(slug, event, f"{entry.object}/{changes[slug]}", entry.at, frozenset({Body(body)}), person)
