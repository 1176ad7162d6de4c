"""Which systems gave trouble, and until when they are left alone; household, so no entry in the audit trail."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlmodel import Session, select

from crisis.breaker import Gate, gate_after, gates_after
from crisis.inquiries import Answer
from integrations.register.clock import real_time
from integrations.register.tables import GateRow
from integrations.register.trouble import repeatable
from integrations.register.turns import take_turn

if TYPE_CHECKING:
    from integrations.register.engine import Register


def known(register: "Register") -> tuple[dict[str, Gate], datetime]:
    """The systems that gave trouble, by their address in the plan, and the world's time by which they rest."""
    with register.read() as session:
        return {system: _gate(row) for system, row in _rows(session).items()}, real_time(session)


@repeatable
def remember(register: "Register", answers: Sequence[tuple[str, Answer]]) -> None:
    """Remember what came of asking these systems: who gave trouble, and who is well again. Mostly that is nothing.

    Rounds that end at the same moment do so in turn: crosswise they would throw one another out, answers and all.
    """
    before, _ = known(register)
    if not any(system in before or gate_after(None, answer, answer.received_at) for system, answer in answers):
        return
    with register.bookkeeping() as session:
        take_turn(session, "gates")
        rows, now = _rows(session), real_time(session)
        for system, gate in gates_after({system: _gate(row) for system, row in rows.items()}, answers, now).items():
            if gate:
                session.add((rows.get(system) or GateRow(system=system, failures=0)).sqlmodel_update(gate.model_dump()))
            elif system in rows:
                session.delete(rows[system])


def _rows(session: Session) -> dict[str, GateRow]:
    return {row.system: row for row in session.exec(select(GateRow))}


def _gate(row: GateRow) -> Gate:
    return Gate(**row.model_dump(exclude={"system"}))
