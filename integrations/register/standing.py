"""Where a crisis stands, as one transaction sees it: what the doors and the procedure ask before they write."""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple, Protocol, TypeVar

from sqlalchemy import ColumnElement, update
from sqlmodel import Session, col, func, select

from crisis.actions import ActionState
from crisis.attendance import Capacity
from crisis.errors import CrisisClosed, NoSuchCrisis
from crisis.life import Crisis, Ground, Phase, Standing
from crisis.meetings import Direction, Meeting, Stage
from crisis.members import Membership, amended
from crisis.plan import Plan
from crisis.structure import Body
from integrations.register.tables import WITHOUT_PAPERS, WITHOUT_PLAN, ActionRow, CrisisRow, LevelRow, MeetingRow, MembershipRow

LOG = logging.getLogger(__name__)
T = TypeVar("T")


class _OfACrisis(Protocol):
    """A row that belongs to one."""

    crisis: str


R = TypeVar("R", bound=_OfACrisis)


@contextmanager
def on_its_own(slug: str) -> Iterator[None]:
    """What is done for this crisis among others: where it cannot be read that is logged, and holds up none of them."""
    try:
        yield
    except ValueError as unreadable:
        LOG.error("%s: niet te lezen, en dus niet op te volgen: %s", slug, type(unreadable).__name__)


def each(session: Session, which: ColumnElement[bool], read: Callable[[Session, CrisisRow], T]) -> Iterator[T]:
    """Every crisis of which this is so, as `read` makes it; one that cannot be read is left out."""
    for row in session.exec(select(CrisisRow).where(which).order_by(CrisisRow.slug).options(WITHOUT_PLAN)):
        with on_its_own(row.slug):
            yield read(session, row)


def each_of(rows: Iterable[R], read: Callable[[R], T]) -> tuple[T, ...]:
    """What these rows of crises say; one that cannot be read is left out."""
    found = []
    for row in rows:
        with on_its_own(row.crisis):
            found.append(read(row))
    return tuple(found)


def row_of(session: Session, slug: str) -> CrisisRow:
    """The row of a crisis. Raises NoSuchCrisis."""
    row = session.get(CrisisRow, slug, options=[WITHOUT_PLAN])
    if row is None:
        raise NoSuchCrisis(crisis=slug)
    return row


class Brief(NamedTuple):
    """What everything that is told of a crisis must know of it."""

    slug: str
    title: str
    nkc: bool
    phase: str
    version: int
    amended: int
    activated_at: str
    """As it stands in the database: few ask for it."""


def check_open(crisis: CrisisRow | Brief) -> None:
    """Raises CrisisClosed for one that takes nothing more."""
    if crisis.phase == Phase.CLOSED:
        raise CrisisClosed(crisis=crisis.slug)


def bump(session: Session, row: CrisisRow) -> None:
    """A new version: whoever acts for this crisis must look again."""
    row.version += 1
    session.add(row)


def levels_of(session: Session, slug: str) -> frozenset[Body]:
    """The bodies that are active now."""
    found = session.exec(select(LevelRow.body).where(LevelRow.crisis == slug, col(LevelRow.until).is_(None)))
    return frozenset(Body(body) for body in found)


def activated_levels(session: Session, slug: str) -> frozenset[Body]:
    """The bodies that became active with the activation itself."""
    first = select(func.min(LevelRow.since)).where(LevelRow.crisis == slug).scalar_subquery()
    return frozenset(map(Body, session.exec(select(LevelRow.body).where(LevelRow.crisis == slug, LevelRow.since == first))))


def set_levels(session: Session, slug: str, before: frozenset[Body], levels: frozenset[Body], now: datetime) -> None:
    """Make this the set of active bodies, keeping since when and until when each was."""
    if levels == before:
        return
    session.add_all(LevelRow(crisis=slug, body=body, since=now) for body in levels - before)
    if leaving := [str(body) for body in before - levels]:
        session.execute(
            update(LevelRow)
            .where(col(LevelRow.crisis) == slug, col(LevelRow.body).in_(leaving), col(LevelRow.until).is_(None))
            .values(until=now)
        )
    session.flush()


def standing_in(session: Session, row: CrisisRow) -> Standing:
    """Where a crisis stands, as this transaction sees it."""
    found = session.exec(select(MeetingRow).where(MeetingRow.crisis == row.slug).options(*WITHOUT_PAPERS))
    still_open = select(func.count()).where(ActionRow.crisis == row.slug, ActionRow.state != ActionState.CLOSED)
    return Standing(
        crisis=crisis_of(session, row),
        meetings=tuple(meeting_of(meeting) for meeting in found),
        open_actions=session.exec(still_open).one(),
    )


def plan_of(session: Session, crisis: CrisisRow | Brief) -> Plan:
    """The plan that was frozen into the crisis, with who was designated since: read once after each amendment.

    Who amends it must not ask here again in the same transaction: what may still be undone would be remembered.
    """
    plans: dict[tuple[str, int], Plan] = session.info["plans"]
    slug, amendments = crisis.slug, crisis.amended
    if (slug, amendments) not in plans:
        plan = _frozen(session, slug)
        plans[slug, amendments] = amended(plan, memberships_of(session, slug)) if amendments else plan
    return plans[slug, amendments]


def memberships_of(session: Session, slug: str) -> tuple[Membership, ...]:
    """What was decided since the activation about who sits where, in that order."""
    found = session.exec(select(MembershipRow).where(MembershipRow.crisis == slug).order_by(col(MembershipRow.id)))
    return tuple(membership_of(row) for row in found)


def _frozen(session: Session, slug: str) -> Plan:
    return Plan.model_validate(session.exec(select(CrisisRow.plan).where(CrisisRow.slug == slug)).one())


def crisis_of(session: Session, row: CrisisRow) -> Crisis:
    """The crisis that a row stands for."""
    return Crisis(
        **row.model_dump(exclude={"plan", "ground", "phase", "activated_by", "amended"}),
        ground=Ground(row.ground),
        phase=Phase(row.phase),
        levels=levels_of(session, row.slug),
        plan=plan_of(session, row),
    )


def membership_of(row: MembershipRow) -> Membership:
    """The membership that a row stands for."""
    fields = row.model_dump(exclude={"id", "body", "capacity"})
    return Membership(**fields, body=Body(row.body), capacity=Capacity(row.capacity))


def meeting_of(row: MeetingRow) -> Meeting:
    """The meeting that a row stands for."""
    fields = row.model_dump(include=_MEETING_FIELDS)
    direction = Direction(row.direction) if row.direction else None
    return Meeting(**fields, body=Body(row.body), stage=Stage(row.stage), direction=direction)


_MEETING_FIELDS = set(Meeting.model_fields) - {"body", "stage", "direction"}
