"""Setting up: everything in one command, the demonstration, the plan, alerts and the partner simulator."""

import asyncio
import logging
from typing import Annotated

import typer

from deployments.commands.shell import (
    TROUBLE,
    AlertKeys,
    AsJson,
    PlanFile,
    alert_app,
    app,
    areas_here,
    by_shell,
    open_here,
    partners_app,
    plan_app,
    say,
    show,
    table,
)
from deployments.up import Ports
from deployments.up import up as start_everything
from integrations.plans import read_plan
from integrations.register import (
    alerts,
    plans,
)
from integrations.settings import Settings


@app.command()
def up(
    plan: PlanFile,
    portal_port: Annotated[int, typer.Option(help="Waar het portaal luistert.")] = 8400,
    prefect_port: Annotated[int, typer.Option(help="Waar de Prefect UI luistert.")] = 4200,
) -> None:
    """Start alles voor een crisisplan: Prefect, runner, waker en portaal."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    asyncio.run(start_everything(read_plan(plan, areas_here()), Ports(portal=portal_port, prefect=prefect_port)))


@app.command()
def watch() -> None:
    """Start de waker alleen: die bezorgt alarmeringen en houdt de runs gaande."""
    from deployments.watch import main

    asyncio.run(main())


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="Stop vanzelf, met een samenvatting in JSON als laatste regel.")] = False,
) -> None:
    """Speel de week van 17 tot en met 24 juni 2022 na."""
    from deployments.rehearsals.demo import demo

    raise typer.Exit(asyncio.run(demo(once)))


@plan_app.command("check")
def plan_check(plan: PlanFile) -> None:
    """Controleer een crisisplan; noemt bij fouten tabel, sleutel en reden."""
    read = read_plan(plan, areas_here())
    sizes = f"{len(read.people)} functies, {len(read.partners)} partners, {len(read.indicators)} indicatoren"
    say(f"{read.title}: in orde. {sizes}.")


@alert_app.command("test")
def alert_test() -> None:
    """Stuur over ieder kanaal één proefbericht, en zeg wat ervan kwam."""
    from integrations.alerts.channels import test_channels

    settings = Settings()
    results = asyncio.run(test_channels(plans.in_force(open_here()), settings))
    table(("Kanaal", "Aan", "Gelukt", "Uitkomst"), [(r.channel, r.to, "ja" if r.ok else "NEE", r.detail) for r in results])
    if not all(result.ok for result in results):
        raise typer.Exit(TROUBLE)


@alert_app.command("held")
def alert_held(as_json: AsJson = False) -> None:
    """Toon de berichten die bij een herstel zijn vastgehouden: ze gaan niet vanzelf uit."""
    found = alerts.held(open_here())
    rows = [(held.to, held.channel, held.key, held.last_error or "") for held in found]
    show(("Aan", "Kanaal", "Bericht", "Waarom"), rows, found, as_json)


@alert_app.command("release")
def alert_release(
    keys: AlertKeys = None,
    everything: Annotated[bool, typer.Option("--all", help="Alles wat vastgehouden is.")] = False,
) -> None:
    """Laat vastgehouden berichten alsnog uitgaan. Doe dit alleen als zeker is dat ze niet al verstuurd zijn."""
    if everything == bool(keys):
        raise typer.BadParameter("noem berichten, of geef --all")
    register = open_here()
    held = [trace.key for trace in alerts.held(register)]
    for key in keys or held:
        state = alerts.release(register, key, by_shell(), register.now()).state
        say(f"{key}: gaat alsnog uit." if key in held else f"{key}: was niet vastgehouden ({state}); er verandert niets.")


@partners_app.command("simulate")
def simulate(
    port: Annotated[int, typer.Option(help="Waar de simulator luistert.")] = 8500,
    seed: Annotated[int, typer.Option(help="Bepaalt de verzonnen cijfers en het wangedrag.")] = 2022,
    trouble: Annotated[float, typer.Option(help="Aandeel van de partners dat zich misdraagt, van 0 tot 1.")] = 0.25,
) -> None:
    """Start de partnersimulator: COA, IND, KCIO, 25 veiligheidsregio's en 12 provincies in juni 2022."""
    from deployments.rehearsals.simulator import main

    main(["--port", str(port), "--seed", str(seed), "--trouble", str(trouble)])
