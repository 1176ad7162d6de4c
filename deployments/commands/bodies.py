"""The structure: activated, who sits where, how it stands, and the GRIP levels of the regions."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from crisis.activation import passed_over
from crisis.life import Activation
from crisis.structure import in_order
from deployments.commands.shell import (
    AsJson,
    CrisisName,
    app,
    by_shell,
    grant_in,
    grip_app,
    members_app,
    open_here,
    read_form,
    say,
    show,
    table,
)
from integrations.register import activations, confirmations, crises, grips, members, plans
from integrations.wording.times import moment_text


@app.command()
def activate(
    crisis: CrisisName,
    file: Annotated[Path, typer.Argument(help="De activering: een TOML-bestand met title, ground, reason, scope, levels, …")],
    token: Annotated[str, typer.Option("--pass", help="De link om te activeren, van wie mag melden of piket heeft.")] = "",
) -> None:
    """Activeer de nationale crisisstructuur met het crisisplan dat nu geldt.

    Zonder link vraagt dit het piket om te bevestigen, waar het crisisplan dat wil: zoals vanuit Prefect.
    """
    register = open_here()
    activation = read_form(Activation, file, crisis=crisis)
    plan, now = plans.in_force(register), register.now()
    if token:
        grant = grant_in(register, token)
        activated = activations.activate(register, grant, activation, by_shell(grant.actor), now)
    elif plan.is_confirmed_first:
        asked = confirmations.ask(register, activation, None, by_shell(), now)
        say(f"{asked.key}: het piket is gevraagd om dit te bevestigen. Tot dan is er niets geactiveerd.")
        return
    else:
        activated = crises.activate(register, activation, plan, by_shell(), now)
    say(f"{activated.slug} is geactiveerd: {', '.join(in_order(activated.levels))}. De escalatie begint vanzelf.")
    if skipped := passed_over(activation.levels):
        say(f"Overgeslagen: {', '.join(skipped)}. {activation.skip_reason}")


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
