"""Signs of life of our processes, in real time."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from integrations.register.tables import SignRow
from integrations.register.trouble import repeatable

if TYPE_CHECKING:
    from integrations.register.engine import Register

DELIVERY = "delivery"
WATCH = "watch"
"""The engine that delivers, and the watch around it: each says every few seconds that it lives."""
RUNNER_BEGAN = "runner"
"""Given once by the runner, before it starts anything: what was being started before that, died with the one before it."""


@repeatable
def beat(register: "Register", name: str) -> None:
    """This process lives."""
    with register.bookkeeping() as session:
        row = session.get(SignRow, name) or SignRow(name=name, at=datetime.now(UTC))
        row.at = datetime.now(UTC)
        session.add(row)


def last(register: "Register", name: str) -> datetime | None:
    """When this process was last known to live; None: never."""
    with register.read() as session:
        row = session.get(SignRow, name)
        return row.at if row else None
