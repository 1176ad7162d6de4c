"""The pages on which a second person confirms what another recorded, or sends it back (four eyes)."""

from enum import StrEnum

from pydantic import Field

from crisis.life import Phase
from crisis.meetings import Stage
from crisis.record import Record, Text
from crisis.remarks import checked_remark
from integrations.portal.form_pages import Form
from integrations.portal.holder import Holder
from integrations.portal.outcome_page import meeting_of
from integrations.register import closing, outcomes
from integrations.wording.dossier_parts import Fact
from integrations.wording.second import closing_facts, closing_title, outcome_facts, outcome_title
from integrations.wording.times import moment_text


class Second(StrEnum):
    """What the second person says."""

    CONFIRM = "bevestigen"
    RETURN = "terugsturen"


class Confirmation(Record):
    """What the second person fills in."""

    remark: Text | None = Field(None, title="Opmerking", description="Alleen als u het terugstuurt: wat moet er anders?")
    second: Second = Field(title="Oordeel")


class Closing(Record):
    """Nothing to fill in: the button says it."""


def _verdict(filled: Confirmation) -> tuple[bool, str]:
    accepted = filled.second is Second.CONFIRM
    return accepted, checked_remark(accepted, filled.remark or "")


def _confirm(holder: Holder, filled: Confirmation) -> None:
    """Confirm the outcome, or send it back. The same sent twice is done once."""
    outcomes.confirm(holder.desk.register, holder.grant, *_verdict(filled), holder.deed, holder.desk.now())


def _is_confirmed(holder: Holder) -> str | None:
    meeting, say, language = meeting_of(holder), holder.voice.say, holder.person.language
    if meeting.stage is Stage.RECORDED and meeting.recorded_at:
        at = moment_text(meeting.recorded_at, language)
        return say("De uitkomst van {meeting} is bevestigd op {at}.", meeting=meeting.label, at=at)
    if meeting.stage is not Stage.PROPOSED:
        return say("De uitkomst van {meeting} is teruggestuurd naar de secretaris.", meeting=meeting.label)
    return None


def _outcome_facts(holder: Holder) -> list[Fact]:
    meeting = meeting_of(holder)
    return outcome_facts(holder.crisis, meeting, outcomes.proposed(holder.desk.register, meeting), holder.words)


def _close(holder: Holder, _: Closing) -> None:
    """Propose to close the crisis. Twice is once."""
    closing.propose(holder.desk.register, holder.grant, holder.deed, holder.desk.now())


def _is_proposed(holder: Holder) -> str | None:
    say = holder.voice.say
    if holder.crisis.phase is Phase.CLOSED:
        return _is_closed(holder)
    if holder.crisis.closing_by:
        return say("De afsluiting wacht op bevestiging door een ander.")
    return None


def _confirm_closing(holder: Holder, filled: Confirmation) -> None:
    """Close the crisis, or send it back. The same sent twice is done once."""
    closing.confirm(holder.desk.register, holder.grant, *_verdict(filled), holder.deed, holder.desk.now())


def _is_closed(holder: Holder) -> str | None:
    crisis, say = holder.crisis, holder.voice.say
    if crisis.closed_at:
        return say("De crisis is afgesloten op {at}.", at=moment_text(crisis.closed_at, holder.person.language))
    return None if crisis.closing_by else say("Er wacht geen afsluiting op bevestiging.")


def _closing_facts(holder: Holder) -> list[Fact]:
    return closing_facts(holder.crisis, holder.words)


CONFIRM = Form(
    model=Confirmation,
    heading=lambda holder: outcome_title(meeting_of(holder), holder.words),
    facts=_outcome_facts,
    do=_confirm,
    done=_is_confirmed,
    buttons="second",
)
CLOSE = Form(
    model=Closing,
    heading=lambda holder: holder.voice.say("De crisis afsluiten"),
    facts=_closing_facts,
    do=_close,
    done=_is_proposed,
    button="Sluit de crisis af",
)
CONFIRM_CLOSING = Form(
    model=Confirmation,
    heading=lambda holder: closing_title(holder.words),
    facts=_closing_facts,
    do=_confirm_closing,
    done=_is_closed,
    buttons="second",
)
