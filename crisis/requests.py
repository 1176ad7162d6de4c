"""What is asked of who has powers of its own, and what they answer (verzoeken).

The structure does not move powers (R24; Kamerstuk 19 637, nr. 2951): a region or municipality is asked. It accepts, accepts
on a condition, or refuses; or there is no agreement yet, as on the evening of 20 June 2022.
"""

from datetime import datetime
from enum import StrEnum

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from crisis.record import Moment, Record, Text


class Answered(StrEnum):
    """What an addressee says to a request."""

    ACCEPTED = "aanvaard"
    CONDITIONAL = "aanvaard onder voorwaarde"
    NOT_YET = "nog geen overeenstemming"
    REFUSED = "geweigerd"

    @property
    def settles(self) -> bool:
        """Whether nothing more is expected from the addressee."""
        return self is not Answered.NOT_YET

    @property
    def comes_back(self) -> bool:
        """Whether the body that asked must look at it again, at its next meeting."""
        return self is not Answered.ACCEPTED


class Reply(Record):
    """An answer to a request, as its addressee gives it."""

    answer: Answered = Field(title="Antwoord", description="Namens uw organisatie.")
    condition: Text | None = Field(default=None, title="Voorwaarde", description="Verplicht bij aanvaarden onder voorwaarde.")
    reason: Text | None = Field(
        default=None, title="Toelichting", description="Verplicht bij weigeren, en als er nog geen overeenstemming is."
    )

    @model_validator(mode="after")
    def _says_why(self) -> "Reply":
        if self.answer is Answered.CONDITIONAL and not self.condition:
            raise PydanticCustomError("r24_condition", "needs the condition")
        if self.answer in (Answered.REFUSED, Answered.NOT_YET) and not self.reason:
            raise PydanticCustomError("r24_reason", "needs the reason")
        return self


class GivenReply(Reply):
    """The same in the register: none replaces another, the latest holds."""

    number: int
    at: Moment
    by: str


class Request(Record):
    """A request or agreement as put to one addressee, and what they have answered so far (verzoek)."""

    crisis: str
    decision: int
    addressee: str
    put_at: Moment
    next_reminder_at: Moment | None
    """None once it is settled."""
    withdrawn_at: Moment | None = None
    replies: tuple[GivenReply, ...] = ()

    @property
    def key(self) -> str:
        """What makes it this request: `asiel-2022/B3/liaison-veiligheidsberaad`."""
        return f"{self.crisis}/B{self.decision}/{self.addressee}"

    @property
    def latest(self) -> GivenReply | None:
        """The answer that holds."""
        return self.replies[-1] if self.replies else None

    @property
    def is_open(self) -> bool:
        """Whether an answer is still expected."""
        return self.withdrawn_at is None and not (self.latest and self.latest.answer.settles)

    def must_be_reminded(self, now: datetime) -> bool:
        """Open, and left alone for at least the plan's interval."""
        return self.is_open and self.next_reminder_at is not None and now >= self.next_reminder_at
