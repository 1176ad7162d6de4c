"""The tables. Natural keys are unique in the database, not in memory."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Column, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import declared_attr, defer
from sqlmodel import Field, SQLModel

from integrations.register.columns import ExactNumber, UtcMoment

SCHEMA = "0015"
"""The version of these tables: the newest in `migrations/versions`."""


def _moment(*, nullable: bool = False, index: bool = False) -> Any:
    return Field(default=None if nullable else ..., sa_column=Column(UtcMoment, nullable=nullable, index=index))


def _json(*, nullable: bool = False) -> Any:
    return Field(default=None if nullable else ..., sa_column=Column(JSON, nullable=nullable))


def _of_meeting() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["crisis", "body", "meeting"], ["meeting.crisis", "meeting.body", "meeting.number"])


def _of_decision() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["crisis", "decision"], ["decision.crisis", "decision.number"])


def _due(name: str) -> Index:
    """The index of what must be asked again."""
    is_there = text("next_reminder_at IS NOT NULL")
    return Index(name, "next_reminder_at", sqlite_where=is_there, postgresql_where=is_there)


class _Versioned(SQLModel):
    """The version is compared at every change and counted up: who was overtaken in between changes nothing."""

    version: int = 1

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - of the class
        return {"version_id_col": cls.__table__.c.version}  # type: ignore[attr-defined]  # there once it is a table


class PlanRow(SQLModel, table=True):
    """A crisis plan as it was loaded; the latest is in force."""

    __tablename__ = "plan"
    id: int | None = Field(default=None, primary_key=True)
    name: str
    digest: str = Field(unique=True)
    document: dict[str, Any] = _json()
    loaded_at: datetime = _moment()


class CrisisRow(_Versioned, table=True):
    """A crisis, with the plan frozen into it. Its version counts what happened in it."""

    __tablename__ = "crisis"
    slug: str = Field(primary_key=True)
    title: str
    ground: str
    reason: str
    scope: str
    requested_by: str
    decided_by: str
    first_responsible: str | None = None
    consulted: str | None = None
    agreed_with: str | None = None
    skip_reason: str | None = None
    activated_at: datetime = _moment()
    activated_by: str
    phase: str = Field(index=True)
    nkc: bool
    plan: dict[str, Any] = _json()
    acted_version: int = 0
    amended: int = 0
    """How many times who sits where was changed since: the frozen plan is read with the memberships."""
    successor: str | None = None
    closing_asked_at: datetime | None = _moment(nullable=True)
    closing_by: str | None = None
    closed_at: datetime | None = _moment(nullable=True)
    closed_by: str | None = None

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - of the class
        return {"version_id_col": cls.__table__.c.version, "version_id_generator": False}  # type: ignore[attr-defined]


class ActivationRequestRow(SQLModel, table=True):
    """An activation that somebody asked for, and what those on duty answered."""

    __tablename__ = "activation_request"
    slug: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    document: dict[str, Any] = _json()
    requested_at: datetime = _moment()
    requested_by: str
    flow_run_id: str | None = None
    state: str
    next_reminder_at: datetime | None = _moment(nullable=True)
    decided_at: datetime | None = _moment(nullable=True)
    decided_by: str | None = None
    reason: str | None = None
    is_told: bool = False
    """Whether the run in Prefect says what was answered."""


class LevelRow(SQLModel, table=True):
    """A body that is, or was, active for a crisis: levels are a set."""

    __tablename__ = "level"
    __table_args__ = (UniqueConstraint("crisis", "body", "since"),)
    id: int | None = Field(default=None, primary_key=True)
    crisis: str = Field(foreign_key="crisis.slug", index=True)
    body: str
    since: datetime = _moment()
    until: datetime | None = _moment(nullable=True)


class GripRow(SQLModel, table=True):
    """The GRIP level of a safety region, from and until (R21). `until` is the one thing that is written later."""

    __tablename__ = "grip"
    crisis: str = Field(foreign_key="crisis.slug", primary_key=True)
    region: str = Field(primary_key=True)
    since: datetime = Field(sa_column=Column(UtcMoment, primary_key=True))
    until: datetime | None = _moment(nullable=True)
    level: int
    source: str
    by: str


class AreaRow(SQLModel, table=True):
    """A municipality, as it was in one import; the latest import is in force."""

    __tablename__ = "area"
    division: int = Field(primary_key=True)
    """The number of the import."""
    code: str = Field(primary_key=True)
    name: str
    region: str
    province: str
    inhabitants: int | None = None
    as_of: date
    source: str
    imported_at: datetime = _moment()


class MeetingRow(_Versioned, table=True):
    """One meeting of one body."""

    __tablename__ = "meeting"
    crisis: str = Field(foreign_key="crisis.slug", primary_key=True)
    body: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    stage: str
    convened_at: datetime = _moment()
    planned_at: datetime = _moment()
    invited_at: datetime | None = _moment(nullable=True)
    next_reminder_at: datetime | None = _moment(nullable=True)
    papers: dict[str, Any] | None = _json(nullable=True)
    papers_digest: str | None = None
    proposed: dict[str, Any] | None = _json(nullable=True)
    """The outcome as the secretary recorded it, where a second person confirms it; kept when it is sent back."""
    proposed_at: datetime | None = _moment(nullable=True)
    proposed_by: str | None = None
    remark: str | None = None
    """Why the second person sent the outcome back: it is as secret as the minutes (R22). Gone once it is recorded anew."""
    recorded_at: datetime | None = _moment(nullable=True)
    recorded_by: str | None = None
    confirmed_by: str | None = None
    chair: str | None = None
    attendance: list[dict[str, Any]] | None = _json(nullable=True)
    direction: str | None = None
    summary: str | None = None
    next_meeting_at: datetime | None = _moment(nullable=True)
    initiative: str | None = None
    consulted: str | None = None


class MembershipRow(SQLModel, table=True):
    """Somebody who takes part in a body by a decision during the crisis, or did; at most one that stands."""

    __tablename__ = "membership"
    __table_args__ = (
        Index(
            "membership_now",
            *("crisis", "body", "person"),
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    crisis: str = Field(foreign_key="crisis.slug")
    body: str
    person: str
    capacity: str
    since: datetime = _moment()
    decided_by: str
    agreed_with: str | None = None
    reason: str
    until: datetime | None = _moment(nullable=True)
    ended_by: str | None = None
    ended_because: str | None = None


class InvitationRequestRow(SQLModel, table=True):
    """A ministry that was left out asks to be invited, and what came of it."""

    __tablename__ = "invitation_request"
    __table_args__ = (_of_meeting(),)
    crisis: str = Field(primary_key=True)
    body: str = Field(primary_key=True)
    meeting: int = Field(primary_key=True)
    person: str = Field(primary_key=True)
    reason: str
    asked_at: datetime = _moment()
    accepted: bool | None = None
    answer: str | None = None
    answered_by: str | None = None
    answered_at: datetime | None = _moment(nullable=True)
    next_reminder_at: datetime | None = _moment(nullable=True)


class LatePaperRow(SQLModel, table=True):
    """A paper that was added after the invitation; never edited."""

    __tablename__ = "late_paper"
    __table_args__ = (_of_meeting(), UniqueConstraint("crisis", "body", "meeting", "digest"))
    crisis: str = Field(primary_key=True)
    body: str = Field(primary_key=True)
    meeting: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    title: str
    text: str
    digest: str
    sent_at: datetime = _moment()
    by: str


class DecisionRow(SQLModel, table=True):
    """A decision, advice, request or agreement; never edited. `next_reminder_at` is the one thing that is written later."""

    __tablename__ = "decision"
    __table_args__ = (
        _of_meeting(),
        _due("decision_due"),
    )
    crisis: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    body: str
    meeting: int
    kind: str
    text: str
    stage: str
    secrecy: str
    replaces: int | None = None
    withdraws: int | None = None
    details: dict[str, Any] = _json()
    """What it rests on, to whom it goes, and from when to when: the other fields of `crisis.decisions.NewDecision`."""
    at: datetime = _moment()
    next_reminder_at: datetime | None = _moment(nullable=True)
    """When the NKC is asked again for its advice, as long as this is intended and it has not advised (R14)."""


class CommunicationRow(SQLModel, table=True):
    """What the NKC advised on a decision; never edited."""

    __tablename__ = "nkc_advice"
    __table_args__ = (_of_decision(),)
    crisis: str = Field(primary_key=True)
    decision: int = Field(primary_key=True)
    by: str = Field(primary_key=True)
    strategy: str
    effects: str
    at: datetime = _moment()


class RequestRow(_Versioned, table=True):
    """A request or agreement as put to one addressee."""

    __tablename__ = "request"
    __table_args__ = (_of_decision(),)
    crisis: str = Field(primary_key=True)
    decision: int = Field(primary_key=True)
    addressee: str = Field(primary_key=True)
    put_at: datetime = _moment()
    next_reminder_at: datetime | None = _moment(nullable=True, index=True)
    withdrawn_at: datetime | None = _moment(nullable=True)


class ReplyRow(SQLModel, table=True):
    """An answer to a request; never edited: the latest holds."""

    __tablename__ = "reply"
    __table_args__ = (
        ForeignKeyConstraint(["crisis", "decision", "addressee"], ["request.crisis", "request.decision", "request.addressee"]),
    )
    crisis: str = Field(primary_key=True)
    decision: int = Field(primary_key=True)
    addressee: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    answer: str
    condition: str | None = None
    reason: str | None = None
    at: datetime = _moment()
    by: str


class ActionRow(_Versioned, table=True):
    """An action item."""

    __tablename__ = "action_item"
    __table_args__ = (_of_meeting(), Index("action_item_due", "state", "next_reminder_at"))
    crisis: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    body: str
    meeting: int
    title: str
    owner: str
    priority: str
    kind: str
    to: str | None = None
    decision: int | None = None
    secrecy: str
    state: str
    opened_at: datetime = _moment()
    due_at: datetime = _moment()
    next_reminder_at: datetime = _moment()
    escalated_at: datetime | None = _moment(nullable=True)
    evidence: str | None = None
    reported_at: datetime | None = _moment(nullable=True)
    reported_by: str | None = None
    closed_at: datetime | None = _moment(nullable=True)
    closed_by: str | None = None


class InquiryRow(_Versioned, table=True):
    """A question to partners; it is closed once, and never asked otherwise."""

    __tablename__ = "inquiry"
    __table_args__ = (
        UniqueConstraint("crisis", "body", "meeting"),
        ForeignKeyConstraint(["crisis", "body", "meeting"], ["meeting.crisis", "meeting.body", "meeting.number"]),
        _due("inquiry_due"),
    )
    crisis: str = Field(primary_key=True, foreign_key="crisis.slug")
    number: int = Field(primary_key=True)
    body: str | None = None
    meeting: int | None = None
    question: str
    indicators: list[str] = _json()
    partners: list[str] = _json()
    reference_date: date
    opened_at: datetime = _moment()
    opened_by: str
    due_at: datetime = _moment()
    enough: float | None = None
    next_reminder_at: datetime | None = _moment(nullable=True)
    closed_at: datetime | None = _moment(nullable=True)
    closed_because: str | None = None


class AnswerRow(SQLModel, table=True):
    """What came of asking one partner: as it stands. What it said stands in its reports, and they stay."""

    __tablename__ = "answer"
    __table_args__ = (
        ForeignKeyConstraint(["crisis", "inquiry"], ["inquiry.crisis", "inquiry.number"]),
        ForeignKeyConstraint(["crisis", "partner", "report_id"], ["report.crisis", "report.partner", "report.report_id"]),
        Index("answer_of_report", "crisis", "partner", "report_id"),
    )
    crisis: str = Field(primary_key=True)
    inquiry: int = Field(primary_key=True)
    partner: str = Field(primary_key=True)
    submission: str
    received_at: datetime = _moment()
    report_id: str | None = None
    remarks: str = ""
    detail: str = ""
    seconds: float = 0.0
    returned: str | None = None


class ReportRow(SQLModel, table=True):
    """What a partner said at one time, once: the same report of the same partner is the same."""

    __tablename__ = "report"
    crisis: str = Field(primary_key=True, foreign_key="crisis.slug")
    partner: str = Field(primary_key=True)
    report_id: str = Field(primary_key=True)
    digest: str
    """SHA-256 of what came in, byte for byte; empty for what was typed."""
    via: str
    stated_at: datetime = _moment()
    received_at: datetime = _moment()


class JudgementRow(SQLModel, table=True):
    """That a report was given back with a question, so that its figures do not count, or accepted after all; never edited."""

    __tablename__ = "judgement"
    __table_args__ = (
        ForeignKeyConstraint(["crisis", "partner", "report_id"], ["report.crisis", "report.partner", "report.report_id"]),
        Index("judgement_of_report", "crisis", "partner", "report_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    crisis: str
    partner: str
    report_id: str
    at: datetime = _moment()
    by: str
    returned: bool
    question: str = ""


class FigureRow(SQLModel, table=True):
    """One number, of one report; never edited. What is known of a subject at a moment is found by `figure_subject`."""

    __tablename__ = "figure"
    __table_args__ = (
        ForeignKeyConstraint(["crisis", "partner", "report_id"], ["report.crisis", "report.partner", "report.report_id"]),
        Index("figure_of_report", "crisis", "partner", "report_id"),
        Index(
            "figure_subject",
            *("crisis", "indicator", "kind", "area", "partner"),
            *("reference_date", "stated_at", "received_at"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    crisis: str
    partner: str
    report_id: str
    indicator: str
    area: str
    kind: str
    value: Decimal = Field(sa_column=Column(ExactNumber, nullable=False))
    unit: str
    reference_date: date
    stated_at: datetime = _moment()
    received_at: datetime = _moment()
    source: str
    provisional: bool
    synthetic: bool
    supersedes: str | None = None
    rounded_to: int | None = None


class PartnerTokenRow(SQLModel, table=True):
    """That a partner was given a token; the token itself is kept nowhere."""

    __tablename__ = "partner_token"
    partner: str = Field(primary_key=True)
    serial: int = Field(primary_key=True)
    made_at: datetime = _moment()
    made_by: str
    revoked_at: datetime | None = _moment(nullable=True)


class GateRow(SQLModel, table=True):
    """A partner's system that gave trouble, by its address, and until when (real time) it is left alone."""

    __tablename__ = "gate"
    system: str = Field(primary_key=True)
    failures: int
    shut_until: datetime | None = _moment(nullable=True)
    reason: str = ""


