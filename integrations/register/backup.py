"""Back-up and restore of the whole register, on every database."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, inspect, select, text
from sqlmodel import Session

from crisis.audit import RESTORED, Head, Result, digest, read_head
from crisis.record import Record
from integrations.register import alerts, audit, migrations, runs, signs
from integrations.register.alerts import Trace
from integrations.register.archive import (
    VERSIONS,
    BrokenTrail,
    Manifest,
    NotABackup,
    NotEmpty,
    StillRunning,
    UnknownVersion,
    appearing,
    load,
    opened,
    tables_in,
    write,
)
from integrations.register.clock import now_in
from integrations.register.engine import Deed, Register, open_for_restore

SIGN_OF_WORK = timedelta(seconds=15)
"""How fresh a sign of life means that a process works on the register; they give one every 5 seconds."""
HOUSEHOLD = {"sign_of_life", "gate"}
"""Tables in which rows do not make a register one that is in use."""


class Replaced(Record):
    """A register that made room for a back-up, and was backed up itself."""

    kept: Path
    head: Head


class Restored(Record):
    """What came of restoring."""

    manifest: Manifest
    head: Head
    """Of the audit trail as it is now, with the entry about this."""
    held: tuple[Trace, ...]
    """The alerts that had not been delivered: they do not go out."""
    replaced: Replaced | None
    """What was there before."""


def make(register: Register, file: Path) -> Manifest:
    """Back the register up as it is at one moment, while others go on working.

    Raises:
        BackupRefused: the file is there already, or cannot be written.
        RegisterTrouble: the register cannot be read.

    """
    with appearing(file) as raw, register.read() as session:
        connection = session.connection()
        return write(raw, connection, _revision(connection) or "", str(audit.head_in(session)))


def restore(url: str, file: Path, deed: Deed, *, replace: bool = False) -> Restored:
    """Put a back-up in the place of an empty register, or with `replace` of any, which is backed up beside it first.

    All of it is one transaction. What was waiting to be sent is held, Prefect's runs are forgotten, and the audit
    trail says that this was done. A register of an earlier version is brought to this one.

    Raises:
        BackupRefused: the file, the register there, or the trail is not as it must be (`archive`).
        RegisterTrouble: the database cannot take it; it is as it was.

    """
    with opened(file) as (archive, manifest):
        register = open_for_restore(url)
        try:
            replaced = _make_room(register, file, replace=replace)
            with register.bookkeeping() as session:
                connection = session.connection()
                migrations.throw_away_over(connection)
                migrations.upgrade_over(connection, manifest.revision)
                load(connection, archive, manifest)
                migrations.upgrade_over(connection)
                return _settled(session, manifest, deed, replaced)
        finally:
            register.close()


def _make_room(register: Register, file: Path, *, replace: bool) -> Replaced | None:
    with register.read() as session:
        connection = session.connection()
        revision = _revision(connection)
        if revision is None:
            return None
        if revision not in migrations.known():
            raise UnknownVersion(revision)
        filled = [
            t for t in tables_in(connection) if t.name not in HOUSEHOLD and connection.execute(select(t).limit(1)).first()
        ]
    for name in (signs.WATCH, signs.DELIVERY):
        sign = signs.last(register, name)
        if sign and datetime.now(UTC) - sign < SIGN_OF_WORK:
            raise StillRunning(name)
    if not filled:
        return None
    if not replace:
        raise NotEmpty
    kept = file.with_name(f"{file.stem}.daarvoor-{datetime.now(UTC):%Y%m%dT%H%M%S}.zip")
    return Replaced(kept=kept, head=read_head(make(register, kept).head))


def _settled(session: Session, manifest: Manifest, deed: Deed, replaced: Replaced | None) -> Restored:
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
    audit.enter(session, now_in(session), (RESTORED, manifest.head, Result.DONE), deed, digest(payload))
    return Restored(manifest=manifest, head=audit.head_in(session), held=held, replaced=replaced)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSIONS):
        return None
    found: str | None = connection.scalar(text(f"SELECT version_num FROM {VERSIONS}"))  # noqa: S608 - a name of our own
    return found
