"""The audit trail in the register: entered with the fact, in the same transaction, and never changed."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy
from pydantic import ValidationError
from sqlalchemy import String, func, type_coerce
from sqlmodel import Session, col, select

from crisis.audit import GENESIS, Entry, Head, Result, first_break, head_of, seal
from integrations.register import rows
from integrations.register.tables import AuditRow
from integrations.register.turns import take_turn

if TYPE_CHECKING:
    from integrations.register.engine import Deed, Register


class Entered(NamedTuple):
    """What came of entering: the head of the trail, and the world's time."""

    head: Head
    real: datetime


def enter(session: Session, at: datetime, what: tuple[str, str, Result], deed: "Deed", payload_digest: str) -> Entered:
    """Add one entry (action, object, result) to the chain, in the transaction of the fact itself."""
    real = take_turn(session, "audit")
    seq, previous = next(iter(rows.ask(session, _LAST, {})), (0, GENESIS))
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
            payload_digest=payload_digest,
            previous=previous,
            hash="",
        )
    )
    rows.add(session, AuditRow, [entry.model_dump()])
    return Entered(entry.head, real)


def entries(register: "Register") -> tuple[Entry, ...]:
    """The whole trail, oldest first."""
    with register.read() as session:
        return tuple(_entries(session))


def verify(register: "Register") -> tuple[int, int | None]:
    """How many entries there are, and the first one that does not follow from the one before (None: all hold)."""
    with register.read() as session:
        return verify_in(session)


def verify_in(session: Session) -> tuple[int, int | None]:
    """The same within a transaction that is under way."""
    found = tuple(_entries(session))
    return len(found), first_break(found)


def head(register: "Register") -> Head:
    """Up to where the trail reaches now."""
    with register.read() as session:
        return head_in(session)


def head_in(session: Session) -> Head:
    """The same within a transaction that is under way, what it has entered itself included."""
    return head_of(*next(iter(rows.ask(session, _LAST, {})), (0, GENESIS)))


_AUDIT = rows.table_of(AuditRow)
_LAST = sqlalchemy.select(_AUDIT.c.seq, _AUDIT.c.hash).where(
    _AUDIT.c.seq == sqlalchemy.select(func.max(_AUDIT.c.seq)).scalar_subquery()
)


def _entries(session: Session) -> Iterator[Entry]:
    at = type_coerce(AuditRow.at, String).label("at")
    fields = [at if column.name == "at" else column for column in AuditRow.__table__.columns]  # type: ignore[attr-defined]
    for row in session.execute(select(*fields).order_by(col(AuditRow.seq))).mappings():
        try:
            yield Entry.model_validate(dict(row))
        except ValidationError:  # nobody entered this; its hash will not be right
            yield Entry.model_construct(**row)
