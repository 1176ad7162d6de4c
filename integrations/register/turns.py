"""Whose turn it is to write.

SQLite takes one writer at a time, whatever it writes. PostgreSQL takes many: those who write about the same crisis
wait for one another, and all wait for the end of the audit trail. Always in that order, so that no two wait crosswise.
"""

from datetime import UTC, datetime

from sqlalchemy import Connection, bindparam, func
from sqlmodel import Session, select


def connection_of(session: Session) -> Connection:
    """The connection of this transaction: kept with it, for the ORM looks through all its states each time."""
    known: Connection | None = session.info.get("connection")
    return known or session.connection()


_TURN = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("name"), 0)), func.clock_timestamp())


def take_turn(session: Session, name: str) -> datetime:
    """Wait until nobody else has the turn of this name; it is held until the transaction ends.

    Returns the world's time at that moment, by the clock of the database; SQLite's is that of this machine.
    """
    connection = connection_of(session)
    if connection.dialect.name != "postgresql":
        return datetime.now(UTC)
    _, now = connection.execute(_TURN, {"name": name}).one()
    moment: datetime = now
    return moment.astimezone(UTC)
