"""The GRIP level of every safety region in the register: set, and kept from and until (R21)."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from crisis.initiative import check_may_ask
from crisis.passes import Act, Grant
from crisis.regions import Grip, GripLevel, check_grip
from integrations.register import initiative, passes
from integrations.register.standing import bump, check_open, plan_of, row_of
from integrations.register.tables import GripRow
from integrations.register.trouble import repeatable

if TYPE_CHECKING:
    from integrations.register.engine import Deed, Register


@repeatable
def set_level(register: "Register", grant: Grant, fresh: Grip, deed: "Deed", now: datetime) -> Grip:
    """Note the level of a region (R21); the one that it had ends there. The same noted twice is one.

    Raises:
        NoSuchCrisis, CrisisClosed: there is none, or it takes nothing more.
        WrongRole: this person brings no news of regions (any more).
        InvalidInput: by `check_grip`.
        PassInvalid, PassUsed: the pass does not hold.

    """
    slug = grant.object.partition("/")[0]
    with register.write(deed, "grip.vastleggen", f"{slug}/{fresh.region}", now) as writing:
        passes.check_act(grant, Act.SET_GRIP)
        session, crisis = writing.session, row_of(writing.session, slug)
        writing.payload = fresh.model_dump(mode="json")
        check_may_ask(Act.SET_GRIP, grant.principal, plan_of(session, crisis))
        noted = session.get(GripRow, (slug, fresh.region, fresh.since))
        if noted and fresh.is_same_as(grip_of(noted)):
            initiative.again(writing, grant)
            return grip_of(noted)
        check_open(crisis)
        initiative.use(writing, grant, passes.spent(session, grant))
        current = _current(session, slug, fresh.region)
        check_grip(fresh, grip_of(current) if current else None, now)
        if current:
            current.until = fresh.since
            session.add(current)
        session.add(GripRow(crisis=slug, **fresh.model_dump(), by=deed.actor))
        bump(session, crisis)
        return fresh


def of_crisis(register: "Register", slug: str) -> tuple[Grip, ...]:
    """All of a crisis, by region, the earliest first."""
    with register.read() as session:
        return in_session(session, slug)


def in_session(session: Session, slug: str) -> tuple[Grip, ...]:
    """The same within a transaction."""
    rows = session.exec(select(GripRow).where(GripRow.crisis == slug).order_by(GripRow.region, col(GripRow.since)))
    return tuple(grip_of(row) for row in rows)


def grip_of(row: GripRow) -> Grip:
    """The level that a row stands for."""
    return Grip(**row.model_dump(exclude={"crisis", "by", "level"}), level=GripLevel(row.level))


def _current(session: Session, slug: str, region: str) -> GripRow | None:
    wanted = select(GripRow).where(GripRow.crisis == slug, GripRow.region == region, col(GripRow.until).is_(None))
    return session.exec(wanted).first()
