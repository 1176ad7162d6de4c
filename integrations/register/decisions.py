"""Decisions and advice in the register."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from crisis.decisions import Decision, NewDecision
from crisis.errors import NoSuchDecision, PassInvalid
from crisis.meetings import Meeting
from integrations.register import rows
from integrations.register.columns import utc_text
from integrations.register.tables import DecisionRow

if TYPE_CHECKING:
    from integrations.register.engine import Register

_COLUMNS = {"crisis", "number", "body", "meeting", "kind", "text", "stage", "secrecy", "replaces", "withdraws", "at"}
Numbered = tuple[int, NewDecision]
"""What was just decided, with the number that it gets."""
_DETAILS = set(NewDecision.model_fields) - _COLUMNS


def of_crisis(register: "Register", slug: str) -> tuple[Decision, ...]:
    """All of a crisis, by number (besluitenlijst)."""
    with register.read() as session:
        return in_session(session, slug)


def in_session(session: Session, slug: str) -> tuple[Decision, ...]:
    """The same within a transaction."""
    found = session.exec(select(DecisionRow).where(DecisionRow.crisis == slug).order_by(col(DecisionRow.number)))
    return tuple(decision_of(row) for row in found)


def find(register: "Register", slug: str, number: int) -> Decision:
    """One of them. Raises NoSuchDecision."""
    with register.read() as session:
        return find_in(session, slug, number)


def find_in(session: Session, slug: str, number: int) -> Decision:
    """The same within a transaction."""
    row = session.get(DecisionRow, (slug, number))
    if row is None:
        raise NoSuchDecision(crisis=slug, number=number)
    return decision_of(row)


def key_of(slug: str, number: int) -> str:
    """The key of a decision: `asiel-2022/B3`."""
    return f"{slug}/B{number}"


def number_in(key: str) -> tuple[str, int]:
    """Crisis and number from the key of a decision, or of a request: `asiel-2022/B3`. PassInvalid for what is no such key."""
    slug, _, rest = key.partition("/B")
    number = rest.partition("/")[0]
    if not number.isdecimal():
        raise PassInvalid
    return slug, int(number)


def add_in(session: Session, meeting: Meeting, taken: Sequence[Numbered], now: datetime) -> None:
    """Write down what was decided in this meeting."""
    body, at = str(meeting.body), utc_text(now)
    columns = (
        "crisis",
        "number",
        "body",
        "meeting",
        "kind",
        "text",
        "stage",
        "secrecy",
        "replaces",
        "withdraws",
        "at",
        "details",
    )
    values = [
        (
            *(meeting.crisis, number, body, meeting.number, str(new.kind), new.text, str(new.stage), str(new.secrecy)),
            *(new.replaces, new.withdraws, at, new.model_dump_json(include=_DETAILS, exclude_defaults=True)),
        )
        for number, new in taken
    ]
    rows.add_as_they_are(session, DecisionRow, columns, values)


def taken_in(meeting: Meeting, numbered: Numbered, now: datetime) -> Decision:
    """The decision that stands now."""
    number, new = numbered
    return Decision(**dict(new), crisis=meeting.crisis, number=number, body=meeting.body, meeting=meeting.number, at=now)


def decision_of(row: DecisionRow) -> Decision:
    """The decision that a row stands for."""
    return Decision.model_validate(row.model_dump(include=_COLUMNS) | row.details)
