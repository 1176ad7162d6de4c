"""What must be true of a register, and of what arrived, whatever was broken on the way.

The rows are read as they are, and not through the product's own readers. Which alerts a fact must have follows from
the audit trail and from `crisis.alerts`: the register is not asked what it meant to send.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

from sqlmodel import select

from crisis.alerts import Channel, Event, Notice, alerts_for
from crisis.audit import Result, digest
from crisis.meetings import Stage
from crisis.plan import Plan
from crisis.structure import Body
from integrations.register import Register
from integrations.register.alerts import Delivery
from integrations.register.tables import (
    ActionRow,
    AlertRow,
    AuditRow,
    CrisisRow,
    DecisionRow,
    LevelRow,
    MeetingRow,
    UsedPassRow,
)
from integrations.wording.alerts import reference
from tests.soak.tally import Finding, Wrong

ACTIVATE, CLOSE = "crisis.activeren", "crisis.afsluiten"
CONVENE, INVITE, RECORD = "vergadering.bijeenroepen", "vergadering.uitnodigen", "uitkomst.vastleggen"
REPORT, VERIFY, FOLLOW_UP = "actiepunt.gereedmelden", "actiepunt.verifieren", "actiepunt.opvolgen"
ASK_AGAIN = "uitkomst.navragen"
ASK_LINK, TAKE_IN = "link.aanvragen", "uitvraag.antwoorden"

_ONCE = {ACTIVATE, RECORD}
"""Done at most once to the same object."""
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


@dataclass
class Rows:
    """Everything that a register holds, for as far as it is checked."""

    crises: dict[str, Any]
    levels: list[Any]
    meetings: list[Any]
    decisions: list[Any]
    actions: dict[str, Any]
    alerts: dict[str, Any]
    audit: list[Any]
    used: set[str]
    plans: dict[str, Plan] = field(default_factory=dict)

    def done(self, action: str) -> Iterator[Any]:
        """The entries of this that was done."""
        return (entry for entry in self.audit if entry.action == action and entry.result == Result.DONE)


class Invariants:
    """The questions, asked of one register again and again."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._plans: dict[str, Plan] = {}
        self._keys = cache(_keys)

    def broken(self, acknowledged: Collection[Acknowledged] = ()) -> list[Finding]:
        """Everything that is wrong now: about facts, alerts and audit trail."""
        rows = self._read()
        return [
            *_missing_facts(rows, acknowledged),
            *_doubled_facts(rows),
            *_audit_breaks(rows),
            *self._alerts_against_facts(rows),
        ]

    def broken_at_the_end(self, received: Iterable[Received], unreachable: Collection[str] = ()) -> list[Finding]:
        """What is wrong once delivery has been let to finish; `unreachable` are the addresses that refuse all mail."""
        rows = self._read()
        return [*_undelivered(rows, unreachable), *_received_against_alerts(rows, Counter(received), is_over=True)]

    def phantoms(self, received: Iterable[Received]) -> list[Finding]:
        """Messages about nothing, at any moment."""
        return list(_received_against_alerts(self._read(), Counter(received), is_over=False))

    def unstamped(self, received: Iterable[Received]) -> int:
        """How many of these messages will come again: who sent them did not live to write it down."""
        named = {_as_received(row): row for row in self._read().alerts.values()}
        return sum(message in named and named[message].state != Delivery.DELIVERED for message in set(received))

    def _read(self) -> Rows:
        with self._register.read() as session:
            run = session.execute
            crises = run(select(CrisisRow.slug, CrisisRow.activated_at, CrisisRow.phase, CrisisRow.closed_at)).all()
            for crisis in crises:
                if crisis.slug not in self._plans:
                    document = session.exec(select(CrisisRow.plan).where(CrisisRow.slug == crisis.slug)).one()
                    self._plans[crisis.slug] = _plan(digest(document), document)
            actions = run(
                select(*_columns(ActionRow, "crisis number body meeting owner state opened_at escalated_at closed_at"))
            )
            alerts = run(select(*_columns(AlertRow, "key crisis event channel to address state attempts created_at")))
            return Rows(
                crises={row.slug: row for row in crises},
                levels=list(run(select(*_columns(LevelRow, "crisis body since until")))),
                meetings=list(run(select(*_columns(MeetingRow, "crisis body number stage invited_at recorded_at summary")))),
                decisions=list(run(select(*_columns(DecisionRow, "crisis number body meeting at")))),
                actions={f"{row.crisis}/A{row.number}": row for row in actions},
                alerts={row.key: row for row in alerts},
                audit=list(run(select(AuditRow.__table__).order_by(AuditRow.__table__.c.seq))),  # type: ignore[attr-defined]
                used=set(session.exec(select(UsedPassRow.grant_key))),
                plans=self._plans,
            )

    def _alerts_against_facts(self, rows: Rows) -> Iterator[Finding]:
        must, may = set[str](), set[str]()
        for crisis, event, key, bodies, owner in _happened(rows):
            must |= self._keys(event, key, bodies, owner, _Hashed(rows.plans[crisis]))
        for dead in (row for row in rows.alerts.values() if row.state == Delivery.DEAD and row.event != "undeliverable"):
            must |= self._keys(Event.UNDELIVERABLE, dead.key, frozenset(), None, _Hashed(rows.plans[dead.crisis]))
        for entry, keys in _followed_up(rows):
            may |= keys
            if not keys:
                yield Finding(Wrong.LOST, f"{entry.object}: followed up at {entry.at} without an alert")
        for key in sorted(must - rows.alerts.keys()):
            yield Finding(Wrong.LOST, f"alert {key} was never queued")
        for key in sorted(rows.alerts.keys() - must - may):
            if rows.alerts[key].event not in _HOUSEHOLD:
                yield Finding(Wrong.PHANTOM, f"alert {key} follows from nothing")


