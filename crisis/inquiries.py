"""What partners are asked, by when, and what came of it (uitvraag).

One question, one definition (E01, E15); what is public is not asked (E17). Every partner's answer has two sides: how it was
submitted, and whether it was accepted. An answer that stays out holds up nobody: the picture says that it is missing.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from enum import StrEnum

from pydantic import Field

from crisis.figures import Figure, Via
from crisis.partners import IntakeTerms
from crisis.record import Line, Moment, Record, Slug, Text
from crisis.structure import Body


class Submission(StrEnum):
    """How a partner's answer came in. Different things, and none of them is zero."""

    AWAITED = "gevraagd"
    ON_TIME = "op tijd"
    LATE = "te laat"
    SILENT = "stil"
    UNREACHABLE = "onbereikbaar"
    REFUSED = "geweigerd"
    UNREADABLE = "onleesbaar"

    @property
    def has_figures(self) -> bool:
        """Whether there is an answer to use."""
        return self in (Submission.ON_TIME, Submission.LATE)


class Answer(Record):
    """What came of asking one partner (antwoord)."""

    partner: str
    submission: Submission
    received_at: Moment
    figures: tuple[Figure, ...] = ()
    report_id: str | None = None
    stated_at: Moment | None = None
    """When the partner drew it up; when it came in, where it does not say."""
    via: Via = Via.SYSTEM
    digest: str = ""
    """SHA-256 of what came in, byte for byte."""
    remarks: str = ""
    detail: str = ""
    """Why there is no usable answer, in words for the secretariat."""
    seconds: float = 0.0
    """How long the exchange took."""
    returned: str | None = None
    """The question with which the secretariat gave it back: until it is answered its figures do not count."""

    @property
    def counts(self) -> bool:
        """Whether its figures are used: it came in, and was accepted."""
        return self.submission.has_figures and self.returned is None


class Ending(StrEnum):
    """What ends an inquiry, whichever comes first; what comes in later is taken in, and called late."""

    HOUR = "op het uur"
    ALL_ANSWERED = "iedereen heeft geantwoord"
    ENOUGH = "genoeg heeft geantwoord"
    BY_HAND = "door de secretaris"


class NewInquiry(Record):
    """What a secretary fills in to ask partners something."""

    question: Text = Field(title="Vraag", description="Wat moet u weten, en waar is het voor?")
    indicators: tuple[Slug, ...] = Field(min_length=1)
    partners: tuple[str, ...] = Field(min_length=1)
    reference_date: date
    due_at: Moment
    enough: float | None = Field(default=None, gt=0, lt=1)
    """The share of the partners with whose answers it ends; without it all must answer, or the hour strikes."""


class Inquiry(Record):
    """A question to partners, with one definition and one date (uitvraag)."""

    crisis: str
    number: int
    body: Body | None = None
    meeting: int | None = None
    """The meeting that it is for; None where it was asked on its own."""
    question: Text
    indicators: tuple[Slug, ...]
    partners: tuple[str, ...]
    reference_date: date
    opened_at: Moment
    opened_by: Line
    due_at: Moment
    enough: float | None = None
    closed_at: Moment | None = None
    closed_because: Ending | None = None

    @property
    def key(self) -> str:
        """Unlike any other: `asiel-2022/U3`."""
        return f"{self.crisis}/U{self.number}"

    @property
    def label(self) -> str:
        """As people call it."""
        return f"uitvraag {self.number}"

    @property
    def is_open(self) -> bool:
        """Whether answers are still awaited."""
        return self.closed_at is None

    def submission_at(self, now: Moment) -> Submission:
        """How an answer counts that comes in now."""
        return Submission.ON_TIME if now <= self.due_at and self.is_open else Submission.LATE

    def ends_with(self, answers: Sequence[Answer], now: Moment) -> Ending | None:
        """What ends it now; None while it goes on."""
        given = sum(answer.submission.has_figures for answer in answers)
        if given >= len(self.partners):
            return Ending.ALL_ANSWERED
        if self.enough is not None and given >= self.enough * len(self.partners):
            return Ending.ENOUGH
        return Ending.HOUR if now >= self.due_at else None

    def reminders(self, terms: IntakeTerms) -> Iterator[Moment]:
        """When who has not answered is asked again: at shares of the term (E03), and at its end the ones above are told."""
        term = max(self.due_at - self.opened_at, timedelta())
        yield from (self.opened_at + term * share for share in sorted(terms.remind_at))
        yield self.due_at
