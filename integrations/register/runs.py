"""Who conducts what: the attempts to have Prefect conduct a crisis, or prepare a meeting.

The register says which runs there must be; `tasks.runs` and the watch see to it that there are.
"""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlmodel import Session, col, func, select

from crisis.alerts import Event, Notice
from crisis.audit import Result, digest
from crisis.life import Phase
from crisis.meetings import Stage
from crisis.record import Moment, Record
from crisis.structure import Body
from integrations.register import alerts, audit, leases
from integrations.register.clock import real_time
from integrations.register.engine import Deed
from integrations.register.standing import plan_of
from integrations.register.tables import CrisisRow, MeetingRow, RunRow
from integrations.register.trouble import repeatable
from integrations.register.turns import take_turn

if TYPE_CHECKING:
    from integrations.register.engine import Register


STUCK_AFTER = 5
STUCK_WITHIN = timedelta(minutes=10)
"""So many attempts within so much real time, and a person must look. At most one alarm an hour for the same thing."""


class Run(Record):
    """A run that there must be: the crisis itself, or the preparation of one meeting."""

    crisis: str
    body: Body | None = None
    number: int | None = None
    attempt: int = 1
    flow_run_id: str | None = None
    begun_at: Moment | None = None
    has_news: bool = False
    """The crisis has a newer version than its run has looked at: it must be nudged."""

    @property
    def what(self) -> str:
        """`escalation`, or the meeting: `IAO/1`."""
        return f"{self.body}/{self.number}" if self.body else "escalation"

    @property
    def key(self) -> str:
        """The idempotency key under which Prefect knows it: one run per attempt."""
        return f"{self.crisis}/{self.what}/{self.attempt}"


def wanted(register: "Register") -> tuple[Run, ...]:
    """Every run that there must be now, with the latest attempt at it."""
    with register.read() as session:
        crises = session.exec(select(CrisisRow).where(CrisisRow.phase != Phase.CLOSED).order_by(CrisisRow.slug)).all()
        meetings = session.exec(select(MeetingRow).where(MeetingRow.stage == Stage.CONVENED)).all()
        of_crises = [Run(crisis=row.slug, has_news=row.version > row.acted_version) for row in crises]
        of_meetings = [Run(crisis=row.crisis, body=Body(row.body), number=row.number) for row in meetings]
        return tuple(_with_latest_attempt(session, run) for run in (*of_crises, *of_meetings))


def still_wanted(register: "Register", run: Run) -> bool:
    """Whether this very attempt is still the latest at something that must be conducted."""
    return any(other.key == run.key for other in wanted(register))


def latest(register: "Register", run: Run) -> Run:
    """The same run, with the latest attempt at it."""
    with register.read() as session:
        return _with_latest_attempt(session, run)


@repeatable
def begun(register: "Register", run: Run, flow_run_id: str) -> None:
    """Write down under which id Prefect conducts this attempt."""
    with register.bookkeeping() as session:
        row = session.get(RunRow, (run.crisis, run.what, run.attempt))
        row = row or RunRow(crisis=run.crisis, what=run.what, attempt=run.attempt, begun_at=datetime.now(UTC))
        row.flow_run_id = flow_run_id
        session.add(row)


@repeatable
def given_up(register: "Register", run: Run, by_hand: str | None = None) -> Run:
    """This attempt is dead: the next one, for whoever starts it first. What it held is taken from it.

    Where somebody ended it in Prefect (`by_hand`: how), that is entered in the audit trail. Where attempts follow each
    other closely, those on duty hear of it: trying again does not mend it.
    """
    now = register.now()
    following = run.model_copy(update={"attempt": run.attempt + 1, "flow_run_id": None, "begun_at": None})
    with register.bookkeeping() as session:
        take_turn(session, run.crisis)
        real = real_time(session)
        if session.get(RunRow, (run.crisis, run.what, following.attempt)) is None:
            leases.revoke(session, run.crisis, run.what)
            session.add(RunRow(crisis=run.crisis, what=run.what, attempt=following.attempt, begun_at=real))
            session.flush()
            if by_hand:
                deed = Deed("onbekend", "prefect")
                audit.enter(session, now, (f"run.{by_hand}", run.key, Result.DONE), deed, digest(run.flow_run_id))
            if _attempts_since(session, run, real - STUCK_WITHIN) >= STUCK_AFTER:
                _alarm(session, following, real, now)
    return following


def forget_prefect(session: Session) -> None:
    """Another attempt at everything, under a key that Prefect has not seen, to be started at once."""
    latest = {(row.crisis, row.what): row for row in session.exec(select(RunRow).order_by(col(RunRow.attempt)))}
    for row in latest.values():
        session.add(RunRow(crisis=row.crisis, what=row.what, attempt=row.attempt + 1, begun_at=row.begun_at))


def _attempts_since(session: Session, run: Run, since: datetime) -> int:
    recent = select(func.count()).where(RunRow.crisis == run.crisis, RunRow.what == run.what, col(RunRow.begun_at) >= since)
    return session.exec(recent).one()


def _alarm(session: Session, run: Run, real: datetime, now: datetime) -> None:
    crisis = session.get_one(CrisisRow, run.crisis)
    facts = {"crisis": run.crisis, "title": crisis.title, "what": run.what, "attempt": run.attempt, "at": now.isoformat()}
    hour = real.strftime("%Y%m%dT%H")
    notice = Notice(event=Event.STUCK, key=f"{run.crisis}/{run.what}/{hour}", facts=facts)
    alerts.queue(session, [(notice, plan_of(session, crisis), run.crisis)], now, audit.head_in(session), real)


def _with_latest_attempt(session: Session, run: Run) -> Run:
    attempts = select(RunRow).where(RunRow.crisis == run.crisis, RunRow.what == run.what)
    row = session.exec(attempts.order_by(col(RunRow.attempt).desc()).limit(1)).first()
    if row is None:
        return run
    return run.model_copy(update={"attempt": row.attempt, "flow_run_id": row.flow_run_id, "begun_at": row.begun_at})
