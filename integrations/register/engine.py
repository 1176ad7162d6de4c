"""How the register is opened, read and written: SQLite, or PostgreSQL.

SQLite: WAL, full synchronisation, foreign keys, `BEGIN IMMEDIATE` for every write. PostgreSQL: who writes about a crisis
takes its turn first. So on both, what a write reads is what it writes on. Measured in `shared/faults.md`, section 3.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from pydantic_core import from_json
from sqlalchemy import Connection, Engine, Select, column, event, select, table
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session, create_engine

from crisis.alerts import Notice
from crisis.audit import Result, digest
from crisis.errors import Refused
from crisis.plan import Plan
from integrations.crash import crash_point
from integrations.register import alerts, audit, leases, rows
from integrations.register.clock import now_in, ticking_in
from integrations.register.columns import json_text
from integrations.register.leases import Lease
from integrations.register.tables import SCHEMA
from integrations.register.trouble import NewerRegister, RegisterTrouble, translated
from integrations.register.turns import take_turn

PATIENCE = 10.0
"""Seconds to wait for another who is writing; after that nothing is recorded, and the person hears so."""
LONGEST_LINE = 30.0
"""Seconds to wait in line within one process: it is as long as a thousand at once need."""


JSON: dict[str, Any] = {"json_serializer": json_text, "json_deserializer": from_json}


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
    is_repeat: bool = False
    """The same was written before: nothing is written now, not even an entry."""
    _told: list[tuple[Notice, Plan, str | None]] = field(default_factory=list)

    @cached_property
    def at(self) -> str:
        """When, as alerts tell it."""
        return self.now.isoformat()

    @cached_property
    def payload_digest(self) -> str:
        """What stands in the audit entry for the payload; asked once the payload is there."""
        return digest(self.payload)

    def tell(self, notice: Notice, plan: Plan, crisis: str | None) -> None:
        """Queue the alerts about this; they exist only if the fact does."""
        self._told.append((notice, plan, crisis))


class _Session(Session):
    """Where everything went past the ORM there is nothing to put away, and putting nothing away takes its time too."""

    def close(self) -> None:
        """Put away what was used."""
        if self.in_transaction():
            super().close()


class Register:
    """The register, opened."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = engine
        self._writing = engine.execution_options(opschaling_write=True)
        self._turn = threading.Lock()
        self._kept: Session | None = None
        self._looks_at_version = True
        if engine.dialect.name == "postgresql":
            self._reading = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._plans: dict[tuple[str, int], Plan] = {}

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A consistent view; nothing is written."""
        with translated(), self._session(self._reading) as session:
            yield session

    @contextmanager
    def bookkeeping(self) -> Iterator[Session]:
        """A write of the engine's own household (claims, attempts, signs of life): no fact, so no audit entry of itself."""
        with self._transaction("bookkeeping") as session:
            yield session

    @contextmanager
    def write(self, deed: Deed, action: str, object_: str, now: datetime) -> Iterator[Write]:
        """Write one fact. A refusal by the procedure is written down too, and then raised.

        Raises:
            Refused: by the rules that the block asks.
            LeaseLost: another acts in the place of this process.
            RegisterTrouble: the database could not take it; nothing was recorded.
            OutcomeUnknown: the database was lost while it took it; `repeatable` functions ask again.

        """
        try:
            with self._transaction("write", action) as session:
                take_turn(session, object_.partition("/")[0])
                if deed.lease:
                    leases.check_held(session, deed.lease)
                writing = Write(session, now)
                crash_point("write.before-facts", action)
                yield writing
                crash_point("write.after-facts", action)
                if not writing.is_repeat:
                    session.flush()
                    head, real = audit.enter(session, now, (action, object_, Result.DONE), deed, writing.payload_digest)
                    crash_point("write.after-audit", action)
                    alerts.queue(session, writing._told, now, head, real)
        except Refused as refusal:
            with self._transaction("refusal", action) as session:
                audit.enter(session, now, (action, object_, Result.REFUSED), deed, digest(str(refusal)))
            raise

    @contextmanager
    def _transaction(self, kind: str, action: str = "") -> Iterator[Session]:
        """The ORM joins in where it is used; what goes past it (`rows`) does not pay for it."""
        with translated(), self._to_write() as session:
            transaction = rows.connection_of(session).begin()
            if self._looks_at_version:
                _check_version(session)
            yield session
            session.flush()
            crash_point(f"{kind}.before-commit", action)
            with translated(at_commit=True):
                transaction.commit()
        crash_point(f"{kind}.after-commit", action)

    def now(self) -> datetime:
        """The time on the business clock."""
        with self.read() as session:
            return now_in(session)

    def clock(self) -> Callable[[], datetime]:
        """The business clock, read once and going on from there: for who asks it hundreds of times within a minute."""
        with self.read() as session:
            return ticking_in(session)

    def close(self) -> None:
        """Let go of all connections; who is writing may finish."""
        if self._turn.acquire(timeout=PATIENCE):
            kept, self._kept = self._kept, None
            self._turn.release()
            if kept:
                rows.connection_of(kept).close()
        self._engine.dispose()

    def _session(self, bind: Engine | Connection) -> Session:
        return _Session(bind, autoflush=False, expire_on_commit=False, info={"plans": self._plans})

    def _connected(self) -> Session:
        session = self._session(connection := self._writing.connect())
        session.info["connection"] = connection
        return session

    @contextmanager
    def _to_write(self) -> Iterator[Session]:
        """A session with its connection. SQLite takes one writer: who has the turn in this process has the one that is kept.

        Waiting in line is faster than asking SQLite again and again, and fair.
        """
        if self._engine.dialect.name != "sqlite":
            session = self._connected()
            with rows.connection_of(session), session:
                yield session
            return
        if not self._turn.acquire(timeout=LONGEST_LINE):
            raise RegisterTrouble("too many at once")
        try:
            session, self._kept = self._kept or self._connected(), None
            try:
                with session:
                    yield session
            except BaseException:
                rows.connection_of(session).close()
                raise
            self._kept = session
        finally:
            self._turn.release()


