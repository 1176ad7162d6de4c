"""A register as a file: a zip with one file of JSON lines per table, and `manifest.json`.

In a line a key that is absent is NULL; moments, dates and exact numbers are text. So it is the same file whatever the
database. It holds everything that the register holds: it is for its owner alone.

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
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import IO, Any, Literal
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from sqlalchemy import JSON, Column, Connection, Date, DateTime, Float, MetaData, Numeric, Table, Text, cast, func, null, select
from sqlalchemy.exc import IntegrityError

from crisis.record import Moment, Record
from integrations.register import migrations

BATCH = 500
"""Rows that are held at once."""
CHUNK = 1 << 20
"""Bytes that are held at once."""
VERSIONS = "alembic_version"
"""The table in which the database keeps the version of the others."""


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


@contextmanager
def appearing(file: Path) -> Iterator[IO[bytes]]:
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
        with suppress(OSError):
            draft.unlink()


@contextmanager
def opened(file: Path) -> Iterator[tuple[ZipFile, Manifest]]:
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
            if _digest(archive, _member(table.name)) != table.sha256:
                raise NotABackup(f"{_member(table.name)} is niet zoals het gemaakt is")
    except (BadZipFile, zlib.error, EOFError, KeyError, ValueError, OSError) as trouble:
        raise NotABackup(str(trouble).splitlines()[0]) from trouble
    if manifest.revision not in migrations.known():
        raise UnknownVersion(manifest.revision)
    return manifest


def write(raw: IO[bytes], connection: Connection, revision: str, head: str) -> Manifest:
    """Write all tables, as this connection sees them in the transaction that it is in."""
    made_at = datetime.now(UTC)
    with ZipFile(raw, "w", ZIP_DEFLATED) as archive:
        tables = tuple(_write(archive, connection, table) for table in tables_in(connection))
        manifest = Manifest(revision=revision, head=head, made_at=made_at, tables=tables)
        archive.writestr("manifest.json", manifest.model_dump_json(indent=2))
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


def load(connection: Connection, archive: ZipFile, manifest: Manifest) -> None:
    """Put everything into tables that are empty and of the same version. Raises NotABackup."""
    tables = {table.name: table for table in tables_in(connection)}
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


def _digest(archive: ZipFile, member: str) -> str:
    summed = hashlib.sha256()
    with archive.open(member) as opened_member:
        while chunk := opened_member.read(CHUNK):
            summed.update(chunk)
    return summed.hexdigest()


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


def tables_in(connection: Connection) -> list[Table]:
    """The tables as the database has them, whatever their version: those that others refer to first."""
    metadata = MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name != VERSIONS]


def _member(table: str) -> str:
    return f"tables/{table}.jsonl"
