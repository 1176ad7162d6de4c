"""What a body advises or decides (besluiten)."""

from enum import StrEnum

from crisis.record import Moment, Record, Text
from crisis.structure import Body


class DecisionKind(StrEnum):
    """Advice goes up; a decision goes down."""

    ADVICE = "advies"
    DECISION = "besluit"


class NewDecision(Record):
    """A decision or advice as the secretary writes it down."""

    kind: DecisionKind
    text: Text


class Decision(NewDecision):
    """The same in the register: numbered within the crisis, dated, and never edited."""

    crisis: str
    number: int
    body: Body
    meeting: int
    at: Moment