def open_register(url: str) -> Register:
    """Open the register at this database address; the tables must be there (`migrations.upgrade`).

    Raises:
        NewerRegister: it was written by a newer version of this product.
        RegisterTrouble: the database is not there.

    """
    register = Register(make_engine(url))
    found = schema_of(register)
    if found is not None and found > SCHEMA:
        register.close()
        raise NewerRegister(found, SCHEMA)
    return register


def schema_of(register: Register) -> str | None:
    """The version of the tables; None where there are none."""
    with register.read() as session:
        connection = session.connection()
        if not connection.dialect.has_table(connection, "alembic_version"):
            return None
        found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        return None if found is None else str(found)


_VERSION: Select[tuple[str]] = select(column("version_num")).select_from(table("alembic_version"))


def _check_version(session: Session) -> None:
    """A process that was at work when the register was brought to a newer version writes nothing more in it.

    What is read here a migration cannot change before this transaction ends: on PostgreSQL it locks this table first.
    """
    for (found,) in rows.ask(session, _VERSION, {}):
        if found > SCHEMA:
            raise NewerRegister(found, SCHEMA)


def make_engine(url: str) -> Engine:
    """The engine for this database address, with all that keeps what was written."""
    if url.startswith("sqlite"):
        engine = create_engine(url, **JSON)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    patience = f"-c lock_timeout={PATIENCE:.0f}s -c idle_in_transaction_session_timeout=60s"
    line = {"connect_timeout": 5, "tcp_user_timeout": 10_000, "options": patience}
    engine = create_engine(url, pool_pre_ping=True, pool_timeout=LONGEST_LINE, connect_args=line, **JSON)
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


def open_for_restore(url: str) -> Register:
    """The same, with or without tables, and able to throw them away and make them again within one transaction.

    For that SQLite must not check the keys between tables at every step: who asks for it checks them at the end.
    """
    register = open_register(url)
    register._looks_at_version = False
    if register._engine.dialect.name == "sqlite":
        event.listen(register._engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys=OFF"))
        register._engine.dispose()  # connections that were made before this
    return register


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in (
        f"busy_timeout={PATIENCE * 1000:.0f}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "recursive_triggers=ON",  # else REPLACE INTO would slip past the audit's triggers
    ):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_postgresql(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """Whatever server, database or role say: what was acknowledged must survive a power cut."""
    is_off = "current_setting('synchronous_commit') = 'off'"
    connection.cursor().execute(f"SELECT set_config('synchronous_commit', 'on', false) WHERE {is_off}")
    connection.commit()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("opschaling_write")
    rows.carry_out(connection, "BEGIN IMMEDIATE" if writes else "BEGIN")
