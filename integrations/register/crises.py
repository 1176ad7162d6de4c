"""Crises in the register: activated, standing, closed."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import update
from sqlalchemy.orm import defer
from sqlmodel import Session, col, func, select

from crisis.actions import ActionState
from crisis.alerts import Event, Notice
from crisis.errors import AlreadyActive, CrisisClosed, NoSuchCrisis
from crisis.life import Activation, AwaitPeople, Close, Crisis, Ended, Ground, Phase, Standing, Step, next_step
from crisis.plan import Plan
from crisis.structure import Body, in_order
from integrations.register import meetings
from integrations.register.tables import ActionRow, CrisisRow, LevelRow, MeetingRow
from integrations.register.trouble import repeatable

if TYPE_CHECKING:
    from integrations.register.engine import Deed, Register


@repeatable
def activate(register: "Register", activation: Activation, plan: Plan, deed: "Deed", now: datetime) -> Crisis:
    """Activate the structure: the crisis exists from here, with this plan frozen into it (R01).

    The same person asking exactly the same gets the same crisis back.

    Raises:
        AlreadyActive: a crisis of this name was activated before, by somebody else or otherwise.

    """
    with register.write(deed, "crisis.activeren", activation.crisis, now) as writing:
        writing.payload = activation.model_dump(mode="json")
        if first := writing.session.get(CrisisRow, activation.crisis):
            if (first.activated_by, _activation(writing.session, first)) == (deed.actor, activation):
                writing.is_repeat = True
                return _crisis(writing.session, first)
            raise AlreadyActive(crisis=first.slug, by=first.activated_by, at=first.activated_at)
        row = CrisisRow(
            **activation.model_dump(exclude={"crisis", "levels"}, mode="json"),
            slug=activation.crisis,
            activated_at=now,
            activated_by=deed.actor,
            phase=Phase.ACTIVE,
            plan=plan.model_dump(mode="json"),
        )
        writing.session.add(row)
        writing.session.flush()
        set_levels(writing.session, row, activation.levels, now)
        facts = {
            "crisis": row.slug,
            "title": row.title,
            "levels": [str(body) for body in in_order(activation.levels)],
            "nkc": activation.nkc,
            "reason": activation.reason,
            "scope": activation.scope,
            "decided_by": activation.decided_by,
            "at": now.isoformat(),
        }
        writing.tell(Notice(event=Event.ACTIVATED, key=row.slug, facts=facts, bodies=activation.levels), plan, row.slug)
        return _crisis(writing.session, row)


def find(register: "Register", slug: str) -> Crisis:
    """The crisis of this name. Raises NoSuchCrisis."""
    with register.read() as session:
        return _crisis(session, row_of(session, slug))


def all_of_them(register: "Register") -> tuple[Crisis, ...]:
    """Every crisis, the latest activated first."""
    with register.read() as session:
        rows = session.exec(select(CrisisRow).order_by(col(CrisisRow.activated_at).desc()))
        return tuple(_crisis(session, row) for row in rows)


def open_ones(register: "Register") -> tuple[Crisis, ...]:
    """Every crisis that is not closed."""
    with register.read() as session:
        rows = session.exec(select(CrisisRow).where(CrisisRow.phase != Phase.CLOSED).order_by(CrisisRow.slug))
        return tuple(_crisis(session, row) for row in rows)


def standing(register: "Register", slug: str) -> Standing:
    """Where a crisis stands. Raises NoSuchCrisis."""
    with register.read() as session:
        return standing_in(session, row_of(session, slug))


@repeatable
def take_stock(register: "Register", slug: str) -> Step:
    """What comes next. When only people can go on, it is written down that this version was looked at.

    Raises:
        NoSuchCrisis: there is none of this name.

    """
    with register.bookkeeping() as session:
        row = row_of(session, slug)
        step = next_step(standing_in(session, row))
        if isinstance(step, AwaitPeople | Ended):
            row.acted_version = row.version
            session.add(row)
        return step


@repeatable
def close(register: "Register", slug: str, deed: "Deed", now: datetime) -> None:
    """Close a crisis of which nothing is open any more; done twice, it is done once."""
    with register.write(deed, "crisis.afsluiten", slug, now) as writing:
        row = row_of(writing.session, slug)
        current = standing_in(writing.session, row)
        if not isinstance(next_step(current), Close):
            writing.is_repeat = True
            return
        row.phase, row.closed_at = Phase.CLOSED, now
        bump(writing.session, row)
        facts = {"crisis": slug, "title": row.title, "at": now.isoformat()}
        everyone = frozenset(
            Body(level) for level in writing.session.exec(select(LevelRow.body).where(LevelRow.crisis == slug))
        )
        writing.tell(Notice(event=Event.CRISIS_CLOSED, key=slug, facts=facts, bodies=everyone), current.crisis.plan, slug)


WITHOUT_PLAN = defer(CrisisRow.plan)  # type: ignore[arg-type]  # SQLModel gives its columns the type of their values
"""The plan is long and never changes: `plan_of` reads it once."""


def row_of(session: Session, slug: str) -> CrisisRow:
    """The row of a crisis. Raises NoSuchCrisis."""
    row = session.get(CrisisRow, slug, options=[WITHOUT_PLAN])
    if row is None:
        raise NoSuchCrisis(crisis=slug)
    return row


def check_open(row: CrisisRow) -> None:
    """Raises CrisisClosed for one that takes nothing more."""
    if row.phase == Phase.CLOSED:
        raise CrisisClosed(crisis=row.slug)


def bump(session: Session, row: CrisisRow) -> None:
    """A new version: whoever acts for this crisis must look again."""
    row.version += 1
    session.add(row)


def levels_of(session: Session, slug: str) -> frozenset[Body]:
    """The bodies that are active now."""
    found = session.exec(select(LevelRow.body).where(LevelRow.crisis == slug, col(LevelRow.until).is_(None)))
    return frozenset(Body(body) for body in found)


def set_levels(session: Session, row: CrisisRow, levels: frozenset[Body], now: datetime) -> None:
    """Make this the set of active bodies, keeping since when and until when each was."""
    before = levels_of(session, row.slug)
    session.add_all(LevelRow(crisis=row.slug, body=body, since=now) for body in levels - before)
    if leaving := [str(body) for body in before - levels]:
        session.execute(
            update(LevelRow)
            .where(col(LevelRow.crisis) == row.slug, col(LevelRow.body).in_(leaving), col(LevelRow.until).is_(None))
            .values(until=now)
        )
    session.flush()


def standing_in(session: Session, row: CrisisRow) -> Standing:
    """Where a crisis stands, as this transaction sees it."""
    found = session.exec(select(MeetingRow).where(MeetingRow.crisis == row.slug))
    still_open = select(func.count()).where(ActionRow.crisis == row.slug, ActionRow.state != ActionState.CLOSED)
    return Standing(
        crisis=_crisis(session, row),
        meetings=tuple(meetings.meeting_of(meeting) for meeting in found),
        open_actions=session.exec(still_open).one(),
    )


def plan_of(session: Session, row: CrisisRow) -> Plan:
    """The plan that was frozen into the crisis: it never changes, so it is read once."""
    plans: dict[str, Plan] = session.info["plans"]
    if row.slug not in plans:
        plans[row.slug] = Plan.model_validate(row.plan)
    return plans[row.slug]


def _activation(session: Session, row: CrisisRow) -> Activation:
    """The decision by which the crisis was activated."""
    first = select(LevelRow.body).where(LevelRow.crisis == row.slug, LevelRow.since == row.activated_at)
    fields = row.model_dump(include=set(Activation.model_fields))
    return Activation.model_validate(fields | {"crisis": row.slug, "levels": set(session.exec(first))})


def _crisis(session: Session, row: CrisisRow) -> Crisis:
    return Crisis(
        **row.model_dump(exclude={"plan", "ground", "phase", "activated_by"}),
        ground=Ground(row.ground),
        phase=Phase(row.phase),
        levels=levels_of(session, row.slug),
        plan=plan_of(session, row),
    )
