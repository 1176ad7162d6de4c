"""A ministry that was left out of the IAO asks to be invited (verzoek om deelname).

R09; NHC 2016, V.1: it hears of the convening at the same moment as all others, and may ask with reasons. For 2022 not
confirmed.
"""

from datetime import datetime
from enum import StrEnum

from crisis.errors import InvitationAnswered
from crisis.members import Designation
from crisis.record import Moment, Record
from crisis.structure import Body


class Answer(StrEnum):
    """What the chair answers."""

    ACCEPTED = "aangenomen"
    REFUSED = "afgewezen"


class InvitationRequest(Record):
    """What was asked, and what came of it."""

    crisis: str
    body: Body
    meeting: int
    """The meeting of which its ministry heard."""
    person: str
    reason: str
    asked_at: Moment
    accepted: bool | None = None
    answer: str | None = None
    """Why it was refused, or what was said with it."""
    answered_by: str | None = None
    answered_at: Moment | None = None
    next_reminder_at: Moment | None = None
    """None once it is answered, or they take part for another reason."""

    @property
    def key(self) -> str:
        """What makes it this request: `asiel-2022/IAO/1/dcc-vws`."""
        return f"{self.crisis}/{self.body}/{self.meeting}/{self.person}"

    @property
    def label(self) -> str:
        """The meeting as people call it: `IAO 1`."""
        return f"{self.body} {self.meeting}"

    @property
    def reply(self) -> Answer | None:
        """What the chair answered; None as long as it waits."""
        if self.accepted is None:
            return None
        return Answer.ACCEPTED if self.accepted else Answer.REFUSED

    def must_be_reminded(self, now: datetime) -> bool:
        """Not answered, and left alone for at least the plan's interval."""
        return self.reply is None and self.next_reminder_at is not None and now >= self.next_reminder_at


def check_answer(request: InvitationRequest) -> None:
    """Whether it may be answered. Raises InvitationAnswered."""
    if request.reply:
        raise InvitationAnswered(person=request.person, answer=request.reply, by=request.answered_by, at=request.answered_at)


def designation_of(request: InvitationRequest, chair: str) -> Designation:
    """What accepting it comes to: the chair, who sets the composition of the IAO, designates who asked (NHC 2016, V.1)."""
    return Designation(body=request.body, person=request.person, decided_by=chair, reason=request.reason)
