"""Decisions and advice in the register."""

from typing import TYPE_CHECKING

from sqlmodel import col, select

from crisis.decisions import Decision, DecisionKind
from crisis.structure import Body
from integrations.register.tables import DecisionRow

if TYPE_CHECKING:
    from integrations.register.engine import Register


def of_crisis(register: "Register", slug: str) -> tuple[Decision, ...]:
    """All of a crisis, by number (besluitenlijst)."""
    with register.read() as session:
        rows = session.exec(select(DecisionRow).where(DecisionRow.crisis == slug).order_by(col(DecisionRow.number)))
        return tuple(decision_of(row) for row in rows)


def decision_of(row: DecisionRow) -> Decision:
    """The decision that a row stands for."""
    return Decision(**row.model_dump(exclude={"body", "kind"}), body=Body(row.body), kind=DecisionKind(row.kind))
