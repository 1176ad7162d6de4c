"""Whose turn it is to write.

SQLite takes one writer at a time, whatever it writes. PostgreSQL takes many: those who write about the same crisis
wait for one another, and all wait for the end of the audit trail. Always in that order, so that no two wait crosswise.
"""

from datetime import UTC, datetime

from sqlalchemy import bindparam, func, literal_column, select
from sqlmodel import Session

from integrations.register import rows

_LOCK = func.pg_advisory_xact_lock(func.hashtextextended(bindparam("name"), literal_column("0")))
_TURN = select(_LOCK, func.clock_timestamp())


def take_turn(session: Session, name: str) -> datetime:
    """Wait until nobody else has the turn of this name; it is held until the transaction ends.

    Returns the world's time at that moment, by the clock of the database; SQLite's is that of this machine.
    """
    if rows.connection_of(session).dialect.name != "postgresql":
        return datetime.now(UTC)
    ((_, now),) = rows.ask(session, _TURN, {"name": name})
    moment: datetime = now
    return moment.astimezone(UTC)
