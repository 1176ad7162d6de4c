"""Back-up and restore: the whole register in one file, the same for every database.

The file is a zip: one file of JSON lines per table, and `manifest.json`. In a line a key that is absent is NULL;
moments, dates and exact numbers are text. It holds everything that the register holds, so it is for its owner alone.

    BackupRefused           nothing was written, nothing was changed
    ├── FileThere           a file of that name is there already
    ├── NotWritten          the disk does not take it
    ├── NotABackup          not a back-up, or not as it was made
    ├── UnknownVersion      of a version of the register that this product does not know
    ├── NotEmpty            the register is in use, and nobody said that it may be replaced
    ├── StillRunning        a process works on the register
    └── BrokenTrail         the audit trail in the back-up does not hold
"""

import hashlib
import json
import os
import secrets
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import IO, Any, Literal
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Date,
    DateTime,
    Float,
    MetaData,
    Numeric,
    Table,
    Text,
    cast,
    func,
    inspect,
    null,
    select,
    text,
)
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from crisis.audit import RESTORED, Head, Result
from crisis.record import Moment, Record
from integrations.register import alerts, audit, migrations, runs, signs
from integrations.register.alerts import Trace
from integrations.register.clock import now_in
from integrations.register.engine import Deed, Register, open_for_restore

BATCH = 500
"""Rows that are held at once."""
SIGN_OF_WORK = timedelta(seconds=15)
"""How fresh a sign of life means that a process works on the register; they give one every 5 seconds."""
_VERSIONS = "alembic_version"
_HOUSEHOLD = {_VERSIONS, "sign_of_life"}
"""Tables in which rows do not make a register one that is in use."""


class BackupRefused(Exception):  # noqa: N818 - a statement
    """Nothing was written, nothing was changed."""


class FileThere(BackupRefused):
    """A back-up never takes the place of another file."""


class NotWritten(BackupRefused):
    """The disk does not take it."""


class NotABackup(BackupRefused):
    """It is not a back-up, or not as it was made."""


class UnknownVersion(BackupRefused):
    """A newer product made it."""


class NotEmpty(BackupRefused):
    """There is a register in use at this address."""


class StillRunning(BackupRefused):
    """A process works on the register; it would write in the middle of it."""


class BrokenTrail(BackupRefused):
    """Its audit trail does not hold from this entry on."""


class TableFile(Record):
    """What a back-up holds of one table."""

    name: str
    rows: int
    sha256: str


class Manifest(Record):
    """What a back-up holds."""

    format: Literal[1] = 1
    revision: str
    """The version of the tables."""
    head: str
    """Up to where the audit trail reached."""
    made_at: Moment
    """In real time."""
    tables: tuple[TableFile, ...]


class Restored(Record):
    """What came of restoring."""

    manifest: Manifest
    head: Head
    """Of the audit trail as it is now, with the entry about this."""
    held: tuple[Trace, ...]
    """The alerts that had not been delivered: they do not go out."""
    kept: Path | None
    """The back-up of what was there before."""


def make(register: Register, file: Path) -> Manifest:
    """Back the register up as it is at one moment, while others go on working.

    Raises:
        BackupRefused: the file is there already, or cannot be written.
        RegisterTrouble: the register cannot be read.

    """
    with _appearing(file) as raw, register.read() as session, ZipFile(raw, "w", ZIP_DEFLATED) as archive:
        connection = session.connection()
        manifest = Manifest(
            tables=tuple(_write(archive, connection, table) for table in _tables(connection)),
            revision=_revision(connection) or "",
            head=str(audit.head_in(session)),
            made_at=datetime.now(UTC),
        )
        archive.writestr("manifest.json", manifest.model_dump_json(indent=2))
        return manifest


def restore(url: str, file: Path, deed: Deed, *, replace: bool = False) -> Restored:
    """Put a back-up in the place of an empty register, or with `replace` of any, which is backed up beside it first.

    All of it is one transaction. What was waiting to be sent is held, Prefect's runs are forgotten, and the audit
    trail says that this was done. A register of an earlier version is brought to this one.

    Raises:
        BackupRefused: see above.
        RegisterTrouble: the database cannot take it; it is as it was.

    """
    with _opened(file) as (archive, manifest):
        register = open_for_restore(url)
        try:
            kept = _make_room(register, file, replace=replace)
            with register.bookkeeping() as session:
                connection = session.connection()
                migrations.throw_away_over(connection)
                migrations.upgrade_over(connection, manifest.revision)
                _load(connection, archive, manifest)
                migrations.upgrade_over(connection)
                return _settled(session, manifest, deed, kept)
        finally:
            register.close()


def _make_room(register: Register, file: Path, *, replace: bool) -> Path | None:
    with register.read() as session:
        connection = session.connection()
        revision = _revision(connection)
        if revision is None:
            return None
        if revision not in migrations.known():
            raise UnknownVersion(revision)
        filled = [t for t in _tables(connection) if t.name not in _HOUSEHOLD and connection.execute(select(t).limit(1)).first()]
    for name in ("watch", "delivery"):
        sign = signs.last(register, name)
        if sign and datetime.now(UTC) - sign < SIGN_OF_WORK:
            raise StillRunning(name)
    if not filled:
        return None
    if not replace:
        raise NotEmpty
    kept = file.with_name(f"{file.stem}.daarvoor-{datetime.now(UTC):%Y%m%dT%H%M%S}.zip")
    make(register, kept)
    return kept


