"""Partners, for who has a shell: who is asked, whether they answer, the municipalities, and the sheet to fill in."""

import asyncio
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from crisis.errors import InvalidInput
from crisis.inquiries import Answer
from crisis.partners import WireForm
from deployments.commands.shell import (
    MOMENT,
    TROUBLE,
    AsJson,
    PlanFile,
    areas_here,
    by_shell,
    moment_typed,
    open_here,
    partners_app,
    say,
    show,
)
from integrations.partners.areas import STATLINE, ask_statline, read_csv
from integrations.partners.inquiry import ask_all
from integrations.partners.sheet_form import template
from integrations.partners.tokens import make_token
from integrations.plans import read_plan
from integrations.register import areas, partner_tokens
from integrations.register.archive import appearing
from integrations.settings import Settings

CBS = "cbs"

Thing = TypeVar("Thing")


@partners_app.command("import")
def import_areas(
    origin: Annotated[str, typer.Argument(metavar="cbs|FILE", help="`cbs`, of een CSV: code,name,safety_region,province.")],
    year: Annotated[int | None, typer.Option(help="Van CBS: de indeling op 1 januari van dit jaar.")] = None,
    address: Annotated[str, typer.Option(help="Waar CBS staat, of wie het doorgeeft.")] = STATLINE,
    as_of: Annotated[str | None, typer.Option(help="Van een bestand: over welke dag het gaat, zoals 2022-06-17.")] = None,
    source: Annotated[str | None, typer.Option(help="Van een bestand: waar het vandaan komt.")] = None,
) -> None:
    """Lees de gemeenten in, uit CBS of uit een bestand; crisisplannen die daarna geladen worden, kennen ze."""
    if origin == CBS:
        found = asyncio.run(ask_statline(Settings(), _given("year", year), address))
    else:
        found = read_csv(_content(Path(origin)), _day(_given("as-of", as_of)), _given("source", source))
    register = open_here()
    areas.take_in(register, found, by_shell(), register.now())
    known = sum(area.inhabitants is not None for area in found)
    say(f"{len(found)} gemeenten ingelezen, over {found[0].as_of}; van {known} is het inwonertal bekend.")
    say(f"Bron: {found[0].source}. Een crisisplan dat hierna geladen wordt, kent ze; een dat er al is, verandert niet.")


@partners_app.command("list")
def list_partners(plan: PlanFile, as_json: AsJson = False) -> None:
    """Toon wie een crisisplan uitvraagt, in welke vorm, en waarover."""
    found = read_plan(plan, areas_here()).partners
    rows = [(p.id, p.name, p.kind, p.form, p.address or p.contact, ", ".join(p.indicators)) for p in found]
    show(("Partner", "Naam", "Soort", "Vorm", "Waar", "Indicatoren"), rows, found, as_json)


@partners_app.command("check")
def check_partners(
    plan: PlanFile,
    as_of: Annotated[str | None, typer.Option(help=f"Vraag naar de stand op dit moment; standaard nu. {MOMENT}")] = None,
    as_json: AsJson = False,
) -> None:
    """Vraag nu ieder systeem uit, en zeg per partner wat ervan kwam. Er wordt niets vastgelegd."""
    read = read_plan(plan, areas_here())
    asked = [partner for partner in read.partners if partner.form is not WireForm.FORM]
    moment = moment_typed("as-of", as_of) if as_of else datetime.now(UTC)
    answers = asyncio.run(ask_all(asked, read.intake, moment, Settings(), lambda: datetime.now(UTC), access=read.access))
    show(("Partner", "Hoe", "Cijfers", "Seconden", "Uitkomst"), [_row(answer) for answer in answers], answers, as_json)
    usable = sum(answer.submission.has_figures for answer in answers)
    if not as_json:
        say(f"{usable} van {len(asked)} systemen gaven een bruikbaar antwoord.")
        say(f"{len(read.partners) - len(asked)} partners krijgen een formulier, en zijn niet gevraagd.")
    if usable < len(asked):
        raise typer.Exit(TROUBLE)


@partners_app.command("template")
def make_template(
    partner: Annotated[str, typer.Argument(help="De partner, zoals het crisisplan hem noemt: VR19.")],
    plan: Annotated[Path, typer.Option(help="Het crisisplan, een TOML-bestand.")],
    out: Annotated[Path, typer.Option(help="Het bestand: .xlsx.")],
) -> None:
    """Maak het invulblad voor een partner, met wat er van hem gevraagd wordt al ingevuld."""
    read = read_plan(plan, areas_here())
    asked = next((one for one in read.partners if one.id == partner), None)
    if asked is None:
        raise InvalidInput(problems=[("partner", f"no_partner:{partner}")])
    with appearing(out) as raw:
        raw.write(template(asked, {indicator.id: indicator for indicator in read.indicators}))
    say(f"Invulblad voor {asked.name} geschreven in {out}.")


def _row(answer: Answer) -> tuple[str, str, int, str, str]:
    return answer.partner, answer.submission, len(answer.figures), f"{answer.seconds:.2f}".replace(".", ","), answer.detail


def _given(field: str, thing: Thing | None) -> Thing:
    if thing is None:
        raise InvalidInput(problems=[(f"--{field}", "missing")])
    return thing


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as trouble:
        raise InvalidInput(problems=[("--as-of", "no_date")]) from trouble


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as trouble:
        raise InvalidInput(problems=[(file.name, f"file:{trouble.strerror}")]) from trouble


@partners_app.command("token")
def make_a_token(partner: Annotated[str, typer.Argument(help="De partner: zijn id in het crisisplan.")]) -> None:
    """Maak een token waarmee het systeem van een partner rapporten inzendt. Het wordt één keer getoond, en nergens bewaard."""
    register = open_here()
    serial = partner_tokens.issue(register, partner, by_shell(), register.now())
    say(make_token(partner, serial, Settings().signing_secret()))
    say(f"Token {serial} van {partner}. Intrekken: opschaling partners revoke {partner} {serial}")


@partners_app.command("revoke")
def revoke_a_token(
    partner: Annotated[str, typer.Argument(help="De partner: zijn id in het crisisplan.")],
    serial: Annotated[int, typer.Argument(help="Het nummer van het token.")],
) -> None:
    """Trek een token in: het werkt dan niet meer."""
    register = open_here()
    partner_tokens.revoke(register, partner, serial, by_shell(), register.now())
    say(f"Token {serial} van {partner} is ingetrokken.")