_Happening = tuple[str, Event, str, frozenset[Body], str | None]


def _happened(rows: Rows) -> Iterator[_Happening]:
    """All that people must have been told of: crisis, event, key, bodies, owner."""
    yield from _of_crises(rows)
    for meeting in rows.meetings:
        key, bodies = f"{meeting.crisis}/{meeting.body}/{meeting.number}", frozenset({Body(meeting.body)})
        yield meeting.crisis, Event.CONVENED, key, bodies, None
        if meeting.invited_at:
            yield meeting.crisis, Event.INVITED, key, bodies, None
            yield meeting.crisis, Event.OUTCOME_ASKED, key, bodies, None
        if meeting.recorded_at:
            yield meeting.crisis, Event.OUTCOME_RECORDED, key, bodies, None
    for entry in rows.done(ASK_LINK):
        slug, body, _ = entry.object.split("/")
        yield slug, Event.LINK_ASKED, f"{entry.object}/{int(entry.at.timestamp()) // 900}", frozenset({Body(body)}), None
    yield from _of_actions(rows)


def _of_crises(rows: Rows) -> Iterator[_Happening]:
    levels = defaultdict[str, list[Any]](list)
    for level in rows.levels:
        levels[level.crisis].append(level)
    for slug, crisis in rows.crises.items():
        first = frozenset(Body(level.body) for level in levels[slug] if level.since == crisis.activated_at)
        yield slug, Event.ACTIVATED, slug, first, None
        if crisis.closed_at:
            yield slug, Event.CRISIS_CLOSED, slug, frozenset(Body(level.body) for level in levels[slug]), None


def _of_actions(rows: Rows) -> Iterator[_Happening]:
    for key, item in rows.actions.items():
        yield item.crisis, Event.ACTION_OPENED, key, frozenset({Body(item.body)}), item.owner
        if item.escalated_at:
            yield item.crisis, Event.ACTION_OVERDUE, key, frozenset({Body(item.body)}), item.owner
    for entry in (*rows.done(REPORT), *rows.done(VERIFY)):
        if item := rows.actions.get(entry.object):
            event = Event.ACTION_REPORTED if entry.action == REPORT else _verdict(item, entry.at)
            yield item.crisis, event, f"{entry.object}/{_moment(entry.at)}", frozenset({Body(item.body)}), item.owner


def _verdict(item: Any, at: datetime) -> Event:
    return Event.ACTION_CLOSED if item.closed_at == at else Event.ACTION_RETURNED


def _followed_up(rows: Rows) -> Iterator[tuple[Any, set[str]]]:
    """Each time that an action item or an outcome was followed up, with the alerts of that moment."""
    parts = {Event.ACTION_REMINDED: 2, Event.ACTION_OVERDUE: 2, Event.OUTCOME_OVERDUE: 3}
    at = defaultdict[tuple[str, datetime], set[str]](set)
    for alert in rows.alerts.values():
        if alert.event in parts:
            object_ = "/".join(alert.key.split("/")[: parts[Event(alert.event)]])
            at[object_, alert.created_at].add(alert.key)
    for entry in (*rows.done(FOLLOW_UP), *rows.done(ASK_AGAIN)):
        yield entry, at[entry.object, entry.at]


