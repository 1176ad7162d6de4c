"""Whether what is on the disk is what was written: looked at when a set-up starts, before anything is built on it."""

from typing import TYPE_CHECKING

from sqlmodel import text

from integrations.register import audit
from integrations.register.trouble import DamagedRegister, RegisterTrouble

if TYPE_CHECKING:
    from integrations.register.engine import Register


def check(register: "Register") -> None:
    """Whether the database can be read through and the audit trail holds.

    PostgreSQL looks after its own pages (data checksums); of SQLite's every one is read, and every index compared.

    Raises:
        DamagedRegister: it does not; nothing must be built on it before a back-up is restored.

    """
    try:
        found = _pages(register)
        _, broken = audit.verify(register)
    except (RegisterTrouble, ValueError, TypeError) as unreadable:
        raise DamagedRegister(f"it cannot be read through: {unreadable}") from unreadable
    if found != "ok":
        raise DamagedRegister(found)
    if broken is not None:
        raise DamagedRegister(f"entry {broken} of the audit trail does not follow from the one before")


def _pages(register: "Register") -> str:
    with register.read() as session:
        if session.get_bind().dialect.name != "sqlite":
            return "ok"
        return str(session.execute(text("PRAGMA integrity_check(1)")).scalar())
