"""Heads of the audit trail that are known outside the database: noted in the state directory, one line each."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from crisis.audit import Comparison, Head, read_head, still_meant
from crisis.audit import compare as comparison
from crisis.errors import InvalidInput
from integrations.register import audit

if TYPE_CHECKING:
    from integrations.register.engine import Register

FILE = "heads.log"


class Anchor:
    """Notes the head of a register whenever it has changed."""

    def __init__(self, register: "Register", state_dir: Path) -> None:
        self._register = register
        self._state_dir = state_dir
        self._last: Head | None = None

    def look(self) -> Head | None:
        """The head, when it is another than the one noted last; it is noted now."""
        head = audit.head(self._register)
        if head == (self._last or next(reversed(known(self._state_dir)), None)):
            return None
        note(self._state_dir, head)
        self._last = head
        return head


def note(state_dir: Path, head: Head) -> None:
    """Add a line: the real time, and the head."""
    state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (state_dir / FILE).open("a", encoding="ascii") as file:
        file.write(f"{datetime.now(UTC).isoformat(timespec='seconds')} {head}\n")


def known(state_dir: Path) -> tuple[Head, ...]:
    """Every head that was noted, oldest first. A line that a full disk cut short says nothing."""
    file = state_dir / FILE
    lines = file.read_text(encoding="ascii", errors="replace").splitlines() if file.exists() else []
    return tuple(head for line in lines if (head := _head_in(line)))


def compare(register: "Register", state_dir: Path, given: Iterable[Head], before: Head | None = None) -> Comparison:
    """What is known outside, here and as given, beside the trail of a register; or beside its part before an entry."""
    noted = known(state_dir)  # first: the register goes on meanwhile
    entries = audit.entries(register)
    meant = still_meant(noted, entries)
    if before:
        entries = tuple(entry for entry in entries if entry.seq < before.seq)
    return comparison(entries, (*meant, *given))


def _head_in(line: str) -> Head | None:
    try:
        return read_head(line.rpartition(" ")[2])
    except InvalidInput:
        return None
