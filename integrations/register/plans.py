"""The crisis plan in force: the one loaded last."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from crisis.audit import digest
from crisis.errors import NoPlan
from crisis.plan import Plan
from integrations.register.tables import PlanRow
from integrations.register.trouble import repeatable

if TYPE_CHECKING:
    from integrations.register.engine import Deed, Register


@repeatable
def load(register: "Register", plan: Plan, deed: "Deed", now: datetime) -> None:
    """Put a plan in force for crises to come; those under way keep the one frozen into them."""
    document = plan.model_dump(mode="json")
    fingerprint = digest(document)
    with register.read() as session:
        latest = _latest(session)
    if latest and latest.digest == fingerprint:
        return
    with register.write(deed, "crisisplan.laden", plan.id, now) as writing:
        writing.payload = document
        if (latest := _latest(writing.session)) and latest.digest == fingerprint:
            writing.is_repeat = True
            return
        for earlier in writing.session.exec(select(PlanRow).where(PlanRow.digest == fingerprint)):
            writing.session.delete(earlier)
        writing.session.flush()
        writing.session.add(PlanRow(name=plan.id, digest=fingerprint, document=document, loaded_at=now))


def in_force(register: "Register") -> Plan:
    """The plan loaded last. Raises NoPlan where there is none."""
    with register.read() as session:
        return in_force_in(session)


def in_force_in(session: Session) -> Plan:
    """The same within a transaction that is under way."""
    latest = _latest(session)
    if latest is None:
        raise NoPlan
    return Plan.model_validate(latest.document)


def _latest(session: Session) -> PlanRow | None:
    return session.exec(select(PlanRow).order_by(col(PlanRow.id).desc()).limit(1)).first()