def _missing_facts(rows: Rows, acknowledged: Collection[Acknowledged]) -> Iterator[Finding]:
    entered = {(entry.action, entry.object, entry.result) for entry in rows.audit}
    at = {(entry.action, entry.object, entry.result, entry.at) for entry in rows.audit}
    summaries = {f"{m.crisis}/{m.body}/{m.number}": m.summary for m in rows.meetings}
    for one in acknowledged:
        known = (one.action, one.object, one.result, one.at) in at if one.at else False
        again = one.action not in {RECORD, REPORT, VERIFY} or one.at is None
        if not (known or (again and (one.action, one.object, one.result) in entered)):
            yield Finding(
                Wrong.LOST, f"{one.action} {one.object} was acknowledged ({one.result}), and is not in the audit trail"
            )
        if one.token is not None and summaries.get(one.object) != one.token:
            yield Finding(Wrong.LOST, f"the outcome of {one.object} that was acknowledged is not the one in the register")
    for action, has_fact in _facts(rows).items():
        for entry in rows.done(action):
            if entry.object not in has_fact:
                yield Finding(Wrong.LOST, f"{action} {entry.object} stands in the audit trail, and the fact does not exist")
        for object_ in sorted(has_fact - {entry.object for entry in rows.done(action)}):
            yield Finding(Wrong.PHANTOM, f"{action} {object_} happened, and the audit trail does not know it")


def _facts(rows: Rows) -> Mapping[str, set[str]]:
    """What was done, by the facts themselves: action to objects."""
    meetings = {f"{m.crisis}/{m.body}/{m.number}": m for m in rows.meetings}
    return {
        ACTIVATE: set(rows.crises),
        CONVENE: set(meetings),
        INVITE: {key for key, m in meetings.items() if m.stage != Stage.CONVENED},
        RECORD: {key for key, m in meetings.items() if m.stage == Stage.RECORDED},
    }


def _doubled_facts(rows: Rows) -> Iterator[Finding]:
    for action in _ONCE:
        for object_, times in Counter(entry.object for entry in rows.done(action)).items():
            if times > 1:
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
    for meeting in rows.meetings:
        numbers[f"meetings of {meeting.crisis}/{meeting.body}"].append(meeting.number)
    return numbers


def _against_what_was_said(rows: Rows) -> Iterator[Finding]:
    """The summary of an outcome in a soak says how many decisions and action items it has."""
    decisions = Counter((d.crisis, d.body, d.meeting, d.at) for d in rows.decisions)
    items = Counter((a.crisis, a.body, a.meeting, a.opened_at) for a in rows.actions.values())
    for meeting in rows.meetings:
        if meeting.summary is None or not meeting.summary.startswith("soak "):
            continue
        _, said_decisions, said_items, _ = meeting.summary.split()
        key = (meeting.crisis, meeting.body, meeting.number, meeting.recorded_at)
        for what, said, found in (("decisions", said_decisions, decisions[key]), ("action items", said_items, items[key])):
            if found != int(said):
                wrong = Wrong.LOST if found < int(said) else Wrong.DOUBLE
                yield Finding(wrong, f"{meeting.crisis}/{meeting.body}/{meeting.number} has {found} {what}, not {said}")


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


def _columns(table: Any, names: str) -> list[Any]:
    return [getattr(table, name) for name in names.split()]


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y%m%dT%H%M%S")


class _Hashed:
    """A plan as a key: the very object, for plans hold dictionaries."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def __hash__(self) -> int:
        return id(self.plan)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Hashed) and other.plan is self.plan


def _keys(event: Event, key: str, bodies: frozenset[Body], owner: str | None, plan: _Hashed) -> frozenset[str]:
    """The keys of the alerts that must follow."""
    verifier = None
    if owner is not None:
        seat = plan.plan.bodies[next(iter(bodies))]
        verifier = seat.secretary if seat.secretary != owner else seat.chair
    notice = Notice(event=event, key=key, facts={}, bodies=bodies, owner=owner, verifier=verifier)
    return frozenset(alert.key for alert in alerts_for(notice, plan.plan))


_PLANS: dict[str, Plan] = {}


def _plan(name: str, document: Any) -> Plan:
    """The plan in this document: one object per plan, for reading one takes long."""
    if name not in _PLANS:
        _PLANS[name] = Plan.model_validate(document)
    return _PLANS[name]