class AlertRow(SQLModel, table=True):
    """One message to one recipient through one channel, and how far it has come. Times of sending are real time."""

    __tablename__ = "alert"
    __table_args__ = (Index("alert_due", "state", "next_at"),)
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    crisis: str | None = Field(default=None, foreign_key="crisis.slug", index=True)
    event: str
    channel: str
    to: str
    address: str
    language: str
    urgency: str
    facts: dict[str, Any] = _json()
    grant: dict[str, Any] | None = _json(nullable=True)
    created_at: datetime = _moment()
    state: str
    attempts: int = 0
    next_at: datetime = _moment()
    claimed_by: str | None = None
    claimed_until: datetime | None = _moment(nullable=True)
    sent_at: datetime | None = _moment(nullable=True)
    receipt: str | None = None
    last_error: str | None = None


class UsedPassRow(SQLModel, table=True):
    """A pass that was used: it works once."""

    __tablename__ = "used_pass"
    grant_key: str = Field(primary_key=True)
    used_at: datetime = _moment()
    payload_digest: str | None = None
    """What was done with it: the same once more is the same request, and no second one."""
    handed_to: str | None = None
    """The deputy to whom it was handed on, where that was what was done with it."""


class RunRow(SQLModel, table=True):
    """An attempt to have Prefect conduct something: the crisis (`escalation`) or a meeting (`IAO/1`)."""

    __tablename__ = "run"
    crisis: str = Field(foreign_key="crisis.slug", primary_key=True)
    what: str = Field(primary_key=True)
    attempt: int = Field(primary_key=True)
    flow_run_id: str | None = None
    begun_at: datetime = _moment()


