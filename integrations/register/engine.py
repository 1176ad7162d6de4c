"""How the register is opened, read and written.

SQLite: WAL, full synchronisation, foreign keys, `BEGIN IMMEDIATE` for every write, so that what a write reads
is what it writes on. Measured in `shared/faults.md`, section 3.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, IntegrityError, TimeoutError  # noqa: A004 - of the connection pool
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session, create_engine, select

from crisis.alerts import Notice
from crisis.audit import Result
from crisis.errors import Refused
from crisis.plan import Plan
from integrations.crash import crash_point
from integrations.register import alerts, audit, leases
from integrations.register.leases import Lease
from integrations.register.tables import ClockRow


class RegisterTrouble(Exception):  # noqa: N818 - a statement
    """The register could not be read or written just now (locked, full, gone): nothing was recorded."""


@dataclass(frozen=True)
class Deed:
    """Who acts, and through which door: both land in the audit entry."""

    actor: str
    origin: str
    lease: Lease | None = None
    """Where the right to act is claimed: the write is refused unless it is held."""


SYSTEM = "systeem"


@dataclass
class Write:
    """One transaction that writes one fact, its audit entry, and the alerts that follow."""

    session: Session
    now: datetime
    payload: Any = None
    """What was written, for the digest in the audit entry."""
    _told: list[tuple[Notice, Plan, str | None]] = field(default_factory=list)

    def tell(self, notice: Notice, plan: Plan, crisis: str | None) -> None:
        """Queue the alerts about this; they exist only if the fact does."""
        self._told.append((notice, plan, crisis))


class Register:
    """The register, opened."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing = engine.execution_options(opschaling_write=True)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A consistent view; nothing is written."""
        with _translated(), Session(self._engine) as session:
            yield session

    @contextmanager
    def bookkeeping(self) -> Iterator[Session]:
        """A write of the engine's own household (claims, attempts, signs of life): no fact, so no audit entry."""
        with self._transaction("bookkeeping") as session:
            yield session

    @contextmanager
    def write(self, deed: Deed, action: str, object_: str, now: datetime) -> Iterator[Write]:
        """Write one fact. A refusal by the procedure is written down too, and then raised.

        Raises:
            Refused: by the rules that the block asks.
            LeaseLost: another acts in the place of this process.
            RegisterTrouble: the database could not take it; nothing was recorded.

        """
        try:
            with self._transaction("write", action) as session:
                if deed.lease:
                    leases.check_held(session, deed.lease)
                writing = Write(session, now)
                crash_point("write.before-facts", action)
                yield writing
                crash_point("write.after-facts", action)
                audit.enter(session, now, (action, object_, Result.DONE), deed, writing.payload)
                crash_point("write.after-audit", action)
                for notice, plan, crisis in writing._told:
                    alerts.queue(session, notice, plan, crisis, now)
        except Refused as refusal:
            with self._transaction("refusal", action) as session:
                audit.enter(session, now, (action, object_, Result.REFUSED), deed, str(refusal))
            raise

    @contextmanager
    def _transaction(self, kind: str, action: str = "") -> Iterator[Session]:
        with _translated():
            with Session(self._writing) as session, session.begin():
                yield session
                session.flush()
                crash_point(f"{kind}.before-commit", action)
            crash_point(f"{kind}.after-commit", action)

    def now(self) -> datetime:
        """The time on the business clock."""
        with self.read() as session:
            row = session.exec(select(ClockRow)).first()
        real = datetime.now(UTC)
        return real if row is None else row.anchor_business + (real - row.anchor_real) * row.speed

    def close(self) -> None:
        """Let go of all connections."""
        self._engine.dispose()


def open_register(url: str) -> Register:
    """Open the register at this database address; the tables must be there (`migrations.upgrade`)."""
    engine = create_engine(url, pool_pre_ping=not url.startswith("sqlite"))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return Register(engine)


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in (
        "busy_timeout=10000",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "recursive_triggers=ON",  # else REPLACE INTO would slip past the audit's triggers
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("opschaling_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as trouble:
        raise RegisterTrouble(str(trouble.orig)) from trouble
    except TimeoutError as trouble:
        raise RegisterTrouble("too many at once") from trouble
