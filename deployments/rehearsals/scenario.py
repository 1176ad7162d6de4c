"""A scenario: what happens in a rehearsal, moment by moment, as a file (draaiboek)."""

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from crisis.decisions import CommunicationAdvice
from crisis.life import Activation
from crisis.meetings import Outcome
from crisis.record import Moment, Record, Slug
from crisis.requests import Answered


class RecordOutcome(Record):
    """The secretary of a body records what came of its meeting."""

    what: Literal["record"]
    at: Moment
    meeting: str
    """`IAO/1`"""
    convened_by: Moment | None = None
    """By then the meeting has been convened by its rhythm; the clock goes there first."""
    outcome: Outcome


class ConfirmOutcome(Record):
    """Another confirms what the secretary recorded, where two must look."""

    what: Literal["confirm"]
    at: Moment
    meeting: str


class Advise(CommunicationAdvice):
    """The NKC advises on what is intended."""

    what: Literal["advise"]
    at: Moment
    decision: int
    by: str


class AnswerRequest(Record):
    """An addressee answers a request."""

    what: Literal["answer"]
    at: Moment
    decision: int
    by: str
    answer: Answered
    condition: str = ""
    reason: str = ""


class ReportAction(Record):
    """The owner of an action item reports it done."""

    what: Literal["report"]
    at: Moment
    action: int
    evidence: str


class VerifyAction(Record):
    """Another closes it."""

    what: Literal["verify"]
    at: Moment
    action: int


Happening = RecordOutcome | ConfirmOutcome | Advise | AnswerRequest | ReportAction | VerifyAction


class Scenario(Record):
    """A rehearsal from beginning to end."""

    title: str
    crisis: Slug
    starts_at: Moment
    speed: float
    """How many seconds of the crisis pass in one second of the world."""
    activation: Activation
    moments: tuple[Annotated[Happening, Field(discriminator="what")], ...]

    @field_validator("moments", mode="before")
    @classmethod
    def _gather_outcomes(cls, moments: Any) -> Any:
        """In the file the fields of an outcome stand beside its moment, without a table of their own."""
        return [_with_outcome(moment) if moment.get("what") == "record" else moment for moment in moments]


def read_scenario(path: Path) -> Scenario:
    """The scenario in this file. Raises ValueError where it is not one."""
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    document["activation"]["crisis"] = document["crisis"]
    return Scenario.model_validate(document)


def _with_outcome(moment: dict[str, Any]) -> dict[str, Any]:
    outcome = {name: value for name, value in moment.items() if name in Outcome.model_fields}
    rest = {name: value for name, value in moment.items() if name not in Outcome.model_fields}
    return rest | {"outcome": outcome}
