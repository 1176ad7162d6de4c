"""What can go wrong with the database itself.

    RegisterTrouble          nothing was recorded (locked, full, damaged, gone)
    ├── NoRoom               the disk is full
    ├── WriteProtected       it can be read only: permission lost, or a disk that was set to reading only
    ├── ThrownOut            by the database itself, or because it went away: at once again may well do
    ├── OutcomeUnknown       it was lost while it recorded: it may have been, it may not
    ├── NewerRegister        written by a newer version of this product
    └── DamagedRegister      what is on the disk is not what was written

A function that is `repeatable` is done again by itself after ThrownOut and OutcomeUnknown.
"""

import sqlite3
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import psycopg
from sqlalchemy.exc import DBAPIError, IntegrityError, TimeoutError  # noqa: A004 - of the connection pool
from sqlalchemy.orm.exc import StaleDataError

PAUSES = (0.05, 0.25, 1.0)
"""Seconds before each next try of what can be repeated: a database that starts again needs about one."""
PASSING = {"40001", "40P01", "53300", "57P01", "57P02", "57P03"}
"""Of PostgreSQL: serialization failure, deadlock, too many connections, being stopped, crashed, starting."""

P = ParamSpec("P")
T = TypeVar("T")


class RegisterTrouble(Exception):  # noqa: N818 - a statement
    """The register could not be read or written just now (locked, full, gone): nothing was recorded."""


class NoRoom(RegisterTrouble):
    """The disk is full: nothing was recorded. Once there is room, the same again is recorded."""


class WriteProtected(RegisterTrouble):
    """The register can be read and not written: nothing was recorded."""


class ThrownOut(RegisterTrouble):
    """Nothing was recorded, and the same again may well do: a deadlock, a connection that was cut."""


class OutcomeUnknown(RegisterTrouble):
    """The connection was lost at the very moment of recording. The same request once more shows what became of it."""


class NewerRegister(RegisterTrouble):
    """The register was written by a newer version: this one would not understand it."""

    def __init__(self, found: str, known: str) -> None:
        self.found, self.known = found, known
        super().__init__(f"the register is of version {found}, and this version of Opschaling knows it up to {known}")


class DamagedRegister(RegisterTrouble):
    """What is on the disk is not what was written: restore a back-up before going on."""


class translated:  # noqa: N801 - read as a verb: with translated()
    """Errors of the database in our words. Asked about several times in every transaction, so it is no generator."""

    def __init__(self, *, at_commit: bool = False) -> None:
        self._at_commit = at_commit

    def __enter__(self) -> None:
        """Nothing has gone wrong yet."""

    def __exit__(self, kind: object, trouble: BaseException | None, where: object) -> None:
        """Raise what it means."""
        match trouble:
            case IntegrityError():
                pass  # somebody was first; who asks again sees who
            case DBAPIError() if self._at_commit and trouble.connection_invalidated:
                raise OutcomeUnknown(str(trouble.orig)) from trouble
            case DBAPIError():
                raise _kind_of(trouble)(str(trouble.orig)) from trouble
            case StaleDataError():
                raise ThrownOut("somebody else changed it in between") from trouble
            case TimeoutError():
                raise RegisterTrouble("too many at once") from trouble


def repeatable(work: Callable[P, T]) -> Callable[P, T]:
    """Do it again when the database threw it out, or was lost, or somebody else was first; a few times.

    For what gives the same record back when the same is asked twice: so it is never done twice.

    Raises:
        OutcomeUnknown: the database was lost while it recorded this, and has not come back yet.

    """

    @wraps(work)
    def repeated(*args: P.args, **kwargs: P.kwargs) -> T:
        unknown: OutcomeUnknown | None = None
        for pause in PAUSES:
            try:
                return work(*args, **kwargs)
            except OutcomeUnknown as lost:
                unknown = lost
            except (ThrownOut, IntegrityError):
                pass
            time.sleep(pause)
        try:
            return work(*args, **kwargs)
        except RegisterTrouble as trouble:
            raise unknown or trouble from trouble

    return repeated


def _kind_of(trouble: DBAPIError) -> type[RegisterTrouble]:
    """What SQLite waits for it has waited for; PostgreSQL may do the same again at once."""
    match trouble.orig:
        case sqlite3.Error() as sqlite:
            return _OF_SQLITE.get(getattr(sqlite, "sqlite_errorcode", 0) & 0xFF, RegisterTrouble)
        case psycopg.Error(sqlstate=code) if trouble.connection_invalidated or code is None or code in PASSING:
            return ThrownOut
        case psycopg.Error(sqlstate=code):
            return _OF_POSTGRESQL.get(code or "", RegisterTrouble)
        case _:
            return RegisterTrouble


_OF_SQLITE: dict[int, type[RegisterTrouble]] = {
    sqlite3.SQLITE_CORRUPT: DamagedRegister,
    sqlite3.SQLITE_NOTADB: DamagedRegister,
    sqlite3.SQLITE_FULL: NoRoom,
    sqlite3.SQLITE_READONLY: WriteProtected,
}
_OF_POSTGRESQL: dict[str, type[RegisterTrouble]] = {"53100": NoRoom, "25006": WriteProtected, "42501": WriteProtected}
"""By the code of the database: disk full; read-only transaction, no such right."""
