"""The pages on which an owner reports an action item done, and another closes it or sends it back."""

from enum import StrEnum

from pydantic import Field

from crisis.actions import ActionItem, ActionState, verifier
from crisis.errors import PassUsed
from crisis.record import Record, Text
from crisis.remarks import checked_remark
from integrations.portal.form_pages import Form
from integrations.portal.holder import Holder
from integrations.register import actions
from integrations.wording.dossier_parts import Fact
from integrations.wording.times import moment_text


class Verdict(StrEnum):
    """What the one who verifies says."""

    CLOSE = "afsluiten"
    RETURN = "terugsturen"


class Report(Record):
    """What the owner of an action item fills in."""

    evidence: Text = Field(title="Bewijs", description="Waaruit blijkt dat het gedaan is? Noem stuk, datum en vindplaats.")


class Verification(Record):
    """What the one who verifies fills in."""

    remark: Text | None = Field(
        None, title="Opmerking", description="Alleen als u het actiepunt terugstuurt: wat ontbreekt er nog?"
    )
    verdict: Verdict = Field(title="Oordeel")


def _report(holder: Holder, filled: Report) -> None:
    """Report it done. The same sent twice is reported once."""
    actions.report(holder.desk.register, holder.grant, filled.evidence, holder.deed, holder.desk.now())


def _verify(holder: Holder, filled: Verification) -> None:
    """Close it, or send it back with a remark. Closed twice, it is closed once."""
    accepted = filled.verdict is Verdict.CLOSE
    remark = checked_remark(accepted, filled.remark or "")
    actions.verify(holder.desk.register, holder.grant, accepted, remark, holder.deed, holder.desk.now())


def _is_reported(holder: Holder) -> str | None:
    item = _item_of(holder)
    return _spent(holder) if item.is_open else _past(holder, item)


def _is_verified(holder: Holder) -> str | None:
    item, say = _item_of(holder), holder.voice.say
    if item.state is ActionState.CLOSED:
        return _past(holder, item)
    if item.is_open:
        return say("Dit actiepunt ligt bij de eigenaar. U krijgt bericht met een nieuwe link zodra het gereed is gemeld.")
    return _spent(holder)


def _past(holder: Holder, item: ActionItem) -> str:
    say = holder.voice.say
    return say("Dit actiepunt is {state}. Deze link is gebruikt of niet meer nodig.", state=say(item.state))


def _spent(holder: Holder) -> str | None:
    if holder.used_at is None:
        return None
    newer = holder.voice.say("Voor dit actiepunt kreeg u later een nieuwe link: kijk in uw laatste bericht.")
    return f"{holder.told(PassUsed(used_at=holder.used_at))} {newer}"


def _facts(holder: Holder) -> list[Fact]:
    item, say, language = _item_of(holder), holder.voice.say, holder.person.language
    is_late = item.is_open and item.due_at <= holder.desk.now()
    known = [
        Fact(say("Omschrijving"), item.title, is_typed=True),
        Fact(say("Eigenaar"), holder.names[item.owner]),
        Fact(say("Uiterlijk gereed"), moment_text(item.due_at, language), tag=say("te laat") if is_late else ""),
        Fact(say("Prioriteit"), say(item.priority)),
        Fact(say("Stand"), say(item.state)),
        Fact(say("Uit bijeenkomst"), f"{item.body} {item.meeting}, {holder.crisis.title}"),
    ]
    if item.evidence:
        known.append(Fact(say("Bewijs"), item.evidence, is_typed=True))
    if item.reported_at:
        reported_by = f", {holder.named(item.reported_by, item.owner)}" if item.reported_by else ""
        known.append(Fact(say("Gereed gemeld"), moment_text(item.reported_at, language) + reported_by))
    if item.closed_at:
        closes = verifier(item.owner, item.body, holder.plan, item.reported_by)
        by = f", {holder.named(item.closed_by, closes)}" if item.closed_by else ""
        known.append(Fact(say("Afgesloten"), moment_text(item.closed_at, language) + by))
    return known


def _item_of(holder: Holder) -> ActionItem:
    """The action item that the pass is about."""
    return actions.find(holder.desk.register, *actions.number_in(holder.grant.object))


def _number(holder: Holder) -> int:
    return actions.number_in(holder.grant.object)[1]


REPORT = Form(
    model=Report,
    heading=lambda holder: holder.voice.say("Actiepunt {number} gereed melden", number=_number(holder)),
    facts=_facts,
    do=_report,
    done=_is_reported,
    button="Meld gereed",
)
VERIFY = Form(
    model=Verification,
    heading=lambda holder: holder.voice.say("Actiepunt {number} beoordelen", number=_number(holder)),
    facts=_facts,
    do=_verify,
    done=_is_verified,
    buttons="verdict",
)
