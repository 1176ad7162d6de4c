"""Action items in the register: reminded, escalated, reported, verified."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from crisis.actions import (
    ActionItem,
    ActionKind,
    ActionState,
    Priority,
    check_report,
    check_verification,
    next_reminder,
    verifier,
)
from crisis.alerts import Event
from crisis.decisions import Secrecy
from crisis.errors import NoSuchAction, PassInvalid
from crisis.passes import Act, Grant
from crisis.plan import Plan
from crisis.remarks import checked_remark, checked_text
from crisis.structure import Body
from integrations.register import passes
from integrations.register.standing import bump, check_open, plan_of, row_of
from integrations.register.tables import ActionRow, CrisisRow
from integrations.register.telling import stamp, tell_about_action
from integrations.register.trouble import repeatable

if TYPE_CHECKING:
    from integrations.register.engine import Deed, Register, Write


@repeatable
def report(register: "Register", grant: Grant, evidence: str, deed: "Deed", now: datetime) -> ActionItem:
    """The owner reports an action item done, with what proves it.

    The same sent twice with the same pass is one report.

    Raises:
        Refused: reported or closed before, or the pass does not hold.

    """
    with _acting_on(register, grant, "actiepunt.gereedmelden", deed, now) as (writing, row, crisis):
        item = action_of(row)
        evidence = checked_text("evidence", evidence)
        writing.payload = {"evidence": evidence}
        used = passes.spent(writing.session, grant)
        if item.evidence == evidence and passes.is_same(used, writing):
            writing.is_repeat = True
            return item
        check_report(item)
        passes.use(writing, grant, used, (Act.REPORT_ACTION, grant.object, item.owner))
        row.state, row.evidence, row.reported_at, row.reported_by = ActionState.REPORTED, evidence, now, grant.person
        writing.session.add(row)
        bump(writing.session, crisis)
        reported = action_of(row)
        _tell(writing, Event.ACTION_REPORTED, reported, crisis, asking=stamp(now))
        return reported


@repeatable
def verify(register: "Register", grant: Grant, accepted: bool, remark: str, deed: "Deed", now: datetime) -> ActionItem:
    """The secretary (never the owner) closes a reported action item, or sends it back with a remark.

    The same sent twice with the same pass is one verdict.

    Raises:
        Refused: not reported, closed before, own work, or the pass does not hold.

    """
    with _acting_on(register, grant, "actiepunt.verifieren", deed, now) as (writing, row, crisis):
        item = action_of(row)
        plan = plan_of(writing.session, crisis)
        remark = checked_remark(accepted, remark)
        writing.payload = {"accepted": accepted, "remark": remark}
        stands = item.state is (ActionState.CLOSED if accepted else ActionState.OPEN)
        used = passes.spent(writing.session, grant)
        if stands and passes.is_same(used, writing):
            writing.is_repeat = True
            return item
        check_verification(item, grant.person)
        closes = verifier(item.owner, item.body, plan, item.reported_by)
        passes.use(writing, grant, used, (Act.VERIFY_ACTION, grant.object, closes))
        if accepted:
            row.state, row.closed_at, row.closed_by = ActionState.CLOSED, now, grant.person
        else:
            row.state, row.next_reminder_at = ActionState.OPEN, next_reminder(item, now, plan)
            row.evidence = row.reported_at = row.reported_by = None
        writing.session.add(row)
        bump(writing.session, crisis)
        event = Event.ACTION_CLOSED if accepted else Event.ACTION_RETURNED
        verified = action_of(row)
        _tell(writing, event, verified, crisis, asking=stamp(now), remark=remark)
        return verified


def remind_in(writing: "Write", row: ActionRow, crisis: CrisisRow, plan: Plan) -> None:
    """Ask the owner again, and set the next moment."""
    item = action_of(row)
    row.next_reminder_at = next_reminder(item, writing.now, plan)
    writing.session.add(row)
    _tell(writing, Event.ACTION_REMINDED, item, crisis, asking=stamp(item.next_reminder_at))


def escalate_in(writing: "Write", row: ActionRow, crisis: CrisisRow) -> None:
    """Put an overdue item before the body's chair, once."""
    row.escalated_at = writing.now
    row.next_reminder_at = next_reminder(action_of(row), writing.now, plan_of(writing.session, crisis))
    writing.session.add(row)
    _tell(writing, Event.ACTION_OVERDUE, action_of(row), crisis)


def find(register: "Register", slug: str, number: int) -> ActionItem:
    """One action item. Raises NoSuchAction."""
    with register.read() as session:
        return action_of(_row(session, slug, number))


def of_crisis(register: "Register", slug: str) -> tuple[ActionItem, ...]:
    """All of a crisis, by number (actielijst)."""
    with register.read() as session:
        return in_session(session, slug)


def in_session(session: Session, slug: str) -> tuple[ActionItem, ...]:
    """The same within a transaction."""
    rows = session.exec(select(ActionRow).where(ActionRow.crisis == slug).order_by(col(ActionRow.number)))
    return tuple(action_of(row) for row in rows)


def action_of(row: ActionRow) -> ActionItem:
    """The action item that a row stands for."""
    fields = row.model_dump(exclude={"body", "state", "priority", "kind", "secrecy", "version"})
    return ActionItem(
        **fields,
        body=Body(row.body),
        state=ActionState(row.state),
        priority=Priority(row.priority),
        kind=ActionKind(row.kind),
        secrecy=Secrecy(row.secrecy),
    )


def number_in(key: str) -> tuple[str, int]:
    """Crisis and number from the key of an action item: `asiel-2022/A3`. PassInvalid for what is no such key."""
    slug, _, number = key.partition("/A")
    if not number.isdecimal():
        raise PassInvalid
    return slug, int(number)


def _tell(writing: "Write", event: Event, item: ActionItem, crisis: CrisisRow, **more: str) -> None:
    tell_about_action(writing, event, item, item.place, crisis, item.secrecy, evidence=item.evidence or "", **more)


@contextmanager
def _acting_on(
    register: "Register", grant: Grant, action: str, deed: "Deed", now: datetime
) -> Iterator[tuple["Write", ActionRow, CrisisRow]]:
    with register.write(deed, action, grant.object, now) as writing:
        passes.check_act(grant, Act.REPORT_ACTION, Act.VERIFY_ACTION)
        slug, number = number_in(grant.object)
        crisis = row_of(writing.session, slug)
        check_open(crisis)
        yield writing, _row(writing.session, slug, number), crisis


def _row(session: Session, slug: str, number: int) -> ActionRow:
    row = session.get(ActionRow, (slug, number))
    if row is None:
        raise NoSuchAction(crisis=slug, number=number)
    return row
