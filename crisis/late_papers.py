"""A paper that comes after the invitation: marked as such wherever it is read (nagezonden stuk).

The papers are frozen at the invitation, and stay what they were. Advisers who had an hour to respond, and no documents, are
the reason that what comes later says how late it came (E07).
"""

from datetime import datetime, timedelta

from pydantic import Field

from crisis.record import Line, Moment, Record, Text
from crisis.structure import Body


class NewPaper(Record):
    """A paper as the secretary adds it."""

    title: Line = Field(title="Titel van het stuk", description="Zoals de leden het in hun bericht zien.")
    text: Text = Field(
        title="Inhoud", description="De tekst van het stuk, of waar het te vinden is. Leden lezen dit met hun eigen link."
    )


class LatePaper(NewPaper):
    """The same in the register: numbered within the meeting, and never edited."""

    crisis: str
    body: Body
    meeting: int
    number: int
    digest: str
    """What makes it this paper: the same content twice is one paper."""
    sent_at: Moment
    by: str

    def before(self, planned_at: datetime) -> timedelta:
        """How long before the hour of the meeting members had it; negative where it came after that."""
        return planned_at - self.sent_at
