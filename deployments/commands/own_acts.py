"""What somebody does of their own accord, for who has a shell: with the same link as on the portal (`crisis.initiative`)."""

from enum import StrEnum
from typing import Annotated

import typer

from crisis.attendance import Capacity
from crisis.convening import Call
from crisis.members import Designation, Release
from crisis.passes import Act
from crisis.regions import Grip
from deployments.commands.shell import (
    MOMENT,
    BodyName,
    CrisisName,
    PassOption,
    PersonName,
    app,
    by_shell,
    filled,
    grant_in,
    grip_app,
    members_app,
    moment_typed,
    open_here,
    say,
)
from integrations.register import crises, grips, meetings, members
from integrations.register.initiative import ask_link
from integrations.wording.times import moment_text


class OwnAct(StrEnum):
    """What a link can be asked for."""

    CALL_MEETING = Act.CALL_MEETING.value
    DESIGNATE = Act.DESIGNATE.value
    RELEASE = Act.RELEASE.value
    SET_GRIP = Act.SET_GRIP.value
    ASK_PARTNERS = Act.ASK_PARTNERS.value
    JUDGE_FIGURES = Act.JUDGE_FIGURES.value
    ENTER_FIGURES = Act.ENTER_FIGURES.value
    CLOSE_INQUIRY = Act.CLOSE_INQUIRY.value


BY_CHAIR = "voorzitter"
"""Whoever holds the link, the chair of the body decides who sits in it; the register names them."""


@app.command()
def link(
    crisis: CrisisName,
    act: Annotated[OwnAct, typer.Argument(help="Wat u wilt doen.")],
    person: PersonName,
) -> None:
    """Vraag een link aan om uit eigen beweging iets te doen; hij wordt gemaild aan deze persoon, en niet getoond."""
    register = open_here()
    ask_link(register, crisis, Act(act.value), person, by_shell(), register.now())
    say(f"De link is gemaild aan {crises.find(register, crisis).plan.people[person].name}.")


@app.command()
def convene(
    body: BodyName,
    at: Annotated[str, typer.Option(help="Wanneer, op de klok van Nederland: 2022-06-20T17:00.")],
    token: PassOption,
    initiative: Annotated[
        str | None, typer.Option(help="Wie erom vraagt, als u dat niet zelf bent: een naam uit [people], of een functie.")
    ] = None,
    consulted: Annotated[list[str] | None, typer.Option(help="Wie geraadpleegd is, net zo; mag vaker.")] = None,
) -> None:
    """Roep een gremium bijeen voor een extra overleg, met de link die u daarvoor vroeg."""
    register = open_here()
    grant = grant_in(register, token)
    call = filled(Call, initiative=initiative or grant.principal, consulted=consulted or ())
    at_hour, now = moment_typed("planned_at", at), register.now()
    meeting = meetings.call(register, grant, body, at_hour, call, by_shell(grant.actor), now)
    say(f"{meeting.label} is bijeengeroepen voor {moment_text(meeting.planned_at, 'nl')}.")


@members_app.command("designate")
def designate(
    body: BodyName,
    person: PersonName,
    token: PassOption,
    reason: Annotated[str, typer.Option(help="Waarom deze persoon nodig is.")],
    agreed_with: Annotated[str | None, typer.Option(help="MCCb: de minister-president.")] = None,
    advisory: Annotated[bool, typer.Option("--advisory", help="Raadgevend; de voorzitter heeft het toegestaan.")] = False,
) -> None:
    """Wijs namens de voorzitter iemand aan als lid van een gremium, of met raadgevende stem."""
    register = open_here()
    grant = grant_in(register, token)
    designation = filled(
        Designation,
        body=body,
        person=person,
        capacity=Capacity.ADVISORY if advisory else Capacity.MEMBER,
        decided_by=BY_CHAIR,
        agreed_with=agreed_with,
        chair_allows=advisory,
        reason=reason,
    )
    membership = members.designate(register, grant, designation, by_shell(grant.actor), register.now())
    say(f"{person} neemt deel aan {body}: {membership.capacity}.")


@members_app.command("release")
def release(
    body: BodyName,
    person: PersonName,
    token: PassOption,
    reason: Annotated[str, typer.Option(help="Waarom deze persoon niet meer deelneemt.")],
) -> None:
    """Beëindig namens de voorzitter de deelname van iemand aan een gremium."""
    register = open_here()
    grant = grant_in(register, token)
    ending = filled(Release, body=body, person=person, decided_by=BY_CHAIR, reason=reason)
    members.release(register, grant, ending, by_shell(grant.actor), register.now())
    say(f"{person} neemt niet meer deel aan {body}.")


@grip_app.command("set")
def grip_set(
    region: Annotated[str, typer.Argument(help="De code van de veiligheidsregio: VR01 tot en met VR25.")],
    level: Annotated[int, typer.Argument(help="Het niveau: 0 (niet opgeschaald) tot en met 5.")],
    token: PassOption,
    since: Annotated[str, typer.Option(help=f"Vanaf wanneer. {MOMENT}")],
    source: Annotated[str, typer.Option(help="Wie dat zegt, of waar het staat.")],
) -> None:
    """Leg vast op welk GRIP-niveau een veiligheidsregio zit; het vorige eindigt dan."""
    register = open_here()
    grant = grant_in(register, token)
    grip = filled(Grip, region=region.upper(), level=level, since=moment_typed("since", since), source=source)
    grips.set_level(register, grant, grip, by_shell(grant.actor), register.now())
    say(f"{grip.region_name}: {grip.level} ({grip.level.meaning}), vanaf {moment_text(grip.since, 'nl')}.")
