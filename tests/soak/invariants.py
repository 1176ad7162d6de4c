"""What must be true of a register, and of what arrived, whatever was broken on the way.

The rows are read as they are, and not through the product's own readers. Which alerts a fact must have follows from
the audit trail and from `crisis.alerts`: the register is not asked what it meant to send.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

from crisis.alerts import Channel, Event, Notice, hearers
from crisis.audit import Result
from crisis.meetings import Stage
from crisis.plan import Plan
from crisis.structure import Body
from integrations.register import Register
from integrations.register.alerts import Delivery
from integrations.wording.alerts import reference
from tests.soak.happened import followed_up, happened
from tests.soak.rows import (
    ACTIVATE,
    ADD_PAPER,
    ADVISE,
    ANSWER,
    ASK_CLOSING,
    CLOSE,
    CONFIRM,
    CONFIRM_ACTIVATION,
    CONVENE,
    DESIGNATE,
    INVITE,
    PROPOSE_CLOSING,
    RECORD,
    RELEASE,
    REPORT,
    VERIFY,
    Reader,
    Rows,
    needs_second,
)
from tests.soak.tally import Finding, Wrong

_EXACT = {RECORD, CONFIRM, REPORT, VERIFY, ADVISE, ANSWER, PROPOSE_CLOSING, CLOSE, DESIGNATE, RELEASE}
"""Told twice, they are two: the trail must know the very moment of each."""
_HOUSEHOLD = {"undeliverable", "stuck", "test"}
"""Events of the engine itself, which no fact precedes."""


class Acknowledged(NamedTuple):
    """What somebody was told is recorded, or is refused."""

    action: str
    object: str
    at: datetime | None
    token: str | None = None
    result: Result = Result.DONE


class Received(NamedTuple):
    """A message that arrived: a mail by its key, a Slack message by its reference."""

    channel: Channel
    name: str

    @classmethod
    def all_of(cls, mails: Iterable[Mapping[str, Any]], posts: Iterable[Mapping[str, Any]]) -> "list[Received]":
        """What the catcher tells."""
        by_mail = [cls(Channel.MAIL, _header(mail, "X-Opschaling-Alert")) for mail in mails]
        return by_mail + [cls(Channel.SLACK, _reference(post["text"])) for post in posts]


class Invariants:
    """The questions, asked of one register again and again."""

    def __init__(self, register: Register) -> None:
        self._reader = Reader(register)
        self._keys = cache(_keys)

    def broken(self, acknowledged: Collection[Acknowledged] = ()) -> list[Finding]:
        """Everything that is wrong now: about facts, alerts and audit trail."""
        rows = self._reader.rows()
        return [
            *_missing_facts(rows, acknowledged),
            *_doubled_facts(rows),
            *_requests_against_decisions(rows),
            *_letters_about_the_activation(rows),
            *_without_second_person(rows),
            *_audit_breaks(rows),
            *self._alerts_against_facts(rows),
        ]

    def broken_at_the_end(self, received: Iterable[Received], unreachable: Collection[str] = ()) -> list[Finding]:
        """What is wrong once delivery has been let to finish; `unreachable` are the addresses that refuse all mail."""
        rows = self._reader.rows()
        return [*_undelivered(rows, unreachable), *_received_against_alerts(rows, Counter(received), is_over=True)]

    def phantoms(self, received: Iterable[Received]) -> list[Finding]:
        """Messages about nothing, at any moment."""
        return list(_received_against_alerts(self._reader.rows(), Counter(received), is_over=False))

    def unstamped(self, received: Iterable[Received]) -> int:
        """How many of these messages will come again: who sent them did not live to write it down."""
        named = {_as_received(row): row for row in self._reader.rows().alerts.values()}
        return sum(message in named and named[message].state != Delivery.DELIVERED for message in set(received))

    def _alerts_against_facts(self, rows: Rows) -> Iterator[Finding]:
        must, may = set[str](), set[str]()
        for one in happened(rows):
            plan = self._reader.plan_at(rows, one.crisis, one.at)
            must |= self._keys(one.event, one.key, one.bodies, (one.owner, one.reporter), _Hashed(plan))
        of_a_crisis = {key: row for key, row in rows.alerts.items() if row.crisis}
        for dead in (row for row in of_a_crisis.values() if row.state == Delivery.DEAD and row.event != "undeliverable"):
            must |= self._keys(Event.UNDELIVERABLE, dead.key, frozenset(), (None, None), _Hashed(rows.plans[dead.crisis]))
        for entry, keys in followed_up(rows):
            may |= keys
            if not keys:
                yield Finding(Wrong.LOST, f"{entry.object}: followed up at {entry.at} without an alert")
        for key in sorted(must - rows.alerts.keys()):
            yield Finding(Wrong.LOST, f"alert {key} was never queued")
        for key in sorted(of_a_crisis.keys() - must - may):
            if rows.alerts[key].event not in _HOUSEHOLD:
                yield Finding(Wrong.PHANTOM, f"alert {key} follows from nothing")


def _missing_facts(rows: Rows, acknowledged: Collection[Acknowledged]) -> Iterator[Finding]:
    entered = {(entry.action, entry.object, entry.result) for entry in rows.audit}
    at = {(entry.action, entry.object, entry.result, entry.at) for entry in rows.audit}
    for one in acknowledged:
        known = (one.action, one.object, one.result, one.at) in at if one.at else False
        again = one.action not in _EXACT or one.at is None
        if not (known or (again and (one.action, one.object, one.result) in entered)):
            yield Finding(
                Wrong.LOST, f"{one.action} {one.object} was acknowledged ({one.result}), and is not in the audit trail"
            )
    yield from _lost_outcomes(rows, acknowledged)
    for action, facts in _facts(rows).items():
        entries = rows.times(action)
        for object_ in sorted(entries - facts):
            yield Finding(Wrong.LOST, f"{action} {object_} stands in the audit trail, and the fact does not exist")
        for object_ in sorted(facts - entries):
            yield Finding(Wrong.PHANTOM, f"{action} {object_} happened, and the audit trail does not know it")


def _lost_outcomes(rows: Rows, acknowledged: Collection[Acknowledged]) -> Iterator[Finding]:
    """What was told to be recorded is what stands there; unless it was sent back, and recorded once more."""
    last = {entry.object: entry.at for entry in rows.done(RECORD)}
    times = rows.times(RECORD)
    for one in acknowledged:
        if one.token is None or (times[one.object] > 1 and one.at != last[one.object]):
            continue
        meeting = rows.meetings.get(one.object)
        if meeting is None or one.token not in (meeting.summary, (meeting.proposed or {}).get("summary")):
            yield Finding(Wrong.LOST, f"the outcome of {one.object} that was acknowledged is not the one in the register")


def _facts(rows: Rows) -> Mapping[str, Counter[str]]:
    """What was done, by the facts themselves: action, and how often to which object."""
    recorded = Counter({key: 1 for key, m in rows.meetings.items() if m.stage == Stage.RECORDED and not needs_second(m)})
    proposed = {key: rows.times(RECORD)[key] for key, m in rows.meetings.items() if needs_second(m) and m.proposed}
    confirmed = {key.partition("/")[0] for key in rows.times(CONFIRM_ACTIVATION)}
    return {
        ACTIVATE: Counter(slug for slug in rows.crises if slug not in confirmed),
        CONVENE: Counter(rows.meetings.keys()),
        INVITE: Counter(key for key, m in rows.meetings.items() if m.stage != Stage.CONVENED),
        RECORD: recorded + Counter(proposed),
        ADVISE: Counter(f"{row.crisis}/B{row.decision}" for row in rows.advice),
        ANSWER: Counter(f"{row.crisis}/B{row.decision}/{row.addressee}" for row in rows.replies),
        ADD_PAPER: Counter(f"{row.crisis}/{row.body}/{row.meeting}" for row in rows.papers),
        ASK_CLOSING: Counter(slug for slug, crisis in rows.crises.items() if crisis.closing_asked_at),
    }


def _doubled_facts(rows: Rows) -> Iterator[Finding]:
    for action in (ACTIVATE, RECORD, ASK_CLOSING):
        for object_, times in rows.times(action).items():
            if times > 1 and not (action == RECORD and needs_second(rows.meetings[object_])):
                yield Finding(Wrong.DOUBLE, f"{action} {object_} was done {times} times")
    for what, found in _numbers(rows).items():
        if sorted(found) != list(range(1, len(found) + 1)):
            yield Finding(Wrong.DOUBLE, f"the numbers of the {what} are {sorted(found)}")
    for (crisis, body), times in Counter((row.crisis, row.body) for row in rows.levels if row.until is None).items():
        if times > 1:
            yield Finding(Wrong.DOUBLE, f"{crisis}: {body} is active {times} times")
    yield from _against_what_was_said(rows)


def _numbers(rows: Rows) -> Mapping[str, list[int]]:
    """What is numbered, from one on and without gaps."""
    numbers = defaultdict[str, list[int]](list)
    for decision in rows.decisions:
        numbers[f"decisions of {decision.crisis}"].append(decision.number)
    for item in rows.actions.values():
        numbers[f"action items of {item.crisis}"].append(item.number)
    for meeting in rows.meetings.values():
        numbers[f"meetings of {meeting.crisis}/{meeting.body}"].append(meeting.number)
    for reply in rows.replies:
        numbers[f"answers to {reply.crisis}/B{reply.decision}/{reply.addressee}"].append(reply.number)
    for paper in rows.papers:
        numbers[f"papers of {paper.crisis}/{paper.body}/{paper.meeting}"].append(paper.number)
    return numbers


def _against_what_was_said(rows: Rows) -> Iterator[Finding]:
    """The summary of an outcome in a soak says how many decisions and action items it has; not whether it came first."""
    decisions = Counter((d.crisis, d.body, d.meeting, d.at) for d in rows.decisions)
    said_of = (item for item in rows.actions.values() if item.title != f"{_ON_THE_ACTIVATION} (R19)")
    items = Counter((item.crisis, item.body, item.meeting, item.opened_at) for item in said_of)
    for key, meeting in rows.meetings.items():
        if meeting.summary is None or not meeting.summary.startswith("soak "):
            continue
        _, said_decisions, said_items, _ = meeting.summary.split()
        of = (meeting.crisis, meeting.body, meeting.number, meeting.recorded_at)
        for what, said, found in (("decisions", said_decisions, decisions[of]), ("action items", said_items, items[of])):
            if found != int(said):
                wrong = Wrong.LOST if found < int(said) else Wrong.DOUBLE
                yield Finding(wrong, f"{key} has {found} {what}, not {said}")


def _letters_about_the_activation(rows: Rows) -> Iterator[Finding]:
    """One in each crisis, with the first outcome that was recorded in it (R19)."""
    for slug, plan in rows.plans.items():
        letters = [a for a in rows.actions.values() if a.crisis == slug and a.title.startswith(_ON_THE_ACTIVATION)]
        recorded = (m.recorded_at for m in rows.meetings.values() if m.crisis == slug and m.recorded_at)
        first = min(recorded, default=None)
        owed = [first] if first and plan.letters else []
        if (found := [letter.opened_at for letter in letters]) != owed:
            wrong = Wrong.LOST if len(found) < len(owed) else Wrong.DOUBLE
            yield Finding(wrong, f"{slug} has letters about the activation of {found}, not of {owed}")


_ON_THE_ACTIVATION = "Brief aan de Tweede Kamer over de activering"


def _requests_against_decisions(rows: Rows) -> Iterator[Finding]:
    """What is final was put to each addressee, once; what is gone is asked of nobody any more."""
    put = {(request.crisis, request.decision, request.addressee): request for request in rows.requests}
    for slug, number, addressee in sorted(rows.put() - put.keys()):
        yield Finding(Wrong.LOST, f"{slug}/B{number} was never put to {addressee}")
    for slug, number, addressee in sorted(put.keys() - rows.put()):
        yield Finding(Wrong.PHANTOM, f"{slug}/B{number} was put to {addressee}, and never decided")
    for (slug, number, addressee), request in put.items():
        if ((slug, number) in rows.gone()) != (request.withdrawn_at is not None):
            yield Finding(Wrong.PHANTOM, f"{slug}/B{number}/{addressee} was withdrawn: {request.withdrawn_at}")


def _without_second_person(rows: Rows) -> Iterator[Finding]:
    """Where two must look, nothing follows before another has confirmed it."""
    recorded = {entry: key for key, m in rows.meetings.items() if (entry := (m.crisis, m.body, m.number)) and m.recorded_at}
    for what in (*rows.decisions, *rows.actions.values()):
        if (what.crisis, what.body, what.meeting) not in recorded:
            yield Finding(
                Wrong.PHANTOM, f"{what.crisis}: number {what.number} of {what.body} {what.meeting}, before its outcome"
            )
    for key, meeting in rows.meetings.items():
        if needs_second(meeting):
            seconds = meeting.recorded_by, meeting.confirmed_by
            yield from _in_turn(rows, key, (RECORD, CONFIRM), meeting.recorded_at, seconds)
    for slug, crisis in rows.crises.items():
        yield from _in_turn(rows, slug, (PROPOSE_CLOSING, CLOSE), crisis.closed_at, (crisis.closing_by, crisis.closed_by))
    yield from _levels_without_outcome(rows)


def _in_turn(
    rows: Rows, key: str, acts: tuple[str, str], done_at: datetime | None, people: tuple[str | None, str | None]
) -> Iterator[Finding]:
    """One person does it and another answers, again and again, until it is confirmed: then it is done."""
    entries = [entry for entry in rows.done(*acts) if entry.object == key]
    if [entry.action for entry in entries] != [acts[place % 2] for place in range(len(entries))]:
        yield Finding(Wrong.DOUBLE, f"{key}: {', '.join(entry.action for entry in entries)}")
    if done_at is None:
        return
    if not entries or (entries[-1].action, entries[-1].at) != (acts[1], done_at):
        yield Finding(Wrong.PHANTOM, f"{key} is done, and nobody has confirmed it")
    if None in people or people[0] == people[1]:
        yield Finding(Wrong.PHANTOM, f"{key} was done by {people[0]}, and confirmed by {people[1]}")


def _levels_without_outcome(rows: Rows) -> Iterator[Finding]:
    """A body comes and goes by activation and by outcome, and by nothing else."""
    moments = {(m.crisis, m.recorded_at) for m in rows.meetings.values()}
    moments |= {(slug, crisis.activated_at) for slug, crisis in rows.crises.items()}
    for level in rows.levels:
        if not {(level.crisis, at) for at in (level.since, level.until) if at} <= moments:
            yield Finding(Wrong.PHANTOM, f"{level.crisis}: {level.body} came or went, and no outcome says so")


def _audit_breaks(rows: Rows) -> Iterator[Finding]:
    """The chain as it hangs together; the hashes themselves are verified at the end of a round."""
    for before, after in pairwise(rows.audit):
        if after.previous != before.hash or after.seq != before.seq + 1:
            yield Finding(Wrong.LOST, f"the audit trail is broken at {after.seq}")


def _undelivered(rows: Rows, unreachable: Collection[str]) -> Iterator[Finding]:
    for key, row in rows.alerts.items():
        if row.state in {Delivery.QUEUED, Delivery.SENDING}:
            yield Finding(Wrong.LOST, f"alert {key} is still {row.state}, after {row.attempts} attempts")
        elif row.state == Delivery.DEAD and row.address not in unreachable:
            yield Finding(Wrong.LOST, f"alert {key} was given up, and its recipient takes mail")


def _received_against_alerts(rows: Rows, received: Counter[Received], *, is_over: bool) -> Iterator[Finding]:
    named = {_as_received(row): row for row in rows.alerts.values()}
    for message, times in received.items():
        row = named.get(message)
        if row is None:
            yield Finding(Wrong.PHANTOM, f"a message came about an alert that does not exist: {message.name}")
        elif times > row.attempts:
            yield Finding(Wrong.DOUBLE, f"alert {row.key} came {times} times in {row.attempts} attempts")
    if is_over:
        for message, row in named.items():
            if row.state == Delivery.DELIVERED and not received[message]:
                yield Finding(Wrong.LOST, f"alert {row.key} counts as delivered, and never came")


def _header(mail: Mapping[str, Any], wanted: str) -> str:
    return next((value for name, value in mail["headers"].items() if name.lower() == wanted.lower()), "")


def _reference(text: str) -> str:
    found = re.search(r"(?:Kenmerk|Reference): ([0-9a-f]{8})$", text, re.MULTILINE)
    return found[1] if found else text[:100]


def _as_received(row: Any) -> Received:
    channel = Channel(row.channel)
    return Received(channel, row.key if channel is Channel.MAIL else reference(row.key))


class _Hashed:
    """A plan as a key: the very object, for plans hold dictionaries."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def __hash__(self) -> int:
        return id(self.plan)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Hashed) and other.plan is self.plan


def _keys(event: Event, key: str, bodies: frozenset[Body], who: tuple[str | None, str | None], plan: _Hashed) -> frozenset[str]:
    """The keys of the alerts that must follow. `who`: who has the action item or request, and who reported it."""
    owner, verifier = who[0], None
    if owner is not None and bodies:
        seat = plan.plan.bodies[next(iter(bodies))]
        verifier = next(person for person in (seat.secretary, seat.chair, *seat.members) if person not in who)
    notice = Notice(event=event, key=key, facts={}, bodies=bodies, owner=owner, verifier=verifier)
    return frozenset(key + hearer.ending for hearer in hearers(notice, plan.plan))
