"""What a register holds, for as far as a soak checks it: the rows as they are, and not through the product's own readers."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import select

from crisis.actions import ActionKind
from crisis.attendance import Capacity
from crisis.audit import Result, digest
from crisis.decisions import DecisionKind, DecisionStage
from crisis.members import seated
from crisis.plan import Plan
from crisis.structure import Body
from integrations.register import Register
from integrations.register.tables import (
    ActionRow,
    AlertRow,
    AuditRow,
    CommunicationRow,
    CrisisRow,
    DecisionRow,
    InquiryRow,
    LatePaperRow,
    LevelRow,
    MeetingRow,
    MembershipRow,
    ReplyRow,
    RequestRow,
    UsedPassRow,
)

CONFIRM_ACTIVATION = "activering.bevestigen"
"""What those on duty confirm activates the crisis, in the same entry."""
ACTIVATE, CONVENE, INVITE = "crisis.activeren", "vergadering.bijeenroepen", "vergadering.uitnodigen"
RECORD, CONFIRM, ASK_AGAIN = "uitkomst.vastleggen", "uitkomst.bevestigen", "uitkomst.navragen"
REPORT, VERIFY, FOLLOW_UP = "actiepunt.gereedmelden", "actiepunt.verifieren", "actiepunt.opvolgen"
ADVISE, ANSWER, REMIND = "nkc.adviseren", "verzoek.beantwoorden", "verzoek.opvolgen"
REMIND_NKC, REMIND_SECRETARY, FOLLOW_INQUIRY = "nkc.opvolgen", "deelname.opvolgen", "uitvraag.opvolgen"
ASK_LINK, TAKE_IN, ADD_PAPER = "link.aanvragen", "uitvraag.antwoorden", "stuk.nazenden"
DESIGNATE, RELEASE = "lid.aanwijzen", "lid.ontheffen"
ASK_CLOSING, ASK_CLOSING_AGAIN = "afsluiting.vragen", "afsluiting.navragen"
PROPOSE_CLOSING, CLOSE = "afsluiting.voorstellen", "crisis.afsluiten"

_PUT = (DecisionKind.REQUEST, DecisionKind.AGREEMENT)
_COLUMNS: dict[Any, str] = {
    CrisisRow: "slug activated_at phase successor closing_asked_at closing_by closed_at closed_by",
    LevelRow: "crisis body since until",
    MembershipRow: "crisis body person capacity since until",
    MeetingRow: "crisis body number stage invited_at proposed recorded_at recorded_by confirmed_by summary",
    InquiryRow: "crisis number body closed_at closed_because",
    DecisionRow: "crisis number body meeting kind stage replaces withdraws details at",
    RequestRow: "crisis decision addressee put_at withdrawn_at",
    ReplyRow: "crisis decision addressee number answer at",
    CommunicationRow: "crisis decision by at",
    LatePaperRow: "crisis body meeting number sent_at",
    ActionRow: "crisis number body meeting title kind owner state opened_at escalated_at closed_at",
    AlertRow: "key crisis event channel to address state attempts created_at",
}


def key_of(meeting: Any) -> str:
    """The key of a meeting, by its row."""
    return f"{meeting.crisis}/{meeting.body}/{meeting.number}"


def needs_second(meeting: Any) -> bool:
    """Whether two must look."""
    return bool(meeting.body == Body.MCCB)


@dataclass
class Rows:
    """Everything, as it was at one moment."""

    crises: dict[str, Any]
    levels: list[Any]
    memberships: list[Any]
    meetings: dict[str, Any]
    inquiries: list[Any]
    decisions: list[Any]
    requests: list[Any]
    replies: list[Any]
    advice: list[Any]
    papers: list[Any]
    actions: dict[str, Any]
    alerts: dict[str, Any]
    audit: list[Any]
    used: set[str]
    plans: dict[str, Plan] = field(default_factory=dict)

    def done(self, *actions: str) -> Iterator[Any]:
        """The entries of what was done, in order."""
        return (entry for entry in self.audit if entry.action in actions and entry.result == Result.DONE)

    def times(self, action: str) -> Counter[str]:
        """How often it was done, by what it was done to."""
        return Counter(entry.object for entry in self.done(action))

    def bodies_of(self, slug: str) -> frozenset[Body]:
        """All that were active for a crisis at some time."""
        return frozenset(Body(level.body) for level in self.levels if level.crisis == slug)

    def left_at(self, slug: str) -> datetime | None:
        """When the last body left a crisis."""
        until = [level.until for level in self.levels if level.crisis == slug]
        return None if None in until else max(until)

    def was_handed_over(self, item: Any) -> bool:
        """Whether it was still open when the last body left: then its owner was named anew."""
        left = self.left_at(item.crisis)
        return left is not None and item.opened_at < left and (item.closed_at is None or item.closed_at > left)

    def owner_at(self, item: Any, at: datetime) -> str:
        """Who had it then. In a soak its title says who had it first."""
        left = self.left_at(item.crisis)
        if left is None or at >= left or not self.was_handed_over(item):
            return str(item.owner)
        plan, (_, named, first) = self.plans[item.crisis], item.title.rpartition(" van ")
        if item.kind == ActionKind.PROMISE and plan.letters:
            return plan.letters
        if item.title.startswith("Ter kennisneming naar de ministerraad"):
            return plan.bodies[Body.MCCB].secretary
        return first if named else str(item.owner)

    def put(self) -> set[tuple[str, int, str]]:
        """What must have been put to whom: every final request and agreement."""
        final = (d for d in self.decisions if d.kind in _PUT and d.stage == DecisionStage.FINAL)
        return {(d.crisis, d.number, addressee) for d in final for addressee in d.details.get("addressees", ())}

    def gone(self) -> set[tuple[str, int]]:
        """Decisions that another has replaced or withdrawn."""
        final = [d for d in self.decisions if d.stage == DecisionStage.FINAL]
        return {(d.crisis, number) for d in final for number in (d.replaces, d.withdraws) if number}


class Reader:
    """Reads one register again and again; plans are read once, for reading one takes long."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._plans: dict[str, Plan] = {}
        self._amended: dict[tuple[str, frozenset[tuple[str, str, str]]], Plan] = {}

    def rows(self) -> Rows:
        """Everything, in one view."""
        with self._register.read() as session:
            found = {}
            for table, names in _COLUMNS.items():
                wanted = select(*(getattr(table, name) for name in names.split()))
                found[table] = list(session.execute(wanted.order_by(*table.__table__.primary_key)))
            for crisis in found[CrisisRow]:
                if crisis.slug not in self._plans:
                    document = session.exec(select(CrisisRow.plan).where(CrisisRow.slug == crisis.slug)).one()
                    self._plans[crisis.slug] = _plan(digest(document), document)
            return Rows(
                crises={row.slug: row for row in found[CrisisRow]},
                levels=found[LevelRow],
                memberships=found[MembershipRow],
                meetings={key_of(row): row for row in found[MeetingRow]},
                inquiries=found[InquiryRow],
                decisions=found[DecisionRow],
                requests=found[RequestRow],
                replies=found[ReplyRow],
                advice=found[CommunicationRow],
                papers=found[LatePaperRow],
                actions={f"{row.crisis}/A{row.number}": row for row in found[ActionRow]},
                alerts={row.key: row for row in found[AlertRow]},
                audit=list(session.execute(select(AuditRow.__table__).order_by(AuditRow.__table__.c.seq))),  # type: ignore[attr-defined]
                used=set(session.exec(select(UsedPassRow.grant_key))),
                plans=self._plans,
            )

    def plan_at(self, rows: Rows, slug: str, at: datetime) -> Plan:
        """The plan of a crisis with who was designated by then: the same object for the same people."""
        then = (m for m in rows.memberships if m.crisis == slug and m.since <= at and (m.until is None or m.until > at))
        there = frozenset((m.body, m.person, m.capacity) for m in then)
        if (slug, there) not in self._amended:
            plan = rows.plans[slug]
            for body, person, capacity in sorted(there):
                plan = seated(plan, Body(body), person, Capacity(capacity))
            self._amended[slug, there] = plan
        return self._amended[slug, there]


_PLANS: dict[str, Plan] = {}


def _plan(name: str, document: Any) -> Plan:
    """The plan in this document: one object per plan."""
    if name not in _PLANS:
        _PLANS[name] = Plan.model_validate(document)
    return _PLANS[name]
