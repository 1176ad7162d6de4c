"""Which systems gave trouble, and until when they are left alone; household, so no entry in the audit trail."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from sqlmodel import select

from crisis.breaker import Gate, gate_after
from crisis.inquiries import Answer
from integrations.register.clock import real_time
from integrations.register.tables import GateRow
from integrations.register.trouble import repeatable

if TYPE_CHECKING:
    from integrations.register.engine import Register


def known(register: "Register") -> tuple[dict[str, Gate], datetime]:
    """The systems that gave trouble, by their address in the plan, and the world's time by which they rest."""
    with register.read() as session:
        found = {row.system: Gate(**row.model_dump(exclude={"system"})) for row in session.exec(select(GateRow))}
        return found, real_time(session)


@repeatable
def remember(register: "Register", answers: Mapping[str, Answer]) -> None:
    """Remember what came of asking these systems: who gave trouble, and who is well again. Mostly that is nothing."""
    before, now = known(register)
    after = {system: gate_after(before.get(system), answer, now) for system, answer in answers.items()}
    changed = {system: gate for system, gate in after.items() if gate or system in before}
    if not changed:
        return
    with register.bookkeeping() as session:
        for system, gate in changed.items():
            row = session.get(GateRow, system)
            if gate:
                row = row or GateRow(system=system, failures=0)
                session.add(row.sqlmodel_update(gate.model_dump()))
            elif row:
                session.delete(row)
