"""The structure: activated, convened, who sits where, how it stands, and the GRIP levels of the regions."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from crisis.activation import passed_over
from crisis.attendance import Capacity
from crisis.convening import Call
from crisis.life import Activation
from crisis.members import Designation, Release
from crisis.regions import Grip
from crisis.structure import in_order
from deployments.commands.shell import (
    MOMENT,
    AsJson,
    BodyName,
    CrisisName,
    DecidedBy,
    PersonName,
    app,
    by_shell,
    filled,
    grip_app,
    members_app,
    moment_typed,
    open_here,
    read_form,
    say,
    show,
    table,
)
from integrations.register import (
    crises,
    grips,
    meetings,
    members,
    plans,
)
from integrations.wording.times import moment_text


@app.command()
def activate(
    crisis: CrisisName,
    file: Annotated[Path, typer.Argument(help="De activering: een TOML-bestand met title, ground, reason, scope, levels, …")],
) -> None:
    """Activeer de nationale crisisstructuur met het crisisplan dat nu geldt."""
    register = open_here()
    activation = read_form(Activation, file, crisis=crisis)
    activated = crises.activate(register, activation, plans.in_force(register), by_shell(), register.now())
    say(f"{activated.slug} is geactiveerd: {', '.join(in_order(activated.levels))}. De escalatie begint vanzelf.")
    if skipped := passed_over(activation.levels):
        say(f"Overgeslagen: {', '.join(skipped)}. {activation.skip_reason}")


@app.command()
def convene(
    crisis: CrisisName,
    body: BodyName,
    at: Annotated[str, typer.Option(help="Wanneer, op de klok van Nederland: 2022-06-20T17:00.")],
    initiative: Annotated[str, typer.Option(help="Wie erom vraagt: een naam uit [people], of een functie, ambt voorop.")],
    consulted: Annotated[list[str] | None, typer.Option(help="Wie geraadpleegd is, net zo; mag vaker.")] = None,
) -> None:
    """Roep een gremium bijeen voor een extra overleg."""
    register = open_here()
    call = filled(Call, initiative=initiative, consulted=consulted or ())
    meeting = meetings.call(register, crisis, body, moment_typed("planned_at", at), call, by_shell(), register.now())
    say(f"{meeting.label} is bijeengeroepen voor {moment_text(meeting.planned_at, 'nl')}.")


@members_app.command("list")
def list_members(crisis: CrisisName, as_json: AsJson = False) -> None:
    """Toon wat sinds de activering over de samenstelling besloten is."""
    register = open_here()
    people = crises.find(register, crisis).plan.people
    found = members.of_crisis(register, crisis)
    rows = [
        (
            *(m.body, people[m.person].name, m.capacity, moment_text(m.since, "nl"), m.decided_by),
            *(m.agreed_with or "–", moment_text(m.until, "nl") if m.until else "–"),
        )
        for m in found
    ]
    show(("Gremium", "Persoon", "Deelname", "Sinds", "Besloten door", "Met", "Tot"), rows, found, as_json)


@members_app.command("designate")
def designate(
    crisis: CrisisName,
    body: BodyName,
    person: PersonName,
    decided_by: DecidedBy,
    reason: Annotated[str, typer.Option(help="Waarom deze persoon nodig is.")],
    agreed_with: Annotated[str | None, typer.Option(help="MCCb: de minister-president.")] = None,
    advisory: Annotated[bool, typer.Option("--advisory", help="Raadgevend; de voorzitter heeft het toegestaan.")] = False,
) -> None:
    """Wijs iemand aan als lid van een gremium, of met raadgevende stem."""
    register = open_here()
    designation = filled(
        Designation,
        body=body,
        person=person,
        capacity=Capacity.ADVISORY if advisory else Capacity.MEMBER,
        decided_by=decided_by,
        agreed_with=agreed_with,
        chair_allows=advisory,
        reason=reason,
    )
    membership = members.designate(register, crisis, designation, by_shell(), register.now())
    say(f"{person} neemt deel aan {body}: {membership.capacity}.")


@members_app.command("release")
def release(
    crisis: CrisisName,
    body: BodyName,
    person: PersonName,
    decided_by: DecidedBy,
    reason: Annotated[str, typer.Option(help="Waarom deze persoon niet meer deelneemt.")],
) -> None:
    """Beëindig de deelname van iemand aan een gremium."""
    register = open_here()
    ending = filled(Release, body=body, person=person, decided_by=decided_by, reason=reason)
    members.release(register, crisis, ending, by_shell(), register.now())
    say(f"{person} neemt niet meer deel aan {body}.")


@app.command()
def status(as_json: AsJson = False) -> None:
    """Toon hoe iedere crisis ervoor staat."""
    register = open_here()
    found = [crises.standing(register, crisis.slug) for crisis in crises.all_of_them(register)]
    if as_json:
        exclude: Any = {"crisis": {"plan"}, "meetings": {"__all__": {"summary"}}}  # a shell knows no members (R22)
        say(json.dumps([standing.model_dump(mode="json", exclude=exclude) for standing in found]))
        return
    table(
        ("Crisis", "Titel", "Fase", "Gremia", "Bijeenkomsten", "Open actiepunten"),
        [
            (
                s.crisis.slug,
                s.crisis.title,
                s.crisis.phase,
                ", ".join(sorted(s.crisis.levels)) or "–",
                ", ".join(f"{m.label} {m.stage}" for m in s.meetings) or "–",
                s.open_actions,
            )
            for s in found
        ],
    )


@grip_app.command("set")
def grip_set(
    crisis: CrisisName,
    region: Annotated[str, typer.Argument(help="De code van de veiligheidsregio: VR01 tot en met VR25.")],
    level: Annotated[int, typer.Argument(help="Het niveau: 0 (niet opgeschaald) tot en met 5.")],
    since: Annotated[str, typer.Option(help=f"Vanaf wanneer. {MOMENT}")],
    source: Annotated[str, typer.Option(help="Wie dat zegt, of waar het staat.")],
) -> None:
    """Leg vast op welk GRIP-niveau een veiligheidsregio zit; het vorige eindigt dan."""
    register = open_here()
    grip = filled(Grip, region=region.upper(), level=level, since=moment_typed("since", since), source=source)
    grips.set_level(register, crisis, grip, by_shell(), register.now())
    say(f"{grip.region_name}: {grip.level} ({grip.level.meaning}), vanaf {moment_text(grip.since, 'nl')}.")


@grip_app.command("list")
def grip_list(crisis: CrisisName, as_json: AsJson = False) -> None:
    """Toon het GRIP-niveau van iedere veiligheidsregio waarvan het bekend is, van en tot."""
    register = open_here()
    crises.find(register, crisis)
    found = grips.of_crisis(register, crisis)
    rows = [
        (g.region, g.region_name, g.level, moment_text(g.since, "nl"), moment_text(g.until, "nl") if g.until else "–", g.source)
        for g in found
    ]
    show(("Code", "Veiligheidsregio", "Niveau", "Vanaf", "Tot", "Bron"), rows, found, as_json)
