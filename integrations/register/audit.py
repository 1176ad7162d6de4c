"""The audit trail in the register: entered with the fact, in the same transaction, and never changed."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert
from sqlmodel import Session, col, select

from crisis.audit import GENESIS, Entry, Result, digest, first_break, seal
from integrations.register.tables import AuditRow, table_of
from integrations.register.turns import take_turn

if TYPE_CHECKING:
    from integrations.register.engine import Deed, Register


def enter(session: Session, at: datetime, what: tuple[str, str, Result], deed: "Deed", payload: Any) -> None:
    """Add one entry (action, object, result) to the chain, in the transaction of the fact itself."""
    take_turn(session, "audit")
    last = session.exec(select(AuditRow.seq, AuditRow.hash).order_by(col(AuditRow.seq).desc()).limit(1)).first()
    seq, previous = last or (0, GENESIS)
    action, object_, result = what
    entry = seal(
        Entry(
            seq=seq + 1,
            at=at,
            action=action,
            object=object_,
            result=result,
            origin=deed.origin,
            actor=deed.actor,
            payload_digest=digest(payload),
            previous=previous,
            hash="",
        )
    )
    session.connection().execute(insert(table_of(AuditRow)), entry.model_dump())


def entries(register: "Register") -> tuple[Entry, ...]:
    """The whole trail, oldest first."""
    with register.read() as session:
        return tuple(_entries(session))


def verify(register: "Register") -> tuple[int, int | None]:
    """How many entries there are, and the first one that does not follow from the one before (None: all hold)."""
    with register.read() as session:
        found = tuple(_entries(session))
    return len(found), first_break(found)


def _entries(session: Session) -> Iterator[Entry]:
    for row in session.exec(select(AuditRow).order_by(col(AuditRow.seq))):
        yield Entry(**row.model_dump())