class LeaseRow(SQLModel, table=True):
    """Which process acts for a crisis or a meeting, and until when (real time)."""

    __tablename__ = "lease"
    crisis: str = Field(foreign_key="crisis.slug", primary_key=True)
    what: str = Field(primary_key=True)
    owner: str
    until: datetime = _moment()


class AuditRow(SQLModel, table=True):
    """The audit trail: append-only."""

    __tablename__ = "audit"
    seq: int = Field(primary_key=True)
    at: datetime = _moment()
    action: str
    object: str = Field(index=True)
    result: str
    origin: str
    actor: str
    payload_digest: str
    previous: str = Field(unique=True)
    hash: str = Field(unique=True)


class ClockRow(SQLModel, table=True):
    """The business clock: at `anchor_real` it stood at `anchor_business`, and runs `speed` times as fast."""

    __tablename__ = "clock"
    id: int = Field(primary_key=True)
    anchor_real: datetime = _moment()
    anchor_business: datetime = _moment()
    speed: float


class SignRow(SQLModel, table=True):
    """A sign of life of a process, in real time."""

    __tablename__ = "sign_of_life"
    name: str = Field(primary_key=True)
    at: datetime = _moment()


WITHOUT_PLAN = defer(CrisisRow.plan)  # type: ignore[arg-type]  # SQLModel gives its columns the type of their values
"""The plan of a crisis is long and never changes: `standing.plan_of` reads it once."""
WITHOUT_PAPERS = (
    defer(MeetingRow.papers),  # type: ignore[arg-type]
    defer(MeetingRow.proposed),  # type: ignore[arg-type]
    defer(MeetingRow.attendance),  # type: ignore[arg-type]
)
"""The papers of a meeting and what was proposed are long, and few ask for them."""