def _settled(session: Session, manifest: Manifest, deed: Deed, kept: Path | None) -> Restored:
    connection = session.connection()
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise NotABackup("de tabellen passen niet bij elkaar")
    _, broken = audit.verify_in(session)
    if broken is not None:
        raise BrokenTrail(broken)
    if str(audit.head_in(session)) != manifest.head:
        raise NotABackup("de kop van het auditspoor is niet die van het manifest")
    runs.forget_prefect(session)
    made_at = manifest.made_at.isoformat(timespec="seconds")
    held = alerts.hold_all(session, f"teruggezet uit de back-up van {made_at}: misschien sindsdien al verstuurd")
    payload = {"manifest": manifest.model_dump(mode="json"), "held": [trace.key for trace in held]}
    audit.enter(session, now_in(session), (RESTORED, manifest.head, Result.DONE), deed, payload)
    return Restored(manifest=manifest, head=audit.head_in(session), held=held, kept=kept)


@contextmanager
def _appearing(file: Path) -> Iterator[IO[bytes]]:
    """A file for its owner alone, which gets its name when it is whole and on the disk."""
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        if file.exists():
            raise FileThere(file)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as raw:
            yield raw
            raw.flush()
            os.fsync(raw.fileno())
        draft.rename(file)
    except OSError as trouble:
        raise NotWritten(file, trouble.strerror) from trouble
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def _opened(file: Path) -> Iterator[tuple[ZipFile, Manifest]]:
    """A back-up that was checked, byte for byte, against its manifest."""
    try:
        archive = ZipFile(file)
    except (OSError, BadZipFile) as trouble:
        raise NotABackup(str(trouble)) from trouble
    with archive:
        yield archive, _checked(archive)


def _checked(archive: ZipFile) -> Manifest:
    try:
        manifest = Manifest.model_validate_json(archive.read("manifest.json"))
        for table in manifest.tables:
            with archive.open(_member(table.name)) as member:
                if hashlib.file_digest(member, "sha256").hexdigest() != table.sha256:
                    raise NotABackup(f"{_member(table.name)} is niet zoals het gemaakt is")
    except (BadZipFile, zlib.error, EOFError, KeyError, ValueError, OSError) as trouble:
        raise NotABackup(str(trouble).splitlines()[0]) from trouble
    if manifest.revision not in migrations.known():
        raise UnknownVersion(manifest.revision)
    return manifest


def _write(archive: ZipFile, connection: Connection, table: Table) -> TableFile:
    # JSON as the text that it is: only so NULL and the JSON null are two things
    columns = [cast(c, Text).label(c.name) if isinstance(c.type, JSON) else c for c in table.columns]
    found = connection.execute(select(*columns).order_by(*table.primary_key), execution_options={"yield_per": BATCH})
    summed, rows = hashlib.sha256(), 0
    with archive.open(_member(table.name), "w", force_zip64=True) as member:
        for row in found.mappings():
            values = {c.name: _to_json(c, row[c.name]) for c in table.columns if row[c.name] is not None}
            line = f"{json.dumps(values)}\n".encode()
            member.write(line)
            summed.update(line)
            rows += 1
    return TableFile(name=table.name, rows=rows, sha256=summed.hexdigest())


def _load(connection: Connection, archive: ZipFile, manifest: Manifest) -> None:
    tables = {table.name: table for table in _tables(connection)}
    if {table.name for table in manifest.tables} != set(tables):
        raise NotABackup("het manifest noemt niet de tabellen van zijn versie")
    for name, table in tables.items():
        with archive.open(_member(name)) as member:
            rows = ({c.name: _from_json(c, values) for c in table.columns} for values in map(json.loads, member))
            try:
                while batch := list(islice(rows, BATCH)):
                    connection.execute(table.insert(), batch)
            except IntegrityError as trouble:
                raise NotABackup(f"{name}: {trouble.orig}") from trouble
        _count_on(connection, table)


def _count_on(connection: Connection, table: Table) -> None:
    """PostgreSQL counts by itself: tell it where the rows that were loaded ended."""
    if connection.dialect.name != "postgresql":
        return
    quoted = connection.dialect.identifier_preparer.format_table(table)
    for column in table.primary_key:
        sequence = connection.scalar(select(func.pg_get_serial_sequence(quoted, column.name)))
        if sequence and (last := connection.scalar(select(func.max(column)))):
            connection.execute(select(func.setval(sequence, last)))


def _to_json(column: Column[Any], value: Any) -> Any:
    if isinstance(column.type, JSON):
        return json.loads(value)
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case _:
            return value


def _from_json(column: Column[Any], values: dict[str, Any]) -> Any:
    if column.name not in values:
        return null() if isinstance(column.type, JSON) else None
    value = values[column.name]
    match column.type:
        case DateTime():
            return datetime.fromisoformat(value)
        case Date():
            return date.fromisoformat(value)
        case Numeric() if not isinstance(column.type, Float):
            return Decimal(value)
        case _:
            return value


def _tables(connection: Connection) -> list[Table]:
    """The tables as the database has them, whatever their version: those that others refer to first."""
    metadata = MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name != _VERSIONS]


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_VERSIONS):
        return None
    return connection.scalar(text(f"SELECT version_num FROM {_VERSIONS}"))  # noqa: S608 - a name of our own


def _member(table: str) -> str:
    return f"tables/{table}.jsonl"
