"""Crises in the register: activated and standing."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlmodel import Session, col, select

from crisis.activation import check_activation, passed_over
from crisis.alerts import Event, Facts, Notice
from crisis.errors import AlreadyActive
from crisis.life import Activation, AwaitPeople, Crisis, Ended, Phase, Prepare, Standing, Step, next_step
from crisis.plan import Plan
from crisis.structure import Body, highest, in_order
from integrations.register import leases
from integrations.register.leases import Lease
from integrations.register.standing import activated_levels, crisis_of, row_of, set_levels, standing_in
from integrations.register.tables import CrisisRow
from integrations.register.trouble import repeatable

if TYPE_CHECKING:
    from integrations.register.engine import Deed, Register, Write


@repeatable
def activate(register: "Register", activation: Activation, plan: Plan, deed: "Deed", now: datetime) -> Crisis:
    """Activate the structure: the crisis exists from here, with this plan frozen into it (R01).

    The same person asking exactly the same gets the same crisis back.

    Raises:
        AlreadyActive: a crisis of this name was activated before, by somebody else or otherwise.
        InvalidInput: a rule asks for what the activation does not say (`check_activation`).

    """
    with register.write(deed, "crisis.activeren", activation.crisis, now) as writing:
        writing.payload = document_of(activation)
        first = writing.session.get(CrisisRow, activation.crisis)
        if first and (first.activated_by, _activation(writing.session, first)) == (deed.actor, activation):
            writing.is_repeat = True
            return crisis_of(writing.session, first)
        return activate_in(writing, activation, plan, deed.actor)


def activate_in(writing: "Write", activation: Activation, plan: Plan, by: str) -> Crisis:
    """The same within a write that is under way.

    Raises:
        AlreadyActive: a crisis of this name was activated before.
        InvalidInput: by `check_activation`.

    """
    if first := writing.session.get(CrisisRow, activation.crisis):
        raise AlreadyActive(crisis=first.slug, by=first.activated_by, at=first.activated_at)
    check_activation(activation, plan.ruleset)
    row = CrisisRow(
        **activation.model_dump(exclude={"crisis", "levels"}, mode="json"),
        slug=activation.crisis,
        activated_at=writing.now,
        activated_by=by,
        phase=Phase.ACTIVE,
        plan=plan.model_dump(mode="json"),
    )
    writing.session.add(row)
    writing.session.flush()
    set_levels(writing.session, row.slug, frozenset(), activation.levels, writing.now)
    facts = facts_of(activation) | {"at": writing.now.isoformat()}
    notice = Notice(event=Event.ACTIVATED, key=row.slug, facts=facts, bodies=activation.levels, nkc=row.nkc)
    writing.tell(notice, plan, row.slug)
    return crisis_of(writing.session, row)


def document_of(activation: Activation) -> dict[str, Any]:
    """The activation as it is kept: the same one always reads the same."""
    return activation.model_dump(mode="json") | {"levels": [str(body) for body in in_order(activation.levels)]}


def facts_of(activation: Activation) -> Facts:
    """What is told of an activation."""
    document = document_of(activation)
    kept = {name: document[name] for name in _TOLD}
    return kept | {"passed_over": [str(body) for body in passed_over(activation.levels)]}


_TOLD = (
    *("crisis", "title", "levels", "nkc", "reason", "scope"),
    *("requested_by", "first_responsible", "consulted", "agreed_with", "decided_by", "skip_reason"),
)


def find(register: "Register", slug: str) -> Crisis:
    """The crisis of this name. Raises NoSuchCrisis."""
    with register.read() as session:
        return crisis_of(session, row_of(session, slug))


def all_of_them(register: "Register") -> tuple[Crisis, ...]:
    """Every crisis, the latest activated first."""
    with register.read() as session:
        rows = session.exec(select(CrisisRow).order_by(col(CrisisRow.activated_at).desc()))
        return tuple(crisis_of(session, row) for row in rows)


def open_ones(register: "Register") -> tuple[Crisis, ...]:
    """Every crisis that is not closed."""
    with register.read() as session:
        rows = session.exec(select(CrisisRow).where(CrisisRow.phase != Phase.CLOSED).order_by(CrisisRow.slug))
        return tuple(crisis_of(session, row) for row in rows)


def standing(register: "Register", slug: str) -> Standing:
    """Where a crisis stands. Raises NoSuchCrisis."""
    with register.read() as session:
        return standing_in(session, row_of(session, slug))


def who_activated(register: "Register", slug: str) -> Body:
    """The highest body that became active with the activation itself: it decides about the end (R20, a)."""
    with register.read() as session:
        return highest(activated_levels(session, slug))


@repeatable
def take_stock(register: "Register", slug: str, lease: Lease | None = None) -> Step:
    """What comes next. Where this run need do no more, it is written down that this version was looked at.

    Raises:
        NoSuchCrisis: there is none of this name.
        LeaseLost: another acts in the place of this process.

    """
    with register.bookkeeping() as session:
        if lease:
            leases.check_held(session, lease)
        row = row_of(session, slug)
        step = next_step(standing_in(session, row))
        if isinstance(step, Prepare | AwaitPeople | Ended):
            row.acted_version = row.version
            session.add(row)
        return step


def _activation(session: Session, row: CrisisRow) -> Activation:
    """The decision by which the crisis was activated."""
    fields = row.model_dump(include=set(Activation.model_fields))
    return Activation.model_validate(fields | {"crisis": row.slug, "levels": activated_levels(session, row.slug)})
