"""Whose turn it is to write.

SQLite takes one writer at a time, whatever it writes. PostgreSQL takes many: those who write about the same crisis
wait for one another, and all wait for the end of the audit trail. Always in that order, so that no two wait crosswise.
"""

from sqlalchemy import bindparam, func
from sqlmodel import Session, select

_TURN = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("name"), 0)))


def take_turn(session: Session, name: str) -> None:
    """Wait until nobody else has the turn of this name; it is held until the transaction ends."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(_TURN, {"name": name})
