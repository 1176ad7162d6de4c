"""The pages of what somebody does of their own accord: the link is asked for in the open, and mailed; the form is behind it."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from pydantic import Field, ValidationError

from crisis.attendance import Capacity
from crisis.convening import Call
from crisis.errors import InvalidInput, PassInvalid
from crisis.initiative import INQUIRY_ACTS, OWN_ACTS, who_may
from crisis.members import Designation, Release
from crisis.passes import Act
from crisis.record import Line, Moment, PersonKey, Record, RegionKey, Slug, Text
from crisis.regions import Grip, GripLevel
from crisis.structure import Body, in_order
from integrations.portal import inquiry_forms
from integrations.portal.desk import AtDesk
from integrations.portal.form_fields import Filled
from integrations.portal.form_pages import Form
from integrations.portal.holder import ANYONE, Holder
from integrations.portal.link_page import LinkPage, served_at
from integrations.register import crises, grips, initiative, meetings, members
from integrations.wording.dossier_parts import Fact
from integrations.wording.problems import problems_in
from integrations.wording.times import moment_text

HINTS = {
    Act.CALL_MEETING: "In de lijst staan wie een gremium leiden, de secretarissen, en wie ambtshalve om een overleg vragen.",
    Act.DESIGNATE: "In de lijst staan wie een gremium leiden, en de secretarissen.",
    Act.RELEASE: "In de lijst staan wie een gremium leiden, en de secretarissen.",
    Act.SET_GRIP: "In de lijst staan de liaisons, de secretaris van het IAO, en wie piket heeft.",
    **dict.fromkeys(INQUIRY_ACTS, "In de lijst staan wie een gremium leiden, en de secretarissen."),
}


def _asking(slug: Slug, act: Act, desk: AtDesk) -> LinkPage:
    if act not in OWN_ACTS:
        raise PassInvalid
    crisis = crises.find(desk.register, slug)
    return LinkPage(
        template="own_link.html.j2",
        path=f"/crises/{slug}/link/{act}",
        plan=crisis.plan,
        people=who_may(act, crisis.plan),
        hint=HINTS[act],
        ask=lambda person: initiative.ask_link(desk.register, slug, act, person, ANYONE, desk.now()),
        about={"crisis": crisis, "act": act, "headings": HEADINGS},
    )


class TakesPart(StrEnum):
    """How somebody who is designated takes part."""

    MEMBER = Capacity.MEMBER.value
    ADVISORY = Capacity.ADVISORY.value


class Calling(Record):
    """What is filled in to call an extra meeting."""

    body: Body = Field(title="Gremium")
    planned_at: Moment = Field(title="Tijdstip")
    initiative: PersonKey | None = Field(None, title="Op initiatief van", description="Alleen als u dat niet zelf bent.")
    consulted: Text | None = Field(
        None,
        title="Geraadpleegd",
        description="Eén per regel, het ambt voorop. Voor het IAO het eerstverantwoordelijke ministerie (R09); voor de MCCb de "
        "minister-president en de eerstverantwoordelijke minister (R05).",
    )


class Designating(Record):
    """What is filled in to designate somebody."""

    body: Body = Field(title="Gremium")
    person: PersonKey = Field(title="Wie")
    capacity: TakesPart = Field(title="Deelname", description="Raadgevend alleen als de voorzitter het heeft toegestaan (R04).")
    agreed_with: Line | None = Field(
        None, title="In overeenstemming met", description="Voor een lid van de MCCb: de minister-president (R03)."
    )
    reason: Text = Field(title="Reden", description="Waarom is deze persoon nodig?")


class Releasing(Record):
    """What is filled in to release somebody."""

    body: Body = Field(title="Gremium")
    person: PersonKey = Field(title="Wie")
    reason: Text = Field(title="Reden", description="Waarom neemt deze persoon niet meer deel?")


class Gripping(Record):
    """What is filled in to note the GRIP level of a region."""

    region: RegionKey = Field(title="Veiligheidsregio")
    level: GripLevel = Field(title="GRIP-niveau")
    since: Moment = Field(title="Vanaf")
    source: Line = Field(title="Bron", description="Wie dat zegt, of waar het staat.")


def _call(holder: Holder, filled: Calling) -> None:
    """Call the meeting. The same sent twice is one meeting."""
    consulted = tuple(line.strip() for line in (filled.consulted or "").splitlines() if line.strip())
    try:
        call = Call(initiative=filled.initiative or holder.grant.principal, consulted=consulted)
    except ValidationError as wrong:
        raise InvalidInput(problems=[("consulted", why) for _, why in problems_in(wrong)][:1]) from wrong
    meetings.call(holder.desk.register, holder.grant, filled.body, filled.planned_at, call, holder.deed, holder.desk.now())


def _designate(holder: Holder, filled: Designating) -> None:
    """Designate them, as the chair of the body decides. Sent twice, it is done once."""
    designation = Designation(
        body=filled.body,
        person=filled.person,
        capacity=Capacity.MEMBER if filled.capacity is TakesPart.MEMBER else Capacity.ADVISORY,
        decided_by=holder.plan.bodies[filled.body].chair,
        agreed_with=filled.agreed_with,
        chair_allows=filled.capacity is TakesPart.ADVISORY,
        reason=filled.reason,
    )
    members.designate(holder.desk.register, holder.grant, designation, holder.deed, holder.desk.now())


def _release(holder: Holder, filled: Releasing) -> None:
    """Release them, as the chair of the body decides. Sent twice, it is done once."""
    chair = holder.plan.bodies[filled.body].chair
    release = Release(body=filled.body, person=filled.person, decided_by=chair, reason=filled.reason)
    members.release(holder.desk.register, holder.grant, release, holder.deed, holder.desk.now())


def _grip(holder: Holder, filled: Gripping) -> None:
    """Note the level. Sent twice, it is noted once."""
    grip = Grip(region=filled.region, level=filled.level, since=filled.since, source=filled.source)
    grips.set_level(holder.desk.register, holder.grant, grip, holder.deed, holder.desk.now())


def _facts(holder: Holder) -> list[Fact]:
    crisis, say = holder.crisis, holder.voice.say
    return [
        Fact(say("Crisis"), crisis.title),
        Fact(say("Actieve gremia"), ", ".join(in_order(crisis.levels)) or say("geen")),
    ]


def _facts_of_inquiries(holder: Holder) -> list[Fact]:
    return [*_facts(holder), *inquiry_forms.facts(holder)]


def _is_done(holder: Holder) -> str | None:
    if holder.used_at is None:
        return None
    return holder.voice.say("Dit is vastgelegd op {at}.", at=moment_text(holder.used_at, holder.person.language))


HEADINGS = {
    Act.CALL_MEETING: "Een extra overleg bijeenroepen",
    Act.DESIGNATE: "Iemand aanwijzen voor een gremium",
    Act.RELEASE: "Iemands deelname aan een gremium beëindigen",
    Act.SET_GRIP: "Het GRIP-niveau van een veiligheidsregio vastleggen",
    **inquiry_forms.HEADINGS,
}

router = served_at("/crises/{slug}/link/{act}", _asking)


def _form(act: Act, model: type[Filled], do: Callable[[Holder, Filled], None], button: str) -> Form[Filled]:
    return Form(
        model=model,
        heading=lambda holder: holder.voice.say(HEADINGS[act]),
        facts=_facts_of_inquiries if act in INQUIRY_ACTS else _facts,
        do=do,
        done=_is_done,
        button=button,
    )


FORMS: dict[Act, Form[Any]] = {
    Act.CALL_MEETING: _form(Act.CALL_MEETING, Calling, _call, "Roep bijeen"),
    Act.DESIGNATE: _form(Act.DESIGNATE, Designating, _designate, "Wijs aan"),
    Act.RELEASE: _form(Act.RELEASE, Releasing, _release, "Beëindig de deelname"),
    Act.SET_GRIP: _form(Act.SET_GRIP, Gripping, _grip, "Leg vast"),
    Act.ASK_PARTNERS: _form(Act.ASK_PARTNERS, inquiry_forms.Asking, inquiry_forms.ask, "Vraag uit"),
    Act.CLOSE_INQUIRY: _form(Act.CLOSE_INQUIRY, inquiry_forms.Closing, inquiry_forms.close, "Sluit de uitvraag"),
    Act.JUDGE_FIGURES: _form(Act.JUDGE_FIGURES, inquiry_forms.Judging, inquiry_forms.judge, "Leg vast"),
    Act.ENTER_FIGURES: _form(Act.ENTER_FIGURES, inquiry_forms.Entering, inquiry_forms.enter, "Schrijf bij"),
}
